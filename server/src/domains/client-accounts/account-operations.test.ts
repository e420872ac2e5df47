import { describe, expect, test } from 'vitest';
import { openShop, type Shop } from '../../../test/harness.ts';

/** A business that offers accounts to its clients. @param fields of the kind */
async function openBank(fields: object = {}, shop?: Shop) {
  const bank = shop ?? (await openShop());
  const { chainId, locationId } = bank;
  const types = `/chain/${chainId}/deposit_types`;
  const kind = await bank.call('POST', types, { body: { title: 'Advance', location_ids: [locationId], ...fields } });
  const client = await bank.addClient();
  const deposits = `/company/${locationId}/deposits`;
  const open = (body: object = {}) =>
    bank.call('POST', deposits, { body: { client_id: client.id, deposit_type_id: kind.data.id, ...body } });
  const [account] = (await bank.call('GET', `/accounts/${locationId}`)).data;
  const topUp = (deposit_id: number, amount: number, body: object = {}) =>
    bank.call('POST', `/deposits_operations/${locationId}`, {
      body: { client_id: client.id, deposit_id, amount, account_id: account.id, ...body },
    });
  const ofClient = async (id = client.id) => (await bank.call('GET', `/deposits/company/${locationId}/client/${id}`)).data;
  const ofChain = (query = '') => bank.call('GET', `/deposits/chain/${chainId}${query}`);
  return { ...bank, types, kind, client, deposits, open, account, topUp, ofClient, ofChain };
}

describe('kinds of client accounts', () => {
  test('are added, changed and deleted; accounts keep a deleted one', async () => {
    const bank = await openBank({ credit_limit: 50 });
    expect([bank.kind.status, bank.kind.data]).toEqual([
      201,
      {
        id: expect.any(Number),
        salon_group_id: bank.chainId,
        title: 'Advance',
        credit_limit: 50,
        location_ids: [bank.locationId],
        date_create: expect.any(String),
      },
    ]);
    await bank.open();
    const path = `${bank.types}/${bank.kind.data.id}`;
    const changed = await bank.call('PUT', path, { body: { title: ' Prepaid ' } });
    expect(changed.data).toMatchObject({ title: 'Prepaid', credit_limit: 50, location_ids: [bank.locationId] });
    expect((await bank.call('GET', bank.types)).data).toEqual([changed.data]);
    expect((await bank.call('GET', `/company/${bank.locationId}/deposit_types`)).data).toEqual([changed.data]);
    expect((await bank.call('DELETE', path)).status).toBe(204);
    expect((await bank.call('GET', bank.types)).data).toEqual([]);
    expect((await bank.call('DELETE', path)).status).toBe(404);
    expect((await bank.open()).meta.errors).toEqual([{ deposit_type_id: ['is unknown'] }]);
    expect(await bank.ofClient()).toMatchObject([{ deposit_type: { title: 'Prepaid', deleted: true } }]);
  });

  test('a location without the kind neither lists its accounts nor opens some', async () => {
    const bank = await openBank();
    const { id } = (await bank.open()).data.deposit;
    await bank.call('PUT', `${bank.types}/${bank.kind.data.id}`, { body: { location_ids: [] } });
    expect(await bank.ofClient()).toEqual([]);
    expect((await bank.open()).meta.errors).toEqual([{ deposit_type_id: ['is unknown'] }]);
    expect((await bank.topUp(id, 5)).meta.errors).toEqual([{ deposit_id: ['is unknown'] }]);
    expect((await bank.call('GET', `${bank.deposits}/${id}/history`)).status).toBe(404);
    expect((await bank.ofChain()).meta.count).toBe(1);
  });

  test('a new credit limit holds for the accounts that exist, unless they are below it', async () => {
    const bank = await openBank({ credit_limit: 50 });
    await bank.open();
    const limit = (credit_limit: number) => bank.call('PUT', `${bank.types}/${bank.kind.data.id}`, { body: { credit_limit } });
    expect((await limit(0)).status).toBe(200);
    expect((await limit(20.5)).data.credit_limit).toBe(20.5);
  });

  test.each([
    [{ title: ' ' }, { title: ['must not be empty'] }],
    [{ credit_limit: 0.001 }, { credit_limit: ['has more digits than the currencies of the chain'] }],
    [{ location_ids: [2_000_000_000] }, { location_ids: ['must be locations of this chain'] }],
  ])('%o is refused', async (body, errors) => {
    const bank = await openBank();
    const answer = await bank.call('POST', bank.types, { body: { title: 'Another', ...body } });
    expect([answer.status, answer.meta.errors]).toEqual([422, [errors]]);
    expect((await bank.call('GET', bank.types)).data).toHaveLength(1);
  });
});

describe('client accounts', () => {
  test('are opened with what the client has already; no money moves', async () => {
    const bank = await openBank();
    const { status, data } = await bank.open({ initial_balance: 20.5 });
    expect([status, data]).toEqual([
      201,
      {
        deposit: {
          id: expect.any(Number),
          deposit_type_id: bank.kind.data.id,
          salon_group_id: bank.chainId,
          initial_balance: 20.5,
          balance: 20.5,
          reserved_balance: 0,
          blocked: false,
          date_create: expect.any(String),
        },
        deposit_type: {
          id: bank.kind.data.id,
          salon_group_id: bank.chainId,
          title: 'Advance',
          date_create: expect.any(String),
          deleted: false,
        },
      },
    ]);
    expect(await bank.ofClient()).toEqual([data]);
    expect((await bank.call('GET', `/transactions/${bank.locationId}`)).data).toEqual([]);
    expect((await bank.call('GET', `${bank.deposits}/${data.deposit.id}/history`)).data).toEqual([]);
  });

  test('a client without accounts has an empty list, and a client of another business does not exist', async () => {
    const [bank, other] = [await openBank(), await openBank()];
    expect(await bank.ofClient()).toEqual([]);
    expect((await bank.call('GET', `/deposits/company/${bank.locationId}/client/${other.client.id}`)).status).toBe(404);
    expect((await bank.open({ client_id: other.client.id })).meta.errors).toEqual([{ client_id: ['is unknown'] }]);
    expect((await bank.open({ deposit_type_id: other.kind.data.id })).meta.errors).toEqual([{ deposit_type_id: ['is unknown'] }]);
  });

  test('an initial balance has the digits of the currency', async () => {
    const bank = await openBank({}, await openShop({ city: 'Tokyo' }));
    expect((await bank.open({ initial_balance: 0.5 })).meta.errors).toEqual([{ initial_balance: ['must be a whole number'] }]);
    expect((await bank.open({ initial_balance: -1 })).status).toBe(422);
  });

  test('a top-up answers its document, its transaction and its money', async () => {
    const bank = await openBank();
    const member = await bank.addTeamMember();
    const { id } = (await bank.open()).data.deposit;
    const { status, data } = await bank.topUp(id, 100.5, { master_id: member });
    expect(status).toBe(200);
    expect(data.document).toMatchObject({
      user_id: bank.owner.id,
      salon_id: bank.locationId,
      type_id: 9,
      number: 1,
      salon: { id: bank.locationId, timezone_name: 'America/New_York' },
      user: { id: bank.owner.id },
    });
    expect(data.deposits_transactions).toMatchObject([
      {
        document_id: data.document.id,
        deposit_id: id,
        deposit_type_id: bank.kind.data.id,
        master_id: member,
        amount: 100.5,
        balance_after: 100.5,
        deleted: false,
        date_delete: '',
        deposit: { id, balance: 100.5 },
        deposit_type: { title: 'Advance', date_delete: '' },
      },
    ]);
    expect(data.payment_transactions).toMatchObject([
      { document_id: data.document.id, expense_id: 10, account_id: bank.account.id, amount: 100.5, client_id: bank.client.id },
    ]);
    expect((await bank.topUp(id, 1)).data.document.number).toBe(2);
  });

  test.each([[0], [-5], [0.001]])('a top-up of %d is refused, and nothing is written', async (amount) => {
    const bank = await openBank();
    const { id } = (await bank.open()).data.deposit;
    expect((await bank.topUp(id, amount)).meta.errors).toMatchObject([{ amount: [expect.any(String)] }]);
    expect(await bank.ofClient()).toMatchObject([{ deposit: { balance: 0 } }]);
  });

  test('a blocked account is not topped up until it is unblocked', async () => {
    const bank = await openBank();
    const { id } = (await bank.open()).data.deposit;
    const block = (blocked: boolean) => bank.call('PUT', `${bank.deposits}/${id}`, { body: { blocked } });
    expect((await block(true)).data.deposit.blocked).toBe(true);
    expect((await bank.topUp(id, 5)).meta.errors).toEqual([{ deposit_id: ['is blocked'] }]);
    expect((await block(false)).data.deposit.blocked).toBe(false);
    expect((await bank.topUp(id, 5)).status).toBe(200);
  });

  test('the history is newest first and keeps deleted top-ups', async () => {
    const bank = await openBank();
    const { id } = (await bank.open({ initial_balance: 10 })).data.deposit;
    await bank.topUp(id, 5);
    const [{ id: payment }] = (await bank.topUp(id, 7)).data.payment_transactions;
    expect((await bank.call('DELETE', `/finance_transactions/${bank.locationId}/${payment}`)).status).toBe(202);
    const history = (await bank.call('GET', `/chain/${bank.chainId}/deposits/${id}/history`)).data;
    expect(history).toMatchObject([
      {
        deposit_transaction: { amount: 7, balance_after: 22, deleted: true },
        deposit_transaction_type: { id: 1, comment: 'Top-up' },
      },
      { deposit_transaction: { amount: 5, balance_after: 15, deleted: false, salon_id: bank.locationId } },
    ]);
    expect((await bank.call('GET', `${bank.deposits}/${id}/history`)).data).toEqual(history);
    expect(await bank.ofClient()).toMatchObject([{ deposit: { balance: 15 } }]);
    const stranger = await openBank();
    expect((await stranger.call('GET', `/chain/${stranger.chainId}/deposits/${id}/history`)).status).toBe(404);
  });

  test('the list of a chain is by balance, in pages, and within a range', async () => {
    const bank = await openBank();
    expect((await bank.ofChain()).body).toMatchObject({ data: [], meta: { count: 0 } });
    for (const initial_balance of [10, 30, 20]) await bank.open({ initial_balance });
    const balances = async (query: string) => {
      const { data, meta } = await bank.ofChain(query);
      return [data.map(({ deposit }: { deposit: { balance: number } }) => deposit.balance), meta.count];
    };
    expect(await balances('')).toEqual([[30, 20, 10], 3]);
    expect(await balances('?limit=2')).toEqual([[30, 20], 3]);
    expect(await balances('?limit=2&page=2')).toEqual([[10], 3]);
    expect(await balances('?limit=2&page=3')).toEqual([[], 3]);
    expect(await balances('?balance_from=10.01&balance_to=20')).toEqual([[20], 1]);
    expect((await bank.ofChain()).data[0].client).toEqual({ id: bank.client.id, name: 'Ada', phone: bank.client.phone });
  });

  test('users of the chain who may not see its clients see no names and phone numbers', async () => {
    const bank = await openBank();
    await bank.open();
    const { id, authorization } = await bank.hire('worker');
    await bank.call('PUT', `/group/${bank.chainId}/users/${id}`, { body: { access: { deposits_access: true } } });
    const { data } = await bank.call('GET', `/deposits/chain/${bank.chainId}`, { authorization });
    expect(data[0].client).toEqual({ id: bank.client.id, name: '', phone: 0 });
  });

  test('are found by the phone number of the client, also after it has changed and after the card was deleted', async () => {
    const bank = await openBank();
    const { deposit } = (await bank.open({ initial_balance: 3 })).data;
    const find = async (phone: unknown) =>
      (await bank.call('GET', `/deposits/chain/${bank.chainId}/phone/${phone}`)).data.map(
        (row: { deposit: { id: number } }) => row.deposit.id,
      );
    expect(await find(bank.client.phone)).toEqual([deposit.id]);
    expect(await find('nobody')).toEqual([]);
    await bank.call('PUT', `/client/${bank.locationId}/${bank.client.id}`, { body: { name: 'Ada', phone: '+12125550177' } });
    expect([await find(bank.client.phone), await find('12125550177')]).toEqual([[], [deposit.id]]);
    expect((await bank.call('DELETE', `/client/${bank.locationId}/${bank.client.id}`)).status).toBe(204);
    expect(await find('12125550177')).toEqual([deposit.id]);
    expect((await bank.ofChain()).data[0].client).toEqual({ id: 0, name: '', phone: 0 });
  });

  test('another location of the chain that offers the kind has the accounts of a client with the same number', async () => {
    const bank = await openBank();
    const { deposit } = (await bank.open({ initial_balance: 3 })).data;
    const sister = await openShop({ chainId: bank.chainId });
    const { id } = await sister.addClient({ phone: bank.client.phone });
    const list = async () => (await sister.call('GET', `/deposits/company/${sister.locationId}/client/${id}`)).data;
    expect(await list()).toEqual([]);
    await bank.call('PUT', `${bank.types}/${bank.kind.data.id}`, {
      body: { location_ids: [bank.locationId, sister.locationId] },
    });
    expect(await list()).toMatchObject([{ deposit: { id: deposit.id, balance: 3 } }]);
  });
});
