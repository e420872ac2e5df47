import { beforeAll, describe, expect, test } from 'vitest';
import { type CallOptions, call, type Person } from '../../../test/harness.ts';
import { openSalon } from '../../../test/salon.ts';

type Salon = Awaited<ReturnType<typeof openSalon>>;
let salon: Salon;
/** Has an appointment with the member, and with nobody else. */
let theirs: { id: number; phone: string };
/** Has one with another member. */
let others: { id: number; phone: string };
/** May see the member's clients only. */
let person: Person;

beforeAll(async () => {
  salon = await openSalon();
  const { shop, member } = salon;
  const colleague = await shop.addTeamMember();
  const book = async (fields: object) => {
    const { client } = await salon.booked({ ...fields, save_if_busy: true });
    return { id: client.id, phone: client.phone };
  };
  theirs = await book({ staff_id: member });
  others = await book({ staff_id: colleague });
  person = await shop.hire('owner', { clients_visit_master_id: member });
});

const as = (method: string, path: string, options: CallOptions = {}) =>
  call(method, path, { authorization: person.authorization, ...options });
const idsOf = (rows: { id: number }[]) => rows.map(({ id }) => id);

describe('a user limited to the clients of one team member', () => {
  test('lists and finds these, and counts no others', async () => {
    const list = await as('GET', `/clients/${salon.place}`);
    expect([idsOf(list.data), list.meta.total_count]).toEqual([[theirs.id], 1]);
    for (const filters of [
      [],
      [{ type: 'quick_search', state: { value: 'ada' } }],
      [{ type: 'id', state: { value: [others.id] } }],
    ]) {
      for (const operation of ['AND', 'OR']) {
        const found = await as('POST', `/company/${salon.place}/clients/search`, {
          body: { filters, operation, fields: ['id'] },
        });
        const expected = filters[0]?.type === 'id' ? [] : [theirs.id];
        expect([idsOf(found.data), found.meta.total_count]).toEqual([expected, expected.length]);
      }
    }
  });

  test('reads the history of these, and finds no other by id or phone', async () => {
    const history = (body: object) => as('POST', `/company/${salon.place}/clients/visits/search`, { body });
    expect((await history({ client_id: theirs.id })).status).toBe(200);
    for (const body of [{ client_id: others.id }, { client_phone: others.phone }]) expect((await history(body)).status).toBe(404);
  });

  test('does not open files of other clients, neither with an old link nor with a token', async () => {
    const upload = async (id: number) => {
      const form = new FormData();
      form.append('file', new Blob(['private']), 'private.txt');
      return (await salon.shop.call('POST', `/company/${salon.place}/clients/files/${id}`, { rawBody: form })).data[0].id;
    };
    const open = async (file: number) => (await as('GET', `//client_files/download/${salon.place}/${file}`)).status;
    expect([await open(await upload(theirs.id)), await open(await upload(others.id))]).toEqual([200, 404]);
  });

  test('loses a client whose appointments with the member are deleted', async () => {
    const { client, id } = await salon.booked({ datetime: '2030-05-08T10:00:00' });
    const read = async () => (await as('GET', `/client/${salon.place}/${client.id}`)).status;
    expect(await read()).toBe(200);
    await salon.shop.call('DELETE', `/record/${salon.place}/${id}`);
    expect(await read()).toBe(404);
  });
});
