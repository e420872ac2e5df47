import { and, asc, desc, eq, gt, isNotNull, isNull, lt, ne, notExists, sql } from 'drizzle-orm';
import type { Location } from '../api/access.ts';
import { partners, users, userTokens } from '../domains/access/tables.ts';
import { appointments, eventSeries, events } from '../domains/appointments/tables.ts';
import { feedToken } from '../domains/calendar-feeds/feed.ts';
import { calendarFeeds } from '../domains/calendar-feeds/tables.ts';
import { services, serviceTeamMembers } from '../domains/catalog/tables.ts';
import { clientAccounts, clientAccountTransactions } from '../domains/client-accounts/tables.ts';
import { fileLink } from '../domains/clients/file-link.ts';
import { clientComments, clientFiles, clients } from '../domains/clients/tables.ts';
import { appointmentConsumables } from '../domains/consumables/tables.ts';
import { fiscalTransactions } from '../domains/fiscal/tables.ts';
import { giftCards } from '../domains/gift-cards/tables.ts';
import { imagesOf } from '../domains/images/image.ts';
import { type DocumentType, documentLines, documents } from '../domains/inventory/tables.ts';
import { cardsOfPhone } from '../domains/loyalty/card.ts';
import { loyaltyCards } from '../domains/loyalty/tables.ts';
import { loyaltyTransactions } from '../domains/loyalty-transactions/tables.ts';
import { getApplication, tokenOf } from '../domains/marketplace/application.ts';
import { memberships } from '../domains/memberships/tables.ts';
import { financeTransactions } from '../domains/money/tables.ts';
import { payStatementItems, payStatements } from '../domains/payroll/tables.ts';
import { products } from '../domains/products/tables.ts';
import { reviewTokenOf } from '../domains/reviews/review-token.ts';
import { reviews } from '../domains/reviews/tables.ts';
import { listSeriesDays } from '../domains/series/series.ts';
import { allCalendars } from '../domains/team/calendars.ts';
import { getTelephony } from '../domains/telephony/settings.ts';
import { waitingEntries } from '../domains/waiting-list/tables.ts';
import { addressesOf } from '../domains/webhooks/address.ts';
import { listDeliveries } from '../domains/webhooks/log.ts';
import { webhookId } from '../domains/webhooks/told.ts';
import { zonedDateTime } from '../platform/clock.ts';
import type { Tx } from '../platform/database.ts';
import { noMoney } from '../platform/money.ts';
import { signature } from '../platform/secrets.ts';
import type { SampleValues } from '../portal/samples.ts';
import { demoClientCode, demoClientId, demoCredentials, spareAccounts } from './accounts.ts';
import { demoChain, demoPlaces } from './business.ts';
import { comingSlots, demoLocation } from './client.ts';
import { isDemo } from './demo.ts';
import { readyToken } from './protect.ts';
import { prepaidService } from './seed-prepayment.ts';
import { hasCard, hasNoCard, isFirst, openVisits } from './visits.ts';

const { login, password, clientLogin } = demoCredentials;
const { neighbour, guest } = spareAccounts;

/** Operations whose token comes in a message to a person. Their samples have one that nobody got, so the answer is 404. */
export const needsMessage = new Set([
  'b2b-v1 show_user_invitation',
  'b2b-v1 accept_user_invitation',
  'b2b-v1 join_location',
  'b2b-v1 reset_password',
  'public show_own_waiting_entry',
  'public leave_waiting_list',
  'public show_own_waiting_offer',
  'public take_waiting_offer',
  'public decline_waiting_offer',
]);

/** A sale from the storage of products. */
const atDesk = { type_id: 1, comment: 'At the desk', storage_id: 2, create_date: '2026-09-21 20:00:00' };

/** What a service uses up, from the storage for services. */
const usedUp = { good_id: 11, storage_id: 1, amount: 30 };

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

/** An application of the first location. */
const ofReminders = { salon_id: 1, application_id: 1 };

/** The type of cards to which the promotions belong. */
const regulars = 1;

/** What the first promotion did in the last weeks. */
const lastWeek = { parameters: { date_from: daysAgo(7), date_to: daysAgo(1) } };
const ofDiscount = { parameters: { date_from: daysAgo(20), date_to: daysAgo(0), loyalty_program_id: '1' } };

/** A type of gift cards for both locations. */
const giftCardType = {
  title: 'Gift card 300',
  balance: 300,
  is_multi: true,
  item_type_id: 0,
  is_allow_empty_code: false,
  category_id: null,
  balance_edit_type_id: 1,
  service_ids: [],
  salon_ids: [1, 2],
  expiration: { type_id: 2, timeout: 365, timeout_unit_id: 1 },
  online_sale: { is_enabled: false },
};

/** Values that never change. Samples of deletions use ids that no other sample reads. */
const fixed: Record<string, SampleValues> = {
  'b2b-v1 authorize_user': { body: { login, password } },
  // What they have already, which the documentation shows.
  'b2b-v1 update_chain': { body: { title: demoChain } },
  'b2b-v1 update_location_profile': { body: { schedule: demoPlaces[0]?.columns.schedule } },
  'b2b-v1 update_user_data': { userToken: neighbour.token, body: { name: neighbour.name } },
  'b2b-v1 update_user_password': {
    userToken: neighbour.token,
    body: { current_password: neighbour.password, password: 'a longer new password' },
  },
  'b2b-v1 delete_location': { userToken: neighbour.token, parameters: { location_id: 3 } },
  'b2b-v1 get_user_roles': { parameters: { user_id: 6 } },
  'b2b-v1 get_user_permissions': { parameters: { user_id: 6 } },
  'b2b-v1 update_user_permissions': {
    parameters: { user_id: 6 },
    body: { user_permissions: [{ slug: 'clients_export_access', value: false }] },
  },
  'b2b-v1 create_user_invitation': {
    body: { invites: [{ name: 'Olivia', search: 'olivia@foyer.example', position: 'Reception', user_role: 'administrator' }] },
  },
  'b2b-v1 copy_user_permissions_to_locations': {
    parameters: { user_id: 2 },
    body: { user_company_links: [{ company_id: 2 }] },
  },
  // The adviser and the manager of the office, who are users of both locations.
  'b2b-v1 remove_user_from_location': { parameters: { user_id: 8 } },
  'b2b-v1 remove_user_from_locations': { parameters: { user_id: 9 }, body: { user_company_links: [{ company_id: 2 }] } },
  'b2b-v1 revoke_user_invitation': { parameters: { invited_id: 10 } },
  'b2b-v1 set_chain_user': { parameters: { user_id: 2 } },
  // The accountant.
  'b2b-v1 delete_chain_user': { parameters: { user_id: 5 } },
  'b2b-v1 delete_client': { parameters: { id: 299 } },
  'developers update_event_notification_settings': {
    body: { urls: ['https://hooks.example.com/foyer'], active: 1, loyalty_card: 1, self_sending: 1 },
  },
  'developers list_webhook_deliveries': { parameters: { count: 25 } },
  'developers list_voip_calls': { parameters: { salon_id: 1, date_from: daysAgo(8), date_to: daysAgo(-1), limit: 25 } },
  'developers marketplace_partner_application_add_discount': { body: { salon_ids: [1], application_id: 1, discount: 15.5 } },
  'developers marketplace_partner_application_payment_link': { parameters: ofReminders },
  'developers marketplace_partner_applications_update_channel': {
    body: { ...ofReminders, channel_slug: 'whatsapp', is_available: true },
  },
  'developers uninstall_marketplace_app': { parameters: { application_id: 2 } },
  'developers marketplace_notification_settings_callback': {
    body: { ...ofReminders, api_key: '2f181e2a-5c22-4ae7-9d9b-07104f312c28', webhook_urls: ['https://partner.example/webhook'] },
  },
  'developers marketplace_notification_settings_redirect_callback': { body: ofReminders },
  'developers marketplace_notification_payment_callback': {
    body: {
      ...ofReminders,
      currency_iso: 'USD',
      payment_sum: 29,
      payment_date: '2026-09-21 10:10:00',
      period_from: '2026-09-21 00:00:00',
      period_to: '2026-10-21 23:59:59',
    },
  },
  'developers set_marketplace_notification_short_names': { body: { ...ofReminders, short_names: ['Lavender'] } },
  'developers connect_marketplace_application': { parameters: { application_id: 3 } },
  'developers disconnect_marketplace_application': { parameters: { application_id: 4 } },
  'developers delete_marketplace_application': { parameters: { application_id: 5 } },
  'developers list_chain_voip_calls': { parameters: { date_from: daysAgo(8), date_to: daysAgo(-1), limit: 25 } },
  'developers delete_voip_calls': { parameters: { phone: '+447700900144' } },
  'developers update_voip_settings': { body: { days_kept: 180 } },
  'b2b-v1 upload_client_files': { form: { description: 'Notes of the first visit' } },
  'b2b-v1 get_client_list': {
    body: {
      page: 1,
      page_size: 25,
      fields: ['id', 'name', 'surname', 'phone'],
      order_by: 'name',
      order_by_direction: 'ASC',
      operation: 'AND',
      filters: [{ type: 'quick_search', state: { value: 'halv' } }],
    },
  },
  // The first three members have statements of two weeks: one paid, two confirmed and three drafts.
  'b2b-v1 get_team_member_payroll_calculation': { parameters: { team_member_id: 1, calculation_id: 1 } },
  'b2b-v1 explain_payroll_statement': { parameters: { team_member_id: 1, calculation_id: 1 } },
  'b2b-v1 recalculate_payroll_statement': { parameters: { team_member_id: 1, calculation_id: 4 } },
  'b2b-v1 confirm_payroll_statement': { parameters: { team_member_id: 2, calculation_id: 5 } },
  'b2b-v1 reopen_payroll_statement': { parameters: { team_member_id: 3, calculation_id: 3 } },
  'b2b-v1 delete_payroll_statement': { parameters: { team_member_id: 3, calculation_id: 6 } },
  'b2b-v1 add_payroll_statement_item': {
    parameters: { team_member_id: 1, calculation_id: 4 },
    body: { item_type_slug: 'bonus', amount: 50, date: daysAgo(4), title: 'Best reviews' },
  },
  'b2b-v1 pay_payroll_statement': {
    parameters: { team_member_id: 2, calculation_id: 2 },
    body: { account_id: 1, comment: 'A week' },
  },
  'b2b-v1 create_payroll_statements': {
    body: { date_from: daysAgo(21), date_to: daysAgo(15), staff_ids: [1], comment: 'Three weeks ago' },
  },
  'b2b-v1 delete_pay_rule': { parameters: { rule_id: 4 } },
  'b2b-v1 delete_pay_scheme': { parameters: { scheme_id: 1 } },
  'b2b-v1 set_team_member_pay_schemes': { body: { salary_schemes: [{ salary_scheme_id: 2, date_start: daysAgo(30) }] } },
  'b2b-v1 update_timetable_schedule_day': { body: { events_capacity: 8, force: false } },
  // The one without samples of booking.
  'b2b-v1 clear_prepayment_settings': { parameters: { location_id: 2 } },
  'b2b-v1 delete_financial_transaction': { parameters: { transaction_id: 3 } },
  // The accounts of both locations come first, then the one of the bank.
  'b2b-v1 archive_account': { parameters: { account_id: 5 } },
  'b2b-v1 restore_account': { parameters: { account_id: 5 } },
  'b2b-v1 update_expense': { parameters: { expense_id: 1000 } },
  'b2b-v1 delete_expense': { parameters: { expense_id: 1001 } },
  'b2b-v1 delete_deposit_type': { parameters: { deposit_type_id: 2 } },
  // Nobody has bought the last two types of gift cards.
  'b2b-v1 chain_loyalty_certificate_types_update': { parameters: { type_id: 3 }, body: giftCardType },
  'b2b-v1 chain_loyalty_certificate_types_create': { body: giftCardType },
  'b2b-v1 chain_loyalty_certificate_types_archive': { parameters: { type_id: 3 } },
  'b2b-v1 chain_loyalty_certificate_types_delete': { parameters: { type_id: 4 } },
  // Nobody has bought the third type of memberships, and the fourth one is deleted.
  'b2b-v1 chain_loyalty_membership_types_create': {
    body: {
      title: '10 haircuts',
      salon_group_id: 1,
      cost: 400,
      location_ids: [1],
      period: 6,
      period_unit_id: 3,
      allow_freeze: true,
      freeze_limit: 30,
      is_united_balance: true,
      united_balance_services_count: 10,
      service_categories: { 1: 0 },
    },
  },
  'b2b-v1 chain_loyalty_membership_types_update': {
    parameters: { loyalty_membership_type_id: 3 },
    body: {
      title: '5 manicures',
      salon_group_id: 1,
      cost: 190,
      location_ids: [1, 2],
      period: 3,
      period_unit_id: 3,
      is_united_balance: true,
      united_balance_services_count: 5,
      service_categories: [],
    },
  },
  'b2b-v1 chain_loyalty_membership_types_archive': { parameters: { loyalty_membership_type_id: 3 } },
  'b2b-v1 chain_loyalty_membership_types_delete': { parameters: { loyalty_membership_type_id: 3 } },
  'b2b-v1 chain_loyalty_membership_types_restore': {
    parameters: { loyalty_membership_type_id: 4 },
    body: { restore_in_title: '5 manicures, spring offer' },
  },
  'b2b-v1 get_user_memberships': { userToken: demoCredentials.clientToken },
  'b2b-v1 get_user_gift_cards': { userToken: demoCredentials.clientToken },
  'b2b-v1 get_user_loyalty_cards': { userToken: demoCredentials.clientToken },
  'b2b-v1 get_membership_list': { parameters: { created_after: daysAgo(30), created_before: daysAgo(-1) } },
  'b2b-v1 delete_chain_loyalty_program': { parameters: { loyalty_program_id: 3 } },
  'b2b-v1 get_location_analytics_overall': lastWeek,
  'b2b-v1 get_location_analytics_occupancy_daily': lastWeek,
  'b2b-v1 get_location_analytics_revenue_daily': lastWeek,
  'b2b-v1 get_appointment_analytics_by_source': lastWeek,
  'b2b-v1 get_appointment_analytics_by_status': lastWeek,
  'b2b-v1 get_location_analytics_appointments_daily': lastWeek,
  'b2b-v1 get_loyalty_program_revenue_statistics': ofDiscount,
  'b2b-v1 get_loyalty_program_team_member_statistics': ofDiscount,
  'b2b-v1 get_loyalty_program_client_statistics': ofDiscount,
  'b2b-v1 delete_loyalty_card_type': { parameters: { card_type_id: 3 } },
  'b2b-v1 delete_loyalty_template': { parameters: { template_id: 2 } },
  'b2b-v1 remove_loyalty_card': { parameters: { card_id: 8 } },
  'b2b-v1 issue_loyalty_card': { body: { loyalty_card_type_id: 2, phone: 13155550175 } },
  'b2b-v1 get_chain_loyalty_transaction_list': {
    parameters: { created_after: daysAgo(30), created_before: daysAgo(-1), count: 25 },
  },
  'b2b-v1 patch_service': { parameters: { service_id: 6 } },
  'b2b-v1 delete_service': { parameters: { service_id: 59 } },
  'b2b-v1 get_composite_service': { parameters: { service_id: 5 } },
  'b2b-v1 set_composite_service': { parameters: { service_id: 5 } },
  'b2b-v1 delete_composite_service': { parameters: { service_id: 5 } },
  'b2b-v2 list_composite_service_attendance_services': { parameters: { service_id: 5 } },
  'b2b-v1 delete_service_category': { parameters: { id: 11 } },
  'b2b-v1 remove_service_from_team_member': { parameters: { service_id: 24 } },
  'b2b-v1 delete_team_member': { parameters: { team_member_id: 7 } },
  'b2b-v1 delete_team_member_calendar_feed': { parameters: { team_member_id: 2 } },
  'b2b-v1 get_client_calendar_feed': { parameters: { client_id: demoClientId } },
  'public get_own_calendar_feed': { userToken: demoCredentials.clientToken },
  'public set_own_calendar_feed': { userToken: demoCredentials.clientToken },
  'public delete_own_calendar_feed': { userToken: demoCredentials.clientToken },
  'b2b-v1 delete_booking_widget': { parameters: { form_id: 2 } },
  'b2b-v1 delete_custom_field': { parameters: { field_id: 3 } },
  'b2b-v1 create_tag': { parameters: { title: 'New here', color: '#2f9e44' } },
  'b2b-v1 delete_tag_by_tag_id': { parameters: { tag_id: 4 } },
  // The storages of both locations come first, then an empty one and an archived one.
  'b2b-v1 create_document': { body: atDesk },
  'b2b-v1 create_inventory_operation': {
    body: { ...atDesk, transactions: [{ good_id: 1, amount: 1, cost_per_unit: 24, discount: 10 }] },
  },
  'b2b-v1 create_stocktaking': {
    body: { storage_id: 2, comment: 'End of the quarter', goods: [{ good_id: 1, amount: 15 }] },
  },
  'b2b-v1 get_tax_system_list': { parameters: { country_id: 643 } },
  // The register stays that of the demo.
  'b2b-v1 update_fiscal_settings': { body: { custom_text: 'Thank you, see you soon', cashier_position: 'Receptionist' } },
  'b2b-v1 delete_resource': { parameters: { resource_id: 5 } },
  'b2b-v1 delete_resource_instance': { parameters: { resource_id: 5, instance_id: 12 } },
  'b2b-v1 create_team_member_tip_settings': { body: { staff_id: 4 } },
  'b2b-v1 delete_image': { form: { image_group_id: '1' } },
  'b2b-v1 update_storage': { parameters: { storage_id: 5 } },
  'b2b-v1 archive_storage': { parameters: { storage_id: 5 } },
  'b2b-v1 restore_storage': { parameters: { storage_id: 6 } },
  'b2b-v1 update_supplier': { parameters: { supplier_id: 2 } },
  'b2b-v1 archive_supplier': { parameters: { supplier_id: 2 } },
  'b2b-v1 restore_supplier': { parameters: { supplier_id: 3 } },
  // Nobody follows the last of the four bills of materials.
  'b2b-v1 create_bill_of_materials': { body: { title: 'Toner', technological_card_items: [usedUp] } },
  'b2b-v1 update_bill_of_materials': {
    parameters: { technological_card_id: 4 },
    body: { title: 'Massage of hands and arms', technological_card_items: [usedUp] },
  },
  'b2b-v1 delete_bill_of_materials': { parameters: { technological_card_id: 4 } },
  'b2b-v1 search_product': { parameters: { term: 'shampoo' } },
  'b2b-v1 delete_product': { parameters: { product_id: 21 } },
  'b2b-v1 archive_product': { parameters: { product_id: 20 } },
  'b2b-v1 restore_product': { parameters: { product_id: 22 } },
  'b2b-v1 get_product_category_list_by_ids': { parameters: { ids: [1, 5] } },
  'b2b-v1 delete_product_category': { parameters: { category_id: 11 } },
  'b2b-v1 update_product_unit': { parameters: { unit_id: 1000 } },
  'b2b-v1 delete_product_unit': { parameters: { unit_id: 1001 } },
  'b2b-v1 upload_image': { form: { company_id: '1', service_id: '1', master_id: null } },
  'b2b-v2 delete_tag': { parameters: { tag_id: 3 } },
  'public authorize_online_booking_user': { body: { login: clientLogin, password } },
  'public update_booking_user': { body: { name: 'Lindsey Leannon-Hart' } },
  'public update_booking_user_password': {
    userToken: guest.token,
    body: { old_password: guest.password, new_password: 'a longer new password' },
  },
  'public send_phone_update_verification_code': { parameters: { company_id: 1, phone: '+13155550188' } },
};

/** The context for finding the values of a sample. */
interface Inquiry {
  db: Tx;
  location: Location;
  /** The address of the server, for links. */
  signingKey: Buffer;
}

type Find = (of: Inquiry) => Promise<SampleValues | undefined>;

const usualWish = { id: 1, services: [1], staff_id: 1 };

/** A time that clients can book. @param nth the days with slots are counted from 0 */
async function slotOn({ db, location }: Inquiry, nth: number): Promise<string | undefined> {
  const { services: serviceIds, staff_id: memberId } = usualWish;
  const start = (await comingSlots(db, location, { serviceIds, memberId }, nth + 1))[nth];
  return start && zonedDateTime(start, location.timeZone);
}

/** The future appointments that the client booked, the next one first. */
const bookings = ({ db, location }: Inquiry) =>
  db
    .select({ id: appointments.id, hash: appointments.hash })
    .from(appointments)
    .where(
      and(
        eq(appointments.locationId, location.id),
        eq(appointments.clientId, demoClientId),
        eq(appointments.isOnline, true),
        gt(appointments.startsAt, new Date()),
        isNull(appointments.deletedAt),
      ),
    )
    .orderBy(asc(appointments.startsAt));

const bookingAt =
  (index: number): Find =>
  async (of) => {
    const booking = (await bookings(of)).at(index);
    return booking && { parameters: { location_id: of.location.id, record_id: booking.id, record_hash: booking.hash } };
  };

/** A client who waits for a day on which nothing is free. */
const waitingAt =
  (index: number): Find =>
  async ({ db, location }) => {
    const found = await db
      .select({ id: waitingEntries.id })
      .from(waitingEntries)
      .where(eq(waitingEntries.locationId, location.id))
      .orderBy(asc(waitingEntries.id));
    const entry = found[index];
    return entry && { parameters: { waiting_entry_id: entry.id } };
  };

/** A day that somebody waits for already. */
async function waitedDate({ db, location }: Parameters<Find>[0]): Promise<string | undefined> {
  const [entry] = await db
    .select({ date: waitingEntries.dateFrom })
    .from(waitingEntries)
    .where(eq(waitingEntries.locationId, location.id))
    .orderBy(asc(waitingEntries.id));
  return entry?.date;
}

/** A future appointment that its client has paid in advance. */
const prepaidAt =
  (index: number): Find =>
  async ({ db, location }) => {
    const found = await db
      .select({ id: appointments.id, hash: appointments.hash })
      .from(appointments)
      .where(and(eq(appointments.locationId, location.id), eq(appointments.prepayment, 'paid'), isNull(appointments.deletedAt)))
      .orderBy(asc(appointments.id));
    const appointment = found[index];
    return appointment && { parameters: { record_id: appointment.id, record_hash: appointment.hash } };
  };

/** The latest visit that a client came to and has said nothing of. */
const hook: Find = async ({ db, location }) => {
  const [row] = await addressesOf(db, location.id);
  return row && { parameters: { address_id: row.address.id } };
};

const hookDelivery: Find = async ({ db, location }) => {
  const [row] = await listDeliveries(db, location.id, {}, { offset: 0, limit: 1 });
  return row && { parameters: { delivery_id: webhookId(row.uid) } };
};

const feedback: Find = async ({ db, location }) => {
  const [visit] = await db
    .select({ id: appointments.id, hash: appointments.hash })
    .from(appointments)
    .where(
      and(
        eq(appointments.locationId, location.id),
        eq(appointments.attendance, 1),
        lt(appointments.startsAt, new Date()),
        isNull(appointments.deletedAt),
        notExists(
          db
            .select({ id: reviews.id })
            .from(reviews)
            .where(and(eq(reviews.locationId, appointments.locationId), eq(reviews.appointmentId, appointments.id))),
        ),
      ),
    )
    .orderBy(desc(appointments.startsAt), asc(appointments.id))
    .limit(1);
  return visit && { parameters: { record_token: reviewTokenOf(visit.id, visit.hash) } };
};

/** One of the last single appointments of the calendar, counted from the end. */
const lateAppointment =
  (index: number, values: (id: number) => SampleValues): Find =>
  async ({ db, location }) => {
    const [row] = await db
      .select({ id: appointments.id })
      .from(appointments)
      .where(
        and(
          eq(appointments.locationId, location.id),
          isNull(appointments.eventId),
          isNull(appointments.deletedAt),
          eq(appointments.isOnline, false),
        ),
      )
      .orderBy(desc(appointments.startsAt), desc(appointments.id))
      .offset(index)
      .limit(1);
    return row && values(row.id);
  };

/** One of the last events without guests, counted from the end. Those of the class that repeats have one. */
const lateEvent =
  (index: number): Find =>
  async ({ db, location }) => {
    const [row] = await db
      .select({ id: events.id })
      .from(events)
      .where(and(eq(events.locationId, location.id), eq(events.booked, 0), isNull(events.deletedAt)))
      .orderBy(desc(events.startsAt), desc(events.id))
      .offset(index)
      .limit(1);
    return row && { parameters: { event_id: row.id } };
  };

/** What was used cannot be taken back, so the sale of a gift card or membership is no sample. */
const issuesNothing = sql`not exists (select from document_lines lines
  where lines.location_id = ${documents.locationId} and lines.document_id = ${documents.id} and (
    exists (select from gift_cards issued where issued.location_id = lines.location_id and issued.line_id = lines.id)
    or exists (select from memberships issued where issued.location_id = lines.location_id and issued.line_id = lines.id)))`;

/** The product of a type of gift cards. */
const giftCardProduct =
  (typeId: number): Find =>
  async ({ db, location }) => {
    const [row] = await db
      .select({ id: products.id })
      .from(products)
      .where(and(eq(products.locationId, location.id), eq(products.giftCardTypeId, typeId)));
    return row && { parameters: { product_id: row.id } };
  };

/** A gift card with a code. */
const giftCard =
  (values: (card: { id: number; number: string; phone: string | null }) => SampleValues): Find =>
  async ({ db, location }) => {
    const [row] = await db
      .select({ id: giftCards.id, number: giftCards.number, phone: giftCards.phone })
      .from(giftCards)
      .where(and(eq(giftCards.chainId, location.chainId), eq(giftCards.locationId, location.id), ne(giftCards.number, '')))
      .orderBy(asc(giftCards.id))
      .limit(1);
    return row && values(row);
  };

/** A membership of the location that is active, frozen or not, for visits without a limit or not. */
const membership =
  (
    which: { isFrozen: boolean; isUnlimited: boolean },
    values: (membership: { id: number; phone: string | null }) => SampleValues,
  ): Find =>
  async ({ db, location }) => {
    const [row] = await db
      .select({ id: memberships.id, phone: memberships.phone })
      .from(memberships)
      .where(
        and(
          eq(memberships.chainId, location.chainId),
          eq(memberships.locationId, location.id),
          eq(memberships.isUnlimited, which.isUnlimited),
          (which.isFrozen ? isNotNull : isNull)(memberships.frozenAt),
          isNotNull(memberships.activatedAt),
          isNull(memberships.deletedAt),
        ),
      )
      .orderBy(asc(memberships.id))
      .limit(1);
    return row && values(row);
  };
const oneForVisits = { isFrozen: false, isUnlimited: false };
const asMembership = ({ id }: { id: number }) => ({ parameters: { membership_id: id } });

/** A membership for classes with its owner, the class that repeats, and its days. */
const membershipForEvent =
  (values: (of: { id: number; clientId: number; eventId: number; dayIds: number[] }) => SampleValues): Find =>
  async ({ db, location }) => {
    const [row] = await db
      .select({
        id: memberships.id,
        clientId: memberships.clientId,
        eventId: eventSeries.originalEventId,
        series: eventSeries.id,
      })
      .from(memberships)
      .innerJoin(eventSeries, and(eq(eventSeries.locationId, memberships.locationId), isNull(eventSeries.deletedAt)))
      .where(
        and(
          eq(memberships.chainId, location.chainId),
          eq(memberships.locationId, location.id),
          eq(memberships.isUnlimited, true),
          isNull(memberships.frozenAt),
          isNotNull(memberships.clientId),
          isNull(memberships.deletedAt),
        ),
      )
      .orderBy(asc(memberships.id), asc(eventSeries.id))
      .limit(1);
    if (!row?.clientId) return undefined;
    const days = await listSeriesDays(db, location.id, row.series, allCalendars);
    return values({ ...row, clientId: row.clientId, dayIds: days.map(({ id }) => id) });
  };

/** The next visit of a regular, with the card. */
const visitOfRegular: Find = async ({ db, location }) => {
  const [visit] = await openVisits(db, location.id, 'coming', 1, hasCard(db, location.chainId, regulars));
  if (!visit) return undefined;
  const card = (await cardsOfPhone(db, location.chainId, visit.phone)).find(({ typeId }) => typeId === regulars);
  return card && { parameters: { card_id: card.id, program_id: 1 }, body: { record_id: visit.id, visit_id: visit.visitId } };
};

/** The latest visit in which the first promotion gave its discount to a card. */
async function discountedVisit(db: Tx, location: { id: number }) {
  const [row] = await db
    .select({ card: loyaltyTransactions.cardId, visit: appointments.visitId, record: appointments.id })
    .from(loyaltyTransactions)
    .innerJoin(
      appointments,
      and(
        eq(appointments.locationId, loyaltyTransactions.locationId),
        eq(appointments.documentId, loyaltyTransactions.documentId),
      ),
    )
    .where(
      and(
        eq(loyaltyTransactions.locationId, location.id),
        eq(loyaltyTransactions.type, 1),
        isNotNull(loyaltyTransactions.cardId),
        isNull(loyaltyTransactions.cancelledAt),
      ),
    )
    .orderBy(desc(loyaltyTransactions.id))
    .limit(1);
  return row?.card ? { ...row, card: row.card } : undefined;
}

/** One of the last documents of a type, counted from the end. */
const lateDocument =
  (type: DocumentType, index: number, values: (id: number) => SampleValues): Find =>
  async ({ db, location }) => {
    const [row] = await db
      .select({ id: documents.id })
      .from(documents)
      .where(and(eq(documents.locationId, location.id), eq(documents.type, type), isNull(documents.deletedAt), issuesNothing))
      .orderBy(desc(documents.id))
      .offset(index)
      .limit(1);
    return row && values(row.id);
  };
const asDocument = (id: number) => ({ parameters: { document_id: id } });
const asStocktaking = (id: number) => ({ parameters: { stocktaking_id: id } });

const soldAtDesk = { good_id: 1, amount: 1, cost_per_unit: 24, discount: 0, cost: 24, operation_unit_type: 1 };

/** The last sale at the desk that is not deleted, with its last line. */
const lateSale =
  (index: number, values: (line: { id: number; documentId: number }) => SampleValues): Find =>
  async ({ db, location }) => {
    const [row] = await db
      .select({ id: documentLines.id, documentId: documentLines.documentId })
      .from(documentLines)
      .innerJoin(documents, and(eq(documents.locationId, documentLines.locationId), eq(documents.id, documentLines.documentId)))
      .where(
        and(eq(documentLines.locationId, location.id), eq(documents.type, 1), isNull(documentLines.deletedAt), issuesNothing),
      )
      .orderBy(desc(documentLines.id))
      .offset(index)
      .limit(1);
    return row && values(row);
  };

/** A payment of a visit into an account, the latest first. */
const paidVisit =
  (index: number, values: (payment: { id: number; documentId: number }) => SampleValues): Find =>
  async ({ db, location }) => {
    const [row] = await db
      .select({ id: financeTransactions.id, documentId: appointments.documentId })
      .from(financeTransactions)
      .innerJoin(
        appointments,
        and(
          eq(appointments.locationId, financeTransactions.locationId),
          eq(appointments.documentId, financeTransactions.documentId),
        ),
      )
      .where(
        and(
          eq(financeTransactions.locationId, location.id),
          isNull(financeTransactions.deletedAt),
          isNull(appointments.deletedAt),
        ),
      )
      .orderBy(desc(financeTransactions.id))
      .offset(index)
      .limit(1);
    return row && values(row);
  };

/** A visit to which the client came and that is not paid. */
const unpaidVisit =
  (values: (documentId: number) => SampleValues): Find =>
  async ({ db, location }) => {
    const [row] = await db
      .select({ id: appointments.documentId })
      .from(appointments)
      .where(
        and(
          eq(appointments.locationId, location.id),
          eq(appointments.attendance, 1),
          eq(appointments.paid, noMoney),
          isNull(appointments.deletedAt),
        ),
      )
      .orderBy(asc(appointments.startsAt), asc(appointments.id))
      .limit(1);
    return row && values(row.id);
  };

/** An appointment that uses something up, the earliest first, with a service that does. */
const usingAppointment =
  (index: number, values: (recordId: number, serviceId: number) => SampleValues): Find =>
  async ({ db, location }) => {
    const [row] = await db
      .selectDistinct({ id: appointmentConsumables.appointmentId, serviceId: appointmentConsumables.serviceId })
      .from(appointmentConsumables)
      .innerJoin(
        appointments,
        and(
          eq(appointments.locationId, appointmentConsumables.locationId),
          eq(appointments.id, appointmentConsumables.appointmentId),
        ),
      )
      .where(and(eq(appointmentConsumables.locationId, location.id), isNull(appointments.deletedAt)))
      .orderBy(asc(appointmentConsumables.appointmentId))
      .offset(index)
      .limit(1);
    return row && values(row.id, row.serviceId);
  };
const asUsing = (record_id: number, service_id: number) => ({ parameters: { record_id, service_id } });

/** The phone number of the first loyalty card of the location. */
const phoneOfCard: Find = async ({ db, location }) => {
  const [row] = await db
    .select({ phone: loyaltyCards.phone })
    .from(loyaltyCards)
    .where(and(eq(loyaltyCards.locationId, location.id), isNull(loyaltyCards.deletedAt)))
    .orderBy(asc(loyaltyCards.id))
    .limit(1);
  return row?.phone ? { parameters: { phone: row.phone.slice(1) } } : undefined;
};

/** A visit that points have paid a part of, with its appointment and the card. */
async function paidWithPoints(db: Tx, location: { id: number }) {
  const [row] = await db
    .select({ card: loyaltyTransactions.cardId, visit: appointments.visitId, record: appointments.id })
    .from(loyaltyTransactions)
    .innerJoin(
      appointments,
      and(
        eq(appointments.locationId, loyaltyTransactions.locationId),
        eq(appointments.documentId, loyaltyTransactions.documentId),
      ),
    )
    .where(and(eq(loyaltyTransactions.locationId, location.id), eq(loyaltyTransactions.type, 3)))
    .orderBy(asc(loyaltyTransactions.id))
    .limit(1);
  return row?.card ? { ...row, card: row.card } : undefined;
}

/** Values that are found when a sample is shown: secrets, and data that other visitors may have changed. */
const lookups: Record<string, Find> = {
  'b2b-v1 delete_user_token': async ({ db }) => {
    const [session] = await db
      .select({ id: userTokens.id })
      .from(userTokens)
      .innerJoin(users, eq(users.id, userTokens.userId))
      .where(and(eq(users.email, login), ne(userTokens.note, readyToken)))
      .orderBy(asc(userTokens.id))
      .limit(1);
    return session && { parameters: { token_id: session.id } };
  },
  'b2b-v1 delete_client_comment': async ({ db, location }) => {
    const [comment] = await db
      .select({ id: clientComments.id, client_id: clientComments.clientId })
      .from(clientComments)
      .where(eq(clientComments.locationId, location.id))
      .orderBy(desc(clientComments.id))
      .limit(1);
    return comment && { parameters: { comment_id: comment.id, client_id: comment.client_id } };
  },
  'b2b-v1 delete_client_file': async ({ db, location }) => {
    const [file] = await db
      .select({ id: clientFiles.id, client_id: clientFiles.clientId })
      .from(clientFiles)
      .where(eq(clientFiles.locationId, location.id))
      .orderBy(desc(clientFiles.id))
      .limit(1);
    return file && { parameters: { file_id: file.id, client_id: file.client_id } };
  },
  'public get_calendar_feed': async ({ db, location, signingKey }) => {
    const [feed] = await db
      .select()
      .from(calendarFeeds)
      .where(and(eq(calendarFeeds.locationId, location.id), eq(calendarFeeds.teamMemberId, 1)));
    return feed && { parameters: { feed_token: `${feedToken(signingKey, feed)}.ics` } };
  },
  'b2b-v1 download_client_file': async ({ db, location, signingKey }) => {
    const [file] = await db
      .select({ id: clientFiles.id })
      .from(clientFiles)
      .where(eq(clientFiles.locationId, location.id))
      .orderBy(asc(clientFiles.id))
      .limit(1);
    const [owner] = await db.select({ id: users.id }).from(users).where(eq(users.email, login));
    const [partner] = await db.select({ id: partners.id }).from(partners).orderBy(asc(partners.id)).limit(1);
    if (!file || !owner || !partner) return undefined;
    const link = fileLink(signingKey, { location: location.id, file: file.id, user: owner.id, partner: partner.id });
    return { parameters: { file_id: file.id, ...Object.fromEntries(new URL(link, 'http://localhost').searchParams) } };
  },
  'b2b-v1 create_timetable_schedule_day': async ({ db, location }) => {
    const days = await listSeriesDays(db, location.id, 1, allCalendars);
    const free = ['tue', 'wed', 'thu', 'fri', 'sat'].find((_, index) => !days.some(({ weekday }) => weekday === index + 2));
    return {
      body: {
        day_of_week: free,
        events_master_id: 1,
        events_time: '18:00:00',
        events_duration: 3600,
        events_capacity: 4,
        labels_ids: [],
        resource_instances_ids: [],
      },
    };
  },
  'b2b-v1 remove_payroll_statement_item': async ({ db, location }) => {
    const [item] = await db
      .select({ id: payStatementItems.id, member: payStatementItems.teamMemberId, statement: payStatementItems.statementId })
      .from(payStatementItems)
      .innerJoin(
        payStatements,
        and(eq(payStatements.locationId, payStatementItems.locationId), eq(payStatements.id, payStatementItems.statementId)),
      )
      .where(and(eq(payStatementItems.locationId, location.id), eq(payStatements.status, 'draft'), isNull(payStatementItems.key)))
      .orderBy(asc(payStatementItems.id))
      .limit(1);
    return item && { parameters: { team_member_id: item.member, calculation_id: item.statement, item_id: item.id } };
  },
  'b2b-v1 update_appointment': lateAppointment(3, (id) => ({ parameters: { record_id: id } })),
  'b2b-v1 delete_appointment': lateAppointment(0, (id) => ({ parameters: { record_id: id } })),
  'b2b-v2 delete_appointment': lateAppointment(1, (id) => ({ parameters: { appointment_id: id } })),
  'b2b-v2 delete_timetable_appointment': lateAppointment(2, (id) => ({ body: { recordId: id } })),
  'b2b-v2 get_attendance_product_item': async ({ db, location }) => {
    const [line] = await db
      .select({ id: documentLines.id })
      .from(documentLines)
      .innerJoin(
        appointments,
        and(eq(appointments.locationId, documentLines.locationId), eq(appointments.documentId, documentLines.documentId)),
      )
      .where(
        and(
          eq(documentLines.locationId, location.id),
          eq(documentLines.type, 1),
          isNull(documentLines.deletedAt),
          isNull(appointments.deletedAt),
        ),
      )
      .orderBy(asc(documentLines.id))
      .limit(1);
    return line && { parameters: { attendance_product_item_id: line.id } };
  },
  'b2b-v1 get_sale_transaction': paidVisit(0, ({ documentId }) => asDocument(documentId)),
  'b2b-v1 create_payment_with_loyalty_methods': unpaidVisit((id) => ({
    ...asDocument(id),
    body: { payment: { method: { slug: 'account', account_id: 1 }, amount: 5 } },
  })),
  'b2b-v1 delete_location_account_payment': paidVisit(1, ({ documentId, id }) => ({
    parameters: { document_id: documentId, payment_transaction_id: id },
  })),
  'b2b-v1 print_fiscal_receipt': paidVisit(2, ({ documentId }) => ({ body: { document_id: documentId, type: 0 } })),
  'b2b-v1 handle_fiscalization_callback': async ({ db, location }) => {
    const [row] = await db
      .select({ id: fiscalTransactions.uid })
      .from(fiscalTransactions)
      .where(eq(fiscalTransactions.locationId, location.id))
      .orderBy(desc(fiscalTransactions.id))
      .limit(1);
    return row && { body: { id: row.id, status: 'success', code: 0, message: 'OK' } };
  },
  'developers update_webhook_address': hook,
  'developers rotate_webhook_secret': hook,
  'developers send_test_webhook': hook,
  'developers get_webhook_delivery': hookDelivery,
  'developers resend_webhook_delivery': hookDelivery,
  'developers read_marketplace_payment_link': async ({ db, signingKey }) => {
    const application = await getApplication(db, ofReminders.application_id);
    const text = new URLSearchParams({ salon_id: '1', application_id: '1', source: 'api' }).toString();
    return { parameters: { ...ofReminders, source: 'api', sign: signature(tokenOf(signingKey, application), text, 'hex') } };
  },
  'developers handle_voip_integration_event': async ({ db, location, signingKey }) => {
    const { token } = await getTelephony(db, location.chainId, signingKey);
    const call = { phone: '+13155550175', user: 'desk-1', diversion: '+12125550100' };
    return { body: { command: 'event', type: 'incoming', crm_token: token, ...call } };
  },
  'developers get_voip_caller': async ({ db, location }) => {
    const [client] = await db
      .select({ phone: clients.phone })
      .from(clients)
      .where(and(eq(clients.locationId, location.id), eq(clients.id, demoClientId)));
    return client && { parameters: { phone: client.phone } };
  },
  'b2b-v1 delete_loyalty_payment_transaction': async ({ db, location }) => {
    const [row] = await db
      .select({ id: clientAccountTransactions.id, documentId: clientAccountTransactions.documentId })
      .from(clientAccountTransactions)
      .where(
        and(
          eq(clientAccountTransactions.locationId, location.id),
          lt(clientAccountTransactions.amount, noMoney),
          isNull(clientAccountTransactions.deletedAt),
        ),
      )
      .orderBy(desc(clientAccountTransactions.id))
      .limit(1);
    return row && { parameters: { document_id: row.documentId, payment_transaction_id: row.id } };
  },
  'b2b-v1 get_team_member_service_bill_of_materials': async ({ db, location }) => {
    const [link] = await db
      .select({ team_member_id: serviceTeamMembers.teamMemberId, service_id: serviceTeamMembers.serviceId })
      .from(serviceTeamMembers)
      .where(and(eq(serviceTeamMembers.locationId, location.id), isNotNull(serviceTeamMembers.billId)))
      .orderBy(asc(serviceTeamMembers.teamMemberId), asc(serviceTeamMembers.serviceId))
      .limit(1);
    return link && { parameters: link };
  },
  'b2b-v1 get_appointment_consumables': usingAppointment(0, asUsing),
  'b2b-v1 update_appointment_service_consumables': usingAppointment(1, (record_id, service_id) => ({
    ...asUsing(record_id, service_id),
    body: { consumables: [{ goods_transaction_id: 0, record_id, service_id, price: 3.5, ...usedUp }] },
  })),
  'b2b-v1 unlink_appointment_service_association': usingAppointment(2, asUsing),
  'b2b-v1 generate_loyalty_code': giftCardProduct(1),
  'b2b-v1 get_client_gift_cards': giftCard(({ phone }) => ({ parameters: { company_id: 1, phone: (phone ?? '').slice(1) } })),
  'b2b-v1 find_gift_card_by_code': giftCard(({ number }) => ({ parameters: { number } })),
  'b2b-v1 get_gift_card_history': giftCard(({ id }) => ({ parameters: { certificate_id: id } })),
  'b2b-v1 set_gift_card_balance': giftCard(({ id }) => ({ parameters: { certificate_id: id } })),
  'b2b-v1 set_gift_card_period': giftCard(({ id }) => ({ parameters: { certificate_id: id } })),
  'b2b-v1 chain_loyalty_memberships_freeze': membership(oneForVisits, ({ id }) => ({
    ...asMembership({ id }),
    body: { freeze_till: `${daysAgo(-14)}T23:59:59-05:00` },
  })),
  'b2b-v1 chain_loyalty_memberships_unfreeze': membership({ isFrozen: true, isUnlimited: true }, asMembership),
  'b2b-v1 chain_loyalty_memberships_set_balance': membership(oneForVisits, ({ id }) => ({
    ...asMembership({ id }),
    body: { united_balance_services_count: 8 },
  })),
  'b2b-v1 chain_loyalty_memberships_set_period': membership(oneForVisits, asMembership),
  'b2b-v1 get_membership_history': membership(oneForVisits, asMembership),
  'b2b-v1 set_membership_balance': membership(oneForVisits, asMembership),
  'b2b-v1 set_membership_period': membership(oneForVisits, asMembership),
  'b2b-v1 get_client_memberships': membership(oneForVisits, ({ phone }) => ({
    parameters: { company_id: 1, phone: (phone ?? '').slice(1) },
  })),
  'b2b-v1 search_memberships_for_event': membershipForEvent(({ clientId, eventId }) => ({
    parameters: { client_id: clientId, event_id: eventId },
  })),
  'b2b-v1 check_memberships_for_event': membershipForEvent(({ id, clientId, eventId, dayIds }) => ({
    parameters: { membership_id: id, client_id: clientId, event_id: eventId, schedule_day_ids: dayIds.join(',') },
  })),
  'b2b-v1 apply_discount_promotion': visitOfRegular,
  'b2b-v1 cancel_discount_promotion': async ({ db, location }) => {
    const found = await discountedVisit(db, location);
    return (
      found && {
        parameters: { card_id: found.card, program_id: 1 },
        body: { record_id: found.record, visit_id: found.visit },
      }
    );
  },
  'b2b-v1 explain_visit_loyalty': async ({ db, location }) => {
    const found = await discountedVisit(db, location);
    return found && { parameters: { visit_id: found.visit } };
  },
  'b2b-v1 apply_referral_program': async (of) => {
    const { db, location } = of;
    const isNew = hasNoCard(db, location.chainId);
    const [guest] = await openVisits(db, location.id, 'coming', 1, isNew, isFirst);
    const phone = Number((await phoneOfCard(of))?.parameters?.phone);
    return guest && { body: { record_id: guest.id, visit_id: guest.visitId, referrer_phone: phone } };
  },
  'b2b-v1 get_document': lateDocument(1, 0, asDocument),
  'b2b-v1 update_document': lateDocument(1, 0, (id) => ({
    ...asDocument(id),
    body: { ...atDesk, comment: 'Sold in the evening' },
  })),
  'b2b-v1 delete_document': lateDocument(1, 2, asDocument),
  'b2b-v1 get_document_product_transactions': lateDocument(1, 1, asDocument),
  'b2b-v1 create_transaction': lateDocument(1, 0, (id) => ({ body: { document_id: id, ...soldAtDesk } })),
  'b2b-v1 get_transaction': lateSale(0, ({ id }) => ({ parameters: { transaction_id: id } })),
  'b2b-v1 update_transaction': lateSale(0, ({ id, documentId }) => ({
    parameters: { transaction_id: id },
    body: { document_id: documentId, ...soldAtDesk, comment: 'A gift' },
  })),
  'b2b-v1 delete_transaction': lateSale(0, ({ id }) => ({ parameters: { transaction_id: id } })),
  'b2b-v1 get_stocktaking': lateDocument(6, 0, asStocktaking),
  'b2b-v1 delete_stocktaking': lateDocument(6, 0, asStocktaking),
  'b2b-v1 get_document_financial_transactions': async ({ db, location }) => {
    const [row] = await db
      .select({ id: financeTransactions.documentId })
      .from(financeTransactions)
      .where(
        and(
          eq(financeTransactions.locationId, location.id),
          isNotNull(financeTransactions.documentId),
          isNull(financeTransactions.deletedAt),
        ),
      )
      .orderBy(asc(financeTransactions.id))
      .limit(1);
    return row?.id ? { parameters: { document_id: row.id } } : undefined;
  },
  'b2b-v1 get_transactions_by_visit_or_appointment_id': async ({ db, location }) => {
    const [row] = await db
      .select({ id: appointments.id })
      .from(appointments)
      .where(and(eq(appointments.locationId, location.id), eq(appointments.attendance, 1), isNull(appointments.deletedAt)))
      .orderBy(desc(appointments.startsAt), asc(appointments.id))
      .limit(1);
    return row && { parameters: { record_id: row.id } };
  },
  'b2b-v1 get_client_account_by_chain_and_phone': async ({ db, location }) => {
    const [row] = await db
      .select({ phone: clientAccounts.phone })
      .from(clientAccounts)
      .where(eq(clientAccounts.chainId, location.chainId))
      .orderBy(asc(clientAccounts.id))
      .limit(1);
    return row?.phone ? { parameters: { phone: row.phone.slice(1) } } : undefined;
  },
  'b2b-v1 get_loyalty_card_list_by_phone': phoneOfCard,
  'b2b-v1 get_loyalty_card_type_list_for_client': phoneOfCard,
  'b2b-v1 get_chain_client_by_phone_number': phoneOfCard,
  'b2b-v1 get_loyalty_transactions_by_visit': async ({ db, location }) => {
    const paid = await paidWithPoints(db, location);
    return paid && { parameters: { visit_id: paid.visit } };
  },
  'b2b-v1 apply_loyalty_card_deduction': async ({ db, location }) => {
    const paid = await paidWithPoints(db, location);
    return paid && { parameters: { card_id: paid.card }, body: { record_id: paid.record, visit_id: paid.visit, amount: 20 } };
  },
  'b2b-v1 cancel_loyalty_card_withdrawal': async ({ db, location }) => {
    const paid = await paidWithPoints(db, location);
    return paid && { parameters: { card_id: paid.card }, body: { record_id: paid.record, visit_id: paid.visit } };
  },
  'b2b-v1 delete_event': lateEvent(0),
  'b2b-v2 delete_event': lateEvent(1),
  'b2b-v1 get_image': async ({ db, location }) => {
    const [picture] = (await imagesOf(db, location.id, 'service', [1])).get(1)?.images ?? [];
    return picture && { parameters: { image_name: picture.path.split('/').at(-1) } };
  },
  'public log_in_with_phone_number_and_code': async ({ db }) => {
    const [client] = await db.select({ phone: users.phone }).from(users).where(eq(users.email, clientLogin));
    return client?.phone ? { body: { login: client.phone, password: demoClientCode.code } } : undefined;
  },
  'b2b-v1 set_service_prepayment': async ({ db, location }) => {
    const [service] = await db
      .select({ id: services.id })
      .from(services)
      .where(and(eq(services.locationId, location.id), eq(services.title, prepaidService)));
    return service && { parameters: { service_id: service.id } };
  },
  'b2b-v1 add_waiting_entry': async (of) => {
    const date = await waitedDate(of);
    return date === undefined
      ? undefined
      : { body: { client_id: 3, service_ids: [1], date_from: date, date_to: date, time_from: '14:00' } };
  },
  'public join_waiting_list': async (of) => {
    const date = await waitedDate(of);
    return date === undefined
      ? undefined
      : {
          body: {
            phone: '+13155550175',
            fullname: 'James Smith',
            service_ids: [1],
            team_member_id: 0,
            date_from: date,
            date_to: date,
          },
        };
  },
  'b2b-v1 get_waiting_entry': waitingAt(0),
  'b2b-v1 change_waiting_entry': async (of) => ({ ...(await waitingAt(1)(of)), body: { comment: 'By bus, from 16:00' } }),
  'b2b-v1 close_waiting_entry': waitingAt(2),
  'b2b-v1 get_appointment_prepayment': prepaidAt(0),
  'b2b-v1 refund_appointment_prepayment': prepaidAt(1),
  'public get_own_prepayment': prepaidAt(0),
  'public start_own_prepayment': prepaidAt(0),
  'public get_online_booking_details': bookingAt(0),
  'public get_user_appointment_list': bookingAt(0),
  'public delete_user_appointment': bookingAt(-1),
  'public update_online_booking_datetime': async (of) => {
    const [booking] = await bookings(of);
    const datetime = await slotOn(of, 3);
    return booking && datetime
      ? { parameters: { record_id: booking.id }, body: { datetime, comment: 'A little earlier, please' } }
      : undefined;
  },
  'public get_feedback_form_status': feedback,
  'public submit_feedback_form': async (of) => ({ ...(await feedback(of)), body: { rating: 5, text: 'Excellent service!' } }),
  'public get_time_slots_for_booking': async (of) => {
    const datetime = await slotOn(of, 0);
    return datetime === undefined ? undefined : { parameters: { date: datetime.slice(0, 10) } };
  },
  'public validate_booking_params': async (of) => {
    const datetime = await slotOn(of, 1);
    return datetime === undefined ? undefined : { body: { appointments: [{ ...usualWish, datetime }] } };
  },
  'public create_online_booking': async (of) => {
    const datetime = await slotOn(of, 2);
    if (datetime === undefined) return undefined;
    const wish = { ...usualWish, datetime, custom_fields: { parking: 'yes' } };
    return { body: { phone: '(315) 555-0175', fullname: 'James Smith', email: 'j.smith@example.com', appointments: [wish] } };
  },
};

/**
 * Values for the sample of an operation in the demo, on the day it is shown: existing ids and secrets, and free times.
 * @returns undefined if the declared example works
 */
export async function demoSample(db: Tx, signingKey: Buffer, operation: string): Promise<SampleValues | undefined> {
  if (!(await isDemo(db))) return undefined;
  const find = lookups[operation];
  return find ? find({ db, location: await demoLocation(db), signingKey }) : fixed[operation];
}
