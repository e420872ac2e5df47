import Type from 'typebox';
import { type Location, locationUser } from '../../../api/access.ts';
import { Invalid, NotFound } from '../../../api/errors.ts';
import { counted, ok, operation } from '../../../api/operation.ts';
import { Id, maxId, named, PlainDate } from '../../../api/schema.ts';
import type { Read } from '../../../api/write.ts';
import { datesBetween, daysBetween, startOfDay } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import { type Money, roundMoney } from '../../../platform/money.ts';
import { Currency, IdAndName } from '../../../wire/schemas.ts';
import { presentCurrency } from '../../locations/wire/currency.ts';
import { getPromotionWithDeleted } from '../../promotions/promotion.ts';
import type { PromotionType } from '../../promotions/tables.ts';
import { byAge, countClients, incomeOf, meaning, returnedPercent, type Use, usesOfPromotion } from '../loyalty-clients.ts';

const tag = 'Analytics & Reports';
const path = '/company/{location_id}/analytics/loyalty_programs';
const LocationPath = Type.Object({ location_id: Id('location id') });

const Period = Type.Object({
  date_from: PlainDate('first day, on which the promotion was used'),
  date_to: PlainDate('last day; at most 366 days'),
  loyalty_program_id: Type.String({ pattern: '^[1-9][0-9]{0,9}$', description: 'promotion id', examples: ['1'] }),
});

const IncomeSums = named(
  'IncomeSums',
  Type.Object({
    all_sum: Type.Integer({ description: meaning.all }),
    returned_sum: Type.Integer({ description: meaning.returned }),
  }),
);

const ClientCounts = named(
  'ClientCounts',
  Type.Object({
    all_count: Type.Integer(),
    lost_count: Type.Integer(),
    returned_count: Type.Integer(),
    returned_percent: Type.Number({ description: meaning.percent }),
  }),
);

interface Query {
  date_from: string;
  date_to: string;
  loyalty_program_id: string;
}

/** Only promotions that give the same to everyone have reports: the published types 1, 5 and 6. */
const reported: ReadonlySet<PromotionType> = new Set(['discount_static', 'cashback_static_sold', 'cashback_static_paid']);
const onlyStatic = 'Only promotions of the types 1, 5 and 6 have reports.';

/** @throws NotFound for a promotion that the chain does not have; Invalid for a period, and for a type that has no report */
async function usesIn(db: Read, location: Location, query: Query): Promise<{ uses: Use[]; days: string[] }> {
  const { date_from: from, date_to: to } = query;
  if (from > to) throw new Invalid({ dateTo: ['must not be before {dateFrom}'] });
  if (daysBetween(from, to) > 365) throw new Invalid({ dateTo: ['must be at most 365 days after {dateFrom}'] });
  const wanted = Number(query.loyalty_program_id);
  if (wanted > maxId) throw new NotFound();
  const { id, type } = await getPromotionWithDeleted(db, location.chainId, wanted);
  if (!reported.has(type)) throw new Invalid({ loyaltyProgramId: ['must be a promotion of the type 1, 5 or 6'] });
  const period = { from: startOfDay(from, location.timeZone), until: startOfDay(to, location.timeZone, 1) };
  return { uses: await usesOfPromotion(db, location, id, period), days: datesBetween(from, to) };
}

const whole = (amount: Money): number => toWire(roundMoney(amount, 0));

const presentIncome = (uses: readonly Use[]) => {
  const { all, returned } = incomeOf(uses);
  return { all_sum: whole(all), returned_sum: whole(returned) };
};

const presentClients = (uses: readonly Use[]) => {
  const { all, returned, lost } = countClients(uses);
  return { all_count: all, lost_count: lost, returned_count: returned, returned_percent: returnedPercent({ all, returned }) };
};

export const getLoyaltyProgramRevenueStatistics = operation({
  id: 'get_loyalty_program_revenue_statistics',
  method: 'GET',
  path: `${path}/income`,
  tag,
  summary: 'Revenue statistics of a promotion',
  description: `${onlyStatic} ${meaning.clients}`,
  access: locationUser('stat_access'),
  params: LocationPath,
  query: Period,
  success: ok(
    Type.Object({
      income_stats: Type.Object({ new: IncomeSums, old: IncomeSums, total: IncomeSums }),
      currency: Currency,
      income_stats_by_day: Type.Array(
        Type.Object({ date: PlainDate(meaning.byDay), new_sum: Type.Integer(), old_sum: Type.Integer() }),
      ),
    }),
  ),
  errors: [403, 404, 422],
  handle: async ({ db, location, query }) => {
    const { uses, days } = await usesIn(db, location, query);
    const { fresh, old } = byAge(uses);
    const onDay = (some: readonly Use[], day: string) => whole(incomeOf(some.filter(({ date }) => date === day)).all);
    return {
      income_stats: { new: presentIncome(fresh), old: presentIncome(old), total: presentIncome(uses) },
      currency: presentCurrency(location.currency),
      income_stats_by_day: days.map((date) => ({ date, new_sum: onDay(fresh, date), old_sum: onDay(old, date) })),
    };
  },
});

export const getLoyaltyProgramTeamMemberStatistics = operation({
  id: 'get_loyalty_program_team_member_statistics',
  method: 'GET',
  path: `${path}/staff`,
  tag,
  summary: 'Client return statistics per team member',
  description: `Those who served the clients when the promotion was used. ${onlyStatic} ${meaning.clients}`,
  access: locationUser('stat_access'),
  params: LocationPath,
  query: Period,
  success: counted(Type.Array(Type.Object({ client_stats: ClientCounts, staff: IdAndName }))),
  errors: [403, 404, 422],
  handle: async ({ db, location, query }) => {
    const { uses } = await usesIn(db, location, query);
    const members = new Map(uses.flatMap(({ teamMembers }) => teamMembers.map((member) => [member.id, member])));
    return [...members.values()]
      .toSorted((one, other) => one.id - other.id)
      .map((staff) => ({
        client_stats: presentClients(uses.filter(({ teamMembers }) => teamMembers.some(({ id }) => id === staff.id))),
        staff,
      }));
  },
});

export const getLoyaltyProgramClientStatistics = operation({
  id: 'get_loyalty_program_client_statistics',
  method: 'GET',
  path: `${path}/visits`,
  tag,
  summary: 'Returning, new, lost client statistics of a promotion',
  description: `${onlyStatic} ${meaning.clients}`,
  access: locationUser('stat_access'),
  params: LocationPath,
  query: Period,
  success: ok(
    Type.Object({
      client_stats: Type.Object({ new: ClientCounts, old: ClientCounts, total: ClientCounts }),
      visits_stats_by_day: Type.Array(
        Type.Object({ date: PlainDate(meaning.byDay), new_count: Type.Integer(), old_count: Type.Integer() }),
      ),
    }),
  ),
  errors: [403, 404, 422],
  handle: async ({ db, location, query }) => {
    const { uses, days } = await usesIn(db, location, query);
    const { fresh, old } = byAge(uses);
    const onDay = (some: readonly Use[], day: string) => some.filter(({ date }) => date === day).length;
    return {
      client_stats: { new: presentClients(fresh), old: presentClients(old), total: presentClients(uses) },
      visits_stats_by_day: days.map((date) => ({ date, new_count: onDay(fresh, date), old_count: onDay(old, date) })),
    };
  },
});
