import { and, desc, eq, getTableColumns, gte, lte, type SQL, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { compare } from '../../platform/exact.ts';
import { type Money, noMoney } from '../../platform/money.ts';
import { lockClients } from '../clients/locked.ts';
import { clients } from '../clients/tables.ts';
import { expectCurrencyDigits } from '../locations/amount.ts';
import { locations } from '../locations/tables.ts';
import { isOfferedIn, isOwnedBy } from './account.ts';
import { clientAccounts, clientAccountTransactions, clientAccountTypes } from './tables.ts';
import { typeFor } from './type.ts';

const selectAccounts = (db: Read) =>
  db
    .select({
      id: clientAccounts.id,
      chainId: clientAccounts.chainId,
      initialBalance: clientAccounts.initialBalance,
      balance: clientAccounts.balance,
      reserved: clientAccounts.reserved,
      isBlocked: clientAccounts.isBlocked,
      createdAt: clientAccounts.createdAt,
      type: {
        id: clientAccountTypes.id,
        title: clientAccountTypes.title,
        createdAt: clientAccountTypes.createdAt,
        deletedAt: clientAccountTypes.deletedAt,
      },
      client: { id: clients.id, name: clients.name, phone: clients.phone },
      /** The location that opened it. */
      locationId: clientAccounts.locationId,
      timeZone: locations.timeZone,
    })
    .from(clientAccounts)
    .innerJoin(locations, eq(locations.id, clientAccounts.locationId))
    .innerJoin(
      clientAccountTypes,
      and(eq(clientAccountTypes.chainId, clientAccounts.chainId), eq(clientAccountTypes.id, clientAccounts.typeId)),
    )
    .leftJoin(clients, and(eq(clients.locationId, clientAccounts.locationId), eq(clients.id, clientAccounts.clientId)));

/** A client account with its kind, and with the card of the client in the location that opened it. */
export type ClientAccountRow = Awaited<ReturnType<typeof selectAccounts>>[number];

type Place = Pick<Location, 'id' | 'chainId' | 'currency'>;

/** The accounts of a client that a location works with, by id. Those from other locations of the chain are found by the phone number. */
export const accountsOfClient = (
  db: Read,
  location: Pick<Place, 'id' | 'chainId'>,
  clientId: number,
): Promise<ClientAccountRow[]> =>
  selectAccounts(db)
    .where(
      and(
        eq(clientAccounts.chainId, location.chainId),
        isOwnedBy({ locationId: location.id, clientId }),
        isOfferedIn(db, location.id),
      ),
    )
    .orderBy(clientAccounts.id);

/** The accounts of a client in the chain of a location, by id. */
export const chainAccountsOfClient = (
  db: Read,
  location: Pick<Place, 'id' | 'chainId'>,
  clientId: number,
): Promise<ClientAccountRow[]> =>
  selectAccounts(db)
    .where(and(eq(clientAccounts.chainId, location.chainId), isOwnedBy({ locationId: location.id, clientId })))
    .orderBy(clientAccounts.id);

/**
 * The balances of the accounts that a location works with, by client, without clients who have none. Takes one statement, and every branch
 * reads an index. The accounts are those of `accountsOfClient`.
 */
export async function balancesOfClients(
  db: Read,
  location: Pick<Place, 'id' | 'chainId'>,
  clientIds: readonly number[],
): Promise<Map<number, Money>> {
  const rows = await rowsOf<{ id: number; balance: Money }>(
    db,
    sql`
    with cards as (
      select id, phone from clients where location_id = ${location.id} and id = any(${sql.param([...clientIds])}::int[])),
    owned as (
      select cards.id as card, opened.id
      from cards
      join client_accounts opened on opened.location_id = ${location.id} and opened.client_id = cards.id
      union
      select cards.id, opened.id
      from cards
      join locations on locations.chain_id = ${location.chainId}
      join clients opener on opener.location_id = locations.id and opener.phone = cards.phone
      join client_accounts opened on opened.location_id = opener.location_id and opened.client_id = opener.id
      union
      select cards.id, opened.id
      from cards
      join client_accounts opened on opened.chain_id = ${location.chainId} and opened.phone = cards.phone
      left join clients opener on opener.location_id = opened.location_id and opener.id = opened.client_id
      where opener.phone is null)
    select owned.card as id, sum(accounts.balance)::text as balance
    from owned
    join client_accounts accounts on accounts.chain_id = ${location.chainId} and accounts.id = owned.id
    join client_account_type_locations offered on offered.chain_id = accounts.chain_id and offered.type_id = accounts.type_id
      and offered.location_id = ${location.id}
    group by owned.card`,
  );
  return new Map(rows.map(({ id, balance }) => [id, balance]));
}

/**
 * The accounts of a chain, highest balance first.
 * @param page the rows to skip and to return
 */
export async function accountsOfChain(
  db: Read,
  chainId: number,
  { minBalance, maxBalance }: { minBalance?: Money | undefined; maxBalance?: Money | undefined },
  page: { offset: number; limit: number },
): Promise<{ rows: ClientAccountRow[]; total: number }> {
  const wanted = and(
    eq(clientAccounts.chainId, chainId),
    minBalance && gte(clientAccounts.balance, minBalance),
    maxBalance && lte(clientAccounts.balance, maxBalance),
  );
  const rows = await selectAccounts(db)
    .where(wanted)
    .orderBy(desc(clientAccounts.balance), desc(clientAccounts.id))
    .limit(page.limit)
    .offset(page.offset);
  if (page.offset === 0 && rows.length < page.limit) return { rows, total: rows.length };
  return { rows, total: await db.$count(clientAccounts, wanted) };
}

/** The accounts of a chain whose client has a phone number, by id. @param phone E.164 */
export const accountsByPhone = (db: Read, chainId: number, phone: string): Promise<ClientAccountRow[]> =>
  selectAccounts(db)
    .where(and(eq(clientAccounts.chainId, chainId), hasPhone(chainId, phone)))
    .orderBy(clientAccounts.id);

/** The number is that of the client's card, or the stored one if the card was deleted. Both conditions read an index. */
const hasPhone = (chainId: number, phone: string): SQL => sql`(
  (${clientAccounts.locationId}, ${clientAccounts.clientId}) in (
    select card.location_id, card.id from ${clients} card
    where card.phone = ${phone} and card.location_id in (select id from locations where chain_id = ${chainId}))
  or (${clientAccounts.clientId} is null and ${clientAccounts.phone} = ${phone}))`;

/** @param where further conditions, such as that the location works with its kind @throws NotFound */
export async function getAccount(db: Read, chainId: number, id: number, where?: SQL): Promise<ClientAccountRow> {
  const own = and(eq(clientAccounts.chainId, chainId), eq(clientAccounts.id, id), where);
  const [row] = await selectAccounts(db).where(own);
  if (!row) throw new NotFound();
  return row;
}

/**
 * Opens an account for a client of the location.
 * @param fields.initialBalance what the client had already; no money moves
 * @throws Invalid
 */
export async function openAccount(
  write: Write,
  location: Place,
  { clientId, typeId, initialBalance = noMoney }: { clientId: number; typeId: number; initialBalance?: Money | undefined },
): Promise<ClientAccountRow> {
  if (compare(initialBalance, noMoney) < 0) throw new Invalid({ initialBalance: ['must not be less than 0'] });
  expectCurrencyDigits(location, { initialBalance });
  if (!(await lockClients(write, location.id, [clientId])).has(clientId)) throw new Invalid({ clientId: ['is unknown'] });
  const type = await typeFor(write, location, typeId);
  if (!type) throw new Invalid({ typeId: ['is unknown'] });
  const [client] = await write
    .select({ phone: clients.phone })
    .from(clients)
    .where(and(eq(clients.locationId, location.id), eq(clients.id, clientId)));
  const { chainId } = location;
  const [made] = await write
    .insert(clientAccounts)
    .values({
      chainId,
      typeId,
      locationId: location.id,
      clientId,
      phone: client?.phone ?? null,
      initialBalance,
      balance: initialBalance,
      creditLimit: type.creditLimit,
    })
    .returning({ id: clientAccounts.id });
  return getAccount(write, chainId, (made as { id: number }).id);
}

/** A blocked account takes no money and pays nothing. @throws NotFound if the location does not work with it */
export async function blockAccount(
  write: Write,
  location: Pick<Place, 'id' | 'chainId'>,
  id: number,
  isBlocked: boolean,
): Promise<ClientAccountRow> {
  const own = and(eq(clientAccounts.chainId, location.chainId), eq(clientAccounts.id, id), isOfferedIn(write, location.id));
  const [row] = await write.lock('client account', write.select({ id: clientAccounts.id }).from(clientAccounts).where(own));
  if (!row) throw new NotFound();
  await write
    .update(clientAccounts)
    .set({ isBlocked })
    .where(and(eq(clientAccounts.chainId, location.chainId), eq(clientAccounts.id, id)));
  return getAccount(write, location.chainId, id);
}

const selectHistory = (db: Read) =>
  db
    .select({ ...getTableColumns(clientAccountTransactions), timeZone: locations.timeZone })
    .from(clientAccountTransactions)
    .innerJoin(locations, eq(locations.id, clientAccountTransactions.locationId));

/** A top-up or a payment, with the time zone of its location. */
export type AccountTransactionRow = Awaited<ReturnType<typeof selectHistory>>[number];

/** All top-ups and payments of an account, newest first, deleted ones too. */
export const historyOf = (db: Read, chainId: number, accountId: number): Promise<AccountTransactionRow[]> =>
  selectHistory(db)
    .where(and(eq(clientAccountTransactions.chainId, chainId), eq(clientAccountTransactions.accountId, accountId)))
    .orderBy(desc(clientAccountTransactions.id));

/** @throws NotFound */
export async function getAccountTransaction(db: Read, chainId: number, id: number): Promise<AccountTransactionRow> {
  const own = and(eq(clientAccountTransactions.chainId, chainId), eq(clientAccountTransactions.id, id));
  const [row] = await selectHistory(db).where(own);
  if (!row) throw new NotFound();
  return row;
}
