import { and, asc, eq, gt, inArray, isNull, sql } from 'drizzle-orm';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Write } from '../../api/write.ts';
import { resourceInstances, resources } from '../resources/tables.ts';
import { occupations } from '../schedule/tables.ts';
import { eventSeriesDays } from './tables.ts';

/**
 * Deletes a resource with its instances. Services do not need it any more. Appointments and events of the past keep the ids of what they used.
 * @param now what ends later is still to come
 * @throws NotFound, Invalid while something that is to come uses it
 */
export async function deleteResource(write: Write, locationId: number, id: number, now: Date): Promise<void> {
  const own = and(eq(resources.locationId, locationId), eq(resources.id, id));
  // No instance is added meanwhile.
  const [resource] = await write.lock('resource', write.select({ id: resources.id }).from(resources).where(own), 'update');
  if (!resource) throw new NotFound();
  await expectUnused(write, locationId, await lockInstances(write, locationId, id), now, 'resourceId');
  await write.delete(resources).where(own);
}

/**
 * Deletes an instance of a resource.
 * @param now what ends later is still to come
 * @throws NotFound, Invalid while something that is to come uses it
 */
export async function deleteInstance(
  write: Write,
  locationId: number,
  { resource, instance }: { resource: number; instance: number },
  now: Date,
): Promise<void> {
  const ids = await lockInstances(write, locationId, resource, instance);
  if (ids.length === 0) throw new NotFound();
  await expectUnused(write, locationId, ids, now, 'instanceId');
  await write
    .delete(resourceInstances)
    .where(and(eq(resourceInstances.locationId, locationId), eq(resourceInstances.id, instance)));
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
async function expectUnused(write: Write, locationId: number, ids: number[], now: Date, field: string): Promise<void> {
  if (ids.length === 0) return;
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
      ),
    )
    .orderBy(asc(occupations.startsAt))
    .limit(1);
  if (busy) throw new Invalid({ [field]: [`is used by the ${busy.source} ${busy.sourceId}, which is to come`] });
  const [day] = await write
    .select({ id: eventSeriesDays.id })
    .from(eventSeriesDays)
    .where(
      and(
        eq(eventSeriesDays.locationId, locationId),
        isNull(eventSeriesDays.deletedAt),
        sql`${eventSeriesDays.resourceInstanceIds} && ${sql.param(ids)}::int[]`,
      ),
    )
    .limit(1);
  if (day) throw new Invalid({ [field]: [`is used by the day ${day.id} of a series of events`] });
}
