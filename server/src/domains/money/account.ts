import { and, asc, eq, inArray, isNotNull, isNull, ne, type SQL, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { type FieldErrors, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { prepared } from '../../platform/database.ts';
import { isZero } from '../../platform/exact.ts';
import { isRounded, type Money, type Percent } from '../../platform/money.ts';
import { expectCurrencyDigits } from '../locations/amount.ts';
import { accounts } from './tables.ts';

/** The accounts of a new location. Source: the published notes. */
export async function openAccounts(write: Write, locationId: number): Promise<void> {
  await write.insert(accounts).values([
    { locationId, title: 'Main', isCash: true, isDefault: true, weight: 1 },
    { locationId, title: 'Card payment account', isCash: false, isDefault: true, weight: 2 },
  ]);
}

export type AccountRow = typeof accounts.$inferSelect;

/** The fields of an account. An undefined field stays unchanged. */
export interface AccountFields {
  title?: string | undefined;
  comment?: string | undefined;
  isDefault?: boolean | undefined;
  openingBalance?: Money | undefined;
  /** Only of accounts without cash. */
  acquiringFee?: Percent | undefined;
  weight?: number | undefined;
}

const ofLocation = (locationId: number, allowed: readonly number[] | undefined) =>
  and(eq(accounts.locationId, locationId), allowed && inArray(accounts.id, [...allowed]));

const selectAccounts = (name: string, isListed: SQL) =>
  prepared((db) =>
    db
      .select()
      .from(accounts)
      .where(and(eq(accounts.locationId, sql.placeholder('location')), isListed))
      .orderBy(asc(accounts.weight), asc(accounts.id))
      .prepare(name),
  );
const livingAccounts = selectAccounts('accounts', isNull(accounts.archivedAt));
const archivedAccounts = selectAccounts('archived_accounts', isNotNull(accounts.archivedAt));

/**
 * The accounts of a location by weight, lowest first.
 * @param allowed the accounts that the user works with; undefined for all
 */
export async function listAccounts(
  db: Read,
  locationId: number,
  { allowed, isArchived = false }: { allowed: readonly number[] | undefined; isArchived?: boolean },
): Promise<AccountRow[]> {
  const rows = await (isArchived ? archivedAccounts : livingAccounts)(db).execute({ location: locationId });
  return allowed ? rows.filter(({ id }) => allowed.includes(id)) : rows;
}

/** Locks accounts until the transaction ends, in the order of their ids, because their totals will change. @returns those that exist */
export async function lockAccounts(write: Write, locationId: number, ids?: readonly number[]): Promise<Map<number, AccountRow>> {
  const wanted = ofLocation(locationId, ids && [...new Set(ids)]);
  const rows = await write.lock('account', write.select().from(accounts).where(wanted).orderBy(asc(accounts.id)));
  return new Map(rows.map((row) => [row.id, row]));
}

/** @throws Invalid */
function expectFields(location: Pick<Location, 'currency'>, isCash: boolean, fields: AccountFields): void {
  const { title, openingBalance, acquiringFee } = fields;
  const errors: FieldErrors = {};
  if (title?.trim() === '') errors.title = ['must not be empty'];
  if (acquiringFee !== undefined && !isRounded(acquiringFee, 3)) {
    errors.acquiringFee = ['must have at most 3 digits after the point'];
  } else if (isCash && acquiringFee !== undefined && !isZero(acquiringFee)) {
    errors.acquiringFee = ['must be 0, because cash has no fee'];
  }
  if (Object.keys(errors).length > 0) throw new Invalid(errors);
  expectCurrencyDigits(location, { openingBalance });
}

const trimmed = ({ title, comment, ...fields }: AccountFields) => ({
  ...fields,
  ...(title === undefined ? {} : { title: title.trim() }),
  ...(comment === undefined ? {} : { comment: comment.trim() }),
});

/** Of the accounts of a kind, at most one is the default. Locks all accounts, so that two requests do not choose two. */
async function unsetDefault(write: Write, locationId: number, isCash: boolean, except?: number): Promise<void> {
  await write
    .update(accounts)
    .set({ isDefault: false })
    .where(
      and(
        eq(accounts.locationId, locationId),
        eq(accounts.isCash, isCash),
        eq(accounts.isDefault, true),
        except === undefined ? undefined : ne(accounts.id, except),
      ),
    );
}

/** Opens an account. A default one takes the place of the former default of its kind. @throws Invalid */
export async function createAccount(
  write: Write,
  location: Pick<Location, 'id' | 'currency'>,
  fields: AccountFields & { title: string; isCash: boolean },
): Promise<AccountRow> {
  const { isCash, ...rest } = fields;
  expectFields(location, isCash, rest);
  await lockAccounts(write, location.id);
  if (fields.isDefault) await unsetDefault(write, location.id, isCash);
  const title = fields.title.trim();
  const [row] = await write
    .insert(accounts)
    .values({ ...trimmed(rest), title, isCash, locationId: location.id })
    .returning();
  return row as AccountRow;
}

/** @param allowed the accounts that the user works with @throws NotFound */
async function lockAccount(
  write: Write,
  locationId: number,
  id: number,
  allowed: readonly number[] | undefined,
): Promise<AccountRow> {
  const account = (await lockAccounts(write, locationId)).get(id);
  if (!account || !(allowed?.includes(id) ?? true)) throw new NotFound();
  return account;
}

const own = (locationId: number, id: number) => and(eq(accounts.locationId, locationId), eq(accounts.id, id));

/**
 * Changes an account, also an archived one. Whether it is in cash stays as it is, because its history depends on that.
 * @throws NotFound, Invalid
 */
export async function updateAccount(
  write: Write,
  location: Pick<Location, 'id' | 'currency'>,
  id: number,
  fields: AccountFields,
  allowed?: readonly number[],
): Promise<AccountRow> {
  const account = await lockAccount(write, location.id, id, allowed);
  expectFields(location, account.isCash, fields);
  if (fields.isDefault && account.archivedAt) throw new Invalid({ isDefault: ['must be false for an archived account'] });
  if (fields.isDefault) await unsetDefault(write, location.id, account.isCash, id);
  const changed = { ...account, ...defined(trimmed(fields)) };
  const { locationId: _location, id: _id, ...columns } = changed;
  await write.update(accounts).set(columns).where(own(location.id, id));
  return changed;
}

const defined = (fields: AccountFields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<AccountRow>;

/**
 * Archives an account, or restores it. An archived account keeps its history and takes no new money. It is not the default of its kind.
 * @throws NotFound
 */
export async function archiveAccount(
  write: Write,
  locationId: number,
  id: number,
  isArchived: boolean,
  allowed?: readonly number[],
): Promise<AccountRow> {
  const account = await lockAccount(write, locationId, id, allowed);
  if ((account.archivedAt !== null) === isArchived) return account;
  const columns = isArchived ? { archivedAt: new Date(), isDefault: false } : { archivedAt: null };
  await write.update(accounts).set(columns).where(own(locationId, id));
  return { ...account, ...columns };
}
