import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { readablePhone } from '../../platform/phone.ts';
import { appointmentServices, appointments } from '../appointments/tables.ts';
import { services } from '../catalog/tables.ts';
import { clients } from '../clients/tables.ts';
import { locations } from '../locations/tables.ts';
import { channelsOf, channelsOfUsers, getNotificationSettings, type NotificationSettings } from '../notifications/settings.ts';
import type { ClientNoticeType, UserNoticeType } from '../notifications/types.ts';
import { teamMembers } from '../team/tables.ts';
import { affords, costOf, lockBalance, spend } from './balance.ts';
import { partsOf } from './parts.ts';
import { linkLength, linkPlaceholder } from './signed-link.ts';
import { locationMessages, type NoticeKind, notices } from './tables.ts';
import { fill, listTemplates, type TemplateRow, textFor, type Values } from './templates.ts';
import { type NotifiedUser, seesCalendar, seesOfClient, usersToNotify } from './users.ts';

export type NewMessage = typeof locationMessages.$inferInsert;
const day = 86_400_000;

/** What texts need of a location. */
export interface Sender {
  settings: NotificationSettings;
  templates: readonly TemplateRow[];
  company: Pick<Values, 'COMPANY_NAME' | 'COMPANY_ADDRESS' | 'COMPANY_PHONE'>;
}

/** Reads what texts need of a location, once for many messages. */
export async function senderOf(write: Write, locationId: number): Promise<Sender> {
  const [row] = await write
    .select({ title: locations.title, publicTitle: locations.publicTitle, address: locations.address, phones: locations.phones })
    .from(locations)
    .where(eq(locations.id, locationId));
  const phone = row?.phones[0];
  return {
    settings: await getNotificationSettings(write, locationId),
    templates: await listTemplates(write, locationId),
    company: {
      COMPANY_NAME: row?.publicTitle || row?.title || '',
      COMPANY_ADDRESS: row?.address ?? '',
      COMPANY_PHONE: phone === undefined ? '' : readablePhone(phone),
    },
  };
}

/** Values about time, as the language writes them, on the clock of the location. */
export function timeValues(
  at: Date,
  language: string,
  timeZone: string,
): Pick<Values, 'DATETIME' | 'DATETIME_SHORT' | 'DATE' | 'TIME'> {
  const write = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, { ...options, timeZone }).format(at);
  return {
    DATETIME: write({ dateStyle: 'long', timeStyle: 'short' }),
    DATETIME_SHORT: write({ day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' }),
    DATE: write({ dateStyle: 'long' }),
    TIME: write({ timeStyle: 'short' }),
  };
}

const appointmentColumns = {
  id: appointments.id,
  startsAt: appointments.startsAt,
  deletedAt: appointments.deletedAt,
  attendance: appointments.attendance,
  isOnline: appointments.isOnline,
  prepayment: appointments.prepayment,
  teamMemberId: appointments.teamMemberId,
  clientId: appointments.clientId,
  name: sql<string>`coalesce(${clients.name}, ${appointments.guestName})`,
  surname: sql<string>`coalesce(${clients.surname}, '')`,
  phone: clients.phone,
  email: sql<string>`trim(case when ${clients.id} is null then ${appointments.guestEmail} else ${clients.email} end)`,
  member: teamMembers.name,
  position: teamMembers.specialization,
  positionId: teamMembers.positionId,
  services: sql<string>`coalesce((select string_agg(${services.title}, ', ' order by ${appointmentServices.position}) from ${appointmentServices}
    join ${services} on ${services.locationId} = ${appointmentServices.locationId} and ${services.id} = ${appointmentServices.serviceId}
    where ${appointmentServices.locationId} = appointments.location_id and ${appointmentServices.appointmentId} = appointments.id), '')`,
};

const findAppointments = (write: Write, locationId: number, ids: readonly number[]) =>
  write
    .select(appointmentColumns)
    .from(appointments)
    .innerJoin(
      teamMembers,
      and(eq(teamMembers.locationId, appointments.locationId), eq(teamMembers.id, appointments.teamMemberId)),
    )
    .leftJoin(clients, and(eq(clients.locationId, appointments.locationId), eq(clients.id, appointments.clientId)))
    .where(and(eq(appointments.locationId, locationId), inArray(appointments.id, [...ids])));

type Told = Awaited<ReturnType<typeof findAppointments>>[number];

const clientType: Record<NoticeKind, ClientNoticeType> = {
  create: 'record_create_client',
  move: 'record_move_client',
  delete: 'record_delete_client',
  reminder_sms: 'record_reminder_client',
  reminder_email: 'record_reminder_client',
};

/** Why a notice about an appointment is not sent any more. Empty if it is. */
const objection = (kind: NoticeKind, told: Told, now: Date): string => {
  if (kind === 'delete') return '';
  if (told.deletedAt) return 'The appointment was deleted';
  if (kind.startsWith('reminder') && told.attendance === -1) return 'The client does not come';
  if (kind.startsWith('reminder') && told.attendance === 1) return 'The client has come';
  return told.startsAt <= now ? 'The appointment has begun' : '';
};

/**
 * Turns due notices of a location into messages to clients and users. The notices end in the same transaction, so none is told twice.
 * @returns the number of notices
 */
export async function tellDue(write: Write, location: Location, now: Date, limit: number): Promise<number> {
  const due = await rowsOf<{ id: number; kind: NoticeKind }>(
    write,
    sql`
    delete from notices using (
      select location_id, appointment_id, kind from notices where location_id = ${location.id} and due_at <= ${now.toISOString()}
      order by due_at limit ${limit} for update skip locked) as due
    where notices.location_id = due.location_id and notices.appointment_id = due.appointment_id and notices.kind = due.kind
    returning notices.appointment_id as id, notices.kind`,
  );
  if (due.length === 0) return 0;
  const ids = [...new Set(due.map(({ id }) => id))];
  const found = new Map((await findAppointments(write, location.id, ids)).map((row) => [row.id, row]));
  const sender = await senderOf(write, location.id);
  const users = await usersToNotify(write, location.id);
  const rows: NewMessage[] = [];
  const held: (typeof notices.$inferInsert)[] = [];
  for (const { id, kind } of due.toSorted((one, other) => one.id - other.id)) {
    const told = found.get(id);
    if (!told) continue;
    if (kind === 'create' && told.prepayment === 'open' && !told.deletedAt) {
      // It is not sure yet that the client pays.
      held.push({ locationId: location.id, appointmentId: id, kind, dueAt: new Date(now.getTime() + 60_000) });
      continue;
    }
    rows.push(...toClient(location, sender, kind, told, now));
    if (!kind.startsWith('reminder')) rows.push(...(await toUsers(write, location, sender, users, kind, told, now)));
  }
  if (held.length) await write.insert(notices).values(held).onConflictDoNothing();
  await queueMessages(write, location.id, rows);
  return due.length;
}

const all = { client: true, surname: true, phone: true };
/** What a user may not see. */
const hidden = '–';

function valuesOf(location: Location, { settings, company }: Sender, told: Told, sees = all): Values {
  const phone = told.phone === null ? '' : readablePhone(told.phone);
  return {
    ...company,
    CLIENT_NAME: sees.client ? `${told.name} ${sees.surname ? told.surname : ''}`.trim() : hidden,
    CLIENT_PHONE: sees.phone ? phone : hidden,
    SERVICE_TITLE: told.services,
    MASTER_NAME: told.member,
    POSITION_TITLE: told.position,
    ...timeValues(told.startsAt, settings.language, location.timeZone),
  };
}

/** The text of a type for the values, in the language of the location. */
export function compose(sender: Sender, type: ClientNoticeType | UserNoticeType, channel: 'sms' | 'email', values: Values) {
  const { subject, text } = textFor(sender.templates, { type, channel, language: sender.settings.language });
  return { subject: fill(subject, values), text: fill(text, values) };
}

function toClient(location: Location, sender: Sender, kind: NoticeKind, told: Told, now: Date): NewMessage[] {
  const { settings } = sender;
  const type = clientType[kind];
  const on = channelsOf(settings, type);
  const isWanted = { sms: on.sms && kind !== 'reminder_email', email: on.email && kind !== 'reminder_sms' };
  const values = valuesOf(location, sender, told);
  return (['sms', 'email'] as const)
    .filter((channel) => isWanted[channel])
    .map((channel) => {
      const recipient = channel === 'sms' ? (told.phone ?? '') : told.email;
      const missing = channel === 'sms' ? 'The client has no phone number' : 'The client has no e-mail address';
      const isReminder = kind === 'reminder_sms' || kind === 'reminder_email';
      return {
        ...aboutAppointment(location, told, now),
        type,
        channel: channel === 'sms' ? settings.phoneChannel : channel,
        recipient,
        ...compose(sender, type, channel, values),
        clientId: told.clientId,
        // A client is not reminded twice of one time, even if the appointment is moved away and back.
        key:
          isReminder || kind !== 'move'
            ? `${kind} ${channel} ${told.id}${isReminder ? ` ${told.startsAt.toISOString()}` : ''}`
            : null,
        expiresAt: told.startsAt > now ? told.startsAt : new Date(now.getTime() + day),
        ...skipped(objection(kind, told, now) || (recipient === '' ? missing : '')),
      };
    });
}

async function toUsers(
  write: Write,
  location: Location,
  sender: Sender,
  users: readonly NotifiedUser[],
  kind: NoticeKind,
  told: Told,
  now: Date,
): Promise<NewMessage[]> {
  const event = kind === 'create' ? (told.isOnline ? 'create_online' : 'create_offline') : (kind as 'move' | 'delete');
  const rows: NewMessage[] = [];
  for (const mode of ['staff', 'admin'] as const) {
    const type: UserNoticeType = `record_${event}_${mode}`;
    const meant = users.filter(
      (user) => user.mode === mode && (mode === 'admin' || user.teamMemberId === told.teamMemberId) && seesCalendar(user, told),
    );
    const ids = meant.map(({ id }) => id);
    const channels = await channelsOfUsers(write, location.id, sender.settings, type, ids);
    for (const user of meant) {
      const values = valuesOf(location, sender, told, seesOfClient(user, told));
      for (const channel of ['sms', 'email'] as const) {
        if (!channels.get(user.id)?.[channel]) continue;
        const recipient = (channel === 'sms' ? user.phone : user.email) ?? '';
        rows.push({
          ...aboutAppointment(location, told, now),
          type,
          channel: channel === 'sms' ? sender.settings.phoneChannel : channel,
          recipient,
          ...compose(sender, type, channel, values),
          userId: user.id,
          key: kind === 'move' ? null : `${kind} ${mode} ${channel} ${told.id} ${user.id}`,
          expiresAt: new Date(now.getTime() + day),
          ...skipped(
            objection(kind, told, now) ||
              (recipient === '' ? `The user has no ${channel === 'sms' ? 'phone number' : 'confirmed e-mail address'}` : ''),
          ),
        });
      }
    }
  }
  return rows;
}

const aboutAppointment = (location: Location, told: Told, now: Date) => ({
  locationId: location.id,
  appointmentId: told.id,
  startsAt: told.startsAt,
  dueAt: now,
  createdAt: now,
});

const skipped = (reason: string) => ({ state: reason ? ('skipped' as const) : ('queued' as const), reason });

/**
 * Queues messages and takes their cost from the balance. A message that the location cannot pay is skipped.
 * @returns the number of messages that will be sent
 */
export async function queueMessages(write: Write, locationId: number, rows: readonly NewMessage[]): Promise<number> {
  if (rows.length === 0) return 0;
  const isPaid = (row: NewMessage) => row.channel !== 'email' && row.state === 'queued';
  const balance = rows.some(isPaid) ? await lockBalance(write, locationId) : undefined;
  let parts = 0;
  const priced = rows.map((row) => {
    if (!balance || !isPaid(row)) return row;
    const text = row.text ?? '';
    const own = partsOf(row.link ? text.replaceAll(linkPlaceholder, 'x'.repeat(linkLength)) : text);
    if (!affords(balance, costOf(balance, parts + own)))
      return { ...row, parts: own, ...skipped('The balance of messages is too small') };
    parts += own;
    return { ...row, parts: own, cost: costOf(balance, own) };
  });
  const added = await write
    .insert(locationMessages)
    .values(priced)
    .onConflictDoNothing()
    .returning({ channel: locationMessages.channel, state: locationMessages.state, parts: locationMessages.parts });
  const queued = added.filter(({ state }) => state === 'queued').length;
  if (!balance) return queued;
  const sent = added.filter(({ channel, state }) => channel !== 'email' && state === 'queued');
  const cost = costOf(
    balance,
    sent.reduce((total, row) => total + row.parts, 0),
  );
  await spend(write, locationId, balance, cost);
  return queued;
}

/** Skips messages that wait to be sent, by their keys, because what they say is no longer true. Their cost goes back. */
export async function skipQueued(write: Write, locationId: number, keys: readonly string[], reason: string): Promise<void> {
  if (keys.length === 0) return;
  await write.execute(sql`
    with gone as (
      update location_messages set state = 'skipped', reason = ${reason}
      where location_id = ${locationId} and key = any(${sql.param([...keys])}::text[]) and state = 'queued' returning cost)
    update message_balances set balance = balance + back.cost
    from (select coalesce(sum(cost), 0) as cost from gone) as back where location_id = ${locationId} and back.cost > 0`);
}
