import { expect, test } from 'vitest';
import { openDesk } from '../../../test/desk.ts';

type Resource = { type: string; id: string; attributes: Record<string, unknown> };

test('V2 appointments have their products, documents and payments', async () => {
  const desk = await openDesk();
  const { appointment, document } = await desk.visit(60);
  const product = await desk.shop.addProduct({ price: 20, title: 'Soap' });
  const line = await desk.shop.addSale(appointment.id, product);
  await desk.payment(document, 80);
  const path = `//api/v2/locations/${desk.place}/attendances/record_${appointment.id}/appointments`;
  const read = async (include: string[] = [], authorization = desk.shop.owner.authorization) => {
    const query = include.map((name) => `include=${name}`).join('&');
    const answer = await desk.shop.call('GET', `${path}?${query}`, {
      authorization,
      headers: { accept: 'application/vnd.api.v2+json' },
    });
    expect(answer.status).toBe(200);
    const { relationships } = answer.body.data[0];
    return { relationships, included: answer.body.included as Resource[] };
  };
  const one = await read();
  expect(one.relationships).toMatchObject({
    goods: { data: [{ type: 'good', id: String(product) }] },
    attendance_good_items: { data: [{ type: 'attendance_good_item', id: String(line) }] },
    attendance_document: { data: { type: 'attendance_document', id: String(document) } },
    transactions: { data: [] },
  });
  expect(one.included).toEqual([]);

  const all = await read(['goods', 'attendance_good_items', 'attendance_document', 'transactions']);
  const attributesOf = (type: string) => all.included.filter((row) => row.type === type).map(({ attributes }) => attributes);
  expect(attributesOf('good')).toMatchObject([{ title: 'Soap', cost: 20, sale_unit_id: 1 }]);
  const item = await desk.shop.call('GET', `//api/v2/locations/${desk.place}/attendance_product_items/${line}`, {
    headers: { accept: 'application/vnd.api.v2+json' },
  });
  expect(attributesOf('attendance_good_item')).toEqual([item.body.data.attributes]);
  expect(attributesOf('attendance_document')).toEqual([
    { type_id: 7, number: document, visit_id: appointment.visit_id, record_id: appointment.id },
  ]);
  expect(attributesOf('transaction').map(({ amount }) => amount)).toEqual([20, 60]);
  expect(all.relationships.transactions.data).toHaveLength(2);

  const blind = await desk.shop.hire('owner', { records_goods_access: false, records_finances_access: false });
  const hidden = await read(['goods', 'attendance_good_items', 'transactions'], blind.authorization);
  expect(hidden.included).toEqual([]);
  expect(hidden.relationships).toMatchObject({
    goods: { data: [] },
    attendance_good_items: { data: [] },
    transactions: { data: [] },
  });
});
