import { eq, sql } from 'drizzle-orm';
import type { Read, Transact, Write } from '../../api/write.ts';
import { addDays, dateIn, startOfDay } from '../../platform/clock.ts';
import { rowsOf } from '../../platform/database.ts';
import { loyaltySettings } from '../loyalty/tables.ts';
import { queueLoyaltyMessages } from '../messaging/loyalty-message.ts';
import { membershipNotices, memberships, usableUntil } from './tables.ts';

/** What a chain tells the owners of memberships. A text is at most 255 characters long; an empty one stands for a usual text. */
export interface NoticeSettings {
  /** So many days before the end, at ten in the morning of the location that sold it; null for not at all. */
  daysBeforeEnd: number | null;
  endText: string;
  /** A day after a use that left so many visits; null for not at all. */
  visitsLeft: number | null;
  visitsText: string;
  /** Whenever a visit is taken. */
  onUse: boolean;
  useText: string;
}

/** What a chain tells the owners of memberships: nothing by default. */
export async function noticeSettings(db: Read, chainId: number): Promise<NoticeSettings> {
  const [row] = await db.select().from(loyaltySettings).where(eq(loyaltySettings.chainId, chainId));
  return {
    daysBeforeEnd: row?.membershipEndsNoticeDays ?? null,
    endText: row?.membershipEndsNotice ?? '',
    visitsLeft: row?.membershipVisitsNoticeLeft ?? null,
    visitsText: row?.membershipVisitsNotice ?? '',
    onUse: row?.isMembershipUseNoticed ?? false,
    useText: row?.membershipUseNotice ?? '',
  };
}

/** Sets what a chain tells the owners of memberships. */
export async function setNoticeSettings(write: Write, chainId: number, settings: NoticeSettings): Promise<void> {
  const values = {
    membershipEndsNoticeDays: settings.daysBeforeEnd,
    membershipEndsNotice: settings.endText.trim(),
    membershipVisitsNoticeLeft: settings.visitsLeft,
    membershipVisitsNotice: settings.visitsText.trim(),
    isMembershipUseNoticed: settings.onUse,
    membershipUseNotice: settings.useText.trim(),
    changedAt: new Date(),
  };
  await write
    .insert(loyaltySettings)
    .values({ chainId, ...values })
    .onConflictDoUpdate({ target: loyaltySettings.chainId, set: values });
  write.locked('loyalty settings', [chainId]);
}

/** All notices of memberships have one published type. */
const type = 'loyalty_settings_abonement_notification';

/** The notices that one transaction sends. */
const atOnce = 200;

/** Tells the owners of memberships that end soon, and of those with few visits left. One cause is told once. */
export async function tellOfMemberships(transact: Transact): Promise<void> {
  while ((await transact(tellOfEnds)) === atOnce);
  while ((await transact(tellOfVisits)) === atOnce);
}

interface Told {
  locationId: number;
  phone: string;
  title: string;
  timeZone: string;
  text: string;
  left: number;
  about: string;
}

const visitsLeft = sql`(select coalesce(sum(balances.amount), 0) from membership_balances held
  join balances on balances.chain_id = held.chain_id and balances.id = held.balance_id
  where held.chain_id = ${memberships.chainId} and held.membership_id = ${memberships.id})`;

/** Writes down notices that are due. @returns those that were not written down before */
const claim = (write: Write, kind: 'end' | 'visits', about: unknown, text: unknown, isDue: unknown): Promise<Told[]> =>
  rowsOf<Told>(
    write,
    sql`
    with due as materialized (
      select memberships.chain_id, memberships.id, memberships.location_id, memberships.phone, ${about} as about, ${text} as text,
        ${visitsLeft}::int as visits, locations.time_zone, membership_types.title
      from loyalty_settings settings
      join memberships on memberships.chain_id = settings.chain_id and memberships.deleted_at is null and memberships.phone is not null
      join locations on locations.id = memberships.location_id and locations.deleted_at is null
      join membership_types on membership_types.chain_id = memberships.chain_id and membership_types.id = memberships.type_id
      where ${isDue} and not exists (
        select from membership_notices told
        where told.chain_id = memberships.chain_id and told.membership_id = memberships.id and told.kind = ${kind} and told.about = ${about})
      order by memberships.chain_id, memberships.id
      limit ${atOnce}),
    told as (
      insert into ${membershipNotices} (chain_id, membership_id, kind, about)
      select chain_id, id, ${kind}, about from due
      on conflict do nothing
      returning chain_id, membership_id)
    select due.location_id as "locationId", due.phone, due.title, due.time_zone as "timeZone", due.text, due.visits as left, due.about
    from told join due on due.chain_id = told.chain_id and due.id = told.membership_id
    order by due.chain_id, due.id`,
  );

const until = usableUntil(memberships);

/** @returns the number of owners who were told */
async function tellOfEnds(write: Write): Promise<number> {
  const due = await claim(
    write,
    'end',
    sql`memberships.expires_at`,
    sql`settings.membership_ends_notice`,
    sql`settings.membership_ends_notice_days is not null and ${until} > now() and ${until} <= now() + make_interval(days => settings.membership_ends_notice_days + 1)
      and ((memberships.expires_at at time zone locations.time_zone)::date - settings.membership_ends_notice_days + time '10:00')
        at time zone locations.time_zone <= now()
      and (memberships.is_unlimited or ${visitsLeft} > 0)`,
  );
  await queueLoyaltyMessages(
    write,
    due.map(({ locationId, phone, title, timeZone, text, about }) => {
      const end = new Date(about);
      const words = text || `Your membership "${title}" ends on ${dateIn(end, timeZone)}.`;
      return { locationId, type, recipient: phone, text: words, expiresAt: end };
    }),
  );
  return due.length;
}

/** @returns the number of owners who were told */
async function tellOfVisits(write: Write): Promise<number> {
  const due = await claim(
    write,
    'visits',
    sql`memberships.last_used_at`,
    sql`settings.membership_visits_notice`,
    // What is older than two days is left alone: it was due before anybody wanted notices.
    sql`settings.membership_visits_notice_left is not null and not memberships.is_unlimited and ${until} > now()
      and memberships.last_used_at <= now() - interval '1 day' and memberships.last_used_at > now() - interval '3 days'
      and ${visitsLeft} = settings.membership_visits_notice_left`,
  );
  await queueLoyaltyMessages(
    write,
    due.map(({ locationId, phone, title, timeZone, text, left }) => {
      const words = text || `Visits left on your membership "${title}": ${left}.`;
      return { locationId, type, recipient: phone, text: words, expiresAt: endOfTomorrow(timeZone) };
    }),
  );
  return due.length;
}

/** Tells the owner that visits were taken, in the transaction that takes them. @param used as it was before, but for its owner */
export async function tellOfUse(
  write: Write,
  used: { chainId: number; locationId: number; phone: string | null; timeZone: string; type: { title: string } },
  visits: number,
): Promise<void> {
  if (used.phone === null) return;
  const { onUse, useText } = await noticeSettings(write, used.chainId);
  if (!onUse) return;
  const text = useText || `Visits taken from your membership "${used.type.title}": ${visits}.`;
  const { locationId, phone, timeZone } = used;
  await queueLoyaltyMessages(write, [{ locationId, type, recipient: phone, text, expiresAt: endOfTomorrow(timeZone) }]);
}

const endOfTomorrow = (timeZone: string) => startOfDay(addDays(dateIn(new Date(), timeZone), 2), timeZone);
