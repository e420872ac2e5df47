import { and, asc, eq, getTableColumns, isNotNull, sql } from 'drizzle-orm';
import { Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { postgresError } from '../../platform/database.ts';
import { positionLocations, positions, teamMembers } from './tables.ts';

const selectPositions = (db: Read, locationId: number, id?: number) =>
  db
    .select({
      ...getTableColumns(positions),
      locationIds: sql<number[]>`(
        select json_agg(used.location_id order by used.location_id) from position_locations as used
        where used.position_id = ${positions.id})`,
    })
    .from(positionLocations)
    .innerJoin(positions, eq(positions.id, positionLocations.positionId))
    .where(and(eq(positionLocations.locationId, locationId), id === undefined ? undefined : eq(positions.id, id)))
    .orderBy(asc(positions.id));

/** A position with the locations of the chain that use it. */
export type PositionRow = Awaited<ReturnType<typeof selectPositions>>[number];

/** The positions that a location uses, by id. */
export const listPositions = (db: Read, locationId: number): Promise<PositionRow[]> => selectPositions(db, locationId);

/** @throws NotFound when the location does not use it */
export async function getPosition(db: Read, locationId: number, id: number): Promise<PositionRow> {
  const [row] = await selectPositions(db, locationId, id);
  if (!row) throw new NotFound();
  return row;
}

export interface PositionFields {
  title: string;
  /** Stays as it is when undefined. */
  description?: string | undefined;
}

function columnsOf({ title, description }: PositionFields) {
  const columns = { title: title.trim(), ...(description === undefined ? {} : { description: description.trim() }) };
  if (columns.title === '') throw new Invalid({ title: ['must not be empty'] });
  return columns;
}

/** Adds a position to the chain, for the location. @throws Invalid */
export async function createPosition(
  write: Write,
  location: { id: number; chainId: number },
  fields: PositionFields,
): Promise<PositionRow> {
  const [row] = await write
    .insert(positions)
    .values({ ...columnsOf(fields), chainId: location.chainId })
    .returning({ id: positions.id });
  const { id } = row as { id: number };
  await write.insert(positionLocations).values({ locationId: location.id, positionId: id });
  return getPosition(write, location.id, id);
}

/** Changes a position for every location that uses it. @throws NotFound when this one does not, and Invalid */
export async function updatePosition(write: Write, locationId: number, id: number, fields: PositionFields): Promise<void> {
  const columns = columnsOf(fields);
  const changed = await write
    .update(positions)
    .set(columns)
    .from(positionLocations)
    .where(
      and(eq(positions.id, id), eq(positionLocations.positionId, positions.id), eq(positionLocations.locationId, locationId)),
    )
    .returning({ id: positions.id });
  if (changed.length === 0) throw new NotFound();
}

/**
 * Removes a position from the location, and from the chain if no other location uses it.
 * @throws NotFound, and Forbidden while a team member of the location has it
 */
export async function deletePosition(write: Write, locationId: number, id: number): Promise<void> {
  // If two locations remove it at once, the second one must see the first removal. Otherwise the position would stay without any location.
  await write.lock(
    'position',
    write
      .select({ id: positions.id })
      .from(positions)
      .innerJoin(positionLocations, eq(positionLocations.positionId, positions.id))
      .where(and(eq(positionLocations.locationId, locationId), eq(positions.id, id))),
    'update',
    { of: positions },
  );
  const ofLocation = and(eq(positionLocations.locationId, locationId), eq(positionLocations.positionId, id));
  await write
    .update(teamMembers)
    .set({ positionId: null })
    .where(and(eq(teamMembers.locationId, locationId), eq(teamMembers.positionId, id), isNotNull(teamMembers.deletedAt)));
  try {
    const dropped = await write
      .delete(positionLocations)
      .where(ofLocation)
      .returning({ positionId: positionLocations.positionId });
    if (dropped.length === 0) throw new NotFound();
  } catch (error) {
    if (postgresError(error)?.code === '23503') throw new Forbidden('Team members of this location have this position.');
    throw error;
  }
  await write
    .delete(positions)
    .where(
      and(
        eq(positions.id, id),
        sql`not exists (select from position_locations as used where used.position_id = ${positions.id})`,
      ),
    );
}
