import type { Flag } from '../../../api/access.ts';
import { Forbidden, Invalid, NotFound } from '../../../api/errors.ts';
import { allowedStorages, isSince, startOfDays } from '../../access/limits.ts';
import { appointmentsOfDocuments } from '../../appointments/of-documents.ts';
import { clientsOfMember } from '../../appointments/visible-clients.ts';
import type { Authorized } from '../../appointments/wire/caller.ts';
import { calendarsOf, isInCalendars } from '../../team/calendars.ts';
import type { DocumentRow } from '../document.ts';
import type { LineFields } from '../line.ts';
import type { LineRow } from '../line-list.ts';
import type { DocumentType } from '../tables.ts';

/** A document, as far as rights depend on it. */
export type Subject = Pick<DocumentRow, 'id' | 'type' | 'storageId' | 'toStorageId' | 'at'>;

/** The types of lines that the caller works with; undefined for all. */
export const allowedTypes = ({ limit }: Pick<Authorized, 'limit'>): readonly number[] | undefined => {
  const types = limit('storages_transactions_types');
  return types.length ? types : undefined;
};

/** The first moment whose documents the caller sees; undefined for all. */
export const seenSince = ({ limit, location }: Pick<Authorized, 'limit' | 'location'>): Date | undefined =>
  startOfDays(limit('storages_last_days_count'), location.timeZone);

/** The type of the lines of a document, as the limit to types names it. */
const typeOfLines = (type: DocumentType): number => ({ 7: 1, 8: 2 })[type as 7 | 8] ?? type;

function mayUseStorages(caller: Authorized, { storageId, toStorageId }: Pick<Subject, 'storageId' | 'toStorageId'>): boolean {
  const allowed = allowedStorages(caller);
  return allowed === undefined || [storageId, toStorageId].every((id) => id === null || allowed.includes(id));
}

const mayUseType = (caller: Authorized, type: DocumentType): boolean => allowedTypes(caller)?.includes(typeOfLines(type)) ?? true;

/** @throws Forbidden unless the caller holds all of these */
function expectFlags({ can }: Pick<Authorized, 'can'>, ...flags: Flag[]): void {
  if (!flags.every(can)) throw new Forbidden();
}

/** @throws NotFound for the document of an appointment outside of the caller's calendars */
async function expectAppointmentSeen(caller: Authorized, document: Subject): Promise<void> {
  const appointment = (await appointmentsOfDocuments(caller.db, caller.location.id, [document.id])).get(document.id);
  if (!appointment || !isInCalendars(appointment, await calendarsOf(caller))) throw new NotFound();
}

/** @throws Forbidden without the right to see such documents, NotFound for one outside of the caller's limits */
export async function expectSeen(caller: Authorized, document: Subject): Promise<void> {
  if (document.type === 7) {
    expectFlags(caller, 'record_form_access', 'records_goods_access');
    await expectAppointmentSeen(caller, document);
    return;
  }
  expectFlags(caller, document.type === 6 ? 'storages_inventory_access' : 'storages_transactions_access');
  const isSeen = mayUseStorages(caller, document) && mayUseType(caller, document.type) && isSince(document.at, seenSince(caller));
  if (!isSeen) throw new NotFound();
  if (document.type === 8 && document.storageId === null) await expectAppointmentSeen(caller, document);
}

type Action = 'create' | 'change' | 'delete';

const bases: Record<Action, Flag> = {
  create: 'storages_create_transactions_access',
  change: 'storages_edit_transactions_access',
  delete: 'storages_delete_transactions_access',
};

/** The rights for types of documents, besides those for all types. */
const further: { [Type in DocumentType]?: Partial<Record<Action, Flag>> } = {
  1: { create: 'storages_create_transactions_sale_access', change: 'storages_edit_transactions_sale_access' },
  3: { create: 'storages_create_transactions_buy_access', change: 'storages_edit_transactions_buy_access' },
  5: { create: 'storages_move_goods_access', delete: 'storages_move_goods_access' },
};

/**
 * Whether the caller may add, change or delete documents of such a type, in such storages and at such a time, with their lines. Deleting is
 * limited to the same days as changing.
 * @throws Forbidden
 */
export function expectStockRights(caller: Authorized, action: Action, document: Omit<Subject, 'id'>): void {
  const { can, limit, location } = caller;
  const specific = further[document.type]?.[action];
  if (document.type === 6) expectFlags({ can }, 'storages_inventory_delete_access');
  else expectFlags({ can }, bases[action], ...(specific ? [specific] : []));
  const days = limit(action === 'create' ? 'storages_create_last_days_count' : 'storages_edit_last_days_count');
  if (!isSince(document.at, startOfDays(days, location.timeZone))) throw new Forbidden('The document is too old.');
  if (!mayUseType(caller, document.type)) throw new Forbidden('You may not use such documents.');
  if (!mayUseStorages(caller, document)) throw new Forbidden('You may not use this storage.');
}

/**
 * Whether the caller may add, change or delete lines of a document that the caller sees. Those of an appointment need rights over the
 * appointment.
 * @throws Forbidden
 */
export function expectLineRights(caller: Authorized, action: Action, document: Subject): void {
  if (document.type !== 7) {
    // A new line of an existing document creates a movement, so the rights to create count.
    expectStockRights(caller, action, document);
    return;
  }
  const { can, limit, location } = caller;
  const isNew = action === 'create';
  expectFlags({ can }, isNew ? 'records_goods_create_transaction_access' : 'records_goods_edit_transaction_access');
  const days = limit(isNew ? 'records_goods_create_last_days_count' : 'records_goods_edit_last_days_count');
  if (!isSince(document.at, startOfDays(days, location.timeZone))) throw new Forbidden('The appointment is too old.');
}

/** Prices that the caller may not set follow from the product, or stay as they are. */
export function withPriceRights<Fields extends Partial<LineFields>>(
  { can }: Pick<Authorized, 'can'>,
  { type }: Pick<Subject, 'type'>,
  fields: Fields,
): Fields {
  if (type !== 7) return fields;
  const [costs, discounts] = [can('records_goods_cost_access'), can('records_goods_discount_access')];
  return {
    ...fields,
    ...(costs ? {} : { costPerUnit: undefined }),
    ...(discounts ? {} : { discount: undefined }),
    ...(costs && discounts ? {} : { cost: undefined }),
  };
}

/** @throws Invalid for a client whom the caller may not see, as for an unknown one */
export async function expectSeenClients(
  { db, location, limit }: Authorized,
  lines: readonly { clientId?: number | null | undefined }[],
): Promise<void> {
  const ids = lines.flatMap(({ clientId }) => clientId ?? []);
  const seen = await clientsOfMember(db, location.id, limit('clients_visit_master_id'), ids);
  if (ids.some((id) => !seen.has(id))) throw new Invalid({ clientId: ['must be a client of this location'] });
}

/** Lines without the clients whom the caller may not see, and with their appointments. */
export async function shownLines({ db, location, limit }: Authorized, rows: readonly LineRow[]): Promise<LineRow[]> {
  const ids = rows.flatMap(({ clientId }) => clientId ?? []);
  const seen = await clientsOfMember(db, location.id, limit('clients_visit_master_id'), ids);
  const appointments = await appointmentsOfDocuments(
    db,
    location.id,
    rows.flatMap(({ documentId, documentType }) => (documentType === 7 || documentType === 8 ? [documentId] : [])),
  );
  return rows.map((row) => ({
    ...row,
    ...(row.clientId !== null && !seen.has(row.clientId) ? { clientId: null, client: null } : {}),
    appointmentId: appointments.get(row.documentId)?.id,
  }));
}
