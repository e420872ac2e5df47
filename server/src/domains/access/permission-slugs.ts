import { openedBy } from './more-rights.ts';
import {
  noObject,
  type PermissionName,
  type Permissions,
  type PermissionValue,
  permissionInfo,
  permissionNames,
  permissionValueError,
} from './permissions.ts';

/**
 * The slugs of permissions in the operations on users, where they differ from the names in get_permission_list. Both faces show the same
 * permissions.
 */
const renamed: Partial<Record<PermissionName, string>> = {
  master_id: 'timetable_staff_id',
  position_id: 'timetable_position_id',
  last_days_count: 'timetable_last_days_count',
  schedule_edit_access: 'timetable_schedule_edit_access',
  record_form_access: 'records_access',
  record_form_client_access: 'records_clients_access',
  record_form_client_add_access: 'records_clients_add_access',
  records_autocomplete_phone_access: 'records_autocomplete_phones_access',
  create_records_access: 'records_create_access',
  edit_records_access: 'records_edit_access',
  edit_records_attendance_access: 'records_edit_client_came_access',
  record_edit_full_paid_access: 'records_edit_full_paid_access',
  record_edit_full_paid_client_came_access: 'records_edit_full_paid_client_came_access',
  record_edit_full_paid_client_confirm_access: 'records_edit_full_paid_client_confirm_access',
  delete_records_access: 'records_delete_access',
  delete_customer_came_records_access: 'records_delete_client_came_access',
  delete_paid_records_access: 'records_delete_paid_access',
  records_goods_create_transaction_access: 'records_goods_transaction_create_access',
  records_goods_create_last_days_count: 'records_goods_transaction_create_last_days_count',
  records_goods_edit_transaction_access: 'records_goods_transaction_edit_access',
  records_goods_edit_last_days_count: 'records_goods_transaction_edit_last_days_count',
  records_group_id_access: 'records_clients_statistics_chain_access',
  records_group_id: 'records_clients_statistics_chain_id',
  assistants_management_access: 'records_assistants_management_access',
  assistants_reward_share_edit_access: 'records_assistants_reward_share_edit_access',
  custom_fields_record_values_read_access: 'records_custom_fields_values_access',
  custom_fields_record_values_edit_access: 'records_custom_fields_values_edit_access',
  custom_fields_client_values_read_access: 'clients_custom_fields_values_access',
  custom_fields_client_values_edit_access: 'clients_custom_fields_values_edit_access',
  finances_last_days_count: 'finances_transactions_last_days_count',
  finances_create_transactions_access: 'finances_transactions_create_access',
  finances_create_last_days_count: 'finances_transactions_create_last_days_count',
  finances_edit_transactions_access: 'finances_transactions_edit_access',
  finances_edit_last_days_count: 'finances_transactions_edit_last_days_count',
  finances_delete_transactions_access: 'finances_transactions_delete_access',
  finances_transactions_excel_access: 'finances_transactions_export_access',
  finances_accounts_banalce_access: 'finances_accounts_balance_access',
  finances_suppliers_read_access: 'finances_suppliers_access',
  finances_suppliers_update_access: 'finances_suppliers_edit_access',
  finances_suppliers_excel_access: 'finances_suppliers_export_access',
  finances_expenses_read_access: 'finances_expenses_access',
  finances_expenses_update_access: 'finances_expenses_edit_access',
  finances_kkm_settings_read_access: 'finances_kkm_settings_access',
  finances_kkm_settings_update_access: 'finances_kkm_settings_edit_access',
  finances_settings_invoicing_read_access: 'finances_settings_invoicing_access',
  finances_settings_invoicing_update_access: 'finances_settings_invoicing_edit_access',
  finances_options_read_access: 'finances_settings_access',
  finances_options_update_access: 'finances_settings_edit_access',
  finances_salary_calc_access: 'finances_salary_access',
  finances_salary_not_limitation_today_access: 'finances_salary_no_limit_today',
  finances_payroll_calculation_create_access: 'finances_salary_payroll_access',
  finances_payroll_calculation_create_not_limitation_today_access: 'finances_salary_payroll_no_limit_today',
  finances_salary_access_master_checkbox: 'finances_salary_staff_access',
  finances_salary_access_master_id: 'finances_salary_staff_id',
  finances_salary_master_not_limitation_today_access: 'finances_salary_staff_no_limit_today',
  finances_payroll_calculation_create_by_master_access: 'finances_salary_staff_payroll_access',
  calculation_create_by_master_not_limitation_today_access: 'finances_salary_staff_payroll_no_limit_today',
  finances_period_report_excel_access: 'finances_period_report_export_access',
  finances_year_report_excel_access: 'finances_year_report_export_access',
  finances_z_report_excel_access: 'finances_z_report_export_access',
  finances_z_report_no_limit_today_access: 'finances_z_report_no_limit_today',
  finances_print_check_access: 'finances_bill_print_access',
  clients_excel_access: 'clients_export_access',
  clients_visit_master_id: 'clients_visit_staff_id',
  dash_records_excel_access: 'dash_records_export_access',
  dash_message_excel_access: 'dash_message_export_access',
  dashboard_calls_excel_access: 'dashboard_calls_export_access',
  storages_transactions_access: 'storages_goods_transactions_access',
  storages_last_days_count: 'storages_goods_transactions_last_days_count',
  storages_move_goods_access: 'storages_goods_move_access',
  storages_create_transactions_access: 'storages_goods_transactions_create_access',
  storages_create_last_days_count: 'storages_goods_transactions_create_last_days_count',
  storages_create_transactions_buy_access: 'storages_goods_transactions_create_buy_access',
  storages_create_transactions_sale_access: 'storages_goods_transactions_create_sale_access',
  storages_edit_transactions_access: 'storages_goods_transactions_edit_access',
  storages_edit_last_days_count: 'storages_goods_transactions_edit_last_days_count',
  storages_edit_transactions_buy_access: 'storages_goods_transactions_edit_buy_access',
  storages_edit_transactions_sale_access: 'storages_goods_transactions_edit_sale_access',
  storages_delete_transactions_access: 'storages_goods_transactions_delete_access',
  storages_transactions_excel_access: 'storages_goods_transactions_export_access',
  storages_transactions_types: 'storages_goods_transactions_types',
  storages_inventory_excel_access: 'storages_inventory_export_access',
  storages_remnants_report_excel_access: 'storages_remnants_report_export_access',
  storages_sales_report_excel_access: 'storages_sales_report_export_access',
  storages_consumable_report_excel_access: 'storages_consumable_report_export_access',
  storages_write_off_report_excel_access: 'storages_write_off_report_export_access',
  storages_turnover_report_excel_access: 'storages_turnover_report_export_access',
  storages_goods_crud_access: 'storages_goods_access',
  storages_goods_update_access: 'storages_goods_edit_access',
  storages_goods_title_edit_access: 'storages_goods_edit_title_access',
  storages_goods_category_edit_access: 'storages_goods_edit_category_access',
  storages_goods_selling_price_edit_access: 'storages_goods_edit_selling_price_access',
  storages_goods_cost_price_edit_access: 'storages_goods_edit_cost_price_access',
  storages_goods_units_edit_access: 'storages_goods_edit_units_access',
  storages_goods_critical_balance_edit_access: 'storages_goods_edit_critical_balance_access',
  storages_goods_masses_edit_access: 'storages_goods_edit_masses_access',
  storages_goods_comment_edit_access: 'storages_goods_edit_comment_access',
  users_access: 'settings_users_access',
  create_users_access: 'settings_users_create_access',
  edit_users_access: 'settings_users_edit_access',
  delete_users_access: 'settings_users_delete_access',
  limited_users_access: 'settings_users_limited_access',
  settings_user_notifications_access: 'settings_users_notifications_access',
  services_edit: 'settings_services_edit_access',
  services_delete: 'settings_services_delete_access',
  settings_services_relation_category_access: 'settings_services_edit_category_access',
  edit_master_service_and_duration: 'settings_services_edit_staff_access',
  tech_card_edit: 'settings_services_edit_tech_card_access',
  settings_positions_read: 'settings_positions_access',
  settings_positions_create: 'settings_positions_create_access',
  settings_positions_delete: 'settings_positions_delete_access',
  settings_master_access: 'settings_staff_access',
  master_create: 'settings_staff_create_access',
  master_edit: 'settings_staff_edit_access',
  master_delete: 'settings_staff_delete_access',
  settings_master_dismiss_access: 'settings_staff_dismiss_access',
  schedule_edit: 'settings_schedule_edit_access',
  settings_notifications_access: 'settings_notifications_sms_access',
  settings_email_notifications_access: 'settings_notifications_email_access',
  settings_template_notifications_access: 'settings_notifications_templates_access',
  webhook_read_access: 'settings_webhook_access',
  settings_close_docs_access: 'settings_billing_documents_access',
  is_salon_tips_manager: 'tips_setup_access',
  stat_access: 'statistics_access',
  send_sms: 'send_sms_access',
  salon_to_salon_group_add_access: 'company_to_chain_add_access',
};

/** The type of a permission, as the published tree names it. */
export type SlugType =
  | 'has_access'
  | 'has_group_access'
  | 'has_limited_access'
  | 'has_limited_by_own_access'
  | 'has_limited_today'
  | 'last_days_count'
  | 'allowed_id'
  | 'allowed_ids'
  | 'allowed_ip';

export type SlugValue = boolean | number | readonly (string | number)[];

/** A permission in the tree of a role. */
export interface SlugNode {
  slug: string;
  title: string;
  type: SlugType;
  /** The permission. For a limit that has no permission of its own, that of its list. */
  name: PermissionName;
  /** It says only whether its list is a limit. */
  ofList: boolean;
  /** The kind of object that its ids are of. */
  entity: string | null;
  changes: boolean;
  children: SlugNode[];
}

const entities: Partial<Record<PermissionName, string>> = {
  master_id: 'staff',
  position_id: 'position',
  records_group_id: 'chain',
  finances_accounts_ids: 'account',
  finances_expenses_ids: 'expense',
  finances_salary_access_master_id: 'staff',
  clients_visit_master_id: 'staff',
  storages_ids: 'storage',
  storages_transactions_types: 'storage_transaction_type',
};

const openers: readonly PermissionName[] = Object.values(openedBy);

function typeOf(name: PermissionName, slug: string): SlugType {
  const { kind, effect } = permissionInfo(name);
  if (kind === 'days') return 'last_days_count';
  if (kind === 'id') return 'allowed_id';
  if (kind === 'ids') return 'allowed_ids';
  if (kind === 'addresses') return 'allowed_ip';
  if (slug.endsWith('_no_limit_today')) return 'has_limited_today';
  if (name === 'limited_users_access') return 'has_limited_by_own_access';
  if (effect === 'restricts') return 'has_limited_access';
  return openers.includes(name) ? 'has_group_access' : 'has_access';
}

function nodeOf(name: PermissionName): SlugNode {
  const { title, effect } = permissionInfo(name);
  const slug = renamed[name] ?? name;
  const type = typeOf(name, slug);
  return { slug, title, type, name, ofList: false, entity: entities[name] ?? null, changes: effect === 'changes', children: [] };
}

/** Limits that the store does not have: a list that is not empty is one. */
const limitsOfLists: Partial<Record<PermissionName, readonly [slug: string, title: string]>> = {
  finances_expenses_ids: ['finances_expenses_limited_access', 'Only the listed payment items'],
  storages_transactions_types: ['storages_goods_transactions_types_limited_access', 'Only the listed types of stock movements'],
};
/** Lists and limits that stand below the permission that makes them one. */
const below: Partial<Record<PermissionName, PermissionName>> = {
  finances_accounts_ids: 'finances_accounts_limited_access',
  storages_ids: 'storages_limited_access',
  auth_list_allowed_ip: 'auth_enable_check_ip',
  finances_salary_access_master_id: 'finances_salary_access_master_checkbox',
  records_group_id: 'records_group_id_access',
};

function buildTree(): SlugNode[] {
  const made = new Map(permissionNames.map((name) => [name, nodeOf(name)]));
  const top: SlugNode[] = [];
  const groupOf = (node: SlugNode): SlugNode[] => {
    const { group } = permissionInfo(node.name);
    // Custom fields of clients are declared with those of appointments.
    const opener = openedBy[(node.slug.startsWith('clients_custom') ? 'clients' : group) as keyof typeof openedBy];
    if (!opener || opener === node.name || node.slug === 'tips_setup_access') return top;
    return (made.get(opener) as SlugNode).children;
  };
  for (const [name, node] of made) {
    const upper = below[name];
    const limit = limitsOfLists[name];
    if (limit) {
      const [slug, title] = limit;
      groupOf(node).push({ ...node, slug, title, type: 'has_limited_access', ofList: true, entity: null, children: [node] });
    } else if (upper) {
      (made.get(upper) as SlugNode).children.push(node);
    } else {
      groupOf(node).push(node);
    }
  }
  return top;
}

/** Every permission, in blocks below the permission that opens them. */
export const slugTree: readonly SlugNode[] = buildTree();

const flat = (nodes: readonly SlugNode[]): SlugNode[] => nodes.flatMap((node) => [node, ...flat(node.children)]);
/** The nodes of the tree, in order. */
export const slugNodes: readonly SlugNode[] = flat(slugTree);
const nodes = new Map(slugNodes.map((node) => [node.slug, node]));
const slugs = new Map(slugNodes.filter((node) => !node.ofList).map((node) => [node.name, node.slug]));

/** The slug of a permission. */
export const slugOf = (name: PermissionName): string => slugs.get(name) as string;

/** Types whose values are 0 for unlimited and 1 for limited; the other way round for those of today. */
const isNumber = (type: SlugType) => /^has_limited/.test(type);

/** The lists that a flag limits, and the flag. */
const lists: Partial<Record<PermissionName, PermissionName>> = {
  finances_accounts_limited_access: 'finances_accounts_ids',
  storages_limited_access: 'storages_ids',
};

/** The value of a permission, as the operations on users write it. */
export function slugValue({ name, type, ofList }: SlugNode, permissions: Permissions): SlugValue {
  const value = permissions[name];
  const list = lists[name];
  if (ofList) return (value as readonly number[]).length > 0 ? 1 : 0;
  if (list) return value || (permissions[list] as readonly number[]).length > 0 ? 1 : 0;
  if (isNumber(type)) return value ? 1 : 0;
  return Array.isArray(value) ? value.filter((item) => item !== noObject) : (value as SlugValue);
}

/** The values of a type that allow the most and the least. */
export function extremes(type: SlugType): { all: SlugValue | null; none: SlugValue | null } {
  if (type === 'has_limited_today') return { all: 1, none: 0 };
  if (isNumber(type)) return { all: 0, none: 1 };
  if (type === 'last_days_count') return { all: -1, none: 0 };
  if (type === 'allowed_id') return { all: 0, none: null };
  if (type === 'has_access' || type === 'has_group_access') return { all: true, none: false };
  return { all: null, none: null };
}

/** A permission with its new value. */
export interface GivenSlug {
  slug: string;
  value: unknown;
}

/**
 * Changes permissions by slugs. A list becomes empty when its limit is taken away. It allows nothing if it is a limit and empty.
 * @returns the errors by slug, empty if there are none
 */
export function applySlugs(
  permissions: Permissions,
  given: readonly GivenSlug[],
): { permissions: Permissions; errors: Record<string, string[]> } {
  const changed: Record<string, PermissionValue> = { ...permissions };
  const errors: Record<string, string[]> = {};
  const limits = new Map<PermissionName, boolean>();
  for (const { slug, value } of given) {
    const node = nodes.get(slug);
    const next = node && readValue(node, value);
    const error =
      node && (next === undefined ? flagMessage(node) : node.ofList ? undefined : permissionValueError(node.name, next));
    if (!node) errors[slug] = ['is not a permission'];
    else if (error) errors[slug] = [error];
    else {
      const list = listOf(node);
      if (list) limits.set(list, next === true);
      if (!node.ofList) changed[node.name] = Array.isArray(next) ? [...new Set(next)] : (next as PermissionValue);
    }
  }
  for (const list of Object.keys(limitsOfLists) as PermissionName[]) {
    const isLimited = limits.get(list) ?? (permissions[list] as readonly number[]).length > 0;
    if (isLimited && (changed[list] as readonly number[]).length === 0) changed[list] = [noObject];
  }
  for (const [list, isLimited] of limits) if (!isLimited) changed[list] = [];
  return { permissions: changed as unknown as Permissions, errors };
}

const isFlag = ({ name, ofList }: SlugNode) => ofList || permissionInfo(name).kind === 'flag';
const flagMessage = ({ type }: SlugNode) => (isNumber(type) ? 'must be 0 or 1' : 'must be true or false');

/** The value as it is stored. Forms write all values as texts. @returns undefined for a flag that is neither yes nor no */
function readValue(node: SlugNode, value: unknown): unknown {
  if (isFlag(node)) return new Map<unknown, boolean>(yesOrNo).get(value);
  const { kind } = permissionInfo(node.name);
  if (kind === 'addresses') return value;
  return Array.isArray(value) ? value.map(readNumber) : kind === 'ids' ? value : readNumber(value);
}

const yesOrNo: [unknown, boolean][] = [
  ...[true, 1, '1', 'true'].map((yes): [unknown, boolean] => [yes, true]),
  ...[false, 0, '0', 'false'].map((no): [unknown, boolean] => [no, false]),
];
const readNumber = (value: unknown) => (typeof value === 'string' && /^-?\d{1,10}$/.test(value) ? Number(value) : value);

/** The list that a permission makes a limit. */
const listOf = ({ name, ofList }: SlugNode): PermissionName | undefined => (ofList ? name : lists[name]);
