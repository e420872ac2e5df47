import { describe, expect, test } from 'vitest';
import { toMoney, toPercent } from '../../platform/money.ts';
import { toQuantity } from '../../platform/quantity.ts';
import type { Covering, DueItem } from '../sales/sale.ts';
import { discountedItems, isBalanced, isPrepaid, type Naming, positionsOf, receiptPayments } from './request.ts';

const item = (fields: { amount?: number; unit: number; cost: number; due?: number; type?: 'service' | 'good' }): DueItem => ({
  type: fields.type ?? 'service',
  id: 1,
  documentId: 1,
  productId: null,
  issues: null,
  teamMemberId: null,
  clientId: null,
  title: 'Cut',
  amount: toQuantity(fields.amount ?? 1),
  costPerUnit: toMoney(fields.unit),
  firstCost: toMoney(0),
  discount: toPercent(0),
  cost: toMoney(fields.cost),
  due: toMoney(fields.due ?? 0),
});
const naming: Naming = { titleOf: ({ title }) => title, vatOf: () => 'v', barcodeOf: () => '', vat: 'all' };
const positions = (items: DueItem[], paid: number) =>
  positionsOf(items, toMoney(paid), naming).map((each) => [
    each.type,
    each.price,
    each.quantity,
    each.discount_amount,
    each.payment_method,
  ]);

describe('a position', () => {
  test.each([
    ['has a price, a number and a discount', { amount: 2, unit: 13.19, cost: 23.84 }, [13.19, 2, 2.54, 'payment']],
    ['without a discount has none', { amount: 3, unit: 0.1, cost: 0.3 }, [0.1, 3, 0, 'payment']],
    ['that costs more than its units is one', { amount: 2, unit: 10, cost: 21 }, [21, 1, 0, 'payment']],
    ['of a part of a unit is one', { amount: 0.5, unit: 10, cost: 5 }, [5, 1, 0, 'payment']],
    ['with a finer price than receipts have is one', { amount: 3, unit: 3.3333, cost: 10 }, [10, 1, 0, 'payment']],
    [
      'that is paid in part is a prepayment of the part',
      { amount: 2, unit: 10, cost: 20, due: 5.01 },
      [14.99, 1, 0, 'prepayment'],
    ],
  ])('%s', (_, fields, expected) => {
    const paid = fields.cost - (('due' in fields && fields.due) || 0);
    expect(positions([item(fields)], Number(paid.toFixed(2)))).toEqual([['service', ...expected]]);
  });

  test('of an item that is not paid at all is left out, and money beyond all items is a prepayment', () => {
    const items = [item({ unit: 5, cost: 5, due: 5 }), item({ unit: 7, cost: 7, type: 'good' })];
    expect(positions(items, 10.5)).toEqual([
      ['commodity', 7, 1, 0, 'payment'],
      ['payment', 3.5, 1, 0, 'prepayment'],
    ]);
    expect(positionsOf(items, toMoney(10.5), naming)[1]).toEqual({
      type: 'payment',
      title: 'Prepayment',
      price: 3.5,
      quantity: 1,
      discount_amount: 0,
      vat: 'all',
      payment_method: 'prepayment',
      barcode: '',
    });
  });
});

describe('the payments', () => {
  const payments = (cash: number[], card: number[], clients: number[]) =>
    receiptPayments(
      [
        ...cash.map((amount) => ({ isCash: true, amount: toMoney(amount) })),
        ...card.map((amount) => ({ isCash: false, amount: toMoney(amount) })),
      ],
      clients.map((amount) => ({ amount: toMoney(amount) })),
    ).map(({ type, sum }) => [type, sum]);

  test('are added up by kind', () => {
    expect(payments([0.1, 0.2], [4.55], [0.55])).toEqual([
      ['cash', 0.3],
      ['card', 4.55],
      ['prepaid', 0.55],
    ]);
    expect(payments([], [], [])).toEqual([]);
  });

  test('that were paid back lower their own kind first, and then the others', () => {
    expect(payments([100, -30], [20], [])).toEqual([
      ['cash', 70],
      ['card', 20],
    ]);
    expect(payments([100], [20, -50], [5])).toEqual([
      ['cash', 70],
      ['prepaid', 5],
    ]);
    expect(payments([10], [-12], [5])).toEqual([['prepaid', 3]]);
    expect(payments([10], [-10], [5])).toEqual([['prepaid', 5]]);
  });
});

test('a receipt is balanced if its positions and its payments make the sum, exactly', () => {
  const receipt = {
    positions: positionsOf([item({ amount: 3, unit: 0.1, cost: 0.3 })], toMoney(0.3), naming),
    payments: receiptPayments([{ isCash: true, amount: toMoney(0.3) }], []),
  };
  expect(isBalanced(receipt, toMoney(0.3))).toBe(true);
  expect(isBalanced(receipt, toMoney(0.31))).toBe(false);
  expect(isBalanced({ ...receipt, payments: [] }, toMoney(0.3))).toBe(false);
  expect(isBalanced({ ...receipt, positions: [] }, toMoney(0.3))).toBe(false);
});

describe('what loyalty does', () => {
  const covering = (type: 1 | 3 | 8 | 9, amount: number): Covering => ({
    id: 1,
    documentId: 1,
    serviceId: 1,
    lineId: null,
    type,
    amount: toMoney(amount),
    createdAt: new Date(),
    cardId: null,
    promotionId: null,
    giftCardId: null,
    membershipId: null,
  });

  test.each([1, 3, 9] as const)('of the type %i lowers the price, and the receipt adds up', (type) => {
    const items = discountedItems([item({ unit: 100, cost: 90 })], [covering(type, 20)]);
    expect(items).toMatchObject([{ cost: toMoney(70) }]);
    const due = items.map((each) => ({ ...each, due: toMoney(0) }));
    const positions = positionsOf(due, toMoney(70), naming);
    expect(positions).toMatchObject([{ price: 100, quantity: 1, discount_amount: 30, payment_method: 'payment' }]);
    expect(isBalanced({ positions, payments: [{ type: 'cash', sum: 70 }] }, toMoney(70))).toBe(true);
  });

  test('a gift card is money that was paid before', () => {
    expect(discountedItems([item({ unit: 100, cost: 90 })], [covering(8, 20)])).toMatchObject([{ cost: toMoney(90) }]);
    expect([covering(8, 1), covering(9, 1), covering(3, 1), covering(1, 1)].map(isPrepaid)).toEqual([true, false, false, false]);
  });

  test('an item that a membership pays wholly is not on the receipt', () => {
    const [free] = discountedItems([item({ unit: 100, cost: 100 })], [covering(9, 100)]);
    expect(positionsOf([{ ...(free as DueItem), due: toMoney(0) }], toMoney(0), naming)).toEqual([]);
  });
});
