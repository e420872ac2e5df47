import { and, asc, eq, type InferSelectModel, ne, sql } from 'drizzle-orm';
import { type FieldErrors, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Transact, Write } from '../../api/write.ts';
import { signature } from '../../platform/secrets.ts';
import { partners, partnerTokens } from '../access/tables.ts';
import { issuePartnerToken } from '../access/users.ts';
import { keepService } from '../catalog/keep.ts';
import { connectPartner, lockLocation } from '../locations/location.ts';
import { keepTeamMember } from '../team/keep.ts';
import { bookingForms } from './tables.ts';

export type BookingForm = InferSelectModel<typeof bookingForms>;
export type BookingFormFields = Omit<BookingForm, 'locationId' | 'id' | 'createdAt' | 'partnerId'>;
/** A new form. Missing fields get the defaults of the table. */
type NewBookingForm = Pick<BookingForm, 'title'> & Partial<BookingFormFields>;

const ownForm = (locationId: number, id: number) => and(eq(bookingForms.locationId, locationId), eq(bookingForms.id, id));

/** The booking forms of a location, oldest first. */
export const listBookingForms = (db: Read, locationId: number): Promise<BookingForm[]> =>
  db.select().from(bookingForms).where(eq(bookingForms.locationId, locationId)).orderBy(asc(bookingForms.id));

/** The booking forms of several locations, oldest first, in one statement. */
export const bookingFormsOf = (db: Read, locationIds: readonly number[]): Promise<BookingForm[]> =>
  db
    .select()
    .from(bookingForms)
    .where(sql`${bookingForms.locationId} = any(${sql.param(locationIds)}::int[])`)
    .orderBy(asc(bookingForms.id));

/** @throws NotFound */
export async function getBookingForm(db: Read, locationId: number, id: number): Promise<BookingForm> {
  const [row] = await db.select().from(bookingForms).where(ownForm(locationId, id));
  if (!row) throw new NotFound();
  return row;
}

/** A booking form of any location, as its address names it. */
export async function findBookingForm(db: Read, id: number): Promise<BookingForm | undefined> {
  const [row] = await db
    .select()
    .from(bookingForms)
    .where(eq(bookingForms.id, id))
    .orderBy(asc(bookingForms.locationId))
    .limit(1);
  return row;
}

/** @throws Invalid when the service or team member to begin with is none of the location's */
export async function createBookingForm(write: Write, locationId: number, fields: NewBookingForm): Promise<BookingForm> {
  await checkDefaults(write, locationId, fields);
  if (fields.isDefault) await unsetDefault(write, locationId);
  const [row] = await write
    .insert(bookingForms)
    .values({ ...fields, locationId })
    .returning();
  return row as BookingForm;
}

/** @throws NotFound, and Invalid when the service or team member to begin with is none of the location's */
export async function updateBookingForm(
  write: Write,
  locationId: number,
  id: number,
  fields: BookingFormFields,
): Promise<BookingForm> {
  await getBookingForm(write, locationId, id);
  await checkDefaults(write, locationId, fields);
  if (fields.isDefault) await unsetDefault(write, locationId, id);
  const [row] = await write.update(bookingForms).set(fields).where(ownForm(locationId, id)).returning();
  // Deleted since by another request.
  if (!row) throw new NotFound();
  return row;
}

/**
 * Deletes a form, and the token of its page: forget the sessions after the commit. When it was the default one, the location has none.
 * @throws NotFound
 */
export async function deleteBookingForm(write: Write, locationId: number, id: number): Promise<void> {
  const [gone] = await write.delete(bookingForms).where(ownForm(locationId, id)).returning({ partnerId: bookingForms.partnerId });
  if (!gone) throw new NotFound();
  if (gone.partnerId !== null) await write.delete(partnerTokens).where(eq(partnerTokens.partnerId, gone.partnerId));
}

/**
 * The token that the page of a form uses to call this server. Everybody can read it in the page. So it belongs to a partner that is
 * connected only to the form's location and may call only the public surface. The partner is created when the page is first opened.
 * @param key the server's signing key; the token is derived from it, and only its hash is stored
 * @returns undefined if the form does not exist any more
 */
export async function tokenOfPage(
  db: Read,
  transact: Transact,
  key: Buffer,
  { locationId, id }: BookingForm,
): Promise<string | undefined> {
  const [known] = await db.select({ partnerId: bookingForms.partnerId }).from(bookingForms).where(ownForm(locationId, id));
  if (!known) return undefined;
  const partnerId = known.partnerId ?? (await transact((write) => openPage(write, key, locationId, id)));
  return partnerId === undefined ? undefined : pageToken(key, partnerId);
}

const pageToken = (key: Buffer, partnerId: number) => signature(key, `booking page ${partnerId}`);

/** Makes the partner of a page, unless another request was faster. */
async function openPage(write: Write, key: Buffer, locationId: number, id: number): Promise<number | undefined> {
  const [form] = await write.lock(
    'booking form',
    write
      .select({ id: bookingForms.id, title: bookingForms.title, partnerId: bookingForms.partnerId })
      .from(bookingForms)
      .where(ownForm(locationId, id)),
  );
  if (!form || form.partnerId !== null) return form?.partnerId ?? undefined;
  const name = `Booking page: ${form.title}`;
  const [partner] = await write.insert(partners).values({ name, onlyPublic: true }).returning({ id: partners.id });
  const { id: partnerId } = partner as { id: number };
  await connectPartner(write, locationId, partnerId);
  await issuePartnerToken(write, { partnerId, note: `/book/${id}`, token: pageToken(key, partnerId) });
  await write.update(bookingForms).set({ partnerId }).where(ownForm(locationId, id));
  return partnerId;
}

async function checkDefaults(write: Write, locationId: number, fields: NewBookingForm): Promise<void> {
  const { defaultServiceId: service = 0, defaultTeamMemberId: teamMember = 0 } = fields;
  const errors: FieldErrors = {};
  if (service !== 0 && !(await keepService(write, locationId, service)))
    errors.defaultServiceId = ['must be a service of the location, or 0'];
  if (teamMember !== 0 && !(await keepTeamMember(write, locationId, teamMember)))
    errors.defaultTeamMemberId = ['must be a team member of the location, or 0'];
  if (Object.keys(errors).length) throw new Invalid(errors);
}

/** No other form stays the default. Simultaneous requests wait here for one another. */
async function unsetDefault(write: Write, locationId: number, except = 0): Promise<void> {
  await lockLocation(write, locationId);
  await write
    .update(bookingForms)
    .set({ isDefault: false })
    .where(and(eq(bookingForms.locationId, locationId), bookingForms.isDefault, ne(bookingForms.id, except)));
}
