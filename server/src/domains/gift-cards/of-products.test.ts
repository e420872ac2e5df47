import { beforeAll, describe, expect, test } from 'vitest';
import { type Gifts, openGifts } from '../../../test/gifts.ts';
import { testDatabase } from '../../../test/harness.ts';
import { addMembershipType, productOfType } from '../../../test/memberships.ts';

const v2 = { headers: { accept: 'application/vnd.api.v2+json' } };

describe('products that issue gift cards', () => {
  let gifts: Gifts;
  beforeAll(async () => {
    gifts = await openGifts();
  });

  const shown = (id: number) => ({
    id,
    title: 'Gift card 100',
    balance: 100,
    is_multi: true,
    company_group_id: gifts.shop.chainId,
    item_type_id: 0,
    expiration_type_id: 2,
    expiration_date: null,
    expiration_timeout: 6,
    expiration_timeout_unit_id: 3,
    is_allow_empty_code: false,
  });
  const addType = () => gifts.addType({ expiration: { type_id: 2, timeout: 6, timeout_unit_id: 3 } });

  test('show their type, by themselves, in the list and in a sale, also after its sale has ended', async () => {
    const { id, product } = await addType();
    const { shop, place } = gifts;
    expect((await shop.call('GET', `/goods/${place}/${product}`)).data.loyalty_certificate_type).toEqual(shown(id));
    const [listed] = await gifts.productsOf(id);
    expect(listed?.loyalty_certificate_type).toEqual(shown(id));
    const { line } = await gifts.issue(product, 'shown');
    await shop.call('PATCH', `${gifts.types}/${id}/archive`, { body: { is_archived: true } });
    const sold = await shop.call('GET', `/storage_operations/goods_transactions/${place}/${line}`);
    expect(sold.data.good.loyalty_certificate_type).toEqual(shown(id));
  });

  test('show their type in V2, beside the products that issue nothing', async () => {
    const { id, product } = await addType();
    const { id: _, ...attributes } = shown(id);
    const path = `//api/v2/locations/${gifts.place}/products`;
    const { body } = await gifts.shop.call('GET', `${path}/${product}?include[]=loyalty_certificate_type`, v2);
    const related = { data: { type: 'loyalty_certificate_type', id: String(id) } };
    expect(body.data.relationships).toMatchObject({ loyalty_certificate_type: related, loyalty_abonement_type: { data: null } });
    expect(body.included).toEqual([{ ...related.data, attributes, relationships: {} }]);
    const query = `filter[related_loyalty_entity_slug]=loyalty_certificate&filter[ids][]=${product}`;
    const listed = await gifts.shop.call('GET', `${path}?${query}`, v2);
    expect([listed.body.data[0].relationships.loyalty_certificate_type, listed.body.included]).toEqual([related, []]);
  });
});

describe.each(['gift cards', 'memberships'] as const)('products that issue %s are in no storage:', (kind) => {
  const open = async () => {
    const gifts = await openGifts();
    if (kind === 'gift cards') return { ...gifts, product: (await gifts.addType()).product };
    const type = await addMembershipType(gifts.shop, await gifts.shop.addService());
    return { ...gifts, product: await productOfType(gifts.shop, type.id) };
  };
  const movedBy = async (place: number, product: number) => {
    const { query } = await testDatabase();
    const [moved] = await query<{ levels: number; movements: number }>({
      text: `select (select count(*)::int from stock_levels where location_id = $1 and product_id = $2) as levels,
        (select count(*)::int from stock_movements where location_id = $1 and product_id = $2) as movements`,
      values: [place, product],
    });
    return moved;
  };

  test('a sale of one, a change of it and its deletion move nothing', async () => {
    const { shop, place, sell, product } = await open();
    const sold = await sell(product, { good_special_number: 'N-1' });
    expect(sold.status).toBe(200);
    const [line] = sold.data.goods_transactions;
    const path = `/storage_operations/goods_transactions/${place}/${line.id}`;
    await shop.call('DELETE', path);
    expect((await shop.call('GET', path)).status).toBe(404);
    expect(await movedBy(place, product)).toEqual({ levels: 0, movements: 0 });
    expect((await shop.call('GET', `/goods/${place}/${product}`)).data.actual_amounts).toEqual([]);
    const amounts = await shop.call('GET', `//api/v2/locations/${place}/products/${product}/storage_amounts`, v2);
    expect(amounts.body.data).toEqual([]);
  });

  test('stocktakings, arrivals, write-offs and transfers refuse them', async () => {
    const { shop, place, sell, product, storage } = await open();
    const refused = [422, [{ good_id: [`${product} is a gift card or a membership, which no storage has`] }]];
    const goods = [{ good_id: product, amount: 3 }];
    const counted = await shop.call('POST', `/company/${place}/stocktakings`, { body: { storage_id: storage, goods } });
    expect([counted.status, counted.meta.errors]).toEqual(refused);
    const { data: other } = await shop.call('POST', `/company/${place}/storages`, { body: { title: 'Cellar' } });
    for (const operation of [{ type_id: 3 }, { type_id: 4 }, { type_id: 5, to_storage_id: other.id }]) {
      const answer = await sell(product, { cost_per_unit: 1 }, operation);
      expect([operation.type_id, answer.status, answer.meta.errors]).toEqual([operation.type_id, ...refused]);
    }
  });

  test('a line of an arrival does not become one of them', async () => {
    const { shop, place, sell, product } = await open();
    const arrived = await sell(await shop.addProduct(), { cost_per_unit: 1 }, { type_id: 3 });
    const [line] = arrived.data.goods_transactions;
    const path = `/storage_operations/goods_transactions/${place}/${line.id}`;
    const amount = { amount: 1, operation_unit_type: 1, cost_per_unit: 1, discount: 0, cost: 1 };
    const body = { document_id: arrived.data.document_id, good_id: product, ...amount };
    const answer = await shop.call('PUT', path, { body });
    expect([answer.status, answer.meta.errors]).toEqual([
      422,
      [{ good_id: [`${product} is a gift card or a membership, which no storage has`] }],
    ]);
  });
});
