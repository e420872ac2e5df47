import { and, asc, eq, isNotNull } from 'drizzle-orm';
import type { Location } from '../api/access.ts';
import type { Write } from '../api/write.ts';
import { loadSigningKey } from '../domains/access/server-keys.ts';
import { setPrepaidTerms } from '../domains/catalog/prepaid.ts';
import { services } from '../domains/catalog/tables.ts';
import { clients } from '../domains/clients/tables.ts';
import { bookOnline } from '../domains/online-booking/booking.ts';
import { settle } from '../domains/prepayment/prepayment.ts';
import { setPrepaymentSettings } from '../domains/prepayment/settings.ts';
import { prepayments } from '../domains/prepayment/tables.ts';
import { comingSlots } from './client.ts';

/** The service of the demo that clients pay for in advance. */
export const prepaidService = 'Bridal make-up';

/**
 * Clients of the demo pay a third of one service in advance, at the demo's own provider.
 * @param paid how many future appointments are paid so
 */
export async function seedPrepayment(write: Write, place: Location, paid: number): Promise<void> {
  const payments = { signingKey: await loadSigningKey(write), stripeUrl: '', isDemo: true, address: '' };
  await setPrepaymentSettings(write, place, { provider: 'demo' }, payments);
  const [service] = await write
    .select({ id: services.id })
    .from(services)
    .where(and(eq(services.locationId, place.id), eq(services.title, prepaidService)));
  const { id } = service as { id: number };
  await setPrepaidTerms(write, place, id, { prepaid: 'required', percent: 30 });
  if (paid === 0) return;
  const choice = { serviceIds: [id], memberId: undefined };
  const slots = (await comingSlots(write, place, choice, paid + 1)).slice(-paid);
  const visitors = await write
    .select({ phone: clients.phone, name: clients.name })
    .from(clients)
    .where(and(eq(clients.locationId, place.id), isNotNull(clients.phone)))
    .orderBy(asc(clients.id))
    .offset(20)
    .limit(paid);
  for (const [index, start] of slots.entries()) {
    const visitor = visitors[index] as { phone: string; name: string };
    const origin = { userId: null, partnerId: null, isOnline: true, device: 1 };
    await bookOnline(write, place, [{ ...choice, id: index, start }], visitor, {}, origin, new Date());
  }
  const held = await write.select().from(prepayments).where(eq(prepayments.locationId, place.id));
  for (const { key, minor, currency } of held) {
    await settle(write, place, { kind: 'paid', key, paymentId: `demo-payment-${key}`, minor, currency });
  }
}
