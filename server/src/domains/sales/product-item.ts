import { and, eq, isNull, sql } from 'drizzle-orm';
import { NotFound } from '../../api/errors.ts';
import type { Read } from '../../api/write.ts';
import type { Quantity } from '../../platform/quantity.ts';
import { appointments } from '../appointments/tables.ts';
import { documentLines } from '../inventory/tables.ts';
import { products } from '../products/tables.ts';
import { type Calendars, inCalendars } from '../team/calendars.ts';

const { startsAt, teamMemberId } = appointments;

/**
 * A product that is sold in an appointment: a line of type 1 in the appointment's document.
 * @param id of the line
 * @throws NotFound, also if the appointment is outside of the calendars
 */
export async function getSoldProduct(db: Read, locationId: number, id: number, calendars: Calendars) {
  const [row] = await db
    .select({
      id: documentLines.id,
      appointmentId: appointments.id,
      productId: documentLines.productId,
      storageId: documentLines.storageId,
      teamMemberId: documentLines.teamMemberId,
      /** More than 0, in the unit that `isInSaleUnits` names. */
      amount: sql<Quantity>`trim_scale(abs(${documentLines.amount}))::text`,
      isInSaleUnits: documentLines.isInSaleUnits,
      saleUnitId: products.saleUnitId,
      writeOffUnitId: products.writeOffUnitId,
      costPerUnit: documentLines.costPerUnit,
      discount: documentLines.discount,
      cost: documentLines.cost,
    })
    .from(documentLines)
    .innerJoin(
      appointments,
      and(eq(appointments.locationId, documentLines.locationId), eq(appointments.documentId, documentLines.documentId)),
    )
    .innerJoin(products, and(eq(products.locationId, documentLines.locationId), eq(products.id, documentLines.productId)))
    .where(
      and(
        eq(documentLines.locationId, locationId),
        eq(documentLines.id, id),
        eq(documentLines.type, 1),
        isNull(documentLines.deletedAt),
        isNull(appointments.deletedAt),
        inCalendars({ startsAt, teamMemberId }, calendars),
      ),
    );
  if (!row) throw new NotFound();
  return row;
}
