import { and, asc, eq, gt, gte, inArray, isNull, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Write } from '../../api/write.ts';
import { dateIn } from '../../platform/clock.ts';
import { eventSeries } from '../appointments/tables.ts';
import { serviceResources, services } from '../catalog/tables.ts';
import { resourceInstances, resources } from '../resources/tables.ts';
import { isInForce } from '../schedule/occupation.ts';
import { occupations } from '../schedule/tables.ts';
import { eventSeriesDays } from './tables.ts';

/**
 * Deletes a resource with its instances. Services do not need it any more. Appointments and events of the past keep the ids of what they used.
 * @param now what ends later is still to come
 * @throws NotFound, Invalid while something that is to come uses it
 */
export async function deleteResource(write: Write, location: Location, id: number, now: Date): Promise<void> {
  await lockResource(write, location.id, id);
  await expectUnused(write, location, await lockInstances(write, location.id, id), now, 'resourceId');
  await write.delete(resources).where(ofResource(location.id, id));
}

const ofResource = (locationId: number, id: number) => and(eq(resources.locationId, locationId), eq(resources.id, id));

/** Locks a resource, so that no instance is added or deleted and no service begins to need it until the transaction ends. @throws NotFound */
async function lockResource(write: Write, locationId: number, id: number): Promise<void> {
  const query = write.select({ id: resources.id }).from(resources).where(ofResource(locationId, id));
  if ((await write.lock('resource', query, 'update')).length === 0) throw new NotFound();
}

/**
 * Deletes an instance of a resource.
 * @param now what ends later is still to come
 * @throws NotFound, Invalid while something that is to come uses it, and for the last one of a resource that services need: nobody could book them
 */
export async function deleteInstance(
  write: Write,
  location: Location,
  { resource, instance }: { resource: number; instance: number },
  now: Date,
): Promise<void> {
  await lockResource(write, location.id, resource);
  const ids = await lockInstances(write, location.id, resource, instance);
  if (ids.length === 0) throw new NotFound();
  await expectUnused(write, location, ids, now, 'instanceId');
  await write
    .delete(resourceInstances)
    .where(and(eq(resourceInstances.locationId, location.id), eq(resourceInstances.id, instance)));
  await expectEnough(write, location.id, resource);
}

/** The services that a message names at most. */
const mostNamed = 5;

/** @throws Invalid that names services which need the resource, if it has no instance */
async function expectEnough(write: Write, locationId: number, resourceId: number): Promise<void> {
  const left = and(eq(resourceInstances.locationId, locationId), eq(resourceInstances.resourceId, resourceId));
  if ((await write.select({ id: resourceInstances.id }).from(resourceInstances).where(left).limit(1)).length > 0) return;
  const needing = await write
    .select({ id: services.id, title: services.title })
    .from(serviceResources)
    .innerJoin(services, and(eq(services.locationId, serviceResources.locationId), eq(services.id, serviceResources.serviceId)))
    .where(
      and(eq(serviceResources.locationId, locationId), eq(serviceResources.resourceId, resourceId), isNull(services.deletedAt)),
    )
    .orderBy(asc(services.id))
    .limit(mostNamed + 1);
  if (needing.length === 0) return;
  const named = needing.slice(0, mostNamed).map(({ id, title }) => `${title} (${id})`);
  const others = needing.length > mostNamed ? ' and others' : '';
  throw new Invalid({ instanceId: [`is the last one of a resource that services need: ${named.join(', ')}${others}`] });
}

/** Locks instances, as bookings do before they take one. So nobody books them until the transaction ends. */
async function lockInstances(write: Write, locationId: number, resourceId: number, id?: number): Promise<number[]> {
  const rows = await write.lock(
    'resource instance',
    write
      .select({ id: resourceInstances.id })
      .from(resourceInstances)
      .where(
        and(
          eq(resourceInstances.locationId, locationId),
          eq(resourceInstances.resourceId, resourceId),
          id === undefined ? undefined : eq(resourceInstances.id, id),
        ),
      )
      .orderBy(asc(resourceInstances.id)),
    'update',
  );
  return rows.map((row) => row.id);
}

/** @throws Invalid that names what uses one of the instances */
async function expectUnused(write: Write, location: Location, ids: number[], now: Date, field: string): Promise<void> {
  if (ids.length === 0) return;
  const locationId = location.id;
  const [busy] = await write
    .select({ source: occupations.source, sourceId: occupations.sourceId })
    .from(occupations)
    .where(
      and(
        eq(occupations.locationId, locationId),
        inArray(occupations.resourceInstanceId, ids),
        // No occupation is longer than a day. The index is by the beginning.
        gt(occupations.startsAt, new Date(now.getTime() - 24 * 3_600_000)),
        gt(occupations.endsAt, now),
        isInForce,
      ),
    )
    .orderBy(asc(occupations.startsAt))
    .limit(1);
  if (busy) throw new Invalid({ [field]: [`is used by the ${busy.source} ${busy.sourceId}, which is to come`] });
  const [day] = await write
    .select({ id: eventSeriesDays.id })
    .from(eventSeriesDays)
    .innerJoin(
      eventSeries,
      and(eq(eventSeries.locationId, eventSeriesDays.locationId), eq(eventSeries.id, eventSeriesDays.seriesId)),
    )
    .where(
      and(
        eq(eventSeriesDays.locationId, locationId),
        isNull(eventSeriesDays.deletedAt),
        gte(eventSeries.dateTo, dateIn(now, location.timeZone)),
        sql`${eventSeriesDays.resourceInstanceIds} && ${sql.param(ids)}::int[]`,
      ),
    )
    .limit(1);
  if (day) throw new Invalid({ [field]: [`is used by the day ${day.id} of a series of events`] });
}
