import { cpus, totalmem } from 'node:os';
import type { Figures } from './measure.ts';
import { connections, rounds } from './measure.ts';
import type { Measured } from './operations.ts';

export interface Row {
  operation: Measured;
  foyer: Figures;
  bare: Figures;
  /** Our rate in relation to the bare handler's. */
  share: number;
  /** undefined when Prism could not be measured. */
  prism: Figures | undefined;
  /** Our mock of the operation, if it is compared with Prism. */
  mock: Figures | undefined;
}

export interface Results {
  rows: Row[];
  /** The reason why the table has no Prism. */
  prismMissing: string | undefined;
  /** MiB */
  memory: { atRest: number; afterwards: number };
  /** The ratio of the slowest page of changes to the fastest. Undefined if not all were measured. */
  changesSpread: number | undefined;
  /** The ratio of a widget's requests with ten times the history to those without. */
  historySpreads: { title: string; times: number }[];
  /** Milliseconds of book_dates by its size; undefined when it was not chosen. */
  growth: Growth[] | undefined;
  /** The same quick search among few clients and among many; undefined when it was not chosen. */
  quickSearch: { few: Figures; many: Figures } | undefined;
  postgresVersion: string;
  seconds: number;
  warmUp: number;
}

export interface Growth {
  members: number;
  days: number;
  ms: number;
}

export interface Target {
  text: string;
  isReached: boolean;
}

/** The targets of this server. A comparison with Prism that was not made is not a target. */
export function targetsOf({ rows, memory, changesSpread, historySpreads, growth }: Results): Target[] {
  const targets: Target[] = [];
  for (const { operation, share } of rows.filter((row) => row.operation.isTargetOfBare)) {
    targets.push({
      text: `${operation.title}: at least ${operation.targetShare ?? 0.75} of the bare handler (${share.toFixed(2)})`,
      isReached: share >= (operation.targetShare ?? 0.75),
    });
  }
  for (const { operation, foyer, prism } of rows.filter((row) => row.operation.isTargetOfPrism)) {
    if (!prism) continue;
    const times = foyer.rate / prism.rate;
    targets.push({ text: `${operation.title}: at least 3 times Prism (${times.toFixed(1)})`, isReached: times >= 3 });
  }
  for (const { operation, mock, prism } of rows) {
    if (!mock || !prism) continue;
    const times = mock.rate / prism.rate;
    targets.push({
      text: `The mock of "${operation.title}": at least 10 times Prism (${times.toFixed(1)})`,
      isReached: times >= 10,
    });
  }
  if (changesSpread !== undefined) {
    const text = `Pages of changes, in turn: the slowest takes at most 1.5 times as long as the fastest (${changesSpread.toFixed(2)})`;
    targets.push({ text, isReached: changesSpread <= 1.5 });
  }
  for (const { title, times } of historySpreads) {
    const text = `${title}: at most 1.3 times as long with ten times the history (${times.toFixed(2)})`;
    targets.push({ text, isReached: times <= 1.3 });
  }
  if (growth) {
    const doubled = timesWhenDoubled(growth);
    const text = `book_dates: grows no faster than members × days; of the largest, twice the members or days take at most twice as long, within 10 percent (${doubled.map((times) => times.toFixed(2)).join(', ')} times)`;
    targets.push({ text, isReached: Math.max(...doubled) <= 2.2 });
  }
  const text = `Memory at rest: less than 200 MiB (${Math.round(memory.atRest)})`;
  return [...targets, { text, isReached: memory.atRest < 200 }];
}

/**
 * The ratio of the largest size to the size with half the members, and to the size with half the days. In smaller sizes, the fixed cost of
 * an answer hides the growth.
 */
function timesWhenDoubled(growth: Growth[]): number[] {
  const largest = growth.at(-1) as Growth;
  const halves = growth.filter(
    ({ members, days }) =>
      (members * 2 === largest.members && days === largest.days) || (members === largest.members && days * 2 === largest.days),
  );
  return halves.map((half) => largest.ms / half.ms);
}

const whole = (value: number) => Math.round(value).toLocaleString('en');
const ms = (value: number) => value.toFixed(value < 10 ? 2 : 1);

/** The table and the text below it, in Markdown. */
export function resultsInMarkdown(results: Results): string {
  const { rows, prismMissing, memory, quickSearch } = results;
  const prismCells = (row: Row) =>
    row.prism ? [whole(row.prism.rate), (row.foyer.rate / row.prism.rate).toFixed(1)] : ['not measured', ''];
  const table = [
    ['Operation', 'Foyer req/s', 'p50 ms', 'p99 ms', 'Bare req/s', 'Foyer / bare', 'Prism req/s', 'Foyer / Prism'],
    ['---', ...Array.from({ length: 7 }, () => '---:')],
    ...rows.map((row) => [
      row.operation.title,
      whole(row.foyer.rate),
      ms(row.foyer.p50),
      ms(row.foyer.p99),
      whole(row.bare.rate),
      row.share.toFixed(2),
      ...prismCells(row),
    ]),
  ];
  return [
    ...table.map((cells) => `| ${cells.join(' | ')} |`),
    '',
    ...(prismMissing ? [`Prism was not measured: ${prismMissing}`, ''] : []),
    `Memory of the server process: ${Math.round(memory.atRest)} MiB at rest after the start, ${Math.round(memory.afterwards)} MiB after all runs.`,
    '',
    ...(quickSearch ? [quickSearchInMarkdown(quickSearch), ''] : []),
    ...rows.flatMap(({ operation, mock }) =>
      mock
        ? [`Our mock of "${operation.title}": ${whole(mock.rate)} req/s, p50 ${ms(mock.p50)} ms, p99 ${ms(mock.p99)} ms.`, '']
        : [],
    ),
    ...(results.growth ? [growthInMarkdown(results.growth), ''] : []),
    ...targetsOf(results).map(({ text, isReached }) => `- ${isReached ? 'reached' : '**missed**'}: ${text}`),
    '',
  ].join('\n');
}

const quickSearchInMarkdown = ({ few, many }: { few: Figures; many: Figures }) =>
  `Quick search, half of the answers within: ${ms(few.p50)} ms among 10,000 clients, ${ms(many.p50)} ms among 1,000,000 ` +
  `(${(many.p50 / few.p50).toFixed(2)} times).`;

function growthInMarkdown(growth: Growth[]): string {
  const days = [...new Set(growth.map((each) => each.days))];
  const members = [...new Set(growth.map((each) => each.members))];
  const cell = (count: number, length: number) => {
    const taken = growth.find((each) => each.members === count && each.days === length)?.ms ?? Number.NaN;
    return `${ms(taken)} ms, ${((taken * 1000) / (count * length)).toFixed(0)} µs`;
  };
  return [
    'book_dates of any member by their number and by the number of days, one request after the other: half of the answers within, and that by member and day.',
    '',
    `| Members | ${days.map((length) => `${length} days`).join(' | ')} |`,
    `| ---: | ${days.map(() => '---:').join(' | ')} |`,
    ...members.map((count) => `| ${count} | ${days.map((length) => cell(count, length)).join(' | ')} |`),
  ].join('\n');
}

/** The whole of docs/performance.md. */
export function performancePage(results: Results): string {
  const processors = cpus();
  const machine = [
    `${processors[0]?.model.trim() ?? 'unknown processor'}, ${processors.length} cores`,
    `${Math.round(totalmem() / 2 ** 30)} GiB of memory`,
    `Node.js ${process.versions.node}`,
    `PostgreSQL ${results.postgresVersion}`,
  ].join(', ');
  return `# Performance

Foyer is measured against two neighbours, with the same requests on the same machine:

- a **bare** Fastify handler that sends the same SQL as named prepared statements and writes the same JSON, without tokens, permissions
  or validation. The ratio says what the server adds to the work that has to be done anyway;
- **Prism** (\`@stoplight/prism-cli\`), the mock server that answers examples from our OpenAPI document without any database.

The database holds one location with 1,000,000 clients and as many appointments, and one with 10,000 clients. Every request carries a partner token and a user token.
"Look up a known token" is \`phone_number_format_check\`, which needs no statement: what it measures is recognizing a token that was
seen within the last seconds, and everything else that stands around every request. The bare handler does none of that, so the ratio
is no target there. The two quick searches look for a full name that 8 clients have, and for a surname that thousands have (the first
25 are answered and all are counted).

The appointments are 300 a day of 50 team members, each with a service, a client, a visit and the time that it occupies. Every list of
them asks for 300, the most a page may have. The pages of changes are those of \`changed_after\` with a date before the first of them:
the first page, one in the middle and the last full one. Each new appointment takes a free time of its own, of 50 team members in turn,
for a client who is found by the phone number. Guard, visit, outbox and commit are the same in the bare transaction. All ten connections
write to one location, whose changes are put in order one after another, so this is the slowest case.

What a booking widget asks is about 50 members who work 30 days in which 20,000 appointments are booked, and about any of them. The bare
handler answers the rows of the statements as they are, so the ratio says what finding the free times costs. A third location is the same,
with 200,000 appointments before those days; further ones have other numbers of members, each with 14 appointments a day.

Measured on ${new Date().toISOString().slice(0, 10)}: ${machine}. Load generator, server and database share the machine.
${connections} connections, ${results.seconds} seconds after ${results.warmUp} seconds of warm-up. Foyer and the bare handler take turns, ${rounds} each; the median
run counts, and as the ratio the median of the ratios of neighbouring runs.

${resultsInMarkdown(results)}
## Run it yourself

\`\`\`sh
npm run bench
\`\`\`

It needs a PostgreSQL server (15 or newer) on which it may make a database called \`foyer_bench\`: \`BENCH_DATABASE_URL\`, by default
\`postgres://127.0.0.1:5432/postgres\` as the current user. The database is kept for the next run. The exit code is 1 when a target is
missed.

| Option | Meaning |
| --- | --- |
| \`--seconds N\` | length of a run, 10 by default |
| \`--fresh\` | make the database anew |
| \`--write\` | write this page |
| \`--only TEXT\` | only cases with the text in their title |
| \`--no-prism\` | leave Prism out |
`;
}
