import { type PermissionName, type Permissions, permissionInfo, permissionNames } from './permissions.ts';

/** The flag that opens a group of permissions. Without it, the limits of the group give nothing. */
export const openedBy = {
  timetable: 'timetable_access',
  record_form: 'record_form_access',
  finances: 'finances_access',
  clients: 'clients_access',
  dashboard: 'dashboard_access',
  loyalty: 'loyalty_access',
  storages: 'storages_access',
  settings: 'settings_access',
  security: 'security_access',
  comers: 'comers_access',
  online_record: 'online_record_access',
} as const satisfies Record<string, PermissionName>;

/** Lists of ids that a flag makes a limit even if they are empty. */
const limitedBy = {
  finances_accounts_ids: 'finances_accounts_limited_access',
  storages_ids: 'storages_limited_access',
} as const;
type LimitedList = keyof typeof limitedBy;
const isLimitedList = (name: PermissionName): name is LimitedList => name in limitedBy;

/** The ids that a list allows; undefined for all. */
function allowedBy(permissions: Permissions, name: PermissionName): readonly number[] | undefined {
  const ids = permissions[name] as readonly number[];
  return ids.length > 0 || (isLimitedList(name) && permissions[limitedBy[name]]) ? ids : undefined;
}

const managesUsers = ({ create_users_access, edit_users_access, delete_users_access }: Permissions): boolean =>
  create_users_access || edit_users_access || delete_users_access;

/** Whether a restriction or a limit of one permission leaves more than that of another user. */
function isWider(name: PermissionName, given: Permissions, own: Permissions): boolean {
  const { kind } = permissionInfo(name);
  if (kind === 'days') {
    const [days, ownDays] = [given[name] as number, own[name] as number];
    return ownDays >= 0 && (days < 0 || days > ownDays);
  }
  if (kind === 'id') return own[name] !== 0 && given[name] !== own[name];
  if (kind === 'ids') {
    const [ids, ownIds] = [allowedBy(given, name), allowedBy(own, name)];
    return ownIds !== undefined && (ids === undefined || ids.some((id) => !ownIds.includes(id)));
  }
  if (name === 'limited_users_access') return own[name] && !given[name] && managesUsers(given);
  // These two are part of the lists.
  if (Object.values<PermissionName>(limitedBy).includes(name)) return false;
  return own[name] === true && given[name] === false;
}

/**
 * The permissions in which one user may do more than another. A limit counts only where the group of permissions is open to the first user.
 * Notifications give no rights, and the addresses that a user may work from are not compared.
 */
export function moreThan(given: Permissions, own: Permissions): PermissionName[] {
  return permissionNames.filter((name) => {
    const { kind, effect, group } = permissionInfo(name);
    if (kind === 'addresses' || effect === 'notifies' || name === 'auth_enable_check_ip') return false;
    if (effect === 'sees' || effect === 'changes') return given[name] === true && own[name] !== true;
    const opener = openedBy[group as keyof typeof openedBy] as PermissionName | undefined;
    return (opener === undefined || given[opener] === true) && isWider(name, given, own);
  });
}
