import {
  getAppointmentAnalyticsBySource,
  getAppointmentAnalyticsByStatus,
  getLocationAnalyticsAppointmentsDaily,
  getLocationAnalyticsOccupancyDaily,
  getLocationAnalyticsOverall,
  getLocationAnalyticsRevenueDaily,
} from '../../analytics/wire/operations.v1.ts';
import { getDayEndReportData } from './operations.day-end.v1.ts';
import {
  getLoyaltyProgramClientStatistics,
  getLoyaltyProgramRevenueStatistics,
  getLoyaltyProgramTeamMemberStatistics,
} from './operations.loyalty.v1.ts';

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
