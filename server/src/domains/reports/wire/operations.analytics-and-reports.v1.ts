import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { answer, operation } from '../../../api/operation.ts';
import { AnyOfTypes, Id, named } from '../../../api/schema.ts';
import { Currency, IdAndName } from '../../../wire/schemas.ts';
import { getDayEndReportData } from './operations.day-end.v1.ts';

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

const IncomeSums = named(
  'IncomeSums',
  Type.Object({
    all_sum: Type.Optional(Type.Integer()),
    returned_sum: Type.Optional(Type.Integer({ description: 'from returning clients' })),
  }),
);

const getLoyaltyProgramRevenueStatistics = operation({
  id: 'get_loyalty_program_revenue_statistics',
  method: 'GET',
  path: '/company/{location_id}/analytics/loyalty_programs/income',
  tag: 'Analytics & Reports',
  summary: 'Revenue statistics of a promotion',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    date_to: Type.String({ description: 'period end' }),
    date_from: Type.String({ description: 'period start' }),
    loyalty_program_id: Type.String({ description: 'promotion id' }),
  }),
  success: answer(
    200,
    Type.Object({
      income_stats: Type.Optional(
        Type.Object({
          new: Type.Optional(IncomeSums),
          old: Type.Optional(IncomeSums),
          total: Type.Optional(IncomeSums),
        }),
      ),
      currency: Type.Optional(Currency),
      income_stats_by_day: Type.Optional(
        Type.Array(
          Type.Object({
            date: Type.Optional(Type.String({ description: 'date' })),
            new_sum: Type.Optional(Type.Integer()),
            old_sum: Type.Optional(Type.Integer()),
          }),
        ),
      ),
    }),
  ),
  errors: [403, 404],
  example: {
    data: {
      income_stats: {
        'new': { all_sum: 0, returned_sum: 0 },
        old: { all_sum: 0, returned_sum: 0 },
        total: { all_sum: 0, returned_sum: 0 },
      },
      currency: { id: 1, iso: 'USD', name: 'US Dollar', symbol: 'USD', is_symbol_after_amount: true },
      income_stats_by_day: [{ date: '2026-09-21', new_sum: 0, old_sum: 0 }],
    },
  },
});

const ClientCounts = named(
  'ClientCounts',
  Type.Object({
    all_count: Type.Optional(Type.Integer()),
    lost_count: Type.Optional(Type.Integer()),
    returned_count: Type.Optional(Type.Integer()),
    returned_percent: Type.Optional(Type.Number()),
  }),
);

const getLoyaltyProgramTeamMemberStatistics = operation({
  id: 'get_loyalty_program_team_member_statistics',
  method: 'GET',
  path: '/company/{location_id}/analytics/loyalty_programs/staff',
  tag: 'Analytics & Reports',
  summary: 'Client return statistics per team member',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    date_to: Type.String({ description: 'period end' }),
    date_from: Type.String({ description: 'period start' }),
    loyalty_program_id: Type.String({ description: 'promotion id' }),
  }),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        client_stats: Type.Optional(ClientCounts),
        staff: Type.Optional(IdAndName),
      }),
    ),
    Type.Object({ count: Type.Optional(Type.Integer({ description: 'objects found' })) }),
  ),
  errors: [403, 404],
  example: {
    data: [
      {
        client_stats: { all_count: 1, lost_count: 0, returned_count: 1, returned_percent: 100 },
        staff: { id: 1140369, name: 'Doniella Davy' },
      },
    ],
    meta: { count: 1 },
  },
});

const getLoyaltyProgramClientStatistics = operation({
  id: 'get_loyalty_program_client_statistics',
  method: 'GET',
  path: '/company/{location_id}/analytics/loyalty_programs/visits',
  tag: 'Analytics & Reports',
  summary: 'Returning, new, lost client statistics of a promotion',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    date_to: Type.String({ description: 'period end' }),
    date_from: Type.String({ description: 'period start' }),
    loyalty_program_id: Type.String({ description: 'promotion id' }),
  }),
  success: answer(
    200,
    Type.Object({
      client_stats: Type.Optional(
        Type.Object({
          new: Type.Optional(ClientCounts),
          old: Type.Optional(ClientCounts),
          total: Type.Optional(ClientCounts),
        }),
      ),
      visits_stats_by_day: Type.Optional(
        Type.Array(
          Type.Object({
            date: Type.Optional(Type.String({ description: 'date' })),
            new_count: Type.Optional(Type.Integer()),
            old_count: Type.Optional(Type.Integer()),
          }),
        ),
      ),
    }),
  ),
  errors: [403, 404],
  example: {
    data: {
      client_stats: {
        'new': { all_count: 0, lost_count: 0, returned_count: 0, returned_percent: 0 },
        old: { all_count: 0, lost_count: 0, returned_count: 0, returned_percent: 0 },
        total: { all_count: 0, lost_count: 0, returned_count: 0, returned_percent: 0 },
      },
      visits_stats_by_day: [{ date: '2026-09-21', new_count: 0, old_count: 0 }],
    },
  },
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
