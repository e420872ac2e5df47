import Type, { type Static } from 'typebox';
import { type Limited, type Location, locationUser } from '../../../api/access.ts';
import { counted, ok, operation } from '../../../api/operation.ts';
import { Page, PageSize, pageRange } from '../../../api/pagination.ts';
import { AnyOfTypes, DateTime, Id, named } from '../../../api/schema.ts';
import type { Write } from '../../../api/write.ts';
import { zonedDateTime } from '../../../platform/clock.ts';
import { expectOwnerSeen } from '../../loyalty/wire/caller.ts';
import { historyOfMembership, type MembershipMovement } from '../../redemption/membership-history.ts';
import { setPeriod, setVisits } from '../change.ts';
import { getMembership } from '../membership.ts';
import { periodOf, visitsSpelling, wantedVisits } from './body.ts';
import { presentPeriod, presentVisits } from './present.ts';
import { Period, PeriodBody, Visits, VisitsBody } from './schemas.ts';

const tag = 'Subscriptions & Certificates';
const path = '/company/{location_id}/loyalty/abonements/{membership_id}';
const Path = Type.Object({ location_id: Id('location id'), membership_id: Id('membership id') });

const Movement = named(
  'MembershipMovement',
  Type.Object({
    visits: Type.Integer({ description: 'negative for a use; 0 if the visits are unlimited' }),
    visits_left: AnyOfTypes<number | null>(['integer', 'null'], {
      description: 'of the service, of the category, or of all that share them; null if the visits are unlimited',
    }),
    service_id: Type.Integer({ description: 'the service whose own visits these are; 0 for none' }),
    service_category_id: Type.Integer({ description: 'the category whose visits these are; 0 for none' }),
    cause: Type.String({ description: 'in words, such as “visit”' }),
    paid_service_id: Type.Integer({ description: 'the service that it paid; 0 for none' }),
    document_id: Type.Integer({ description: 'the sale that it paid; 0 for none' }),
    company_id: Type.Integer({ description: 'the location of the sale; 0 for none' }),
    created_date: DateTime('when it was made'),
  }),
);

const presentMovement = (row: MembershipMovement, timeZone: string): Static<typeof Movement> => ({
  visits: row.visits,
  visits_left: row.left,
  service_id: row.serviceId ?? 0,
  service_category_id: row.serviceCategoryId ?? 0,
  cause: row.cause,
  paid_service_id: row.paidServiceId ?? 0,
  document_id: row.documentId ?? 0,
  company_id: row.locationId ?? 0,
  created_date: zonedDateTime(row.at, timeZone),
});

const getMembershipHistory = operation({
  id: 'get_membership_history',
  method: 'GET',
  path: `${path}/history`,
  tag,
  summary: 'What has moved the visits of a membership',
  description: 'In all locations, the newest first.',
  extension: true,
  access: locationUser('loyalty_abonement_history_access'),
  params: Path,
  query: Type.Object({ page: Page, page_size: PageSize(100, 25) }),
  success: counted(Type.Array(Movement)),
  errors: [403, 404],
  handle: async (context) => {
    const { db, location, params, query } = context;
    const { phone } = await getMembership(db, location.chainId, params.membership_id, location);
    await expectOwnerSeen(context, phone);
    const page = pageRange(query.page, query.page_size);
    const rows = await historyOfMembership(db, location.chainId, params.membership_id, page);
    return rows.map((row) => presentMovement(row, location.timeZone));
  },
});

/** @throws NotFound for a membership whose owner the caller may not see, and for one that does not work in the location */
async function expectSeen(caller: Limited & { write: Write; location: Location }, id: number): Promise<void> {
  const { phone } = await getMembership(caller.write, caller.location.chainId, id, caller.location);
  await expectOwnerSeen({ ...caller, db: caller.write }, phone);
}

const setMembershipBalance = operation({
  id: 'set_membership_balance',
  method: 'POST',
  path: `${path}/set_balance`,
  tag,
  summary: 'Set remaining visits of a membership in a location',
  description: 'Its type must allow it in this location. Services that are not named keep their visits.',
  extension: true,
  access: locationUser('loyalty_abonement_balance_edit_access'),
  params: Path,
  body: VisitsBody,
  spelling: visitsSpelling,
  success: ok(Visits),
  errors: [400, 403, 404],
  example: { body: { united_balance_services_count: 5 } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    await expectSeen(context, params.membership_id);
    return presentVisits(await setVisits(write, location.chainId, params.membership_id, wantedVisits(body), location));
  },
});

const setMembershipPeriod = operation({
  id: 'set_membership_period',
  method: 'POST',
  path: `${path}/set_period`,
  tag,
  summary: 'Change how long a membership is valid, in a location',
  description: 'Counted from when it became active; days of freezing are added. It may expire at once.',
  extension: true,
  access: locationUser('loyalty_abonement_period_edit_access'),
  params: Path,
  body: PeriodBody,
  success: ok(Period),
  errors: [400, 403, 404],
  example: { body: { period: 6, period_unit_id: 3 } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    await expectSeen(context, params.membership_id);
    return presentPeriod(await setPeriod(write, location.chainId, params.membership_id, periodOf(body), location));
  },
});

/** Foyer's own operations about memberships for users of a location. */
export const locationMembershipsOperations = [getMembershipHistory, setMembershipBalance, setMembershipPeriod];
