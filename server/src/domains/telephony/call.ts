import { and, asc, desc, eq, gte, inArray, isNotNull, lt, type SQL, sql } from 'drizzle-orm';
import type { Read, Transact, Write } from '../../api/write.ts';
import { deleteInSteps } from '../../platform/database.ts';
import { normalizePhone } from '../../platform/phone.ts';
import { isClientOf } from '../appointments/visible-clients.ts';
import { clients } from '../clients/tables.ts';
import { country } from '../locations/dictionaries.ts';
import { locations } from '../locations/tables.ts';
import { type RoutedTo, routesOfCall } from './settings.ts';
import { type CallStatus, type CallType, calls, locationCalls, ringingCalls } from './tables.ts';

/** An incoming call that does not end in the history is shown for so many seconds. */
const ringsFor = 120;

/** What a telephony service reports when a call begins. */
export interface Ringing {
  phone: string;
  /** Empty if the call rings for nobody in particular. */
  subscriber: string;
  diversion: string;
}

/** What a telephony service reports when a call is over. */
export interface CallReport extends Ringing {
  type: CallType;
  status: CallStatus;
  /** seconds */
  duration: number;
  recordLink: string;
  externalId: string;
  calledAt: Date;
}

/** The other party of a call: in E.164, read in the country of the first location that the call concerns, or as it is given. */
export function callPhone(text: string, [first]: readonly Pick<RoutedTo, 'countryId'>[]): string {
  const countryCode = first && country(first.countryId)?.isoCode;
  return normalizePhone(text, countryCode) ?? text.normalize('NFKC').trim();
}

/** Shows an incoming call in the locations that it concerns. If it rings again, it is shown to all whom it rang for. */
export async function showRinging(write: Write, chainId: number, call: Ringing): Promise<void> {
  const routes = await routesOfCall(write, chainId, call);
  if (routes.length === 0) return;
  const phone = callPhone(call.phone, routes);
  const { subscriber, diversion } = call;
  const at = new Date();
  const isOver = sql`${ringingCalls.at} < excluded.at - make_interval(secs => ${ringsFor})`;
  const forAll = sql`${ringingCalls.userIds} = '{}' or excluded.user_ids = '{}'`;
  await write
    .insert(ringingCalls)
    .values(routes.map(({ locationId, userIds }) => ({ locationId, phone, subscriber, diversion, userIds, at })))
    .onConflictDoUpdate({
      target: [ringingCalls.locationId, ringingCalls.phone],
      set: {
        subscriber,
        diversion,
        at,
        userIds: sql`case when ${isOver} then excluded.user_ids when ${forAll} then '{}'
          else array(select distinct unnest(${ringingCalls.userIds} || excluded.user_ids)) end`,
      },
    });
}

/** The incoming calls that ring for a user, newest first. */
export const listRinging = (db: Read, locationId: number, userId: number, limit: number) =>
  db
    .select({ phone: ringingCalls.phone, diversion: ringingCalls.diversion, at: ringingCalls.at })
    .from(ringingCalls)
    .where(
      and(
        eq(ringingCalls.locationId, locationId),
        sql`${ringingCalls.at} > now() - make_interval(secs => ${ringsFor})`,
        sql`(${ringingCalls.userIds} = '{}' or ${userId} = any(${ringingCalls.userIds}))`,
      ),
    )
    .orderBy(desc(ringingCalls.at), asc(ringingCalls.phone))
    .limit(limit);

/**
 * Writes a call to the history of the chain and of the locations that it concerns. It rings no longer. A report that comes again, or that
 * completes an earlier one with the same id, changes the call.
 */
export async function recordCall(write: Write, chainId: number, report: CallReport): Promise<void> {
  const routes = await routesOfCall(write, chainId, report);
  const phone = callPhone(report.phone, routes);
  const values = { ...report, phone };
  const [call] = await write
    .insert(calls)
    .values({ ...values, chainId })
    .onConflictDoUpdate({
      target: [calls.chainId, calls.externalId, calls.type],
      targetWhere: sql`${calls.externalId} <> ''`,
      set: values,
    })
    .returning({ id: calls.id });
  const { id } = call as { id: number };
  await write.delete(locationCalls).where(and(eq(locationCalls.chainId, chainId), eq(locationCalls.callId, id)));
  if (routes.length === 0) return;
  const { calledAt } = report;
  await write
    .insert(locationCalls)
    .values(routes.map(({ locationId }) => ({ locationId, callId: id, chainId, phone, calledAt })));
  await endRinging(
    write,
    routes.map(({ locationId }) => locationId),
    phone,
  );
}

/** Locks the rows in the order in which incoming calls write them. */
const endRinging = (write: Write, locationIds: readonly number[], phone: string) =>
  write.execute(sql`
    delete from ringing_calls using (
      select location_id, phone from ringing_calls
      where location_id = any(${sql.param([...locationIds])}::int[]) and phone = ${phone} order by location_id for update) over
    where ringing_calls.location_id = over.location_id and ringing_calls.phone = over.phone`);

/** Filters calls. An undefined property does not filter. */
export interface CallFilter {
  from: Date;
  /** Not included. */
  to: Date;
  phone?: string | undefined;
  types?: readonly CallType[] | undefined;
  statuses?: readonly CallStatus[] | undefined;
}

/** A call, with the client of the location who has its number now. */
export interface CallRow {
  id: number;
  phone: string;
  type: CallType;
  status: CallStatus;
  duration: number;
  recordLink: string;
  calledAt: Date;
  clientId: number | null;
}

const shown = {
  id: calls.id,
  phone: calls.phone,
  type: calls.type,
  status: calls.status,
  duration: calls.duration,
  recordLink: calls.recordLink,
  calledAt: calls.calledAt,
};

const isOf = ({ types, statuses }: CallFilter): SQL | undefined =>
  and(types && inArray(calls.type, [...types]), statuses && inArray(calls.status, [...statuses]));

/** The calls of a location, newest first. @param member only calls with clients of this team member; 0 for all */
export const listCalls = (
  db: Read,
  locationId: number,
  filter: CallFilter,
  member: number,
  { offset, limit }: { offset: number; limit: number },
): Promise<CallRow[]> =>
  db
    .select({ ...shown, clientId: clients.id })
    .from(locationCalls)
    .innerJoin(calls, and(eq(calls.chainId, locationCalls.chainId), eq(calls.id, locationCalls.callId)))
    .leftJoin(clients, and(eq(clients.locationId, locationCalls.locationId), eq(clients.phone, locationCalls.phone)))
    .where(
      and(
        eq(locationCalls.locationId, locationId),
        gte(locationCalls.calledAt, filter.from),
        lt(locationCalls.calledAt, filter.to),
        filter.phone === undefined ? undefined : eq(locationCalls.phone, filter.phone),
        isOf(filter),
        member === 0 ? undefined : and(isNotNull(clients.id), isClientOf(member)),
      ),
    )
    .orderBy(desc(locationCalls.calledAt), desc(locationCalls.callId))
    .offset(offset)
    .limit(limit);

/** The calls of a chain, newest first, with the locations that they concern. */
export const listChainCalls = (
  db: Read,
  chainId: number,
  filter: CallFilter,
  { offset, limit }: { offset: number; limit: number },
) =>
  db
    .select({
      ...shown,
      diversion: calls.diversion,
      subscriber: calls.subscriber,
      locationIds: sql<number[]>`array(select place.location_id from location_calls place
        where place.chain_id = ${calls.chainId} and place.call_id = ${calls.id} order by place.location_id)`,
    })
    .from(calls)
    .where(
      and(
        eq(calls.chainId, chainId),
        gte(calls.calledAt, filter.from),
        lt(calls.calledAt, filter.to),
        filter.phone === undefined ? undefined : eq(calls.phone, filter.phone),
        isOf(filter),
      ),
    )
    .orderBy(desc(calls.calledAt), desc(calls.id))
    .offset(offset)
    .limit(limit);

/** Removes all calls with a number from the history of a chain. @returns how many there were */
export async function eraseCalls(write: Write, chainId: number, text: string): Promise<number> {
  const phone = callPhone(text, []);
  const gone = await write
    .delete(calls)
    .where(and(eq(calls.chainId, chainId), eq(calls.phone, phone)))
    .returning({ id: calls.id });
  const places = await write.select({ id: locations.id }).from(locations).where(eq(locations.chainId, chainId));
  await endRinging(
    write,
    places.map(({ id }) => id),
    phone,
  );
  return gone.length;
}

/** Removes calls that chains no longer keep, and those that rang an hour ago. */
export async function sweepCalls(transact: Transact): Promise<void> {
  await deleteInSteps(
    transact,
    calls,
    sql`exists (select from telephony_settings kept where kept.chain_id = calls.chain_id
      and calls.created_at < now() - make_interval(days => kept.days_kept))`,
  );
  await deleteInSteps(transact, ringingCalls, sql`${ringingCalls.at} < now() - interval '1 hour'`);
}
