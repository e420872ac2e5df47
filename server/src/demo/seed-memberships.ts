import { and, asc, desc, eq, gte, isNotNull, ne, type SQL, sql } from 'drizzle-orm';
import type { Location } from '../api/access.ts';
import type { Write } from '../api/write.ts';
import { appointments } from '../domains/appointments/tables.ts';
import { serviceCategories } from '../domains/catalog/tables.ts';
import { clients } from '../domains/clients/tables.ts';
import { freezeMembership } from '../domains/memberships/change.ts';
import { setNoticeSettings } from '../domains/memberships/notices.ts';
import { memberships } from '../domains/memberships/tables.ts';
import { createType, deleteType, type TypeFields } from '../domains/memberships/type.ts';
import { payByMembership } from '../domains/redemption/membership.ts';
import { lockSale } from '../domains/sales/sale.ts';
import { addDays, startOfDay, today } from '../platform/clock.ts';
import { noMoney, toMoney } from '../platform/money.ts';
import { demoClientId } from './accounts.ts';
import { sellAtDesk } from './desk.ts';
import { type OpenVisit, openVisits } from './visits.ts';

/** The category that the visits of the first type are for, and that of the second type, whose group lessons are classes. */
const categories = { haircuts: 'Haircuts', lessons: 'Make-up' } as const;

const usual = {
  period: 3,
  periodUnit: 'month',
  allowsFreezing: true,
  freezeLimit: 30,
  freezeLimitUnit: 'day',
  allowsBookingWhenFrozen: false,
  activation: 'first visit',
  activationDate: null,
  autoactivation: 1,
  autoactivationUnit: 'month',
  isPersonal: false,
  isShared: true,
  isUnlimited: false,
  sharedVisits: 10,
  balanceEditing: 'everywhere',
  correctsPrices: false,
  isSoldOnline: false,
  onlineTitle: '',
  onlineDescription: '',
  onlinePrice: noMoney,
  onlineImage: '',
  times: [],
  isArchived: false,
  services: new Map(),
} satisfies Partial<TypeFields>;

/** The ids of the types that are sold. */
export interface MembershipTypes {
  haircuts: number;
  lessons: number;
}

/** The types of memberships of the chain: two that are sold, one that nobody has bought yet, and a deleted one. */
export async function seedMembershipTypes(write: Write, chainId: number, locationIds: number[]): Promise<MembershipTypes> {
  const rows = await write
    .select({ id: serviceCategories.id, title: serviceCategories.title })
    .from(serviceCategories)
    .where(eq(serviceCategories.locationId, locationIds[0] as number));
  const paying = (title: string) => ({
    serviceCategories: new Map([[(rows.find((row) => row.title === title) as { id: number }).id, undefined]]),
    locationIds,
  });
  const add = async (fields: TypeFields) => (await createType(write, chainId, fields)).id;
  const haircuts = await add({ ...usual, ...paying(categories.haircuts), title: '10 haircuts', price: toMoney(490) });
  const lessons = await add({
    ...usual,
    ...paying(categories.lessons),
    title: 'A month of make-up lessons',
    price: toMoney(190),
    period: 1,
    activation: 'sale',
    autoactivation: 0,
    isPersonal: true,
    isUnlimited: true,
    sharedVisits: 0,
  });
  const nails = { ...usual, ...paying('Nails'), price: toMoney(200), sharedVisits: 5 };
  await add({ ...nails, title: '5 manicures' });
  await deleteType(write, chainId, await add({ ...nails, title: '5 manicures, winter offer' }));
  return { haircuts, lessons };
}

/** A visit for something of the category of haircuts. */
const isForHair = sql`exists (select from appointment_services done
  join services on services.location_id = done.location_id and services.id = done.service_id
  join service_categories kind on kind.location_id = services.location_id and kind.id = services.category_id
  where done.location_id = ${appointments.locationId} and done.appointment_id = ${appointments.id}
    and kind.title = ${categories.haircuts})`;

/** Another guest of classes than the client with an account, with a phone number. */
async function guestOfClasses(write: Write, place: Location): Promise<number> {
  const [row] = await write
    .select({ id: clients.id })
    .from(clients)
    .where(
      and(
        eq(clients.locationId, place.id),
        ne(clients.id, demoClientId),
        isNotNull(clients.phone),
        sql`exists (select from appointments where appointments.location_id = ${clients.locationId}
          and appointments.client_id = ${clients.id} and appointments.event_id is not null and appointments.deleted_at is null)`,
      ),
    )
    .orderBy(asc(clients.id))
    .limit(1);
  return (row as { id: number }).id;
}

/** The day on which memberships for haircuts are sold, counted back from today. */
const soldAgo = 13;

/** The latest visit for a haircut since then that nobody has paid. */
async function openHaircut(write: Write, place: Location, ...which: SQL[]): Promise<OpenVisit | undefined> {
  const since = gte(appointments.startsAt, startOfDay(addDays(today(place.timeZone), 1 - soldAgo), place.timeZone));
  const [visit] = await openVisits(write, place.id, 'past', 1, since, isForHair, ...which);
  return visit;
}

/**
 * Sells memberships in a location: for haircuts to whoever comes next for one and to whoever came last, and in the first location two for
 * lessons.
 */
export async function seedMemberships(write: Write, place: Location, types: MembershipTypes, index: number): Promise<void> {
  const visit = await openHaircut(write, place);
  if (visit) {
    const code = `70010020030${index + 1}`;
    await sellAtDesk(write, place, { membershipTypeId: types.haircuts, daysAgo: soldAgo, clientId: visit.clientId, code });
  }
  if (index === 0) {
    await sellAtDesk(write, place, { membershipTypeId: types.lessons, daysAgo: 6, clientId: demoClientId });
    const clientId = await guestOfClasses(write, place);
    await sellAtDesk(write, place, { membershipTypeId: types.lessons, daysAgo: 5, clientId });
  }
  const [coming] = await openVisits(write, place.id, 'coming', 1, isForHair);
  if (!coming) return;
  const code = `70010020031${index + 1}`;
  await sellAtDesk(write, place, { membershipTypeId: types.haircuts, daysAgo: soldAgo, clientId: coming.clientId, code });
}

/** Owners of memberships are told of each visit that is taken, of the last two, and a week before the end. */
export const seedMembershipNotices = (write: Write, chainId: number): Promise<void> =>
  setNoticeSettings(write, chainId, { daysBeforeEnd: 7, endText: '', visitsLeft: 2, visitsText: '', onUse: true, useText: '' });

/** Memberships for haircuts of a location have paid visits of their owners. */
export async function seedMembershipUses(write: Write, place: Location, types: MembershipTypes): Promise<void> {
  const sold = await write
    .select({ number: memberships.number, clientId: memberships.clientId })
    .from(memberships)
    .where(
      and(
        eq(memberships.chainId, place.chainId),
        eq(memberships.locationId, place.id),
        eq(memberships.typeId, types.haircuts),
        isNotNull(memberships.clientId),
      ),
    );
  for (const { number, clientId } of sold) {
    const visit = await openHaircut(write, place, eq(appointments.clientId, clientId as number));
    if (visit) await payByMembership(write, place, await lockSale(write, place, visit.documentId), { number }, false);
  }
}

/** The last membership for lessons is frozen for ten days. */
export async function seedFreeze(write: Write, place: Location, types: MembershipTypes): Promise<void> {
  const [last] = await write
    .select({ id: memberships.id })
    .from(memberships)
    .where(and(eq(memberships.chainId, place.chainId), eq(memberships.typeId, types.lessons)))
    .orderBy(desc(memberships.id))
    .limit(1);
  const until = startOfDay(addDays(today(place.timeZone), 10), place.timeZone);
  if (last) await freezeMembership(write, place.chainId, last.id, until);
}
