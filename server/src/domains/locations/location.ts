import { and, asc, eq, exists, gte, type InferSelectModel, inArray, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { Location, Partner, User } from '../../api/access.ts';
import { Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import type { LocationCreators } from '../../platform/config.ts';
import { countryOfPhone, normalizePhone } from '../../platform/phone.ts';
import { findUser } from '../access/users.ts';
import { addChainOwner } from './chain-user.ts';
import {
  businessGroups,
  businessType,
  cityByTitle,
  city as cityOf,
  countryByCode,
  countryByTitle,
  country as countryOf,
  countryTimeZone,
} from './dictionaries.ts';
import { managedLocations } from './location-user.ts';
import { chains, locationPartners, locations, locationUsers, type SocialLinks } from './tables.ts';

declare module '../../api/write.ts' {
  interface ChangeKinds {
    location: LocationRow;
  }
}

export type LocationRow = InferSelectModel<typeof locations> & { chainTitle: string };

const columns = { location: locations, chainTitle: chains.title };
const withChain = (db: Read) => db.select(columns).from(locations).innerJoin(chains, eq(chains.id, locations.chainId));
const flat = (row: { location: InferSelectModel<typeof locations>; chainTitle: string }): LocationRow => ({
  ...row.location,
  chainTitle: row.chainTitle,
});

export interface LocationFilter {
  id?: number | undefined;
  chainId?: number | undefined;
  /** Only locations this user manages. */
  managedBy?: number | undefined;
  activeOnly?: boolean | undefined;
  cityId?: number | undefined;
  minId?: number | undefined;
  ids?: readonly number[] | undefined;
  withDeleted?: boolean | undefined;
  businessGroupId?: number | undefined;
  businessTypeId?: number | undefined;
}

/** A page of the locations a partner may see, by id. */
export async function listLocations(
  db: Read,
  partner: Partner,
  filter: LocationFilter,
  page: { offset: number; limit: number },
): Promise<LocationRow[]> {
  const conditions: (SQL | undefined)[] = [
    connectedTo(db, partner),
    filter.id === undefined ? undefined : eq(locations.id, filter.id),
    filter.ids === undefined ? undefined : inArray(locations.id, [...filter.ids]),
    filter.chainId === undefined ? undefined : eq(locations.chainId, filter.chainId),
    filter.cityId === undefined ? undefined : eq(locations.cityId, filter.cityId),
    filter.minId === undefined ? undefined : gte(locations.id, filter.minId),
    filter.activeOnly ? eq(locations.isActive, true) : undefined,
    filter.withDeleted ? undefined : isNull(locations.deletedAt),
    filter.businessTypeId === undefined ? undefined : eq(locations.businessTypeId, filter.businessTypeId),
    filter.businessGroupId === undefined ? undefined : inArray(locations.businessTypeId, typesOfGroup(filter.businessGroupId)),
    filter.managedBy === undefined ? undefined : managedBy(db, filter.managedBy),
  ];
  const rows = await withChain(db)
    .where(and(...conditions))
    .orderBy(asc(locations.id))
    .offset(page.offset)
    .limit(page.limit);
  return rows.map(flat);
}

const typesOfGroup = (groupId: number) =>
  businessGroups()
    .find((group) => group.id === groupId)
    ?.types.map((type) => type.id) ?? [-1];

function connectedTo(db: Read, partner: Partner): SQL | undefined {
  if (partner.allLocations) return undefined;
  return exists(
    db
      .select({ one: sql`1` })
      .from(locationPartners)
      .where(and(eq(locationPartners.locationId, locations.id), eq(locationPartners.partnerId, partner.id))),
  );
}

const managedBy = (db: Read, userId: number) =>
  exists(
    db
      .select({ one: sql`1` })
      .from(locationUsers)
      .where(
        and(eq(locationUsers.locationId, locations.id), eq(locationUsers.userId, userId), eq(locationUsers.isApproved, true)),
      ),
  );

/** Locations by their ids, deleted ones too. */
export const locationsById = async (db: Read, ids: readonly number[]): Promise<LocationRow[]> =>
  (await withChain(db).where(inArray(locations.id, [...ids]))).map(flat);

/** @throws NotFound */
export async function getLocation(db: Read, id: number): Promise<LocationRow> {
  const [row] = await withChain(db).where(and(eq(locations.id, id), isNull(locations.deletedAt)));
  if (!row) throw new NotFound();
  return flat(row);
}

/** The data of a location that every handler needs. @throws NotFound */
export async function getPlace(db: Read, id: number): Promise<Location> {
  const { chainId, timeZone, currency, countryId } = await getLocation(db, id);
  return { id, chainId, timeZone, currency, countryCode: countryOf(countryId)?.isoCode ?? '' };
}

/** Locks a location until the transaction ends, because something may exist only once in it. */
export const lockLocation = (write: Write, id: number) =>
  write.lock('location', write.select({ id: locations.id }).from(locations).where(eq(locations.id, id)));

export interface LocationFields {
  title: string;
  countryId?: number | undefined;
  country?: string | undefined;
  cityId?: number | undefined;
  city?: string | undefined;
  /** Instead of the one of the city or country. */
  timeZone?: string | undefined;
  address?: string | undefined;
  zip?: string | undefined;
  phones?: string[] | undefined;
  site?: string | undefined;
  latitude?: number | undefined;
  longitude?: number | undefined;
  description?: string | undefined;
  businessTypeId?: number | undefined;
  shortDescription?: string | undefined;
  social?: SocialLinks | undefined;
  /** The name that clients see; empty for the title. */
  publicTitle?: string | undefined;
  /** Opening hours as a text. */
  schedule?: string | undefined;
  email?: string | undefined;
  /** The address of an image. */
  logo?: string | undefined;
}

/**
 * Whether a user may create a location through the API. They must manage the general settings of a location. Being invited to one, or
 * working there, is not enough.
 * @throws Forbidden
 */
export async function checkMayCreate(db: Read, userId: number, allowed: LocationCreators): Promise<void> {
  if (allowed === 'anyone') return;
  if (allowed === 'nobody') throw new Forbidden('This server does not create locations through its API. Ask its operator.');
  const manages = (await managedLocations(db, userId)).some(({ permissions }) => permissions.settings_basis_access);
  if (!manages) throw new Forbidden('Only users who manage the settings of a location may create another one.');
}

/**
 * Creates a location: in the chain of the user's locations, or in a new chain. The user becomes its owner and the partner is connected to
 * it. Time zone and currency come from its city and country. Without a place, the location gets the place of the user's other locations.
 * @throws Invalid if an id is unknown, or if the country of an unknown city is not given
 */
export async function createLocation(
  write: Write,
  fields: LocationFields,
  by: { user: Pick<User, 'id'>; partner: Partner },
): Promise<LocationRow> {
  const place = resolvePlace(fields) ?? (fields.city === undefined ? await usualPlace(write, by.user.id) : undefined);
  if (!place) throw new Invalid({ countryId: ['is required unless {cityId} is given'] });
  checkBusinessType(fields.businessTypeId);
  const chainId = (await ownedChain(write, by.user)) ?? (await createOwnChain(write, fields.title, by.user));
  const [row] = await write
    .insert(locations)
    .values({ ...place.columns, ...columnsOf(fields, place.countryCode), title: fields.title, chainId })
    .returning();
  const location = row as InferSelectModel<typeof locations>;
  await write.insert(locationUsers).values({ locationId: location.id, userId: by.user.id, role: 'owner', isNonDeletable: true });
  if (!by.partner.allLocations)
    await write.insert(locationPartners).values({ locationId: location.id, partnerId: by.partner.id });
  write.changed('location', location.id, location.id, 'create');
  return getLocation(write, location.id);
}

/** The place of a location without one: that of the user's first location, else the country of their phone, else the United States. */
async function usualPlace(db: Read, userId: number): Promise<Place | undefined> {
  const [first] = (await managedLocations(db, userId)).toSorted((a, b) => a.id - b.id);
  if (first) {
    const { countryId, cityId, city, timeZone, currency } = await getLocation(db, first.id);
    const place = resolvePlace({ countryId, city, ...(cityId ? { cityId } : {}) });
    return place && { ...place, columns: { ...place.columns, timeZone, currency } };
  }
  const { phone } = await findUser(db, userId);
  const home = (phone && countryByCode(countryOfPhone(phone) ?? '')) || countryByCode('US');
  return home && resolvePlace({ countryId: home.id });
}

/** A chain of its own for a user, who becomes its owner. */
async function createOwnChain(write: Write, title: string, user: Pick<User, 'id'>): Promise<number> {
  const chainId = await createChain(write, title);
  await addChainOwner(write, chainId, user.id);
  return chainId;
}

export async function createChain(write: Write, title: string, id?: number): Promise<number> {
  const [chain] = await write
    .insert(chains)
    .values({ title, ...(id ? { id } : {}) })
    .returning({ id: chains.id });
  return (chain as { id: number }).id;
}

/** Changes the title of a chain, which its locations show. */
export async function renameChain(write: Write, chainId: number, title: string): Promise<void> {
  await write.update(chains).set({ title }).where(eq(chains.id, chainId));
  const shown = await write
    .select({ id: locations.id })
    .from(locations)
    .where(and(eq(locations.chainId, chainId), isNull(locations.deletedAt)))
    .orderBy(asc(locations.id));
  for (const { id } of shown) write.changed('location', id, id, 'update');
}

async function ownedChain(db: Read, user: Pick<User, 'id'>): Promise<number | undefined> {
  const [owned] = await db
    .select({ chainId: locations.chainId })
    .from(locationUsers)
    .innerJoin(locations, eq(locations.id, locationUsers.locationId))
    .where(
      and(
        eq(locationUsers.userId, user.id),
        eq(locationUsers.role, 'owner'),
        eq(locationUsers.isApproved, true),
        isNull(locations.deletedAt),
      ),
    )
    .orderBy(asc(locations.id))
    .limit(1);
  return owned?.chainId;
}

/** Changes the fields that are given. @throws Invalid for ids in no dictionary and for phones that are none */
export async function updateLocation(write: Write, id: number, fields: Partial<LocationFields>): Promise<LocationRow> {
  const current = await getLocation(write, id);
  const place = destination(current, fields);
  checkBusinessType(fields.businessTypeId);
  const changes = { ...place?.columns, ...columnsOf(fields, place?.countryCode ?? countryOf(current.countryId)?.isoCode) };
  if (Object.keys(changes).length) {
    await write.update(locations).set(changes).where(eq(locations.id, id));
    write.changed('location', id, id, 'update');
  }
  return getLocation(write, id);
}

/**
 * Closes a location. Its data is kept for the books and no longer reachable through the API.
 * @throws Forbidden for anyone but an owner
 */
export async function deleteLocation(write: Write, id: number, by: User): Promise<void> {
  const [owner] = await write
    .select({ role: locationUsers.role })
    .from(locationUsers)
    .where(and(eq(locationUsers.locationId, id), eq(locationUsers.userId, by.id), eq(locationUsers.role, 'owner')));
  if (!owner) throw new Forbidden();
  const gone = await write
    .update(locations)
    .set({ deletedAt: new Date(), isActive: false })
    .where(and(eq(locations.id, id), isNull(locations.deletedAt)))
    .returning({ id: locations.id });
  if (gone.length === 0) throw new NotFound();
  write.changed('location', id, id, 'delete');
}

interface Place {
  countryCode: string;
  columns: Pick<InferSelectModel<typeof locations>, 'countryId' | 'cityId' | 'city' | 'timeZone' | 'currency'> & {
    latitude?: number;
    longitude?: number;
  };
}

/** Country and city from ids or names; ids win over names, and a city decides its country. */
function resolvePlace(fields: Partial<LocationFields>): Place | undefined {
  const { countryId, cityId } = fields;
  if (countryId !== undefined && !countryOf(countryId))
    throw new Invalid({ countryId: ['is not in the dictionary of countries'] });
  if (cityId !== undefined && !cityOf(cityId)) throw new Invalid({ cityId: ['is not in the dictionary of cities'] });
  let country = countryId !== undefined ? countryOf(countryId) : undefined;
  if (!country && fields.country !== undefined) {
    country = countryByTitle(fields.country);
    if (!country) throw new Invalid({ country: ['is not in the dictionary of countries'] });
  }
  const named = cityId === undefined && fields.city !== undefined ? cityByTitle(country?.id, fields.city) : undefined;
  const city = cityId !== undefined ? cityOf(cityId) : named;
  if (city && country && city.countryId !== country.id) throw new Invalid({ cityId: ['is not a city of the country'] });
  country ??= city && countryOf(city.countryId);
  if (!country) return undefined;
  return {
    countryCode: country.isoCode,
    columns: {
      countryId: country.id,
      cityId: city?.id ?? 0,
      city: city?.title ?? fields.city ?? '',
      timeZone: city?.timeZone ?? countryTimeZone(country.id),
      currency: country.currency,
      ...(city ? { latitude: city.latitude, longitude: city.longitude } : {}),
    },
  };
}

/** The new place of a location after a change. Undefined if it stays the same. */
function destination(current: LocationRow, fields: Partial<LocationFields>): Place | undefined {
  const { countryId, country, cityId, city } = fields;
  // A city without a country is looked up in the present country first. If no dictionary has it, it counts as a town of that country.
  const isNamedAlone = city !== undefined && cityId === undefined && countryId === undefined && country === undefined;
  const isHere = isNamedAlone && (cityByTitle(current.countryId, city) || !cityByTitle(undefined, city));
  const place = resolvePlace(isHere ? { ...fields, countryId: current.countryId } : fields);
  if (!place || place.columns.countryId !== current.countryId) return place;
  const { columns } = place;
  const isSameCity = columns.cityId === current.cityId && columns.city === current.city;
  if (isSameCity || (city === undefined && cityId === undefined)) return undefined;
  // Which of the country's time zones a town in no dictionary has is unknown: most likely the present one.
  return columns.cityId ? place : { ...place, columns: { ...columns, timeZone: current.timeZone } };
}

function checkBusinessType(id: number | undefined): void {
  if (id !== undefined && !businessType(id))
    throw new Invalid({ businessTypeId: ['is not in the dictionary of business types'] });
}

function columnsOf(
  fields: Partial<LocationFields>,
  countryCode: string | undefined,
): Partial<InferSelectModel<typeof locations>> {
  const { title, timeZone, address, zip, site, latitude, longitude } = fields;
  const { description, businessTypeId, shortDescription, social, phones, publicTitle, schedule, email, logo } = fields;
  const place = { timeZone, address, zip, latitude, longitude };
  const shown = { publicTitle, schedule, email, logo };
  const given = { title, ...place, site, description, businessTypeId, shortDescription, social, ...shown };
  const normalized = phones?.map((phone) => normalizePhone(phone, countryCode));
  if (normalized?.includes(undefined)) throw new Invalid({ phones: ['must be phone numbers of 9 to 15 digits'] });
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...(normalized ? { phones: normalized as string[] } : {}),
  };
}

/** Connects a partner to a location. */
export const connectPartner = (write: Write, locationId: number, partnerId: number) =>
  write.insert(locationPartners).values({ locationId, partnerId }).onConflictDoNothing();

/** Whether the partner may see any of the locations. For operations with a location in the query. */
export async function isConnected(db: Read, partner: Partner, locationId: number): Promise<boolean> {
  const rows = await db
    .select({ id: locations.id })
    .from(locations)
    .where(
      and(eq(locations.id, locationId), isNull(locations.deletedAt), or(connectedTo(db, partner), sql`${partner.allLocations}`)),
    );
  return rows.length > 0;
}
