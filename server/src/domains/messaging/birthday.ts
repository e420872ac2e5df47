import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm';
import { Temporal } from 'temporal-polyfill';
import type { Read, Transact } from '../../api/write.ts';
import { readablePhone } from '../../platform/phone.ts';
import { clients } from '../clients/tables.ts';
import { locations } from '../locations/tables.ts';
import { channelsOf } from '../notifications/settings.ts';
import { notificationSettings } from '../notifications/tables.ts';
import { noMailings } from './campaign.ts';
import { compose, queueMessages, senderOf, timeValues } from './notice.ts';

/** The hour of the location's clock from which clients are greeted. */
const greetingHour = 10;
/** Clients that one transaction greets. */
const atOnce = 200;

/** The birthdays that are celebrated on a day, as month · 100 + day: that of 29 February on the 28th, if the year has no 29th. */
export function birthdaysOf(day: Temporal.PlainDate): number[] {
  const number = day.month * 100 + day.day;
  return number === 228 && !day.inLeapYear ? [228, 229] : [number];
}

/** Greets the clients of all locations who have their birthday and want to be greeted, once a year. Off unless a location switches it on. */
export async function greet({ db, transact }: { db: Read; transact: Transact }, now = new Date()): Promise<void> {
  const places = await db
    .select({ id: locations.id, timeZone: locations.timeZone, settings: notificationSettings })
    .from(notificationSettings)
    .innerJoin(locations, eq(locations.id, notificationSettings.locationId))
    .where(and(isNull(locations.deletedAt), sql`${notificationSettings.types} ? 'birthday_client'`))
    .orderBy(asc(locations.id));
  for (const { id, timeZone, settings } of places) {
    const local = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone);
    const on = channelsOf(settings, 'birthday_client');
    if (local.hour < greetingHour || (!on.sms && !on.email)) continue;
    const day = local.toPlainDate();
    const expiresAt = new Date(day.add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds);
    const isToday = sql`(extract(month from ${clients.birthDate}) * 100 + extract(day from ${clients.birthDate})) = any(${sql.param(birthdaysOf(day))}::int[])`;
    for (let last = 0, count = atOnce; count === atOnce; ) {
      const found = await db
        .select({
          id: clients.id,
          name: clients.name,
          phone: clients.phone,
          email: clients.email,
          noMailings: clients.noMailings,
        })
        .from(clients)
        .where(and(eq(clients.locationId, id), clients.birthdaySms, isToday, gt(clients.id, last)))
        .orderBy(asc(clients.id))
        .limit(atOnce);
      count = found.length;
      last = found.at(-1)?.id ?? last;
      if (count === 0) break;
      await transact(async (write) => {
        const sender = await senderOf(write, id);
        const rows = found.flatMap((client) =>
          (['sms', 'email'] as const)
            .filter((channel) => on[channel])
            .map((channel) => {
              const recipient = (channel === 'sms' ? client.phone : client.email.trim()) ?? '';
              const missing = channel === 'sms' ? 'The client has no phone number' : 'The client has no e-mail address';
              const reason = recipient === '' ? missing : client.noMailings ? noMailings : '';
              const values = {
                ...sender.company,
                ...timeValues(now, sender.settings.language, timeZone),
                CLIENT_NAME: client.name,
                CLIENT_PHONE: client.phone === null ? '' : readablePhone(client.phone),
                SERVICE_TITLE: '',
                MASTER_NAME: '',
                POSITION_TITLE: '',
              };
              return {
                locationId: id,
                type: 'birthday_client' as const,
                channel: channel === 'sms' ? sender.settings.phoneChannel : channel,
                recipient,
                ...compose(sender, 'birthday_client', channel, values),
                clientId: client.id,
                key: `birthday ${channel} ${client.id} ${day.year}`,
                state: reason ? ('skipped' as const) : ('queued' as const),
                reason,
                dueAt: now,
                expiresAt,
              };
            }),
        );
        await queueMessages(write, id, rows);
      });
    }
  }
}
