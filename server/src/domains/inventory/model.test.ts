import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { contradictions } from '../../../test/consistency.ts';
import { onPostgres } from '../../../test/harness.ts';
import { openStore } from '../../../test/stock.ts';
import { ApiError } from '../../api/errors.ts';
import { rowsOf } from '../../platform/database.ts';
import { toMoney } from '../../platform/money.ts';
import { toQuantity } from '../../platform/quantity.ts';
import { numberDocument } from './document.ts';
import { addLines, deleteLine, type LineFields, updateLine } from './line.ts';
import { createOperation, deleteDocument, updateDocument } from './operation.ts';
import { countStock } from './stocktaking.ts';

/** A line as the model knows it. */
interface Known {
  id: number;
  product: number;
  storage: number;
  /** Write-off units, signed. */
  amount: number;
  isInSaleUnits: boolean;
  /** Cents. */
  cost: number;
}

interface KnownDocument {
  id: number;
  type: 1 | 3 | 4 | 5 | 6;
  storage: number;
  at: number;
  lines: Known[];
}

const ratios = [10, 1] as const;
const amount = fc.integer({ min: 1, max: 6 });
const one = fc.record({ product: fc.nat(1), amount, isInSaleUnits: fc.boolean(), cost: fc.integer({ min: 0, max: 5000 }) });
const which = fc.nat(20);
const storage = fc.nat(1);

/** The steps of a storekeeper. Numbers choose among the existing objects. */
const commands = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('enter' as const),
        type: fc.constantFrom(1, 3, 3, 4, 5),
        storage,
        at: fc.nat(9),
        lines: fc.array(one, { minLength: 1, maxLength: 3 }),
      }),
    },
    fc.record({ kind: fc.constant('add' as const), which, line: one }),
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('change' as const), which, line: one }) },
    fc.record({ kind: fc.constant('move' as const), which, storage, at: fc.nat(9) }),
    fc.record({ kind: fc.constant('delete line' as const), which }),
    fc.record({ kind: fc.constant('delete' as const), which }),
    fc.record({ kind: fc.constant('count' as const), storage, found: fc.tuple(fc.nat(60), fc.nat(9)) }),
  ),
  { minLength: 5, maxLength: 16 },
);

const outflows = [1, 4, 5];
const dayOf = (at: number) => new Date(Date.UTC(2026, 0, 1 + at));

it('levels and cost prices agree with a simple ledger, step by step', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(commands, fc.boolean(), async (steps, allowsNegativeStock) => {
      const store = await openStore({ allowsNegativeStock });
      const { location, write } = store;
      const products = [store.shampoo, store.soap] as const;
      const storages = [store.forSale, store.forServices] as const;
      let documents: KnownDocument[] = [];
      const prices = [8, 2];

      const pick = <Item>(items: readonly Item[], at: number) => items[at % items.length];
      const ratioOf = (product: number) => ratios[product] as number;
      const levelsWithout = (left: readonly Known[] = []) =>
        products.flatMap((_, product) =>
          storages.map((_, place) =>
            documents
              .flatMap(({ lines }) => lines)
              .filter((line) => !left.includes(line) && line.product === product && line.storage === place)
              .reduce((sum, line) => sum + line.amount, 0),
          ),
        );
      /** Whether new lines take more than there is, when the lines that they replace are taken back. */
      const runsShort = (next: readonly Omit<Known, 'id'>[], replaced: readonly Known[] = []) => {
        if (allowsNegativeStock) return false;
        const levels = levelsWithout(replaced);
        return products.some((_, product) =>
          storages.some((_, place) => {
            const demand = next
              .filter((line) => line.product === product && line.storage === place)
              .reduce((sum, line) => sum + line.amount, 0);
            return demand < 0 && (levels[product * storages.length + place] as number) + demand < 0;
          }),
        );
      };
      const arrivals = (product: number) =>
        documents
          .filter(({ type }) => type === 3)
          .flatMap(({ at, lines }) => lines.filter((line) => line.product === product).map((line) => ({ at, ...line })))
          .sort((a, b) => a.at - b.at || a.id - b.id);
      /** @param touched the times and ids of arrivals that changed, before and after it */
      const reprice = (touched: readonly { product: number; at: number; id: number }[]) => {
        for (const product of new Set(touched.map((line) => line.product))) {
          const latest = arrivals(product).at(-1);
          const isSet = touched.some(
            (line) =>
              latest && line.product === product && (line.at > latest.at || (line.at === latest.at && line.id >= latest.id)),
          );
          if (!latest || !isSet) continue;
          const cents = (2 * latest.cost * ratioOf(product) + latest.amount) / (2 * latest.amount);
          prices[product] = Math.floor(cents) / 100;
        }
      };
      const timed = ({ type, at, lines }: KnownDocument, of = lines) => (type === 3 ? of.map((line) => ({ ...line, at })) : []);

      const fieldsOf = (line: { product: number; amount: number; isInSaleUnits: boolean; cost: number }): LineFields => ({
        productId: products[line.product] as number,
        amount: toQuantity(line.amount),
        isInSaleUnits: line.isInSaleUnits,
        cost: toMoney(line.cost / 100),
      });
      const knownOf = (type: number, place: number, line: Parameters<typeof fieldsOf>[0]): Omit<Known, 'id'> => ({
        product: line.product,
        storage: place,
        amount: line.amount * (line.isInSaleUnits ? ratioOf(line.product) : 1) * (outflows.includes(type) ? -1 : 1),
        isInSaleUnits: line.isInSaleUnits,
        cost: line.cost,
      });
      /** Does something that must be refused if too little is there. @returns undefined if it was refused */
      const trying = async <Result>(isRefused: boolean, work: () => Promise<Result>): Promise<Result | undefined> => {
        try {
          const result = await work();
          expect(isRefused).toBe(false);
          return result;
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          expect([error.status, isRefused]).toEqual([422, true]);
          return undefined;
        }
      };
      const editable = () => documents.filter(({ type }) => type !== 5 && type !== 6);
      const owned = () => editable().flatMap((document) => document.lines.map((line) => ({ document, line })));

      for (const step of steps) {
        if (step.kind === 'enter') {
          const type = step.type as KnownDocument['type'];
          const other = 1 - step.storage;
          const next = step.lines.flatMap((line) => {
            const known = knownOf(type, step.storage, line);
            return type === 5 ? [known, { ...known, storage: other, amount: -known.amount }] : [known];
          });
          const made = await trying(runsShort(next), () =>
            write(async (tx) => {
              const operation = await createOperation(tx, location, {
                type,
                storageId: storages[step.storage] as number,
                toStorageId: type === 5 ? (storages[other] as number) : null,
                at: dayOf(step.at),
                lines: step.lines.map(fieldsOf),
              });
              await numberDocument(tx, location.id, operation.id);
              return operation;
            }),
          );
          if (made) {
            const lines = next.map((line, index) => ({ ...line, id: made.lineIds[index] as number }));
            const document = { id: made.id, type, storage: step.storage, at: step.at, lines };
            documents.push(document);
            reprice(timed(document));
          }
        } else if (step.kind === 'add') {
          const document = pick(editable(), step.which);
          if (!document) continue;
          const next = knownOf(document.type, document.storage, step.line);
          const made = await trying(runsShort([next]), () =>
            write((tx) => addLines(tx, location, document, [fieldsOf(step.line)])),
          );
          if (made) {
            const line = { ...next, id: made[0] as number };
            document.lines.push(line);
            reprice(timed(document, [line]));
          }
        } else if (step.kind === 'change') {
          const found = pick(owned(), step.which);
          if (!found) continue;
          const { document, line } = found;
          const next = knownOf(document.type, document.storage, step.line);
          const isSame = next.product === line.product && next.amount === line.amount;
          const isRefused = !isSame && runsShort([next], [line]);
          const done = await trying(isRefused, () =>
            write(async (tx) => {
              await updateLine(tx, location, line.id, fieldsOf(step.line));
              return true;
            }),
          );
          if (done) {
            const before = timed(document, [line]);
            const changed = { ...next, id: line.id };
            document.lines = document.lines.map((each) => (each === line ? changed : each));
            reprice([...before, ...timed(document, [changed])]);
          }
        } else if (step.kind === 'move') {
          const document = pick(editable(), step.which);
          if (!document) continue;
          const lines = document.lines.map((line) => ({ ...line, storage: step.storage }));
          const isRefused = step.storage !== document.storage && runsShort(lines, document.lines);
          const done = await trying(isRefused, () =>
            write((tx) =>
              updateDocument(tx, location, document.id, {
                storageId: storages[step.storage] as number,
                at: dayOf(step.at),
              }),
            ),
          );
          if (done) {
            const before = timed(document);
            const isEarlierOrLater = document.at !== step.at;
            const isMoved = document.storage !== step.storage;
            Object.assign(document, { storage: step.storage, at: step.at, lines });
            if (isEarlierOrLater || isMoved) reprice([...before, ...timed(document)]);
          }
        } else if (step.kind === 'delete line') {
          const found = pick(owned(), step.which);
          if (!found) continue;
          const { document, line } = found;
          await write((tx) => deleteLine(tx, location, line.id));
          const before = timed(document, [line]);
          document.lines = document.lines.filter((each) => each !== line);
          reprice(before);
        } else if (step.kind === 'delete') {
          const document = pick(documents, step.which);
          if (!document) continue;
          await write((tx) => deleteDocument(tx, location, document.id));
          documents = documents.filter((each) => each !== document);
          reprice(timed(document));
        } else {
          const levels = levelsWithout();
          const id = await write(async (tx) => {
            const made = await countStock(tx, location, {
              storageId: storages[step.storage] as number,
              counts: products.map((productId, index) => ({
                productId,
                amount: toQuantity(step.found[index] as number),
                isInSaleUnits: false,
              })),
            });
            await numberDocument(tx, location.id, made);
            return made;
          });
          const lines = products.map((_, product) => ({
            id: 0,
            product,
            storage: step.storage,
            amount: (step.found[product] as number) - (levels[product * storages.length + step.storage] as number),
            isInSaleUnits: false,
            cost: 0,
          }));
          documents.push({ id, type: 6, storage: step.storage, at: 0, lines });
        }

        const stored = await rowsOf<{ product: number; storage: number; amount: string }>(
          store.db,
          sql`select product_id as product, storage_id as storage, amount::text from stock_levels where location_id = ${location.id}`,
        );
        const levels = products.flatMap((product) =>
          storages.map((place) => Number(stored.find((row) => row.product === product && row.storage === place)?.amount ?? 0)),
        );
        expect([step, levels]).toEqual([step, levelsWithout()]);
        expect([step, await Promise.all(products.map(store.costPrice))]).toEqual([step, prices]);
      }
      expect(await contradictions(location.id)).toEqual([]);
    }),
    { numRuns: onPostgres() ? 25 : 40 },
  );
});
