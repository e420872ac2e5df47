import Type, { type Static } from 'typebox';
import { type Flag, type Limited, type Location, locationUser } from '../../../api/access.ts';
import { Forbidden, Invalid } from '../../../api/errors.ts';
import { created, empty, ok, operation } from '../../../api/operation.ts';
import { pageRange } from '../../../api/pagination.ts';
import { PageMeta } from '../../../api/schema.ts';
import type { Read } from '../../../api/write.ts';
import { clientsOfMember, seesClient } from '../../appointments/visible-clients.ts';
import { type Authorized, visibilityOf } from '../../appointments/wire/caller.ts';
import { areOfMember, type Calendars, calendarsOf } from '../../team/calendars.ts';
import { addEntry, changeEntry, closeEntry, type EntryRow, getEntry, listEntries, personGiven, type Waiting } from '../entry.ts';
import { changeWaitingSettings, getWaitingSettings } from '../settings.ts';
import type { EntryStatus } from '../tables.ts';
import { newWishOf, waitingSpelling, wishOf } from './input.ts';
import { presentEntry, presentSettings } from './present.ts';
import {
  EntryPath,
  EntryQuery,
  LocationPath,
  NewWaitingEntry,
  WaitingEntry,
  WaitingEntryChanges,
  WaitingSettings,
  WaitingSettingsChanges,
} from './schemas.ts';

const tag = 'Waiting list';
const path = '/company/{location_id}/waiting_list';
const settingsPath = '/company/{location_id}/settings/waiting_list';

const example = {
  id: 12,
  status: 'offered',
  client_id: 66,
  name: 'Olivia Brown',
  phone: '+13155550175',
  email: 'olivia@example.com',
  services: [{ id: 1, title: 'Haircut' }],
  staff: null,
  date_from: '2026-09-25',
  date_to: '2026-09-26',
  time_from: '14:00',
  time_to: '18:00',
  comment: '',
  is_online: true,
  missed_offers: 0,
  offer: {
    id: 7,
    staff: { id: 3, name: 'Alice' },
    datetime: '2026-09-25T15:00:00-04:00',
    seance_length: 3600,
    expires_at: '2026-09-24T12:30:00-04:00',
  },
  record_id: null,
  created_at: '2026-09-20T09:12:00-04:00',
  ended_at: null,
};

/** Entries as the user may see them. Clients whom the user may not see are left out of their entries. */
async function present(caller: Authorized, rows: readonly EntryRow[]) {
  const { db, location, can, limit } = caller;
  const ids = rows.flatMap(({ clientId }) => (clientId === null ? [] : [clientId]));
  const seen = await clientsOfMember(db, location.id, limit('clients_visit_master_id'), ids);
  const sees = visibilityOf(can);
  return rows.map((row) =>
    presentEntry(row, location, { ...sees, client: sees.client && (row.clientId === null || seen.has(row.clientId)) }),
  );
}

const presentOne = async (caller: Authorized, id: number, calendars: Calendars): Promise<Static<typeof WaitingEntry>> => {
  const [shown] = await present(caller, [await getEntry(caller.db, caller.location, id, calendars)]);
  return shown as Static<typeof WaitingEntry>;
};

/** Whoever changes the list may do the same with appointments. @throws Forbidden */
function expectRight({ can }: { can(flag: Flag): boolean }, flag: Flag): void {
  if (!can(flag)) throw new Forbidden();
}

/** A user who is limited to some calendars adds nothing to others, nor for any team member. @throws Forbidden */
function expectOwn(calendars: Calendars, memberId: number | null): void {
  const isOwn = memberId === null ? calendars.memberIds === undefined : areOfMember(calendars, memberId);
  if (!isOwn) throw new Forbidden('You may add to your own calendar only.');
}

const listWaitingEntries = operation({
  id: 'list_waiting_entries',
  method: 'GET',
  path,
  tag,
  summary: 'List the clients who wait for a time',
  description:
    'In the order in which they came, which is that of the offers. An entry whose client did not take an offer in time waits again, and is `passed` after too many offers. Entries are kept for 90 days after their end. A user who is limited to the calendar of a team member sees only entries for this team member.',
  extension: true,
  access: locationUser('timetable_waiting_list_access'),
  params: LocationPath,
  query: EntryQuery,
  success: ok(Type.Array(WaitingEntry), PageMeta),
  example: { data: [example], meta: { page: 1, total_count: 1 } },
  handle: async (context) => {
    const { db, location, query } = context;
    const { page, count } = query;
    if (query.client_id && !(await seesClient(context, query.client_id))) return { data: [], meta: { page, total_count: 0 } };
    const filter = {
      status: query.status as EntryStatus | undefined,
      from: query.start_date,
      to: query.end_date,
      clientId: query.client_id,
      memberId: query.team_member_id,
      calendars: await calendarsOf(context),
    };
    const { rows, total } = await listEntries(db, location, filter, pageRange(page, count));
    return { data: await present(context, rows), meta: { page, total_count: total } };
  },
});

const getWaitingEntry = operation({
  id: 'get_waiting_entry',
  method: 'GET',
  path: `${path}/{waiting_entry_id}`,
  tag,
  summary: 'Read an entry of the waiting list',
  extension: true,
  access: locationUser('timetable_waiting_list_access'),
  params: EntryPath,
  success: ok(WaitingEntry),
  example: { data: example },
  handle: async (context) => presentOne(context, context.params.waiting_entry_id, await calendarsOf(context)),
});

/** The client of a request. @throws Invalid */
async function waitingOf(
  context: Limited & { db: Read; location: Location },
  body: { client_id?: number; name?: string; phone?: string; email?: string },
): Promise<Waiting> {
  const { client_id, name = '', phone = '', email = '' } = body;
  if (client_id === undefined) return personGiven(context.location, { name, phone, email });
  if (name || phone || email)
    throw new Invalid({ clientId: ['must not be sent with a name, a phone number or an e-mail address'] });
  if (!(await seesClient(context, client_id))) throw new Invalid({ clientId: ['must be a client of this location'] });
  return { clientId: client_id };
}

const addWaitingEntry = operation({
  id: 'add_waiting_entry',
  method: 'POST',
  path,
  tag,
  summary: 'Add a client to the waiting list',
  description:
    'For services that clients can book online, on up to 62 days. When a time becomes free, the first client whom it fits gets a message with a link, and the time is held for them for a while. A time that is free already is offered at once. A client with the phone number of a card gets the entry on this card. 409 if the list has 500 open entries, or the client 10.',
  extension: true,
  access: locationUser('timetable_waiting_list_access'),
  params: LocationPath,
  body: NewWaitingEntry,
  spelling: waitingSpelling,
  success: created(WaitingEntry),
  errors: [409],
  example: {
    body: {
      client_id: 66,
      service_ids: [1],
      date_from: '2026-09-25',
      date_to: '2026-09-26',
      time_from: '14:00',
      time_to: '18:00',
    },
    data: { ...example, status: 'waiting', is_online: false, offer: null },
  },
  handle: async (context) => {
    const { write, location, body } = context;
    expectRight(context, 'create_records_access');
    const calendars = await calendarsOf(context);
    const wish = newWishOf(body);
    expectOwn(calendars, wish.memberId);
    const { id } = await addEntry(write, location, await waitingOf(context, body), wish, false);
    return presentOne(context, id, calendars);
  },
});

const changeWaitingEntry = operation({
  id: 'change_waiting_entry',
  method: 'PUT',
  path: `${path}/{waiting_entry_id}`,
  tag,
  summary: 'Change an entry of the waiting list',
  description:
    'Fields that are not sent stay as they are. The entry keeps its place. If more than the comment changes, an open offer is withdrawn. 409 for an entry that has ended.',
  extension: true,
  access: locationUser('timetable_waiting_list_access'),
  params: EntryPath,
  body: WaitingEntryChanges,
  spelling: waitingSpelling,
  success: ok(WaitingEntry),
  errors: [409],
  example: { body: { date_to: '2026-09-27' }, data: { ...example, date_to: '2026-09-27', status: 'waiting', offer: null } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    expectRight(context, 'edit_records_access');
    const calendars = await calendarsOf(context);
    const wish = wishOf(body);
    await getEntry(write, location, params.waiting_entry_id, calendars);
    if (wish.memberId !== undefined) expectOwn(calendars, wish.memberId);
    await changeEntry(write, location, params.waiting_entry_id, wish, calendars);
    return presentOne(context, params.waiting_entry_id, calendars);
  },
});

const closeWaitingEntry = operation({
  id: 'close_waiting_entry',
  method: 'DELETE',
  path: `${path}/{waiting_entry_id}`,
  tag,
  summary: 'End an entry of the waiting list',
  description: 'The client waits no more. A time that was offered is free for the next one. 409 for an entry that has ended.',
  extension: true,
  access: locationUser('timetable_waiting_list_access'),
  params: EntryPath,
  success: empty(204),
  errors: [409],
  handle: async (context) => {
    expectRight(context, 'delete_records_access');
    await closeEntry(context.write, context.location, context.params.waiting_entry_id, await calendarsOf(context));
  },
});

const exampleSettings = { is_online: true, hold_minutes: 30, most_offers: 3 };

const getWaitingListSettings = operation({
  id: 'get_waiting_list_settings',
  method: 'GET',
  path: settingsPath,
  tag,
  summary: 'Read how the waiting list works',
  extension: true,
  access: locationUser(),
  params: LocationPath,
  success: ok(WaitingSettings),
  example: { data: exampleSettings },
  handle: async ({ db, location }) => presentSettings(await getWaitingSettings(db, location.id)),
});

const changeWaitingListSettings = operation({
  id: 'change_waiting_list_settings',
  method: 'PUT',
  path: settingsPath,
  tag,
  summary: 'Change how the waiting list works',
  description: 'Fields that are not sent stay as they are. Offers that are open keep their end.',
  extension: true,
  access: locationUser('online_record_access'),
  params: LocationPath,
  body: WaitingSettingsChanges,
  success: ok(WaitingSettings),
  example: { body: { is_online: true, hold_minutes: 30 }, data: exampleSettings },
  handle: async ({ write, location, body }) =>
    presentSettings(
      await changeWaitingSettings(write, location.id, {
        isOnline: body.is_online,
        holdMinutes: body.hold_minutes,
        mostOffers: body.most_offers,
      }),
    ),
});

/** Foyer's own operations for the desk. */
export const waitingListOperations = [
  listWaitingEntries,
  addWaitingEntry,
  getWaitingEntry,
  changeWaitingEntry,
  closeWaitingEntry,
  getWaitingListSettings,
  changeWaitingListSettings,
];
