import type { Static } from 'typebox';
import { zonedDateTime } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import type { LogRow } from '../../messaging/log.ts';
import type { TemplateRow } from '../../messaging/templates.ts';
import type { NotificationSettings } from '../settings.ts';
import { type Channels, defaultChannels, noticeTypes } from '../types.ts';
import type { NotificationRules, SentMessage } from './schemas.ts';

export const presentChannels = ({ push, sms, email }: Channels) => ({
  push: Number(push),
  sms: Number(sms),
  email: Number(email),
});

/** Switches of the wire as those of the rules; only those that are given. */
export const readChannels = (given: { push?: number; sms?: number; email?: number }): Partial<Channels> =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value === 1]));

const clock = (minutes: number | null) =>
  minutes === null ? null : `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** Minutes from midnight. */
export const readClock = (text: string | null): number | null =>
  text === null ? null : Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

export const presentRules = (settings: NotificationSettings): Static<typeof NotificationRules> => ({
  channels: presentChannels(settings),
  phone_channel: settings.phoneChannel,
  types: noticeTypes.map((type) => ({ type, channels: presentChannels(settings.types[type] ?? defaultChannels(type)) })),
  sms_reminder_hours: settings.smsReminder,
  email_reminder_hours: settings.emailReminder,
  quiet_from: clock(settings.quietFrom),
  quiet_to: clock(settings.quietTo),
  language: settings.language,
});

export const presentTemplate = ({ id, type, channel, language, subject, text }: TemplateRow) => ({
  id,
  type,
  channel,
  language,
  subject,
  text,
});

/** @param sees which contacts the caller may see */
export const presentMessage = (
  row: LogRow,
  timeZone: string,
  sees: { phone: boolean; email: boolean },
): Static<typeof SentMessage> => ({
  id: row.id,
  type: row.type,
  channel: row.channel,
  recipient: (row.channel === 'email' ? sees.email : sees.phone) ? row.recipient : '',
  subject: sees.phone && sees.email ? row.subject : '',
  text: sees.phone && sees.email ? row.text : '',
  client_id: row.clientId,
  user_id: row.userId,
  record_id: row.appointmentId,
  state: row.state,
  reason: row.reason,
  attempts: row.attempts,
  parts: row.parts,
  cost: toWire(row.cost),
  due_date: zonedDateTime(row.dueAt, timeZone),
  create_date: zonedDateTime(row.createdAt, timeZone),
  sent_date: row.sentAt && zonedDateTime(row.sentAt, timeZone),
});
