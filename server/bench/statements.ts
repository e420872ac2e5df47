import { drizzle } from 'drizzle-orm/node-postgres';
import type { Location } from '../src/api/access.ts';
import { type Write, writeOn } from '../src/api/write.ts';
import { appointmentsById, listAppointments } from '../src/domains/appointments/appointment.ts';
import { settleChanges } from '../src/domains/appointments/changes.ts';
import { createAppointment } from '../src/domains/appointments/create.ts';
import { listServices } from '../src/domains/catalog/service.ts';
import { searchClients } from '../src/domains/client-search/search.ts';
import { getClient } from '../src/domains/clients/client.ts';
import { addComment, listComments } from '../src/domains/clients/comment.ts';
import { containsPattern } from '../src/domains/clients/search-text.ts';
import { columnsOfFields } from '../src/domains/clients/wire/present.ts';
import { publish } from '../src/domains/outbox/outbox.ts';
import { listWorkDays } from '../src/domains/schedule/work-schedule.ts';
import { allCalendars } from '../src/domains/team/calendars.ts';
import type { Tx } from '../src/platform/database.ts';
import { seeded } from './database.ts';
import { searchedFields } from './operations.ts';

/** A statement of the server, to be sent with other values. */
export interface Recorded {
  text: string;
  bind(values: Record<string, unknown>): unknown[];
}

/** Placeholders for the values of a request while its statements are recorded. The single row of the recording meets the limit. */
const marks = {
  location: 900_001,
  client: 900_002,
  author: 900_003,
  pattern: 'pattern-mark',
  text: 'text-mark',
  limit: 1,
  first: '2020-01-01',
  last: '2020-01-31',
  member: 900_004,
  service: 900_005,
  partner: 900_006,
  appointment: 900_007,
  visit: 900_008,
  offset: 900_009,
  phone: '+13155550175',
  date: '2020-01-15',
  from: '2020-01-15T14:00:00.000Z',
  to: '2020-01-15T14:30:00.000Z',
} as const;

/**
 * Runs work on a database that answers every statement with one row, with the author's id in every column, and records the statements. Each
 * value is bound to its source in the recording, also in a list of one. Objects that are sent as JSON are bound as `json`.
 * @param answers rows for the first statements, if the work reads them
 */
async function record(work: (db: Write) => Promise<unknown>, answers: unknown[] = []): Promise<Recorded[]> {
  const statements: Recorded[] = [];
  const names = new Map<unknown, string>(
    Object.entries({ ...marks, pattern: containsPattern(marks.pattern) }).map(([k, v]) => [v, k]),
  );
  const logger = {
    logQuery(text: string, params: unknown[]) {
      const sources = params.map((value) =>
        typeof value === 'string' && value.startsWith('[{"')
          ? 'json'
          : names.get(Array.isArray(value) && value.length === 1 ? value[0] : value),
      );
      statements.push({
        text,
        bind: (values) => sources.map((name, index) => (name === undefined ? params[index] : values[name])),
      });
    },
  };
  const row = Array.from({ length: 80 }, () => `${marks.author}`);
  const client = { query: async () => ({ rows: [answers[statements.length - 1] ?? row] }) };
  await work(writeOn(drizzle({ client: client as never, logger }) as unknown as Tx, { userId: null, address: '' }).write);
  return statements;
}

/** The statements of the measured operations, recorded from the server's own rules. */
export async function recordStatements() {
  const { location, client, author, text, pattern, limit, first, last, member, service, partner, offset, phone } = marks;
  const [from, to] = [new Date(marks.from), new Date(marks.to)];
  const place: Location = { id: location, chainId: 1, timeZone: seeded.timeZone, currency: 'USD', countryCode: 'US' };
  return {
    /** The page, how many there are, and the team members: on the first page and on a later one. */
    appointments: await record((db) =>
      listAppointments(db, location, { starts: { from, to }, withDeleted: false, calendars: allCalendars }, { offset: 0, limit }),
    ),
    laterAppointments: await record((db) =>
      listAppointments(db, location, { starts: { from, to }, withDeleted: false, calendars: allCalendars }, { offset, limit }),
    ),
    changes: await record((db) =>
      listAppointments(db, location, { changed: { from }, withDeleted: false, calendars: allCalendars }, { offset: 0, limit }),
    ),
    laterChanges: await record((db) =>
      listAppointments(db, location, { changed: { from }, withDeleted: false, calendars: allCalendars }, { offset, limit }),
    ),
    /** The terms, the locked calendar, the check whether it is free, the client, the visit, the appointment, the time of the change. */
    newAppointment: await record(
      async (db) => {
        await createAppointment(
          db,
          place,
          { teamMemberId: member, services: [{ id: service }], client: { phone, name: 'Ada' }, startsAt: from, duration: 1800 },
          { userId: author, partnerId: partner, isOnline: false },
          { force: false, addClients: true, costs: true, discounts: true, calendars: allCalendars, clientsOf: 0 },
        );
        await settleChanges(db);
      },
      [
        [service, 'Service', 20, 40, 1800, null, false, 0, true, []],
        [member],
        { busy: [], works: true },
        [client],
        [marks.visit, client, marks.date],
        { id: marks.appointment },
        { at: marks.from },
      ],
    ),
    /** The appointment and the team member. */
    appointment: await record((db) => appointmentsById(db, location, [marks.appointment])),
    outbox: await record((db) =>
      publish(db, location, author, [{ resource: 'record', resourceId: 1, status: 'create', data: {} }]),
    ),
    comments: await record((db) => listComments(db, { location, client })),
    newComment: await record((db) => addComment(db, { location, client, author, text })),
    client: await record((db) => getClient(db, location, client)),
    services: await record((db) => listServices(db, location)),
    schedule: await record((db) => listWorkDays(db, location, { first, last })),
    search: await record((db) =>
      searchClients(db, location, {
        operation: 'AND',
        filters: [{ type: 'quick_search', state: { value: pattern } }],
        orderBy: 'id',
        direction: 'ASC',
        page: { offset: 0, limit },
        searches: { phone: true, email: true },
        timeZone: seeded.timeZone,
        visitedMember: 0,
        columns: columnsOfFields(searchedFields),
      }),
    ),
  };
}

/**
 * Where columns are in the rows of a statement.
 * @param names `column` or an alias for those of the first table and expressions, `table.column` for those of others
 * @throws Error if a column is not selected
 */
export function positionsOf<Name extends string>(text: string, names: readonly Name[]): Record<Name, number> {
  const selected = selectedParts(text);
  const [first] = /^"(\w+)"\./.exec(selected[0] ?? '')?.slice(1) ?? [];
  const found = selected.map((part) => {
    const [, table, column] = /^"(\w+)"\."(\w+)"$/.exec(part) ?? [];
    if (column) return table === first ? column : `${table}.${column}`;
    return /"(\w+)"$/.exec(part)?.[1] ?? '';
  });
  const positions = names.map((name) => {
    const position = found.indexOf(name);
    if (position < 0) throw new Error(`The statement does not select ${name}`);
    return [name, position] as const;
  });
  return Object.fromEntries(positions) as Record<Name, number>;
}

/** The expressions between `select` and `from`, outside of brackets. */
function selectedParts(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const token of text.slice('select '.length).match(/'[^']*'|[(),]|[^(),']+/g) ?? []) {
    if (token === '(') depth++;
    if (token === ')') depth--;
    const end = depth === 0 ? token.indexOf(' from "') : -1;
    if (end >= 0) {
      parts.push(`${parts.pop()}${token.slice(0, end)}`);
      break;
    }
    if (depth === 0 && token === ',') parts.push('');
    else parts.push(`${parts.pop()}${token}`);
  }
  return parts.map((part) => part.trim());
}
