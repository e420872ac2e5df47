import type { Surface } from '../api/operation.ts';
import * as access from '../domains/access/wire/operations.v1.ts';
import { analyticsSettingsOperations } from '../domains/analytics/wire/operations.settings.v1.ts';
import { appointmentsOperations } from '../domains/appointments/wire/operations.appointments.v1.ts';
import { auditOperations } from '../domains/audit/wire/operations.audit.v1.ts';
import { calendarSettingsOperations } from '../domains/booking-settings/wire/operations.calendar-settings.v1.ts';
import { onlineBookingSettingsOperations } from '../domains/booking-settings/wire/operations.online-booking-settings.v1.ts';
import { calendarFeedsOperations } from '../domains/calendar-feeds/wire/operations.calendar-feeds.v1.ts';
import { keepService } from '../domains/catalog/keep.ts';
import { servicesOperations } from '../domains/catalog/wire/operations.services.v1.ts';
import { depositTypesOperations } from '../domains/client-accounts/wire/operations.deposit-types.v1.ts';
import { depositsOperations } from '../domains/client-accounts/wire/operations.deposits.v1.ts';
import { downloadClientFile } from '../domains/clients/wire/download.ts';
import * as clients from '../domains/clients/wire/operations.v1.ts';
import { customFieldsOperations } from '../domains/custom-fields/wire/operations.custom-fields.v1.ts';
import { eventsOperations } from '../domains/events/wire/operations.events.v1.ts';
import { fiscalizationOperations } from '../domains/fiscal/wire/operations.fiscalization.v1.ts';
import { deleteImage, getImage, uploadImage } from '../domains/images/wire/operations.v1.ts';
import { inventoryOperations } from '../domains/inventory/wire/operations.inventory.v1.ts';
import { chainManagementOperations } from '../domains/locations/wire/operations.chain-management.v1.ts';
import { chainUsersOperations } from '../domains/locations/wire/operations.chain-users.v1.ts';
import { updateChain, updateLocationProfile } from '../domains/locations/wire/operations.profile.v1.ts';
import { getLocationSubscriptionInformation } from '../domains/locations/wire/operations.utilities.v1.ts';
import * as locations from '../domains/locations/wire/operations.v1.ts';
import { cardTypesOperations } from '../domains/loyalty/wire/operations.card-types.v1.ts';
import { chainLoyaltyProgramsOperations } from '../domains/loyalty/wire/operations.chain-loyalty-programs.v1.ts';
import { loyaltyCardsOperations } from '../domains/loyalty/wire/operations.loyalty-cards.v1.ts';
import { loyaltyProgramsOperations } from '../domains/loyalty/wire/operations.loyalty-programs.v1.ts';
import { subscriptionsAndCertificatesOperations } from '../domains/loyalty/wire/operations.subscriptions-and-certificates.v1.ts';
import { locationMembershipsOperations } from '../domains/memberships/wire/operations.location-memberships.v1.ts';
import { chainMembershipsOperations, membershipsOperations } from '../domains/memberships/wire/operations.memberships.v1.ts';
import { membershipNoticesOperations } from '../domains/memberships/wire/operations.notices.v1.ts';
import {
  chainMembershipTypesOperations,
  locationMembershipTypesOperations,
} from '../domains/memberships/wire/operations.types.v1.ts';
import { accountsOperations } from '../domains/money/wire/operations.accounts.v1.ts';
import { paymentsOperations } from '../domains/money/wire/operations.payments.v1.ts';
import { notificationsOperations } from '../domains/notifications/wire/operations.notifications.v1.ts';
import { changesOperations } from '../domains/outbox/wire/operations.changes.v1.ts';
import { payOperations } from '../domains/payroll/wire/operations.pay-schemes.v1.ts';
import { salaryOperations } from '../domains/payroll/wire/operations.salary.v1.ts';
import { statementOperations } from '../domains/payroll/wire/operations.statements.v1.ts';
import { prepaymentOperations } from '../domains/prepayment/wire/operations.prepayment.v1.ts';
import { productsOperations } from '../domains/products/wire/operations.products.v1.ts';
import { referralSettingsOperations } from '../domains/promotions/wire/operations.settings.v1.ts';
import { analyticsAndReportsOperations } from '../domains/reports/wire/operations.analytics-and-reports.v1.ts';
import { getResourceList, resourceOperations } from '../domains/resources/wire/operations.v1.ts';
import { salesOperations } from '../domains/sales/wire/operations.sales.v1.ts';
import * as schedule from '../domains/schedule/wire/operations.v1.ts';
import { clientSeriesOperations, recurringScheduleOperations } from '../domains/series/wire/operations.series.v1.ts';
import { tagsOperations } from '../domains/tags/wire/operations.tags.v1.ts';
import { keepTeamMember } from '../domains/team/keep.ts';
import { teamMembersOperations } from '../domains/team/wire/operations.team-members.v1.ts';
import { tipsOperations } from '../domains/tips/wire/operations.v1.ts';
import { invitationOperations } from '../domains/users/wire/operations.invitations.v1.ts';
import { usersOperations } from '../domains/users/wire/operations.users.v1.ts';
import { clientVisitsOperations } from '../domains/visits/wire/operations.client-visits.v1.ts';
import { waitingListOperations } from '../domains/waiting-list/wire/operations.v1.ts';

/** Business management, first generation: the operations for the back office of a location. */
export const b2bV1: Surface = {
  name: 'b2b-v1',
  title: 'Business management',
  version: '1.0.0',
  basePath: '/api/v1',
  description: 'The back office of a location: its users, clients and everything they work with.',
  tags: [
    { name: 'Authentication B2B', description: 'Signing users in.' },
    { name: 'Locations', description: 'The places where clients are served. Locations of one business make a chain.' },
    { name: 'Users & Permissions', description: 'The users of a location and their rights.' },
    { name: 'Clients', description: 'The clients of a location, with comments and files.' },
    { name: 'Chain Management', description: 'Chains and their clients.' },
    { name: 'Appointments', description: 'The calendar: appointments, visits and reviews.' },
    { name: 'Events', description: 'Group events: search, strategies, duplication.' },
    { name: 'Services', description: 'Services and their categories.' },
    { name: 'Team Members', description: 'Team members: the people who serve clients.' },
    { name: 'Schedule & Resources', description: 'Work schedules and resources.' },
    { name: 'Online Booking Settings', description: 'Booking forms, calendar and timeslot settings.' },
    { name: 'Prepayment', description: 'Paying in advance for online bookings: the provider, the terms, and giving money back.' },
    { name: 'Waiting list', description: 'Clients who wait for a time on days that are full, and the offers that they get.' },
    { name: 'Custom Fields', description: 'Fields that a business adds to appointments and clients.' },
    { name: 'Tags', description: 'Labels of clients, appointments and events.' },
    { name: 'Sales', description: 'Selling and paying in a visit.' },
    { name: 'Payments', description: 'Accounts and money movements.' },
    { name: 'Deposits', description: 'Client accounts and their history.' },
    { name: 'Fiscalization', description: 'Cash registers and receipts.' },
    { name: 'Products', description: 'Products and their categories.' },
    { name: 'Inventory', description: 'Storages, stock operations and transactions.' },
    { name: 'Loyalty Cards', description: 'Loyalty cards of clients.' },
    { name: 'Loyalty Programs', description: 'Loyalty programs and their transactions.' },
    { name: 'Chain Loyalty Programs', description: 'Memberships, gift cards and programs of a whole chain.' },
    { name: 'Subscriptions & Certificates', description: 'Memberships and gift cards of clients.' },
    { name: 'Notifications', description: 'Messages to clients and settings of notifications.' },
    { name: 'Salary', description: 'Payroll schemes and calculations.' },
    { name: 'Analytics & Reports', description: 'Revenue, occupancy and appointments of a location in figures.' },
    { name: 'Calendar Feeds', description: 'Addresses at which calendar programs read appointments.' },
    { name: 'Changes', description: 'What changed in a location, and who changed it.' },
    { name: 'Utilities', description: 'Small helpers.' },
  ],
  operations: [
    access.authorizeUser,
    locations.getLocationList,
    locations.createLocationOperation,
    locations.getLocationOperation,
    locations.updateLocationOperation,
    updateLocationProfile,
    locations.deleteLocationOperation,
    access.getUserData,
    access.updateUserData,
    access.updateUserPassword,
    access.listUserTokensOperation,
    access.deleteUserToken,
    locations.getLocationUsers,
    locations.deprecatedGetLocationUsers,
    locations.getPermissionList,
    ...usersOperations,
    ...invitationOperations,
    clients.deprecatedGetClientList,
    clients.createClientOperation,
    clients.getClientList,
    clients.getClientOperation,
    clients.updateClientOperation,
    clients.deleteClientOperation,
    clients.bulkCreateClients,
    clients.listClientComments,
    clients.createClientComment,
    clients.deleteClientComment,
    clients.getClientFileList,
    clients.uploadClientFiles,
    clients.updateClientFile,
    clients.deleteClientFile,
    downloadClientFile,
    ...clientVisitsOperations,
    ...chainManagementOperations,
    updateChain,
    ...chainUsersOperations,
    ...appointmentsOperations,
    ...clientSeriesOperations,
    ...eventsOperations,
    ...servicesOperations,
    ...teamMembersOperations,
    schedule.getTeamMemberSchedule,
    schedule.updateTeamMemberSchedule,
    schedule.getAppointmentCalendarDates,
    schedule.getAppointmentCalendarSessions,
    getResourceList,
    ...resourceOperations,
    schedule.scheduleTeamMemberUpdateDeprecated,
    ...recurringScheduleOperations,
    ...calendarSettingsOperations,
    schedule.getTeamMemberScheduleList,
    schedule.setTeamMemberSchedule,
    ...onlineBookingSettingsOperations,
    ...prepaymentOperations,
    ...waitingListOperations,
    ...customFieldsOperations,
    ...tagsOperations,
    ...salesOperations,
    ...paymentsOperations,
    ...accountsOperations,
    ...depositsOperations,
    ...depositTypesOperations,
    ...fiscalizationOperations,
    ...productsOperations,
    ...inventoryOperations,
    ...loyaltyCardsOperations,
    ...cardTypesOperations,
    ...loyaltyProgramsOperations,
    ...chainLoyaltyProgramsOperations,
    ...referralSettingsOperations,
    ...membershipNoticesOperations,
    ...chainMembershipsOperations,
    ...chainMembershipTypesOperations,
    ...subscriptionsAndCertificatesOperations,
    ...membershipsOperations,
    ...locationMembershipsOperations,
    ...locationMembershipTypesOperations,
    ...notificationsOperations,
    ...salaryOperations,
    ...statementOperations,
    ...payOperations,
    ...analyticsAndReportsOperations,
    ...analyticsSettingsOperations,
    ...calendarFeedsOperations,
    ...changesOperations,
    ...auditOperations,
    locations.phoneNumberFormatCheck,
    getLocationSubscriptionInformation,
    uploadImage({ service: keepService, team_member: keepTeamMember }),
    getImage,
    deleteImage,
    ...tipsOperations,
  ],
};
