/**
 * The answer of an operation for a limited user, where other users get everything: `missing` 404, `refused` 403, `invalid` 422, `less` the
 * same answer with less in it. Written by hand from decision 29, and not read from the code.
 */
export type Outcome = 'missing' | 'refused' | 'invalid' | 'less';

const each = (outcome: Outcome, ...operations: string[]): Record<string, Outcome> =>
  Object.fromEntries(operations.map((name) => [name, outcome]));

const changesOfOne = [
  'b2b-v1 update_appointment',
  'b2b-v1 delete_appointment',
  'b2b-v1 update_visit',
  'b2b-v1 update_event',
  'b2b-v1 delete_event',
  'b2b-v2 delete_appointment',
  'b2b-v2 delete_timetable_appointment',
  'b2b-v2 update_event',
  'b2b-v2 delete_event',
  'b2b-v2 update_event_appointment',
  'b2b-v2 reschedule_event_appointment',
  'b2b-v1 update_appointment_service_consumables',
  'b2b-v1 unlink_appointment_service_association',
];

const copiesAndPlaces = ['b2b-v1 duplicate_event', 'b2b-v1 create_timetable_event_schedule', 'b2b-v2 create_event_appointment'];

/** Of the sale of a visit. */
const sales = [
  'b2b-v1 get_sale_transaction',
  'b2b-v1 create_payment_with_loyalty_methods',
  'b2b-v1 delete_location_account_payment',
  'b2b-v1 delete_loyalty_payment_transaction',
  'b2b-v1 get_loyalty_transactions_by_visit',
  'b2b-v1 apply_loyalty_card_deduction',
  'b2b-v1 cancel_loyalty_card_withdrawal',
  'b2b-v1 apply_discount_promotion',
  'b2b-v1 cancel_discount_promotion',
  'b2b-v1 apply_referral_program',
  'b2b-v1 explain_visit_loyalty',
  'b2b-v1 print_fiscal_receipt',
  'b2b-v1 get_appointment_prepayment',
  'b2b-v1 refund_appointment_prepayment',
];

const readingOfOne = [
  'b2b-v1 get_appointment_assistants',
  'b2b-v1 get_transactions_by_visit_or_appointment_id',
  'b2b-v1 get_appointment',
  'b2b-v1 get_visit',
  'b2b-v1 get_visit_details',
  'b2b-v1 get_visit_receipt_pdf',
  'b2b-v1 get_appointment_consumables',
  'b2b-v2 list_attendance_appointments',
  'b2b-v2 get_event',
  'b2b-v2 get_attendance_product_item',
];

const appointmentLists = [
  'b2b-v1 get_appointment_list',
  'b2b-v1 get_partner_appointment_list',
  'b2b-v1 search_client_visits',
  'b2b-v2 list_appointments',
];

const changesOfWaiting = ['b2b-v1 get_waiting_entry', 'b2b-v1 change_waiting_entry', 'b2b-v1 close_waiting_entry'];
const waitingList = 'b2b-v1 list_waiting_entries';

/** Who calls, with their appointments. */
const callers = ['developers list_incoming_voip_calls', 'developers get_voip_caller'];

const dayEnd = 'b2b-v1 get_day_end_report_data';
/** They have no gaps, so users with a limit are refused. */
const changesOfAll = ['b2b-v1 get_change_list', 'b2b-v1 get_audit_trail', 'b2b-v1 get_audit_entry'];

/** They add up less. */
export const analytics = [
  'b2b-v1 get_location_analytics_overall',
  'b2b-v1 get_location_analytics_occupancy_daily',
  'b2b-v1 get_location_analytics_revenue_daily',
  'b2b-v1 get_appointment_analytics_by_source',
  'b2b-v1 get_appointment_analytics_by_status',
  'b2b-v1 get_location_analytics_appointments_daily',
];

const memberFeeds = [
  'b2b-v1 get_team_member_calendar_feed',
  'b2b-v1 set_team_member_calendar_feed',
  'b2b-v1 delete_team_member_calendar_feed',
];

/** They have the appointments of all calendars. */
const clientFeeds = ['b2b-v1 get_client_calendar_feed', 'b2b-v1 set_client_calendar_feed', 'b2b-v1 delete_client_calendar_feed'];

/** Limited to the calendar of a team member without appointments, or to a position without members. */
export const calendar: Record<string, Outcome> = {
  ...each('refused', ...changesOfAll, ...clientFeeds),
  ...each('missing', ...memberFeeds),
  ...each(
    'missing',
    'b2b-v1 set_appointment_assistants',
    ...changesOfWaiting,
    ...changesOfOne,
    ...copiesAndPlaces,
    ...readingOfOne,
    ...sales,
  ),
  ...each(
    'missing',
    'b2b-v1 get_team_member_service_bill_of_materials',
    'b2b-v1 leave_comment',
    'b2b-v1 create_timetable_client_schedule',
    'b2b-v1 update_timetable_client_schedule',
    'b2b-v1 delete_timetable_client_schedule',
    'b2b-v1 search_timetable_event_schedules_by_event',
    'b2b-v1 update_timetable_event_schedule',
    'b2b-v1 delete_timetable_event_schedule',
    'b2b-v1 create_timetable_schedule_day',
    'b2b-v1 update_timetable_schedule_day',
    'b2b-v1 delete_timetable_schedule_day',
    'b2b-v1 list_timetable_schedule_day_events',
    'b2b-v1 get_team_member_schedule',
    'b2b-v1 update_team_member_schedule',
    'b2b-v1 schedule_team_member_update_deprecated',
    'b2b-v1 set_team_member_schedule',
    'b2b-v1 get_appointment_calendar_sessions',
    'b2b-v2 list_attendance_service_suggestions',
  ),
  ...each('refused', 'b2b-v1 add_waiting_entry', 'b2b-v1 create_appointment', 'b2b-v1 create_event', 'b2b-v2 create_event'),
  ...each(
    'less',
    waitingList,
    ...appointmentLists,
    'b2b-v1 get_comments',
    'b2b-v1 get_appointment_calendar_dates',
    'b2b-v1 get_team_member_schedule_list',
    'b2b-v1 get_fiscal_transaction_list',
    'b2b-v2 list_events',
    ...callers,
    dayEnd,
    ...analytics,
  ),
};

const ofTransactions = [
  'b2b-v1 get_financial_transaction',
  'b2b-v1 update_financial_transaction',
  'b2b-v1 delete_financial_transaction',
];
const transactionLists = [
  'b2b-v1 get_document_financial_transactions',
  'b2b-v1 get_transactions',
  'b2b-v1 get_transactions_by_visit_or_appointment_id',
];

const payouts = ['b2b-v1 pay_payroll_statement', 'b2b-v1 create_payroll_payout'];

/** Only the payroll of another team member. */
export const payroll: Record<string, Outcome> = each(
  'refused',
  'b2b-v1 search_team_member_calculation_daily_salary',
  'b2b-v1 search_team_member_calculation_salary',
  'b2b-v1 get_team_member_calculation_schemes_count',
  'b2b-v1 search_team_member_payroll_calculation',
  'b2b-v1 get_team_member_payroll_calculation',
  'b2b-v1 search_team_member_period_daily_salary',
  'b2b-v1 search_team_member_period_salary',
  'b2b-v1 list_period_salaries',
  'b2b-v1 get_team_member_salary_calculation',
  'b2b-v1 get_team_member_salary_period',
  'b2b-v1 get_team_member_salary_schemes',
  'b2b-v1 explain_team_member_period_salary',
  'b2b-v1 create_payroll_statements',
  'b2b-v1 explain_payroll_statement',
  'b2b-v1 recalculate_payroll_statement',
  'b2b-v1 confirm_payroll_statement',
  'b2b-v1 reopen_payroll_statement',
  'b2b-v1 delete_payroll_statement',
  'b2b-v1 add_payroll_statement_item',
  'b2b-v1 remove_payroll_statement_item',
  'b2b-v1 list_priority_payments',
  'b2b-v1 create_priority_payment',
  'b2b-v1 delete_priority_payment',
  ...payouts,
);

/** Only the payroll of the team member itself; the rest is for those who see that of everyone. */
export const ownPayroll: Record<string, Outcome> = each(
  'refused',
  'b2b-v1 search_team_member_calculation_daily_salary',
  'b2b-v1 search_team_member_calculation_salary',
  'b2b-v1 get_team_member_calculation_schemes_count',
  'b2b-v1 search_team_member_payroll_calculation',
  'b2b-v1 get_team_member_payroll_calculation',
  'b2b-v1 search_team_member_period_daily_salary',
  'b2b-v1 search_team_member_period_salary',
  'b2b-v1 list_period_salaries',
);

/** Only the payroll of today. */
export const payToday: Record<string, Outcome> = {
  ...each(
    'refused',
    'b2b-v1 create_payroll_statements',
    'b2b-v1 create_priority_payment',
    'b2b-v1 get_team_member_payroll_calculation',
    'b2b-v1 explain_payroll_statement',
    'b2b-v1 recalculate_payroll_statement',
    'b2b-v1 confirm_payroll_statement',
    'b2b-v1 reopen_payroll_statement',
    'b2b-v1 delete_payroll_statement',
    'b2b-v1 add_payroll_statement_item',
    'b2b-v1 remove_payroll_statement_item',
    'b2b-v1 delete_priority_payment',
    'b2b-v1 pay_payroll_statement',
  ),
  ...each(
    'less',
    'b2b-v1 search_team_member_calculation_daily_salary',
    'b2b-v1 search_team_member_period_daily_salary',
    'b2b-v1 search_team_member_payroll_calculation',
    'b2b-v1 list_priority_payments',
  ),
};

/** Limited to another account. */
export const accounts: Record<string, Outcome> = {
  ...each('refused', ...changesOfAll),
  ...each('missing', ...ofTransactions, 'b2b-v1 update_account', 'b2b-v1 archive_account', 'b2b-v1 restore_account'),
  ...each('invalid', 'b2b-v1 create_financial_transaction', 'b2b-v1 create_client_account_topup_operation', ...payouts),
  ...each('less', ...transactionLists, dayEnd, 'b2b-v1 get_account_list', 'b2b-v1 list_accounts'),
};

/** Limited to another payment item. */
export const expenses: Record<string, Outcome> = {
  ...each('refused', ...changesOfAll),
  ...each('missing', ...ofTransactions, 'b2b-v1 update_expense', 'b2b-v1 delete_expense'),
  ...each('invalid', 'b2b-v1 create_financial_transaction', ...payouts),
  ...each('less', ...transactionLists, dayEnd, 'b2b-v1 list_expenses'),
};

/** To payments of days after all that the business has. */
export const paymentDays: Record<string, Outcome> = {
  ...each('refused', ...changesOfAll),
  ...each('missing', ...ofTransactions),
  ...each('less', ...transactionLists, 'b2b-v1 get_fiscal_transaction_list', dayEnd),
};

/** To changes of payments of such days. */
export const paymentChanges: Record<string, Outcome> = each(
  'refused',
  'b2b-v1 create_financial_transaction',
  'b2b-v1 update_financial_transaction',
  'b2b-v1 delete_financial_transaction',
  ...payouts,
);

/** To days after all that the business has. */
export const days: Record<string, Outcome> = {
  ...each('refused', ...changesOfAll, ...clientFeeds),
  ...each(
    'missing',
    'b2b-v1 set_appointment_assistants',
    ...changesOfWaiting,
    ...changesOfOne,
    ...copiesAndPlaces,
    ...readingOfOne,
    ...sales,
  ),
  ...each(
    'less',
    waitingList,
    ...appointmentLists,
    ...callers,
    dayEnd,
    ...analytics,
    'b2b-v1 get_fiscal_transaction_list',
    'b2b-v1 list_timetable_schedule_day_events',
    'b2b-v2 list_resource_occupations',
  ),
};

/** To changes of days after all that the business has. */
export const changes: Record<string, Outcome> = each('refused', ...changesOfOne);

/** Limited to the clients of a team member who has none. */
export const clients: Record<string, Outcome> = {
  ...each('refused', ...changesOfAll, 'b2b-v1 list_sent_messages'),
  ...each(
    'missing',
    ...clientFeeds,
    'b2b-v1 get_client',
    'b2b-v1 update_client',
    'b2b-v1 delete_client',
    'b2b-v1 list_client_comments',
    'b2b-v1 create_client_comment',
    'b2b-v1 delete_client_comment',
    'b2b-v1 get_client_file_list',
    'b2b-v1 upload_client_files',
    'b2b-v1 update_client_file',
    'b2b-v1 delete_client_file',
    'b2b-v1 search_client_visits',
    'b2b-v2 list_attendance_service_suggestions',
    'b2b-v2 get_attendance_booking_user',
    'b2b-v2 get_booking_user_location_attendance_statistics',
    'b2b-v2 get_booking_user_chain_attendance_statistics',
    'b2b-v1 get_client_account_list_by_location_and_client',
    'b2b-v1 get_loyalty_card_list_by_client_id',
    'b2b-v1 get_loyalty_card_list_by_phone',
    'b2b-v1 get_loyalty_card_type_list_for_client',
    'b2b-v1 remove_loyalty_card',
    'b2b-v1 create_loyalty_card_transaction',
    'b2b-v1 search_memberships_for_event',
    'b2b-v1 check_memberships_for_event',
    'b2b-v1 get_membership_history',
    'b2b-v1 set_membership_balance',
    'b2b-v1 set_membership_period',
    'b2b-v1 get_gift_card_history',
    'b2b-v1 set_gift_card_balance',
    'b2b-v1 set_gift_card_period',
    'b2b-v1 update_deposit',
    'b2b-v1 get_deposit_history',
  ),
  ...each(
    'invalid',
    'b2b-v1 create_appointment',
    'b2b-v1 add_waiting_entry',
    'b2b-v1 create_timetable_client_schedule',
    'b2b-v2 create_event_appointment',
    'b2b-v1 create_financial_transaction',
    'b2b-v1 update_financial_transaction',
    'b2b-v1 create_client_account_topup_operation',
    'b2b-v1 open_deposit',
    'b2b-v1 issue_loyalty_card',
    'b2b-v1 create_inventory_operation',
    'b2b-v1 create_transaction',
    'b2b-v1 update_transaction',
  ),
  ...each(
    'less',
    'b2b-v1 deprecated_get_client_list',
    'b2b-v1 get_client_list',
    waitingList,
    'b2b-v1 get_waiting_entry',
    'b2b-v1 change_waiting_entry',
    'b2b-v1 get_appointment_list',
    'b2b-v1 get_appointment',
    'b2b-v1 get_partner_appointment_list',
    'b2b-v1 get_visit',
    'b2b-v2 list_attendance_appointments',
    'b2b-v2 list_appointments',
    'b2b-v1 get_financial_transaction',
    dayEnd,
    ...transactionLists,
    'developers list_voip_calls',
    ...callers,
  ),
};

/** Limited to storages, and to none of them. */
export const storages: Record<string, Outcome> = {
  ...each('refused', ...changesOfAll),
  ...each(
    'less',
    'b2b-v1 get_product',
    'b2b-v1 update_product',
    'b2b-v1 get_products_list',
    'b2b-v1 create_product',
    'b2b-v1 list_archived_products',
    'b2b-v1 archive_product',
    'b2b-v1 restore_product',
    'b2b-v2 get_product',
    'b2b-v2 list_product_storage_amounts',
    'b2b-v1 get_location_inventories',
    'b2b-v1 search_for_product_transactions',
    'b2b-v1 list_storages',
    'b2b-v1 list_stocktakings',
  ),
  ...each(
    'missing',
    'b2b-v1 get_document',
    'b2b-v1 update_document',
    'b2b-v1 delete_document',
    'b2b-v1 get_transaction',
    'b2b-v1 update_transaction',
    'b2b-v1 delete_transaction',
    'b2b-v1 get_document_product_transactions',
    'b2b-v1 update_storage',
    'b2b-v1 archive_storage',
    'b2b-v1 restore_storage',
    'b2b-v1 get_stocktaking',
    'b2b-v1 delete_stocktaking',
  ),
  ...each('refused', 'b2b-v1 create_inventory_operation', 'b2b-v1 create_document', 'b2b-v1 create_stocktaking'),
  ...each(
    'invalid',
    'b2b-v1 create_transaction',
    'b2b-v1 create_bill_of_materials',
    'b2b-v1 update_bill_of_materials',
    'b2b-v1 update_appointment_service_consumables',
  ),
};

/** Operations of members that no limit affects, by their subject. */
export const unlimited: Record<string, readonly string[]> = {
  'the location, its users and settings': [
    'b2b-v1 create_location',
    'b2b-v1 get_location_notification_settings',
    'b2b-v1 get_user_notification_settings',
    'b2b-v1 update_user_notification_settings',
    'b2b-v1 set_user_notification_channels',
    'b2b-v1 get_notification_rules',
    'b2b-v1 change_notification_rules',
    'b2b-v1 list_notification_templates',
    'b2b-v1 save_notification_template',
    'b2b-v1 delete_notification_template',
    'b2b-v1 get_message_balance',
    'b2b-v1 set_message_balance',
    // The answer is the same; fewer clients get the message. See `campaign.test.ts`.
    'b2b-v1 send_sms_to_clients',
    'b2b-v1 send_sms_campaign_to_filtered_clients',
    'b2b-v1 send_email_newsletter_to_clients',
    'b2b-v1 send_email_campaign_to_filtered_clients',
    'developers get_event_notification_settings',
    'developers update_event_notification_settings',
    'developers list_webhook_addresses',
    'developers update_webhook_address',
    'developers rotate_webhook_secret',
    'developers send_test_webhook',
    'developers list_webhook_deliveries',
    'developers get_webhook_delivery',
    'developers resend_webhook_delivery',
    'developers resend_failed_webhook_deliveries',
    'b2b-v1 update_location',
    'b2b-v1 update_location_profile',
    'b2b-v1 delete_location',
    'b2b-v1 get_tax_system_list',
    'developers list_offered_applications',
    'developers connect_marketplace_application',
    'developers disconnect_marketplace_application',
    'b2b-v1 get_fiscal_settings',
    'b2b-v1 update_fiscal_settings',
    'b2b-v1 get_location_users',
    'b2b-v1 deprecated_get_location_users',
    'b2b-v1 get_permission_list',
    'b2b-v1 list_roles',
    'b2b-v1 create_user_invitation',
    'b2b-v1 list_user_invitations',
    'b2b-v1 revoke_user_invitation',
    'b2b-v1 join_location',
    'b2b-v1 get_user_roles',
    'b2b-v1 get_user_permissions',
    'b2b-v1 update_user_permissions',
    'b2b-v1 remove_user_from_location',
    'b2b-v1 remove_user_from_locations',
    'b2b-v1 copy_user_permissions_to_locations',
    'b2b-v1 get_appointment_calendar_settings',
    'b2b-v1 update_appointment_calendar_settings',
    'b2b-v1 get_online_booking_settings',
    'b2b-v1 update_online_booking_settings',
    'b2b-v1 get_client_rules',
    'b2b-v1 update_client_rules',
    'b2b-v1 set_timeslot_settings',
    'b2b-v1 get_waiting_list_settings',
    'b2b-v1 change_waiting_list_settings',
    'b2b-v1 get_prepayment_settings',
    'b2b-v1 set_prepayment_settings',
    'b2b-v1 clear_prepayment_settings',
    'b2b-v1 get_timeslot_settings',
    'b2b-v1 get_booking_widget_list',
    'b2b-v1 create_booking_widget',
    'b2b-v1 get_booking_widget',
    'b2b-v1 delete_booking_widget',
    'b2b-v1 update_booking_widget',
  ],
  'the caller': [
    'b2b-v1 get_user_data',
    'b2b-v1 update_user_data',
    'b2b-v1 update_user_password',
    'b2b-v1 list_user_tokens',
    'b2b-v1 delete_user_token',
  ],
  'kinds of loyalty cards': ['b2b-v1 get_loyalty_card_type_list'],
  'new accounts and payment items, kinds of client accounts, and promotions': [
    'b2b-v1 create_account',
    'b2b-v1 create_expense',
    'b2b-v1 list_location_deposit_types',
    'b2b-v1 get_location_loyalty_program_list',
    'b2b-v1 get_loyalty_program_revenue_statistics',
    'b2b-v1 get_loyalty_program_team_member_statistics',
    'b2b-v1 get_loyalty_program_client_statistics',
    'b2b-v1 get_membership_type_list',
    'b2b-v1 get_membership_type_list_by_id',
    'b2b-v1 get_gift_card_type_list',
    'b2b-v1 get_gift_card_type_list_by_id',
  ],
  'codes, which say enough about who has them': ['b2b-v1 find_gift_card_by_code', 'b2b-v1 generate_loyalty_code'],
  'new clients': ['b2b-v1 create_client', 'b2b-v1 bulk_create_clients'],
  'how events are copied': ['b2b-v1 create_event_duplication_strategy', 'b2b-v1 update_event_duplication_strategy'],
  'what is offered, and by whom': [
    'b2b-v1 create_service_category',
    'b2b-v1 create_service',
    'b2b-v1 deprecated_update_service_by_id',
    'b2b-v1 patch_service',
    'b2b-v1 delete_service',
    'b2b-v1 update_service_category',
    'b2b-v1 delete_service_category',
    'b2b-v1 get_service_category_list',
    'b2b-v1 get_service',
    'b2b-v1 assign_service_to_team_member',
    'b2b-v1 update_service_team_member_assignment',
    'b2b-v1 set_service_team_member_booking',
    'b2b-v1 update_team_member_booking_settings',
    'b2b-v1 remove_service_from_team_member',
    'b2b-v1 update_service_links',
    'b2b-v1 get_composite_service',
    'b2b-v1 set_composite_service',
    'b2b-v1 delete_composite_service',
    'b2b-v2 list_composite_service_attendance_services',
    'b2b-v1 set_service_prepayment',
    'b2b-v1 set_team_member_prepayment',
    'b2b-v1 deprecated_create_team_member',
    'b2b-v1 update_team_member',
    'b2b-v1 delete_team_member',
    'b2b-v1 create_team_member_quick',
    'b2b-v1 get_team_member',
    'b2b-v1 get_position_list',
    'b2b-v1 create_position_quick',
    'b2b-v1 get_resource_list',
    'b2b-v1 create_resource',
    'b2b-v1 update_resource',
    'b2b-v1 delete_resource',
    'b2b-v1 create_resource_instance',
    'b2b-v1 update_resource_instance',
    'b2b-v1 delete_resource_instance',
    'b2b-v1 upload_image',
    'b2b-v2 list_services',
    'b2b-v2 get_service',
    'b2b-v2 list_service_categories',
    'b2b-v2 list_attendance_services',
    'b2b-v1 delete_image',
    'b2b-v1 get_team_member_tip_settings',
    'b2b-v1 create_team_member_tip_settings',
    'b2b-v1 get_tip_settings',
    'b2b-v1 update_team_member_tip_settings',
    'b2b-v1 delete_team_member_tip_settings',
    'b2b-v1 enable_team_member_tips',
    'b2b-v1 disable_team_member_tips',
    'b2b-v2 list_team_members',
    'b2b-v2 list_positions',
    'b2b-v2 create_position',
    'b2b-v2 get_position',
    'b2b-v2 update_position',
    'b2b-v2 delete_position',
  ],
  'bills of materials, which belong to services': [
    'b2b-v1 get_bill_of_materials_list',
    'b2b-v1 get_bill_of_materials',
    'b2b-v1 delete_bill_of_materials',
  ],
  'storages, suppliers and settings of the inventory': [
    'b2b-v1 create_storage',
    'b2b-v1 list_suppliers',
    'b2b-v1 get_supplier',
    'b2b-v1 create_supplier',
    'b2b-v1 update_supplier',
    'b2b-v1 archive_supplier',
    'b2b-v1 restore_supplier',
    'b2b-v1 get_inventory_settings',
    'b2b-v1 update_inventory_settings',
  ],
  'rules and schemes of pay': [
    'b2b-v1 list_pay_rules',
    'b2b-v1 create_pay_rule',
    'b2b-v1 update_pay_rule',
    'b2b-v1 delete_pay_rule',
    'b2b-v1 list_pay_schemes',
    'b2b-v1 create_pay_scheme',
    'b2b-v1 update_pay_scheme',
    'b2b-v1 delete_pay_scheme',
    'b2b-v1 set_team_member_pay_schemes',
    'b2b-v1 get_payroll_settings',
    'b2b-v1 update_payroll_settings',
  ],
  'settings of analytics': ['b2b-v1 get_analytics_settings', 'b2b-v1 update_analytics_settings'],
  'products, their categories and units': [
    'b2b-v1 search_product',
    'b2b-v1 delete_product',
    'b2b-v1 get_product_category_list',
    'b2b-v1 get_product_category_composition',
    'b2b-v1 get_product_category_list_by_ids',
    'b2b-v1 create_product_category',
    'b2b-v1 deprecated_get_product_category_list',
    'b2b-v1 update_product_category',
    'b2b-v1 delete_product_category',
    'b2b-v1 get_product_unit_list',
    'b2b-v1 create_product_unit',
    'b2b-v1 update_product_unit',
    'b2b-v1 delete_product_unit',
    'b2b-v2 list_product_units',
    'b2b-v2 list_products',
    'b2b-v2 autocomplete_products',
    'b2b-v2 list_product_categories',
    'b2b-v2 get_product_category',
  ],
  'custom fields and tags': [
    'b2b-v1 get_custom_field_list',
    'b2b-v1 create_custom_field',
    'b2b-v1 update_custom_field',
    'b2b-v1 delete_custom_field',
    'b2b-v1 create_tag',
    'b2b-v1 get_tag_list_by_entity',
    'b2b-v1 update_tag_by_tag_id',
    'b2b-v1 delete_tag_by_tag_id',
    'b2b-v2 list_custom_fields',
    'b2b-v2 list_tags',
    'b2b-v2 create_tag',
    'b2b-v2 get_tag',
    'b2b-v2 update_tag',
    'b2b-v2 delete_tag',
  ],
};
