import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DeprecatedAccessSchema,
  deprecatedAccess,
  isPermissionName,
  type PermissionFlag,
  PermissionListSchema,
  type Permissions,
  permissionName,
  permissionTree,
  permissionValueError,
  presentPermissionList,
  type Role,
  resolvePermissions,
  roleNames,
  roles,
} from './permissions.ts';

/** Every published key of get_permission_list: plain is a boolean, `#` a number, `[]` an array. */
const published: Record<string, string> = {
  timetable: `
    timetable_access master_id# position_id# last_days_count# schedule_edit_access timetable_phones_access
    timetable_transferring_record_access timetable_statistics_access timetable_waiting_list_access`,
  record_form: `
    record_form_access record_form_client_access records_autocomplete_access create_records_access edit_records_access
    edit_records_attendance_access records_services_cost_access records_services_discount_access
    record_edit_full_paid_access delete_records_access delete_customer_came_records_access delete_paid_records_access
    records_goods_access records_goods_create_transaction_access records_goods_create_last_days_count#
    records_goods_edit_transaction_access records_goods_edit_last_days_count# records_goods_cost_access
    records_goods_discount_access records_finances_access records_finances_last_days_count#
    records_finances_pay_from_deposits_access records_group_id_access records_group_id# record_form_client_add_access
    records_autocomplete_phone_access assistants_management_access assistants_reward_share_edit_access
    records_edit_last_days_count# records_edit_date_and_master_access records_edit_duration_access
    records_edit_comment_access records_edit_services_access records_consumables_edit_access
    record_edit_full_paid_client_came_access record_edit_full_paid_client_confirm_access
    custom_fields_client_values_read_access custom_fields_client_values_edit_access custom_fields_record_values_read_access
    custom_fields_record_values_edit_access`,
  finances: `
    finances_access finances_accounts_ids[] finances_transactions_access finances_last_days_count#
    finances_create_transactions_access finances_create_last_days_count# finances_edit_transactions_access
    finances_edit_last_days_count# finances_delete_transactions_access finances_transactions_excel_access
    finances_expenses_ids[] finances_accounts_access finances_accounts_limited_access finances_accounts_banalce_access
    finances_suppliers_read_access finances_suppliers_create_access finances_suppliers_update_access
    finances_suppliers_delete_access finances_suppliers_excel_access finances_expenses_read_access expenses_read_access
    finances_expenses_create_access expenses_create_access finances_expenses_update_access expenses_update_access
    finances_expenses_delete_access expenses_delete_access finances_kkm_transactions_access kkm_transactions_accounts_access
    finances_kkm_settings_read_access kkm_settings_reed_access finances_kkm_settings_update_access
    kkm_settings_update_access finances_settings_invoicing_read_access finances_settings_invoicing_update_access
    settings_invoicing_read_access settings_invoicing_update_access finances_options_read_access options_read_access
    finances_options_update_access options_update_access finances_salary_schemes_access finances_salary_calc_access
    finances_salary_not_limitation_today_access finances_payroll_calculation_create_access
    finances_payroll_calculation_create_not_limitation_today_access finances_salary_access_master_checkbox
    finances_salary_access_master_id# get_salary_access_master_id# finances_salary_master_not_limitation_today_access
    finances_payroll_calculation_create_by_master_access calculation_create_by_master_not_limitation_today_access
    finances_period_report_access finances_period_report_excel_access finances_year_report_access
    finances_year_report_excel_access finances_print_check_access finances_z_report_access
    finances_z_report_no_limit_today_access finances_z_report_excel_access`,
  clients: `
    clients_access client_phones_access clients_phones_email_access clients_card_phone_access clients_delete_access
    clients_excel_access excel_access client_comments_list_access client_comments_add_access client_comments_own_edit_access
    client_comments_other_edit_access client_files_list_access client_files_upload_access client_files_delete_access
    clients_visit_master_id# get_visit_master_id# clients_phones_access clients_edit_access clients_deposits_access
    clients_deposits_create_access clients_deposits_history_access clients_deposits_topup_access clients_loyalty_read_access
    clients_loyalty_settings_access clients_card_comment_access clients_card_comment_edit_access
    clients_surname_middle_name_access clients_surname_patronymic_access clients_surname_middle_name_edit_access
    clients_surname_patronymic_edit_access clients_show_attendance_history_access`,
  dashboard: `
    dashboard_access dash_access dash_phones_access dash_records_access dash_records_last_days_count#
    dash_records_excel_access dash_records_phones_access dash_message_access dash_message_excel_access
    dash_message_phones_access dash_reviews_access dash_reviews_delete_access dashboard_calls_access
    dashboard_calls_excel_access dashboard_calls_phones_access security_access security_2fa_access
    security_data_changes_access security_employee_changes_access security_export_import_access security_logins_access`,
  notification: `
    notification web_push web_phone_push notification_sms_ending_license notification_sms_low_balance
    notification_email_ending_license`,
  loyalty: `
    loyalty_access has_loyalty_access loyalty_cards_manual_transactions_access has_loyalty_cards_manual_transactions_access
    loyalty_certificate_and_abonement_manual_transactions_access loyalty_abonement_balance_edit_access
    loyalty_abonement_history_access loyalty_abonement_period_edit_access loyalty_cards_issue_and_removal_access
    loyalty_certificate_balance_edit_access loyalty_certificate_period_edit_access`,
  storages: `
    storages_access storages_ids[] storages_transactions_access storages_last_days_count# storages_move_goods_access
    storages_create_transactions_access storages_create_last_days_count# storages_create_transactions_buy_access
    storages_create_transactions_sale_access storages_edit_transactions_access storages_edit_last_days_count#
    storages_edit_transactions_buy_access storages_edit_transactions_sale_access storages_delete_transactions_access
    storages_transactions_excel_access storages_transactions_types[] storages_inventory_access
    storages_inventory_create_edit_access storages_inventory_delete_access storages_inventory_excel_access
    storages_remnants_report_access storages_remnants_report_excel_access storages_sales_report_access
    storages_sales_report_excel_access storages_consumable_report_access storages_consumable_report_excel_access
    storages_write_off_report_access storages_write_off_report_excel_access storages_turnover_report_access
    storages_turnover_report_excel_access storages_goods_crud_access storages_goods_create_access
    storages_goods_update_access storages_goods_title_edit_access storages_goods_category_edit_access
    storages_goods_selling_price_edit_access storages_goods_cost_price_edit_access storages_goods_units_edit_access
    storages_goods_critical_balance_edit_access storages_goods_masses_edit_access storages_goods_comment_edit_access
    storages_goods_archive_access storages_goods_delete_access storages_limited_access storages_goods_prime_cost_view_access`,
  settings: `
    settings_access settings_basis_access settings_information_access users_access delete_users_access create_users_access
    edit_users_access limited_users_access settings_services_access settings_services_create_access services_edit
    settings_services_edit_title_access settings_services_relation_category_access settings_services_edit_price_access
    settings_services_edit_image_access settings_services_edit_online_seance_date_time_access
    settings_services_edit_online_pay_access settings_services_edit_services_related_resource_access settings_positions_read
    settings_positions_create settings_positions_delete edit_master_service_and_duration tech_card_edit services_delete
    settings_master_access master_create master_edit master_delete settings_master_dismiss_access schedule_edit
    settings_notifications_access settings_email_notifications_access settings_template_notifications_access
    webhook_read_access settings_clients_labels_access settings_close_docs_access settings_user_notifications_access
    is_salon_tips_manager`,
  security: `
    security_access security_2fa_access security_data_changes_access security_employee_changes_access
    security_export_import_access security_logins_access`,
  comers: `
    comers_access comers_info_vehicle_view_access comers_info_vehicle_edit_access`,
  other: `
    stat_access analytics_constructor_access billing_access billing_invoices_access send_sms auth_enable_check_ip
    auth_list_allowed_ip[] salon_to_salon_group_add_access is_salon_tips_manager`,
  online_record: `
    online_record_access online_record_privacy_policy_access`,
};
const publishedFlags =
  'security_access security_2fa_access security_data_changes_access security_employee_changes_access ' +
  'security_export_import_access security_logins_access';

const words = (text: string) => text.trim().split(/\s+/);

/** `group.key` with the mark of the value's type, of a whole wire tree. */
function paths(data: object): string[] {
  const mark = (value: unknown) =>
    Array.isArray(value) ? '[]' : typeof value === 'number' ? '#' : typeof value === 'boolean' ? '' : '?';
  return Object.entries(data).flatMap(([group, value]) =>
    typeof value === 'object'
      ? Object.entries(value as object).map(([key, leaf]) => `${group}.${key}${mark(leaf)}`)
      : [group + mark(value)],
  );
}

/** The place of each permission on the wire: the declared name and every place in an answer. */
const places = Object.entries(permissionTree).flatMap(([group, branch]) =>
  'sameAs' in branch
    ? [{ name: branch.sameAs as string, path: [group] }]
    : Object.entries(branch as Record<string, { sameAs?: string }>).map(([key, leaf]) => ({
        name: leaf.sameAs ?? key,
        path: [group, key],
      })),
);
const at = (data: unknown, path: string[]) => path.reduce((value, key) => (value as Record<string, unknown>)[key], data);

const flagsOf = (permissions: Permissions) =>
  Object.entries(permissions).flatMap(([name, value]) => (value === true ? [name as PermissionFlag] : []));
const restrictions: PermissionFlag[] = [
  'auth_enable_check_ip',
  'finances_accounts_limited_access',
  'finances_payroll_calculation_create_by_master_access',
  'finances_salary_access_master_checkbox',
  'limited_users_access',
  'storages_limited_access',
];

const ajv = new Ajv({ strict: false, allErrors: true });
const validList = ajv.compile(PermissionListSchema);
const validAccess = ajv.compile(DeprecatedAccessSchema);

const anyRole = fc.constantFrom(...roleNames);
const anyValue = fc.oneof(
  fc.boolean(),
  fc.integer({ min: -2, max: 5000 }),
  fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 3 }),
  fc.array(fc.ipV4(), { maxLength: 3 }),
  fc.anything(),
);
const spellings = [...new Set(places.flatMap(({ name, path }) => [name, path.at(-1) as string]))];
const anyOverrides = fc.dictionary(fc.oneof(fc.constantFrom(...spellings), fc.string()), anyValue, { maxKeys: 40 });

describe('the wire tree', () => {
  it('has exactly the published keys and types', () => {
    const expected = [
      ...Object.entries(published).flatMap(([group, keys]) => words(keys).map((key) => `${group}.${key}`)),
      ...words(publishedFlags),
    ];
    expect(paths(presentPermissionList(resolvePermissions('owner'))).toSorted()).toEqual(expected.toSorted());
  });

  it('is valid by its schema for every role', () => {
    for (const role of roleNames) {
      validList(presentPermissionList(resolvePermissions(role)));
      expect(validList.errors, role).toBeNull();
    }
  });

  it('has a schema that requires and describes every property, and allows no other', () => {
    const list = presentPermissionList(resolvePermissions('worker'));
    expect(validList({ ...list, extra: 1 })).toBe(false);
    expect(validList({ ...list, other: { ...list.other, extra: true } })).toBe(false);
    for (const { path } of places) {
      const copy = structuredClone(list) as unknown as Record<string, Record<string, unknown>>;
      const [group, key] = path as [string, string | undefined];
      if (key) delete copy[group]?.[key];
      else delete copy[group];
      expect(validList(copy), path.join('.')).toBe(false);
      const property = at(
        PermissionListSchema,
        path.flatMap((part) => ['properties', part]),
      ) as { description?: string };
      expect(property.description).toMatch(/^[A-Z].{8,}/);
    }
  });

  it('stays valid and lets twins agree under any overrides', () => {
    fc.assert(
      fc.property(anyRole, anyOverrides, (role, overrides) => {
        const permissions = resolvePermissions(role, overrides);
        const list = presentPermissionList(permissions);
        expect(validList(list)).toBe(true);
        const answered = new Map<string, unknown>();
        for (const { name, path } of places) {
          const value = at(list, path);
          if (answered.has(name)) expect(value, name).toEqual(answered.get(name));
          answered.set(name, value);
        }
      }),
    );
  });

  it('answers an override by a twin everywhere', () => {
    const list = presentPermissionList(resolvePermissions('owner', { kkm_settings_reed_access: false, get_visit_master_id: 7 }));
    expect(list.finances.finances_kkm_settings_read_access).toBe(false);
    expect(list.clients.clients_visit_master_id).toBe(7);
    const { security, dashboard, security_logins_access } = presentPermissionList(
      resolvePermissions('worker', { security_logins_access: true }),
    );
    expect(security.security_logins_access).toBe(true);
    expect(dashboard.security_logins_access).toBe(true);
    expect(security_logins_access).toBe(true);
  });

  it('writes unlimited history of the calendar as 0 and other unlimited days as -1', () => {
    const { timetable, finances } = presentPermissionList(resolvePermissions('owner'));
    expect([timetable.last_days_count, finances.finances_last_days_count]).toEqual([0, -1]);
    expect(resolvePermissions('owner', { last_days_count: 0 }).last_days_count).toBe(-1);
    const limited = presentPermissionList(resolvePermissions('owner', { last_days_count: 30, finances_last_days_count: 0 }));
    expect([limited.timetable.last_days_count, limited.finances.finances_last_days_count]).toEqual([30, 0]);
  });
});

describe('roles', () => {
  it('give the owner every flag but the restrictions', () => {
    const { preset } = roles.owner;
    const missing = Object.entries(preset).flatMap(([name, value]) => (value === false ? [name] : []));
    expect(missing.toSorted()).toEqual(restrictions);
  });

  it.each<[Role, string]>([
    [
      'worker',
      `timetable_access timetable_transferring_record_access record_form_access record_form_client_access
       record_form_client_add_access records_autocomplete_access create_records_access edit_records_access
       edit_records_attendance_access records_edit_date_and_master_access records_edit_duration_access
       records_edit_comment_access records_edit_services_access records_consumables_edit_access
       custom_fields_client_values_read_access custom_fields_record_values_read_access custom_fields_record_values_edit_access
       clients_access clients_card_comment_access clients_surname_middle_name_access clients_show_attendance_history_access
       client_comments_list_access client_comments_add_access client_comments_own_edit_access client_files_list_access
       client_files_upload_access notification web_push`,
    ],
  ])('give %s these flags and no others', (role, flags) => {
    expect(flagsOf(roles[role].preset).toSorted()).toEqual(words(flags).toSorted());
  });

  it('let an administrator take payments, sell and issue cards at the counter', () => {
    const ofMoney = ['finances', 'storages', 'loyalty'] as const;
    const flags = ofMoney.flatMap((group) => flagsOf(roles.administrator.preset).filter((flag) => flag in permissionTree[group]));
    expect(flags.toSorted()).toEqual(
      words(`finances_access finances_transactions_access finances_create_transactions_access finances_accounts_access
        finances_expenses_read_access finances_kkm_transactions_access finances_print_check_access storages_access
        storages_transactions_access storages_create_transactions_access storages_create_transactions_sale_access
        loyalty_access loyalty_abonement_history_access loyalty_cards_issue_and_removal_access
        loyalty_certificate_and_abonement_manual_transactions_access`).toSorted(),
    );
  });

  it('have so many flags each', () => {
    const counts = roleNames.map((role) => [role, flagsOf(roles[role].preset).length]);
    expect(Object.fromEntries(counts)).toEqual({
      worker: 28,
      administrator: 92,
      accountant: 65,
      manager: 217,
      owner: 227,
      free_readonly: 96,
      free_readonly_admin: 111,
    });
  });

  it('are ranked by how much they may do', () => {
    const ranked = roleNames.toSorted((a, b) => roles[a].weight - roles[b].weight);
    expect(ranked).toEqual(['worker', 'accountant', 'administrator', 'free_readonly', 'free_readonly_admin', 'manager', 'owner']);
    expect(new Set(roleNames.map((role) => roles[role].weight)).size).toBe(roleNames.length);
  });

  it('keep contacts, deletions and users from a worker', () => {
    const { preset } = roles.worker;
    expect(preset).toMatchObject({
      timetable_access: true,
      create_records_access: true,
      client_comments_add_access: true,
      client_comments_own_edit_access: true,
      client_comments_other_edit_access: false,
      client_files_upload_access: true,
      client_files_delete_access: false,
      users_access: false,
      settings_access: false,
      finances_access: false,
    });
    expect(flagsOf(preset).filter((flag) => /phone|delete|excel|limited|users/.test(flag))).toEqual([]);
  });

  const withEffect = (effect: string) =>
    Object.values(permissionTree).flatMap((branch) =>
      Object.entries(branch as object).flatMap(([name, leaf]) => ((leaf as { effect?: string }).effect === effect ? [name] : [])),
    );

  it('show a viewer everything, and let them change nothing', () => {
    const flags: string[] = flagsOf(roles.free_readonly.preset);
    expect(flags).toEqual(expect.arrayContaining(withEffect('sees')));
    expect(flags.filter((flag) => withEffect('changes').includes(flag) || withEffect('restricts').includes(flag))).toEqual([]);
  });

  it('let a system manager see everything, and manage only the team, its users and the licence', () => {
    const flags: string[] = flagsOf(roles.free_readonly_admin.preset);
    expect(flags).toEqual(expect.arrayContaining(withEffect('sees')));
    expect(flags.filter((flag) => withEffect('changes').includes(flag)).toSorted()).toEqual(
      words(`billing_access create_users_access delete_users_access edit_users_access master_create master_delete master_edit
        settings_master_dismiss_access settings_positions_create settings_positions_delete settings_user_notifications_access`),
    );
    expect(roles.free_readonly_admin.preset.limited_users_access).toBe(true);
  });

  it('limit an administrator to the payments of today, and nobody else', () => {
    const limited = roleNames.filter((role) => roles[role].preset.finances_last_days_count === 0);
    expect(limited).toEqual(['administrator']);
    expect(roles.administrator.preset).toMatchObject({ finances_create_last_days_count: 0, finances_edit_last_days_count: 0 });
  });

  it('keep finance reports, payroll and settings from an administrator', () => {
    const { preset } = roles.administrator;
    const kept = /report|salary|payroll|options|invoicing|billing|security|users|excel/;
    expect(flagsOf(preset).filter((flag) => kept.test(flag))).toEqual([]);
    const settings = flagsOf(preset).filter((flag) => flag in permissionTree.settings);
    expect(settings).toEqual(['settings_positions_read', 'schedule_edit']);
    expect(preset).toMatchObject({
      create_records_access: true,
      clients_edit_access: true,
      records_finances_access: true,
      storages_create_transactions_sale_access: true,
      dash_reviews_access: true,
    });
  });

  it('give an accountant the books, and clients without contacts', () => {
    const { preset } = roles.accountant;
    expect(preset).toMatchObject({
      finances_delete_transactions_access: true,
      finances_payroll_calculation_create_access: true,
      finances_salary_access_master_checkbox: false,
      storages_turnover_report_access: true,
      storages_inventory_create_edit_access: false,
      stat_access: true,
      clients_access: true,
      clients_edit_access: false,
      clients_card_phone_access: false,
      timetable_access: false,
      web_push: false,
    });
  });

  it('keep the licence and security from a manager, and limit the rights given to others', () => {
    const lacking = Object.entries(roles.manager.preset).flatMap(([name, value]) => (value === false ? [name] : []));
    const unrestricted = lacking.filter((name) => !restrictions.includes(name as PermissionFlag));
    expect(unrestricted.every((name) => /security|billing|license|low_balance/.test(name))).toBe(true);
    expect(unrestricted).toHaveLength(11);
    expect(roles.manager.preset).toMatchObject({ limited_users_access: true, users_access: true, edit_users_access: true });
  });

  it('notify users who see the subject of the notification', () => {
    for (const role of roleNames) {
      const { preset } = roles[role];
      expect(preset.web_push, role).toBe(preset.timetable_access);
      expect(preset.notification_sms_low_balance, role).toBe(preset.billing_access);
    }
  });
});

describe('resolved permissions', () => {
  it('are those of the role, frozen and cached, without differences', () => {
    for (const role of roleNames) {
      expect(resolvePermissions(role)).toBe(resolvePermissions(role, {}));
      expect(resolvePermissions(role)).toBe(roles[role].preset);
      expect(Object.isFrozen(resolvePermissions(role))).toBe(true);
    }
  });

  it('change only by the stored differences', () => {
    const permissions = resolvePermissions('worker', { master_id: 12, clients_access: false, storages_ids: [3] });
    expect(permissions).toEqual({ ...roles.worker.preset, master_id: 12, clients_access: false, storages_ids: [3] });
    expect(Object.isFrozen(permissions)).toBe(true);
    expect(Object.isFrozen(permissions.storages_ids)).toBe(true);
  });

  it('prefer the declared name to its other spelling, in any order', () => {
    expect(resolvePermissions('worker', { clients_excel_access: true, excel_access: false }).clients_excel_access).toBe(true);
    expect(resolvePermissions('worker', { excel_access: false, clients_excel_access: true }).clients_excel_access).toBe(true);
  });

  it('are not changed by values of the wrong type or unknown names', () => {
    const wrong = {
      clients_delete_access: 'true',
      users_access: 1,
      settings_access: null,
      master_id: -1,
      position_id: '4',
      finances_last_days_count: -2,
      storages_last_days_count: 1.5,
      finances_accounts_ids: ['1'],
      storages_ids: 5,
      auth_list_allowed_ip: ['10.0.0.300'],
      nonsense: true,
      constructor: true,
    };
    expect(resolvePermissions('worker', wrong)).toBe(roles.worker.preset);
    expect(resolvePermissions('worker', JSON.parse('{"__proto__": {"users_access": true}}'))).toBe(roles.worker.preset);
  });

  it('always have the names of the preset and values of their kind', () => {
    fc.assert(
      fc.property(anyRole, anyOverrides, (role, overrides) => {
        const permissions = resolvePermissions(role, overrides);
        expect(Object.keys(permissions)).toEqual(Object.keys(roles[role].preset));
        for (const [name, value] of Object.entries(permissions)) expect(permissionValueError(name, value)).toBeUndefined();
      }),
    );
  });
});

describe('names and values', () => {
  it('know the declared names, and the twins by their declared name', () => {
    expect(isPermissionName('clients_access')).toBe(true);
    expect(isPermissionName('excel_access')).toBe(false);
    expect(isPermissionName('timetable')).toBe(false);
    expect(isPermissionName('toString')).toBe(false);
    expect(permissionName('excel_access')).toBe('clients_excel_access');
    expect(permissionName('client_phones_access')).toBe('clients_phones_access');
    expect(permissionName('clients_access')).toBe('clients_access');
    expect(permissionName('__proto__')).toBeUndefined();
    for (const { name } of places) expect(isPermissionName(name), name).toBe(true);
  });

  it('report the error of a value', () => {
    expect(permissionValueError('clients_access', true)).toBeUndefined();
    expect(permissionValueError('excel_access', false)).toBeUndefined();
    expect(permissionValueError('auth_list_allowed_ip', ['192.0.2.1', '2001:db8::1'])).toBeUndefined();
    expect(permissionValueError('clients_access', 'yes')).toBe('must be true or false');
    expect(permissionValueError('finances_last_days_count', -2)).toMatch(/days/);
    expect(permissionValueError('master_id', 2 ** 31)).toMatch(/id/);
    expect(permissionValueError('storages_ids', ['1'])).toMatch(/list/);
    expect(permissionValueError('nonsense', true)).toBe('is not a permission');
  });
});

describe('the deprecated access object', () => {
  it('is valid by its schema and agrees with the permissions', () => {
    for (const role of roleNames) {
      const permissions = resolvePermissions(role, { master_id: 5, excel_access: true });
      const access = deprecatedAccess(permissions);
      validAccess(access);
      expect(validAccess.errors, role).toBeNull();
      expect(access).toMatchObject({ master_id: 5, excel_access: true, client_phones_access: permissions.clients_phones_access });
    }
  });

  it('has exactly the published keys', () => {
    expect(Object.keys(deprecatedAccess(roles.owner.preset))).toEqual(
      words(`stat_access schedule_edit_access client_phones_access clients_access settings_access edit_records_access
        timetable_access billing_access users_access excel_access finances_access storages_access send_sms master_id`),
    );
  });
});
