import { deepStrictEqual } from 'node:assert';
import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openBenchDatabase, removeWritten, tidy } from './database.ts';
import { answerOf, compare, type Figures, load, slower, spread, typical } from './measure.ts';
import {
  bookingPairs,
  changePages,
  growth,
  historyPairs,
  type Measured,
  measured,
  quickSearch,
  quickSearchOfFew,
} from './operations.ts';
import { residentMemory, type Started, startBare, startFoyer, startPrism } from './processes.ts';
import { inOneLine, performancePage, type Results, type Row, resultsInMarkdown, targetsOf } from './report.ts';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    fresh: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    only: { type: 'string' },
    'no-prism': { type: 'boolean', default: false },
  },
});
const seconds = Number(options.seconds);
if (!(seconds >= 1)) throw new Error('--seconds takes a number from 1');
const { only } = options;
if (only && options.write) throw new Error('--write takes all cases');
const isChosen = ({ title }: Measured) => !only || title.toLowerCase().includes(only.toLowerCase());
const chosen = measured.filter(isChosen);
if (chosen.length === 0) throw new Error(`No title has ${only}`);
const warmUp = Math.min(3, seconds);

const progress = (step: string) => process.stderr.write(`${step}\n`);

async function run(): Promise<Results> {
  const { url, version, database } = await openBenchDatabase({ fresh: options.fresh, progress });
  const running: Started[] = [];
  const started = async (server: Promise<Started>) => {
    running.push(await server);
    return running.at(-1) as Started;
  };
  try {
    await removeWritten(database);
    await tidy(database);
    const foyer = await started(startFoyer(url));
    await sleep(3000);
    const atRest = await residentMemory(foyer.pid);
    const bare = await started(startBare(url));
    const hasQuickSearch = chosen.includes(quickSearch);
    for (const operation of [...chosen, ...(hasQuickSearch ? [quickSearchOfFew] : [])]) {
      const expected = await answerOf(bare, operation);
      // The result of a write may block the next one.
      await removeWritten(database);
      const answered = await answerOf(foyer, operation);
      if (!operation.isBareRows) deepStrictEqual(expected, answered, `${operation.title}: the answers differ`);
      await removeWritten(database);
    }

    const rows: Row[] = [];
    for (const operation of chosen) {
      progress(operation.title);
      const { figures, share } = await compare([foyer, bare], operation, { warmUp, seconds });
      progress(`  ${figures.map(({ rate }) => rate.toFixed(0)).join(' : ')} = ${share.toFixed(2)}`);
      if (typeof operation.body === 'function') {
        await removeWritten(database);
        await tidy(database);
      }
      rows.push({ operation, foyer: figures[0], bare: figures[1], share, prism: undefined, mock: undefined });
    }
    let few: Figures | undefined;
    if (hasQuickSearch) {
      progress(quickSearchOfFew.title);
      [few] = (await compare([foyer], quickSearchOfFew, { warmUp, seconds })).figures;
    }
    let changesSpread: number | undefined;
    if (changePages.every((page) => chosen.includes(page))) {
      progress('The pages of changes, in turn');
      changesSpread = await spread(foyer, changePages, { warmUp: 1, seconds });
      progress(`  ${changesSpread.toFixed(2)}`);
    }
    const historySpreads: Results['historySpreads'] = [];
    for (const [few, many] of historyPairs) {
      if (!chosen.includes(few)) continue;
      progress(many.title);
      historySpreads.push({ title: few.title, times: await slower(foyer, few, many, { warmUp: 1, seconds }) });
      progress(`  ${historySpreads.at(-1)?.times.toFixed(2)}`);
    }
    let growing: Results['growth'];
    if (chosen.includes(bookingPairs[0]?.[0] as Measured)) {
      progress('book_dates of more and more members and days');
      const operations = growth.map(({ operation }) => operation);
      const taken = await typical(foyer, operations, { warmUp: 1, seconds });
      growing = growth.map(({ members, days }, index) => ({ members, days, ms: taken[index] as number }));
    }
    progress('The mock of this server');
    // The paths of the mock are those of the published portal, below another base.
    const mocked = { ...foyer, base: foyer.base.replace('/api/v1', '/_mock/en/b2b-v1/openapi') };
    const isMockTarget = (row: Row) => row.operation.isTargetOfPrism;
    for (const row of rows.filter(isMockTarget))
      [row.mock] = (await compare([mocked], row.operation, { warmUp, seconds })).figures;
    const afterwards = await residentMemory(foyer.pid);
    for (const server of running.splice(0)) await server.stop();

    const prismMissing = options['no-prism'] ? 'it was left out' : await measurePrism(rows, started);
    const many = rows.find((row) => row.operation === quickSearch)?.foyer;
    return {
      rows,
      prismMissing,
      memory: { atRest, afterwards },
      changesSpread,
      historySpreads,
      growth: growing,
      quickSearch: few && many && { few, many },
      postgresVersion: version,
      seconds,
      warmUp,
    };
  } finally {
    for (const server of running) await server.stop();
    await removeWritten(database);
    await tidy(database);
    await database.close();
  }
}

/** Adds the figures of Prism. @returns why figures are missing, if any are */
async function measurePrism(rows: Row[], started: (server: Promise<Started>) => Promise<Started>): Promise<string | undefined> {
  try {
    for (const surface of ['b2b-v1', 'public']) {
      const ofSurface = rows.filter(({ operation }) => (operation.surface ?? 'b2b-v1') === surface);
      if (ofSurface.length === 0) continue;
      const prism = await started(startPrism(surface, progress));
      for (const row of ofSurface) {
        progress(`Prism: ${row.operation.title}`);
        await answerOf(prism, row.operation);
        await load(prism, row.operation, warmUp);
        row.prism = await load(prism, row.operation, seconds);
      }
    }
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split('\n')[0];
  }
  return undefined;
}

const results = await run();
process.stdout.write(`\n${resultsInMarkdown(results)}`);
if (options.write) {
  const docs = new URL('../../docs/', import.meta.url);
  mkdirSync(docs, { recursive: true });
  writeFileSync(new URL('performance.md', docs), performancePage(results));
}
const missed = targetsOf(results).filter((target) => !target.isReached);
if (missed.length) {
  process.stderr.write(
    `\n${missed.length} of the targets missed:\n${missed.map((target) => `  ${inOneLine(target)}\n`).join('')}`,
  );
  process.exitCode = 1;
}
