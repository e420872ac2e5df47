import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { somePhone, testDatabase, testServer } from '../../../test/harness.ts';
import { linesOfPdf } from '../../../test/pdf-text.ts';
import { openSalon } from '../../../test/salon.ts';
import { locations } from '../locations/tables.ts';

async function openPlace(city: string) {
  const salon = await openSalon({ city });
  const { db } = await testDatabase();
  await db
    .update(locations)
    .set({
      publicTitle: `"Scissors" & <b>Sons</b>`,
      address: '1 Main St',
      city,
      phones: ['+12125550101', '+12125550102', '+12125550103'],
    })
    .where(eq(locations.id, salon.place));
  const receipt = async (visit: number, authorization = salon.shop.owner.authorization) => {
    const { url } = await testServer();
    const answer = await fetch(`${url}/api/v1/attendance/receipt_print/${visit}`, { headers: { authorization } });
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    // Versions of Node.js write different spaces between a number and its currency.
    return (await linesOfPdf(await answer.arrayBuffer())).map((line) => line.replace(/[\u00a0\u202f]/g, ' '));
  };
  return { ...salon, receipt };
}

/** A visit with two services, one of them twice and cheaper. */
async function receiptIn(city: string) {
  const { booked, receipt, service } = await openPlace(city);
  const { visit_id } = await booked({
    client: { name: `Zoë <b>&"'` },
    services: [
      { id: service, amount: 2, first_cost: 1234.5, discount: 10, cost: 1111.05 },
      { id: service, first_cost: 10, cost: 10 },
    ],
  });
  return { visit: visit_id as number, lines: await receipt(visit_id) };
}

it('has the place, the client, every service with its price, and the total', async () => {
  const { visit, lines } = await receiptIn('New York');
  expect(lines).toEqual([
    '"Scissors" & <b>Sons</b>',
    '1 Main St, New York',
    '+12125550101',
    '+12125550102',
    `Receipt № ${visit}`,
    'Date: May 6, 2030',
    `Client: Zoë <b>&"'`,
    'Haircut | × 2 | $1,111.05',
    '−10%',
    'Haircut | × 1 | $10.00',
    'Total | $1,121.05',
  ]);
});

it('has the products that were sold, and counts them in', async () => {
  const { booked, receipt, service, shop } = await openPlace('New York');
  const product = await shop.addProduct({ title: 'Shampoo', price: 20 });
  const { id, visit_id } = await booked({ services: [{ id: service, first_cost: 10, cost: 10 }] });
  await shop.call('PUT', `/visits/${visit_id}/${id}`, {
    body: { attendance: 1, comment: '', goods_transactions: [{ good_id: product, amount: 2, discount: 25 }] },
  });
  expect((await receipt(visit_id)).slice(-4)).toEqual([
    'Haircut | × 1 | $10.00',
    'Shampoo | × 2 | $30.00',
    '−25%',
    'Total | $40.00',
  ]);
});

it('has what was paid, by money and by loyalty', async () => {
  const { shop, place, booked, receipt, service } = await openPlace('New York');
  const client = await shop.addClient();
  const { id, visit_id, documents } = await booked({
    client: { id: client.id },
    services: [{ id: service, first_cost: 100, cost: 100 }],
  });
  const types = `/chain/${shop.chainId}/loyalty/card_types`;
  const type = (await shop.call('POST', types, { body: { title: 'Regulars', company_ids: [place] } })).data;
  const body = { loyalty_card_type_id: type.id, phone: client.phone };
  const card = (await shop.call('POST', `/loyalty/cards/${place}`, { body })).data.id;
  await shop.call('POST', `/company/${place}/loyalty/cards/${card}/manual_transaction`, { body: { amount: 30 } });
  const method = { slug: 'loyalty_card', loyalty_card_id: card };
  await shop.call('POST', `/company/${place}/sale/${documents[0].id}/payment`, { body: { payment: { method, amount: 30 } } });
  expect((await receipt(visit_id)).slice(-2)).toEqual(['Total | $100.00', 'Loyalty | $30.00']);
  await shop.call('PUT', `/visits/${visit_id}/${id}`, { body: { attendance: 1, comment: '', fast_payment: 1 } });
  expect((await receipt(visit_id)).slice(-3)).toEqual(['Total | $100.00', 'Loyalty | $30.00', 'Paid | $70.00']);
});

it('has no line for an address that is not known', async () => {
  const { booked, receipt, place } = await openPlace('New York');
  const { db } = await testDatabase();
  await db.update(locations).set({ address: '' }).where(eq(locations.id, place));
  const { visit_id } = await booked();
  expect((await receipt(visit_id)).slice(0, 2)).toEqual(['"Scissors" & <b>Sons</b>', '+12125550101']);
});

// Right-to-left texts are here as they appear on paper, from left to right.
it.each([
  ['London', ['Receipt №', 'Date: 6 May 2030', `Client: Zoë <b>&"'`, '£1,111.05', 'Total | £1,121.05']],
  ['Berlin', ['Beleg №', 'Datum: 6. Mai 2030', `Kunde: Zoë <b>&"'`, '1.111,05 €', 'Summe | 1.121,05 €']],
  ['Paris', ['Reçu №', 'Date: 6 mai 2030', `Client: Zoë <b>&"'`, '1 111,05 €', 'Total | 1 121,05 €']],
  ['Madrid', ['Recibo №', 'Fecha: 6 de mayo de 2030', `Cliente: Zoë <b>&"'`, '1111,05 €', 'Total | 1121,05 €']],
  ['Lisbon', ['Recibo №', 'Data: 6 de maio de 2030', `Cliente: Zoë <b>&"'`, '1111,05 €', 'Total | 1121,05 €']],
  ['Rome', ['Ricevuta №', 'Data: 6 maggio 2030', `Cliente: Zoë <b>&"'`, '1111,05 €', 'Totale | 1121,05 €']],
  ['Warsaw', ['Pokwitowanie №', 'Data: 6 maja 2030', `Klient: Zoë <b>&"'`, '1111,05 zł', 'Razem | 1121,05 zł']],
  ['Athens', ['Απόδειξη №', 'Ημερομηνία: 6 Μαΐου 2030', `Πελάτης: Zoë <b>&"'`, '1.111,05 €', 'Σύνολο | 1.121,05 €']],
  ['Moscow', ['Квитанция №', 'Дата: 6 мая 2030 г.', `Клиент: Zoë <b>&"'`, '1 111,05 ₽', 'Итого | 1 121,05 ₽']],
  ['Kyiv', ['Квитанція №', 'Дата: 6 травня 2030 р.', `Клієнт: Zoë <b>&"'`, '1 111,05 ₴', 'Разом | 1 121,05 ₴']],
  ['Jerusalem', ['№ קבלה', '2030 במאי 6 תאריך:', `'"&<Zoë <b לקוח:`, '₪ 1,111.05', 'הכול סך | ₪ 1,121.05']],
  ['Cairo', ['№ إيصال', '2030 مايو 6 التاريخ:', `'"&<Zoë <b العميل:`, 'ج.م. 1,111.05', 'المجموع | ج.م. 1,121.05']],
  // A currency with three decimal digits, and currencies without any. English if a receipt is not available in the language.
  ['Kuwait City', ['№ إيصال', '2030 مايو 6 التاريخ:', `'"&<Zoë <b العميل:`, 'د.ك. 1,111.050', 'المجموع | د.ك. 1,121.050']],
  ['Tokyo', ['Receipt №', 'Date: May 6, 2030', `Client: Zoë <b>&"'`, '¥1,111', 'Total | ¥1,121']],
  ['Seoul', ['Receipt №', 'Date: May 6, 2030', `Client: Zoë <b>&"'`, '₩1,111', 'Total | ₩1,121']],
  ['Mumbai', ['Receipt №', 'Date: 6 May 2030', `Client: Zoë <b>&"'`, '₹1,111.05', 'Total | ₹1,121.05']],
] as const)('in %s is in the language, the date format and the currency of the country', async (city, expected) => {
  const { lines } = await receiptIn(city);
  const [receipt, date, client, price, total] = expected;
  expect(lines[4]).toContain(receipt);
  expect(lines[5]).toBe(date);
  expect(lines[6]).toBe(client);
  expect(lines[7]).toBe(`Haircut | × 2 | ${price}`);
  expect(lines.at(-1)).toBe(total);
});

it('has names of several scripts, each readable in its direction', async () => {
  const { booked, receipt } = await openPlace('New York');
  const { visit_id } = await booked({ client: { name: 'Ελένη שרה כהן (٣٤) 12 سارة Анна' } });
  expect((await receipt(visit_id))[6]).toBe('Client: Ελένη سارة 12 (٣٤) כהן שרה Анна');
});

it('names the client only to callers who may see them', async () => {
  const { shop, booked, receipt } = await openPlace('New York');
  const { visit_id } = await booked({ client: { name: 'Ada' } });
  const blind = await shop.hire('administrator', { record_form_client_access: false });
  const lines = await receipt(visit_id, blind.authorization);
  expect(lines.filter((line) => /Client|Ada/.test(line))).toEqual([]);
  expect(lines).toContain('Haircut | × 1 | $30.00');
});

it('has the date of the location, in the evening too', async () => {
  for (const [city, date] of [
    ['New York', 'Date: May 6, 2030'],
    ['London', 'Date: 6 May 2030'],
    ['Berlin', 'Datum: 6. Mai 2030'],
  ] as const) {
    const { booked, receipt } = await openPlace(city);
    const late = await booked({ datetime: '2030-05-06T23:30:00', seance_length: 1800, save_if_busy: true });
    expect(await receipt(late.visit_id)).toContain(date);
    const early = await booked({ datetime: '2030-05-06T00:10:00', seance_length: 1800, save_if_busy: true });
    expect(await receipt(early.visit_id)).toContain(date);
  }
});

it('adds the appointments of a visit, and says when nothing was provided', async () => {
  const { booked, receipt, service, shop, place } = await openPlace('New York');
  const client = { name: 'Ada', phone: somePhone() };
  const price = (cost: number) => ({ client, services: [{ id: service, first_cost: cost, cost }] });
  const first = await booked(price(0.1));
  const second = await booked({ ...price(0.2), datetime: '2030-05-06T12:00:00' });
  expect(second.visit_id).toBe(first.visit_id);
  expect((await receipt(first.visit_id)).slice(7)).toEqual(['Haircut | × 1 | $0.10', 'Haircut | × 1 | $0.20', 'Total | $0.30']);
  const empty = await booked({ services: [], datetime: '2030-05-07T10:00:00' });
  expect((await receipt(empty.visit_id)).slice(7)).toEqual(['Nothing was provided.', 'Total | $0.00']);
  await shop.call('DELETE', `/record/${place}/${first.id}`);
  expect((await receipt(first.visit_id)).slice(7)).toEqual(['Haircut | × 1 | $0.20', 'Total | $0.20']);
});

it('goes on to a second page, and cuts a long title with an ellipsis in either direction', async () => {
  const { booked, receipt, shop } = await openPlace('Jerusalem');
  const title = 'תספורת ארוכה מאוד עם שטיפה וייבוש וטיפול מיוחד בשיער';
  const long = await shop.addService({ title });
  const latin = await shop.addService({ title: 'A very long haircut with a wash, a dryer and a special treatment' });
  const services = Array.from({ length: 40 }, (_, index) => ({ id: index ? latin : long, first_cost: 1, cost: 1 }));
  const { visit_id } = await booked({ services });
  const lines = await receipt(visit_id);
  expect(lines.filter((line) => line.includes('A very long haircut'))).toHaveLength(39);
  expect(lines.find((line) => line.includes('A very'))).toMatch(/^A very long haircut with .*… \| × 1 \| ₪ 1\.00$/);
  expect(lines.find((line) => line.includes('תספורת'))).toMatch(/^\S+… .* תספורת \| × 1 \| ₪ 1\.00$/);
  expect(lines.at(-1)).toBe('הכול סך | ₪ 40.00');
});
