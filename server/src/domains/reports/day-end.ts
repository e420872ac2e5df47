import { and, asc, type Column, eq, gte, inArray, isNull, lt, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Read } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { currencyDigits, dividedBy, type Money, minus, noMoney, roundMoney, sum } from '../../platform/money.ts';
import { toQuantity } from '../../platform/quantity.ts';
import { type Attendance, appointments } from '../appointments/tables.ts';
import { clientsOfMember } from '../appointments/visible-clients.ts';
import { clients } from '../clients/tables.ts';
import { accounts, expenseItems, financeTransactions } from '../money/tables.ts';
import type { Seen } from '../money/transaction-list.ts';
import { type ClientAccountPayment, clientAccountPaymentsOf, itemsOf, type SaleItem } from '../sales/sale.ts';
import { type Calendars, inCalendars } from '../team/calendars.ts';
import { teamMembers } from '../team/tables.ts';

type Place = Pick<Location, 'id' | 'currency'>;

/** What a report is about. */
export interface DayEndFilter {
  from: Date;
  /** The first instant after it. */
  until: Date;
  /** Only appointments in this state, with their products and money; undefined for everything. */
  attendance: Attendance | undefined;
  /** Only what this team member did, sold or took; undefined for all. */
  teamMemberId: number | undefined;
}

/** What the reader sees. `clientsOf`: the only team member whose clients the reader sees, 0 for no limit. */
export interface DayEndReader {
  calendars: Calendars;
  money: Seen;
  clientsOf: number;
}

/** A payment into an account of the location, or from an account of the client. */
export interface DayEndPayment {
  amount: Money;
  /** Null for a payment from an account of the client. */
  accountId: number | null;
  /** The title of the account, or of the kind of client accounts. */
  title: string;
}

export interface DayEndItem {
  title: string;
  firstCost: Money;
  cost: Money;
  payments: DayEndPayment[];
}

/** A service, a product, or money that names neither. */
interface Entry extends DayEndItem {
  type: SaleItem['type'] | 'other';
  at: Date;
  /** The visit, document or payment that it belongs to. It keeps clients without a card apart. */
  source: string;
  isOfAppointment: boolean;
  clientId: number | null;
  guest: { name: string; email: string };
  /** 0 for nobody. */
  teamMemberId: number;
}

export interface DayEndPerson {
  /** 0 for nobody, and for a client whom the reader does not see. */
  id: number;
  name: string;
  phone: string;
  email: string;
}

/** What one client did, bought and paid at one time. */
export interface DayEndGroup {
  at: Date;
  isOfAppointment: boolean;
  client: DayEndPerson;
  members: { id: number; name: string; services: DayEndItem[]; products: DayEndItem[]; others: DayEndPayment[] }[];
}

/** A number of things, and the average payment for one of them. */
export interface Counted {
  count: number;
  average: Money;
}

export interface DayEndReport {
  clients: Counted;
  appointments: Counted;
  withClient: Counted;
  withoutClient: Counted;
  services: { count: number; paid: Money };
  products: { count: number; paid: Money };
  accounts: { title: string; amount: Money }[];
  /** What the discounts of all items add up to. */
  discount: Money;
  paidFromClientAccounts: Money;
  /** By time. */
  groups: DayEndGroup[];
}

/**
 * What was done, sold and paid in a period. Appointments and sales of products count on their own day, and payments on the day that they
 * bear. Payments from client accounts bear no day, so they count with their item. Only income counts: what the business spends is not part
 * of the report. It takes the same number of statements for any number of rows.
 */
export async function dayEndReport(db: Read, location: Place, filter: DayEndFilter, reader: DayEndReader): Promise<DayEndReport> {
  const booked = await appointmentsIn(db, location, filter, reader.calendars);
  const sold = filter.attendance === undefined ? await salesIn(db, location, filter) : [];
  const documentIds = [...booked, ...sold].map(({ documentId }) => documentId);
  const items = await itemsOf(db, location, { documentIds });
  const spent = await clientAccountPaymentsOf(db, location, { documentIds });
  const taken = await moneyIn(db, location, filter, reader.money);
  const desks = await accountsOf(db, location, reader.money.accounts);

  const mayShow = ({ isOfAppointment, teamMemberId }: Pick<Entry, 'isOfAppointment' | 'teamMemberId'>) =>
    (filter.teamMemberId === undefined || teamMemberId === filter.teamMemberId) &&
    (isOfAppointment || (reader.calendars.memberIds?.includes(teamMemberId) ?? true));
  const sales = new Map([...booked.map(asSale), ...sold.map(asSale)].map((sale) => [sale.documentId, sale]));
  const { ofSales, loose } = entriesOf(location, sales, { items, spent, taken });
  const entries = ofSales.filter(mayShow);
  const others = filter.attendance === undefined ? loose.filter(mayShow) : [];
  const shown = booked.filter(({ teamMemberId }) => mayShow({ isOfAppointment: true, teamMemberId }));

  const all = [...entries, ...others];
  const amounts = by(paymentsOf(all), ({ accountId }) => accountId);
  return {
    ...countsOf(location, shown, entries),
    accounts: desks
      .filter(({ id, archivedAt }) => archivedAt === null || amounts.has(id))
      .map(({ id, title }) => ({ title, amount: total(amounts.get(id) ?? []) })),
    discount: sum(entries.map(({ firstCost, cost }) => minus(firstCost, cost))),
    paidFromClientAccounts: total(amounts.get(null) ?? []),
    groups: await groupsOf(db, location, all, reader.clientsOf),
  };
}

function by<Row, Key>(rows: readonly Row[], keyOf: (row: Row) => Key): Map<Key, Row[]> {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/** With one parameter, however many ids there are. */
const isOneOf = (column: Column, ids: ReadonlySet<number>) => sql`${column} = any(${sql.param([...ids])}::int[])`;

const total = (payments: readonly DayEndPayment[]): Money => sum(payments.map(({ amount }) => amount));
const paymentsOf = (entries: readonly Entry[]): DayEndPayment[] => entries.flatMap(({ payments }) => payments);
const paidFor = (entries: readonly Entry[]): Money => total(paymentsOf(entries));

/** The living appointments of the period, by time. */
const appointmentsIn = (
  db: Read,
  location: Place,
  { from, until, attendance }: Pick<DayEndFilter, 'from' | 'until' | 'attendance'>,
  calendars: Calendars,
) =>
  db
    .select({
      documentId: appointments.documentId,
      visitId: appointments.visitId,
      at: appointments.startsAt,
      clientId: appointments.clientId,
      teamMemberId: appointments.teamMemberId,
      guestName: appointments.guestName,
      guestEmail: appointments.guestEmail,
    })
    .from(appointments)
    .where(
      and(
        eq(appointments.locationId, location.id),
        gte(appointments.startsAt, from),
        lt(appointments.startsAt, until),
        isNull(appointments.deletedAt),
        attendance === undefined ? undefined : eq(appointments.attendance, attendance),
        inCalendars(appointments, calendars),
      ),
    )
    .orderBy(asc(appointments.startsAt), asc(appointments.id));

interface SoldAlone {
  documentId: number;
  at: Date;
}

/** The sales of products without an appointment in the period. */
async function salesIn(db: Read, location: Place, { from, until }: DayEndFilter): Promise<SoldAlone[]> {
  const rows = await rowsOf<{ documentId: number; at: string }>(
    db,
    sql`
    select distinct lines.document_id as "documentId", lines.at
    from document_lines lines
    join documents on documents.location_id = lines.location_id and documents.id = lines.document_id
    where lines.location_id = ${location.id} and lines.at >= ${from.toISOString()} and lines.at < ${until.toISOString()}
      and lines.type = 1 and lines.deleted_at is null and documents.type = 1 and documents.deleted_at is null`,
  );
  return rows.map(({ documentId, at }) => ({ documentId, at: new Date(at) }));
}

/** The income of the period, by time. */
const moneyIn = (db: Read, location: Place, { from, until }: DayEndFilter, seen: Seen) =>
  db
    .select({
      id: financeTransactions.id,
      at: financeTransactions.at,
      documentId: financeTransactions.documentId,
      serviceId: financeTransactions.serviceId,
      lineId: financeTransactions.lineId,
      amount: financeTransactions.amount,
      clientId: financeTransactions.clientId,
      teamMemberId: financeTransactions.teamMemberId,
      expenseId: financeTransactions.expenseId,
      accountId: financeTransactions.accountId,
      title: accounts.title,
    })
    .from(financeTransactions)
    .innerJoin(
      accounts,
      and(eq(accounts.locationId, financeTransactions.locationId), eq(accounts.id, financeTransactions.accountId)),
    )
    .innerJoin(expenseItems, eq(expenseItems.id, financeTransactions.expenseId))
    .where(
      and(
        eq(financeTransactions.locationId, location.id),
        gte(financeTransactions.at, from),
        lt(financeTransactions.at, until),
        seen.since && gte(financeTransactions.at, seen.since),
        isNull(financeTransactions.deletedAt),
        eq(expenseItems.isIncome, true),
        seen.accounts && inArray(financeTransactions.accountId, [...seen.accounts]),
        seen.expenses && inArray(financeTransactions.expenseId, [...seen.expenses]),
      ),
    )
    .orderBy(asc(financeTransactions.at), asc(financeTransactions.id));

const accountsOf = (db: Read, location: Place, allowed: Seen['accounts']) =>
  db
    .select({ id: accounts.id, title: accounts.title, archivedAt: accounts.archivedAt })
    .from(accounts)
    .where(and(eq(accounts.locationId, location.id), allowed && inArray(accounts.id, [...allowed])))
    .orderBy(asc(accounts.weight), asc(accounts.id));

type Booked = Awaited<ReturnType<typeof appointmentsIn>>[number];
type Taken = Awaited<ReturnType<typeof moneyIn>>[number];

/** An appointment, or a sale of products without one. */
interface Sale {
  documentId: number;
  at: Date;
  visitId: number | null;
  clientId: number | null;
  teamMemberId: number;
  guest: Entry['guest'];
}

const nobody = { name: '', email: '' };

const asSale = (row: Booked | SoldAlone): Sale =>
  'visitId' in row
    ? { ...row, guest: { name: row.guestName, email: row.guestEmail } }
    : { ...row, visitId: null, clientId: null, teamMemberId: 0, guest: nobody };

/** Puts every payment to what it pays. @returns what belongs to the sales, and money that belongs to none of them */
function entriesOf(
  location: Place,
  sales: ReadonlyMap<number, Sale>,
  rows: { items: readonly SaleItem[]; spent: readonly ClientAccountPayment[]; taken: readonly Taken[] },
): { ofSales: Entry[]; loose: Entry[] } {
  const digits = currencyDigits(location.currency);
  const begins = new Map<number, Date>();
  for (const { visitId, at } of sales.values()) if (visitId !== null && !begins.has(visitId)) begins.set(visitId, at);
  const placeOf = (sale: Sale) => ({
    at: sale.visitId === null ? sale.at : (begins.get(sale.visitId) ?? sale.at),
    source: sale.visitId === null ? `document ${sale.documentId}` : `visit ${sale.visitId}`,
    isOfAppointment: sale.visitId !== null,
    guest: sale.guest,
  });

  const items = new Map<string, Entry>();
  const ofSales: Entry[] = [];
  for (const item of rows.items) {
    const sale = sales.get(item.documentId) as Sale;
    const entry: Entry = {
      ...placeOf(sale),
      type: item.type,
      title: item.title,
      firstCost: roundMoney(item.firstCost, digits),
      cost: item.cost,
      payments: [],
      clientId: sale.visitId === null ? item.clientId : sale.clientId,
      teamMemberId: item.teamMemberId ?? sale.teamMemberId,
    };
    ofSales.push(entry);
    const key = item.type === 'good' ? `line ${item.id}` : `service ${item.id} of ${item.documentId}`;
    items.set(key, entry);
  }

  /** The item that is paid; else the money stays with the sale. */
  const paid = (
    { documentId, serviceId, lineId }: Pick<Taken, 'documentId' | 'serviceId' | 'lineId'>,
    payment: DayEndPayment,
    clientId: number | null,
  ): boolean => {
    const sale = documentId === null ? undefined : sales.get(documentId);
    if (!sale) return false;
    const item = items.get(lineId === null ? `service ${serviceId} of ${documentId}` : `line ${lineId}`);
    if (item) item.payments.push(payment);
    else
      ofSales.push({ ...placeOf(sale), ...other(payment), clientId: sale.clientId ?? clientId, teamMemberId: sale.teamMemberId });
    return true;
  };

  for (const row of rows.spent) paid(row, { amount: row.amount, accountId: null, title: row.typeTitle }, null);
  const loose = rows.taken.flatMap((row) => {
    const payment = { amount: row.amount, accountId: row.accountId, title: row.title };
    if (paid(row, payment, row.clientId)) return [];
    const { at, clientId } = row;
    const place = { at, source: `payment ${row.id}`, isOfAppointment: false, guest: nobody };
    return [{ ...place, ...other(payment), clientId, teamMemberId: row.teamMemberId ?? 0 }];
  });
  return { ofSales, loose };
}

const other = (payment: DayEndPayment) => ({
  type: 'other' as const,
  title: '',
  firstCost: noMoney,
  cost: noMoney,
  payments: [payment],
});

function countsOf(location: Place, booked: readonly Booked[], entries: readonly Entry[]) {
  const digits = currencyDigits(location.currency);
  const counted = (count: number, paid: readonly Entry[]): Counted => ({
    count,
    average: count === 0 ? noMoney : roundMoney(dividedBy(paidFor(paid), toQuantity(count)), digits),
  });
  const known = entries.filter(({ clientId }) => clientId !== null);
  const ofAppointments = entries.filter(({ isOfAppointment }) => isOfAppointment);
  const [withClient, without] = [
    booked.filter(({ clientId }) => clientId !== null),
    booked.filter((row) => row.clientId === null),
  ];
  const services = entries.filter(({ type }) => type === 'service');
  const products = entries.filter(({ type }) => type === 'good');
  const ids = new Set([...withClient, ...known].map(({ clientId }) => clientId));
  return {
    clients: counted(ids.size, known),
    appointments: counted(booked.length, ofAppointments),
    withClient: counted(
      withClient.length,
      ofAppointments.filter(({ clientId }) => clientId !== null),
    ),
    withoutClient: counted(
      without.length,
      ofAppointments.filter(({ clientId }) => clientId === null),
    ),
    services: { count: services.length, paid: paidFor(services) },
    products: { count: products.length, paid: paidFor(products) },
  };
}

/** Entries by time, client and team member, with their names. */
async function groupsOf(db: Read, location: Place, entries: readonly Entry[], clientsOf: number): Promise<DayEndGroup[]> {
  const people = await peopleOf(db, location, entries, clientsOf);
  const members = await namesOf(db, location, entries);
  const byTime = entries.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const groups = by(byTime, ({ at, clientId, source }) => `${at.getTime()} ${clientId ?? source}`);
  return [...groups.values()].map((rows) => {
    const { at, isOfAppointment, clientId, guest } = rows[0] as Entry;
    const withoutCard = { id: 0, ...guest, phone: '' };
    return {
      at,
      isOfAppointment,
      client: clientId === null ? withoutCard : (people.get(clientId) ?? { ...withoutCard, ...nobody }),
      members: [...by(rows, ({ teamMemberId }) => teamMemberId)].map(([id, own]) => ({
        id,
        name: members.get(id) ?? '',
        services: own.filter(({ type }) => type === 'service'),
        products: own.filter(({ type }) => type === 'good'),
        others: paymentsOf(own.filter(({ type }) => type === 'other')),
      })),
    };
  });
}

/** The clients whom the reader sees. */
async function peopleOf(
  db: Read,
  location: Place,
  entries: readonly Entry[],
  clientsOf: number,
): Promise<Map<number, DayEndPerson>> {
  const ids = new Set(entries.flatMap(({ clientId }) => clientId ?? []));
  const seen = await clientsOfMember(db, location.id, clientsOf, [...ids]);
  const rows = await db
    .select({ id: clients.id, name: clients.name, phone: clients.phone, email: clients.email })
    .from(clients)
    .where(and(eq(clients.locationId, location.id), isOneOf(clients.id, seen)));
  return new Map(rows.map((row) => [row.id, { ...row, phone: row.phone ?? '' }]));
}

async function namesOf(db: Read, location: Place, entries: readonly Entry[]): Promise<Map<number, string>> {
  const ids = new Set(entries.map(({ teamMemberId }) => teamMemberId));
  const rows = await db
    .select({ id: teamMembers.id, name: teamMembers.name })
    .from(teamMembers)
    .where(and(eq(teamMembers.locationId, location.id), isOneOf(teamMembers.id, ids)));
  return new Map(rows.map(({ id, name }) => [id, name]));
}
