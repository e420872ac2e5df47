import type { Flag, Limit, Limited } from '../../../api/access.ts';
import { Forbidden } from '../../../api/errors.ts';
import { type OutboxResource, outboxResources } from '../tables.ts';

/** What a user must see to read every change of a resource, with all of its fields. */
interface Reader {
  flags: readonly Flag[];
  /** Limits that hide things of this kind, or parts of them. The user must have none of them. */
  limits: readonly Limit[];
}

const calendars = ['master_id', 'position_id', 'last_days_count'] as const satisfies readonly Limit[];

/** The contact details and values of a client, as cards and appointments have them. */
const personal = [
  'clients_phones_email_access',
  'clients_surname_middle_name_access',
  'clients_card_comment_access',
  'custom_fields_client_values_read_access',
] as const satisfies readonly Flag[];

const anyMember: Reader = { flags: [], limits: [] };

const line: Reader = {
  flags: [
    'storages_transactions_access',
    'storages_inventory_access',
    'storages_goods_prime_cost_view_access',
    'record_form_access',
    'records_goods_access',
    'clients_phones_access',
    'clients_phones_email_access',
    'clients_surname_middle_name_access',
  ],
  limits: ['storages_ids', 'storages_transactions_types', 'storages_last_days_count', 'clients_visit_master_id', ...calendars],
};

/** The rights of the operations that read each resource. Restrictions to listed storages and accounts are below. */
const readers: Record<OutboxResource, Reader> = {
  record: {
    flags: [
      'record_form_access',
      'record_form_client_access',
      'timetable_phones_access',
      'custom_fields_record_values_read_access',
      'records_goods_access',
      ...personal,
    ],
    limits: ['clients_visit_master_id', ...calendars],
  },
  client: { flags: ['clients_access', 'clients_card_phone_access', ...personal], limits: ['clients_visit_master_id'] },
  // Partners read it too.
  salon: anyMember,
  loyalty_card: { flags: ['clients_access', 'clients_card_phone_access'], limits: ['clients_visit_master_id'] },
  service: anyMember,
  service_category: anyMember,
  staff: anyMember,
  schedule: { flags: ['timetable_access'], limits: ['master_id', 'position_id'] },
  finances_operation: {
    flags: [
      'finances_access',
      'finances_transactions_access',
      'finances_accounts_banalce_access',
      'clients_phones_access',
      'clients_phones_email_access',
      'clients_surname_middle_name_access',
    ],
    limits: ['finances_accounts_ids', 'finances_expenses_ids', 'finances_last_days_count', 'clients_visit_master_id'],
  },
  good: { flags: ['storages_access', 'storages_goods_prime_cost_view_access'], limits: ['storages_ids'] },
  goods_operations_sale: line,
  goods_operations_receipt: line,
  goods_operations_consumable: line,
  goods_operations_stolen: line,
  goods_operations_move: line,
};

/** With these, the lists of ids limit the user even if they are empty. */
const restrictions = {
  storages_ids: 'storages_limited_access',
  finances_accounts_ids: 'finances_accounts_limited_access',
} as const satisfies { [Name in Limit]?: Flag };

interface Caller extends Limited {
  can(flag: Flag): boolean;
}

function isLimited({ can, limit }: Caller, name: Limit): boolean {
  const value = limit(name);
  const restriction = (restrictions as Partial<Record<Limit, Flag>>)[name];
  if (restriction && can(restriction)) return true;
  return Array.isArray(value) ? value.length > 0 : name.endsWith('_days_count') ? Number(value) >= 0 : value !== 0;
}

const mayRead = (caller: Caller, resource: OutboxResource): boolean => {
  const { flags, limits } = readers[resource];
  return flags.every((flag) => caller.can(flag)) && !limits.some((name) => isLimited(caller, name));
};

/**
 * Changes are recorded whole, so a user reads those of a resource only without limits and with the rights to all of its fields. Leaving the
 * others out would be a feed with gaps.
 * @throws Forbidden that names the resources which the user may not read
 */
export function expectReader(caller: Caller, resources: readonly OutboxResource[] = outboxResources): void {
  const refused = resources.filter((resource) => !mayRead(caller, resource));
  if (refused.length === 0) return;
  throw new Forbidden(
    `You may not see all of these: ${refused.join(', ')}. Ask for changes of other resources, or for rights without limits.`,
  );
}
