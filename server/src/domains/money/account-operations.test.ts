import { describe, expect, test } from 'vitest';
import { openShop } from '../../../test/harness.ts';

/** A business and its operations on accounts. */
async function openTill(city = 'New York') {
  const shop = await openShop({ city });
  const path = `/company/${shop.locationId}/accounts`;
  const list = async (query = '') => (await shop.call('GET', `${path}${query}`)).data;
  const create = (body: object) => shop.call('POST', path, { body: { title: 'Terminal', type: 1, ...body } });
  const change = (id: number, body: object) => shop.call('PUT', `${path}/${id}`, { body });
  const [cash, card] = (await list()).map(({ id }: { id: number }) => id) as [number, number];
  const pay = (body: object) =>
    shop.call('POST', `/finance_transactions/${shop.locationId}`, {
      body: { expense_id: 5, account_id: cash, amount: 10, ...body },
    });
  return { ...shop, path, list, create, change, cash, card, pay };
}

const titles = (rows: { title: string }[]) => rows.map(({ title }) => title);

describe('accounts', () => {
  test('a new location has one in cash and one without, both the default of their kind', async () => {
    const till = await openTill();
    expect((await till.call('GET', `/accounts/${till.locationId}`)).data).toEqual([
      { id: till.cash, title: 'Main', type: 0, comment: '' },
      { id: till.card, title: 'Card payment account', type: 1, comment: '' },
    ]);
    expect((await till.list()).map((row: { is_default: boolean }) => row.is_default)).toEqual([true, true]);
  });

  test('are opened with an opening balance and a fee, and listed by their weight', async () => {
    const till = await openTill();
    const { status, data } = await till.create({ opening_balance: 100.5, acquiring_fee: 1.5, weight: -1, comment: ' Hall ' });
    expect(status).toBe(201);
    expect(data).toEqual({
      id: expect.any(Number),
      title: 'Terminal',
      type: 1,
      comment: 'Hall',
      is_default: false,
      opening_balance: 100.5,
      balance: 100.5,
      acquiring_fee: 1.5,
      weight: -1,
      is_archived: false,
    });
    expect(titles(await till.list())).toEqual(['Terminal', 'Main', 'Card payment account']);
  });

  test('a new default takes the place of the former one of its kind only', async () => {
    const till = await openTill();
    const { data } = await till.create({ is_default: true });
    const defaults = (await till.list()).filter((row: { is_default: boolean }) => row.is_default);
    expect(titles(defaults)).toEqual(['Terminal', 'Main']);
    await till.change(till.card, { is_default: true });
    expect((await till.list()).find(({ id }: { id: number }) => id === data.id).is_default).toBe(false);
  });

  test('of requests at once, one makes its account the default', async () => {
    const till = await openTill();
    const answers = await Promise.all(Array.from({ length: 6 }, () => till.create({ is_default: true })));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(201));
    const defaults = (await till.list()).filter((row: { type: number; is_default: boolean }) => row.type === 1 && row.is_default);
    expect(defaults).toHaveLength(1);
  });

  test('an archived one keeps its transactions, takes no new ones, and can be restored', async () => {
    const till = await openTill();
    await till.pay({});
    expect((await till.call('DELETE', `${till.path}/${till.cash}`)).status).toBe(204);
    expect(titles(await till.list())).toEqual(['Card payment account']);
    expect(await till.list('?archived=1')).toMatchObject([{ title: 'Main', balance: 10, is_default: false, is_archived: true }]);
    expect((await till.pay({})).meta.errors).toEqual([{ account_id: ['is archived'] }]);
    expect((await till.change(till.cash, { is_default: true })).meta.errors).toEqual([
      { is_default: ['must be false for an archived account'] },
    ]);
    expect((await till.call('POST', `${till.path}/${till.cash}/restore`)).data).toMatchObject({
      is_archived: false,
      balance: 10,
    });
    expect((await till.pay({})).status).toBe(200);
  });

  test.each([
    [{ title: '   ' }, { title: ['must not be empty'] }],
    [{ acquiring_fee: 0.0005 }, { acquiring_fee: ['must have at most 3 digits after the point'] }],
    [{ type: 0, acquiring_fee: 1 }, { acquiring_fee: ['must be 0, because cash has no fee'] }],
    [{ opening_balance: 0.001 }, { opening_balance: ['must have at most 2 digits after the point'] }],
  ])('%o is refused', async (body, errors) => {
    const till = await openTill();
    const answer = await till.create(body);
    expect([answer.status, answer.meta.errors]).toEqual([422, [errors]]);
    expect(await till.list()).toHaveLength(2);
  });

  test('have whole amounts in a currency without decimals', async () => {
    const till = await openTill('Tokyo');
    expect((await till.create({ opening_balance: 0.5 })).meta.errors).toEqual([{ opening_balance: ['must be a whole number'] }]);
    expect((await till.create({ opening_balance: 500 })).data.balance).toBe(500);
  });

  test('balances are those at the end of a date', async () => {
    const till = await openTill();
    await till.pay({ date: '2026-01-31 23:59:59' });
    await till.pay({ date: '2026-02-01 00:00:00', amount: -3.5, expense_id: 9 });
    const balance = async (date: string) => (await till.list(`?date=${date}`))[0].balance;
    expect([await balance('2026-01-30'), await balance('20260131'), await balance('01.02.2026')]).toEqual([0, 10, 6.5]);
    expect((await till.call('GET', `${till.path}?date=yesterday`)).meta.errors).toEqual([
      { date: ['must be a date YYYYMMDD, YYYY-MM-DD or DD.MM.YYYY'] },
    ]);
  });

  test('balances and settings are hidden from users without the right to see them', async () => {
    const till = await openTill();
    const see = async (permissions: Record<string, boolean>) => {
      const { authorization } = await till.hire('owner', permissions);
      const [, { opening_balance, balance, acquiring_fee }] = (await till.call('GET', till.path, { authorization })).data;
      return [opening_balance, balance, acquiring_fee];
    };
    expect(await see({ finances_accounts_banalce_access: false })).toEqual([null, null, 0]);
    expect(await see({ finances_options_read_access: false })).toEqual([0, 0, null]);
  });

  test('of another business do not exist', async () => {
    const [till, other] = [await openTill(), await openTill()];
    expect((await till.change(other.cash, { title: 'Mine' })).status).toBe(404);
    expect((await till.call('DELETE', `${till.path}/${other.cash}`)).status).toBe(404);
    expect((await till.call('POST', `${till.path}/${other.cash}/restore`)).status).toBe(404);
  });
});

describe('payment items', () => {
  const open = async () => {
    const shop = await openShop();
    const path = `/company/${shop.locationId}/expenses`;
    const list = async (): Promise<{ id: number; title: string; is_shared: boolean }[]> => (await shop.call('GET', path)).data;
    const create = (body: object = {}) => shop.call('POST', path, { body: { title: 'Rent', is_income: false, ...body } });
    return { ...shop, path, list, create };
  };

  test('every location has the shared ones, by their weight, and then its own', async () => {
    const shop = await open();
    const { status, data } = await shop.create({ weight: 100, comment: ' Monthly ' });
    expect([status, data]).toEqual([
      201,
      { id: expect.any(Number), title: 'Rent', is_income: false, comment: 'Monthly', weight: 100, is_shared: false },
    ]);
    const rows = await shop.list();
    expect(rows.slice(0, 2).map(({ id }) => id)).toEqual([1, 2]);
    expect(rows.at(-1)?.title).toBe('Rent');
    expect((await (await open()).list()).every(({ is_shared }) => is_shared)).toBe(true);
  });

  test('own ones are changed and deleted; transactions keep them', async () => {
    const shop = await open();
    const { id } = (await shop.create()).data;
    const changed = await shop.call('PUT', `${shop.path}/${id}`, { body: { title: 'Rent and heating', is_income: true } });
    expect(changed.data).toMatchObject({ title: 'Rent and heating', is_income: true, weight: 0 });
    const [account] = (await shop.call('GET', `/accounts/${shop.locationId}`)).data;
    const pay = () =>
      shop.call('POST', `/finance_transactions/${shop.locationId}`, {
        body: { expense_id: id, account_id: account.id, amount: -5 },
      });
    const paid = (await pay()).data;
    expect((await shop.call('DELETE', `${shop.path}/${id}`)).status).toBe(204);
    expect((await shop.list()).some((row) => row.id === id)).toBe(false);
    expect((await pay()).meta.errors).toEqual([{ expense_id: ['is unknown'] }]);
    const [kept] = (await shop.call('GET', `/finance_transactions/${shop.locationId}/${paid.id}`)).data;
    expect(kept.expense).toEqual({ id, title: 'Rent and heating' });
    expect((await shop.call('DELETE', `${shop.path}/${id}`)).status).toBe(404);
  });

  test('shared ones cannot be changed or deleted', async () => {
    const shop = await open();
    for (const { id, is_shared } of await shop.list()) {
      expect(is_shared).toBe(true);
      expect((await shop.call('PUT', `${shop.path}/${id}`, { body: { title: 'Mine' } })).status).toBe(403);
      expect((await shop.call('DELETE', `${shop.path}/${id}`)).status).toBe(403);
    }
  });

  test('without a title are refused, and those of another business do not exist', async () => {
    const [shop, other] = [await open(), await open()];
    expect((await shop.create({ title: ' ' })).meta.errors).toEqual([{ title: ['must not be empty'] }]);
    const { id } = (await other.create()).data;
    expect((await shop.call('PUT', `${shop.path}/${id}`, { body: { title: 'Mine' } })).status).toBe(404);
    expect((await shop.call('DELETE', `${shop.path}/${id}`)).status).toBe(404);
  });
});
