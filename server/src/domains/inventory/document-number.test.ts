import { expect, test } from 'vitest';
import { openShop, testDatabase } from '../../../test/harness.ts';
import { beginAlone } from '../../surfaces/changes.ts';
import { nextDocumentNumber } from './document-number.ts';

test('every location counts its documents from 1, without gaps after failures', async () => {
  const [shop, other] = [await openShop(), await openShop()];
  const { db } = await testDatabase();
  const next = ({ locationId }: { locationId: number }) => beginAlone(db)((write) => nextDocumentNumber(write, locationId));
  expect(await next(shop)).toBe(1);
  const failed = beginAlone(db)(async (write) => {
    await nextDocumentNumber(write, shop.locationId);
    throw new Error('fails');
  });
  await expect(failed).rejects.toThrow('fails');
  expect(await next(shop)).toBe(2);
  expect(await next(other)).toBe(1);
});

test('documents that are written at once get different numbers', async () => {
  const shop = await openShop();
  const { db } = await testDatabase();
  const numbers = await Promise.all(
    Array.from({ length: 5 }, () => beginAlone(db)((write) => nextDocumentNumber(write, shop.locationId))),
  );
  expect(numbers.sort()).toEqual([1, 2, 3, 4, 5]);
});
