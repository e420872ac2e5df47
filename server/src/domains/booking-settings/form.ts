import { and, asc, eq, type InferSelectModel, ne } from 'drizzle-orm';
import { type FieldErrors, Invalid, NotFound } from '../../api/errors.ts';
import { inTransaction, type Tx } from '../../platform/database.ts';
import { signature } from '../../platform/secrets.ts';
import { partners, partnerTokens } from '../access/tables.ts';
import { issuePartnerToken } from '../access/users.ts';
import { holdService } from '../catalog/hold.ts';
import { connectPartner } from '../locations/location.ts';
import { locations } from '../locations/tables.ts';
import { holdTeamMember } from '../team/hold.ts';
import { bookingForms } from './tables.ts';

export type BookingForm = InferSelectModel<typeof bookingForms>;
export type BookingFormFields = Omit<BookingForm, 'locationId' | 'id' | 'createdAt' | 'partnerId'>;
/** A form to create; what is left out has the defaults of the table. */
type NewBookingForm = Pick<BookingForm, 'title'> & Partial<BookingFormFields>;

const ownForm = (locationId: number, id: number) => and(eq(bookingForms.locationId, locationId), eq(bookingForms.id, id));

/** The booking forms of a location, oldest first. */
export const listBookingForms = (db: Tx, locationId: number): Promise<BookingForm[]> =>
  db.select().from(bookingForms).where(eq(bookingForms.locationId, locationId)).orderBy(asc(bookingForms.id));

/** @throws NotFound */
export async function getBookingForm(db: Tx, locationId: number, id: number): Promise<BookingForm> {
  const [row] = await db.select().from(bookingForms).where(ownForm(locationId, id));
  if (!row) throw new NotFound();
  return row;
}

/** A booking form of any location, as its address names it. */
export async function findBookingForm(db: Tx, id: number): Promise<BookingForm | undefined> {
  const [row] = await db
    .select()
    .from(bookingForms)
    .where(eq(bookingForms.id, id))
    .orderBy(asc(bookingForms.locationId))
    .limit(1);
  return row;
}

/** @throws Invalid when the service or team member to begin with is none of the location's */
export async function createBookingForm(tx: Tx, locationId: number, fields: NewBookingForm): Promise<BookingForm> {
  await checkDefaults(tx, locationId, fields);
  if (fields.isDefault) await unsetDefault(tx, locationId);
  const [row] = await tx
    .insert(bookingForms)
    .values({ ...fields, locationId })
    .returning();
  return row as BookingForm;
}

/** @throws NotFound, and Invalid when the service or team member to begin with is none of the location's */
export async function updateBookingForm(tx: Tx, locationId: number, id: number, fields: BookingFormFields): Promise<BookingForm> {
  await getBookingForm(tx, locationId, id);
  await checkDefaults(tx, locationId, fields);
  if (fields.isDefault) await unsetDefault(tx, locationId, id);
  const [row] = await tx.update(bookingForms).set(fields).where(ownForm(locationId, id)).returning();
  // Deleted since by another request.
  if (!row) throw new NotFound();
  return row;
}

/**
 * Deletes a form, and the token of its page: forget the sessions after the commit. When it was the default one, the location has none.
 * @throws NotFound
 */
export async function deleteBookingForm(tx: Tx, locationId: number, id: number): Promise<void> {
  const [gone] = await tx.delete(bookingForms).where(ownForm(locationId, id)).returning({ partnerId: bookingForms.partnerId });
  if (!gone) throw new NotFound();
  if (gone.partnerId !== null) await tx.delete(partnerTokens).where(eq(partnerTokens.partnerId, gone.partnerId));
}

/**
 * The token with which the page of a form calls this server: a partner's that is connected to the form's location alone and may do nothing
 * but what is in the public surface, for anyone can read it in the page. It is made when the page is first opened.
 * @param key the server's signing key, from which the token follows: only its hash is kept
 * @returns undefined when the form is gone
 */
export async function tokenOfPage(db: Tx, key: Buffer, { locationId, id }: BookingForm): Promise<string | undefined> {
  const [known] = await db.select({ partnerId: bookingForms.partnerId }).from(bookingForms).where(ownForm(locationId, id));
  if (!known) return undefined;
  const partnerId = known.partnerId ?? (await inTransaction(db, (tx) => openPage(tx, key, locationId, id)));
  return partnerId === undefined ? undefined : pageToken(key, partnerId);
}

const pageToken = (key: Buffer, partnerId: number) => signature(key, `booking page ${partnerId}`);

/** Makes the partner of a page, unless another request was faster. */
async function openPage(tx: Tx, key: Buffer, locationId: number, id: number): Promise<number | undefined> {
  const [form] = await tx
    .select({ title: bookingForms.title, partnerId: bookingForms.partnerId })
    .from(bookingForms)
    .where(ownForm(locationId, id))
    .for('no key update');
  if (!form || form.partnerId !== null) return form?.partnerId ?? undefined;
  const name = `Booking page: ${form.title}`;
  const [partner] = await tx.insert(partners).values({ name, onlyPublic: true }).returning({ id: partners.id });
  const { id: partnerId } = partner as { id: number };
  await connectPartner(tx, locationId, partnerId);
  await issuePartnerToken(tx, { partnerId, note: `/book/${id}`, token: pageToken(key, partnerId) });
  await tx.update(bookingForms).set({ partnerId }).where(ownForm(locationId, id));
  return partnerId;
}

async function checkDefaults(tx: Tx, locationId: number, fields: NewBookingForm): Promise<void> {
  const { defaultServiceId: service = 0, defaultTeamMemberId: teamMember = 0 } = fields;
  const errors: FieldErrors = {};
  if (service !== 0 && !(await holdService(tx, locationId, service)))
    errors.service_step_default = ['must be a service of the location, or 0'];
  if (teamMember !== 0 && !(await holdTeamMember(tx, locationId, teamMember)))
    errors.master_step_default = ['must be a team member of the location, or 0'];
  if (Object.keys(errors).length) throw new Invalid(errors);
}

/** Makes room for a new default form. Those that do so at the same time wait here for one another. */
async function unsetDefault(tx: Tx, locationId: number, except = 0): Promise<void> {
  await tx.select({ id: locations.id }).from(locations).where(eq(locations.id, locationId)).for('no key update');
  await tx
    .update(bookingForms)
    .set({ isDefault: false })
    .where(and(eq(bookingForms.locationId, locationId), bookingForms.isDefault, ne(bookingForms.id, except)));
}
