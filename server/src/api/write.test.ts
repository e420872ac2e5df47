import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { openShop, testDatabase } from '../../test/harness.ts';
import { toldIn } from '../../test/outbox.ts';
import { clientsById } from '../domains/clients/client.ts';
import { clients } from '../domains/clients/tables.ts';
import { lockOrder } from '../domains/lock-order.ts';
import { begin, beginStrictly } from '../surfaces/changes.ts';
import { disorderedLocks, type Write } from './write.ts';

const author = { userId: null, address: 'http://localhost' };
const strictly = async <Result>(work: (write: Write) => Promise<Result>) =>
  beginStrictly((await testDatabase()).db, author)(work);

describe('the changes of a transaction', () => {
  /** The published changes of a client that is changed in these steps. */
  async function toldOf(...steps: ('create' | 'update' | 'delete')[]): Promise<string[]> {
    const shop = await openShop();
    const { id } = await shop.addClient();
    const before = (await toldIn(shop.locationId)).length;
    await strictly(async (write) => {
      for (const status of steps) write.changed('client', shop.locationId, id, status);
    });
    return (await toldIn(shop.locationId)).slice(before).map(({ resource, status }) => `${resource} ${status}`);
  }

  test.each([
    [['create', 'update'], ['client create']],
    [['update', 'update'], ['client update']],
    [['update', 'delete'], ['client delete']],
    [['delete', 'create'], ['client update']],
    [['create', 'delete'], []],
  ] as const)('%j are published as %j', async (steps, told) => {
    expect(await toldOf(...steps)).toEqual(told);
  });

  test('are not published if the transaction fails', async () => {
    const shop = await openShop();
    const { id } = await shop.addClient();
    const before = await toldIn(shop.locationId);
    const failing = strictly(async (write) => {
      write.changed('client', shop.locationId, id, 'update');
      throw new Error('refused');
    });
    await expect(failing).rejects.toThrow('refused');
    expect(await toldIn(shop.locationId)).toEqual(before);
  });

  test('must be of an existing object', async () => {
    const shop = await openShop();
    const failing = strictly(async (write) => write.changed('client', shop.locationId, 2_147_483_647, 'update'));
    await expect(failing).rejects.toThrow('A change was reported of the client 2147483647, which is not there.');
  });

  test('are published with the row that was read last', async () => {
    const shop = await openShop();
    const { id } = await shop.addClient({ name: 'Ada' });
    await strictly(async (write) => {
      const [row] = await clientsById(write, shop.locationId, [id]);
      write.changed('client', shop.locationId, id, 'update', row);
      await write.update(clients).set({ name: 'Grace' }).where(eq(clients.id, id));
      write.changed('client', shop.locationId, id, 'update');
    });
    expect((await toldIn(shop.locationId)).at(-1)?.data).toMatchObject({ name: 'Grace' });
  });
});

describe('work after the commit', () => {
  test('runs in order after the commit', async () => {
    const shop = await openShop();
    const { id } = await shop.addClient();
    const { db } = await testDatabase();
    const seen: unknown[] = [];
    await strictly(async (write) => {
      await write.update(clients).set({ name: 'Grace' }).where(eq(clients.id, id));
      write.afterCommit(async () => {
        seen.push(await db.select({ name: clients.name }).from(clients).where(eq(clients.id, id)));
      });
      write.afterCommit(() => {
        seen.push('second');
      });
    });
    expect(seen).toEqual([[{ name: 'Grace' }], 'second']);
  });

  test('does not run when it fails', async () => {
    const seen: string[] = [];
    const failing = strictly(async (write) => {
      write.afterCommit(() => {
        seen.push('ran');
      });
      throw new Error('refused');
    });
    await expect(failing).rejects.toThrow('refused');
    expect(seen).toEqual([]);
  });
});

test('a failed savepoint undoes only its own work', async () => {
  const shop = await openShop();
  const { id } = await shop.addClient({ name: 'Ada', surname: 'Byron' });
  const set = (write: Write, values: { name?: string; surname?: string }) =>
    write.update(clients).set(values).where(eq(clients.id, id));
  await strictly(async (write) => {
    await set(write, { surname: 'Lovelace' });
    const inner = write.savepoint(async (savepoint) => {
      await set(savepoint, { name: 'Grace' });
      throw new Error('refused');
    });
    await inner.catch(() => {});
  });
  const { db } = await testDatabase();
  const [row] = await db.select({ name: clients.name, surname: clients.surname }).from(clients).where(eq(clients.id, id));
  expect(row).toEqual({ name: 'Ada', surname: 'Lovelace' });
});

describe('locks', () => {
  const clientOf = (write: Write, id: number) => write.select({ id: clients.id }).from(clients).where(eq(clients.id, id));

  test('are taken in their order', async () => {
    const shop = await openShop();
    const { id } = await shop.addClient();
    await strictly(async (write) => {
      write.locked('event', [1]);
      expect(await write.lock('client', clientOf(write, id))).toEqual([{ id }]);
      write.locked('clock', [shop.locationId]);
    });
  });

  test('out of their order fail in tests', async () => {
    const shop = await openShop();
    const { id } = await shop.addClient();
    const failing = strictly(async (write) => {
      write.locked('visit', [1]);
      await write.lock('client', clientOf(write, id));
    });
    await expect(failing).rejects.toThrow('"client" are locked after "visit"');
  });

  test('out of their order are counted by a server, which goes on', async () => {
    const { db } = await testDatabase();
    const before = disorderedLocks.count;
    await begin(
      db,
      author,
    )(async (write) => {
      write.locked('visit', [1]);
      write.locked('client', [1]);
      write.locked('client', [1]);
    });
    expect(disorderedLocks.count).toBe(before + 1);
  });

  test('of rows that the transaction has locked or created can be taken again at any time', async () => {
    await strictly(async (write) => {
      write.locked('event', [1]);
      write.made('event', [2]);
      write.locked('visit', [1]);
      write.locked('event', [1, 2]);
      expect(() => write.locked('event', [1, 3])).toThrow('"event" are locked after "visit"');
    });
  });

  test('are not needed for new rows, which nobody else sees', async () => {
    await strictly(async (write) => {
      write.made('document', [7]);
      write.locked('document', [8]);
      expect([7, 8, 9].map((id) => write.isNew('document', id))).toEqual([true, false, false]);
      expect(write.isNew('document line', 7)).toBe(false);
    });
  });

  test('of several rows of a kind are taken by their ids, also one after the other', async () => {
    await strictly(async (write) => {
      write.locked('event', [2, 3]);
      write.locked('event', [3, 4]);
      write.made('event', [1]);
      write.locked('event', [1]);
      expect(() => write.locked('event', [5, 3, 1])).not.toThrow();
      expect(() => write.locked('event', [0])).toThrow('"event" are locked after one with a higher id');
    });
  });

  test('last until the transaction ends', async () => {
    const shop = await openShop();
    const { id } = await shop.addClient();
    const order: string[] = [];
    let isHeld = () => {};
    const held = new Promise<void>((resolve) => {
      isHeld = resolve;
    });
    const first = strictly(async (write) => {
      await write.lock('client', clientOf(write, id));
      isHeld();
      await new Promise((resolve) => setTimeout(resolve, 50));
      order.push('first');
    });
    await held;
    await strictly(async (write) => {
      await write.lock('client', clientOf(write, id));
      order.push('second');
    });
    await first;
    expect(order).toEqual(['first', 'second']);
  });

  test('have each kind once', () => {
    expect(new Set(lockOrder).size).toBe(lockOrder.length);
  });
});
