import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { testDatabase } from '../../../test/harness.ts';
import { deliver, startReceiver, subscribe } from '../../../test/receiver.ts';
import { openSalon, setHours } from '../../../test/salon.ts';
import { beginAlone } from '../../surfaces/changes.ts';
import { publish } from '../outbox/outbox.ts';

const document = JSON.parse(readFileSync(join(import.meta.dirname, '../../../../openapi/developers.json'), 'utf8'));
const ajv = new Ajv2020({ strict: false, allErrors: true });
(addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
ajv.addSchema(document, 'developers');

/** The faults of a body, by the schema that the document has for its webhook. */
function faultsOf(event: string, body: unknown) {
  const path = `developers#/webhooks/${event}/post/requestBody/content/application~1json/schema`;
  const validate = ajv.compile({ $ref: path });
  return validate(body) ? [] : validate.errors;
}

type Salon = Awaited<ReturnType<typeof openSalon>>;

const must = async (salon: Salon, method: string, path: string, body?: object) => {
  const answer = await salon.shop.call(method, path, { body });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.data;
};

/** Makes the event happen. @returns the id of the thing */
type Happen = (salon: Salon) => Promise<number>;

const sell: Happen = async (salon) => {
  const [, forSale] = await must(salon, 'GET', `/storages/${salon.place}`);
  const sold = await must(salon, 'POST', `/storage_operations/operation/${salon.place}`, {
    type_id: 1,
    create_date: '2030-05-06 10:00:00',
    storage_id: forSale.id,
    master_id: salon.member,
    transactions: [{ good_id: await salon.shop.addProduct(), amount: 2, cost: 50 }],
  });
  return sold.transactions[0].id;
};

const pay: Happen = async (salon) => {
  const [account] = await must(salon, 'GET', `/accounts/${salon.place}`);
  const [expense] = await must(salon, 'GET', `/company/${salon.place}/expenses`);
  const body = { account_id: account.id, expense_id: expense.id, amount: 12.5, comment: 'A haircut' };
  return (await must(salon, 'POST', `/finance_transactions/${salon.place}`, body)).id;
};

const cases: [string, string, string, Happen][] = [
  [
    'SalonEvent',
    'salon',
    'update',
    async (salon) => (await must(salon, 'PUT', `/company/${salon.place}`, { title: 'Lavender' })).id,
  ],
  [
    'StaffEvent',
    'staff',
    'update',
    async ({ shop, place, member }) =>
      (await shop.call('PUT', `/staff/${place}/${member}`, { body: { name: 'Basil', specialization: 'barber', hidden: 0 } })).data
        .id,
  ],
  [
    'ServiceEvent',
    'service',
    'create',
    async (salon) => {
      const category = await must(salon, 'POST', `/service_categories/${salon.place}`, { title: 'Hair' });
      return (await must(salon, 'POST', `/services/${salon.place}`, { title: 'Cut', category_id: category.id })).id;
    },
  ],
  [
    'ServiceCategoryEvent',
    'service_category',
    'create',
    async (salon) => (await must(salon, 'POST', `/service_categories/${salon.place}`, { title: 'Hair' })).id,
  ],
  ['ClientEvent', 'client', 'create', async ({ shop }) => (await shop.addClient({ email: 'ada@example.com' })).id],
  ['RecordEvent', 'record', 'create', async ({ booked }) => (await booked()).id],
  [
    'ScheduleEvent',
    'schedule',
    'update',
    async ({ shop, member }) => {
      await setHours(shop, member, ['2030-06-03']);
      return member;
    },
  ],
  [
    'GoodEvent',
    'good',
    'create',
    async (salon) => {
      const category = await must(salon, 'POST', `/goods_categories/${salon.place}`, { title: 'Care' });
      const body = { title: 'Shampoo', category_id: category.id, cost: 24.5, sale_unit_id: 1, service_unit_id: 1 };
      return (await must(salon, 'POST', `/goods/${salon.place}`, body)).good_id;
    },
  ],
  ['GoodsOperationEvent', 'goods_operations_sale', 'create', sell],
  ['FinancesOperationEvent', 'finances_operation', 'create', pay],
];

test.each(cases)('%s: what happens is sent in the documented form', async (event, resource, status, happen) => {
  const salon = await openSalon();
  const receiver = await startReceiver();
  await subscribe(salon.shop, [receiver.url]);
  const id = await happen(salon);
  await deliver(salon.shop);
  const sent = receiver.received.filter(({ body }) => body.resource === resource);
  expect(sent).toHaveLength(1);
  const { body, headers } = sent[0] as (typeof sent)[number];
  expect(headers['content-type']).toBe('application/json');
  expect(body).toMatchObject({ company_id: salon.place, resource, resource_id: id, status });
  expect(Object.keys(body)).toEqual(['company_id', 'resource', 'resource_id', 'status', 'data']);
  expect(faultsOf(event, body)).toEqual([]);
});

test('LoyaltyCardEvent: a card that a rule reports is sent in the documented form; no operation changes cards yet', async () => {
  const { shop, place } = await openSalon();
  const receiver = await startReceiver();
  await subscribe(shop, [receiver.url]);
  const { db } = await testDatabase();
  const data = { id: 601, balance: 150, number: 'LC-00601', phone: '12125550123' };
  await beginAlone(db)((write) =>
    publish(write, place, null, [{ resource: 'loyalty_card', resourceId: 601, status: 'update', data }]),
  );
  await deliver(shop);
  expect(receiver.received.map(({ body }) => body)).toEqual([
    { company_id: place, resource: 'loyalty_card', resource_id: 601, status: 'update', data },
  ]);
  expect(faultsOf('LoyaltyCardEvent', receiver.received[0]?.body)).toEqual([]);
});

test('a body that differs from the document is noticed', () => {
  const body = { company_id: 1, resource: 'loyalty_card', resource_id: 1, status: 'update', data: { id: 1, balance: 'much' } };
  expect(faultsOf('LoyaltyCardEvent', body)).not.toEqual([]);
  expect(faultsOf('ScheduleEvent', { ...body, resource: 'schedule' })).not.toEqual([]);
});

test.each(Object.keys(document.webhooks))('a test of %s has the documented form', async (event) => {
  const { shop, place } = await openSalon();
  const receiver = await startReceiver();
  await subscribe(shop, [receiver.url]);
  const [address] = (await shop.call('GET', `/hooks_settings/${place}/addresses`)).data;
  const { schema } = document.webhooks[event].post.requestBody.content['application/json'];
  const name = schema.properties.resource.enum[0];
  const path = `/hooks_settings/${place}/addresses/${address.id}/test`;
  const answer = await shop.call('POST', path, { body: { resource: name } });
  expect(answer.data).toMatchObject({ status: 200, refusal: null, answer: 'seen' });
  const [sent] = receiver.received;
  expect(sent?.headers['webhook-id']).toBe(answer.data.webhook_id);
  expect(sent?.body).toMatchObject({ company_id: place, resource: name, resource_id: 0 });
  expect(faultsOf(event, sent?.body)).toEqual([]);
});
