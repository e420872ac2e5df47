import { sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Change, Write } from '../../api/write.ts';
import { preparedSql } from '../../platform/database.ts';
import { type NotificationSettings, quietTimeAt } from '../notifications/settings.ts';
import type { NoticeKind } from './tables.ts';

const hour = 3_600_000;

/**
 * When a client is reminded: so many hours before the start. In a quiet time, it is just before that begins, or if that is past already, at
 * its end. Undefined if that is too late, or the time has passed when the appointment was booked.
 */
export function reminderTime(
  { startsAt, hours, now }: { startsAt: Date; hours: number; now: Date },
  settings: Pick<NotificationSettings, 'quietFrom' | 'quietTo'>,
  timeZone: string,
): Date | undefined {
  if (hours === 0) return undefined;
  const at = new Date(startsAt.getTime() - hours * hour);
  if (at <= now) return undefined;
  const quiet = quietTimeAt(at, settings, timeZone);
  if (!quiet) return at;
  // A minute before, so that it is sent before the quiet time.
  const before = new Date(quiet.from.getTime() - 60_000);
  if (before > now) return before;
  return quiet.to < startsAt ? quiet.to : undefined;
}

interface Planned {
  id: number;
  startsAt: string;
  sms: number;
  email: number;
  deleted: boolean;
  quietFrom: number | null;
  quietTo: number | null;
  /** What is planned already, with its time in milliseconds. */
  notices: { [Kind in NoticeKind]?: number };
}

const findPlanned = preparedSql<Planned>(
  'find_planned_notices',
  sql`
  select appointments.id, to_char(starts_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "startsAt", appointments.sms_reminder as sms,
    appointments.email_reminder as email, deleted_at is not null as deleted, quiet_from as "quietFrom", quiet_to as "quietTo",
    (select coalesce(jsonb_object_agg(kind, round(extract(epoch from due_at) * 1000)), '{}') from notices
      where notices.location_id = appointments.location_id and notices.appointment_id = appointments.id) as notices
  from appointments left join notification_settings settings using (location_id)
  where location_id = ${sql.placeholder('location')} and appointments.id = any(${sql.placeholder('ids')}::int[])`,
);

const writePlanned = preparedSql<never>(
  'write_planned_notices',
  sql`
  with wanted as (
    select * from jsonb_to_recordset(${sql.placeholder('wanted')}::jsonb) as wanted(id int, kind text, due_at timestamptz)),
  gone as (
    delete from notices using wanted
    where wanted.due_at is null and location_id = ${sql.placeholder('location')} and appointment_id = wanted.id and notices.kind = wanted.kind)
  insert into notices (location_id, appointment_id, kind, due_at)
  select ${sql.placeholder('location')}, id, kind, due_at from wanted where due_at is not null order by id, kind
  on conflict (location_id, appointment_id, kind) do update set due_at = excluded.due_at`,
);

/**
 * Plans what clients and users are told about changed appointments, in the transaction of the change. Reminders follow every move. What was
 * not told yet is not told separately: a new appointment that is moved is only confirmed, and one that is cancelled is not mentioned.
 */
export async function planNotices(write: Write, location: Location, changes: readonly Change[], now = new Date()): Promise<void> {
  const ids = [...new Set(changes.map(({ id }) => id))];
  if (ids.length === 0) return;
  const isTold = new Set(
    write
      .changes()
      .filter(
        ({ kind, row }) =>
          kind === 'appointment services' || (kind === 'appointment time' && (row as { isMoved: boolean }).isMoved),
      )
      .map(({ id }) => id),
  );
  const created = new Set(changes.filter(({ status }) => status === 'create').map(({ id }) => id));
  const wanted: { id: number; kind: NoticeKind; due_at: Date | null }[] = [];
  for (const row of await findPlanned(write, { location: location.id, ids: `{${ids.join(',')}}` })) {
    const startsAt = new Date(row.startsAt);
    const plan = (kind: NoticeKind, at: Date | undefined) => {
      const known = row.notices[kind];
      if (known !== at?.getTime()) wanted.push({ id: row.id, kind, due_at: at ?? null });
    };
    const isAhead = startsAt > now && !row.deleted;
    for (const [kind, hours] of [
      ['reminder_sms', row.sms],
      ['reminder_email', row.email],
    ] as const) {
      const at = isAhead ? reminderTime({ startsAt, hours, now }, row, location.timeZone) : undefined;
      // One that is late already, because no node works, is not given up by a change of something else.
      const isLate = isAhead && at === undefined && hours > 0 && !isTold.has(row.id) && row.notices[kind] !== undefined;
      if (!isLate) plan(kind, at);
    }
    const isUntold = created.has(row.id) || row.notices.create !== undefined;
    if (row.deleted) {
      plan('create', undefined);
      plan('move', undefined);
      if (!isUntold && startsAt > now && row.notices.delete === undefined) plan('delete', now);
    } else if (created.has(row.id)) {
      if (isAhead) plan('create', now);
    } else if (isTold.has(row.id) && !isUntold && isAhead && row.notices.move === undefined) {
      plan('move', now);
    }
  }
  if (wanted.length) await writePlanned(write, { location: location.id, wanted: JSON.stringify(wanted) });
}
