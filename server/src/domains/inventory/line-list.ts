import { and, asc, eq, inArray, isNull, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Read } from '../../api/write.ts';
import { services } from '../catalog/tables.ts';
import { clients } from '../clients/tables.ts';
import { productCategories, products, productUnits } from '../products/tables.ts';
import { teamMembers } from '../team/tables.ts';
import { documentLines, documents, storages, suppliers } from './tables.ts';

const saleUnit = alias(productUnits, 'sale_unit');
const writeOffUnit = alias(productUnits, 'write_off_unit');
/** Names of what a line is about. Deleted and archived things keep their names here. */
const selectLines = (db: Read, locationId: number, ...conditions: (SQL | undefined)[]) =>
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
      product: {
        title: products.title,
        article: products.article,
        barcode: products.barcode,
        categoryId: products.categoryId,
        category: productCategories.title,
        price: products.price,
        costPrice: products.costPrice,
        unitRatio: products.unitRatio,
        comment: products.comment,
        criticalAmount: products.criticalAmount,
        desiredAmount: products.desiredAmount,
        membershipTypeId: products.membershipTypeId,
        giftCardTypeId: products.giftCardTypeId,
        allowsEmptyCode: products.allowsEmptyCode,
        isChain: products.isChain,
        changedAt: products.changedAt,
      },
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
    .innerJoin(
      productCategories,
      and(eq(productCategories.locationId, products.locationId), eq(productCategories.id, products.categoryId)),
    )
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

/** Lines by their ids, also deleted ones. */
export const linesById = (db: Read, locationId: number, ids: readonly number[]) =>
  selectLines(db, locationId, inArray(documentLines.id, [...ids])).orderBy(asc(documentLines.id));

/** The lines of documents, by their ids. */
export const linesOfDocuments = (db: Read, locationId: number, documentIds: readonly number[]) =>
  selectLines(db, locationId, inArray(documentLines.documentId, [...documentIds]), isNull(documentLines.deletedAt)).orderBy(
    asc(documentLines.id),
  );
