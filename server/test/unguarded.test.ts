import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { roles } from '../src/domains/access/permissions.ts';
import { builtOperations } from './every-operation.ts';
import { masked, rights } from './rights-table.ts';
import { unguarded } from './unguarded.ts';

const root = new URL('../src/', import.meta.url);

/** Files that declare and describe permissions. They do not use them. */
const declares = ['permissions.ts', 'permission-slugs.ts', 'more-rights.ts', 'limits.ts'].map((name) => `domains/access/${name}`);

/** Which permissions each of these functions asks for. */
const asksFor = {
  allowedStorages: ['storages_ids', 'storages_limited_access'],
  allowedAccounts: ['finances_accounts_ids', 'finances_accounts_limited_access'],
  allowedExpenses: ['finances_expenses_ids'],
};

/**
 * The text of the rules and handlers. Left out are the demo and the users of chains, because rights in chains share names with permissions, and
 * declared access.
 */
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter(
    (path) => /\.ts$/.test(path) && !/\.test\.ts$/.test(path) && !/^demo|chain-users/.test(path) && !declares.includes(path),
  )
  .map((path) => readFileSync(new URL(path, root), 'utf8').replace(/access: \w+\([^)]*\)/g, ''))
  .join('\n');

function isAskedFor(name: string): boolean {
  if (builtOperations.some(({ operation }) => operation.access.flag === name)) return true;
  if (new RegExp(`'${name}'|(permissions|rights)\\.${name}\\b`).test(sources)) return true;
  return Object.entries(asksFor).some(([asking, names]) => names.includes(name) && sources.includes(`${asking}(`));
}

test('the list of permissions that guard nothing is exact', () => {
  const idle = Object.keys(roles.owner.preset).filter((name) => !isAskedFor(name));
  expect(Object.values(unguarded).flat().toSorted()).toEqual(idle.toSorted());
});

test('no permission in the tables of rights is listed as guarding nothing', () => {
  const guarding = [
    ...Object.values(rights).flatMap(({ flags, oneOf = [] }) => [...flags, ...oneOf]),
    ...Object.values(masked).flatMap((operations) => Object.values(operations)),
  ];
  expect(guarding.filter((name) => Object.values(unguarded).flat().includes(name))).toEqual([]);
});
