import { and, asc, eq, inArray } from 'drizzle-orm';
import { type FieldErrors, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { getService, lockServices } from './service.ts';
import { optionsOfServices, type ServiceOption } from './service-option.ts';
import { serviceParts, services } from './tables.ts';

/** A part of a composite service, with its own terms. */
export interface ServicePart extends ServiceOption {
  compositeId: number;
  /** From 1. */
  position: number;
}

/**
 * The parts of a service in order; none if it is no composite service.
 * @throws NotFound for an unknown service
 */
export async function partsOfService(db: Read, locationId: number, id: number): Promise<ServicePart[]> {
  await getService(db, locationId, id);
  const links = await db
    .select()
    .from(serviceParts)
    .where(and(eq(serviceParts.locationId, locationId), eq(serviceParts.compositeId, id)))
    .orderBy(asc(serviceParts.position));
  const options = await optionsOfServices(
    db,
    locationId,
    links.map(({ serviceId }) => serviceId),
  );
  return links.flatMap(({ serviceId, compositeId, position }) => {
    const option = options.get(serviceId);
    return option ? { ...option, compositeId, position } : [];
  });
}

/** The parts of a composite service. @throws NotFound for an unknown service, and for one without parts */
export async function getParts(db: Read, locationId: number, id: number): Promise<ServicePart[]> {
  const parts = await partsOfService(db, locationId, id);
  if (parts.length === 0) throw new NotFound('Composite service not found.');
  return parts;
}

/**
 * Makes a service a composite service of these parts, in this order, or replaces its parts.
 * @throws NotFound, and Invalid for a part that is unknown, a group service, or has parts itself, and for a service that is a part
 */
export async function setParts(write: Write, locationId: number, id: number, partIds: readonly number[]): Promise<ServicePart[]> {
  // All of them are locked at once: two requests cannot make each one's service the other's part.
  const known = new Map((await lockServices(write, locationId, [id, ...partIds])).map((row) => [row.id, row]));
  const composite = known.get(id);
  if (!composite) throw new NotFound('Service not found.');
  if (composite.isGroup) throw new Invalid({ parts: ['cannot belong to a service of group events'] });
  const nested = await write
    .select({ id: serviceParts.compositeId })
    .from(serviceParts)
    .where(and(eq(serviceParts.locationId, locationId), inArray(serviceParts.compositeId, [...partIds])));
  const composites = new Set(nested.map((row) => row.id));
  const errors: FieldErrors = {};
  for (const [index, partId] of partIds.entries()) {
    const part = known.get(partId);
    const rule = !part
      ? 'must be a service of this location'
      : partId === id || composites.has(partId)
        ? 'must not be a composite service'
        : part.isGroup
          ? 'must not be a service of group events'
          : undefined;
    if (rule) errors[`parts.${index}`] = [rule];
  }
  if (Object.keys(errors).length) throw new Invalid(errors);
  if (await isPart(write, locationId, id)) throw new Invalid({ parts: ['cannot belong to a part of another service'] });
  await write.delete(serviceParts).where(ofComposite(locationId, id));
  await write
    .insert(serviceParts)
    .values(partIds.map((serviceId, index) => ({ locationId, compositeId: id, position: index + 1, serviceId })));
  return told(write, locationId, id);
}

/** Makes a composite service a plain one. The service itself stays. @throws NotFound for a service without parts, too */
export async function removeParts(write: Write, locationId: number, id: number): Promise<void> {
  await lockServices(write, locationId, [id]);
  await getParts(write, locationId, id);
  await write.delete(serviceParts).where(ofComposite(locationId, id));
  await told(write, locationId, id);
}

/**
 * Reports the composite services of parts that changed: their price, their time and the team members who give them follow the parts. One
 * statement for any number. The rows of the composite services stay as they are, so nobody waits for them.
 */
export async function followParts(write: Write, locationId: number, partIds: readonly number[]): Promise<void> {
  if (partIds.length === 0) return;
  const composites = await write
    .selectDistinct({ id: serviceParts.compositeId })
    .from(serviceParts)
    .where(and(eq(serviceParts.locationId, locationId), inArray(serviceParts.serviceId, [...partIds])));
  for (const { id } of composites) write.changed('service', locationId, id, 'update');
}

async function told(write: Write, locationId: number, id: number): Promise<ServicePart[]> {
  await write
    .update(services)
    .set({ changedAt: new Date() })
    .where(and(eq(services.locationId, locationId), eq(services.id, id)));
  write.changed('service', locationId, id, 'update');
  return partsOfService(write, locationId, id);
}

const ofComposite = (locationId: number, id: number) =>
  and(eq(serviceParts.locationId, locationId), eq(serviceParts.compositeId, id));

async function isPart(write: Write, locationId: number, id: number): Promise<boolean> {
  const [row] = await write
    .select({ id: serviceParts.compositeId })
    .from(serviceParts)
    .where(and(eq(serviceParts.locationId, locationId), eq(serviceParts.serviceId, id)))
    .limit(1);
  return row !== undefined;
}
