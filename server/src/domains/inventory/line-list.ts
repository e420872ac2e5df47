import { and, asc, desc, eq, gte, inArray, isNull, lt, lte, type Placeholder, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { NotFound } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import { prepared } from '../../platform/database.ts';
import { services } from '../catalog/tables.ts';
import { clients } from '../clients/tables.ts';
import { products, productUnits } from '../products/tables.ts';
import { teamMembers } from '../team/tables.ts';
import { documentLines, documents, storages, suppliers } from './tables.ts';

const saleUnit = alias(productUnits, 'sale_unit');
const writeOffUnit = alias(productUnits, 'write_off_unit');
/** Names of what a line is about. Deleted and archived things keep their names here. */
const selectLines = (db: Read, locationId: number | Placeholder, ...conditions: (SQL | undefined)[]) =>
  db
    .select({
      id: documentLines.id,
      documentId: documentLines.documentId,
      documentType: documents.type,
      toStorageId: documents.toStorageId,
      type: documentLines.type,
      productId: documentLines.productId,
      storageId: documentLines.storageId,
      amount: documentLines.amount,
      isInSaleUnits: documentLines.isInSaleUnits,
      unitRatio: documentLines.unitRatio,
      costPerUnit: documentLines.costPerUnit,
      discount: documentLines.discount,
      cost: documentLines.cost,
      clientId: documentLines.clientId,
      supplierId: documentLines.supplierId,
      teamMemberId: documentLines.teamMemberId,
      serviceId: documentLines.serviceId,
      comment: documentLines.comment,
      code: documentLines.code,
      userId: documentLines.userId,
      at: documentLines.at,
      changedAt: documentLines.changedAt,
      deletedAt: documentLines.deletedAt,
      product: products.title,
      saleUnit: {
        id: saleUnit.id,
        locationId: saleUnit.locationId,
        title: saleUnit.title,
        shortTitle: saleUnit.shortTitle,
      },
      writeOffUnit: {
        id: writeOffUnit.id,
        locationId: writeOffUnit.locationId,
        title: writeOffUnit.title,
        shortTitle: writeOffUnit.shortTitle,
      },
      storage: storages.title,
      client: { name: clients.name, surname: clients.surname, phone: clients.phone, email: clients.email },
      supplier: suppliers.title,
      teamMember: teamMembers.name,
      service: services.title,
    })
    .from(documentLines)
    .innerJoin(documents, and(eq(documents.locationId, documentLines.locationId), eq(documents.id, documentLines.documentId)))
    .innerJoin(products, and(eq(products.locationId, documentLines.locationId), eq(products.id, documentLines.productId)))
    .innerJoin(saleUnit, eq(saleUnit.id, products.saleUnitId))
    .innerJoin(writeOffUnit, eq(writeOffUnit.id, products.writeOffUnitId))
    .innerJoin(storages, and(eq(storages.locationId, documentLines.locationId), eq(storages.id, documentLines.storageId)))
    .leftJoin(clients, and(eq(clients.locationId, documentLines.locationId), eq(clients.id, documentLines.clientId)))
    .leftJoin(suppliers, and(eq(suppliers.locationId, documentLines.locationId), eq(suppliers.id, documentLines.supplierId)))
    .leftJoin(
      teamMembers,
      and(eq(teamMembers.locationId, documentLines.locationId), eq(teamMembers.id, documentLines.teamMemberId)),
    )
    .leftJoin(services, and(eq(services.locationId, documentLines.locationId), eq(services.id, documentLines.serviceId)))
    .where(and(eq(documentLines.locationId, locationId), ...conditions));

/** A line of a document, with the names of what it is about. */
export type LineRow = Awaited<ReturnType<typeof selectLines>>[number] & {
  /** The appointment of the document, when it was looked up. */
  appointmentId?: number | undefined;
};

declare module '../../api/write.ts' {
  interface ChangeKinds {
    'document line': LineRow;
  }
}

const selectLinesById = prepared((db) =>
  selectLines(db, sql.placeholder('location'), sql`${documentLines.id} = any(${sql.placeholder('ids')}::int[])`)
    .orderBy(asc(documentLines.id))
    .prepare('lines_by_id'),
);

/** Lines by their ids, also deleted ones. */
export const linesById = (db: Read, locationId: number, ids: readonly number[]): Promise<LineRow[]> =>
  selectLinesById(db).execute({ location: locationId, ids: [...ids] });

/** @throws NotFound, also for a deleted line */
export async function getLine(db: Read, locationId: number, id: number): Promise<LineRow> {
  const [row] = await selectLines(db, locationId, eq(documentLines.id, id), isNull(documentLines.deletedAt));
  if (!row) throw new NotFound();
  return row;
}

/** The lines of documents, by their ids. */
export const linesOfDocuments = (db: Read, locationId: number, documentIds: readonly number[]) =>
  selectLines(db, locationId, inArray(documentLines.documentId, [...documentIds]), isNull(documentLines.deletedAt)).orderBy(
    asc(documentLines.id),
  );

/** Which lines a list has. An undefined condition allows all. */
export interface LineFilter {
  documentId?: number | undefined;
  /** When it happened: from the first instant, before the second. */
  from?: Date | undefined;
  to?: Date | undefined;
  /** Both included. */
  changedAfter?: Date | undefined;
  changedBefore?: Date | undefined;
  types?: readonly number[] | undefined;
  storageIds?: readonly number[] | undefined;
}

/** Lines of documents, newest first. If the time of the last change is asked for, that which changed last comes first. */
export const listLines = (
  db: Read,
  locationId: number,
  filter: LineFilter,
  { offset, limit }: { offset: number; limit: number },
) => {
  const isByChange = filter.changedAfter !== undefined || filter.changedBefore !== undefined;
  return selectLines(
    db,
    locationId,
    isNull(documentLines.deletedAt),
    filter.documentId === undefined ? undefined : eq(documentLines.documentId, filter.documentId),
    filter.from && gte(documentLines.at, filter.from),
    filter.to && lt(documentLines.at, filter.to),
    filter.changedAfter && gte(documentLines.changedAt, filter.changedAfter),
    filter.changedBefore && lte(documentLines.changedAt, filter.changedBefore),
    filter.types && inArray(documentLines.type, [...filter.types] as never),
    filter.storageIds && inArray(documentLines.storageId, [...filter.storageIds]),
  )
    .orderBy(desc(isByChange ? documentLines.changedAt : documentLines.at), desc(documentLines.id))
    .offset(offset)
    .limit(limit);
};

/** Which products a client has bought without an appointment. An undefined condition allows all. */
export interface PurchaseFilter {
  clientId: number;
  from?: Date | undefined;
  /** The first instant that is too late. */
  to?: Date | undefined;
  storageIds?: readonly number[] | undefined;
  /** The sellers. */
  teamMemberIds?: readonly number[] | undefined;
}

const isPurchase = ({ clientId, from, to, storageIds, teamMemberIds }: PurchaseFilter) =>
  and(
    eq(documentLines.clientId, clientId),
    eq(documentLines.type, 1),
    isNull(documentLines.deletedAt),
    eq(documents.type, 1),
    from && gte(documentLines.at, from),
    to && lt(documentLines.at, to),
    storageIds && inArray(documentLines.storageId, [...storageIds]),
    teamMemberIds && inArray(documentLines.teamMemberId, [...teamMemberIds]),
  );

/** The lines of what a client has bought without an appointment, latest first. */
export const purchasesOf = (db: Read, locationId: number, filter: PurchaseFilter) =>
  selectLines(db, locationId, isPurchase(filter)).orderBy(desc(documentLines.at), desc(documentLines.id));

/** When the client bought something without an appointment, latest first: a time for each document. */
export const purchaseTimesOf = async (db: Read, locationId: number, filter: PurchaseFilter, limit: number): Promise<Date[]> => {
  const rows = await db
    .selectDistinct({ at: documentLines.at, documentId: documentLines.documentId })
    .from(documentLines)
    .innerJoin(documents, and(eq(documents.locationId, documentLines.locationId), eq(documents.id, documentLines.documentId)))
    .where(and(eq(documentLines.locationId, locationId), isPurchase(filter)))
    .orderBy(desc(documentLines.at))
    .limit(limit);
  return rows.map(({ at }) => at);
};
