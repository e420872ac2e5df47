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

type Business = Pick<Location, 'id' | 'currency'>;

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

/** What loyalty paid of an item, or took off its price. It is no money of the day. */
export interface DayEndCovering {
  amount: Money;
  kind: 'promotion' | 'points' | 'gift card' | 'membership';
  /** Of the promotion, or of the type of the card or membership. */
  title: string;
}

export interface DayEndItem {
  title: string;
  firstCost: Money;
  discount: Money;
  cost: Money;
  payments: DayEndPayment[];
  coverings: DayEndCovering[];
}

/** A service, a product, or money that names neither. */
interface Entry extends DayEndItem {
  type: SaleItem['type'] | 'gift card' | 'membership' | 'other';
  place: Place;
  clientId: number | null;
  /** 0 for nobody. */
  teamMemberId: number;
}

/** A visit, a sale of products, or a payment that belongs to neither. */
interface Place {
  at: Date;
  isOfAppointment: boolean;
  guest: { name: string; email: string };
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
  /** Those that were sold. They are no products here. */
  giftCards: { count: number; paid: Money };
  memberships: { count: number; paid: Money };
  accounts: { title: string; amount: Money }[];
  /** What the discounts of all items add up to. */
  discount: Money;
  paidFromClientAccounts: Money;
  covered: Record<DayEndCovering['kind'], Money>;
  /** By time. */
  groups: DayEndGroup[];
}

/**
 * What was done, sold and paid in a period. Appointments and sales of products count on their own day, and payments on the day that they
 * bear. Payments from client accounts bear no day, so they count with their item. Only income counts: what the business spends is not part
 * of the report. It takes the same number of statements for any number of rows.
 */
export async function dayEndReport(
  db: Read,
  location: Business,
  filter: DayEndFilter,
  reader: DayEndReader,
): Promise<DayEndReport> {
  const booked = await appointmentsIn(db, location, filter, reader.calendars);
  const sold = filter.attendance === undefined ? await salesIn(db, location, filter) : [];
  const documentIds = [...booked, ...sold].map(({ documentId }) => documentId);
  const items = await itemsOf(db, location, { documentIds });
  const spent = await clientAccountPaymentsOf(db, location, { documentIds });
  const covered = await coveringsIn(db, location, documentIds);
  const taken = await moneyIn(db, location, filter, reader.money);
  const desks = await accountsOf(db, location, reader.money.accounts);

  const mayShow = (isOfAppointment: boolean, teamMemberId: number) =>
    (filter.teamMemberId === undefined || teamMemberId === filter.teamMemberId) &&
    (isOfAppointment || (reader.calendars.memberIds?.includes(teamMemberId) ?? true));
  const isShown = ({ place, teamMemberId }: Entry) => mayShow(place.isOfAppointment, teamMemberId);
  const sales = new Map([...booked.map(asSale), ...sold.map(asSale)].map((sale) => [sale.documentId, sale]));
  const { ofSales, loose } = entriesOf(location, sales, { items, spent, covered, taken });
  const entries = ofSales.filter(isShown);
  const others = filter.attendance === undefined ? loose.filter(isShown) : [];
  const shown = booked.filter(({ teamMemberId }) => mayShow(true, teamMemberId));

  const all = [...entries, ...others];
  const amounts = by(paymentsOf(all), ({ accountId }) => accountId);
  const coverings = entries.flatMap((entry) => entry.coverings);
  const coveredBy = (kind: DayEndCovering['kind']) =>
    sum(coverings.flatMap((covering) => (covering.kind === kind ? [covering.amount] : [])));
  return {
    ...countsOf(location, shown, entries),
    accounts: desks
      .filter(({ id, archivedAt }) => archivedAt === null || amounts.has(id))
      .map(({ id, title }) => ({ title, amount: total(amounts.get(id) ?? []) })),
    discount: sum(entries.flatMap(({ discount }) => (discount === noMoney ? [] : [discount]))),
    paidFromClientAccounts: total(amounts.get(null) ?? []),
    covered: {
      promotion: coveredBy('promotion'),
      points: coveredBy('points'),
      'gift card': coveredBy('gift card'),
      membership: coveredBy('membership'),
    },
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

/** The living appointments of the period, by time. */
const appointmentsIn = (
  db: Read,
  location: Business,
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
async function salesIn(db: Read, location: Business, { from, until }: DayEndFilter): Promise<SoldAlone[]> {
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

/** What loyalty paid in documents. */
const coveringsIn = (db: Read, location: Business, documentIds: readonly number[]): Promise<CoveredPart[]> =>
  rowsOf<CoveredPart>(
    db,
    sql`
    select covered.document_id as "documentId", covered.service_id as "serviceId", covered.line_id as "lineId",
      covered.amount::text as amount,
      case covered.type when 1 then 'promotion' when 3 then 'points' when 8 then 'gift card' else 'membership' end as kind,
      coalesce(promotions.title, loyalty_card_types.title, gift_card_types.title, membership_types.title, '') as title
    from loyalty_transactions covered
    left join promotions on covered.type = 1 and promotions.chain_id = covered.chain_id and promotions.id = covered.promotion_id
    left join loyalty_cards on covered.type = 3 and loyalty_cards.chain_id = covered.chain_id and loyalty_cards.id = covered.card_id
    left join loyalty_card_types on loyalty_card_types.chain_id = loyalty_cards.chain_id
      and loyalty_card_types.id = loyalty_cards.type_id
    left join gift_cards on gift_cards.chain_id = covered.chain_id and gift_cards.id = covered.gift_card_id
    left join gift_card_types on gift_card_types.chain_id = gift_cards.chain_id and gift_card_types.id = gift_cards.type_id
    left join memberships on memberships.chain_id = covered.chain_id and memberships.id = covered.membership_id
    left join membership_types on membership_types.chain_id = memberships.chain_id and membership_types.id = memberships.type_id
    where covered.location_id = ${location.id} and covered.document_id = any(${sql.param([...documentIds])}::int[])
      and covered.type in (1, 3, 8, 9, 10) and covered.cancelled_at is null
    order by covered.id`,
  );

interface CoveredPart extends DayEndCovering {
  documentId: number;
  serviceId: number | null;
  lineId: number | null;
}

/** The income of the period, by time. */
const moneyIn = (db: Read, location: Business, { from, until }: DayEndFilter, seen: Seen) =>
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

const accountsOf = (db: Read, location: Business, allowed: Seen['accounts']) =>
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
  guest: Place['guest'];
}

const nobody = { name: '', email: '' };

const asSale = (row: Booked | SoldAlone): Sale =>
  'visitId' in row
    ? { ...row, guest: { name: row.guestName, email: row.guestEmail } }
    : { ...row, visitId: null, clientId: null, teamMemberId: 0, guest: nobody };

/** Puts every payment to what it pays. @returns what belongs to the sales, and money that belongs to none of them */
function entriesOf(
  location: Business,
  sales: ReadonlyMap<number, Sale>,
  rows: {
    items: readonly SaleItem[];
    spent: readonly ClientAccountPayment[];
    covered: readonly CoveredPart[];
    taken: readonly Taken[];
  },
): { ofSales: Entry[]; loose: Entry[] } {
  const digits = currencyDigits(location.currency);
  const placeOf = placesOf(sales);
  /** The services by their document, and the lines of products. */
  const services = new Map<number, Map<number, Entry>>();
  const lines = new Map<number, Entry>();
  const ofSales: Entry[] = [];
  for (const { type, issues, id, documentId, title, firstCost, cost, clientId, teamMemberId } of rows.items) {
    const sale = sales.get(documentId) as Sale;
    const entry: Entry = {
      place: placeOf(sale),
      type: issues ?? type,
      title,
      ...priced(firstCost, cost, digits),
      payments: [],
      coverings: [],
      clientId: sale.visitId === null ? clientId : sale.clientId,
      teamMemberId: teamMemberId ?? sale.teamMemberId,
    };
    ofSales.push(entry);
    if (type === 'good') lines.set(id, entry);
    else {
      const ofDocument = services.get(documentId);
      if (ofDocument) ofDocument.set(id, entry);
      else services.set(documentId, new Map([[id, entry]]));
    }
  }

  const itemOf = ({ documentId, serviceId, lineId }: Pick<CoveredPart, 'documentId' | 'serviceId' | 'lineId'>) =>
    lineId === null ? services.get(documentId)?.get(serviceId ?? 0) : lines.get(lineId);
  /** The item that is paid; else the money stays with the sale. */
  const paid = (
    { documentId, serviceId, lineId }: Pick<Taken, 'documentId' | 'serviceId' | 'lineId'>,
    payment: DayEndPayment,
    clientId: number | null,
  ): boolean => {
    const sale = documentId === null ? undefined : sales.get(documentId);
    if (!sale) return false;
    const item = itemOf({ documentId: sale.documentId, serviceId, lineId });
    if (item) item.payments.push(payment);
    else {
      const { clientId: known, teamMemberId } = sale;
      ofSales.push({ place: placeOf(sale), ...other(payment), clientId: known ?? clientId, teamMemberId });
    }
    return true;
  };

  for (const row of rows.covered) itemOf(row)?.coverings.push(row);
  for (const row of rows.spent) paid(row, { amount: row.amount, accountId: null, title: row.typeTitle }, null);
  const loose = rows.taken.flatMap((row) => {
    const payment = { amount: row.amount, accountId: row.accountId, title: row.title };
    if (paid(row, payment, row.clientId)) return [];
    const { at, clientId } = row;
    const place = { at, isOfAppointment: false, guest: nobody };
    return [{ place, ...other(payment), clientId, teamMemberId: row.teamMemberId ?? 0 }];
  });
  return { ofSales, loose };
}

/** One place for each visit, which begins with its first appointment, and for each sale of products. */
function placesOf(sales: ReadonlyMap<number, Sale>): (sale: Sale) => Place {
  const visits = new Map<number, Place>();
  const documents = new Map<number, Place>();
  for (const { documentId, visitId, at, guest } of sales.values()) {
    const visit = visitId === null ? undefined : visits.get(visitId);
    const place = visit ?? { at, isOfAppointment: visitId !== null, guest };
    if (visitId !== null) visits.set(visitId, place);
    documents.set(documentId, place);
  }
  return ({ documentId }) => documents.get(documentId) as Place;
}

/** The prices of an item. Most of them have no discount. */
function priced(firstCost: Money, cost: Money, digits: number) {
  if (firstCost === cost) return { firstCost, discount: noMoney, cost };
  const first = roundMoney(firstCost, digits);
  return { firstCost: first, discount: minus(first, cost), cost };
}

const other = (payment: DayEndPayment) => ({
  type: 'other' as const,
  title: '',
  firstCost: noMoney,
  discount: noMoney,
  cost: noMoney,
  payments: [payment],
  coverings: [],
});

function countsOf(location: Business, booked: readonly Booked[], entries: readonly Entry[]) {
  const digits = currencyDigits(location.currency);
  // Each payment is added up once, however many of the sums have it.
  const parts = [
    ...by(entries, ({ type, place, clientId }) => `${type} ${place.isOfAppointment} ${clientId !== null}`).values(),
  ].map((part) => ({ ...(part[0] as Entry), count: part.length, paid: total(paymentsOf(part)) }));
  type Part = (typeof parts)[number];
  const paidFor = (isIn: (part: Part) => boolean) => sum(parts.filter(isIn).map(({ paid }) => paid));
  const counted = (count: number, isIn: (part: Part) => boolean): Counted => ({
    count,
    average: count === 0 ? noMoney : roundMoney(dividedBy(paidFor(isIn), toQuantity(count)), digits),
  });
  const ofType = (type: Entry['type']) => ({
    count: parts.reduce((all, part) => (part.type === type ? all + part.count : all), 0),
    paid: paidFor((part) => part.type === type),
  });
  const ids = new Set([...booked, ...entries].flatMap(({ clientId }) => clientId ?? []));
  const withClient = booked.filter(({ clientId }) => clientId !== null).length;
  return {
    clients: counted(ids.size, ({ clientId }) => clientId !== null),
    appointments: counted(booked.length, ({ place }) => place.isOfAppointment),
    withClient: counted(withClient, ({ place, clientId }) => place.isOfAppointment && clientId !== null),
    withoutClient: counted(booked.length - withClient, ({ place, clientId }) => place.isOfAppointment && clientId === null),
    services: ofType('service'),
    products: ofType('good'),
    giftCards: ofType('gift card'),
    memberships: ofType('membership'),
  };
}

/** Entries by time, client and team member, with their names. */
async function groupsOf(db: Read, location: Business, entries: readonly Entry[], clientsOf: number): Promise<DayEndGroup[]> {
  const people = await peopleOf(db, location, entries, clientsOf);
  const members = await namesOf(db, location, entries);
  const times = [...by(entries, ({ place }) => place.at.getTime())].sort(([one], [other]) => one - other);
  // Clients without a card are kept apart by their visits.
  const groups = times.flatMap(([, ofTime]) => [
    ...by<Entry, number | Place>(ofTime, ({ clientId, place }) => clientId ?? place).values(),
  ]);
  return groups.map((rows) => {
    const { place, clientId } = rows[0] as Entry;
    const { at, isOfAppointment, guest } = place;
    const withoutCard = { id: 0, ...guest, phone: '' };
    return {
      at,
      isOfAppointment,
      client: clientId === null ? withoutCard : (people.get(clientId) ?? { ...withoutCard, ...nobody }),
      members: [...by(rows, ({ teamMemberId }) => teamMemberId)].map(([id, own]) => ({
        id,
        name: members.get(id) ?? '',
        services: own.filter(({ type }) => type === 'service'),
        products: own.filter(({ type }) => type !== 'service' && type !== 'other'),
        others: paymentsOf(own.filter(({ type }) => type === 'other')),
      })),
    };
  });
}

/** The clients whom the reader sees. */
async function peopleOf(
  db: Read,
  location: Business,
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

async function namesOf(db: Read, location: Business, entries: readonly Entry[]): Promise<Map<number, string>> {
  const ids = new Set(entries.map(({ teamMemberId }) => teamMemberId));
  const rows = await db
    .select({ id: teamMembers.id, name: teamMembers.name })
    .from(teamMembers)
    .where(and(eq(teamMembers.locationId, location.id), isOneOf(teamMembers.id, ids)));
  return new Map(rows.map(({ id, name }) => [id, name]));
}
