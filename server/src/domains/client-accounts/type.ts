import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { postgresError } from '../../platform/database.ts';
import { compare } from '../../platform/exact.ts';
import { isRounded, type Money, noMoney } from '../../platform/money.ts';
import { digitsOfChain, expectOfChain, locationsOfChain } from '../locations/of-chain.ts';
import { clientAccounts, clientAccountTypeLocations, clientAccountTypes } from './tables.ts';

/** The ids of the locations that work with a kind. Plain names: Drizzle drops the table from columns here. */
const locationIds = sql<number[]>`(
  select coalesce(json_agg(offered.location_id order by offered.location_id), '[]'::json) from client_account_type_locations offered
  where offered.chain_id = client_account_types.chain_id and offered.type_id = client_account_types.id)`;

const selectTypes = (db: Read) =>
  db
    .select({
      id: clientAccountTypes.id,
      chainId: clientAccountTypes.chainId,
      title: clientAccountTypes.title,
      creditLimit: clientAccountTypes.creditLimit,
      createdAt: clientAccountTypes.createdAt,
      locationIds: locationIds.as('location_ids'),
    })
    .from(clientAccountTypes);

/** A kind of client accounts with the locations that work with it. */
export type TypeRow = Awaited<ReturnType<typeof selectTypes>>[number];

/** The fields of a kind. An undefined field stays unchanged. */
export interface TypeFields {
  title?: string | undefined;
  /** How far below zero accounts may go. */
  creditLimit?: Money | undefined;
  locationIds?: readonly number[] | undefined;
}

const living = (chainId: number) => and(eq(clientAccountTypes.chainId, chainId), isNull(clientAccountTypes.deletedAt));

/** The kinds of client accounts of a chain, by id. */
export const listTypes = (db: Read, chainId: number): Promise<TypeRow[]> =>
  selectTypes(db).where(living(chainId)).orderBy(asc(clientAccountTypes.id));

/** The kinds that a location works with, by id. */
export const listTypesIn = (db: Read, location: { id: number; chainId: number }): Promise<TypeRow[]> =>
  selectTypes(db)
    .innerJoin(
      clientAccountTypeLocations,
      and(
        eq(clientAccountTypeLocations.chainId, clientAccountTypes.chainId),
        eq(clientAccountTypeLocations.typeId, clientAccountTypes.id),
        eq(clientAccountTypeLocations.locationId, location.id),
      ),
    )
    .where(living(location.chainId))
    .orderBy(asc(clientAccountTypes.id));

/** @throws Invalid for a field that breaks a rule, and for locations that the chain does not have */
async function expectFields(write: Write, chainId: number, { title, creditLimit, locationIds: ids }: TypeFields): Promise<void> {
  if (title?.trim() === '') throw new Invalid({ title: ['must not be empty'] });
  if (creditLimit !== undefined && compare(creditLimit, noMoney) < 0) {
    throw new Invalid({ creditLimit: ['must not be less than 0'] });
  }
  const places = await locationsOfChain(write, chainId);
  expectOfChain(places, ids);
  if (creditLimit !== undefined && !isRounded(creditLimit, digitsOfChain(places))) {
    throw new Invalid({ creditLimit: ['has more digits than the currencies of the chain'] });
  }
}

async function setLocations(write: Write, chainId: number, typeId: number, ids: readonly number[]): Promise<void> {
  const own = and(eq(clientAccountTypeLocations.chainId, chainId), eq(clientAccountTypeLocations.typeId, typeId));
  await write.delete(clientAccountTypeLocations).where(own);
  if (ids.length === 0) return;
  await write.insert(clientAccountTypeLocations).values([...new Set(ids)].map((locationId) => ({ chainId, typeId, locationId })));
}

async function readType(db: Read, chainId: number, id: number): Promise<TypeRow> {
  const [row] = await selectTypes(db).where(and(eq(clientAccountTypes.chainId, chainId), eq(clientAccountTypes.id, id)));
  return row as TypeRow;
}

/** Adds a kind of client accounts to a chain. @throws Invalid */
export async function createType(write: Write, chainId: number, fields: TypeFields & { title: string }): Promise<TypeRow> {
  await expectFields(write, chainId, fields);
  const { creditLimit } = fields;
  const [made] = await write
    .insert(clientAccountTypes)
    .values({ chainId, title: fields.title.trim(), ...(creditLimit === undefined ? {} : { creditLimit }) })
    .returning({ id: clientAccountTypes.id });
  const { id } = made as { id: number };
  await setLocations(write, chainId, id, fields.locationIds ?? []);
  return readType(write, chainId, id);
}

/** @throws NotFound */
async function lockType(write: Write, chainId: number, id: number) {
  const own = and(living(chainId), eq(clientAccountTypes.id, id));
  const [row] = await write.lock('client account type', write.select().from(clientAccountTypes).where(own));
  if (!row) throw new NotFound();
  return row;
}

/**
 * Changes a kind. A changed credit limit also holds for the accounts that exist.
 * @throws NotFound; Invalid, also if an account is further below zero than the new limit allows
 */
export async function updateType(write: Write, chainId: number, id: number, fields: TypeFields): Promise<TypeRow> {
  await expectFields(write, chainId, fields);
  const current = await lockType(write, chainId, id);
  const { creditLimit = current.creditLimit } = fields;
  await write
    .update(clientAccountTypes)
    .set({ title: fields.title?.trim() ?? current.title, creditLimit })
    .where(and(eq(clientAccountTypes.chainId, chainId), eq(clientAccountTypes.id, id)));
  if (compare(creditLimit, current.creditLimit) !== 0) await limitAccounts(write, chainId, id, creditLimit);
  if (fields.locationIds) await setLocations(write, chainId, id, fields.locationIds);
  return readType(write, chainId, id);
}

async function limitAccounts(write: Write, chainId: number, typeId: number, creditLimit: Money): Promise<void> {
  const ofType = and(eq(clientAccounts.chainId, chainId), eq(clientAccounts.typeId, typeId));
  const accounts = write.select({ id: clientAccounts.id }).from(clientAccounts).where(ofType).orderBy(asc(clientAccounts.id));
  await write.lock('client account', accounts);
  try {
    await write.update(clientAccounts).set({ creditLimit }).where(ofType);
  } catch (error) {
    if (postgresError(error)?.constraint !== 'client_accounts_balance_limit') throw error;
    throw new Invalid({ creditLimit: ['is less than clients have used already'] });
  }
}

/** Deletes a kind. Its accounts stay, and no new ones are opened. @throws NotFound */
export async function deleteType(write: Write, chainId: number, id: number): Promise<void> {
  await lockType(write, chainId, id);
  await write
    .update(clientAccountTypes)
    .set({ deletedAt: new Date() })
    .where(and(eq(clientAccountTypes.chainId, chainId), inArray(clientAccountTypes.id, [id])));
}

/**
 * The kind with which a location opens an account. It stays locked, so that its limit does not change meanwhile.
 * @returns undefined if the location does not work with it
 */
export async function typeFor(write: Write, location: { id: number; chainId: number }, id: number) {
  const offered = write
    .select({ id: clientAccountTypeLocations.typeId })
    .from(clientAccountTypeLocations)
    .where(and(eq(clientAccountTypeLocations.chainId, location.chainId), eq(clientAccountTypeLocations.locationId, location.id)));
  const own = and(living(location.chainId), eq(clientAccountTypes.id, id), inArray(clientAccountTypes.id, offered));
  const [row] = await write.lock('client account type', write.select().from(clientAccountTypes).where(own), 'share');
  return row;
}
