import { describe, expect, it } from 'vitest';
import { allowedAccounts, allowedExpenses, allowedStorages, startOfDays } from './limits.ts';
import { type Permissions, resolvePermissions } from './permissions.ts';

const callerWith = (overrides: Record<string, unknown>) => {
  const permissions: Permissions = resolvePermissions('owner', overrides);
  return { can: (flag: keyof Permissions) => permissions[flag] === true, limit: (name: never) => permissions[name] } as never;
};

describe('the things that a user works with', () => {
  it.each([
    [{}, undefined],
    [{ storages_ids: [3, 5] }, [3, 5]],
    [{ storages_limited_access: true, storages_ids: [3] }, [3]],
    [{ storages_limited_access: true }, []],
  ])('are all without a list, those of the list, and none for an empty list: %j', (overrides, expected) => {
    expect(allowedStorages(callerWith(overrides))).toEqual(expected);
  });

  it('are accounts and payment items in the same way', () => {
    const limited = callerWith({ finances_accounts_limited_access: true, finances_expenses_ids: [7] });
    expect([allowedAccounts(limited), allowedExpenses(limited)]).toEqual([[], [7]]);
    expect([allowedAccounts(callerWith({})), allowedExpenses(callerWith({}))]).toEqual([undefined, undefined]);
  });
});

describe('a limit of days', () => {
  it('begins at midnight of the location, so many days before today', () => {
    const midnight = startOfDays(0, 'Asia/Tokyo') as Date;
    const time = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Tokyo', timeStyle: 'medium' }).format(midnight);
    expect(time).toBe('00:00:00');
    expect(midnight.getTime() - (startOfDays(3, 'Asia/Tokyo') as Date).getTime()).toBe(3 * 86_400_000);
    expect(startOfDays(-1, 'Asia/Tokyo')).toBeUndefined();
  });
});
