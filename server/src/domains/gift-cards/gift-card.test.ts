import { beforeAll, describe, expect, test } from 'vitest';
import { type Gifts, openGifts } from '../../../test/gifts.ts';
import { call, openShop } from '../../../test/harness.ts';
import { signInClient } from '../../../test/online.ts';
import { toMoney } from '../../platform/money.ts';
import { stateOf } from './gift-card.ts';

test('a gift card pays up to its last moment, and not after it', () => {
  const at = new Date('2030-05-06T21:59:59Z');
  const state = (balance: number, now: number) => stateOf({ balance: toMoney(balance), expiresAt: at }, new Date(now));
  expect(state(5, at.getTime())).toBe('active');
  expect(state(5, at.getTime() + 1)).toBe('expired');
  expect(state(0, at.getTime())).toBe('used');
});

describe('gift cards', () => {
  let gifts: Gifts;
  beforeAll(async () => {
    gifts = await openGifts();
  });
  const path = () => `/company/${gifts.place}/loyalty/certificates`;
  const ofPhone = (phone: unknown, location = 'company_id', authorization = `Bearer ${gifts.shop.partner.token}`) =>
    call('GET', `/loyalty/certificates?${location}=${gifts.place}&phone=${phone}`, { authorization });

  test('of a phone number are found by a partner, under both spellings of the location', async () => {
    const client = await gifts.shop.addClient();
    const type = await gifts.addType({ balance: 90, expiration: { type_id: 2, timeout: 365, timeout_unit_id: 1 } });
    await gifts.sell(type.product, { good_special_number: '888', client_id: client.id }, { create_date: '2030-05-06 12:00:00' });
    const found = await ofPhone(client.phone, 'copmany_id');
    expect([found.status, found.data, found.meta]).toEqual([
      200,
      [
        {
          id: expect.any(Number),
          number: '888',
          balance: 90,
          default_balance: 90,
          type_id: type.id,
          status_id: 2,
          created_date: '2030-05-06T12:00:00-04:00',
          expiration_date: '2031-05-06T23:59:59-04:00',
          type: {
            id: type.id,
            title: 'Gift card 100',
            balance: 90,
            is_multi: true,
            company_group_id: gifts.shop.chainId,
            item_type_id: 0,
            expiration_type_id: 2,
            expiration_timeout: 365,
            expiration_timeout_unit_id: 1,
            is_allow_empty_code: false,
            item_type: { id: 0, title: 'No limits' },
          },
          status: { id: 2, title: 'activated' },
        },
      ],
      { count: 1 },
    ]);
    expect((await ofPhone(client.phone)).data).toEqual(found.data);
    expect((await ofPhone(13155550100)).data).toEqual([]);
    const without = await call('GET', `/loyalty/certificates?phone=${client.phone}`, {
      authorization: `Bearer ${gifts.shop.partner.token}`,
    });
    expect([without.status, without.meta.errors]).toEqual([422, [{ company_id: ['is required'] }]]);
    const other = await openShop({ chainId: gifts.shop.chainId, partner: gifts.shop.partner });
    const elsewhere = await call('GET', `/loyalty/certificates?company_id=${other.locationId}&phone=${client.phone}`, {
      authorization: `Bearer ${gifts.shop.partner.token}`,
    });
    expect(elsewhere.data).toEqual([]);
    const stranger = await openShop();
    expect((await ofPhone(client.phone, 'company_id', `Bearer ${stranger.partner.token}`)).status).toBe(404);
  });

  test('and memberships of a client are not there for a member who sees only the clients of a team member', async () => {
    const { shop, place } = gifts;
    const client = await shop.addClient();
    const type = await gifts.addType();
    await gifts.sell(type.product, { good_special_number: 'hidden', client_id: client.id });
    const limited = await shop.hire('owner', { clients_visit_master_id: await shop.addTeamMember() });
    for (const kind of ['certificates', 'abonements']) {
      const statusFor = async (authorization: string) =>
        (await call('GET', `/loyalty/${kind}?company_id=${place}&phone=${client.phone}`, { authorization })).status;
      expect([kind, await statusFor(limited.authorization), await statusFor(shop.owner.authorization)]).toEqual([kind, 404, 200]);
    }
  });

  test('of a phone number are shown to members who see the loyalty of clients, and to nobody else', async () => {
    const { authorization } = await gifts.shop.hire('owner', { clients_loyalty_read_access: false });
    expect((await ofPhone(13155550100, 'company_id', authorization)).status).toBe(403);
    expect((await ofPhone(13155550100, 'company_id', gifts.shop.owner.authorization)).status).toBe(200);
    const stranger = await openShop({ partner: gifts.shop.partner });
    expect((await ofPhone(13155550100, 'company_id', stranger.owner.authorization)).status).toBe(404);
  });

  test('are shown to a signed-in client by the proven number, and not after the number of the buyer was another', async () => {
    const client = await gifts.shop.addClient();
    const { product } = await gifts.addType({ is_allow_empty_code: true });
    await gifts.sell(product, { client_id: client.id });
    const authorization = await signInClient(gifts.shop.partner, `+${client.phone}`);
    const own = await call('GET', `/user/loyalty/certificates?company_id=${gifts.place}`, { authorization });
    expect([own.data.length, own.data[0].number, own.meta]).toEqual([1, '', { count: 1 }]);
    const other = await signInClient(gifts.shop.partner, '+13155550123');
    expect((await call('GET', `/user/loyalty/certificates?company_id=${gifts.place}`, { authorization: other })).data).toEqual(
      [],
    );
  });

  test('are found by their code, and tell what has moved them, the newest first', async () => {
    const card = await gifts.issue((await gifts.addType()).product, 'H1');
    const { document } = await gifts.visit(30);
    const paid = await gifts.redeem(document, card.id, { number: 'H1' });
    const [{ id: transaction }] = paid.data.state.loyalty_transactions;
    await gifts.shop.call('DELETE', `/company/${gifts.place}/sale/${document}/payment/loyalty_transaction/${transaction}`);
    const found = await gifts.shop.call('GET', `${path()}/find?number=H1`);
    expect(found.data).toMatchObject({ id: card.id, number: 'H1', balance: 100, status_id: 2, expiration_date: null });
    expect((await gifts.shop.call('GET', `${path()}/find?number=%20H1%20`)).data.id).toBe(card.id);
    expect((await gifts.shop.call('GET', `${path()}/find?number=h1`)).status).toBe(404);
    const history = await gifts.shop.call('GET', `${path()}/${card.id}/history`);
    const moved = history.data.map((row: Record<string, unknown>) => [row.amount, row.balance_after, row.cause, row.document_id]);
    expect(moved).toEqual([
      [30, 100, 'cancellation', document],
      [-30, 70, 'payment', document],
      [100, 100, 'sale of a gift card', 0],
    ]);
    const second = await gifts.shop.call('GET', `${path()}/${card.id}/history?page=2&page_size=1`);
    expect(second.data).toMatchObject([{ amount: -30, company_id: gifts.place }]);
  });

  test('without a code are not found by an empty one', async () => {
    const { product } = await gifts.addType({ is_allow_empty_code: true });
    const sold = await gifts.sell(product, { client_id: (await gifts.shop.addClient()).id });
    expect(sold.status).toBe(200);
    expect((await gifts.shop.call('GET', `${path()}/find?number=%20`)).status).toBe(404);
  });

  test('get another balance by hand, if their type allows it', async () => {
    const card = await gifts.issue((await gifts.addType()).product, 'E1');
    const set = (id: number, balance: number) => gifts.shop.call('POST', `${path()}/${id}/set_balance`, { body: { balance } });
    expect((await set(card.id, 120.5)).data).toMatchObject({ balance: 120.5, default_balance: 100, status_id: 2 });
    expect((await set(card.id, 120.5)).data.balance).toBe(120.5);
    expect((await set(card.id, 0)).data).toMatchObject({ balance: 0, status: { id: 4, title: 'used' } });
    expect((await set(card.id, -1)).meta.errors).toEqual([{ balance: ['must not be less than 0'] }]);
    expect((await set(card.id, 0.001)).status).toBe(422);
    const { data } = await gifts.shop.call('GET', `${path()}/${card.id}/history`);
    expect(data.map(({ amount }: { amount: number }) => amount)).toEqual([-120.5, 20.5, 100]);
    const fixed = await gifts.issue((await gifts.addType({ balance_edit_type_id: 2 })).product, 'E2');
    expect((await set(fixed.id, 50)).meta.errors).toEqual([
      { balance: ['cannot be changed: the type of the gift card does not allow it'] },
    ]);
    const foreign = await openGifts();
    const theirs = await foreign.issue((await foreign.addType()).product, 'E1');
    expect((await set(theirs.id, 5)).status).toBe(404);
  });

  test('get another last day, and expire at once if it is over', async () => {
    const card = await gifts.issue((await gifts.addType()).product, 'P1');
    const set = (expiration_date: string | null) =>
      gifts.shop.call('POST', `${path()}/${card.id}/set_period`, { body: { expiration_date } });
    expect((await set('2031-01-31')).data).toMatchObject({ expiration_date: '2031-01-31T23:59:59-05:00', status_id: 2 });
    expect((await set('2020-01-31')).data.status).toEqual({ id: 3, title: 'expired' });
    expect((await set(null)).data.expiration_date).toBeNull();
    expect((await set('31.01.2031')).status).toBe(422);
  });

  test('a taken-back card is not found any more', async () => {
    const card = await gifts.issue((await gifts.addType()).product, 'D1');
    await gifts.shop.call('DELETE', `/storage_operations/goods_transactions/${gifts.place}/${card.line}`);
    expect((await gifts.shop.call('GET', `${path()}/find?number=D1`)).status).toBe(404);
    expect((await gifts.shop.call('GET', `${path()}/${card.id}/history`)).status).toBe(404);
  });

  test('a generated code is new digits each time, for products that issue cards only', async () => {
    const { product } = await gifts.addType();
    const generate = (id: number) => gifts.shop.call('GET', `/loyalty/generate_code/${gifts.place}/${id}`);
    const [one, two] = [await generate(product), await generate(product)];
    expect(one.data.code).toMatch(/^\d{12}$/);
    expect(one.data.code).not.toBe(two.data.code);
    expect((await generate(await gifts.shop.addProduct())).status).toBe(404);
    expect((await gifts.sell(product, { good_special_number: one.data.code })).status).toBe(200);
  });
});
