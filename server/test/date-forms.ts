/** How a date or time is written in an answer. Typed clients read dates by their form, so each field has one, for good. */
export type DateForm = keyof typeof forms;

const day = '\\d{4}-\\d\\d-\\d\\d';
const clock = '\\d\\d:\\d\\d:\\d\\d';

const forms = {
  /** RFC 3339, `2026-02-01T12:00:00-05:00` */
  'offset with a colon': new RegExp(`^${day}T${clock}[+-]\\d\\d:\\d\\d$`),
  /** `2026-02-01T12:00:00-0500` */
  'offset without a colon': new RegExp(`^${day}T${clock}[+-]\\d{4}$`),
  /** `2026-02-01 12:00:00` */
  'local with a space': new RegExp(`^${day} ${clock}$`),
  /** `2026-02-01T12:00:00` */
  'local with a T': new RegExp(`^${day}T${clock}$`),
  /** `2026-02-01 00:00:00.000000` */
  'local with microseconds': new RegExp(`^${day} ${clock}\\.\\d{6}$`),
  /** `2026-02-01` */
  date: new RegExp(`^${day}$`),
  /** `01.02.2026` */
  'date with dots': /^\d\d\.\d\d\.\d{4}$/,
  /** `12:00` */
  'time of day': /^\d\d:\d\d$/,
  /** `12:00:00` */
  'time of day with seconds': new RegExp(`^${clock}$`),
  /** `1769965200`, a number or a text: of the years 1900 to 2999, so milliseconds of our days are none */
  'unix seconds': /^-?\d{1,11}$/,
} as const;

/** Forms by the path of the field; `[]` is an item of a list. */
type Fields = Record<string, DateForm>;

/** The fields of an object anywhere in an answer. */
const at = (path: string, fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, form]) => [`${path}.${name}`, form]));

const callerDates: Fields = {
  'last_appointment.datetime': 'offset with a colon',
  'next_appointment.datetime': 'offset with a colon',
};

const webhookAddress: Fields = {
  failing_since: 'offset with a colon',
  last_success_at: 'offset with a colon',
  paused_until: 'offset with a colon',
  'secrets[].created_at': 'offset with a colon',
  'secrets[].expires_at': 'offset with a colon',
};

const webhookDelivery: Fields = {
  created_at: 'offset with a colon',
  next_try_at: 'offset with a colon',
  finished_at: 'offset with a colon',
};

const appointmentParts: Fields = {
  date: 'offset with a colon',
  datetime: 'offset with a colon',
  'client.birthday': 'date',
  'documents[].date_created': 'offset with a colon',
  'consumables[].create_date': 'offset with a colon',
  'finance_transactions[].date': 'offset with a colon',
};
/** As a single appointment and a new one have it; documents of a list have local dates. */
const appointment: Fields = {
  ...appointmentParts,
  create_date: 'offset without a colon',
  last_change_date: 'offset without a colon',
};
/** The format in a changed appointment and in a visit. */
const changedAppointment: Fields = {
  ...appointmentParts,
  create_date: 'offset with a colon',
  last_change_date: 'offset with a colon',
};
const appointmentResource: Fields = { timestamp: 'unix seconds', date: 'local with a T', created_datetime: 'local with a T' };
const appointmentDocument: Fields = at('included[].attributes', { birthday: 'local with a T', date: 'offset with a colon' });

const calendarFeed: Fields = { created_at: 'offset with a colon', renewed_at: 'offset with a colon' };
const prepayment: Fields = { expires_at: 'offset with a colon', paid_at: 'offset with a colon' };
const prepaymentOfBusiness: Fields = { ...prepayment, 'refund.requested_at': 'offset with a colon' };

const waitingEntry: Fields = {
  date_from: 'date',
  date_to: 'date',
  time_from: 'time of day',
  time_to: 'time of day',
  'offer.datetime': 'offset with a colon',
  'offer.expires_at': 'offset with a colon',
  created_at: 'offset with a colon',
  ended_at: 'offset with a colon',
};

const cabinetAppointment: Fields = {
  date: 'offset with a colon',
  datetime: 'offset without a colon',
  create_date: 'offset without a colon',
  last_change_date: 'offset without a colon',
};

const client: Fields = { birth_date: 'date', last_change_date: 'offset without a colon' };
const clientComment: Fields = { create_date: 'offset with a colon', update_date: 'offset with a colon' };
const clientFile: Fields = { date_create: 'offset without a colon' };
const operationOfStock: Fields = { create_date: 'offset with a colon' };
const stockTransaction: Fields = {
  create_date: 'offset with a colon',
  last_change_date: 'offset without a colon',
  'good.last_change_date': 'offset without a colon',
  'good.loyalty_certificate_type.expiration_date': 'offset with a colon',
};

const product: Fields = {
  last_change_date: 'offset without a colon',
  'loyalty_certificate_type.expiration_date': 'offset with a colon',
};
const dateRange: Fields = { from: 'date', to: 'date' };
/** What was paid for a sale. */
const sale: Fields = {
  'data.state.payment_transactions[].created_at': 'offset with a colon',
  'data.state.loyalty_transactions[].created_at': 'offset with a colon',
  'data.kkm_state.transactions[].print_date': 'offset with a colon',
};
const attendances: Fields = { last_successful_attendance_datetime: 'local with a space' };

const event: Fields = { date: 'offset with a colon', timestamp: 'unix seconds' };
const eventResource: Fields = {
  date: 'offset without a colon',
  timestamp: 'unix seconds',
  'schedule_till.date': 'local with microseconds',
};

const transaction: Fields = { date: 'offset without a colon', last_change_date: 'offset without a colon' };
const membershipType: Fields = { date_archived: 'offset with a colon' };
const membership: Fields = {
  expiration_date: 'offset with a colon',
  created_date: 'offset with a colon',
  activated_date: 'offset with a colon',
  'type.date_archived': 'offset with a colon',
};
const visitDetails: Fields = {
  'data.payment_transactions[].date': 'offset with a colon',
  'data.kkm_transaction_details_container.transactions[].print_date': 'offset with a colon',
};
const giftCard: Fields = {
  created_date: 'offset with a colon',
  expiration_date: 'offset with a colon',
  'type.expiration_date': 'offset with a colon',
};
const certificateType: Fields = { expiration_date: 'offset with a colon', date_archived: 'offset with a colon' };
const clientAccount: Fields = { 'deposit.date_create': 'offset with a colon', 'deposit_type.date_create': 'offset with a colon' };
const accountHistory: Fields = { 'deposit_transaction.date_create': 'offset with a colon' };

const moments: Fields = {
  created_at: 'offset with a colon',
  updated_at: 'offset with a colon',
  deleted_at: 'offset with a colon',
};
const seriesEvent: Fields = { ...moments, event_datetime: 'offset with a colon', entity_datetime: 'local with a space' };
const seriesDay: Fields = { ...moments, events_time: 'time of day with seconds', ...at('events[]', seriesEvent) };
const series: Fields = { ...moments, date_start: 'date', date_end: 'date', ...at('days[]', seriesDay) };
const clientSeries: Fields = { final_day: 'local with a space', ...at('days[]', seriesDay) };

const payrollStatement: Fields = { date_create: 'date', date_from: 'date', date_to: 'date' };
const ownStatement: Fields = { ...payrollStatement, date_confirm: 'date' };
const payItems: Fields = { 'salary_items[].date': 'date', 'salary_items[].time': 'time of day' };
const assignedScheme: Fields = { date_start: 'date', date_end: 'date' };

const workDay: Fields = { date: 'date', ...at('slots[]', { from: 'time of day', to: 'time of day' }) };
const slot: Fields = { time: 'time of day', datetime: 'offset with a colon' };

/**
 * The format of every date in every answer, by surface and operation, like the published examples; RFC 3339 without an example. An empty
 * text and null mean no date. Written by hand, because clients rely on it.
 */
export const dateForms: Record<string, Fields> = {
  'b2b-v1 get_location_list': { 'data[].next_slot': 'offset with a colon' },
  'b2b-v1 get_location': { 'data.next_slot': 'offset with a colon' },
  'b2b-v1 get_location_subscription_information': at('data', {
    deactivation_date: 'date with dots',
    start_date: 'date with dots',
  }),
  'b2b-v1 update_location': { 'data.next_slot': 'offset with a colon' },
  'b2b-v1 list_user_tokens': { 'data[].create_date': 'offset with a colon' },
  'b2b-v1 list_user_invitations': { 'data[].invited_at': 'offset with a colon', 'data[].expires_at': 'offset with a colon' },

  'b2b-v1 deprecated_get_client_list': at('data[]', client),
  'b2b-v1 create_client': at('data', client),
  'b2b-v1 search_for_product_transactions': at('data[]', {
    create_date: 'offset without a colon',
    last_change_date: 'offset without a colon',
  }),
  'b2b-v1 create_inventory_operation': {
    ...at('data.document', operationOfStock),
    ...at('data.transactions[]', operationOfStock),
    ...at('data.goods_transactions[]', operationOfStock),
  },
  'b2b-v1 create_document': { 'data.create_date': 'local with a space' },
  'b2b-v1 get_document': { 'data.create_date': 'local with a space' },
  'b2b-v1 update_document': at('data', operationOfStock),
  'b2b-v1 create_transaction': at('data', stockTransaction),
  'b2b-v1 get_transaction': at('data', { ...stockTransaction, last_change_date: 'offset with a colon' }),
  'b2b-v1 update_transaction': at('data', stockTransaction),
  'b2b-v1 get_document_product_transactions': at('data[]', operationOfStock),
  'b2b-v1 list_stocktakings': at('data[]', operationOfStock),
  'b2b-v1 create_stocktaking': at('data', operationOfStock),
  'b2b-v1 get_stocktaking': at('data', operationOfStock),

  'developers list_webhook_addresses': at('data[]', webhookAddress),
  'developers update_webhook_address': at('data', webhookAddress),
  'developers rotate_webhook_secret': at('data.address', webhookAddress),
  'developers list_webhook_deliveries': at('data[]', webhookDelivery),
  'developers get_webhook_delivery': at('data', { ...webhookDelivery, 'tries[].at': 'offset with a colon' }),
  'developers resend_webhook_delivery': at('data', webhookDelivery),

  'b2b-v1 get_product': at('data', product),
  'b2b-v1 update_product': at('data', product),
  'b2b-v1 get_products_list': at('data[]', product),
  'b2b-v1 create_product': at('data', product),
  'b2b-v1 list_archived_products': at('data[]', product),
  'b2b-v1 archive_product': at('data', product),
  'b2b-v1 restore_product': at('data', product),

  'b2b-v1 get_client': at('data', client),
  'b2b-v1 update_client': at('data', client),
  'b2b-v1 bulk_create_clients': at('data.created[]', client),
  'b2b-v1 get_client_list': at('data[]', {
    birth_date: 'date',
    first_visit_date: 'offset with a colon',
    last_visit_date: 'offset with a colon',
    last_change_date: 'offset with a colon',
  }),
  'b2b-v1 list_client_comments': at('data[]', clientComment),
  'b2b-v1 create_client_comment': at('data', clientComment),
  'b2b-v1 get_client_file_list': at('data[]', clientFile),
  'b2b-v1 upload_client_files': at('data[]', clientFile),
  'b2b-v1 update_client_file': at('data', clientFile),
  'b2b-v1 search_client_visits': {
    'data.goods_transactions[].date': 'offset with a colon',
    'data.records[].date': 'offset with a colon',
    ...at('meta.dateCursor.previous', dateRange),
    ...at('meta.dateCursor.current', dateRange),
    ...at('meta.dateCursor.next', dateRange),
  },
  'b2b-v2 get_attendance_booking_user': {
    'data.attributes.birthday': 'local with a T',
    'included[].attributes.datetime': 'local with a T',
  },
  'b2b-v2 get_booking_user_location_attendance_statistics': at('data.attributes', attendances),
  'b2b-v2 get_booking_user_chain_attendance_statistics': at('data.attributes', attendances),

  'b2b-v1 get_appointment_list': at('data[]', { ...appointment, 'documents[].date_created': 'local with a space' }),
  'b2b-v1 create_appointment': at('data[]', appointment),
  'b2b-v1 get_appointment': at('data', appointment),
  'b2b-v1 update_appointment': at('data', changedAppointment),
  'b2b-v1 get_partner_appointment_list': at('data[]', cabinetAppointment),
  'b2b-v1 get_sale_transaction': sale,
  'b2b-v1 create_payment_with_loyalty_methods': sale,
  'b2b-v1 delete_loyalty_payment_transaction': sale,
  'b2b-v1 delete_location_account_payment': sale,
  'developers list_marketplace_app_locations': { 'data[].next_slot': 'offset with a colon' },
  'developers get_marketplace_integration_status': {
    'data.connection_status.created_at': 'local with a space',
    'data.payments[].payment_date': 'local with a space',
    'data.payments[].period_from': 'local with a space',
    'data.payments[].period_to': 'local with a space',
    'data.logs[].changed_at': 'local with a space',
  },
  'b2b-v1 list_sent_messages': at('data[]', {
    due_date: 'offset with a colon',
    create_date: 'offset with a colon',
    sent_date: 'offset with a colon',
  }),
  'b2b-v1 get_notification_rules': { 'data.quiet_from': 'time of day', 'data.quiet_to': 'time of day' },
  'b2b-v1 change_notification_rules': { 'data.quiet_from': 'time of day', 'data.quiet_to': 'time of day' },
  'developers list_voip_calls': { 'data[].call_date': 'offset with a colon' },
  'developers list_chain_voip_calls': { 'data[].call_date': 'offset with a colon' },
  'developers list_incoming_voip_calls': { 'data[].call_date': 'offset with a colon', ...at('data[].client', callerDates) },
  'developers get_voip_caller': at('data.client', callerDates),
  'b2b-v1 get_fiscal_transaction_list': { 'data[].print_date': 'offset with a colon' },
  'b2b-v1 print_fiscal_receipt': { 'data.kkm_transactions[].print_date': 'offset with a colon' },
  'b2b-v1 get_visit': { 'data.datetime': 'offset with a colon', ...at('data.records[]', changedAppointment) },
  'b2b-v1 get_visit_details': visitDetails,
  'b2b-v1 apply_loyalty_card_deduction': visitDetails,
  'b2b-v1 cancel_loyalty_card_withdrawal': visitDetails,
  'b2b-v1 apply_discount_promotion': visitDetails,
  'b2b-v1 cancel_discount_promotion': visitDetails,
  'b2b-v1 apply_referral_program': visitDetails,
  'b2b-v1 get_comments': { 'data[].date': 'offset with a colon' },
  'b2b-v1 leave_comment': { 'data.date': 'offset with a colon' },
  'b2b-v2 list_attendance_appointments': { ...at('data[].attributes', appointmentResource), ...appointmentDocument },
  'b2b-v2 list_appointments': { ...at('data[].attributes', appointmentResource), ...appointmentDocument },
  'b2b-v2 delete_timetable_appointment': { ...at('data[].attributes', appointmentResource), ...appointmentDocument },
  'b2b-v2 create_event_appointment': { ...at('data.attributes', appointmentResource), ...appointmentDocument },
  'b2b-v2 update_event_appointment': { ...at('data.attributes', appointmentResource), ...appointmentDocument },
  'b2b-v2 reschedule_event_appointment': { ...at('data.attributes', appointmentResource), ...appointmentDocument },
  'b2b-v2 list_attendance_service_suggestions': at('included[].attributes', appointmentResource),
  'b2b-v2 list_resource_occupations': at('data[].attributes', { from: 'local with a space', to: 'local with a space' }),

  'b2b-v1 search_events': at('data[]', event),
  'b2b-v1 search_event_dates': { 'data[]': 'date' },
  'b2b-v1 get_event_date_range': { 'data.min_date': 'date', 'data.max_date': 'date' },
  'b2b-v1 get_event': at('data', event),
  'b2b-v1 create_event': at('data', event),
  'b2b-v1 update_event': at('data', event),
  'b2b-v1 duplicate_event': at('data[]', event),
  'b2b-v2 list_events': at('data[].attributes', eventResource),
  'b2b-v2 create_event': at('data.attributes', eventResource),
  'b2b-v2 get_event': at('data.attributes', eventResource),
  'b2b-v2 update_event': at('data.attributes', eventResource),

  'b2b-v1 search_timetable_event_schedules_by_event': at('data', series),
  'b2b-v1 create_timetable_event_schedule': at('data', series),
  'b2b-v1 update_timetable_event_schedule': at('data', series),
  'b2b-v1 create_timetable_client_schedule': at('data', clientSeries),
  'b2b-v1 update_timetable_client_schedule': at('data', clientSeries),
  'b2b-v1 create_timetable_schedule_day': at('data', seriesDay),
  'b2b-v1 update_timetable_schedule_day': at('data', seriesDay),
  'b2b-v1 list_timetable_schedule_day_events': at('data[]', seriesEvent),

  'b2b-v1 search_team_member_calculation_daily_salary': { 'data.payroll_daily[].date': 'date' },
  'b2b-v1 search_team_member_period_daily_salary': { 'data.period_calculation_daily[].date': 'date' },
  'b2b-v1 search_team_member_payroll_calculation': at('data[]', payrollStatement),
  'b2b-v1 get_team_member_payroll_calculation': at('data', { ...payrollStatement, ...payItems }),
  'b2b-v1 get_team_member_salary_schemes': at('data[]', assignedScheme),
  'b2b-v1 set_team_member_pay_schemes': at('data[]', assignedScheme),
  'b2b-v1 explain_team_member_period_salary': at('data', payItems),
  'b2b-v1 explain_payroll_statement': at('data', payItems),
  'b2b-v1 create_payroll_statements': at('data[]', ownStatement),
  'b2b-v1 recalculate_payroll_statement': at('data', ownStatement),
  'b2b-v1 confirm_payroll_statement': at('data', ownStatement),
  'b2b-v1 reopen_payroll_statement': at('data', ownStatement),
  'b2b-v1 pay_payroll_statement': at('data', ownStatement),
  'b2b-v1 add_payroll_statement_item': at('data.calculation', ownStatement),
  'b2b-v1 list_priority_payments': { 'data[].date': 'date' },
  'b2b-v1 create_priority_payment': { 'data.date': 'date' },

  'b2b-v1 get_appointment_calendar_dates': { 'data[]': 'date' },
  'b2b-v1 get_appointment_calendar_sessions': { 'data[].time': 'time of day' },
  'b2b-v1 get_team_member_schedule': at('data[]', workDay),
  'b2b-v1 schedule_team_member_update_deprecated': at('data[]', workDay),
  'b2b-v1 set_team_member_schedule': at('data[]', workDay),
  'b2b-v1 get_team_member_schedule_list': at('data[]', {
    ...workDay,
    ...at('busy_intervals[]', { from: 'time of day with seconds', to: 'time of day with seconds' }),
  }),
  'b2b-v1 get_timeslot_settings': { 'data.dates_settings[].date': 'date' },
  'b2b-v1 set_timeslot_settings': { 'data.dates_settings[].date': 'date' },

  'b2b-v1 get_document_financial_transactions': { 'data[].date': 'offset with a colon' },
  // The keys are unix seconds.
  'b2b-v1 get_day_end_report_data': {},
  'b2b-v1 get_transactions': at('data[]', transaction),
  'b2b-v1 get_transactions_by_visit_or_appointment_id': at('data[]', transaction),
  'b2b-v1 create_financial_transaction': { 'data.date': 'offset with a colon' },
  'b2b-v1 get_financial_transaction': at('data[]', transaction),
  'b2b-v1 update_financial_transaction': at('data[]', transaction),
  'b2b-v1 get_client_account_list_by_location_and_client': at('data[]', clientAccount),
  'b2b-v1 get_client_account_list_by_chain': at('data[]', clientAccount),
  'b2b-v1 get_client_account_by_chain_and_phone': at('data[]', clientAccount),
  'b2b-v1 create_client_account_topup_operation': {
    ...at('data.deposits_transactions[]', {
      date_create: 'offset with a colon',
      date_delete: 'offset with a colon',
      'deposit_type.date_delete': 'offset with a colon',
      ...clientAccount,
    }),
    'data.payment_transactions[].date': 'offset with a colon',
  },
  'b2b-v1 get_chain_client_account_history': at('data[]', accountHistory),
  'b2b-v1 chain_loyalty_memberships_freeze': { 'data.freeze_till': 'offset with a colon' },
  'b2b-v1 chain_loyalty_memberships_set_period': { 'data.expiration_date': 'offset with a colon' },
  'b2b-v1 get_client_memberships': at('data[]', membership),
  'b2b-v1 get_user_memberships': at('data[]', membership),
  'b2b-v1 check_memberships_for_event': { 'data.attributes.last_booking_date': 'offset with a colon' },
  'b2b-v1 get_membership_list': at('data[]', { created_date: 'offset with a colon', activated_date: 'offset with a colon' }),
  'b2b-v1 chain_loyalty_membership_types_list': at('data[]', membershipType),
  'b2b-v1 chain_loyalty_membership_types_create': at('data', membershipType),
  'b2b-v1 chain_loyalty_membership_types_read': at('data', membershipType),
  'b2b-v1 chain_loyalty_membership_types_update': at('data', membershipType),
  'b2b-v1 chain_loyalty_membership_types_clone': at('data', membershipType),
  'b2b-v1 list_deposit_types': { 'data[].date_create': 'offset with a colon' },
  'b2b-v1 create_deposit_type': { 'data.date_create': 'offset with a colon' },
  'b2b-v1 update_deposit_type': { 'data.date_create': 'offset with a colon' },
  'b2b-v1 list_location_deposit_types': { 'data[].date_create': 'offset with a colon' },
  'b2b-v1 get_loyalty_program_revenue_statistics': { 'data.income_stats_by_day[].date': 'date' },
  'b2b-v1 get_loyalty_program_client_statistics': { 'data.visits_stats_by_day[].date': 'date' },
  'b2b-v1 create_chain_loyalty_program': { 'data.history_start_date': 'date' },
  'b2b-v1 get_chain_loyalty_program': { 'data.history_start_date': 'date' },
  'b2b-v1 update_chain_loyalty_program': { 'data.history_start_date': 'date' },
  'b2b-v1 get_location_loyalty_program_list': { 'data[].history_start_date': 'date', 'data[].first_transaction_date': 'date' },
  'b2b-v1 open_deposit': at('data', clientAccount),
  'b2b-v1 update_deposit': at('data', clientAccount),
  'b2b-v1 get_deposit_history': at('data[]', accountHistory),
  'b2b-v1 chain_loyalty_certificate_types_list': at('data[]', certificateType),
  'b2b-v1 chain_loyalty_certificate_types_create': at('data', certificateType),
  'b2b-v1 chain_loyalty_certificate_types_get': at('data', certificateType),
  'b2b-v1 chain_loyalty_certificate_types_update': at('data', certificateType),
  'b2b-v1 chain_loyalty_certificate_types_archive': at('data', certificateType),
  'b2b-v1 get_client_gift_cards': at('data[]', giftCard),
  'b2b-v1 get_user_gift_cards': at('data[]', giftCard),
  'b2b-v1 find_gift_card_by_code': at('data', giftCard),
  'b2b-v1 set_membership_period': { 'data.expiration_date': 'offset with a colon' },
  'b2b-v1 get_membership_history': { 'data[].created_date': 'offset with a colon' },
  'b2b-v1 get_gift_card_history': { 'data[].created_date': 'offset with a colon' },
  'b2b-v1 set_gift_card_balance': at('data', giftCard),
  'b2b-v1 set_gift_card_period': at('data', giftCard),
  'b2b-v1 get_gift_card_type_list': { 'data[].expiration_date': 'offset with a colon' },
  'b2b-v1 get_gift_card_type_list_by_id': { 'data[].expiration_date': 'offset with a colon' },

  'b2b-v1 patch_service': { 'data.date_from': 'date', 'data.date_to': 'date', 'data.dates[]': 'date' },
  'b2b-v1 get_team_member_list': { 'data[].schedule_till': 'date' },
  'b2b-v2 list_team_members': at('included[].attributes', {
    date_admission: 'local with a T',
    date_registration_end: 'local with a T',
  }),

  'b2b-v1 get_audit_trail': { 'data[].changed_at': 'offset with a colon' },
  'b2b-v1 get_audit_entry': { 'data.changed_at': 'offset with a colon' },
  'b2b-v1 get_change_list': { 'data[].changed_at': 'offset with a colon' },
  'b2b-v1 get_team_member_calendar_feed': at('data', calendarFeed),
  'b2b-v1 set_team_member_calendar_feed': at('data', calendarFeed),
  'b2b-v1 get_client_calendar_feed': at('data', calendarFeed),
  'b2b-v1 set_client_calendar_feed': at('data', calendarFeed),
  'public get_own_calendar_feed': at('data', calendarFeed),
  'public set_own_calendar_feed': at('data', calendarFeed),
  'b2b-v1 get_appointment_prepayment': at('data', prepaymentOfBusiness),
  'b2b-v1 refund_appointment_prepayment': at('data', prepaymentOfBusiness),
  'b2b-v1 list_waiting_entries': at('data[]', waitingEntry),
  'b2b-v1 get_waiting_entry': at('data', waitingEntry),
  'b2b-v1 add_waiting_entry': at('data', waitingEntry),
  'b2b-v1 change_waiting_entry': at('data', waitingEntry),
  'public show_own_waiting_entry': at('data', {
    date_from: 'date',
    date_to: 'date',
    time_from: 'time of day',
    time_to: 'time of day',
    offered_until: 'offset with a colon',
  }),
  'public show_own_waiting_offer': at('data', { datetime: 'offset with a colon', expires_at: 'offset with a colon' }),
  'public get_own_prepayment': at('data', prepayment),
  'public start_own_prepayment': at('data', prepayment),
  'public list_user_appointments': at('data[]', cabinetAppointment),
  'public get_user_appointment_list': at('data[]', cabinetAppointment),
  'public get_feedback_form_status': { 'data.record.date': 'offset without a colon' },
  'public get_online_booking_details': {
    'data.date': 'offset with a colon',
    'data.datetime': 'offset with a colon',
    'data.create_date': 'offset with a colon',
    'data.last_change_date': 'offset with a colon',
  },
  'public update_online_booking_datetime': { 'data.date': 'offset with a colon', 'data.create_date': 'offset with a colon' },
  'public get_dates_available_for_booking': { 'data.booking_dates[]': 'date', 'data.working_dates[]': 'date' },
  'public get_nearest_time_slots': { 'data.seance_date': 'date', ...at('data.seances[]', slot) },
  'public get_time_slots_for_booking': at('data[]', slot),
  'public get_team_members_available_for_booking': {
    'data[].seance_date': 'date',
    'data[].schedule_till': 'date',
    ...at('data[].seances[]', slot),
  },
};

/** Parts that other operations answered. */
const recorded = new Set([
  'b2b-v1 get_change_list data[].data',
  'b2b-v1 get_audit_trail data[].before',
  'b2b-v1 get_audit_trail data[].after',
  'b2b-v1 get_audit_entry data.before',
  'b2b-v1 get_audit_entry data.after',
]);

/** Texts and numbers whose names look like dates. */
const others = new Set([
  'expiration_timeout_unit',
  // States of an application in a location.
  'status_from',
  'status_to',
  'from_url', // the source of a client
  'record_from',
  'datetime_step_title', // a title
  'expiration_type_title', // what makes a membership active
  'date_default', // a date that a booking form begins with; none is set
  'day_of_week', // mon, tue …
  'cost_to_pay',
]);

/** Whether a text or number of this name, or with this description, is a date or a time. */
export function soundsLikeDate(name: string, description = '', isNumber = false): boolean {
  if (others.has(name) || name.endsWith('_text')) return false;
  if (/\bunix\b/.test(description) || /(^|_)timestamp$/.test(name)) return true;
  if (isNumber) return false;
  const names = /(^|_)(dates?|datetime|time|moment|from|to|till|until|since|birthday|slot|day|start|end|expir\w*)(_|$)|_at$/;
  return names.test(name) || /^date\b|yyyy-mm-dd|HH:MM/i.test(description);
}

/** The errors of the dates in an answer. @param operation with its surface */
export function dateFaults(operation: string, answer: unknown): string[] {
  const fields = dateForms[operation] ?? {};
  const faults = new Set<string>();
  const look = (value: unknown, path: string, name: string) => {
    if (Array.isArray(value)) {
      for (const item of value) look(item, `${path}[]`, name);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, part] of Object.entries(value)) {
        // The keys of custom fields are a location's own. Recorded things are as other operations answered them.
        if (key !== 'custom_fields' && !recorded.has(`${operation} ${path}.${key}`))
          look(part, path ? `${path}.${key}` : key, key);
      }
    } else if (fields[path] !== undefined) {
      const isEmpty = value === null || value === '' || value === undefined;
      if (!isEmpty && !forms[fields[path]].test(String(value))) faults.add(`${path} is ${value}, which is no ${fields[path]}`);
    } else if (typeof value === 'string' && new RegExp(`^${day}([T ]|$)`).test(value) && soundsLikeDate(name)) {
      faults.add(`${path} is ${value} and has no form in test/date-forms.ts`);
    }
  };
  look(answer, '', '');
  return [...faults];
}
