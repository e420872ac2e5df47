import { and, asc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import type { Money } from '../../platform/money.ts';
import { batches } from '../../platform/pause.ts';
import { clients } from '../clients/tables.ts';
import { openBalances } from '../ledger/ledger.ts';
import { locations } from '../locations/tables.ts';
import { listCardTypesIn } from './card-type.ts';
import { tellOwners } from './notice.ts';
import { loyaltyCards, loyaltyCardTypeLocations } from './tables.ts';

/** A card with its balance, and with what its owner has bought, paid and visited before. */
export interface CardRow {
  id: number;
  chainId: number;
  chainTitle: string;
  typeId: number;
  typeTitle: string;
  /** The location that issued it. */
  locationId: number;
  clientId: number | null;
  phone: string | null;
  number: string;
  balanceId: number;
  balance: Money;
  paid: Money;
  sold: Money;
  visits: number;
}

declare module '../../api/write.ts' {
  interface ChangeKinds {
    'loyalty card': CardRow;
  }
}

/** The counters are those of all clients of the chain with the phone number, or of those where the type works. */
const selectCards = (db: Read, where: SQL): Promise<CardRow[]> =>
  rowsOf<CardRow>(
    db,
    sql`
    select cards.id, cards.chain_id as "chainId", chains.title as "chainTitle", cards.type_id as "typeId", types.title as "typeTitle",
      cards.location_id as "locationId", cards.client_id as "clientId", cards.phone, cards.number, cards.balance_id as "balanceId",
      balances.amount::text as balance, coalesce(history.paid, 0)::text as paid, coalesce(history.sold, 0)::text as sold,
      coalesce(history.visits, 0)::int as visits
    from loyalty_cards cards
    join loyalty_card_types types on types.chain_id = cards.chain_id and types.id = cards.type_id
    join balances on balances.chain_id = cards.chain_id and balances.id = cards.balance_id
    join chains on chains.id = cards.chain_id
    left join lateral (
      select sum(known.paid) as paid, sum(known.spent) as sold, sum(known.visits) as visits
      from locations places
      join clients known on known.location_id = places.id and known.phone = cards.phone
      where places.chain_id = cards.chain_id and places.deleted_at is null and (types.history = 'chain' or exists (
        select 1 from loyalty_card_type_locations attached
        where attached.chain_id = types.chain_id and attached.type_id = types.id and attached.location_id = places.id))
    ) history on true
    where ${where}
    order by cards.id`,
  );

const worksIn = (locationId: number) => sql`exists (
  select 1 from loyalty_card_type_locations attached
  where attached.chain_id = cards.chain_id and attached.type_id = cards.type_id and attached.location_id = ${locationId})`;

/** The cards of a phone number, by id. @param locationId of one of the chain: only the cards that work there */
export const cardsOfPhone = (db: Read, chainId: number, phone: string, locationId?: number): Promise<CardRow[]> =>
  selectCards(
    db,
    sql`cards.chain_id = ${chainId} and cards.phone = ${phone} and cards.deleted_at is null
      ${locationId === undefined ? sql`` : sql`and ${worksIn(locationId)}`}`,
  );

/** The cards of phone numbers that work in a location, by id. */
export const cardsOfPhones = (db: Read, chainId: number, phones: readonly string[], locationId: number): Promise<CardRow[]> =>
  selectCards(
    db,
    sql`cards.chain_id = ${chainId} and cards.phone = any(${sql.param([...phones])}::text[]) and cards.deleted_at is null
      and ${worksIn(locationId)}`,
  );

/** The balances of all cards of clients of a location. */
export async function balancesOfClients(
  db: Read,
  { id, chainId }: Pick<Location, 'id' | 'chainId'>,
  clientIds: readonly (number | null | undefined)[],
): Promise<number[]> {
  const wanted = [...new Set(clientIds.filter((client) => client != null))];
  if (wanted.length === 0) return [];
  const rows = await db
    .select({ id: loyaltyCards.balanceId })
    .from(clients)
    .innerJoin(
      loyaltyCards,
      and(eq(loyaltyCards.chainId, chainId), eq(loyaltyCards.phone, clients.phone), isNull(loyaltyCards.deletedAt)),
    )
    .where(and(eq(clients.locationId, id), inArray(clients.id, wanted)));
  return rows.map((row) => row.id);
}

/** @param locationId as of `cardsOfPhone` @throws NotFound */
export async function getCard(db: Read, chainId: number, id: number, locationId?: number): Promise<CardRow> {
  const [row] = await selectCards(
    db,
    sql`cards.chain_id = ${chainId} and cards.id = ${id} and cards.deleted_at is null
      ${locationId === undefined ? sql`` : sql`and ${worksIn(locationId)}`}`,
  );
  if (!row) throw new NotFound();
  return row;
}

/** Cards that a location has issued, by id, also deleted ones. */
export const issuedCards = (db: Read, locationId: number, ids: readonly number[]): Promise<CardRow[]> =>
  selectCards(
    db,
    sql`cards.id = any(${sql.param([...ids])}::int[]) and cards.location_id = ${locationId}
      and cards.chain_id = (select chain_id from locations where id = ${locationId})`,
  );

/** Cards of a chain by id, also deleted ones. */
export const cardsById = (db: Read, chainId: number, ids: readonly number[]): Promise<CardRow[]> =>
  selectCards(db, sql`cards.chain_id = ${chainId} and cards.id = any(${sql.param([...ids])}::int[])`);

/** The client of a location with a phone number. @returns null if there is none */
export async function clientWithPhone(db: Read, locationId: number, phone: string): Promise<number | null> {
  const own = and(eq(clients.locationId, locationId), eq(clients.phone, phone));
  const [row] = await db.select({ id: clients.id }).from(clients).where(own);
  return row?.id ?? null;
}

interface NewCard {
  typeId: number;
  locationId: number;
  clientId: number | null;
  phone: string;
  /** Left out for a generated one. */
  number?: string | undefined;
}

/** The number of a card without one. Source: recorded cards. */
export const generatedNumber = (chainId: number, id: number): string =>
  `${String(chainId).padStart(8, '0')}${String(id).padStart(8, '0')}`;

/**
 * Adds cards with a balance of 0. Those whose number is taken, and those of a type of which the phone number has a card, are left out.
 * @returns the cards that were added, by id
 */
async function addCards(write: Write, chainId: number, cards: readonly NewCard[]): Promise<{ id: number; locationId: number }[]> {
  if (cards.length === 0) return [];
  const ids = await rowsOf<{ id: number }>(
    write,
    sql`select nextval('loyalty_cards_id_seq')::int as id from generate_series(1, ${cards.length})`,
  );
  const balanceIds = await openBalances(
    write,
    chainId,
    cards.map(() => 'points'),
  );
  const made = await write
    .insert(loyaltyCards)
    .values(
      cards.map(({ number, ...card }, index) => {
        const { id } = ids[index] as { id: number };
        return { ...card, id, chainId, balanceId: balanceIds[index] as number, number: number ?? generatedNumber(chainId, id) };
      }),
    )
    .onConflictDoNothing()
    .returning({ id: loyaltyCards.id, locationId: loyaltyCards.locationId });
  const sorted = made.toSorted((one, other) => one.id - other.id);
  write.made(
    'loyalty card',
    sorted.map(({ id }) => id),
  );
  for (const { id, locationId } of sorted) write.changed('loyalty card', locationId, id, 'create');
  await tellOwners(
    write,
    chainId,
    sorted.map(({ id }) => ({ kind: 'loyalty_card_created', cardId: id })),
  );
  return sorted;
}

/**
 * Issues a card of a type that works in the location.
 * @param card `number`: left out or empty for a generated one
 * @throws Invalid for a type that does not work here, a number that is taken, and a phone number that has a card of the type
 */
export async function issueCard(
  write: Write,
  location: Pick<Location, 'id' | 'chainId'>,
  { typeId, phone, number = '' }: { typeId: number; phone: string; number?: string | undefined },
): Promise<CardRow> {
  const types = await listCardTypesIn(write, location);
  if (!types.some(({ id }) => id === typeId)) throw new Invalid({ cardTypeId: ['is unknown'] });
  const given = number.trim();
  const clientId = await clientWithPhone(write, location.id, phone);
  const card = { typeId, phone, clientId, locationId: location.id, number: given || undefined };
  const [made] = await addCards(write, location.chainId, [card]);
  if (made) return getCard(write, location.chainId, made.id);
  const same = (await cardsOfPhone(write, location.chainId, phone)).some((owned) => owned.typeId === typeId);
  throw new Invalid(same ? { phone: ['has a card of this type already'] } : { number: ['is taken'] });
}

/** The cards that one statement adds. */
const issuedAtOnce = 500;

/**
 * Issues cards to new clients of a location: of the types that every new client gets, and of those that new clients get where they work.
 * Clients without a phone number, and those who have a card of the type already, get none.
 */
export async function issueToNew(
  write: Write,
  location: Pick<Location, 'id' | 'chainId'>,
  clientIds: readonly number[],
): Promise<void> {
  if (clientIds.length === 0) return;
  const due = await rowsOf<{ typeId: number; clientId: number; phone: string }>(
    write,
    sql`
    select types.id as "typeId", fresh.id as "clientId", fresh.phone
    from loyalty_card_types types
    join clients fresh on fresh.location_id = ${location.id} and fresh.id = any(${sql.param([...clientIds])}::int[])
      and fresh.phone is not null
    where types.chain_id = ${location.chainId} and types.deleted_at is null and (types.issuing = 'everywhere'
      or types.issuing = 'attached' and exists (
        select 1 from loyalty_card_type_locations attached
        where attached.chain_id = types.chain_id and attached.type_id = types.id and attached.location_id = ${location.id}))
      and not exists (
        select 1 from loyalty_cards owned
        where owned.chain_id = types.chain_id and owned.type_id = types.id and owned.phone = fresh.phone and owned.deleted_at is null)
    order by fresh.id, types.id`,
  );
  for (const some of batches(due, issuedAtOnce)) {
    await addCards(
      write,
      location.chainId,
      some.map((card) => ({ ...card, locationId: location.id })),
    );
  }
}

export interface LockedCard {
  id: number;
  typeId: number;
  phone: string | null;
  balanceId: number;
}

/**
 * Locks a card until the transaction ends. All that moves its balance waits for this lock.
 * @param locationId as of `cardsOfPhone`
 * @returns undefined for one that is unknown, deleted, or does not work in the location
 */
export async function lockCard(write: Write, chainId: number, id: number, locationId?: number): Promise<LockedCard | undefined> {
  const attached = write
    .select({ id: loyaltyCardTypeLocations.typeId })
    .from(loyaltyCardTypeLocations)
    .where(and(eq(loyaltyCardTypeLocations.chainId, chainId), eq(loyaltyCardTypeLocations.locationId, locationId ?? 0)));
  const own = and(
    eq(loyaltyCards.chainId, chainId),
    eq(loyaltyCards.id, id),
    isNull(loyaltyCards.deletedAt),
    locationId === undefined ? undefined : inArray(loyaltyCards.typeId, attached),
  );
  const columns = {
    id: loyaltyCards.id,
    typeId: loyaltyCards.typeId,
    phone: loyaltyCards.phone,
    balanceId: loyaltyCards.balanceId,
  };
  const [row] = await write.lock('loyalty card', write.select(columns).from(loyaltyCards).where(own));
  return row;
}

/** Removes a card. It leaves all lists and pays nothing; its entries stay in the ledger. @throws NotFound */
export async function removeCard(write: Write, location: Pick<Location, 'id' | 'chainId'>, id: number): Promise<void> {
  if (!(await lockCard(write, location.chainId, id, location.id))) throw new NotFound();
  const card = await getCard(write, location.chainId, id);
  await write
    .update(loyaltyCards)
    .set({ deletedAt: new Date(), changedAt: new Date() })
    .where(and(eq(loyaltyCards.chainId, location.chainId), eq(loyaltyCards.id, id)));
  write.changed('loyalty card', card.locationId, id, 'delete', card);
}

/** Reports that the balances of cards changed, to the locations that issued them. */
export async function reportCards(write: Write, chainId: number, ids: readonly (number | null | undefined)[]): Promise<void> {
  const wanted = [...new Set(ids.filter((id) => id != null))];
  if (wanted.length === 0) return;
  const rows = await write
    .select({ id: loyaltyCards.id, locationId: loyaltyCards.locationId })
    .from(loyaltyCards)
    .innerJoin(locations, and(eq(locations.id, loyaltyCards.locationId), isNull(locations.deletedAt)))
    .where(and(eq(loyaltyCards.chainId, chainId), inArray(loyaltyCards.id, wanted), isNull(loyaltyCards.deletedAt)))
    .orderBy(asc(loyaltyCards.id));
  for (const { id, locationId } of rows) write.changed('loyalty card', locationId, id, 'update');
}

/** A client of one of these locations. @returns undefined if there is none */
export async function clientAmong(
  db: Read,
  locationIds: readonly number[],
  id: number,
): Promise<{ locationId: number; phone: string | null } | undefined> {
  if (locationIds.length === 0) return undefined;
  const [row] = await db
    .select({ locationId: clients.locationId, phone: clients.phone })
    .from(clients)
    .where(and(inArray(clients.locationId, [...locationIds]), eq(clients.id, id)));
  return row;
}
