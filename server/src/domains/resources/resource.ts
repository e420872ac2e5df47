import { and, asc, eq } from 'drizzle-orm';
import type { Read } from '../../api/write.ts';
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
