import qs from 'qs';
import { exampleOf } from '../src/api/openapi/example.ts';
import { daysToPresent, moveDates } from '../src/api/openapi/near-today.ts';
import { slugNodes } from '../src/domains/access/permission-slugs.ts';
import { roles } from '../src/domains/access/permissions.ts';
import { cityByTitle } from '../src/domains/locations/dictionaries.ts';
import { type Built, callBuilt, pathOf, pictureForm, type Things, things, titled } from './every-operation.ts';
import { type Answer, openShop, type Shop, somePhone } from './harness.ts';
import { membershipType } from './memberships.ts';
import { signInClient } from './online.ts';
import { someEmail } from './people.ts';
import { setHours } from './salon.ts';

/** A business with one of everything that a request can refer to. */
export interface World {
  shop: Shop;
  ids: Things;
  /** Appears in the names and texts of all its data. */
  mark: string;
  /** The client's whole Authorization header. */
  client: string;
}

/** A type of gift cards that pays one service. */
const certificateType = ({ location_id, service_id }: Things) => ({
  title: 'Gift card',
  balance: 100,
  is_multi: true,
  item_type_id: 3,
  is_allow_empty_code: false,
  balance_edit_type_id: 1,
  service_ids: [service_id],
  salon_ids: [location_id],
  expiration: { type_id: 2, timeout: 365, timeout_unit_id: 1 },
  online_sale: { is_enabled: false },
});

const payRule = ({ service_id }: Things) => ({
  title: 'Half',
  service: { type_slug: 'percent', value: 50 },
  good: null,
  time: { unit: 'hour', value: 10 },
  rates: [{ target_type_slug: 'service', target_id: service_id, type_slug: 'fix', value: 20 }],
  counts_discounts: true,
});

const payPeriod = { date_from: '2030-05-01', date_to: '2030-05-31' };

const payScheme = ({ rule_id }: Things) => ({
  title: 'Seniors',
  rule_id,
  criteria: [
    { title: 'A lot', measure: 'turnover', scope: 'staff', period: 'day', is_retroactive: true, threshold: 1000, rule_id },
  ],
});

let worlds = 0;

/** Opens a business with one of everything. @param clientFields the fields of its client */
export async function openWorld(
  clientFields: Record<string, unknown> = {},
  options: Parameters<typeof openShop>[0] = {},
): Promise<World> {
  const shop = await openShop(options);
  const { locationId: place } = shop;
  const mark = `Mark${process.pid}x${++worlds}x`;
  const phone = somePhone();
  const ids = await things(shop, mark, { name: mark, phone, ...clientFields });
  const must = async (method: string, path: string, body?: unknown) => {
    const answer = await shop.call(method, path, { body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.data;
  };
  const { id: resource_id, instanceIds } = await shop.addResource(mark, 2);
  const tag = async (entity: number) =>
    (await must('POST', `/labels/${place}?title=${mark}${entity}&color=%23ff2828&entity=${entity}`)).id;
  const [appointment_tag_id, event_tag_id] = [await tag(2), await tag(3)];
  await must('POST', `/custom_fields/record/${place}`, {
    type: 'text',
    code: `record_${mark.toLowerCase()}`,
    title: mark,
    user_can_edit: true,
    show_in_ui: true,
  });
  await must('POST', `/custom_fields/client/${place}`, {
    type: 'text',
    code: `client_${mark.toLowerCase()}`,
    title: mark,
    user_can_edit: true,
    show_in_ui: true,
  });
  const { team_member_id, service_id } = ids as Record<string, number>;
  await setHours(shop, team_member_id as number, ['2030-05-07', '2030-05-08', '2030-05-09', '2030-05-10']);
  const other_event_id = (
    await must('POST', `/activity/${place}`, {
      date: '2030-05-06 16:00',
      service_id,
      staff_id: team_member_id,
      capacity: 500,
      length: 3600,
      force: true,
    })
  ).id;
  const code = mark.toLowerCase();
  const ownFields = { [`client_${code}`]: `Client value ${mark}` };
  await must('PUT', `/client/${place}/${ids.client_id}`, { name: clientFields.name ?? mark, phone, custom_fields: ownFields });
  const record = (datetime: string, served: object) =>
    must('POST', `/records/${place}`, {
      staff_id: team_member_id,
      services: [{ id: service_id }],
      client: served,
      datetime,
      seance_length: 3600,
      save_if_busy: true,
      record_labels: [appointment_tag_id],
      custom_fields: { [`record_${code}`]: `Record value ${mark}` },
    });
  // Besides the place in the event, in the same visit; and an appointment with only the name of a client.
  const [single] = await record('2030-05-06T08:00:00', { id: ids.client_id });
  const [guest] = await record('2030-05-07T10:00:00', { name: `Guest ${mark}`, email: `guest-${code}@example.com` });
  const other = await shop.addClient({ name: mark });
  const empty = await must('POST', `/service_categories/${place}`, { title: mark });
  const emptyProducts = await must('POST', `/goods_categories/${place}`, { title: mark });
  const worker = await shop.addTeamMember({ name: mark });
  const [composite_service_id, part_service_id] = [
    await shop.addService({ title: mark }),
    await shop.addService({ title: mark }),
  ];
  await must('PUT', `/company/${place}/services/${composite_service_id}/parts`, { parts: [{ service_id: part_service_id }] });
  return {
    shop,
    mark,
    client: await signInClient(shop.partner, phone),
    ids: {
      ...ids,
      partner_id: shop.partner.id,
      other_client_id: other.id,
      empty_category_id: empty.id,
      composite_service_id,
      part_service_id,
      empty_product_category_id: emptyProducts.id,
      other_member_id: worker,
      resource_id,
      instance_id: instanceIds[0] as number,
      event_tag_id,
      appointment_tag_id,
      other_event_id,
      single_id: single.id,
      guest_id: guest.id,
      guest_visit_id: guest.visit_id,
      category_id: ids['Services.id'] as number,
      client_field: `client_${mark.toLowerCase()}`,
      record_field: `record_${mark.toLowerCase()}`,
      client_phone: phone,
    },
  };
}

type Body = Record<string, unknown> | unknown[];

/** An object of a business that a request can name: its place in `things`. */
export type Thing = string;

/** An application in the location of a world. */
const installed = (ids: Things, fields: object = {}) => ({
  salon_id: ids.location_id,
  application_id: ids.application_id,
  ...fields,
});

const event = (ids: Things, fields: object = {}) => ({
  service_id: ids.service_id,
  staff_id: ids.team_member_id,
  capacity: 500,
  length: 3600,
  force: true,
  ...fields,
});
const eventOfV2 = (ids: Things, date: string) => ({
  ...event(ids),
  date,
  resource_instance_ids: [ids.instance_id],
  label_ids: [ids.event_tag_id],
});
const appointment = (ids: Things, fields: object = {}) => ({
  staff_id: ids.team_member_id,
  services: [{ id: ids.service_id, amount: 1 }],
  client: { id: ids.client_id },
  datetime: '2030-05-08T10:00:00',
  seance_length: 3600,
  save_if_busy: true,
  record_labels: [ids.appointment_tag_id],
  custom_fields: { [ids.record_field as string]: 'text' },
  ...fields,
});
const payment = (ids: Things, fields: object = {}) => ({
  expense_id: ids.expense_id,
  account_id: ids.account_id,
  amount: 5,
  client_id: ids.client_id,
  master_id: ids.team_member_id,
  comment: 'Paid',
  ...fields,
});
const seriesDay = (ids: Things, fields: object = {}) => ({
  day_of_week: 'thu',
  events_master_id: ids.team_member_id,
  events_time: '18:00',
  events_duration: 3600,
  events_capacity: 4,
  labels_ids: [ids.event_tag_id],
  resource_instances_ids: [ids.instance_id],
  ...fields,
});
const member = (fields: Record<string, unknown> = {}) => ({ name: 'Basil', specialization: 'hairdresser', hidden: 0, ...fields });
const service = (ids: Things, fields: Record<string, unknown> = {}) => ({
  title: 'Cut',
  category_id: ids.empty_category_id,
  price_min: 10,
  price_max: 20,
  duration: 3600,
  staff: [{ id: ids.team_member_id, seance_length: 3600 }],
  ...fields,
});
const product = (ids: Things) => ({
  title: 'Argan shampoo',
  category_id: ids.empty_product_category_id,
  cost: 24.5,
  actual_cost: 9.8,
  sale_unit_id: ids.unit_id,
  service_unit_id: 4,
  critical_amount: 3,
  desired_amount: 12,
  comment: 'For coloured hair',
});
const client = (ids: Things, phone = somePhone()) => ({
  name: 'Ada',
  phone,
  email: 'ada@example.com',
  labels: [ids.tag_id],
  custom_fields: { [ids.client_field as string]: 'text' },
});
const person = { id: null, name: 'Ada', phone: null, email: null, surname: null, patronymic: null, gender: null, birthday: null };
const wish = (ids: Things) => ({
  id: 1,
  services: [ids.service_id],
  staff_id: ids.team_member_id,
  datetime: '2030-05-09T12:00:00',
});

const waitingWish = (ids: Things) => ({
  service_ids: [ids.online_service_id],
  team_member_id: ids.team_member_id,
  date_from: '2030-05-09',
  date_to: '2030-05-10',
});

const promotionPeriod = (ids: Things) => ({
  date_from: '2030-05-01',
  date_to: '2030-05-31',
  loyalty_program_id: ids.loyalty_program_id,
});
const soldVisit = (ids: Things) => ({ record_id: ids.sold_record_id, visit_id: ids.sold_visit_id });
const cardType = (ids: Things) => ({
  title: 'Regulars',
  service_item_type: 'custom_allowed',
  allowed_service_ids: [ids.service_id],
  allowed_service_category_ids: [ids.empty_category_id],
  allowed_good_ids: [ids.product_id],
  allowed_good_category_ids: [ids.product_category_id],
  company_ids: [ids.location_id],
});

const soldLine = (ids: Things) => ({
  good_id: ids.product_id,
  amount: 1,
  operation_unit_type: 1,
  cost_per_unit: 20,
  discount: 10,
  cost: 18,
  client_id: ids.client_id,
  supplier_id: ids.supplier_id,
  comment: 'At the desk',
});
const bill = (ids: Things) => ({
  title: 'Colouring',
  technological_card_items: [{ good_id: ids.product_id, storage_id: ids.spare_storage_id, amount: 12 }],
});
const stockDocument = (ids: Things) => ({ type_id: 1, storage_id: ids.storage_id, create_date: new Date().toISOString() });
const soldTransaction = (ids: Things) => ({
  ...soldLine(ids),
  document_id: ids['Inventory.document_id'],
  master_id: ids.team_member_id,
});

/**
 * Bodies that an owner may always send, with all fields that may name an object, as far as they fit together. Operations whose declared
 * example works have none.
 */
const bodies: Record<string, (ids: Things) => Body> = {
  'b2b-v1 create_payment_with_loyalty_methods': (ids) => ({
    payment: { method: { slug: 'account', account_id: ids.account_id }, amount: 0.01 },
  }),
  'b2b-v1 send_sms_to_clients': (ids) => ({ client_ids: [ids.client_id], text: 'Open on Sunday' }),
  'b2b-v1 send_email_newsletter_to_clients': (ids) => ({ client_ids: [ids.client_id], subject: 'News', text: 'Open on Sunday' }),
  'b2b-v1 update_user_notification_settings': () => ({
    notification_types: [{ type: 'license_expire', channels: { push: 0 } }],
  }),
  'b2b-v1 set_user_notification_channels': () => ({ notification_types: [{ type: 'license_expire', channels: { email: 0 } }] }),
  'b2b-v1 get_message_status_list': () => [{ id: '17', status: 1 }],
  'b2b-v1 print_fiscal_receipt': (ids) => ({ document_id: ids.document_id, type: 0 }),
  'b2b-v1 handle_fiscalization_callback': (ids) => ({ id: ids.fiscal_uid, status: 'success', code: 0, message: 'OK' }),
  'developers marketplace_partner_application_add_discount': (ids) => ({
    salon_ids: [ids.location_id],
    application_id: ids.application_id,
    discount: 10,
  }),
  'developers marketplace_partner_applications_update_channel': (ids) =>
    installed(ids, { channel_slug: 'sms', is_available: true }),
  'developers marketplace_notification_settings_callback': (ids) => installed(ids),
  'developers marketplace_notification_settings_redirect_callback': (ids) => installed(ids),
  'developers marketplace_notification_payment_callback': (ids) =>
    installed(ids, {
      currency_iso: 'USD',
      payment_sum: 5,
      payment_date: '2030-05-01 10:00:00',
      period_from: '2030-05-01',
      period_to: '2030-06-01',
    }),
  'developers set_marketplace_notification_short_names': (ids) => installed(ids, { short_names: ['Foyer'] }),
  'developers handle_voip_integration_event': (ids) => ({
    command: 'history',
    type: 'incoming',
    crm_token: ids.crm_token,
    phone: ids.client_phone,
    diversion: '+13155550176',
    date: '2030-05-06T10:00:00Z',
  }),
  'developers update_voip_settings': (ids) => ({
    routes: [{ kind: 'user', value: '101', salon_id: ids.location_id, user_ids: [ids.user_id] }],
  }),
  'b2b-v1 update_fiscal_settings': () => ({ is_enabled: true, url: 'https://register.example.com/receipts', token: 'abc' }),
  'b2b-v1 create_location': () => ({ title: 'Second', city_id: cityByTitle(undefined, 'New York')?.id }),
  'b2b-v1 update_location': () => ({ title: 'Renamed' }),
  'b2b-v1 update_location_profile': () => ({ public_title: 'Renamed', email: 'hello@example.com' }),
  'b2b-v1 update_chain': () => ({ title: 'Renamed' }),
  'b2b-v1 update_user_data': () => ({ name: 'Renamed' }),
  'b2b-v1 create_client': (ids) => client(ids),
  'b2b-v1 update_client': (ids) => client(ids, ids.client_phone as string),
  'b2b-v1 bulk_create_clients': (ids) => [client(ids)],
  'b2b-v1 search_client_visits': (ids) => ({ client_id: ids.client_id }),
  'b2b-v1 create_appointment': (ids) => appointment(ids),
  'b2b-v1 update_appointment': (ids) => ({
    activity_id: ids.event_id,
    client: { id: ids.client_id },
    clients_count: 1,
    record_labels: [ids.appointment_tag_id],
  }),
  'b2b-v1 update_visit': (ids) => ({ attendance: 0, comment: '', services: [{ id: ids.service_id, record_id: ids.record_id }] }),
  'b2b-v1 create_timetable_client_schedule': (ids) => ({ client_id: ids.other_client_id, schedule_days_ids: [ids.day_id] }),
  'b2b-v1 update_timetable_client_schedule': (ids) => ({ schedule_days_ids: [ids.day_id] }),
  'b2b-v1 update_event': (ids) => event(ids, { date: '2030-05-06 10:00', resource_instance_ids: [ids.instance_id] }),
  'b2b-v1 create_event': (ids) => event(ids, { date: '2030-05-07 17:00', resource_instance_ids: [ids.instance_id] }),
  'b2b-v1 duplicate_event': (ids) => ({ strategy_id: ids.strategy_id, count: 1, force: true }),
  'b2b-v1 create_service_category': (ids) => ({ title: 'Nails', staff: [ids.team_member_id] }),
  'b2b-v1 update_service_category': (ids) => ({ title: 'Nails', staff: [ids.team_member_id] }),
  'b2b-v1 create_service': (ids) => service(ids),
  'b2b-v1 deprecated_update_service_by_id': (ids) => service(ids),
  'b2b-v1 patch_service': (ids) =>
    service(ids, {
      booking_title: 'Cut',
      is_multi: true,
      tax_variant: 0,
      vat_id: 0,
      is_need_limit_date: 0,
      seance_search_start: 0,
      seance_search_finish: 43_200,
      step: 900,
      seance_search_step: 900,
    }),
  'b2b-v1 assign_service_to_team_member': (ids) => ({
    master_id: ids.team_member_id,
    seance_length: 3600,
    technological_card_id: ids.other_technological_card_id,
  }),
  'b2b-v1 update_service_team_member_assignment': (ids) => ({
    seance_length: 3600,
    technological_card_id: ids.other_technological_card_id,
  }),
  'b2b-v1 set_composite_service': (ids) => ({
    parts: [{ service_id: ids.part_service_id }, { service_id: ids.part_service_id }],
  }),
  'b2b-v1 update_service_links': (ids) => ({
    service_id: ids.service_id,
    team_member_settings: [
      {
        team_member_id: ids.team_member_id,
        tech_card_id: ids.other_technological_card_id,
        hours: 1,
        minutes: 0,
        price: { min: null, max: null },
      },
    ],
    resource_ids: [ids.resource_id],
    translations: [{ language_id: 2, translation: 'Cut' }],
  }),
  'b2b-v1 deprecated_create_team_member': (ids) => member({ user_id: ids.user_id }),
  'b2b-v1 update_team_member': () => member({ fired: 1 }),
  // Somebody who may do nothing, because nobody gives rights that they do not have.
  'b2b-v1 create_user_invitation': () => ({
    invites: [
      {
        name: 'Olivia',
        search: someEmail(),
        user_permissions: slugNodes.flatMap(({ slug, name }) =>
          roles.worker.preset[name] === true ? [{ slug, value: false }] : [],
        ),
      },
    ],
  }),
  'b2b-v1 add_waiting_entry': (ids) => ({ client_id: ids.client_id, ...waitingWish(ids) }),
  'b2b-v1 change_waiting_entry': (ids) => ({ ...waitingWish(ids), comment: 'By bus' }),
  'b2b-v1 change_waiting_list_settings': () => ({ is_online: true, hold_minutes: 20 }),
  'public join_waiting_list': (ids) => ({ phone: somePhone(), fullname: 'Ada', email: 'ada@example.com', ...waitingWish(ids) }),
  'public show_own_waiting_entry': () => ({ token: 'unknown' }),
  'public leave_waiting_list': () => ({ token: 'unknown' }),
  'public show_own_waiting_offer': () => ({ token: 'unknown' }),
  'public take_waiting_offer': () => ({ token: 'unknown' }),
  'public decline_waiting_offer': () => ({ token: 'unknown' }),
  'b2b-v1 show_user_invitation': () => ({ token: 'unknown' }),
  'b2b-v1 accept_user_invitation': () => ({ token: 'unknown', name: 'Olivia', password: 'a new password' }),
  'b2b-v1 join_location': () => ({ token: 'unknown' }),
  'b2b-v1 request_password_reset': () => ({ login: someEmail() }),
  'b2b-v1 reset_password': () => ({ token: 'unknown', password: 'a new password' }),
  'b2b-v1 update_user_permissions': () => ({ user_permissions: [{ slug: 'settings_users_edit_access', value: true }] }),
  'b2b-v1 remove_user_from_locations': (ids) => ({ user_company_links: [{ company_id: ids.location_id }] }),
  // Another location needs rights there too.
  'b2b-v1 copy_user_permissions_to_locations': (ids) => ({ user_company_links: [{ company_id: ids.location_id }] }),
  'b2b-v1 create_team_member_quick': (ids) => ({
    name: 'John',
    specialization: 'Cosmetologist',
    position_id: ids.position_id,
    phone_number: null,
    user_email: `${somePhone()}@example.com`,
    user_phone: somePhone(),
    is_user_invite: false,
    is_paid_staff: false,
  }),
  'b2b-v1 create_timetable_event_schedule': (ids) => ({
    original_entity_type: 'activity',
    original_entity_id: ids.other_event_id,
    date_end: '2030-05-20',
    add_clients_from_original_entity: false,
    days: [seriesDay(ids, { events_time: '20:00' })],
  }),
  'b2b-v1 update_timetable_event_schedule': () => ({ date_end: '2030-05-20' }),
  'b2b-v1 create_timetable_schedule_day': (ids) => seriesDay(ids),
  'b2b-v1 update_timetable_schedule_day': (ids) => ({
    force: false,
    events_capacity: 6,
    events_master_id: ids.team_member_id,
    labels_ids: [],
    resource_instances_ids: [],
  }),
  'b2b-v1 set_team_member_schedule': (ids) => ({
    schedules_to_set: [{ team_member_id: ids.team_member_id, dates: ['2030-05-10'], slots: [{ from: '09:00', to: '18:00' }] }],
    schedules_to_delete: [{ team_member_id: ids.team_member_id, dates: ['2030-06-01'] }],
  }),
  'b2b-v1 update_product': (ids) => ({
    ...product(ids),
    unit_equals: 250,
    netto: 0.25,
    brutto: 0.3,
    correction_rules: [{ type: 1, base_unit: 'sale' }],
  }),
  'b2b-v1 create_inventory_operation': (ids) => ({
    ...stockDocument(ids),
    master_id: ids.team_member_id,
    goods_transactions: [soldLine(ids)],
  }),
  'b2b-v1 create_document': stockDocument,
  'b2b-v1 update_document': stockDocument,
  'b2b-v1 create_transaction': soldTransaction,
  'b2b-v1 update_transaction': soldTransaction,
  // Later requests take more than there is.
  'b2b-v1 update_inventory_settings': () => ({ allows_negative_stock: true }),
  'b2b-v1 update_analytics_settings': () => ({ loss_days: 90 }),
  'b2b-v1 update_chain_analytics_settings': () => ({ loss_days: 90 }),
  'developers update_event_notification_settings': (ids) => ({ urls: [ids.hook_url], active: 1, client: 1, self_sending: 1 }),
  'developers update_webhook_address': () => ({ is_active: true }),
  'developers resend_failed_webhook_deliveries': () => ({ from: '2030-05-06T00:00:00', to: '2030-05-06T01:00:00' }),
  'b2b-v1 create_stocktaking': (ids) => ({ storage_id: ids.storage_id, goods: [{ good_id: ids.product_id, amount: 4 }] }),
  'b2b-v1 create_bill_of_materials': (ids) => bill(ids),
  'b2b-v1 update_bill_of_materials': (ids) => bill(ids),
  'b2b-v1 update_appointment_service_consumables': (ids) => ({
    consumables: [
      {
        goods_transaction_id: 0,
        record_id: ids.record_id,
        service_id: ids.service_id,
        storage_id: ids.spare_storage_id,
        good_id: ids.product_id,
        price: 1,
        amount: 3,
      },
    ],
  }),
  'b2b-v1 create_product': (ids) => product(ids),
  'b2b-v1 create_product_category': (ids) => ({ title: 'Shampoo', parent_category_id: ids.product_category_id }),
  'b2b-v1 update_product_category': (ids) => ({ title: 'Shampoo', parent_category_id: ids.empty_product_category_id }),
  'b2b-v1 set_team_member_calendar_feed': () => ({ renew: true }),
  'b2b-v1 set_client_calendar_feed': () => ({ renew: true }),
  'b2b-v1 set_timeslot_settings': () => ({
    is_enabled: true,
    weekdays_settings: [{ weekday: 1, setting: { grid_base_type: 'schedule' } }],
  }),
  'b2b-v1 update_team_member_booking_settings': (ids) => ({ show_rating: false, position_id: ids.position_id }),
  'b2b-v1 set_service_team_member_booking': () => ({ is_online: false, api_id: 'x7' }),
  'b2b-v1 update_client_rules': () => ({ allow_delete_record: true, privacy_policy: 'We keep your number.' }),
  'b2b-v1 update_custom_field': () => ({
    type: 'text',
    code: 'private',
    title: 'Renamed',
    user_can_edit: true,
    show_in_ui: true,
  }),
  'b2b-v1 create_financial_transaction': (ids) => payment(ids),
  'b2b-v1 update_financial_transaction': (ids) => payment(ids, { amount: 6 }),
  'b2b-v1 create_client_account_topup_operation': (ids) => ({
    client_id: ids.client_id,
    deposit_id: ids.deposit_id,
    amount: 10,
    master_id: ids.team_member_id,
    account_id: ids.account_id,
  }),
  'b2b-v1 create_pay_rule': (ids) => payRule(ids),
  'b2b-v1 update_pay_rule': (ids) => payRule(ids),
  'b2b-v1 create_pay_scheme': (ids) => payScheme(ids),
  'b2b-v1 update_pay_scheme': (ids) => payScheme(ids),
  'b2b-v1 set_team_member_pay_schemes': (ids) => ({
    salary_schemes: [{ salary_scheme_id: ids.spare_scheme_id, date_start: '2030-05-01', date_end: '2030-05-31' }],
  }),
  'b2b-v1 update_payroll_settings': () => ({ counts_deposits: false }),
  'b2b-v1 set_appointment_assistants': (ids) => ({ assistants: [{ staff_id: ids.other_member_id, share: 12.5 }] }),
  'b2b-v1 create_payroll_statements': (ids) => ({
    date_from: '2030-06-01',
    date_to: '2030-06-30',
    staff_ids: [ids.team_member_id],
    comment: 'June',
  }),
  'b2b-v1 add_payroll_statement_item': () => ({ item_type_slug: 'penalty', amount: 5, date: '2030-05-07', title: 'Late' }),
  'b2b-v1 pay_payroll_statement': (ids) => ({ account_id: ids.account_id, date: '2026-01-15 12:00:00', comment: 'February' }),
  'b2b-v1 create_payroll_payout': (ids) => ({ account_id: ids.account_id, amount: 20, date: '2026-01-15 12:00:00' }),
  'b2b-v1 create_team_member_tip_settings': (ids) => ({
    staff_id: ids.other_member_id,
    landing_external: 'https://example.com/tips',
    has_account: true,
  }),
  'b2b-v1 create_priority_payment': () => ({ type_slug: 'vacation', amount: 100, date: '2030-05-07', comment: 'A week' }),
  'b2b-v1 create_deposit_type': (ids) => ({ title: 'Advance', credit_limit: 50, location_ids: [ids.location_id] }),
  'b2b-v1 update_deposit_type': (ids) => ({ title: 'Advance', credit_limit: 50, location_ids: [ids.location_id] }),
  'b2b-v1 issue_loyalty_card': (ids) => ({ loyalty_card_type_id: ids.spare_card_type_id, phone: ids['Loyalty Cards.phone'] }),
  'b2b-v1 apply_loyalty_card_deduction': (ids) => ({ ...soldVisit(ids), amount: 5 }),
  'b2b-v1 cancel_loyalty_card_withdrawal': (ids) => soldVisit(ids),
  'b2b-v1 apply_discount_promotion': (ids) => soldVisit(ids),
  'b2b-v1 cancel_discount_promotion': (ids) => soldVisit(ids),
  'b2b-v1 apply_referral_program': (ids) => ({ ...soldVisit(ids), referrer_phone: ids.inviter_phone }),
  'b2b-v1 update_referral_settings': (ids) => ({
    is_enabled: true,
    guest_program_id: ids.loyalty_program_id,
    inviter_program_id: ids.inviter_program_id,
    card_type_id: ids.card_type_id,
    is_for_every_visit: false,
  }),
  'b2b-v1 create_loyalty_card_transaction': () => ({ amount: 10, title: 'A present' }),
  'b2b-v1 create_chain_loyalty_card_transaction': () => ({ amount: -10, title: 'A mistake' }),
  'b2b-v1 create_loyalty_template': () => ({ type: 'custom', body: 'Welcome', message_type: 'loyalty_card_created' }),
  'b2b-v1 update_loyalty_template': () => ({ body: 'Welcome' }),
  'b2b-v1 create_loyalty_card_type': (ids) => cardType(ids),
  'b2b-v1 update_loyalty_card_type': (ids) => cardType(ids),
  'b2b-v1 chain_loyalty_membership_types_create': (ids) => ({
    ...membershipType({ chainId: ids.chain_id as number, locationId: ids.location_id as number }),
    services: { [ids.service_id as number]: 0 },
  }),
  'b2b-v1 chain_loyalty_membership_types_update': (ids) => ({
    ...membershipType({ chainId: ids.chain_id as number, locationId: ids.location_id as number }),
    service_categories: [ids['Services.id'] as number],
    // The memberships of the world can still be frozen and changed.
    period: 20,
    period_unit_id: 4,
    allow_freeze: true,
    balance_edit_type_id: 2,
  }),
  'b2b-v1 chain_loyalty_membership_types_archive': () => ({ is_archived: true }),
  'b2b-v1 chain_loyalty_certificate_types_create': (ids) => certificateType(ids),
  'b2b-v1 chain_loyalty_certificate_types_update': (ids) => certificateType(ids),
  'b2b-v1 chain_loyalty_certificate_types_archive': () => ({ is_archived: true }),
  'b2b-v1 chain_loyalty_memberships_freeze': () => ({ freeze_till: '2030-05-06T12:00:00Z' }),
  'b2b-v1 chain_loyalty_memberships_set_balance': () => ({ united_balance_services_count: 7 }),
  'b2b-v1 chain_loyalty_memberships_set_period': () => ({ period: 10, period_unit_id: 4 }),
  'b2b-v1 set_membership_balance': () => ({ united_balance_services_count: 8 }),
  'b2b-v1 set_membership_period': () => ({ period: 11, period_unit_id: 4 }),
  'b2b-v1 update_membership_notices': () => ({
    days_before_end: 7,
    end_text: '',
    visits_left: 2,
    visits_text: 'Two visits left',
    is_use_noticed: true,
    use_text: '',
  }),
  'b2b-v1 open_deposit': (ids) => ({ client_id: ids.client_id, deposit_type_id: ids.deposit_type_id, initial_balance: 20 }),
  'b2b-v1 create_chain_loyalty_program': (ids) => ({
    title: 'Ten percent',
    type: 'package_discount',
    service_item_type: 'custom_allowed',
    good_item_type: 'custom_allowed',
    value_unit: 'percent',
    rules: [{ parameter: 0, value: 10, service_id: ids.service_id }],
    company_ids: [ids.location_id],
    allowed_service_ids: [ids.service_id],
    allowed_good_ids: [ids.product_id],
    allowed_good_category_ids: [ids.product_category_id],
  }),
  'b2b-v1 update_chain_loyalty_program': (ids) => ({
    title: 'Fifteen percent',
    rules: [{ parameter: 0, value: 15 }],
    company_ids: [ids.location_id],
    allowed_service_ids: [ids.service_id],
    allowed_good_ids: [ids.product_id],
    allowed_good_category_ids: [ids.product_category_id],
  }),
  'b2b-v2 delete_timetable_appointment': (ids) => ({ recordId: ids.record_id }),
  'b2b-v2 create_event': (ids) => eventOfV2(ids, '2030-05-07 19:00:00'),
  'b2b-v2 update_event': (ids) => eventOfV2(ids, '2030-05-06 10:00:00'),
  'b2b-v2 create_event_appointment': (ids) => ({
    client: { ...person, id: ids.client_id, custom_field_values: null, agreements: null },
    clients_count: 1,
  }),
  'b2b-v2 update_event_appointment': (ids) => ({
    attendance_service_item: { cost_per_unit: 20, discount_percent: 0, manual_cost: 20 },
    label_ids: [ids.appointment_tag_id],
  }),
  'b2b-v2 reschedule_event_appointment': (ids) => ({ reschedule_activity_id: ids.other_event_id }),
  'public send_booking_verification_code': () => ({ phone: somePhone() }),
  'public validate_booking_params': (ids) => ({ appointments: [wish(ids)] }),
  'public create_online_booking': (ids) => ({
    phone: somePhone(),
    fullname: 'Ada',
    email: 'ada@example.com',
    appointments: [wish(ids)],
  }),
  'public update_online_booking_datetime': () => ({ comment: 'Moved' }),
  'public book_event': () => ({ fullname: 'Ada', phone: somePhone(), email: 'ada@example.com' }),
};

/** Queries in the same way. */
const queries: Record<string, (ids: Things) => Record<string, unknown>> = {
  'developers marketplace_partner_application_payment_link': (ids) => installed(ids),
  'developers read_marketplace_payment_link': (ids) => installed(ids, { source: 'api', sign: ids.payment_link_sign }),
  'developers list_voip_calls': (ids) => ({ salon_id: ids.location_id, date_from: '2030-05-01', date_to: '2030-05-31' }),
  'developers list_chain_voip_calls': () => ({ date_from: '2030-05-01', date_to: '2030-05-31' }),
  'developers get_voip_caller': (ids) => ({ phone: ids.client_phone }),
  'b2b-v1 search_memberships_for_event': (ids) => ({ event_id: ids.event_id }),
  'b2b-v1 check_memberships_for_event': (ids) => ({ event_id: ids.event_id, schedule_day_ids: String(ids.day_id) }),
  'b2b-v1 get_membership_list': (ids) => ({ abonements_ids: [ids.membership_id] }),
  'b2b-v1 get_client_memberships': (ids) => ({ company_id: ids.location_id, phone: ids.client_phone }),
  'b2b-v1 get_team_member_schedule_list': (ids) => ({
    start_date: '2030-05-06',
    end_date: '2030-05-10',
    staff_ids: [ids.team_member_id],
  }),
  'b2b-v1 get_chain_loyalty_transaction_list': (ids) => ({
    created_after: '2020-01-01',
    created_before: '2100-01-01',
    company_ids: [ids.location_id],
    visit_ids: [ids.sold_visit_id],
  }),
  'b2b-v1 get_chain_client_by_phone_number': (ids) => ({ phone: ids.client_phone }),
  'b2b-v1 get_product_category_list_by_ids': (ids) => ({ ids: [ids.product_category_id] }),
  'b2b-v1 get_user_gift_cards': (ids) => ({ company_id: ids.location_id }),
  'b2b-v1 get_user_memberships': (ids) => ({ company_id: ids.location_id }),
  'b2b-v1 get_client_gift_cards': (ids) => ({ copmany_id: ids.location_id, phone: ids.client_phone }),
  'b2b-v1 find_gift_card_by_code': (ids) => ({ number: ids.certificate_number }),
  'b2b-v1 get_change_list': () => ({ limit: 200 }),
  'b2b-v1 get_audit_trail': () => ({ kind: 'client', limit: 200 }),
  'b2b-v1 get_transactions_by_visit_or_appointment_id': (ids) => ({ record_id: ids.sold_record_id }),
  'b2b-v1 get_location_analytics_overall': () => ({ date_from: '2030-05-01', date_to: '2030-05-31' }),
  'b2b-v1 get_location_analytics_occupancy_daily': () => ({ date_from: '2030-05-01', date_to: '2030-05-31' }),
  'b2b-v1 get_location_analytics_revenue_daily': () => ({ date_from: '2030-05-01', date_to: '2030-05-31' }),
  'b2b-v1 get_appointment_analytics_by_source': () => ({ date_from: '2030-05-01', date_to: '2030-05-31' }),
  'b2b-v1 get_appointment_analytics_by_status': () => ({ date_from: '2030-05-01', date_to: '2030-05-31' }),
  'b2b-v1 get_location_analytics_appointments_daily': () => ({ date_from: '2030-05-01', date_to: '2030-05-31' }),
  'b2b-v1 get_loyalty_program_revenue_statistics': (ids) => promotionPeriod(ids),
  'b2b-v1 get_loyalty_program_team_member_statistics': (ids) => promotionPeriod(ids),
  'b2b-v1 get_loyalty_program_client_statistics': (ids) => promotionPeriod(ids),
  'b2b-v1 get_day_end_report_data': () => ({ start_date: '2030-05-01', end_date: '2030-05-31' }),
  'b2b-v1 search_team_member_calculation_daily_salary': () => payPeriod,
  'b2b-v1 search_team_member_calculation_salary': () => payPeriod,
  'b2b-v1 search_team_member_payroll_calculation': () => payPeriod,
  'b2b-v1 search_team_member_period_daily_salary': () => payPeriod,
  'b2b-v1 search_team_member_period_salary': () => payPeriod,
  'b2b-v1 get_team_member_salary_calculation': () => payPeriod,
  'b2b-v1 get_team_member_salary_period': () => payPeriod,
  'b2b-v1 list_period_salaries': () => payPeriod,
  'b2b-v1 explain_team_member_period_salary': () => payPeriod,
  'b2b-v1 list_priority_payments': () => payPeriod,
  'b2b-v2 list_events': () => ({ filter: { from: '2030-05-01 00:00:00', to: '2030-06-01 00:00:00' } }),
  'b2b-v2 list_attendance_service_suggestions': (ids) => ({ staff_id: ids.team_member_id, client_id: ids.client_id }),
  'public send_phone_update_verification_code': (ids) => ({ company_id: ids.location_id, phone: somePhone() }),
  'public get_time_slots_for_booking': (ids) => ({ service_ids: [ids.service_id] }),
};

/** Objects of paths that differ from those of `things` for the name. */
const pathThings: Record<string, (ids: Things) => Things> = {
  'developers uninstall_marketplace_app': (ids) => ({ application_id: ids.spare_application_id as number }),
  'developers connect_marketplace_application': (ids) => ({ application_id: ids.new_application_id as number }),
  'developers delete_marketplace_application': (ids) => ({ application_id: ids.new_application_id as number }),
  'b2b-v1 delete_loyalty_payment_transaction': (ids) => ({
    payment_transaction_id: ids.client_account_payment_id as number,
  }),
  'b2b-v1 chain_loyalty_memberships_unfreeze': (ids) => ({ membership_id: ids.frozen_membership_id as number }),
  'b2b-v1 chain_loyalty_membership_types_delete': (ids) => ({
    loyalty_membership_type_id: ids.spare_membership_type_id as number,
  }),
  'b2b-v1 chain_loyalty_membership_types_archive': (ids) => ({
    loyalty_membership_type_id: ids.spare_membership_type_id as number,
  }),
  'b2b-v1 chain_loyalty_membership_types_restore': (ids) => ({
    loyalty_membership_type_id: ids.deleted_membership_type_id as number,
  }),
  // A rule of a scheme, and a scheme of a team member, are not deleted.
  'b2b-v1 delete_pay_rule': (ids) => ({ rule_id: ids.spare_rule_id as number }),
  'b2b-v1 delete_pay_scheme': (ids) => ({ scheme_id: ids.spare_scheme_id as number }),
  'b2b-v1 reopen_payroll_statement': (ids) => ({ calculation_id: ids.confirmed_calculation_id as number }),
  'b2b-v1 pay_payroll_statement': (ids) => ({ calculation_id: ids.unpaid_calculation_id as number }),
  'b2b-v1 confirm_payroll_statement': (ids) => ({ calculation_id: ids.fresh_calculation_id as number }),
  'b2b-v1 delete_payroll_statement': (ids) => ({ calculation_id: ids.spare_calculation_id as number }),
  'b2b-v1 get_composite_service': (ids) => ({ service_id: ids.composite_service_id as number }),
  'b2b-v1 set_composite_service': (ids) => ({ service_id: ids.composite_service_id as number }),
  'b2b-v1 delete_composite_service': (ids) => ({ service_id: ids.composite_service_id as number }),
  'b2b-v2 list_composite_service_attendance_services': (ids) => ({ service_id: ids.composite_service_id as number }),
  // A category with services is not deleted.
  'b2b-v1 delete_service_category': (ids) => ({ 'Services.id': ids.empty_category_id as number }),
  'b2b-v1 delete_product_category': (ids) => ({ 'Products.category_id': ids.empty_product_category_id as number }),
  // A resource that something uses is not deleted.
  'b2b-v1 delete_resource': (ids) => ({ resource_id: ids.spare_resource_id as number }),
  'b2b-v1 delete_resource_instance': (ids) => ({
    resource_id: ids.spare_resource_id as number,
    instance_id: ids.spare_instance_id as number,
  }),
  'b2b-v1 update_storage': (ids) => ({ storage_id: ids.spare_storage_id as number }),
  // A storage with products is not archived.
  'b2b-v1 archive_storage': (ids) => ({ storage_id: ids.spare_storage_id as number }),
  'b2b-v1 restore_storage': (ids) => ({ storage_id: ids.archived_storage_id as number }),
  'b2b-v1 restore_supplier': (ids) => ({ supplier_id: ids.archived_supplier_id as number }),
  'b2b-v1 archive_product': (ids) => ({ product_id: ids.other_product_id as number }),
  'b2b-v1 restore_product': (ids) => ({ product_id: ids.restored_product_id as number }),
  // Dismissed and deleted members have no appointments.
  'b2b-v1 update_team_member': (ids) => ({ team_member_id: ids.other_member_id as number }),
};

/** The key of an operation in hand-written tables. */
export const keyOf = (built: Built): string => titled(built)[0];

/** The body that the operation accepts from the owner of a world. @returns undefined if it takes none */
export function bodyOf(built: Built, ids: Things): Body | undefined {
  const { operation } = built;
  if (!operation.body || operation.method === 'GET' || operation.multipart) return undefined;
  const made = bodies[keyOf(built)]?.(ids);
  return made ?? ((operation.example?.body ?? exampleOf(operation.body, { onlyRequired: true })) as Body);
}

/** The query that the operation accepts from the owner of a world. */
export function queryOf(built: Built, ids: Things): Record<string, unknown> {
  const { operation } = built;
  const made = queries[keyOf(built)]?.(ids);
  // Next week's dates, as the documentation's samples have: some must not be over.
  const example = operation.query ? exampleOf(operation.query, { onlyRequired: true }) : {};
  return made ?? (moveDates(example, daysToPresent() + 7) as Record<string, unknown>);
}

/** The path of an operation with the objects of a world. `change` replaces parameters. */
export function pathIn(built: Built, ids: Things, change: Things = {}): string {
  return pathOf(built.operation, { ...ids, ...pathThings[keyOf(built)]?.(ids), ...change });
}

/** The differences of a request from the one that the owner of the world would send. */
export interface Deviation {
  body?: unknown;
  query?: Record<string, unknown>;
  authorization?: string | undefined;
  headers?: Record<string, string>;
}

/** Makes the request of an operation about the things of a world, as its owner unless said otherwise. */
export function requestIn(world: World, built: Built, deviation: Deviation = {}): Promise<Answer> {
  const { operation } = built;
  const { ids } = world;
  const headers = deviation.headers ? { headers: deviation.headers } : {};
  const authorization = 'authorization' in deviation ? deviation.authorization : callerOf(world, built);
  const query = qs.stringify(deviation.query ?? queryOf(built, ids));
  const path = pathIn(built, ids) + (query ? `?${query}` : '');
  if (operation.multipart) {
    const { location_id: company_id, service_id, team_member_id: master_id, image_group_id } = ids;
    const fields = { company_id, service_id, master_id, image_group_id };
    const form = pictureForm((deviation.body as Record<string, unknown>) ?? fields);
    form.append('file', new Blob(['text']), 'text.txt');
    return callBuilt(built, path, { rawBody: form, authorization, ...headers });
  }
  const body = deviation.body ?? bodyOf(built, ids);
  return callBuilt(built, path, { ...(body === undefined ? {} : { body }), authorization, ...headers });
}

/** The usual caller of an operation: a client if it is for clients only, else the owner. */
export const callerOf = ({ shop, client }: World, { operation, surface }: Built): string =>
  operation.access.clients && surface.name === 'public' ? client : shop.owner.authorization;

/** Whether an operation deletes an object that others use, so that it needs a separate world. */
export const destroys = ({ operation }: Built): boolean =>
  operation.method === 'DELETE' || /^(delete|remove)_/.test(operation.id);

let spent: World | undefined;

/**
 * Tries something that destroys in a world in which others have destroyed something too, because opening one takes long. Only a new world
 * decides that it fails. Later things are tried in that one.
 * @param attempt what happened in a world @param isDone whether nothing that was destroyed before stood in the way
 */
export async function inSpentWorld<Outcome>(
  attempt: (world: World) => Promise<Outcome>,
  isDone: (outcome: Outcome) => boolean,
): Promise<Outcome> {
  if (spent) {
    const outcome = await attempt(spent);
    if (isDone(outcome)) return outcome;
  }
  spent = await openWorld();
  return attempt(spent);
}
