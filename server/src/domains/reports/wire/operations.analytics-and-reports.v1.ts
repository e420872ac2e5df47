import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { answer, operation } from '../../../api/operation.ts';
import { AnyOfTypes, Id, named } from '../../../api/schema.ts';
import { Currency } from '../../../wire/schemas.ts';
import { getDayEndReportData } from './operations.day-end.v1.ts';
import {
  getLoyaltyProgramClientStatistics,
  getLoyaltyProgramRevenueStatistics,
  getLoyaltyProgramTeamMemberStatistics,
} from './operations.loyalty.v1.ts';

const AnalyticsReportOverallSumStats = named(
  'AnalyticsReportOverallSumStats',
  Type.Object({
    current_sum: Type.Optional(Type.String({ description: 'a number as a text' })),
    previous_sum: Type.Optional(Type.String({ description: 'previous period' })),
    change_percent: Type.Optional(Type.Integer({ description: 'null when previous 0 and current non-zero' })),
    currency: Type.Optional(Currency),
  }),
);

const AnalyticsReportOverallFullnessStats = named(
  'AnalyticsReportOverallFullnessStats',
  Type.Object({
    current_percent: Type.Optional(Type.Number({ description: 'working time occupancy' })),
    previous_percent: Type.Optional(Type.Number()),
    change_percent: Type.Optional(Type.Integer({ description: 'null when previous 0 and current non-zero' })),
  }),
);

const AnalyticsReportOverallRecordStats = named(
  'AnalyticsReportOverallRecordStats',
  Type.Object({
    current_completed_count: Type.Optional(Type.Integer()),
    current_completed_percent: Type.Optional(Type.Integer({ description: 'of total, null if total 0' })),
    current_pending_count: Type.Optional(Type.Integer()),
    current_pending_percent: Type.Optional(Type.Integer({ description: 'of total, null if total 0' })),
    current_canceled_count: Type.Optional(Type.Integer()),
    current_canceled_percent: Type.Optional(Type.Integer({ description: 'of total, null if total 0' })),
    current_total_count: Type.Optional(Type.Integer()),
    previous_total_count: Type.Optional(Type.Integer()),
    change_percent: Type.Optional(Type.Integer({ description: 'total vs previous, null when previous 0 and current non-zero' })),
  }),
);

const AnalyticsReportOverallClientStats = named(
  'AnalyticsReportOverallClientStats',
  Type.Object({
    total_count: Type.Optional(Type.Integer({ description: 'all clients' })),
    new_count: Type.Optional(Type.Integer()),
    new_percent: Type.Optional(Type.Integer({ description: 'of active' })),
    return_count: Type.Optional(Type.Integer()),
    return_percent: Type.Optional(Type.Integer({ description: 'of active' })),
    active_count: Type.Optional(Type.Integer({ description: 'in period' })),
    lost_count: Type.Optional(Type.Integer()),
    lost_percent: Type.Optional(Type.Integer({ description: 'of total' })),
  }),
);

const AnalyticsReportOverallStats = named(
  'AnalyticsReportOverallStats',
  Type.Object({
    income_total_stats: Type.Optional(AnalyticsReportOverallSumStats),
    income_services_stats: Type.Optional(AnalyticsReportOverallSumStats),
    income_goods_stats: Type.Optional(AnalyticsReportOverallSumStats),
    income_average_stats: Type.Optional(AnalyticsReportOverallSumStats),
    income_average_services_stats: Type.Optional(AnalyticsReportOverallSumStats),
    fullness_stats: Type.Optional(AnalyticsReportOverallFullnessStats),
    record_stats: Type.Optional(AnalyticsReportOverallRecordStats),
    client_stats: Type.Optional(AnalyticsReportOverallClientStats),
  }),
);

const AnalyticsReportOverallChartDailyRow = named(
  'AnalyticsReportOverallChartDailyRow',
  Type.Object({
    label: Type.Optional(Type.String({ description: 'series name' })),
    data: Type.Optional(
      Type.Array(
        Type.Array(
          AnyOfTypes<string | number>(['string', 'number'], {
            description: 'a pair: the start of the day, and the value',
          }),
        ),
      ),
    ),
  }),
);

const AnalyticsReportOverallChartScalarItem = named(
  'AnalyticsReportOverallChartScalarItem',
  Type.Object({ label: Type.Optional(Type.String()), data: Type.Optional(Type.Integer()) }),
);

const getLocationAnalyticsOverall = operation({
  id: 'get_location_analytics_overall',
  method: 'GET',
  path: '/company/{location_id}/analytics/overall',
  tag: 'Analytics & Reports',
  summary: 'Key location metrics for a period',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    date_from: Type.String({ description: 'date' }),
    date_to: Type.String({ description: 'date; inclusive' }),
    team_member_id: Type.Optional(Type.Integer({ description: 'restrict to one team member' })),
    position_id: Type.Optional(Type.Integer({ description: 'restrict to all team members of a position' })),
    user_id: Type.Optional(Type.Integer({ description: 'restrict to one location user' })),
  }),
  success: answer(200, AnalyticsReportOverallStats),
  errors: [403, 404],
});

const getLocationAnalyticsOccupancyDaily = operation({
  id: 'get_location_analytics_occupancy_daily',
  method: 'GET',
  path: '/company/{location_id}/analytics/overall/charts/fullness_daily',
  tag: 'Analytics & Reports',
  summary: 'Occupancy by day',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    date_from: Type.String({ description: 'date' }),
    date_to: Type.String({ description: 'date; inclusive' }),
    team_member_id: Type.Optional(Type.Integer({ description: 'restrict to one team member' })),
    user_id: Type.Optional(Type.Integer({ description: 'restrict to one location user' })),
  }),
  success: answer(200, Type.Array(AnalyticsReportOverallChartDailyRow)),
  errors: [403, 404],
  example: { data: [{ label: 'Working day occupancy, %', data: [['2026-09-21T23:00:00.000-05:00', 89.7]] }] },
});

const getLocationAnalyticsRevenueDaily = operation({
  id: 'get_location_analytics_revenue_daily',
  method: 'GET',
  path: '/company/{location_id}/analytics/overall/charts/income_daily',
  tag: 'Analytics & Reports',
  summary: 'Revenue by day',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    date_from: Type.String({ description: 'date' }),
    date_to: Type.String({ description: 'date; inclusive' }),
    team_member_id: Type.Optional(Type.Integer({ description: 'restrict to one team member' })),
    position_id: Type.Optional(Type.Integer({ description: 'restrict to all team members of a position' })),
    user_id: Type.Optional(Type.Integer({ description: 'restrict to one location user' })),
  }),
  success: answer(200, Type.Array(AnalyticsReportOverallChartDailyRow)),
  errors: [403, 404],
  example: { data: [{ label: 'Revenue', data: [['2026-09-21T23:00:00.000-05:00', 1000]] }] },
});

const getAppointmentAnalyticsBySource = operation({
  id: 'get_appointment_analytics_by_source',
  method: 'GET',
  path: '/company/{location_id}/analytics/overall/charts/record_source',
  tag: 'Analytics & Reports',
  summary: 'Appointment counts by source',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    date_from: Type.String({ description: 'date' }),
    date_to: Type.String({ description: 'date; inclusive' }),
    team_member_id: Type.Optional(Type.Integer({ description: 'restrict to one team member' })),
    user_id: Type.Optional(Type.Integer({ description: 'restrict to one location user' })),
  }),
  success: answer(200, Type.Array(AnalyticsReportOverallChartScalarItem)),
  errors: [403, 404],
  example: { data: [{ label: 'Administrator', data: 10 }] },
});

const getAppointmentAnalyticsByStatus = operation({
  id: 'get_appointment_analytics_by_status',
  method: 'GET',
  path: '/company/{location_id}/analytics/overall/charts/record_status',
  tag: 'Analytics & Reports',
  summary: 'Appointment counts by visit status',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    date_from: Type.String({ description: 'date' }),
    date_to: Type.String({ description: 'date; inclusive' }),
    team_member_id: Type.Optional(Type.Integer({ description: 'restrict to one team member' })),
    user_id: Type.Optional(Type.Integer({ description: 'restrict to one location user' })),
  }),
  success: answer(200, Type.Array(AnalyticsReportOverallChartScalarItem)),
  errors: [403, 404],
  example: { data: [{ label: 'Customer expectation', data: 10 }] },
});

const getLocationAnalyticsAppointmentsDaily = operation({
  id: 'get_location_analytics_appointments_daily',
  method: 'GET',
  path: '/company/{location_id}/analytics/overall/charts/records_daily',
  tag: 'Analytics & Reports',
  summary: 'Appointment counts by day',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    date_from: Type.String({ description: 'date' }),
    date_to: Type.String({ description: 'date; inclusive' }),
    team_member_id: Type.Optional(Type.Integer({ description: 'restrict to one team member' })),
    user_id: Type.Optional(Type.Integer({ description: 'restrict to one location user' })),
  }),
  success: answer(200, Type.Array(AnalyticsReportOverallChartDailyRow)),
  errors: [403, 404],
  example: { data: [{ label: 'Number of records', data: [['2026-09-21T23:00:00.000-05:00', 1000]] }] },
});

/** The operations of the tag, in the order of the published documents. */
export const analyticsAndReportsOperations = [
  getLocationAnalyticsOverall,
  getLocationAnalyticsOccupancyDaily,
  getLocationAnalyticsRevenueDaily,
  getAppointmentAnalyticsBySource,
  getAppointmentAnalyticsByStatus,
  getLocationAnalyticsAppointmentsDaily,
  getLoyaltyProgramRevenueStatistics,
  getLoyaltyProgramTeamMemberStatistics,
  getLoyaltyProgramClientStatistics,
  getDayEndReportData,
];
