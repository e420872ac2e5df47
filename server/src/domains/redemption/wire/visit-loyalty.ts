import type { Location } from '../../../api/access.ts';
import { Forbidden, NotFound } from '../../../api/errors.ts';
import type { Write } from '../../../api/write.ts';
import { appointmentsOfVisit } from '../../appointments/appointment.ts';
import { documentsOfAppointments } from '../../appointments/of-documents.ts';
import { hideClients } from '../../appointments/visible-clients.ts';
import type { Authorized } from '../../appointments/wire/caller.ts';
import { paymentsByAppointment } from '../../appointments/wire/payments.ts';
import { receiptStateOf } from '../../fiscal/list.ts';
import { transactionsOfDocuments } from '../../loyalty-transactions/list.ts';
import { lockSale, type Sale } from '../../sales/sale.ts';
import { expectVisible, mayTakePayments } from '../../sales/wire/caller.ts';
import { calendarsOf } from '../../team/calendars.ts';
import { presentVisitDetails } from '../../visits/wire/present.ts';
import { presentTransaction } from './transaction.ts';

/** A visit after loyalty did something in it. What an inviter got is left out, as in the published examples. */
async function answerVisit(caller: Authorized & { location: Location }, sale: Sale) {
  const { db, location, can } = caller;
  const rows = await appointmentsOfVisit(db, location.id, sale.visitId ?? 0, await calendarsOf(caller));
  const transactions = await transactionsOfDocuments(db, location, sale.documentIds);
  const details = presentVisitDetails(
    rows,
    await paymentsByAppointment(caller, await hideClients(caller, rows)),
    transactions.filter(({ type }) => type !== 4).map(presentTransaction),
    await receiptStateOf(db, location.id, sale.documentIds),
    { seesProducts: can('records_goods_access'), timeZone: location.timeZone },
  );
  // Products are named by their own ids here.
  const items = details.items.map((item) =>
    item.is_good ? { ...item, item_id: item.good_id, item_type_id: 7, record_id: 0 } : item,
  );
  return { ...details, items };
}

/**
 * Changes what loyalty does in a visit, whose sale is locked, and answers the visit.
 * @throws NotFound for a visit without the appointment, or outside of the caller's calendars; Forbidden for one that is too old for the
 * caller, and as the change
 */
export async function inVisit(
  caller: Authorized & { write: Write; location: Location },
  named: { record_id: number; visit_id: number },
  change: (sale: Sale) => Promise<void>,
) {
  const { write, location } = caller;
  const reading = { ...caller, db: write };
  const unknown = `Visit ${named.visit_id} has no appointment ${named.record_id}`;
  const [documentId] = await documentsOfAppointments(write, location.id, [named.record_id]);
  if (documentId === undefined) throw new NotFound(unknown);
  const sale = await lockSale(write, location, documentId);
  if (sale.visitId !== named.visit_id) throw new NotFound(unknown);
  await expectVisible(reading, sale);
  if (!mayTakePayments(caller, sale.at)) throw new Forbidden();
  await change(sale);
  await write.react(true);
  return answerVisit(reading, sale);
}
