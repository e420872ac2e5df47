import { and, asc, eq, inArray } from 'drizzle-orm';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { resourceInstances, resources } from './tables.ts';

/** The resources of a location with their instances, by id. */
export async function listResources(db: Read, locationId: number) {
  const rows = await db
    .select({ id: resources.id, title: resources.title, instance: { id: resourceInstances.id, title: resourceInstances.title } })
    .from(resources)
    .leftJoin(
      resourceInstances,
      and(eq(resourceInstances.locationId, resources.locationId), eq(resourceInstances.resourceId, resources.id)),
    )
    .where(eq(resources.locationId, locationId))
    .orderBy(asc(resources.id), asc(resourceInstances.id));
  const found = new Map<number, { id: number; title: string; instances: { id: number; title: string }[] }>();
  for (const { id, title, instance } of rows) {
    const resource = found.get(id) ?? { id, title, instances: [] };
    if (instance) resource.instances.push(instance);
    found.set(id, resource);
  }
  return [...found.values()];
}

/** A resource with its instances, by id. @throws NotFound */
export async function getResource(db: Read, locationId: number, id: number) {
  const [resource] = await db
    .select({ id: resources.id, title: resources.title })
    .from(resources)
    .where(and(eq(resources.locationId, locationId), eq(resources.id, id)));
  if (!resource) throw new NotFound();
  const instances = await db
    .select({ id: resourceInstances.id, title: resourceInstances.title })
    .from(resourceInstances)
    .where(and(eq(resourceInstances.locationId, locationId), eq(resourceInstances.resourceId, id)))
    .orderBy(asc(resourceInstances.id));
  return { ...resource, instances };
}

/** Those of the ids that are resource instances of the location. Others were deleted, or never were. */
export async function knownInstances(db: Read, locationId: number, ids: readonly number[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select({ id: resourceInstances.id })
    .from(resourceInstances)
    .where(and(eq(resourceInstances.locationId, locationId), inArray(resourceInstances.id, [...ids])))
    .orderBy(asc(resourceInstances.id));
  return rows.map((row) => row.id);
}

/** @throws Invalid for a blank one */
function checkedTitle(title: string): string {
  const trimmed = title.trim();
  if (trimmed === '') throw new Invalid({ title: ['must not be empty'] });
  return trimmed;
}

/**
 * Adds a resource with instances, which are numbered: `Chair #1`.
 * @param count of the instances
 * @throws Invalid for a blank title
 */
export async function createResource(write: Write, locationId: number, { title, count }: { title: string; count: number }) {
  const values = { locationId, title: checkedTitle(title) };
  const [made] = await write.insert(resources).values(values).returning({ id: resources.id });
  const { id } = made as { id: number };
  if (count > 0) {
    await write
      .insert(resourceInstances)
      .values(
        Array.from({ length: count }, (_, index) => ({ locationId, resourceId: id, title: `${values.title} #${index + 1}` })),
      );
  }
  return getResource(write, locationId, id);
}

/** Gives a resource another title. Its instances keep theirs. @throws NotFound, Invalid for a blank title */
export async function renameResource(write: Write, locationId: number, id: number, title: string) {
  await write
    .update(resources)
    .set({ title: checkedTitle(title) })
    .where(and(eq(resources.locationId, locationId), eq(resources.id, id)));
  return getResource(write, locationId, id);
}

/** One piece of a resource. */
export interface ResourceInstance {
  id: number;
  title: string;
  resourceId: number;
}

const instanceColumns = { id: resourceInstances.id, title: resourceInstances.title, resourceId: resourceInstances.resourceId };

/** Adds an instance to a resource. @throws NotFound, Invalid for a blank title and for more than 100 instances */
export async function addInstance(
  write: Write,
  locationId: number,
  resourceId: number,
  title: string,
): Promise<ResourceInstance> {
  const [resource] = await write.lock(
    'resource',
    write
      .select({ id: resources.id })
      .from(resources)
      .where(and(eq(resources.locationId, locationId), eq(resources.id, resourceId))),
  );
  if (!resource) throw new NotFound();
  const { instances } = await getResource(write, locationId, resourceId);
  if (instances.length >= maxInstances) throw new Invalid({ title: [`there are ${maxInstances} instances already`] });
  const [made] = await write
    .insert(resourceInstances)
    .values({ locationId, resourceId, title: checkedTitle(title) })
    .returning(instanceColumns);
  return made as ResourceInstance;
}

/** The number of instances that a resource may have. */
export const maxInstances = 100;

/** @throws NotFound, Invalid for a blank title */
export async function renameInstance(
  write: Write,
  locationId: number,
  { resource, instance }: { resource: number; instance: number },
  title: string,
): Promise<ResourceInstance> {
  const [row] = await write
    .update(resourceInstances)
    .set({ title: checkedTitle(title) })
    .where(
      and(
        eq(resourceInstances.locationId, locationId),
        eq(resourceInstances.resourceId, resource),
        eq(resourceInstances.id, instance),
      ),
    )
    .returning(instanceColumns);
  if (!row) throw new NotFound();
  return row;
}
