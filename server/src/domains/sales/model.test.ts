import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { contradictions } from '../../../test/consistency.ts';
import { type Desk, openDesk } from '../../../test/desk.ts';
import { testDatabase } from '../../../test/harness.ts';
import { salonDates } from '../../../test/salon.ts';

/** What is sold, in the order in which the sale lists it. Amounts of money are cents. */
interface Item {
  /** A service and a product line may have the same id. */
  key: string;
  id: number;
  cost: number;
  /** Of a product: which one, and how many. */
  product?: number;
  amount?: number;
}

type Source = 'cash' | 'card' | 'client account';

interface Payment {
  source: Source;
  /** Null if the document was paid as a whole. */
  item: string | null;
  amount: number;
}

interface Sale {
  document: number;
  /** Null for a sale of products without a visit. */
  appointment: { id: number; visit_id: number } | null;
  hasCome: boolean;
  items: Item[];
  payments: Payment[];
}

const prices = [700, 1100] as const;
const servicePrices = [2000, 3000, 900] as const;
const fee = (amount: number) => Math.floor((amount * 15 + 500) / 1000);
const total = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0);
const isProduct = ({ product }: Item) => product !== undefined;

/** What is still to be paid, from the cheapest item to the dearest. */
function dueOf({ items, payments }: Sale): { item: Item; due: number }[] {
  const open = items.map((item) => ({ item, due: item.cost })).sort((a, b) => a.item.cost - b.item.cost);
  let rest = 0;
  for (const payment of payments) {
    const paid = open.find(({ item }) => item.key === payment.item);
    const part = Math.min(payment.amount, paid?.due ?? 0);
    if (paid) paid.due -= part;
    rest += payment.amount - part;
  }
  for (const each of open) {
    const part = Math.min(rest, each.due);
    each.due -= part;
    rest -= part;
  }
  return open;
}

/** A payment of a sale, item by item. What is more than due is paid for the whole. */
function split(sale: Sale, source: Source, amount: number): Payment[] {
  let rest = amount;
  const parts = dueOf(sale).flatMap(({ item, due }) => {
    const part = Math.min(rest, due);
    rest -= part;
    return part > 0 ? [{ source, item: item.key, amount: part }] : [];
  });
  return rest > 0 ? [...parts, { source, item: null, amount: rest }] : parts;
}

const which = fc.nat(20);
/** Mostly a part of what is due; sometimes nothing, or too much. */
const cents = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1, max: 6000 }) }, fc.constantFrom(-100, 0, 20_000));

/** The steps at a cash desk. Numbers choose among the existing objects. */
const commands = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('book' as const) }),
    fc.record({ kind: fc.constant('sell without a visit' as const), product: fc.nat(1), amount: fc.integer({ min: 1, max: 3 }) }),
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('sell' as const),
        which,
        product: fc.nat(1),
        amount: fc.integer({ min: 1, max: 3 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('take back' as const), which }) },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('pay' as const),
        which,
        source: fc.constantFrom('cash' as const, 'card' as const, 'client account' as const),
        amount: cents,
      }),
    },
    fc.record({ kind: fc.constant('pay the rest' as const), which }),
    fc.record({ kind: fc.constant('overpay' as const), which, amount: fc.integer({ min: 1, max: 9000 }) }),
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which, payment: which }) },
    fc.record({ kind: fc.constant('top up' as const), amount: fc.integer({ min: 1, max: 6000 }) }),
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('come' as const), which, hasCome: fc.boolean() }) },
    fc.record({ kind: fc.constant('transfer' as const), product: fc.nat(1), amount: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ kind: fc.constant('delete' as const), which }),
  ),
  { minLength: 12, maxLength: 24 },
);

let desk: Desk;
let products: [number, number];
let services: number[];
let accountType: number;

beforeAll(async () => {
  desk = await openDesk();
  const { shop, place } = desk;
  products = [await shop.addProduct({ price: 7 }), await shop.addProduct({ price: 11 })];
  services = [];
  for (const cost of servicePrices)
    services.push(await shop.addService({ priceMin: cost / 100, priceMax: cost / 100, duration: 600 }));
  await must('PUT', `/company/${place}/accounts/${desk.card}`, { acquiring_fee: 1.5 });
  const type = { title: 'Prepaid', credit_limit: 10, location_ids: [place] };
  accountType = (await must('POST', `/chain/${shop.chainId}/deposit_types`, type)).id;
});

async function must(method: string, path: string, body?: unknown) {
  const answer = await desk.shop.call(method, path, { body });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.data;
}

const productItem = (id: number, product: number, amount: number): Item => ({
  key: `good ${id}`,
  id,
  cost: (prices[product] as number) * amount,
  product: products[product] as number,
  amount,
});

/** What a sale shows: what is due, and its payments with the path that cancels them. */
async function read(document: number): Promise<{ due: number; rows: (Payment & { path: string })[] }> {
  const { state, payment_methods } = await must('GET', `/company/${desk.place}/sale/${document}`);
  const rowOf = (source: Source, row: Record<string, unknown>, path: string) => ({
    source,
    item: row.sale_item_id ? `${row.sale_item_type} ${row.sale_item_id}` : null,
    amount: Math.round((row.amount as number) * 100),
    path: `${path}/${row.id}`,
  });
  return {
    due: Math.round(payment_methods[0].applicable_amount * 100),
    rows: [
      ...state.payment_transactions.map((row: Record<string, unknown>) =>
        rowOf(row.account_id === desk.card ? 'card' : 'cash', row, 'payment_transaction'),
      ),
      ...state.loyalty_transactions.map((row: Record<string, unknown>) => rowOf('client account', row, 'loyalty_transaction')),
    ],
  };
}

/** The levels of the products: in the storage for services, and in the one for sale. */
async function levels(): Promise<number[][]> {
  const { query } = await testDatabase();
  const rows = await query<{ levels: number[] }>({
    text: `select array_agg(coalesce(amount, 0)::float8 order by weight) as levels
      from unnest($2::int[]) with ordinality as products (id, place) cross join storages
      left join stock_levels on stock_levels.location_id = $1 and storage_id = storages.id and product_id = products.id
      where storages.location_id = $1 group by place order by place`,
    values: [desk.place, products],
  });
  return rows.map((row) => row.levels);
}

it('stock, accounts, client accounts, dues and figures of a client agree with a simple ledger, step by step', {
  timeout: 240_000,
}, async () => {
  const { shop, place, cash, card } = desk;
  const [forServices, forSale] = (await must('GET', `/storages/${place}`)).map(({ id }: { id: number }) => id);
  await fc.assert(
    fc.asyncProperty(commands, async (steps) => {
      const client = await shop.addClient();
      const { deposit } = await must('POST', `/company/${place}/deposits`, {
        client_id: client.id,
        deposit_type_id: accountType,
      });
      const accountOf = { cash, card } as const;
      const balances = async () => [await desk.balance(cash), await desk.balance(card)].map((sum) => Math.round(sum * 100));
      const before = { levels: await levels(), balances: await balances() };

      let sales: Sale[] = [];
      let purse = 0;
      let toppedUp = 0;
      const moved: number[] = [0, 0];
      let bookings = 0;
      const pick = <Of>(items: readonly Of[], at: number): Of | undefined => items[at % items.length];
      const visits = () => sales.filter((sale) => sale.appointment !== null);
      const paidFrom = (source: Source) =>
        sales.flatMap(({ payments }) => payments.filter((payment) => payment.source === source)).map(({ amount }) => amount);
      const edit = (sale: Sale, changes: object) =>
        shop.call('PUT', `/visits/${sale.appointment?.visit_id}/${sale.appointment?.id}`, {
          body: { attendance: sale.hasCome ? 1 : 0, comment: '', ...changes },
        });
      const linesOf = (sale: Sale) =>
        sale.items.filter(isProduct).map(({ id, product, amount }) => ({ id, good_id: product, amount }));
      const sell = async (sale: Sale, product: number, amount: number) => {
        const added = { id: 0, good_id: products[product], amount };
        expect((await edit(sale, { goods_transactions: [...linesOf(sale), added] })).status).toBe(200);
        const sold = (await desk.read(sale.appointment?.id as number)).goods_transactions as { id: number }[];
        const id = Math.max(...sold.map((line) => line.id));
        sale.items.push(productItem(id, product, amount));
      };

      /** One visit on each day, because a client's appointments of a day are one visit. */
      const book = async () => {
        if (bookings === salonDates.length) return;
        const date = salonDates[bookings++];
        const sold = services.map((id, index) => ({ key: `service ${id}`, id, cost: servicePrices[index] as number }));
        const appointment = await desk.booked({
          client: { id: client.id },
          services: sold.map(({ id, cost }) => ({ id, first_cost: cost / 100, cost: cost / 100, discount: 0 })),
          datetime: `${date}T10:00:00`,
          save_if_busy: true,
        });
        sales.push({ document: appointment.documents[0].id, appointment, hasCome: false, items: sold, payments: [] });
      };
      await book();
      await book();

      for (const step of steps) {
        if (step.kind === 'book') {
          await book();
        } else if (step.kind === 'sell without a visit') {
          if (sales.some(({ appointment }) => appointment === null)) continue;
          const made = await must('POST', `/storage_operations/operation/${place}`, {
            type_id: 1,
            create_date: '2026-01-16 16:00:00',
            storage_id: forSale,
            goods_transactions: [
              { good_id: products[step.product], amount: step.amount, operation_unit_type: 1, client_id: client.id },
            ],
          });
          const item = productItem(made.goods_transactions[0].id, step.product, step.amount);
          sales.push({ document: made.document.id, appointment: null, hasCome: false, items: [item], payments: [] });
        } else if (step.kind === 'sell') {
          const sale = pick(visits(), step.which);
          if (sale) await sell(sale, step.product, step.amount);
        } else if (step.kind === 'take back') {
          const sale = pick(
            visits().filter(({ items }) => items.some(isProduct)),
            step.which,
          );
          const line = sale?.items.find(isProduct);
          if (!sale || !line) continue;
          await must('DELETE', `/storage_operations/goods_transactions/${place}/${line.id}`);
          sale.items = sale.items.filter((item) => item !== line);
          sale.payments = sale.payments.filter(({ item }) => item !== line.key);
        } else if (step.kind === 'pay') {
          const sale = pick(sales, step.which);
          if (!sale) continue;
          const method =
            step.source === 'client account'
              ? { slug: 'deposit', deposit_id: deposit.id }
              : { slug: 'account', account_id: accountOf[step.source] };
          const due = total(dueOf(sale).map((each) => each.due));
          const left = purse - total(paidFrom('client account')) + 1000;
          const isTaken = step.amount > 0 && step.amount <= due && (step.source !== 'client account' || step.amount <= left);
          const answer = await shop.call('POST', `/company/${place}/sale/${sale.document}/payment`, {
            body: { payment: { method, amount: step.amount / 100 } },
          });
          expect([step, answer.status]).toEqual([step, isTaken ? 200 : 422]);
          if (isTaken) sale.payments.push(...split(sale, step.source, step.amount));
        } else if (step.kind === 'pay the rest') {
          const sale = pick(visits(), step.which);
          if (!sale) continue;
          expect((await edit(sale, { fast_payment: 1 })).status).toBe(200);
          sale.payments.push(...split(sale, 'cash', total(dueOf(sale).map(({ due }) => due))));
        } else if (step.kind === 'overpay') {
          const sale = pick(visits(), step.which);
          if (!sale) continue;
          const amount = total(dueOf(sale).map(({ due }) => due)) + step.amount;
          expect((await edit(sale, { new_transactions: [{ amount: amount / 100, account_id: card }] })).status).toBe(200);
          sale.payments.push(...split(sale, 'card', amount));
        } else if (step.kind === 'cancel') {
          const sale = pick(
            sales.filter(({ payments }) => payments.length > 0),
            step.which,
          );
          if (!sale) continue;
          const at = step.payment % sale.payments.length;
          const { rows } = await read(sale.document);
          const [cancelled] = sale.payments.splice(at, 1) as [Payment];
          const row = rows.find((each) => sameRow(each, cancelled));
          await must('DELETE', `/company/${place}/sale/${sale.document}/payment/${row?.path}`);
        } else if (step.kind === 'top up') {
          await must('POST', `/deposits_operations/${place}`, {
            client_id: client.id,
            deposit_id: deposit.id,
            amount: step.amount / 100,
            account_id: cash,
          });
          purse += step.amount;
          toppedUp += step.amount;
        } else if (step.kind === 'come') {
          const sale = pick(visits(), step.which);
          if (!sale) continue;
          sale.hasCome = step.hasCome;
          expect((await edit(sale, {})).status).toBe(200);
        } else if (step.kind === 'transfer') {
          await must('POST', `/storage_operations/operation/${place}`, {
            type_id: 5,
            create_date: '2026-01-16 16:00:00',
            storage_id: forSale,
            to_storage_id: forServices,
            goods_transactions: [{ good_id: products[step.product], amount: step.amount, operation_unit_type: 1 }],
          });
          moved[step.product] = (moved[step.product] as number) + step.amount;
        } else if (step.kind === 'delete') {
          const sale = pick(sales, step.which);
          if (!sale) continue;
          const path = sale.appointment
            ? `/record/${place}/${sale.appointment.id}`
            : `/storage_operations/documents/${place}/${sale.document}`;
          await must('DELETE', path);
          expect((await desk.sale(sale.document)).status).toBe(404);
          sales = sales.filter((each) => each !== sale);
        }

        // What the server shows must be what the ledger says.
        for (const sale of sales) {
          const due = total(dueOf(sale).map((each) => each.due));
          const shown = await read(sale.document);
          expect([step, shown.due]).toEqual([step, due]);
          const rows = shown.rows.map(({ source, item, amount }) => ({ source, item, amount }));
          expect([step, rows.toSorted(byValue)]).toEqual([step, sale.payments.toSorted(byValue)]);
          if (sale.appointment) {
            const { paid_full, payment_status } = await desk.read(sale.appointment.id);
            expect([step, paid_full, payment_status]).toEqual([step, due === 0 ? 1 : 0, due === 0 ? 1 : 0]);
          }
        }
        const cards = paidFrom('card');
        expect([step, await balances()]).toEqual([
          step,
          [
            (before.balances[0] as number) + total(paidFrom('cash')) + toppedUp,
            (before.balances[1] as number) + total(cards) - total(cards.map(fee)),
          ],
        ]);
        const sold = products.map((product) =>
          total(sales.flatMap(({ items }) => items.filter((item) => item.product === product)).map(({ amount = 0 }) => amount)),
        );
        expect([step, await levels()]).toEqual([
          step,
          products.map((_, index) => {
            const [services, sale] = before.levels[index] as [number, number];
            const [out, gone] = [moved[index] as number, sold[index] as number];
            return [services + out, sale - out - gone];
          }),
        ]);
        const [held] = await must('GET', `/deposits/company/${place}/client/${client.id}`);
        expect([step, Math.round(held.deposit.balance * 100)]).toEqual([step, purse - total(paidFrom('client account'))]);
        const bought = sales.filter(({ appointment, hasCome }) => appointment === null || hasCome);
        const spent = total(bought.flatMap(({ items }) => items.map(({ cost }) => cost)));
        const paid = total(sales.flatMap(({ payments }) => payments.map(({ amount }) => amount)));
        const figures = await must('GET', `/client/${place}/${client.id}`);
        expect([step, figures.spent, figures.balance]).toEqual([step, spent / 100, (paid - spent) / 100]);
      }
      expect(await contradictions(place)).toEqual([]);
    }),
    { numRuns: 4, endOnFailure: true },
  );
});

const sameRow = (a: Payment, b: Payment) => byValue(a, b) === 0;

/** An order in which equal payments are neighbours. */
const byValue = (a: Payment, b: Payment) =>
  a.source.localeCompare(b.source) || (a.item ?? '').localeCompare(b.item ?? '') || a.amount - b.amount;
