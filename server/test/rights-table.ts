import type { ChainFlag, Flag } from '../src/api/access.ts';

/**
 * The callers of each operation, written by hand from the published notes and the meaning of the permissions, and not read from the
 * declarations. So a declaration with a wrong permission differs from this table.
 */
export interface Need {
  /**
   * `anyone` without a token; `partner` with only a partner's token; `public` the same, but members of the location see more; `user` signed
   * in, even without a location; `member` of the location; `client` signed in for
   * online booking; `chain` for a user of the chain.
   */
  caller: 'anyone' | 'partner' | 'public' | 'user' | 'member' | 'chain' | 'client';
  /** A member needs all of these for the request that `world.ts` makes. */
  flags: readonly Flag[];
  /** A member also needs one of these. */
  oneOf?: readonly Flag[];
  /** A user of the chain needs this right. */
  chainRight?: ChainFlag;
  /** A member of a location of the chain with this flag is enough, too. */
  orMember?: Flag;
  /** Only members in this role may call it, with any permissions. */
  role?: 'owner';
}

const anyone: Need = { caller: 'anyone', flags: [] };
const partner: Need = { caller: 'partner', flags: [] };
const everybody: Need = { caller: 'public', flags: [] };
const user: Need = { caller: 'user', flags: [] };
const client: Need = { caller: 'client', flags: [] };
const chain = (chainRight: ChainFlag): Need => ({ caller: 'chain', flags: [], chainRight });
const member = (...flags: Flag[]): Need => ({ caller: 'member', flags });
const memberWithOneOf = (...oneOf: Flag[]): Need => ({ caller: 'member', flags: [], oneOf });

/** The rights for parts of a service, besides the right to change services at all. */
const changedService: Flag[] = [
  'services_edit',
  'settings_services_edit_title_access',
  'settings_services_relation_category_access',
  'settings_services_edit_price_access',
  'edit_master_service_and_duration',
];

/** A document that the user sees, and a right to write. */
const saleOfStock = (...flags: Flag[]): Need => member('storages_transactions_access', ...flags);

/** The right to manage products at all, and a right for the kind of change. */
const productManager = (...flags: Flag[]): Need => member('storages_goods_crud_access', ...flags);

/** The payroll of everyone. */
const seesPay = member('finances_access', 'finances_salary_calc_access');
const makesPay = (...flags: Flag[]): Need => member('finances_access', 'finances_payroll_calculation_create_access', ...flags);
const makesPayOfAnyDay = (...flags: Flag[]): Need =>
  makesPay('finances_payroll_calculation_create_not_limitation_today_access', ...flags);
const managesPay = member('finances_access', 'finances_salary_schemes_access');

/** The rights to every field that webhooks report. */
const readsEverything: Flag[] = [
  'timetable_access',
  'record_form_access',
  'record_form_client_access',
  'timetable_phones_access',
  'custom_fields_client_values_read_access',
  'custom_fields_record_values_read_access',
  'records_goods_access',
  'clients_access',
  'clients_phones_access',
  'clients_card_phone_access',
  'clients_phones_email_access',
  'clients_surname_middle_name_access',
  'clients_card_comment_access',
  'finances_access',
  'finances_transactions_access',
  'finances_accounts_banalce_access',
  'storages_access',
  'storages_transactions_access',
  'storages_inventory_access',
  'storages_goods_prime_cost_view_access',
];

const auditor = member(
  'security_access',
  'security_data_changes_access',
  'client_comments_list_access',
  'client_files_list_access',
  ...readsEverything,
);

/** By surface and operation. Online booking by clients has no permissions; the tests of `online-booking` check it. */
export const rights: Record<string, Need> = {
  'b2b-v1 authorize_user': partner,

  'b2b-v1 get_location_list': partner,
  'b2b-v1 create_location': user,
  'b2b-v1 get_location': partner,
  'b2b-v1 update_location': member('settings_basis_access'),
  'b2b-v1 update_location_profile': member('settings_basis_access'),
  'b2b-v1 delete_location': { ...member('settings_access'), role: 'owner' },

  'developers get_event_notification_settings': member('webhook_read_access'),
  'developers update_event_notification_settings': member('webhook_read_access'),
  'developers list_webhook_addresses': member('webhook_read_access'),
  'developers update_webhook_address': member('webhook_read_access'),
  'developers rotate_webhook_secret': member('webhook_read_access'),
  'developers send_test_webhook': member('webhook_read_access'),
  'developers list_webhook_deliveries': member('webhook_read_access'),
  'developers get_webhook_delivery': member('webhook_read_access'),
  'developers resend_webhook_delivery': member('webhook_read_access'),
  'developers resend_failed_webhook_deliveries': member('webhook_read_access'),

  'b2b-v1 get_user_data': user,
  'b2b-v1 update_user_data': user,
  'b2b-v1 update_user_password': user,
  'b2b-v1 list_user_tokens': user,
  'b2b-v1 delete_user_token': user,
  'b2b-v1 get_location_users': member('users_access'),
  'b2b-v1 deprecated_get_location_users': member('users_access'),
  'b2b-v1 get_permission_list': member(),
  'b2b-v1 list_roles': member('users_access'),
  'b2b-v1 create_user_invitation': member('create_users_access'),
  'b2b-v1 list_user_invitations': member('users_access'),
  'b2b-v1 revoke_user_invitation': member('create_users_access'),
  'b2b-v1 show_user_invitation': anyone,
  'b2b-v1 accept_user_invitation': anyone,
  'b2b-v1 join_location': user,
  'b2b-v1 request_password_reset': anyone,
  'b2b-v1 reset_password': anyone,
  'b2b-v1 get_user_roles': member('users_access'),
  'b2b-v1 get_user_permissions': member('users_access'),
  'b2b-v1 update_user_permissions': member('edit_users_access'),
  'b2b-v1 remove_user_from_location': member('delete_users_access'),
  'b2b-v1 remove_user_from_locations': member('delete_users_access'),
  'b2b-v1 copy_user_permissions_to_locations': member('users_access', 'create_users_access'),

  'b2b-v1 update_chain': chain('settings_access'),
  'b2b-v1 list_chain_users': chain('users_access'),
  'b2b-v1 set_chain_user': chain('users_access'),
  'b2b-v1 delete_chain_user': chain('users_access'),

  'b2b-v1 deprecated_get_client_list': member('clients_access'),
  'b2b-v1 create_client': member('clients_edit_access'),
  'b2b-v1 get_client_list': member('clients_access'),
  'b2b-v1 get_client': member('clients_access'),
  'b2b-v1 update_client': member('clients_edit_access'),
  'b2b-v1 delete_client': member('clients_delete_access'),
  'b2b-v1 bulk_create_clients': member('clients_edit_access'),
  'b2b-v1 list_client_comments': member('client_comments_list_access'),
  'b2b-v1 create_client_comment': member('client_comments_add_access'),
  // The comment or the file belongs to another user.
  'b2b-v1 delete_client_comment': member('client_comments_list_access', 'client_comments_other_edit_access'),
  'b2b-v1 get_client_file_list': member('client_files_list_access'),
  'b2b-v1 upload_client_files': member('client_files_upload_access'),
  'b2b-v1 update_client_file': member('client_files_list_access', 'client_files_delete_access'),
  'b2b-v1 delete_client_file': member('client_files_list_access', 'client_files_delete_access'),
  // Needs a signed link, or the permission to see files. Other callers get a 404. See `file.test.ts`.
  'b2b-v1 download_client_file': anyone,
  'b2b-v1 search_client_visits': member('clients_show_attendance_history_access'),

  // The rights to finances need the right to see finances at all.
  'b2b-v1 get_document_financial_transactions': member('finances_access', 'finances_transactions_access'),
  'b2b-v1 get_account_list': member('finances_access', 'finances_accounts_access'),
  'b2b-v1 get_transactions': member('finances_access', 'finances_transactions_access'),
  'b2b-v1 get_transactions_by_visit_or_appointment_id': member('finances_access', 'finances_transactions_access'),
  'b2b-v1 create_financial_transaction': member('finances_access', 'finances_create_transactions_access'),
  'b2b-v1 get_financial_transaction': member('finances_access', 'finances_transactions_access'),
  'b2b-v1 update_financial_transaction': member('finances_access', 'finances_edit_transactions_access'),
  'b2b-v1 delete_financial_transaction': member('finances_access', 'finances_delete_transactions_access'),
  'b2b-v1 list_accounts': member('finances_access', 'finances_accounts_access'),
  // The last one for other days than today: see `reports/day-end.test.ts`.
  'b2b-v1 get_day_end_report_data': member(
    'finances_access',
    'finances_z_report_access',
    'finances_z_report_no_limit_today_access',
  ),
  'b2b-v1 search_team_member_calculation_daily_salary': seesPay,
  'b2b-v1 search_team_member_calculation_salary': seesPay,
  'b2b-v1 get_team_member_calculation_schemes_count': seesPay,
  'b2b-v1 search_team_member_payroll_calculation': makesPay(),
  'b2b-v1 get_team_member_payroll_calculation': makesPayOfAnyDay(),
  'b2b-v1 search_team_member_period_daily_salary': seesPay,
  'b2b-v1 search_team_member_period_salary': seesPay,
  'b2b-v1 get_team_member_salary_calculation': seesPay,
  'b2b-v1 get_team_member_salary_period': seesPay,
  'b2b-v1 get_team_member_salary_schemes': seesPay,
  'b2b-v1 list_period_salaries': seesPay,
  'b2b-v1 explain_team_member_period_salary': seesPay,
  'b2b-v1 explain_payroll_statement': makesPayOfAnyDay(),
  'b2b-v1 recalculate_payroll_statement': makesPayOfAnyDay(),
  'b2b-v1 confirm_payroll_statement': makesPayOfAnyDay(),
  'b2b-v1 reopen_payroll_statement': makesPayOfAnyDay(),
  'b2b-v1 delete_payroll_statement': makesPayOfAnyDay(),
  'b2b-v1 add_payroll_statement_item': makesPayOfAnyDay(),
  'b2b-v1 remove_payroll_statement_item': makesPayOfAnyDay(),
  'b2b-v1 list_priority_payments': makesPay(),
  'b2b-v1 delete_priority_payment': makesPayOfAnyDay(),
  'b2b-v1 create_payroll_statements': makesPayOfAnyDay(),
  'b2b-v1 create_priority_payment': makesPayOfAnyDay(),
  'b2b-v1 pay_payroll_statement': makesPayOfAnyDay('finances_create_transactions_access'),
  'b2b-v1 create_payroll_payout': makesPay('finances_create_transactions_access'),
  'b2b-v1 list_pay_rules': managesPay,
  'b2b-v1 create_pay_rule': managesPay,
  'b2b-v1 update_pay_rule': managesPay,
  'b2b-v1 delete_pay_rule': managesPay,
  'b2b-v1 list_pay_schemes': managesPay,
  'b2b-v1 create_pay_scheme': managesPay,
  'b2b-v1 update_pay_scheme': managesPay,
  'b2b-v1 delete_pay_scheme': managesPay,
  'b2b-v1 set_team_member_pay_schemes': managesPay,
  'b2b-v1 get_payroll_settings': managesPay,
  'b2b-v1 update_payroll_settings': managesPay,
  'b2b-v1 get_appointment_assistants': member('assistants_management_access'),
  'b2b-v1 set_appointment_assistants': member('assistants_management_access', 'assistants_reward_share_edit_access'),
  'b2b-v1 create_account': member('finances_access', 'finances_options_update_access'),
  'b2b-v1 update_account': member('finances_access', 'finances_options_update_access'),
  'b2b-v1 archive_account': member('finances_access', 'finances_options_update_access'),
  'b2b-v1 restore_account': member('finances_access', 'finances_options_update_access'),
  'b2b-v1 list_expenses': member('finances_access', 'finances_expenses_read_access'),
  'b2b-v1 create_expense': member('finances_access', 'finances_expenses_create_access'),
  'b2b-v1 update_expense': member('finances_access', 'finances_expenses_update_access'),
  'b2b-v1 delete_expense': member('finances_access', 'finances_expenses_delete_access'),

  'b2b-v1 get_client_account_list_by_location_and_client': member('clients_deposits_access'),
  'b2b-v1 get_client_account_list_by_chain': chain('deposits_access'),
  'b2b-v1 get_client_account_by_chain_and_phone': chain('deposits_access'),
  'b2b-v1 create_client_account_topup_operation': member('clients_deposits_topup_access'),
  'b2b-v1 get_chain_client_account_history': chain('deposits_access'),
  'b2b-v1 list_deposit_types': chain('deposit_types_access'),
  'b2b-v1 create_deposit_type': chain('deposit_types_access'),
  'b2b-v1 update_deposit_type': chain('deposit_types_access'),
  'b2b-v1 delete_deposit_type': chain('deposit_types_access'),
  'b2b-v1 list_location_deposit_types': member('clients_deposits_access'),
  'b2b-v1 chain_loyalty_membership_types_list': chain('loyalty_abonement_types_access'),
  'b2b-v1 chain_loyalty_membership_types_create': chain('loyalty_abonement_types_access'),
  'b2b-v1 chain_loyalty_membership_types_read': chain('loyalty_abonement_types_access'),
  'b2b-v1 chain_loyalty_membership_types_update': chain('loyalty_abonement_types_access'),
  'b2b-v1 chain_loyalty_membership_types_delete': chain('loyalty_abonement_types_access'),
  'b2b-v1 chain_loyalty_membership_types_clone': chain('loyalty_abonement_types_access'),
  'b2b-v1 chain_loyalty_membership_types_restore': chain('loyalty_abonement_types_access'),
  'b2b-v1 chain_loyalty_membership_types_archive': chain('loyalty_abonement_types_access'),
  'b2b-v1 chain_loyalty_memberships_freeze': chain('loyalty_abonement_period_edit_access'),
  'b2b-v1 chain_loyalty_memberships_unfreeze': chain('loyalty_abonement_period_edit_access'),
  'b2b-v1 chain_loyalty_memberships_set_balance': chain('loyalty_abonement_balance_edit_access'),
  'b2b-v1 chain_loyalty_memberships_set_period': chain('loyalty_abonement_period_edit_access'),
  'b2b-v1 get_membership_list': chain('loyalty_access'),
  'b2b-v1 get_client_memberships': partner,
  'b2b-v1 get_user_memberships': client,
  'b2b-v1 search_memberships_for_event': member('loyalty_access'),
  'b2b-v1 check_memberships_for_event': member('loyalty_access'),
  'b2b-v1 get_membership_type_list': member('loyalty_access'),
  'b2b-v1 get_membership_type_list_by_id': member('loyalty_access'),
  'b2b-v1 open_deposit': member('clients_deposits_create_access'),
  'b2b-v1 update_deposit': member('clients_deposits_create_access'),
  'b2b-v1 get_deposit_history': member('clients_deposits_history_access'),
  'b2b-v1 get_loyalty_card_list_by_client_id': member('clients_loyalty_read_access'),
  'b2b-v1 get_loyalty_card_list_by_phone': member('clients_loyalty_read_access'),
  'b2b-v1 get_user_loyalty_cards': client,
  'b2b-v1 get_loyalty_card_type_list': member('loyalty_access'),
  'b2b-v1 get_loyalty_card_type_list_for_client': member('loyalty_access'),
  'b2b-v1 get_chain_loyalty_card_type_list': partner,
  'b2b-v1 issue_loyalty_card': member('loyalty_cards_issue_and_removal_access'),
  'b2b-v1 remove_loyalty_card': member('loyalty_cards_issue_and_removal_access'),
  'b2b-v1 create_loyalty_card_transaction': member('loyalty_cards_manual_transactions_access'),
  'b2b-v1 create_chain_loyalty_card_transaction': chain('loyalty_cards_manual_transactions_access'),
  'b2b-v1 get_loyalty_transactions_by_visit': member('loyalty_access'),
  'b2b-v1 apply_loyalty_card_deduction': member('loyalty_access', 'records_finances_access'),
  'b2b-v1 cancel_loyalty_card_withdrawal': member('loyalty_access', 'records_finances_access'),
  'b2b-v1 get_chain_loyalty_transaction_list': chain('loyalty_access'),
  'b2b-v1 get_chain_loyalty_notification_template_list': chain('loyalty_access'),
  'b2b-v1 create_loyalty_template': chain('loyalty_programs_access'),
  'b2b-v1 update_loyalty_template': chain('loyalty_programs_access'),
  'b2b-v1 delete_loyalty_template': chain('loyalty_programs_access'),
  'b2b-v1 get_chain_list': partner,
  'b2b-v1 get_chain_client_by_phone_number': { ...chain('clients_access'), orMember: 'records_group_id_access' },
  'b2b-v1 apply_discount_promotion': member('loyalty_access', 'records_finances_access'),
  'b2b-v1 cancel_discount_promotion': member('loyalty_access', 'records_finances_access'),
  'b2b-v1 apply_referral_program': member('loyalty_access', 'records_finances_access'),
  'b2b-v1 explain_visit_loyalty': member('loyalty_access'),
  // Or neither, for what the user has created: see `analytics/rights.test.ts`.
  'b2b-v1 get_location_analytics_overall': memberWithOneOf('stat_access', 'dash_access'),
  'b2b-v1 get_location_analytics_occupancy_daily': memberWithOneOf('stat_access', 'dash_access'),
  'b2b-v1 get_location_analytics_revenue_daily': memberWithOneOf('stat_access', 'dash_access'),
  'b2b-v1 get_appointment_analytics_by_source': memberWithOneOf('stat_access', 'dash_access'),
  'b2b-v1 get_appointment_analytics_by_status': memberWithOneOf('stat_access', 'dash_access'),
  'b2b-v1 get_location_analytics_appointments_daily': memberWithOneOf('stat_access', 'dash_access'),
  'b2b-v1 get_analytics_settings': member('stat_access'),
  'b2b-v1 update_analytics_settings': member('settings_basis_access', 'stat_access'),
  'b2b-v1 get_chain_analytics_settings': chain('settings_access'),
  'b2b-v1 update_chain_analytics_settings': chain('settings_access'),
  'b2b-v1 get_loyalty_program_revenue_statistics': member('stat_access'),
  'b2b-v1 get_loyalty_program_team_member_statistics': member('stat_access'),
  'b2b-v1 get_loyalty_program_client_statistics': member('stat_access'),
  'b2b-v1 get_membership_notices': chain('loyalty_abonement_types_access'),
  'b2b-v1 update_membership_notices': chain('loyalty_abonement_types_access'),
  'b2b-v1 get_membership_history': member('loyalty_abonement_history_access'),
  'b2b-v1 set_membership_balance': member('loyalty_abonement_balance_edit_access'),
  'b2b-v1 set_membership_period': member('loyalty_abonement_period_edit_access'),
  'b2b-v1 get_referral_settings': chain('loyalty_programs_access'),
  'b2b-v1 update_referral_settings': chain('loyalty_programs_access'),
  'b2b-v1 list_loyalty_card_types': chain('loyalty_access'),
  'b2b-v1 create_loyalty_card_type': chain('loyalty_programs_access'),
  'b2b-v1 get_loyalty_card_type': chain('loyalty_access'),
  'b2b-v1 update_loyalty_card_type': chain('loyalty_programs_access'),
  'b2b-v1 delete_loyalty_card_type': chain('loyalty_programs_access'),

  'b2b-v1 create_chain_loyalty_program': chain('loyalty_programs_access'),
  'b2b-v1 get_chain_loyalty_program': chain('loyalty_programs_access'),
  'b2b-v1 update_chain_loyalty_program': chain('loyalty_programs_access'),
  'b2b-v1 delete_chain_loyalty_program': chain('loyalty_programs_access'),
  'b2b-v1 get_location_loyalty_program_list': member('loyalty_access'),

  'b2b-v1 chain_loyalty_certificate_types_list': chain('loyalty_certificate_types_access'),
  'b2b-v1 chain_loyalty_certificate_types_create': chain('loyalty_certificate_types_access'),
  'b2b-v1 chain_loyalty_certificate_types_get': chain('loyalty_certificate_types_access'),
  'b2b-v1 chain_loyalty_certificate_types_update': chain('loyalty_certificate_types_access'),
  'b2b-v1 chain_loyalty_certificate_types_delete': chain('loyalty_certificate_types_access'),
  'b2b-v1 chain_loyalty_certificate_types_archive': chain('loyalty_certificate_types_access'),
  'b2b-v1 get_client_gift_cards': partner,
  'b2b-v1 get_user_gift_cards': client,
  'b2b-v1 generate_loyalty_code': member('loyalty_access'),
  'b2b-v1 find_gift_card_by_code': member('loyalty_access'),
  'b2b-v1 get_gift_card_history': member('loyalty_access'),
  'b2b-v1 set_gift_card_balance': member('loyalty_certificate_balance_edit_access'),
  'b2b-v1 set_gift_card_period': member('loyalty_certificate_period_edit_access'),
  'b2b-v1 get_gift_card_type_list': member('loyalty_access'),
  'b2b-v1 get_gift_card_type_list_by_id': member('loyalty_access'),

  'b2b-v1 get_appointment_list': member('timetable_access'),
  'b2b-v1 create_appointment': member('create_records_access'),
  'b2b-v1 get_appointment': member('record_form_access'),
  // The changed parts need further rights: see `appointments/rights.test.ts`.
  'b2b-v1 update_appointment': member('edit_records_access'),
  'b2b-v1 delete_appointment': member('delete_records_access'),
  // The appointments of the locations whose calendar the user may see.
  'b2b-v1 get_partner_appointment_list': user,
  'b2b-v1 get_sale_transaction': member('records_finances_access'),
  'b2b-v1 create_payment_with_loyalty_methods': member('records_finances_access'),
  'b2b-v1 delete_location_account_payment': member('records_finances_access'),
  'b2b-v1 delete_loyalty_payment_transaction': member('records_finances_access', 'records_finances_pay_from_deposits_access'),
  'b2b-v1 get_fiscal_transaction_list': member('finances_kkm_transactions_access'),
  'b2b-v1 print_fiscal_receipt': member('finances_print_check_access'),
  'b2b-v1 get_tax_system_list': user,
  // A cash register has no user.
  'b2b-v1 handle_fiscalization_callback': partner,
  'b2b-v1 get_fiscal_settings': member('finances_kkm_settings_read_access'),
  'b2b-v1 update_fiscal_settings': member('finances_kkm_settings_update_access'),
  'b2b-v1 get_visit': member('record_form_access'),
  'b2b-v1 get_visit_details': member('record_form_access'),
  'b2b-v1 update_visit': member('edit_records_access'),
  'b2b-v1 get_visit_receipt_pdf': member('record_form_access'),
  'b2b-v1 get_comments': member('dash_reviews_access'),
  'b2b-v1 leave_comment': member('dash_reviews_delete_access'),
  'b2b-v1 create_timetable_client_schedule': member('create_records_access'),
  'b2b-v1 update_timetable_client_schedule': member('edit_records_access'),
  'b2b-v1 delete_timetable_client_schedule': member('delete_records_access'),

  'b2b-v1 search_events': partner,
  'b2b-v1 search_event_dates': partner,
  'b2b-v1 get_event_date_range': partner,
  'b2b-v1 get_event_search_filters': partner,
  'b2b-v1 get_event': partner,
  'b2b-v1 update_event': member('edit_records_access'),
  'b2b-v1 delete_event': member('delete_records_access'),
  'b2b-v1 create_event': member('create_records_access'),
  'b2b-v1 duplicate_event': member('create_records_access'),
  'b2b-v1 search_event_services': partner,
  'b2b-v1 list_event_duplication_strategies': partner,
  'b2b-v1 create_event_duplication_strategy': member('create_records_access'),
  'b2b-v1 update_event_duplication_strategy': member('edit_records_access'),

  'b2b-v1 create_service_category': member('settings_services_create_access'),
  'b2b-v1 get_service_list': everybody,
  'b2b-v1 create_service': member('settings_services_create_access'),
  'b2b-v1 deprecated_get_service_category_list': everybody,
  'b2b-v1 deprecated_get_service_list_by_id': everybody,
  'b2b-v1 deprecated_update_service_by_id': member(...changedService),
  'b2b-v1 patch_service': member(...changedService, 'settings_services_edit_online_seance_date_time_access'),
  'b2b-v1 delete_service': member('services_delete'),
  'b2b-v1 get_service_category': everybody,
  'b2b-v1 update_service_category': member('services_edit'),
  'b2b-v1 delete_service_category': member('services_delete'),
  'b2b-v1 get_service_category_list': member(),
  'b2b-v1 get_service': member(),
  'b2b-v1 assign_service_to_team_member': member('edit_master_service_and_duration', 'tech_card_edit'),
  'b2b-v1 update_service_team_member_assignment': member('edit_master_service_and_duration', 'tech_card_edit'),
  'b2b-v1 remove_service_from_team_member': member('edit_master_service_and_duration'),
  'b2b-v1 get_composite_service': member(),
  'b2b-v1 set_composite_service': member('services_edit'),
  'b2b-v1 delete_composite_service': member('services_edit'),
  'b2b-v1 update_service_links': member(
    'edit_master_service_and_duration',
    'tech_card_edit',
    'settings_services_edit_services_related_resource_access',
    'settings_services_edit_title_access',
  ),
  'b2b-v1 get_chain_service_category_list': partner,

  'b2b-v1 get_team_member_list': everybody,
  'b2b-v1 deprecated_create_team_member': member('master_create'),
  'b2b-v1 get_team_member_by_id': everybody,
  'b2b-v1 update_team_member': member('master_edit', 'settings_master_dismiss_access'),
  'b2b-v1 delete_team_member': member('master_delete'),
  'b2b-v1 create_team_member_quick': member('master_create', 'create_users_access'),
  'b2b-v1 get_team_member': member(),
  'b2b-v1 get_position_list': member('settings_positions_read'),
  'b2b-v1 create_position_quick': member('settings_positions_create'),

  'b2b-v1 get_team_member_schedule': member('timetable_access'),
  'b2b-v1 update_team_member_schedule': member('schedule_edit'),
  'b2b-v1 get_appointment_calendar_dates': member('timetable_access'),
  'b2b-v1 get_appointment_calendar_sessions': member('timetable_access'),
  'b2b-v1 get_resource_list': member(),
  'b2b-v1 create_resource': member('settings_basis_access'),
  'b2b-v1 update_resource': member('settings_basis_access'),
  'b2b-v1 delete_resource': member('settings_basis_access'),
  'b2b-v1 create_resource_instance': member('settings_basis_access'),
  'b2b-v1 update_resource_instance': member('settings_basis_access'),
  'b2b-v1 delete_resource_instance': member('settings_basis_access'),
  'b2b-v1 schedule_team_member_update_deprecated': member('schedule_edit'),
  'b2b-v1 search_timetable_event_schedules_by_event': member('timetable_access'),
  'b2b-v1 create_timetable_event_schedule': member('create_records_access'),
  'b2b-v1 update_timetable_event_schedule': member('edit_records_access'),
  'b2b-v1 delete_timetable_event_schedule': member('delete_records_access'),
  'b2b-v1 create_timetable_schedule_day': member('create_records_access'),
  'b2b-v1 update_timetable_schedule_day': member('edit_records_access'),
  'b2b-v1 delete_timetable_schedule_day': member('delete_records_access'),
  'b2b-v1 list_timetable_schedule_day_events': member('timetable_access'),
  'b2b-v1 get_appointment_calendar_settings': memberWithOneOf('timetable_access', 'settings_access'),
  'b2b-v1 update_appointment_calendar_settings': member('settings_basis_access'),
  'b2b-v1 get_team_member_schedule_list': member('timetable_access'),
  'b2b-v1 set_team_member_schedule': member('schedule_edit'),

  'b2b-v1 get_online_booking_settings': memberWithOneOf('settings_access', 'online_record_access'),
  'b2b-v1 update_online_booking_settings': member('online_record_access'),
  'b2b-v1 get_client_rules': memberWithOneOf('settings_access', 'online_record_access'),
  'b2b-v1 get_prepayment_settings': member('finances_settings_invoicing_read_access'),
  'b2b-v1 set_prepayment_settings': member('finances_settings_invoicing_update_access'),
  'b2b-v1 clear_prepayment_settings': member('finances_settings_invoicing_update_access'),
  'b2b-v1 list_waiting_entries': member('timetable_waiting_list_access'),
  'b2b-v1 get_waiting_entry': member('timetable_waiting_list_access'),
  'b2b-v1 add_waiting_entry': member('timetable_waiting_list_access', 'create_records_access'),
  'b2b-v1 change_waiting_entry': member('timetable_waiting_list_access', 'edit_records_access'),
  'b2b-v1 close_waiting_entry': member('timetable_waiting_list_access', 'delete_records_access'),
  'b2b-v1 get_waiting_list_settings': member(),
  'b2b-v1 change_waiting_list_settings': member('online_record_access'),
  'b2b-v1 set_service_prepayment': member('services_edit', 'settings_services_edit_online_pay_access'),
  'b2b-v1 get_team_member_calendar_feed': member('timetable_access'),
  'b2b-v1 set_team_member_calendar_feed': member('timetable_access'),
  'b2b-v1 delete_team_member_calendar_feed': member('timetable_access'),
  'b2b-v1 get_client_calendar_feed': member('clients_show_attendance_history_access'),
  'b2b-v1 set_client_calendar_feed': member('clients_edit_access', 'clients_show_attendance_history_access'),
  'b2b-v1 delete_client_calendar_feed': member('clients_edit_access', 'clients_show_attendance_history_access'),
  'b2b-v1 set_team_member_prepayment': member('master_edit'),
  'b2b-v1 get_appointment_prepayment': member('records_finances_access'),
  'b2b-v1 refund_appointment_prepayment': member('records_finances_access', 'finances_delete_transactions_access'),
  'b2b-v1 update_client_rules': member('online_record_access', 'online_record_privacy_policy_access'),
  'b2b-v1 set_timeslot_settings': member('online_record_access'),
  'b2b-v1 update_team_member_booking_settings': member('master_edit'),
  'b2b-v1 set_service_team_member_booking': member('edit_master_service_and_duration'),
  'b2b-v1 get_timeslot_settings': memberWithOneOf('settings_access', 'online_record_access'),
  'b2b-v1 get_booking_widget_list': memberWithOneOf('settings_access', 'online_record_access'),
  'b2b-v1 create_booking_widget': member('online_record_access'),
  'b2b-v1 get_booking_widget': memberWithOneOf('settings_access', 'online_record_access'),
  'b2b-v1 delete_booking_widget': member('online_record_access'),
  'b2b-v1 update_booking_widget': member('online_record_access'),

  'b2b-v1 get_custom_field_list': member(),
  'b2b-v1 create_custom_field': member('settings_basis_access'),
  'b2b-v1 update_custom_field': member('settings_basis_access'),
  'b2b-v1 delete_custom_field': member('settings_basis_access'),

  'b2b-v1 create_tag': member('settings_clients_labels_access'),
  'b2b-v1 get_tag_list_by_entity': member(),
  'b2b-v1 update_tag_by_tag_id': member('settings_clients_labels_access'),
  'b2b-v1 delete_tag_by_tag_id': member('settings_clients_labels_access'),

  'b2b-v1 get_location_inventories': member('storages_access'),
  'b2b-v1 search_for_product_transactions': member('storages_transactions_access'),
  // The world sells.
  'b2b-v1 create_inventory_operation': member('storages_create_transactions_access', 'storages_create_transactions_sale_access'),
  'b2b-v1 create_document': member('storages_create_transactions_access', 'storages_create_transactions_sale_access'),
  'b2b-v1 get_document': member('storages_transactions_access'),
  'b2b-v1 update_document': saleOfStock('storages_edit_transactions_access', 'storages_edit_transactions_sale_access'),
  'b2b-v1 delete_document': saleOfStock('storages_delete_transactions_access'),
  'b2b-v1 create_transaction': saleOfStock('storages_create_transactions_access', 'storages_create_transactions_sale_access'),
  'b2b-v1 get_transaction': member('storages_transactions_access'),
  'b2b-v1 update_transaction': saleOfStock('storages_edit_transactions_access', 'storages_edit_transactions_sale_access'),
  'b2b-v1 delete_transaction': saleOfStock('storages_delete_transactions_access'),
  'b2b-v1 get_document_product_transactions': member('storages_transactions_access'),
  'b2b-v1 get_bill_of_materials_list': member('storages_access'),
  'b2b-v1 get_team_member_service_bill_of_materials': member('record_form_access'),
  'b2b-v1 get_appointment_consumables': member('record_form_access'),
  'b2b-v1 update_appointment_service_consumables': member('records_consumables_edit_access'),
  'b2b-v1 unlink_appointment_service_association': member('records_consumables_edit_access'),
  'b2b-v1 create_bill_of_materials': member('tech_card_edit'),
  'b2b-v1 get_bill_of_materials': member('storages_access'),
  'b2b-v1 update_bill_of_materials': member('tech_card_edit'),
  'b2b-v1 delete_bill_of_materials': member('tech_card_edit'),
  'b2b-v1 list_storages': member('storages_access'),
  'b2b-v1 create_storage': member('settings_basis_access'),
  'b2b-v1 update_storage': member('settings_basis_access'),
  'b2b-v1 archive_storage': member('settings_basis_access'),
  'b2b-v1 restore_storage': member('settings_basis_access'),
  'b2b-v1 list_suppliers': member('finances_suppliers_read_access'),
  'b2b-v1 get_supplier': member('finances_suppliers_read_access'),
  'b2b-v1 create_supplier': member('finances_suppliers_create_access'),
  'b2b-v1 update_supplier': member('finances_suppliers_update_access'),
  'b2b-v1 archive_supplier': member('finances_suppliers_delete_access'),
  'b2b-v1 restore_supplier': member('finances_suppliers_delete_access'),
  'b2b-v1 list_stocktakings': member('storages_inventory_access'),
  'b2b-v1 create_stocktaking': member('storages_inventory_create_edit_access'),
  'b2b-v1 get_stocktaking': member('storages_inventory_access'),
  'b2b-v1 delete_stocktaking': member('storages_inventory_access', 'storages_inventory_delete_access'),
  'b2b-v1 get_inventory_settings': member('storages_access'),
  'b2b-v1 update_inventory_settings': member('settings_basis_access'),

  'b2b-v1 search_product': member('storages_access'),
  'b2b-v1 get_product': member('storages_access'),
  // The world's request changes each part. A cost price is changed only by a user who sees it.
  'b2b-v1 update_product': productManager(
    'storages_goods_update_access',
    'storages_goods_title_edit_access',
    'storages_goods_category_edit_access',
    'storages_goods_selling_price_edit_access',
    'storages_goods_units_edit_access',
    'storages_goods_critical_balance_edit_access',
    'storages_goods_masses_edit_access',
    'storages_goods_comment_edit_access',
  ),
  'b2b-v1 delete_product': productManager('storages_goods_delete_access'),
  'b2b-v1 get_products_list': member('storages_access'),
  'b2b-v1 create_product': productManager('storages_goods_create_access'),
  'b2b-v1 get_product_category_list': member('storages_access'),
  'b2b-v1 get_product_category_composition': member('storages_access'),
  'b2b-v1 get_product_category_list_by_ids': member('storages_access'),
  'b2b-v1 create_product_category': productManager('storages_goods_create_access'),
  'b2b-v1 deprecated_get_product_category_list': member('storages_access'),
  'b2b-v1 update_product_category': productManager('storages_goods_update_access'),
  'b2b-v1 delete_product_category': productManager('storages_goods_delete_access'),
  'b2b-v1 list_archived_products': member('storages_access'),
  'b2b-v1 archive_product': productManager('storages_goods_archive_access'),
  'b2b-v1 restore_product': productManager('storages_goods_archive_access'),
  'b2b-v1 get_product_unit_list': member('storages_access'),
  'b2b-v1 create_product_unit': productManager('storages_goods_units_edit_access'),
  'b2b-v1 update_product_unit': productManager('storages_goods_units_edit_access'),
  'b2b-v1 delete_product_unit': productManager('storages_goods_units_edit_access'),

  // All resources of the feed, with all of their fields.
  'b2b-v1 get_change_list': member('webhook_read_access', ...readsEverything),
  'b2b-v1 get_audit_trail': auditor,
  'b2b-v1 get_audit_entry': auditor,

  'b2b-v1 phone_number_format_check': partner,
  // Of a service; of a team member it needs `master_edit`: see `image.test.ts`.
  'b2b-v1 upload_image': member('settings_services_edit_image_access'),
  'b2b-v1 delete_image': member('settings_services_edit_image_access'),
  'b2b-v1 get_location_subscription_information': partner,
  'b2b-v1 get_team_member_tip_settings': member('is_salon_tips_manager'),
  'b2b-v1 create_team_member_tip_settings': member('is_salon_tips_manager'),
  'b2b-v1 get_tip_settings': member('is_salon_tips_manager'),
  'b2b-v1 update_team_member_tip_settings': member('is_salon_tips_manager'),
  'b2b-v1 delete_team_member_tip_settings': member('is_salon_tips_manager'),
  'b2b-v1 enable_team_member_tips': member('is_salon_tips_manager'),
  'b2b-v1 disable_team_member_tips': member('is_salon_tips_manager'),

  'developers list_marketplace_app_locations': partner,
  'developers marketplace_partner_applications_tariffs_list': partner,
  'developers marketplace_partner_application_add_discount': partner,
  'developers marketplace_partner_application_payment_link': partner,
  'developers marketplace_partner_applications_update_channel': partner,
  'developers get_marketplace_integration_status': partner,
  'developers uninstall_marketplace_app': partner,
  'developers marketplace_notification_settings_callback': partner,
  'developers marketplace_notification_settings_redirect_callback': partner,
  'developers marketplace_notification_payment_callback': partner,
  'developers marketplace_payment_refund_callback': partner,
  'developers set_marketplace_notification_short_names': partner,
  'developers list_marketplace_applications': partner,
  'developers create_marketplace_application': partner,
  'developers update_marketplace_application': partner,
  'developers delete_marketplace_application': partner,
  'developers create_marketplace_partner_token': partner,
  'developers renew_marketplace_user_token': partner,
  'developers list_offered_applications': member('settings_access'),
  'developers connect_marketplace_application': member('settings_access'),
  'developers disconnect_marketplace_application': member('settings_access'),
  'developers read_marketplace_payment_link': anyone,

  'developers handle_voip_integration_event': partner,
  'developers list_voip_calls': member('dashboard_calls_access'),
  'developers list_incoming_voip_calls': member('dashboard_calls_access'),
  'developers get_voip_caller': member('dashboard_calls_phones_access'),
  'developers get_voip_settings': chain('settings_access'),
  'developers update_voip_settings': chain('settings_access'),
  'developers renew_voip_token': chain('settings_access'),
  'developers list_chain_voip_calls': chain('clients_access'),
  'developers delete_voip_calls': chain('settings_access'),
  'b2b-v1 send_sms_to_clients': member('send_sms'),
  'b2b-v1 send_sms_campaign_to_filtered_clients': member('send_sms'),
  'b2b-v1 send_email_newsletter_to_clients': member('send_sms'),
  'b2b-v1 send_email_campaign_to_filtered_clients': member('send_sms'),
  'b2b-v1 get_message_status_list': partner,
  'b2b-v1 get_location_notification_settings': member(),
  'b2b-v1 get_user_notification_settings': member('settings_user_notifications_access'),
  'b2b-v1 update_user_notification_settings': member('settings_user_notifications_access'),
  'b2b-v1 set_user_notification_channels': member('settings_user_notifications_access'),
  'b2b-v1 get_notification_rules': member('settings_template_notifications_access'),
  'b2b-v1 change_notification_rules': member('settings_template_notifications_access'),
  'b2b-v1 list_notification_templates': member('settings_template_notifications_access'),
  'b2b-v1 save_notification_template': member('settings_template_notifications_access'),
  'b2b-v1 delete_notification_template': member('settings_template_notifications_access'),
  'b2b-v1 get_message_balance': member('billing_access'),
  'b2b-v1 set_message_balance': member('billing_access'),
  'b2b-v1 list_sent_messages': member('settings_notifications_access'),
  'b2b-v1 get_image': anyone,

  'b2b-v2 list_attendance_appointments': member('record_form_access'),
  'b2b-v2 list_appointments': member('timetable_access'),
  'b2b-v2 delete_appointment': member('delete_records_access'),
  'b2b-v2 delete_timetable_appointment': member('delete_records_access'),
  'b2b-v2 list_resource_occupations': member('timetable_access'),

  'b2b-v2 get_attendance_booking_user': member('record_form_client_access'),
  'b2b-v2 get_booking_user_location_attendance_statistics': member('clients_access'),
  'b2b-v2 get_booking_user_chain_attendance_statistics': member('record_form_access', 'records_group_id_access'),

  'b2b-v2 list_custom_fields': memberWithOneOf(
    'custom_fields_client_values_read_access',
    'custom_fields_record_values_read_access',
  ),

  'b2b-v2 list_events': member('timetable_access'),
  'b2b-v2 create_event': member('create_records_access'),
  'b2b-v2 get_event': member('timetable_access'),
  'b2b-v2 update_event': member('edit_records_access'),
  'b2b-v2 delete_event': member('delete_records_access'),
  'b2b-v2 create_event_appointment': member('create_records_access'),
  'b2b-v2 update_event_appointment': member('edit_records_access'),
  'b2b-v2 reschedule_event_appointment': member('edit_records_access', 'records_edit_date_and_master_access'),

  'b2b-v2 list_product_units': member('storages_access'),
  'b2b-v2 list_products': member('storages_access'),
  'b2b-v2 autocomplete_products': member('storages_access'),
  'b2b-v2 get_product': member('storages_access'),
  'b2b-v2 list_product_storage_amounts': member('storages_access'),
  'b2b-v2 list_product_categories': member('storages_access'),
  'b2b-v2 get_product_category': member('storages_access'),
  'b2b-v2 get_attendance_product_item': member('records_goods_access'),

  'b2b-v2 list_tags': member(),
  'b2b-v2 create_tag': member('settings_clients_labels_access'),
  'b2b-v2 get_tag': member(),
  'b2b-v2 update_tag': member('settings_clients_labels_access'),
  'b2b-v2 delete_tag': member('settings_clients_labels_access'),

  'b2b-v2 list_services': member(),
  'b2b-v2 get_service': member(),
  'b2b-v2 list_service_categories': member(),
  'b2b-v2 list_attendance_services': member(),
  'b2b-v2 list_composite_service_attendance_services': member(),
  'b2b-v2 list_attendance_service_suggestions': member('record_form_client_access'),

  'b2b-v2 list_team_members': member(),
  'b2b-v2 list_positions': member('settings_positions_read'),
  'b2b-v2 create_position': member('settings_positions_create'),
  'b2b-v2 get_position': member('settings_positions_read'),
  'b2b-v2 update_position': member('settings_positions_create'),
  'b2b-v2 delete_position': member('settings_positions_delete'),

  'public send_booking_verification_code': partner,
  'public authorize_online_booking_user': partner,
  'public log_in_with_phone_number_and_code': partner,
  'public update_booking_user': client,
  'public get_booking_user': client,
  'public update_booking_user_password': client,
  'public send_phone_update_verification_code': client,
  'public send_email_confirmation_code': client,
  'public list_user_appointments': client,
  'public get_user_appointment_list': partner,
  'public delete_user_appointment': partner,
  'public get_feedback_form_status': partner,
  'public submit_feedback_form': partner,
  'public get_booking_form_config': partner,
  'public get_i18n_options': partner,
  'public get_services_available_for_booking': partner,
  'public get_team_members_available_for_booking': partner,
  'public get_nearest_time_slots': partner,
  'public get_dates_available_for_booking': partner,
  'public get_time_slots_for_booking': partner,
  'public validate_booking_params': partner,
  'public create_online_booking': partner,
  'public get_online_booking_details': partner,
  'public update_online_booking_datetime': client,
  'public book_event': partner,
  'public get_location_privacy_policy': partner,
  'public get_own_prepayment': partner,
  'public start_own_prepayment': partner,
  'public get_own_calendar_feed': client,
  'public set_own_calendar_feed': client,
  'public delete_own_calendar_feed': client,
  'public get_calendar_feed': anyone,
  'public join_waiting_list': partner,
  'public show_own_waiting_entry': anyone,
  'public leave_waiting_list': anyone,
  'public show_own_waiting_offer': anyone,
  'public take_waiting_offer': anyone,
  'public decline_waiting_offer': anyone,

  'developers get_country_list': partner,
  'developers get_city_list': partner,
  'developers get_business_types_by_group': partner,
};

/** Parts of a client or an appointment with their own permission. `masks.test.ts` looks for them in answers. */
export type Secret =
  | 'phone'
  | 'email'
  | 'surname'
  | 'middle name'
  | 'card comment'
  | 'custom field of the client'
  | 'custom field of the appointment'
  | 'client of an appointment'
  | 'guest'
  | 'email of a guest'
  | 'file name';

const each = (flag: Flag, ...operations: string[]): Record<string, Flag> =>
  Object.fromEntries(operations.map((name) => [name, flag]));

const lists = ['b2b-v1 deprecated_get_client_list', 'b2b-v1 get_client_list'];
const cards = ['b2b-v1 create_client', 'b2b-v1 get_client', 'b2b-v1 update_client', 'b2b-v1 bulk_create_clients'];
const card = 'b2b-v2 get_attendance_booking_user';
const appointmentsOfV1 = [
  'b2b-v1 get_appointment_list',
  'b2b-v1 create_appointment',
  'b2b-v1 get_appointment',
  'b2b-v1 update_appointment',
  'b2b-v1 get_visit',
];
const partnerList = 'b2b-v1 get_partner_appointment_list';
/** With `include=client`, `client.custom_field_values` and `custom_field_values`. */
const appointmentsOfV2 = [
  'b2b-v2 list_attendance_appointments',
  'b2b-v2 list_appointments',
  'b2b-v2 delete_timetable_appointment',
  'b2b-v2 create_event_appointment',
  'b2b-v2 update_event_appointment',
  'b2b-v2 reschedule_event_appointment',
];
const appointments = [...appointmentsOfV1, ...appointmentsOfV2];
/** Operations that answer about more than the appointment of the path. */
const appointmentLists = ['b2b-v1 get_appointment_list', partnerList, 'b2b-v2 list_appointments'];
const payments = [
  'b2b-v1 get_document_financial_transactions',
  'b2b-v1 get_transactions',
  'b2b-v1 get_transactions_by_visit_or_appointment_id',
  'b2b-v1 create_financial_transaction',
  'b2b-v1 get_financial_transaction',
  'b2b-v1 update_financial_transaction',
];
/** They answer the payments of the visit. */
const visitLoyalty = [
  'b2b-v1 apply_loyalty_card_deduction',
  'b2b-v1 cancel_loyalty_card_withdrawal',
  'b2b-v1 apply_discount_promotion',
  'b2b-v1 cancel_discount_promotion',
  'b2b-v1 apply_referral_program',
];
const dayEnd = 'b2b-v1 get_day_end_report_data';
const changeList = 'b2b-v1 get_change_list';
/** With the changes of the client. */
const history = [changeList, 'b2b-v1 get_audit_trail'];
/** The entry is that of the new client. */
const ofClients = [...history, 'b2b-v1 get_audit_entry'];
/** Their client is named and has a phone number. */
const sold = [
  'b2b-v1 create_inventory_operation',
  'b2b-v1 search_for_product_transactions',
  'b2b-v1 create_transaction',
  'b2b-v1 get_transaction',
  'b2b-v1 update_transaction',
];
const transactions = sold.slice(2);
const waiting = [
  'b2b-v1 list_waiting_entries',
  'b2b-v1 get_waiting_entry',
  'b2b-v1 add_waiting_entry',
  'b2b-v1 change_waiting_entry',
];
const guests = [
  'b2b-v1 get_appointment of a guest',
  'b2b-v1 get_visit of a guest',
  'b2b-v1 update_appointment of a guest',
  'b2b-v2 list_attendance_appointments of a guest',
];

/** They went to the phone number and the e-mail address of a client. */
const sentMessages = 'b2b-v1 list_sent_messages';

/** The operations that show each part to users who hold the flag. No other operation of the back office shows it. */
export const masked: Record<Secret, Record<string, Flag>> = {
  phone: {
    ...each('clients_phones_access', ...lists, ...payments, ...sold, dayEnd, ...ofClients, sentMessages),
    ...each('clients_card_phone_access', ...cards, card),
    ...each('timetable_phones_access', ...appointments, partnerList, ...visitLoyalty, ...waiting),
  },
  email: each(
    'clients_phones_email_access',
    'b2b-v1 create_financial_transaction',
    dayEnd,
    ...lists,
    ...cards,
    card,
    ...appointments,
    partnerList,
    ...transactions,
    ...ofClients,
    sentMessages,
    ...waiting,
  ),
  surname: each(
    'clients_surname_middle_name_access',
    ...lists,
    ...cards,
    card,
    ...appointments,
    ...sold,
    ...ofClients,
    ...waiting,
  ),
  'middle name': each('clients_surname_middle_name_access', ...lists, ...cards, card, ...appointments, ...ofClients),
  'card comment': each('clients_card_comment_access', ...lists, ...cards, card, ...appointments, ...ofClients),
  'custom field of the client': each(
    'custom_fields_client_values_read_access',
    ...lists,
    ...cards,
    card,
    ...appointments,
    ...history,
  ),
  'custom field of the appointment': each(
    'custom_fields_record_values_read_access',
    // A place that is booked by V2 has no values yet.
    ...appointments.filter((name) => name !== 'b2b-v2 create_event_appointment'),
    partnerList,
    ...guests,
    changeList,
  ),
  'client of an appointment': each(
    'record_form_client_access',
    ...appointments,
    partnerList,
    dayEnd,
    changeList,
    ...visitLoyalty,
    ...waiting,
  ),
  guest: each('record_form_client_access', ...appointmentLists, ...guests, dayEnd, changeList),
  'email of a guest': each('clients_phones_email_access', ...appointmentLists, ...guests, dayEnd, changeList),
  'file name': each(
    'client_files_list_access',
    'b2b-v1 list_client_comments',
    'b2b-v1 get_client_file_list',
    'b2b-v1 update_client_file',
    'b2b-v1 get_audit_trail',
  ),
};

/** Parts that operations on a chain show to its users with the right `clients_access`, which the owner has. */
export const shownInChains: Record<string, readonly Secret[]> = {
  'b2b-v1 get_client_account_list_by_chain': ['phone'],
  'b2b-v1 get_chain_client_by_phone_number': ['phone', 'email'],
};
