import { ReceiptPrinted } from '../inventory/receipt.ts';
import type { Attendance, appointments } from './tables.ts';

type Receipted = Pick<typeof appointments.$inferSelect, 'isReceiptPrinted' | 'startsAt' | 'clientId' | 'attendance'>;

/** A client who has confirmed or arrived. */
const isExpected = (attendance: Attendance) => attendance === 1 || attendance === 2;

/**
 * Refuses a change of something that the printed receipt of a locked appointment names: the state (but not between confirmed and arrived),
 * the time and the client. The length, the team member and the texts stay free. Source: the published help.
 * @throws ReceiptPrinted
 */
export function refuseReceipted(
  current: Receipted,
  { startsAt, clientId, attendance }: { startsAt?: Date; clientId?: number | null; attendance?: Attendance | undefined },
): void {
  if (!current.isReceiptPrinted) return;
  const isSame =
    (startsAt === undefined || startsAt.getTime() === current.startsAt.getTime()) &&
    (clientId === undefined || clientId === current.clientId) &&
    (attendance === undefined || attendance === current.attendance || (isExpected(attendance) && isExpected(current.attendance)));
  if (!isSame) throw new ReceiptPrinted();
}

/** Refuses what changes all of an appointment, such as deleting it, if the receipt of one is printed. @throws ReceiptPrinted */
export function refuseAnyReceipted(rows: readonly Pick<Receipted, 'isReceiptPrinted'>[]): void {
  if (rows.some(({ isReceiptPrinted }) => isReceiptPrinted)) throw new ReceiptPrinted();
}
