import { expect, test } from 'vitest';
import { openGifts } from '../../../test/gifts.ts';
import { testDatabase } from '../../../test/harness.ts';

test('a receipt has what a gift card pays as prepaid', async () => {
  const gifts = await openGifts();
  const { shop, place } = gifts;
  // The service of the register is never called here: the request waits in its transaction.
  await shop.call('PUT', `/company/${place}/fiscal_settings`, { body: { is_enabled: true, url: 'http://127.0.0.1:9/receipts' } });
  const card = await gifts.issue((await gifts.addType({ balance: 25 })).product, 'A');
  const { document } = await gifts.visit(60);
  await gifts.redeem(document, card.id, { number: 'A' });
  await gifts.payment(document, 35);
  const printed = await shop.call('POST', `/kkm_transactions/${place}/print_document_bill`, {
    body: { document_id: document, type: 0 },
  });
  expect(printed.status).toBeLessThan(300);
  expect(await requestOf(place)).toMatchObject({
    positions: [{ type: 'service', price: 60, quantity: 1, discount_amount: 0, payment_method: 'payment' }],
    payments: [
      { type: 'cash', sum: 35 },
      { type: 'prepaid', sum: 25 },
    ],
  });
  // A printed receipt locks what was paid.
  const other = await gifts.redeem(document, card.id, { number: 'A' });
  expect(other.status).toBe(422);
});

test('a sale that a gift card pays wholly has a receipt, too', async () => {
  const gifts = await openGifts();
  const { shop, place } = gifts;
  await shop.call('PUT', `/company/${place}/fiscal_settings`, { body: { is_enabled: true, url: 'http://127.0.0.1:9/receipts' } });
  const card = await gifts.issue((await gifts.addType()).product, 'A');
  const { document } = await gifts.visit(60);
  await gifts.redeem(document, card.id, { number: 'A' });
  await shop.call('POST', `/kkm_transactions/${place}/print_document_bill`, { body: { document_id: document, type: 0 } });
  expect(await requestOf(place)).toMatchObject({
    positions: [{ price: 60, discount_amount: 0 }],
    payments: [{ type: 'prepaid', sum: 60 }],
  });
});

async function requestOf(place: number) {
  const { query } = await testDatabase();
  const [row] = await query<{ request: object }>({
    text: 'select request from fiscal_transactions where location_id = $1 order by id desc limit 1',
    values: [place],
  });
  return row?.request;
}
