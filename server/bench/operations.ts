import type { Request } from 'autocannon';
import { authorization, phoneOf, seeded } from './database.ts';
import { stores } from './stores.ts';

/** The fields that the measured searches ask for. */
export const searchedFields = ['id', 'name', 'surname', 'phone', 'email', 'visits_count', 'last_visit_date'];

/** A measured operation. */
export interface Measured {
  title: string;
  method: 'GET' | 'POST';
  /** Below /api/v1, and below the root of Prism. */
  path: string;
  /** The document that has it, for Prism. */
  surface?: 'public';
  /** A function creates a new request each time. The first one gets 0; servers whose answers are compared get this one. */
  body?: object | ((turn: number) => object);
  /** Whether the share of the bare handler's rate is a target. */
  isTargetOfBare: boolean;
  /** The share to reach; 0.75 when left out. */
  targetShare?: number;
  /** The bare handler answers the rows of the statements as they are: the answers are not the same. */
  isBareRows?: boolean;
  /** Whether the rate is a target in comparison with Prism. */
  isTargetOfPrism?: boolean;
}

const { large, small, rareName, commonSurname, appointments, free, month } = seeded;

const search = (title: string, location: number, value: string) => ({
  title,
  method: 'POST' as const,
  path: `/company/${location}/clients/search`,
  body: {
    page: 1,
    page_size: 25,
    fields: searchedFields,
    order_by: 'id',
    order_by_direction: 'ASC',
    operation: 'AND',
    filters: [{ type: 'quick_search', state: { value } }],
  },
  isTargetOfBare: true,
});

const fullName = `${rareName.name} ${rareName.surname}`;
const comments = (client: number) => `/clients/${large.location}/clients/${client}/comments`;

export const listComments: Measured = {
  title: `List ${seeded.comments} comments`,
  method: 'GET',
  path: comments(seeded.commented),
  isTargetOfBare: true,
  isTargetOfPrism: true,
};

export const quickSearch: Measured = search('Quick search of 1,000,000, 8 found', large.location, fullName);

/** The same search among a hundredth of the clients. */
export const quickSearchOfFew: Measured = search('Quick search of 10,000, 8 found', small.location, fullName);

const day = '2026-11-18';
const pageSize = 300;
const listed = (title: string, query: string, page = 1): Measured => ({
  title,
  method: 'GET',
  path: `/records/${large.location}?${query}&count=${pageSize}&page=${page}`,
  isTargetOfBare: true,
  targetShare: 0.6,
});
const changesOf = (title: string, page: number) => listed(title, 'changed_after=2010-01-01T00:00:00', page);
const lastPage = Math.floor(appointments.total / pageSize);

/** One time that is free in the large location after another. */
function freeTime(turn: number): { member: number; datetime: string } {
  const slot = Math.floor(turn / seeded.members);
  const day = Math.floor(slot / free.aDay);
  if (day >= free.days) throw new Error('Nothing is free any more: restart with shorter runs');
  const at = new Date(Date.parse(free.first) + day * 86_400_000 + (9 * 60 + (slot % free.aDay) * 30) * 60_000);
  return { member: 1 + (turn % seeded.members), datetime: at.toISOString().slice(0, 19) };
}

export const createAppointment: Measured = {
  title: 'Create an appointment',
  method: 'POST',
  path: `/records/${large.location}`,
  body: (turn) => {
    const { member, datetime } = freeTime(turn);
    return {
      staff_id: member,
      services: [{ id: 1 + (turn % 20) }],
      client: { phone: phoneOf(1 + turn), name: 'Ada' },
      datetime,
      seance_length: 1800,
      comment: 'Prefers mornings',
    };
  },
  isTargetOfBare: true,
  targetShare: 0.5,
};

/** Pages of one list, which should cost the same. */
export const changePages: Measured[] = [
  changesOf('Changes of 1,000,000 appointments: page 1', 1),
  changesOf(`Changes of 1,000,000 appointments: page ${Math.round(lastPage / 2).toLocaleString('en')}`, Math.round(lastPage / 2)),
  changesOf(`Changes of 1,000,000 appointments: page ${lastPage.toLocaleString('en')}`, lastPage),
];

const { booking, historic, sized } = seeded;
const online = (title: string, path: (location: number) => string, location: number): Measured => ({
  title,
  method: 'GET',
  surface: 'public',
  path: path(location),
  isTargetOfBare: true,
  targetShare: 0.5,
  isBareRows: true,
});
const bookDates = (location: number) => `/book_dates/${location}?date_from=${booking.first}&date_to=${booking.last}`;
const bookTimes = (location: number) => `/book_times/${location}/0/${booking.day}`;
const bookStaff = (location: number) => `/book_staff/${location}?datetime=${booking.day}`;

/** The requests of a booking widget for any of 50 members, and the same with ten times as many past appointments. */
export const bookingPairs: [Measured, Measured][] = (
  [
    ['book_dates: 30 days with 20,000 appointments', bookDates],
    ['book_times: a day', bookTimes],
    ['book_staff: a day', bookStaff],
  ] as const
).map(([title, path]) => [
  online(title, path, small.location),
  online(`${title}, ten times the history`, path, historic.location),
]);

const ofStore = (title: string, path: (location: number) => string): [Measured, Measured] => {
  const at = (name: string, location: number): Measured => ({
    title: name,
    method: 'GET',
    path: path(location),
    isTargetOfBare: true,
    targetShare: 0.6,
    isBareRows: true,
  });
  return [at(title, stores.small.location), at(`${title}, ten times the history`, stores.historic.location)];
};

/** What is read in a store, and the same with ten times the history. */
const storePairs: [Measured, Measured][] = [
  ofStore('A page of 100 of 10,000 products with their stock', (location) => `/goods/${location}?page=50&count=100`),
  ofStore('Balances of accounts', (location) => `/company/${location}/accounts`),
  ofStore(
    `The z-report of a day with ${stores.visitsADay.toLocaleString('en')} visits`,
    (location) => `/reports/z_report/${location}?start_date=${stores.day}`,
  ),
];

/** The products that a sale takes: three others each time. */
export const soldProducts = (turn: number): number[] =>
  [0, 1, 2].map((index) => stores.firstProduct + ((turn * 3 + index) % stores.products));

/** A sale of three products that is paid at once. */
const saleAt = (title: string, { location }: { location: number }): Measured => ({
  title,
  method: 'POST',
  path: `/storage_operations/operation/${location}`,
  body: (turn) => ({
    type_id: 1,
    create_date: `${stores.day} 12:00:00`,
    storage_id: stores.storage,
    paid: true,
    account_id: stores.account,
    goods_transactions: soldProducts(turn).map((good_id) => ({ good_id, amount: 1, operation_unit_type: 1 })),
  }),
  isTargetOfBare: true,
  targetShare: 0.6,
  isBareRows: true,
});

const sellAndPay: [Measured, Measured] = [
  saleAt('A sale of three products with payment', stores.small),
  saleAt('A sale of three products with payment, ten times the history', stores.historic),
];

/** The dates of more and more members and days. */
export const growth = sized.flatMap(({ location, members }) =>
  [7, 15, 30].map((days) => {
    const last = new Date(Date.parse(booking.first) + (days - 1) * 86_400_000).toISOString().slice(0, 10);
    const path = `/book_dates/${location}?date_from=${booking.first}&date_to=${last}`;
    return { members, days, operation: online(`book_dates: ${members} members, ${days} days`, () => path, location) };
  }),
);

/** Operations, and the same with ten times the history. */
export const historyPairs: [Measured, Measured][] = [...bookingPairs, ...storePairs, sellAndPay];

export const measured: Measured[] = [
  {
    title: 'Look up a known token',
    method: 'GET',
    path: '/validation/validate_phone/13155550175',
    isTargetOfBare: false,
  },
  listComments,
  {
    title: 'Add a comment',
    method: 'POST',
    path: comments(seeded.written),
    body: { text: 'Prefers mornings' },
    isTargetOfBare: false,
  },
  quickSearch,
  search('Quick search of 1,000,000, thousands found', large.location, commonSurname),
  {
    title: 'Read a client',
    method: 'GET',
    path: `/client/${large.location}/${seeded.commented}`,
    isTargetOfBare: true,
  },
  {
    title: `List ${seeded.services} services with links and images`,
    method: 'GET',
    path: `/services/${small.location}`,
    isTargetOfBare: true,
    targetShare: 0.6,
  },
  {
    title: `A month of schedules of ${seeded.members} members`,
    method: 'GET',
    path: `/company/${small.location}/staff/schedule?start_date=${seeded.month.first}&end_date=${seeded.month.last}`,
    isTargetOfBare: true,
    targetShare: 0.6,
  },
  createAppointment,
  listed(`A day of ${appointments.aDay} appointments of ${seeded.members} members`, `start_date=${day}&end_date=${day}`),
  listed('A month of 9,000 appointments, page 15 of 30', `start_date=${month.first}&end_date=${month.last}`, 15),
  ...changePages,
  ...historyPairs.map(([each]) => each),
];

const bodyOf = ({ body }: Measured, turn: number) => JSON.stringify(typeof body === 'function' ? body(turn) : body);
const turns = new Map<Measured, number>();

/** The request as it is sent. If every request has its own body, it is the first one, with a function for the next ones. */
export const requestOf = (operation: Measured): Pick<Request, 'method' | 'body' | 'headers' | 'setupRequest'> => ({
  method: operation.method,
  headers: { authorization, ...(operation.body ? { 'content-type': 'application/json' } : {}) },
  ...(operation.body ? { body: bodyOf(operation, 0) } : {}),
  ...(typeof operation.body === 'function'
    ? {
        setupRequest: (request) => {
          const turn = (turns.get(operation) ?? 0) + 1;
          turns.set(operation, turn);
          return { ...request, body: bodyOf(operation, turn) };
        },
      }
    : {}),
});
