import { and, eq, inArray } from 'drizzle-orm';
import { Temporal } from 'temporal-polyfill';
import { Invalid } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { notificationSettings, userNotificationSettings } from './tables.ts';
import { type Channels, defaultChannels, type NoticeType, noticeTypes, type UserNoticeType, userNoticeTypes } from './types.ts';

type Row = typeof notificationSettings.$inferSelect;
/** How a location notifies. */
export type NotificationSettings = Omit<Row, 'locationId'>;

/** The settings of a location that has set nothing. */
export const usualSettings: NotificationSettings = {
  push: true,
  sms: true,
  email: true,
  phoneChannel: 'sms',
  types: {},
  smsReminder: 1,
  emailReminder: 12,
  quietFrom: null,
  quietTo: null,
  language: 'en',
};

/** The settings of a location. */
export async function getNotificationSettings(db: Read, locationId: number): Promise<NotificationSettings> {
  const [row] = await db.select().from(notificationSettings).where(eq(notificationSettings.locationId, locationId));
  if (!row) return usualSettings;
  const { locationId: _location, ...settings } = row;
  return settings;
}

/** Changes settings of a location. Types that are not named stay. @throws Invalid for a quiet time without a begin or an end */
export async function changeNotificationSettings(
  write: Write,
  locationId: number,
  changes: Partial<NotificationSettings>,
): Promise<NotificationSettings> {
  await write.insert(notificationSettings).values({ locationId }).onConflictDoNothing();
  const own = eq(notificationSettings.locationId, locationId);
  await write.lock(
    'notification settings',
    write.select({ id: notificationSettings.locationId }).from(notificationSettings).where(own),
  );
  const before = await getNotificationSettings(write, locationId);
  const after = { ...before, ...changes, types: { ...before.types, ...changes.types } };
  if ((after.quietFrom === null) !== (after.quietTo === null)) {
    throw new Invalid({ quietTo: ['must be set together with {quietFrom}'] });
  }
  if (after.quietFrom !== null && after.quietFrom === after.quietTo)
    throw new Invalid({ quietTo: ['must differ from {quietFrom}'] });
  await write.update(notificationSettings).set(after).where(own);
  return after;
}

/** Whether a type is sent on a channel in a location: the channel is on, and the type is on in it. */
export const channelsOf = (
  settings: Pick<NotificationSettings, 'push' | 'sms' | 'email' | 'types'>,
  type: NoticeType,
): Channels => both(settings, settings.types[type] ?? defaultChannels(type));

const both = (one: Channels, other: Channels): Channels => ({
  push: one.push && other.push,
  sms: one.sms && other.sms,
  email: one.email && other.email,
});

/** All types of a location with their channels. */
export const typesOf = (settings: NotificationSettings): { type: NoticeType; channels: Channels }[] =>
  noticeTypes.map((type) => ({ type, channels: channelsOf(settings, type) }));

/** Which notifications a user gets: those of an administrator, those of the team member that the user is, or none. */
export type NoticeMode = 'admin' | 'staff' | 'disabled';

/** The types of a mode, in the published order. */
export const typesOfMode = (mode: NoticeMode): UserNoticeType[] =>
  mode === 'disabled' ? [] : userNoticeTypes.filter((type) => type === 'license_expire' || type.endsWith(`_${mode}`));

/** What a user gets of each type of a mode: the channel is on, the type is on in the location, and the user has not switched it off. */
export async function userTypes(
  db: Read,
  of: { locationId: number; userId: number },
  mode: NoticeMode,
): Promise<{ type: UserNoticeType; channels: Channels }[]> {
  const settings = await getNotificationSettings(db, of.locationId);
  const own = await ownSettings(db, of.locationId, [of.userId]);
  return typesOfMode(mode).map((type) => ({
    type,
    channels: both(channelsOf(settings, type), own.get(`${of.userId} ${type}`) ?? allOn),
  }));
}

const allOn: Channels = { push: true, sms: true, email: true };

/** What users have switched for themselves, by `user type`. */
async function ownSettings(db: Read, locationId: number, userIds: readonly number[]): Promise<Map<string, Channels>> {
  if (userIds.length === 0) return new Map();
  const rows = await db
    .select()
    .from(userNotificationSettings)
    .where(and(eq(userNotificationSettings.locationId, locationId), inArray(userNotificationSettings.userId, [...userIds])));
  return new Map(rows.map(({ userId, type, push, sms, email }) => [`${userId} ${type}`, { push, sms, email }]));
}

/** The channels that users get a type on. */
export async function channelsOfUsers(
  db: Read,
  locationId: number,
  settings: NotificationSettings,
  type: UserNoticeType,
  userIds: readonly number[],
): Promise<Map<number, Channels>> {
  const own = await ownSettings(db, locationId, userIds);
  const ofLocation = channelsOf(settings, type);
  return new Map(userIds.map((id) => [id, both(ofLocation, own.get(`${id} ${type}`) ?? allOn)]));
}

/** Switches types for a user; types of another mode are left out, and channels that are not named stay. */
export async function switchUserTypes(
  write: Write,
  { locationId, userId }: { locationId: number; userId: number },
  mode: NoticeMode,
  types: readonly { type: UserNoticeType; channels: Partial<Channels> }[],
): Promise<void> {
  const fitting = types.filter(({ type }) => typesOfMode(mode).includes(type));
  // The last one counts if a type is named twice.
  const last = new Map(fitting.map(({ type, channels }) => [type, channels]));
  for (const [type, channels] of [...last].toSorted(([one], [other]) => one.localeCompare(other))) {
    if (Object.keys(channels).length === 0) continue;
    await write
      .insert(userNotificationSettings)
      .values({ locationId, userId, type, ...channels })
      .onConflictDoUpdate({
        target: [userNotificationSettings.locationId, userNotificationSettings.userId, userNotificationSettings.type],
        set: channels,
      });
  }
}

type Quiet = Pick<NotificationSettings, 'quietFrom' | 'quietTo'>;

/** The quiet time around an instant, in a time zone: its begin and its end. Undefined at other times. */
export function quietTimeAt(at: Date, { quietFrom, quietTo }: Quiet, timeZone: string): { from: Date; to: Date } | undefined {
  if (quietFrom === null || quietTo === null) return undefined;
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
  const minute = local.hour * 60 + local.minute;
  const isOvernight = quietFrom > quietTo;
  const isQuiet = isOvernight ? minute >= quietFrom || minute < quietTo : minute >= quietFrom && minute < quietTo;
  if (!isQuiet) return undefined;
  const first = local.toPlainDate().subtract({ days: isOvernight && minute < quietTo ? 1 : 0 });
  const instant = (date: Temporal.PlainDate, minutes: number) =>
    new Date(
      date
        .toPlainDateTime({ hour: Math.floor(minutes / 60), minute: minutes % 60 })
        .toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds,
    );
  return { from: instant(first, quietFrom), to: instant(first.add({ days: isOvernight ? 1 : 0 }), quietTo) };
}
