import Type, { type TSchema } from 'typebox';
import { named } from '../../api/schema.ts';
import { isNetwork } from '../../platform/address.ts';

/** Lets the holder see something. */
const sees = <const Title extends string>(title: Title) => ({ kind: 'flag', effect: 'sees', title }) as const;
/** Lets the holder change something. */
const changes = <const Title extends string>(title: Title) => ({ kind: 'flag', effect: 'changes', title }) as const;
/** With true, it takes a right away instead of granting one. */
const restricts = <const Title extends string>(title: Title) => ({ kind: 'flag', effect: 'restricts', title }) as const;
/** Notifies the holder. A role has it if it may see the subject of the notification. */
const notifies = <const Of extends string>(of: Of, title: string) => ({ kind: 'flag', effect: 'notifies', of, title }) as const;
/** A number of days back; -1 means unlimited. `unlimitedAs` is for the one field that writes "unlimited" as 0 on the wire. */
const days = (title: string, unlimitedAs: -1 | 0 = -1) => ({ kind: 'days', title, unlimitedAs }) as const;
const id = (title: string) => ({ kind: 'id', title }) as const;
const ids = (title: string) => ({ kind: 'ids', title }) as const;
const addresses = (title: string) => ({ kind: 'addresses', title }) as const;
/** Another place or spelling of a permission that the wire format has besides the declared one. */
const sameAs = <const Name extends string>(name: Name) => ({ sameAs: name }) as const;

/**
 * Every permission of a user in a location, in the groups and the order of the wire format. A permission is declared once;
 * its twins refer to it, so that they can never disagree. Misspellings are part of the wire format.
 */
export const permissionTree = {
  timetable: {
    timetable_access: sees('See the appointment calendar'),
    master_id: id('Only the calendar of this team member; 0 for everyone'),
    position_id: id('Only the calendar of team members in this position; 0 for every position'),
    last_days_count: days('How many days of past appointments to see; 0 for all', 0),
    schedule_edit_access: changes('Change working hours in the calendar'),
    timetable_phones_access: sees('See phone numbers in the calendar'),
    timetable_transferring_record_access: changes('Move appointments in the calendar'),
    timetable_statistics_access: sees('See the statistics of the calendar'),
    timetable_waiting_list_access: sees('See the waiting list'),
  },
  record_form: {
    record_form_access: sees('Open an appointment'),
    record_form_client_access: sees('See the client of an appointment'),
    records_autocomplete_access: sees('Pick clients from suggestions'),
    create_records_access: changes('Create appointments'),
    edit_records_access: changes('Change appointments'),
    edit_records_attendance_access: changes('Change appointments of clients who arrived'),
    records_services_cost_access: changes('Change the price of services in an appointment'),
    records_services_discount_access: changes('Change the discount on services in an appointment'),
    record_edit_full_paid_access: changes('Change paid appointments'),
    delete_records_access: changes('Delete appointments'),
    delete_customer_came_records_access: changes('Delete appointments of clients who arrived'),
    delete_paid_records_access: changes('Delete paid appointments'),
    records_goods_access: sees('See products sold in an appointment'),
    records_goods_create_transaction_access: changes('Sell products in an appointment'),
    records_goods_create_last_days_count: days('How many days back products may be sold in an appointment; -1 for any'),
    records_goods_edit_transaction_access: changes('Change product sales of an appointment'),
    records_goods_edit_last_days_count: days('How many days back product sales of an appointment may be changed; -1 for any'),
    records_goods_cost_access: changes('Change the price of products in an appointment'),
    records_goods_discount_access: changes('Change the discount on products in an appointment'),
    records_finances_access: changes('Take payments for appointments'),
    records_finances_last_days_count: days('How many days back payments may be taken; -1 for any'),
    records_finances_pay_from_deposits_access: changes('Take payments from client accounts'),
    records_group_id_access: sees('See client data of the whole chain'),
    records_group_id: id('The chain whose client data may be seen'),
    record_form_client_add_access: changes('Add new clients from an appointment'),
    records_autocomplete_phone_access: sees('See phone numbers in client suggestions'),
    assistants_management_access: changes('Assign assistants to an appointment'),
    assistants_reward_share_edit_access: changes("Change an assistant's share of the pay"),
    records_edit_last_days_count: days('How many days back appointments may be changed; -1 for any'),
    records_edit_date_and_master_access: changes('Change the time and the team member of an appointment'),
    records_edit_duration_access: changes('Change how long an appointment takes'),
    records_edit_comment_access: changes('Change the comment of an appointment'),
    records_edit_services_access: changes('Change the services of an appointment'),
    records_consumables_edit_access: changes('Change the consumables of an appointment'),
    record_edit_full_paid_client_came_access: changes('Change paid appointments of clients who arrived'),
    record_edit_full_paid_client_confirm_access: changes('Change paid appointments that clients confirmed'),
    custom_fields_client_values_read_access: sees('See custom fields of clients'),
    custom_fields_client_values_edit_access: changes('Change custom fields of clients'),
    custom_fields_record_values_read_access: sees('See custom fields of appointments'),
    custom_fields_record_values_edit_access: changes('Change custom fields of appointments'),
  },
  finances: {
    finances_access: sees('See finances'),
    finances_accounts_ids: ids('Accounts the user works with; empty for all unless accounts are limited'),
    finances_transactions_access: sees('See payments and transfers'),
    finances_last_days_count: days('How many days of past payments to see; -1 for all'),
    finances_create_transactions_access: changes('Create payments'),
    finances_create_last_days_count: days('How many days back payments may be created; -1 for any'),
    finances_edit_transactions_access: changes('Change payments'),
    finances_edit_last_days_count: days('How many days back payments may be changed; -1 for any'),
    finances_delete_transactions_access: changes('Delete payments'),
    finances_transactions_excel_access: sees('Export payments'),
    finances_expenses_ids: ids('Payment items the user works with; empty for all'),
    finances_accounts_access: sees('See accounts and cash registers'),
    finances_accounts_limited_access: restricts('Only the listed accounts'),
    finances_accounts_banalce_access: sees('See account balances'),
    finances_suppliers_read_access: sees('See counterparties'),
    finances_suppliers_create_access: changes('Add counterparties'),
    finances_suppliers_update_access: changes('Change counterparties'),
    finances_suppliers_delete_access: changes('Delete counterparties'),
    finances_suppliers_excel_access: sees('Export counterparties'),
    finances_expenses_read_access: sees('See payment items'),
    expenses_read_access: sameAs('finances_expenses_read_access'),
    finances_expenses_create_access: changes('Add payment items'),
    expenses_create_access: sameAs('finances_expenses_create_access'),
    finances_expenses_update_access: changes('Change payment items'),
    expenses_update_access: sameAs('finances_expenses_update_access'),
    finances_expenses_delete_access: changes('Delete payment items'),
    expenses_delete_access: sameAs('finances_expenses_delete_access'),
    finances_kkm_transactions_access: sees('See cash register operations'),
    kkm_transactions_accounts_access: sameAs('finances_kkm_transactions_access'),
    finances_kkm_settings_read_access: sees('See cash register settings'),
    kkm_settings_reed_access: sameAs('finances_kkm_settings_read_access'),
    finances_kkm_settings_update_access: changes('Change cash register settings'),
    kkm_settings_update_access: sameAs('finances_kkm_settings_update_access'),
    finances_settings_invoicing_read_access: sees('See online payment settings'),
    finances_settings_invoicing_update_access: changes('Change online payment settings'),
    settings_invoicing_read_access: sameAs('finances_settings_invoicing_read_access'),
    settings_invoicing_update_access: sameAs('finances_settings_invoicing_update_access'),
    finances_options_read_access: sees('See payment settings'),
    options_read_access: sameAs('finances_options_read_access'),
    finances_options_update_access: changes('Change payment settings'),
    options_update_access: sameAs('finances_options_update_access'),
    finances_salary_schemes_access: changes('Manage pay schemes'),
    finances_salary_calc_access: sees('See payroll'),
    finances_salary_not_limitation_today_access: sees('See payroll of days before today'),
    finances_payroll_calculation_create_access: changes('Create payroll calculations'),
    finances_payroll_calculation_create_not_limitation_today_access: changes('Create payroll calculations for days before today'),
    finances_salary_access_master_checkbox: restricts('Only the payroll of one team member'),
    finances_salary_access_master_id: id('The team member whose payroll may be seen; 0 for everyone'),
    get_salary_access_master_id: sameAs('finances_salary_access_master_id'),
    finances_salary_master_not_limitation_today_access: sees("See the one team member's payroll of days before today"),
    finances_payroll_calculation_create_by_master_access: restricts('Create payroll calculations of one team member only'),
    calculation_create_by_master_not_limitation_today_access: changes(
      "Create the one team member's payroll calculations for days before today",
    ),
    finances_period_report_access: sees('See the report of a period'),
    finances_period_report_excel_access: sees('Export the report of a period'),
    finances_year_report_access: sees('See the report of a year'),
    finances_year_report_excel_access: sees('Export the report of a year'),
    finances_print_check_access: changes('Print receipts'),
    finances_z_report_access: sees('See the daily cash report'),
    finances_z_report_no_limit_today_access: sees('See the daily cash report of days before today'),
    finances_z_report_excel_access: sees('Export the daily cash report'),
  },
  clients: {
    clients_access: sees('See clients'),
    client_phones_access: sameAs('clients_phones_access'),
    clients_phones_email_access: sees('See phone numbers and e-mail addresses in the list of clients'),
    clients_card_phone_access: sees("See the phone number in a client's card"),
    clients_delete_access: changes('Delete clients'),
    clients_excel_access: sees('Export clients'),
    excel_access: sameAs('clients_excel_access'),
    client_comments_list_access: sees('See comments on clients'),
    client_comments_add_access: changes('Add comments on clients'),
    client_comments_own_edit_access: changes('Change and delete own comments on clients'),
    client_comments_other_edit_access: changes("Change and delete other people's comments on clients"),
    client_files_list_access: sees('See and download files of clients'),
    client_files_upload_access: changes('Upload files of clients'),
    client_files_delete_access: changes('Delete files of clients'),
    clients_visit_master_id: id('Only clients who visited this team member; 0 for everyone'),
    get_visit_master_id: sameAs('clients_visit_master_id'),
    clients_phones_access: sees('See phone numbers in the list of clients'),
    clients_edit_access: changes('Change clients'),
    clients_deposits_access: sees('See client accounts'),
    clients_deposits_create_access: changes('Open client accounts'),
    clients_deposits_history_access: sees('See the history of client accounts'),
    clients_deposits_topup_access: changes('Top up client accounts'),
    clients_loyalty_read_access: sees("See a client's loyalty cards, memberships and gift cards"),
    clients_loyalty_settings_access: changes("Change a client's loyalty settings"),
    clients_card_comment_access: sees("See the comment in a client's card"),
    clients_card_comment_edit_access: changes("Change the comment in a client's card"),
    clients_surname_middle_name_access: sees('See last and middle names of clients'),
    clients_surname_patronymic_access: sameAs('clients_surname_middle_name_access'),
    clients_surname_middle_name_edit_access: changes('Change last and middle names of clients'),
    clients_surname_patronymic_edit_access: sameAs('clients_surname_middle_name_edit_access'),
    clients_show_attendance_history_access: sees("See a client's visits"),
  },
  dashboard: {
    dashboard_access: sees('See the overview'),
    dash_access: sees('See the summary'),
    dash_phones_access: sees('See phone numbers in the summary'),
    dash_records_access: sees('See the list of appointments'),
    dash_records_last_days_count: days('How many days of the list of appointments to see; -1 for all'),
    dash_records_excel_access: sees('Export the list of appointments'),
    dash_records_phones_access: sees('See phone numbers in the list of appointments'),
    dash_message_access: sees('See sent messages'),
    dash_message_excel_access: sees('Export sent messages'),
    dash_message_phones_access: sees('See phone numbers in sent messages'),
    dash_reviews_access: sees('See reviews'),
    dash_reviews_delete_access: changes('Delete reviews'),
    dashboard_calls_access: sees('See calls'),
    dashboard_calls_excel_access: sees('Export calls'),
    dashboard_calls_phones_access: sees('See phone numbers of calls'),
    security_access: sameAs('security_access'),
    security_2fa_access: sameAs('security_2fa_access'),
    security_data_changes_access: sameAs('security_data_changes_access'),
    security_employee_changes_access: sameAs('security_employee_changes_access'),
    security_export_import_access: sameAs('security_export_import_access'),
    security_logins_access: sameAs('security_logins_access'),
  },
  notification: {
    notification: notifies('timetable_access', 'Notifications'),
    web_push: notifies('timetable_access', 'Browser notifications about appointments'),
    web_phone_push: notifies('dashboard_calls_access', 'Browser notifications about calls'),
    notification_sms_ending_license: notifies('billing_access', 'SMS when the licence is about to end'),
    notification_sms_low_balance: notifies('billing_access', 'SMS when the balance is low'),
    notification_email_ending_license: notifies('billing_access', 'E-mail when the licence is about to end'),
  },
  loyalty: {
    loyalty_access: sees('See loyalty'),
    has_loyalty_access: sameAs('loyalty_access'),
    loyalty_cards_manual_transactions_access: changes('Top up and withdraw from loyalty cards by hand'),
    has_loyalty_cards_manual_transactions_access: sameAs('loyalty_cards_manual_transactions_access'),
    loyalty_certificate_and_abonement_manual_transactions_access: changes('Take gift cards and memberships without their code'),
    loyalty_abonement_balance_edit_access: changes('Change the balance of memberships'),
    loyalty_abonement_history_access: sees('See the history of memberships'),
    loyalty_abonement_period_edit_access: changes('Change how long memberships are valid'),
    loyalty_cards_issue_and_removal_access: changes('Issue and remove loyalty cards'),
    loyalty_certificate_balance_edit_access: changes('Change the balance of gift cards'),
    loyalty_certificate_period_edit_access: changes('Change how long gift cards are valid'),
  },
  storages: {
    storages_access: sees('See inventory'),
    storages_ids: ids('Storages the user works with; empty for all unless storages are limited'),
    storages_transactions_access: sees('See stock movements'),
    storages_last_days_count: days('How many days of past stock movements to see; -1 for all'),
    storages_move_goods_access: changes('Move products between storages'),
    storages_create_transactions_access: changes('Create stock movements'),
    storages_create_last_days_count: days('How many days back stock movements may be created; -1 for any'),
    storages_create_transactions_buy_access: changes('Receive products'),
    storages_create_transactions_sale_access: changes('Sell products'),
    storages_edit_transactions_access: changes('Change stock movements'),
    storages_edit_last_days_count: days('How many days back stock movements may be changed; -1 for any'),
    storages_edit_transactions_buy_access: changes('Change receipts of products'),
    storages_edit_transactions_sale_access: changes('Change sales of products'),
    storages_delete_transactions_access: changes('Delete stock movements'),
    storages_transactions_excel_access: sees('Export stock movements'),
    storages_transactions_types: ids('Types of stock movements the user works with; empty for all'),
    storages_inventory_access: sees('See stocktakes'),
    storages_inventory_create_edit_access: changes('Create and change stocktakes'),
    storages_inventory_delete_access: changes('Delete stocktakes'),
    storages_inventory_excel_access: sees('Export stocktakes'),
    storages_remnants_report_access: sees('See the report of stock balances'),
    storages_remnants_report_excel_access: sees('Export the report of stock balances'),
    storages_sales_report_access: sees('See the report of product sales'),
    storages_sales_report_excel_access: sees('Export the report of product sales'),
    storages_consumable_report_access: sees('See the report of consumables'),
    storages_consumable_report_excel_access: sees('Export the report of consumables'),
    storages_write_off_report_access: sees('See the report of write-offs'),
    storages_write_off_report_excel_access: sees('Export the report of write-offs'),
    storages_turnover_report_access: sees('See the report of turnover'),
    storages_turnover_report_excel_access: sees('Export the report of turnover'),
    storages_goods_crud_access: changes('Manage products'),
    storages_goods_create_access: changes('Add products'),
    storages_goods_update_access: changes('Change products'),
    storages_goods_title_edit_access: changes('Change the name, article and barcode of products'),
    storages_goods_category_edit_access: changes('Change the category of products'),
    storages_goods_selling_price_edit_access: changes('Change the selling price of products'),
    storages_goods_cost_price_edit_access: changes('Change the cost price of products'),
    storages_goods_units_edit_access: changes('Change the units of products'),
    storages_goods_critical_balance_edit_access: changes('Change the critical and desired stock of products'),
    storages_goods_masses_edit_access: changes('Change the weight of products'),
    storages_goods_comment_edit_access: changes('Change the comment of products'),
    storages_goods_archive_access: changes('Archive and restore products'),
    storages_goods_delete_access: changes('Delete products'),
    storages_limited_access: restricts('Only the listed storages'),
    storages_goods_prime_cost_view_access: sees('See the prime cost of products'),
  },
  settings: {
    settings_access: sees('See settings'),
    settings_basis_access: changes('Manage the general settings'),
    settings_information_access: changes('Manage the information about the location'),
    users_access: sees('See users'),
    delete_users_access: changes('Remove users'),
    create_users_access: changes('Invite users'),
    edit_users_access: changes('Change the permissions of users'),
    limited_users_access: restricts('Give and take only permissions the user has'),
    settings_services_access: sees('See service settings'),
    settings_services_create_access: changes('Add services'),
    services_edit: changes('Change services'),
    settings_services_edit_title_access: changes('Change the names of services'),
    settings_services_relation_category_access: changes('Change the category of services'),
    settings_services_edit_price_access: changes('Change the price of services'),
    settings_services_edit_image_access: changes('Change the picture of services'),
    settings_services_edit_online_seance_date_time_access: changes('Change when services can be booked online'),
    settings_services_edit_online_pay_access: changes('Change the online payment of services'),
    settings_services_edit_services_related_resource_access: changes('Change the resources of services'),
    settings_positions_read: sees('See positions'),
    settings_positions_create: changes('Add positions'),
    settings_positions_delete: changes('Delete positions'),
    edit_master_service_and_duration: changes('Change which services team members provide and how long they take'),
    tech_card_edit: changes('Change the consumables of services'),
    services_delete: changes('Delete services'),
    settings_master_access: sees('See team member settings'),
    master_create: changes('Add team members'),
    master_edit: changes('Change team members'),
    master_delete: changes('Delete team members'),
    settings_master_dismiss_access: changes('Dismiss team members'),
    schedule_edit: changes('Change the work schedule'),
    settings_notifications_access: changes('Manage SMS notifications'),
    settings_email_notifications_access: changes('Manage e-mail notifications'),
    settings_template_notifications_access: changes('Manage notification types'),
    webhook_read_access: changes('Manage webhooks'),
    settings_clients_labels_access: changes('Manage client tags'),
    settings_close_docs_access: changes('Manage the closing of documents'),
    settings_user_notifications_access: changes('Manage notifications of users'),
    is_salon_tips_manager: changes('Manage tips'),
  },
  security: {
    security_access: sees('See security'),
    security_2fa_access: changes('Manage two-factor sign-in'),
    security_data_changes_access: sees('See the log of data changes'),
    security_employee_changes_access: sees('See the log of changes of team members'),
    security_export_import_access: sees('See the log of exports and imports'),
    security_logins_access: sees('See the log of sign-ins'),
  },
  comers: {
    comers_access: sees('See visitors'),
    comers_info_vehicle_view_access: sees('See vehicles of visitors'),
    comers_info_vehicle_edit_access: changes('Change vehicles of visitors'),
  },
  other: {
    stat_access: sees('See analytics'),
    analytics_constructor_access: sees('Build own reports'),
    billing_access: changes('Manage the balance and the licence'),
    billing_invoices_access: sees('See invoices of the licence'),
    send_sms: changes('Send SMS to clients'),
    auth_enable_check_ip: restricts('Work in the location from the listed IP addresses only'),
    auth_list_allowed_ip: addresses('IP addresses and networks the user may work from'),
    salon_to_salon_group_add_access: changes('Add the location to a chain'),
    is_salon_tips_manager: sameAs('is_salon_tips_manager'),
  },
  online_record: {
    online_record_access: changes('Manage online booking'),
    online_record_privacy_policy_access: changes('Manage the privacy policy of online booking'),
  },
  security_access: sameAs('security_access'),
  security_2fa_access: sameAs('security_2fa_access'),
  security_data_changes_access: sameAs('security_data_changes_access'),
  security_employee_changes_access: sameAs('security_employee_changes_access'),
  security_export_import_access: sameAs('security_export_import_access'),
  security_logins_access: sameAs('security_logins_access'),
} as const;

/** The types of values by kind of permission. */
interface Values {
  flag: boolean;
  /** -1 for unlimited, 0 for today only. */
  days: number;
  /** 0 for all. */
  id: number;
  ids: readonly number[];
  addresses: readonly string[];
}
type Kind = keyof Values;
type Tree = typeof permissionTree;
type NameWith<Property> = {
  [Group in keyof Tree]: { [Name in keyof Tree[Group]]: Tree[Group][Name] extends Property ? Name : never }[keyof Tree[Group]];
}[keyof Tree];

/** The permissions that are true or false. Twins are left out: operations ask by the declared name. */
export type PermissionFlag = NameWith<{ kind: 'flag' }>;
export type PermissionName = NameWith<{ kind: Kind }>;
export type PermissionValue = Values[Kind];
/** All a user may do in a location. */
export type Permissions = Readonly<{ [K in Kind as NameWith<{ kind: K }>]: Values[K] }>;

type LimitKind = 'days' | 'id' | 'ids';
/** The permissions that limit a user, and the type of each limit. */
type PermissionLimitValues = { [K in LimitKind as NameWith<{ kind: K }>]: Values[K] };

type WireValue<Leaf> = Leaf extends { kind: infer K extends Kind }
  ? Values[K]
  : Leaf extends { sameAs: infer Name extends PermissionName }
    ? Permissions[Name]
    : never;
/** The permissions as get_permission_list answers them. */
export type PermissionList = {
  [Group in keyof Tree]: Tree[Group] extends { sameAs: string }
    ? WireValue<Tree[Group]>
    : { [Name in keyof Tree[Group]]: WireValue<Tree[Group][Name]> };
};

type Declaration =
  | { kind: 'flag'; effect: 'sees' | 'changes' | 'restricts'; title: string }
  | { kind: 'flag'; effect: 'notifies'; of: string; title: string }
  | { kind: 'days'; title: string; unlimitedAs: -1 | 0 }
  | { kind: Exclude<Kind, 'flag' | 'days'>; title: string };
interface Alias {
  sameAs: string;
}
type Branch = Readonly<Record<string, Declaration | Alias>>;

const tree: Readonly<Record<string, Branch | Alias>> = permissionTree;
const isAlias = (node: Branch | Declaration | Alias): node is Alias => typeof (node as Alias).sameAs === 'string';

const declarations = new Map<string, Declaration & { group: string }>();
const twins = new Map<string, string>();
for (const [group, branch] of Object.entries(tree)) {
  for (const [name, leaf] of Object.entries(isAlias(branch) ? { [group]: branch } : branch)) {
    if (!isAlias(leaf)) declarations.set(name, { ...leaf, group });
    else if (leaf.sameAs !== name) twins.set(name, leaf.sameAs);
  }
}
const declaration = (name: string) => declarations.get(name) as Declaration & { group: string };

/** The declared names of all permissions, in the order of the wire format. */
export const permissionNames = [...declarations.keys()] as readonly PermissionName[];

/** What a permission is: its group in the wire format, its kind, its title, and the effect of a flag. */
export interface PermissionInfo {
  group: string;
  kind: Kind;
  title: string;
  /** Undefined unless it is a flag. */
  effect: 'sees' | 'changes' | 'restricts' | 'notifies' | undefined;
}

export function permissionInfo(name: PermissionName): PermissionInfo {
  const { group, kind, title, ...rest } = declaration(name);
  return { group, kind, title, effect: 'effect' in rest ? rest.effect : undefined };
}

/** Whether this is the declared name of a permission (not a twin's). */
export const isPermissionName = (name: string): name is PermissionName => declarations.has(name);

/** The declared name for any spelling of the wire format. @returns undefined if there is no such permission */
export function permissionName(name: string): PermissionName | undefined {
  const declared = twins.get(name) ?? name;
  return isPermissionName(declared) ? declared : undefined;
}

const maxDays = 36_500;
const maxId = 2_147_483_647;
/** The id of no object. A user who is limited to it sees nothing, while 0 and an empty list allow everything. */
export const noObject = maxId;
const maxListed = 1000;
const isWhole = (value: unknown, min: number, max: number) =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
const isListOf = (value: unknown, fits: (item: unknown) => boolean) =>
  Array.isArray(value) && value.length <= maxListed && value.every(fits);

interface KindRules<Value> {
  unlimited: Value;
  fits(value: unknown): boolean;
  message: string;
  schema(description: string): TSchema;
}
const kinds: { [K in Kind]: KindRules<Values[K]> } = {
  flag: {
    unlimited: true,
    fits: (value) => typeof value === 'boolean',
    message: 'must be true or false',
    schema: (description) => Type.Boolean({ description }),
  },
  days: {
    unlimited: -1,
    fits: (value) => isWhole(value, -1, maxDays),
    message: `must be a whole number of days up to ${maxDays}, or -1 for unlimited`,
    schema: (description) => Type.Number({ description }),
  },
  id: {
    unlimited: 0,
    fits: (value) => isWhole(value, 0, maxId),
    message: 'must be an id, or 0 for all',
    schema: (description) => Type.Number({ description }),
  },
  ids: {
    unlimited: [],
    fits: (value) => isListOf(value, (item) => isWhole(item, 0, maxId)),
    message: `must be a list of at most ${maxListed} ids`,
    schema: (description) => Type.Array(Type.Number(), { description }),
  },
  addresses: {
    unlimited: [],
    fits: (value) => isListOf(value, (item) => typeof item === 'string' && isNetwork(item)),
    message: `must be a list of at most ${maxListed} IP addresses or networks`,
    schema: (description) => Type.Array(Type.String(), { description }),
  },
};

/** The error of a value for this permission, in any spelling. @returns undefined if the value can be stored */
export function permissionValueError(name: string, value: unknown): string | undefined {
  const declared = permissionName(name);
  if (!declared) return 'is not a permission';
  const { fits, message } = kinds[declaration(declared).kind];
  return fits(value) ? undefined : message;
}

/** In the order of the published API. */
export const roleNames = [
  'worker',
  'administrator',
  'accountant',
  'manager',
  'owner',
  'free_readonly',
  'free_readonly_admin',
] as const;
export type Role = (typeof roleNames)[number];

interface Asked {
  name: PermissionFlag;
  group: string;
  effect: 'sees' | 'changes' | 'restricts';
}
interface RoleDeclaration {
  title: string;
  description: string;
  /** Whether the role has a flag; notifications follow from the others. */
  holds(flag: Asked): boolean;
  /** The limits of the role. It has no others. */
  limits?: Partial<Permissions>;
}
const oneOf = (...names: PermissionFlag[]) => {
  const set = new Set(names);
  return ({ name }: Asked) => set.has(name);
};

const workerTasks = oneOf(
  'timetable_access',
  'timetable_transferring_record_access',
  'record_form_access',
  'record_form_client_access',
  'record_form_client_add_access',
  'records_autocomplete_access',
  'create_records_access',
  'edit_records_access',
  'edit_records_attendance_access',
  'records_edit_date_and_master_access',
  'records_edit_duration_access',
  'records_edit_comment_access',
  'records_edit_services_access',
  'records_consumables_edit_access',
  'custom_fields_client_values_read_access',
  'custom_fields_record_values_read_access',
  'custom_fields_record_values_edit_access',
  'clients_access',
  'clients_card_comment_access',
  'clients_surname_middle_name_access',
  'clients_show_attendance_history_access',
  'client_comments_list_access',
  'client_comments_add_access',
  'client_comments_own_edit_access',
  'client_files_list_access',
  'client_files_upload_access',
);

const clientTakeaway = oneOf('clients_excel_access', 'clients_loyalty_settings_access');
const counterTasks = oneOf(
  // To take payments, a user must choose an account and a payment item, but need not see the balance of the account.
  'finances_access',
  'finances_transactions_access',
  'finances_create_transactions_access',
  'finances_accounts_access',
  'finances_expenses_read_access',
  'finances_kkm_transactions_access',
  'finances_print_check_access',
  'storages_access',
  'storages_transactions_access',
  'storages_create_transactions_access',
  'storages_create_transactions_sale_access',
  'loyalty_access',
  'loyalty_abonement_history_access',
  'loyalty_cards_issue_and_removal_access',
  'loyalty_certificate_and_abonement_manual_transactions_access',
  'dashboard_access',
  'dash_access',
  'dash_phones_access',
  'dash_records_access',
  'dash_records_phones_access',
  'dash_reviews_access',
  'settings_positions_read',
  'schedule_edit',
);
const frontDeskGroups = new Set(['timetable', 'record_form', 'clients', 'comers']);
const frontDesk = (flag: Asked) =>
  flag.effect !== 'restricts' && ((frontDeskGroups.has(flag.group) && !clientTakeaway(flag)) || counterTasks(flag));

const bookkeeping = oneOf(
  'storages_access',
  'storages_transactions_access',
  'storages_transactions_excel_access',
  'stat_access',
  'analytics_constructor_access',
);
const ownersOnly = oneOf('billing_access', 'billing_invoices_access');
const teamOffice = oneOf(
  'create_users_access',
  'edit_users_access',
  'delete_users_access',
  'limited_users_access',
  'settings_user_notifications_access',
  'settings_positions_create',
  'settings_positions_delete',
  'master_create',
  'master_edit',
  'master_delete',
  'settings_master_dismiss_access',
);
const isView = (flag: Asked) => flag.effect === 'sees';

const roleDeclarations: Record<Role, RoleDeclaration> = {
  worker: {
    title: 'Team member',
    description: 'Works with their own calendar and appointments, and the cards of their clients without contact details.',
    holds: workerTasks,
  },
  administrator: {
    title: 'Receptionist',
    description: 'Runs the front desk: calendar, appointments, clients, product sales and the payments of today.',
    holds: frontDesk,
    limits: { finances_last_days_count: 0, finances_create_last_days_count: 0, finances_edit_last_days_count: 0 },
  },
  accountant: {
    title: 'Accountant',
    description: 'Keeps the books: finances, payroll, inventory reports and analytics; reads clients without contact details.',
    holds: (flag) =>
      (flag.group === 'finances' && flag.effect !== 'restricts') ||
      (flag.group === 'clients' && flag.effect === 'sees' && !/phone|excel|files/.test(flag.name)) ||
      (flag.group === 'storages' && /_report_|_inventory_(access|excel)|_prime_cost_view/.test(flag.name)) ||
      bookkeeping(flag),
  },
  manager: {
    title: 'Manager',
    description: 'Manages everything but the licence and security, and gives others no more permissions than they have.',
    holds: (flag) =>
      flag.name === 'limited_users_access' || (flag.effect !== 'restricts' && flag.group !== 'security' && !ownersOnly(flag)),
  },
  owner: {
    title: 'Owner',
    description: 'May do everything.',
    holds: (flag) => flag.effect !== 'restricts',
  },
  free_readonly: {
    title: 'Viewer',
    description: 'Sees everything and changes nothing.',
    holds: isView,
  },
  free_readonly_admin: {
    title: 'System Manager',
    description: 'Sees everything, and manages the team, its users and the licence.',
    holds: (flag) => isView(flag) || teamOffice(flag) || ownersOnly(flag),
  },
};

function presetOf({ holds, limits = {} }: RoleDeclaration): Permissions {
  const preset: Record<string, PermissionValue> = {};
  const has = (name: string): boolean => {
    const declared = declaration(name);
    if (declared.kind !== 'flag') return false;
    if (declared.effect === 'notifies') return has(declared.of);
    return holds({ name: name as PermissionFlag, group: declared.group, effect: declared.effect });
  };
  for (const [name, { kind }] of declarations) preset[name] = kind === 'flag' ? has(name) : Object.freeze(kinds[kind].unlimited);
  Object.assign(preset, limits);
  return Object.freeze(preset) as Permissions;
}

/** How much a role may do: its flags, each restriction counting against it. */
const breadth = (preset: Permissions): number => {
  let count = 0;
  for (const [name, declared] of declarations) {
    if (declared.kind === 'flag' && preset[name as PermissionFlag]) count += declared.effect === 'restricts' ? -1 : 1;
  }
  return count;
};

const presets = new Map(roleNames.map((role) => [role, presetOf(roleDeclarations[role])]));
const ranking = roleNames.toSorted((a, b) => breadth(presets.get(a) as Permissions) - breadth(presets.get(b) as Permissions));

export interface RoleInfo {
  title: string;
  description: string;
  /** The rank by the number of permissions, 1 the lowest. */
  weight: number;
  preset: Permissions;
}

/** The roles with their permissions before any differences of a user. */
export const roles = Object.freeze(
  Object.fromEntries(
    roleNames.map((role) => {
      const { title, description } = roleDeclarations[role];
      return [role, Object.freeze({ title, description, weight: ranking.indexOf(role) + 1, preset: presets.get(role) })];
    }),
  ),
) as Readonly<Record<Role, Readonly<RoleInfo>>>;

/**
 * The permissions of a user: those of the role and the stored differences, in any spelling of the wire format (the declared spelling takes
 * precedence). Unknown names and values of another type are ignored, so old rows cannot do harm. `master_id`, the team member that a worker
 * is limited to, does not come from the role; it is one of the differences.
 */
export function resolvePermissions(role: Role, overrides: Readonly<Record<string, unknown>> = {}): Permissions {
  const { preset } = roles[role];
  const differences: Record<string, PermissionValue> = {};
  const fitting = Object.entries(overrides).filter(([name, value]) => permissionValueError(name, value) === undefined);
  fitting.sort(([a], [b]) => Number(isPermissionName(a)) - Number(isPermissionName(b)));
  for (const [name, value] of fitting) {
    const declared = permissionName(name) as PermissionName;
    differences[declared] = stored(declaration(declared), value as PermissionValue);
  }
  const exact = overrides[exactCalendarDays];
  if (permissionValueError('last_days_count', exact) === undefined) differences.last_days_count = exact as number;
  return Object.keys(differences).length === 0 ? preset : Object.freeze({ ...preset, ...differences });
}

/** The stored name of `last_days_count` whose 0 means today only. The name of the wire format has 0 for all. */
const exactCalendarDays = 'timetable_last_days_count';

/** The differences of permissions from those of a role, as they are stored: `resolvePermissions` makes the same permissions of them. */
export function differencesFrom(role: Role, permissions: Permissions): Record<string, PermissionValue> {
  const { preset } = roles[role];
  const differs = permissionNames.filter((name) => !isSame(permissions[name], preset[name]));
  return Object.fromEntries(differs.map((name) => [name === 'last_days_count' ? exactCalendarDays : name, permissions[name]]));
}

/** Whether two values of a permission are the same. */
export const isSame = (a: PermissionValue, b: PermissionValue): boolean =>
  Array.isArray(a) && Array.isArray(b) ? a.length === b.length && a.every((item, index) => item === b[index]) : a === b;

function stored(declared: Declaration, value: PermissionValue): PermissionValue {
  if (declared.kind === 'days' && value === declared.unlimitedAs) return kinds.days.unlimited;
  return Array.isArray(value) ? Object.freeze([...value]) : value;
}

function presentValue(permissions: Permissions, name: PermissionName): PermissionValue {
  const declared = declaration(name);
  const value = permissions[name];
  if (declared.kind !== 'days') return value;
  if (value === kinds.days.unlimited) return declared.unlimitedAs;
  // There is no value for today only. Yesterday is the closest.
  return value === declared.unlimitedAs ? 1 : value;
}

type MapLeaf<Leaf> = (name: PermissionName, spelling: string) => Leaf;
type MapGroup<Leaf, Group> = (leaves: Record<string, Leaf>) => Group;

const declaredName = (spelling: string, leaf: Declaration | Alias) => (isAlias(leaf) ? leaf.sameAs : spelling) as PermissionName;

/** A structure like the tree, with the result of `leafOf` for each permission. */
function mapTree<Leaf, Group>(leafOf: MapLeaf<Leaf>, groupOf: MapGroup<Leaf, Group>): Record<string, Leaf | Group> {
  const mapped: Record<string, Leaf | Group> = {};
  for (const [group, branch] of Object.entries(tree)) {
    if (isAlias(branch)) {
      mapped[group] = leafOf(declaredName(group, branch), group);
      continue;
    }
    const leaves: Record<string, Leaf> = {};
    for (const [spelling, leaf] of Object.entries(branch)) leaves[spelling] = leafOf(declaredName(spelling, leaf), spelling);
    mapped[group] = groupOf(leaves);
  }
  return mapped;
}

/** The data of get_permission_list. */
export const presentPermissionList = (permissions: Permissions): PermissionList =>
  mapTree(
    (name) => presentValue(permissions, name),
    (leaves) => leaves,
  ) as unknown as PermissionList;

function wireSchema(name: PermissionName, spelling: string): TSchema {
  const { kind, title } = declaration(name);
  return kinds[kind].schema(spelling === name ? title : `${title} (same as ${name})`);
}

const closed = (properties: Record<string, TSchema>) => Type.Object(properties, { additionalProperties: false });

/** The schema of the result of presentPermissionList. */
export const PermissionListSchema = named('PermissionList', Type.Unsafe<PermissionList>(closed(mapTree(wireSchema, closed))));

/** The few permissions of deprecated_get_location_users, by the names it has for them. */
const deprecatedNames = {
  stat_access: 'stat_access',
  schedule_edit_access: 'schedule_edit_access',
  client_phones_access: 'clients_phones_access',
  clients_access: 'clients_access',
  settings_access: 'settings_access',
  edit_records_access: 'edit_records_access',
  timetable_access: 'timetable_access',
  billing_access: 'billing_access',
  users_access: 'users_access',
  excel_access: 'clients_excel_access',
  finances_access: 'finances_access',
  storages_access: 'storages_access',
  send_sms: 'send_sms',
  master_id: 'master_id',
} as const satisfies Record<string, PermissionName>;

const mapDeprecated = <Leaf>(leafOf: MapLeaf<Leaf>): Record<string, Leaf> =>
  Object.fromEntries(Object.entries(deprecatedNames).map(([spelling, name]) => [spelling, leafOf(name, spelling)]));

/** The flat permissions that older operations answer as `access`. */
export type DeprecatedAccess = { -readonly [Name in keyof typeof deprecatedNames]: Permissions[(typeof deprecatedNames)[Name]] };

/** The `access` of a user in deprecated_get_location_users. */
export const deprecatedAccess = (permissions: Permissions): DeprecatedAccess =>
  mapDeprecated((name) => presentValue(permissions, name)) as unknown as DeprecatedAccess;

/** The schema of the result of deprecatedAccess. */
export const DeprecatedAccessSchema = named('DeprecatedAccess', Type.Unsafe<DeprecatedAccess>(closed(mapDeprecated(wireSchema))));

declare module '../../api/access.ts' {
  // The permission tree names the flags that operations may ask for.
  interface PermissionFlags extends Record<PermissionFlag, true> {}
  interface PermissionLimits extends PermissionLimitValues {}
}
