import { expect, test } from 'vitest';
import { openShop } from '../../../test/harness.ts';

test('resources are listed with their instances, only those of the location', async () => {
  const [shop, other] = await Promise.all([openShop(), openShop()]);
  await other.addResource('Sauna', 1);
  const path = `/resources/${shop.locationId}`;
  expect((await shop.call('GET', path)).body).toEqual({ success: true, data: [], meta: { count: 0 } });
  const chair = await shop.addResource('Pedicure chair', 2);
  const room = await shop.addResource('כיסא', 0);
  expect((await shop.call('GET', path)).body).toEqual({
    success: true,
    data: [
      {
        id: chair.id,
        title: 'Pedicure chair',
        instances: chair.instanceIds.map((id, index) => ({ id, title: `Pedicure chair #${index + 1}`, resource_id: chair.id })),
      },
      { id: room.id, title: 'כיסא', instances: [] },
    ],
    meta: { count: 2 },
  });
});
