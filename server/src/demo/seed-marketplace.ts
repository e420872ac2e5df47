import { and, eq } from 'drizzle-orm';
import type { Location } from '../api/access.ts';
import type { Write } from '../api/write.ts';
import { loadSigningKey } from '../domains/access/server-keys.ts';
import { locationUsers } from '../domains/locations/tables.ts';
import { addApplication, type TariffOption } from '../domains/marketplace/application.ts';
import { confirm, connect, recordPayment } from '../domains/marketplace/installation.ts';
import { toMoney } from '../platform/money.ts';
import { demoCredentials } from './accounts.ts';

const option = (title: string, price: number, teamMembers: number): TariffOption => ({
  tariffId: 1,
  tariff: '1 month',
  title,
  price: toMoney(price),
  currency: 'USD',
  months: 1,
  freeMonths: 0,
  teamMembers,
});

const day = 86_400_000;

/** The partner of the demo offers applications. The first location has three of them, one paid for; the others can be connected. */
export async function seedMarketplace(write: Write, partnerId: number, place: Location): Promise<void> {
  const settings = { signingKey: await loadSigningKey(write), allowed: [] };
  const partner = { id: partnerId, allLocations: true, token: demoCredentials.partnerToken };
  const register = (name: string, shortDescription: string, fields: object, options: TariffOption[] = []) =>
    addApplication(
      write,
      partner,
      { name, shortDescription, callbackUrl: 'https://partner.example/connect', ...fields },
      options,
      settings,
    );
  const reminders = await register(
    'Chat reminders',
    'Reminds clients of their appointments, in the chat they like',
    { kind: 'chat_bot', asksUserData: true, rights: ['timetable_access', 'clients_access'] },
    [option('Solo professional', 9, 1), option('Team', 29, 12)],
  );
  const books = await register('Bookkeeping', 'Takes payments over into the books', {
    rights: ['finances_access', 'finances_transactions_access'],
  });
  await register('Sender', 'Sends SMS with the name of the salon', { kind: 'sms_aggregator' });
  const reviews = await register('Reviews', 'Asks for a review after the visit', { rights: ['clients_access'] });
  await register('Stock counter', 'Counts products with a phone', { rights: ['storages_access'] });
  const [owner] = await write
    .select({ id: locationUsers.userId })
    .from(locationUsers)
    .where(and(eq(locationUsers.locationId, place.id), eq(locationUsers.role, 'owner')));
  const consent = { location: place, userId: (owner as { id: number }).id, can: () => true };
  for (const application of [reminders, books, reviews]) {
    await connect(write, application.id, consent);
    await confirm(write, application, place.id, { apiKey: '', webhookUrls: [] }, settings);
  }
  const today = Math.floor(Date.now() / day) * day;
  for (const months of [1, 0]) {
    const periodFrom = new Date(today - (months * 30 + 3) * day);
    await recordPayment(write, reminders, place.id, {
      amount: toMoney(29),
      currency: 'USD',
      paidAt: periodFrom,
      periodFrom,
      periodTo: new Date(periodFrom.getTime() + 30 * day - 1000),
    });
  }
}
