import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import type { Location } from '../api/access.ts';
import type { Write } from '../api/write.ts';
import { appointments } from '../domains/appointments/tables.ts';
import { services, serviceTeamMembers } from '../domains/catalog/tables.ts';
import { createBill } from '../domains/consumables/bill.ts';
import { planServices } from '../domains/consumables/plan.ts';
import { writeOff } from '../domains/consumables/write-off.ts';
import { listStorages } from '../domains/inventory/storage.ts';
import { products } from '../domains/products/tables.ts';
import { toQuantity } from '../platform/quantity.ts';

/** What services use up, by the titles of products, in write-off units. Nobody follows the last one any more. */
const demoBills: { title: string; services: string[]; items: [product: string, amount: number][] }[] = [
  {
    title: 'Root touch-up',
    services: ['Root touch-up'],
    items: [
      ['Hair colour 6.0', 40],
      ['Developer 6 %', 60],
      ['Salon shampoo, refill', 20],
    ],
  },
  {
    title: 'Full colour',
    services: ['Full colour'],
    items: [
      ['Hair colour 7.3', 60],
      ['Developer 6 %', 90],
      ['Salon shampoo, refill', 20],
    ],
  },
  {
    title: 'Highlights',
    services: ['Half head of highlights', 'Full head of highlights', 'Balayage'],
    items: [
      ['Bleaching powder', 30],
      ['Developer 6 %', 60],
    ],
  },
  { title: 'Massage of the hands', services: [], items: [['Massage oil', 15]] },
];

/** Bills of materials of a location. Its team members follow them, its appointments plan them, and those of the past have used them up. */
export async function seedBills(write: Write, place: Location): Promise<void> {
  const ofPlace = await write
    .select({ id: products.id, title: products.title })
    .from(products)
    .where(and(eq(products.locationId, place.id), isNull(products.deletedAt)));
  const productIds = new Map(ofPlace.map(({ id, title }) => [title, id]));
  const storageId = (await listStorages(write, place.id)).find(({ isForServices }) => isForServices)?.id as number;
  for (const { title, services: titles, items } of demoBills) {
    const { id } = await createBill(write, place.id, {
      title,
      items: items.map(([product, amount]) => ({
        productId: productIds.get(product) as number,
        storageId,
        amount: toQuantity(amount),
      })),
    });
    if (titles.length === 0) continue;
    const followed = write
      .select({ id: services.id })
      .from(services)
      .where(and(eq(services.locationId, place.id), inArray(services.title, titles)));
    await write
      .update(serviceTeamMembers)
      .set({ billId: id })
      .where(and(eq(serviceTeamMembers.locationId, place.id), inArray(serviceTeamMembers.serviceId, followed)));
  }
  const booked = await write
    .select({ id: appointments.id })
    .from(appointments)
    .where(and(eq(appointments.locationId, place.id), isNull(appointments.deletedAt)))
    .orderBy(asc(appointments.startsAt), asc(appointments.id));
  await planServices(
    write,
    place,
    booked.map(({ id }) => ({ appointmentId: id, serviceId: null })),
  );
  await writeOff(
    write,
    place,
    booked.map(({ id }) => id),
  );
}
