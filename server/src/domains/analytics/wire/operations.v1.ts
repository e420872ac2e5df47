import Type from 'typebox';
import { type Limited, type Location, locationUser } from '../../../api/access.ts';
import { Forbidden, Invalid } from '../../../api/errors.ts';
import { document, ok, operation } from '../../../api/operation.ts';
import { Id } from '../../../api/schema.ts';
import type { Read, Transact } from '../../../api/write.ts';
import { daysBetween } from '../../../platform/clock.ts';
import { dateOf } from '../../appointments/wire/caller.ts';
import { calendarsOf } from '../../team/calendars.ts';
import { meaning } from '../figures.ts';
import { clientsOf, type Period, periodBefore, type Scope, sourcesOf, sumsByDay, sumsOf } from '../read.ts';
import { refreshFigures } from '../refresh.ts';
import { scopeOf } from '../scope.ts';
import { lossDaysOf } from '../settings.ts';
import {
  presentAppointments,
  presentOccupancy,
  presentOverall,
  presentRevenue,
  presentSources,
  presentStatuses,
} from './present.ts';
import { DailyRow, longestPeriod, NamedDailyRow, OverallStats, PeriodOfMember, PeriodOfPosition, ScalarItem } from './schemas.ts';

const tag = 'Analytics & Reports';
const path = '/company/{location_id}/analytics/overall';
const LocationPath = Type.Object({ location_id: Id('location id') });

const rights =
  'Needs the permission `stat_access` or `dash_access`. Without both, users see what they have created themselves: `user_id` must be their own id. Days are those of the location. Figures show every change at once.';
const listed = (figures: Record<string, string>) =>
  Object.entries(figures)
    .map(([name, text]) => `- \`${name}\`: ${text}`)
    .join('\n');

interface Caller extends Limited {
  db: Read;
  transact: Transact;
  location: Location;
  user: { id: number };
  can(flag: 'stat_access' | 'dash_access'): boolean;
  query: {
    date_from: string;
    date_to: string;
    team_member_id?: number | undefined;
    position_id?: number | undefined;
    user_id?: number | undefined;
  };
}

/**
 * The period and the figures that a request asks for. All changes until now are counted.
 * @throws Forbidden without the right; Invalid for the period; NotFound for a filter
 */
async function asked(context: Caller): Promise<{ scope: Scope; period: Period; days: number }> {
  const { db, transact, location, user, can, query } = context;
  if (!can('stat_access') && !can('dash_access') && query.user_id !== user.id) throw new Forbidden();
  const period = { first: dateOf(query.date_from, 'dateFrom'), last: dateOf(query.date_to, 'dateTo') };
  const days = daysBetween(period.first, period.last) + 1;
  if (days < 1) throw new Invalid({ dateTo: ['must not be before {dateFrom}'] });
  if (days > longestPeriod) throw new Invalid({ dateTo: [`must be at most ${longestPeriod - 1} days after {dateFrom}`] });
  const filter = { teamMemberId: query.team_member_id, positionId: query.position_id, userId: query.user_id };
  const scope = await scopeOf(db, location, filter, await calendarsOf(context));
  // Last, so that a refused request changes nothing.
  await refreshFigures(db, transact, location.id);
  return { scope, period, days };
}

export const getLocationAnalyticsOverall = operation({
  id: 'get_location_analytics_overall',
  method: 'GET',
  path,
  tag,
  summary: 'Key location metrics for a period',
  description: `${rights}\n\n${listed({
    income_total_stats: meaning.total,
    income_services_stats: meaning.services,
    income_goods_stats: meaning.goods,
    income_average_stats: meaning.average,
    income_average_services_stats: meaning.averageServices,
    fullness_stats: meaning.occupancy,
  })}`,
  access: locationUser(),
  params: LocationPath,
  query: PeriodOfPosition,
  success: ok(OverallStats),
  errors: [403, 404, 422],
  transaction: 'manual',
  handle: async (context) => {
    const { db, location } = context;
    const { scope, period, days } = await asked(context);
    const [current, previous] = await sumsOf(db, scope, period, periodBefore(period, days));
    const clients = await clientsOf(db, scope, period, await lossDaysOf(db, location));
    return presentOverall(location, { current, previous }, clients);
  },
});

export const getLocationAnalyticsOccupancyDaily = operation({
  id: 'get_location_analytics_occupancy_daily',
  method: 'GET',
  path: `${path}/charts/fullness_daily`,
  tag,
  summary: 'Occupancy by day',
  description: `${rights}\n\n${listed({ fullness_spent: meaning.occupancy, fullness_no_show: meaning.wasted })}`,
  access: locationUser(),
  params: LocationPath,
  query: PeriodOfMember,
  success: document(200, Type.Array(NamedDailyRow)),
  errors: [403, 404, 422],
  example: { data: [{ slug: 'fullness_spent', label: 'Working day occupancy, %', data: [[1_785_542_400_000, 89.7]] }] },
  transaction: 'manual',
  handle: async (context) => {
    const { scope, period } = await asked(context);
    return presentOccupancy(period, await sumsByDay(context.db, scope, period));
  },
});

export const getLocationAnalyticsRevenueDaily = operation({
  id: 'get_location_analytics_revenue_daily',
  method: 'GET',
  path: `${path}/charts/income_daily`,
  tag,
  summary: 'Revenue by day',
  description: `${rights}\n\n${listed({ income_total: meaning.total, income_services: meaning.services, income_goods: meaning.goods })}`,
  access: locationUser(),
  params: LocationPath,
  query: PeriodOfPosition,
  success: document(200, Type.Array(NamedDailyRow)),
  errors: [403, 404, 422],
  example: { data: [{ slug: 'income_total', label: 'Revenue', data: [[1_785_542_400_000, 1000]] }] },
  transaction: 'manual',
  handle: async (context) => {
    const { scope, period } = await asked(context);
    return presentRevenue(period, await sumsByDay(context.db, scope, period));
  },
});

export const getAppointmentAnalyticsBySource = operation({
  id: 'get_appointment_analytics_by_source',
  method: 'GET',
  path: `${path}/charts/record_source`,
  tag,
  summary: 'Appointment counts by source',
  description: `${rights}\n\n${meaning.sources} Sources without appointments are left out. The source with the most appointments is first.`,
  access: locationUser(),
  params: LocationPath,
  query: PeriodOfMember,
  success: document(200, Type.Array(ScalarItem)),
  errors: [403, 404, 422],
  example: { data: [{ label: 'Administrator', data: 10 }] },
  transaction: 'manual',
  handle: async (context) => {
    const { scope, period } = await asked(context);
    return presentSources(await sourcesOf(context.db, scope, period));
  },
});

export const getAppointmentAnalyticsByStatus = operation({
  id: 'get_appointment_analytics_by_status',
  method: 'GET',
  path: `${path}/charts/record_status`,
  tag,
  summary: 'Appointment counts by visit status',
  description: `${rights}\n\n${meaning.statuses} All four are listed.`,
  access: locationUser(),
  params: LocationPath,
  query: PeriodOfMember,
  success: document(200, Type.Array(ScalarItem)),
  errors: [403, 404, 422],
  example: { data: [{ label: 'Customer expectation', data: 10 }] },
  transaction: 'manual',
  handle: async (context) => {
    const { scope, period } = await asked(context);
    const [sums] = await sumsOf(context.db, scope, period);
    return presentStatuses(sums);
  },
});

export const getLocationAnalyticsAppointmentsDaily = operation({
  id: 'get_location_analytics_appointments_daily',
  method: 'GET',
  path: `${path}/charts/records_daily`,
  tag,
  summary: 'Appointment counts by day',
  description: `${rights}\n\nThree lines, in this order:\n\n${[meaning.appointments, meaning.online, meaning.ofNewClients].map((text) => `1. ${text}`).join('\n')}`,
  access: locationUser(),
  params: LocationPath,
  query: PeriodOfMember,
  success: document(200, Type.Array(DailyRow)),
  errors: [403, 404, 422],
  example: { data: [{ label: 'Number of records', data: [[1_785_542_400_000, 1000]] }] },
  transaction: 'manual',
  handle: async (context) => {
    const { scope, period } = await asked(context);
    return presentAppointments(period, await sumsByDay(context.db, scope, period));
  },
});
