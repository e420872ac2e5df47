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
  /** The ratio of requests with ten times the history to those without. */
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
  subject: string;
  goal: string;
  measured: string;
  isReached: boolean;
}

export const inOneLine = ({ subject, goal, measured }: Target) => `${subject}: ${goal} (${measured})`;

/** The targets of this server. A comparison with Prism that was not made is not a target. */
export function targetsOf({ rows, memory, changesSpread, historySpreads, growth }: Results): Target[] {
  const targets: Target[] = [];
  for (const { operation, share } of rows.filter((row) => row.operation.isTargetOfBare)) {
    const least = operation.targetShare ?? 0.75;
    targets.push({
      subject: operation.title,
      goal: `at least ${least} of the bare handler`,
      measured: share.toFixed(2),
      isReached: share >= least,
    });
  }
  for (const { operation, foyer, prism } of rows.filter((row) => row.operation.isTargetOfPrism)) {
    if (prism) targets.push(againstPrism(operation.title, 3, foyer.rate / prism.rate));
  }
  for (const { operation, mock, prism } of rows) {
    if (mock && prism) targets.push(againstPrism(`Mock of "${operation.title}"`, 10, mock.rate / prism.rate));
  }
  if (changesSpread !== undefined) {
    targets.push({
      subject: 'Slowest page of changes',
      goal: 'at most 1.5 times the time of the fastest page',
      measured: changesSpread.toFixed(2),
      isReached: changesSpread <= 1.5,
    });
  }
  for (const { title, times } of historySpreads) {
    targets.push({
      subject: `${title}, with ten times the history`,
      goal: 'at most 1.3 times the time',
      measured: times.toFixed(2),
      isReached: times <= 1.3,
    });
  }
  if (growth) {
    const doubled = timesWhenDoubled(growth);
    targets.push({
      subject: 'book_dates, with twice the members, or twice the days',
      goal: 'at most 2.2 times the time',
      measured: doubled.map((times) => times.toFixed(2)).join(', '),
      isReached: Math.max(...doubled) <= 2.2,
    });
  }
  const measured = `${Math.round(memory.atRest)} MiB`;
  return [...targets, { subject: 'Memory at rest', goal: 'less than 200 MiB', measured, isReached: memory.atRest < 200 }];
}

const againstPrism = (subject: string, least: number, times: number): Target => ({
  subject,
  goal: `at least ${least} times Prism`,
  measured: times.toFixed(1),
  isReached: times >= least,
});

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
    `The server process uses ${Math.round(memory.atRest)} MiB of memory after the start, and ${Math.round(memory.afterwards)} MiB after all runs.`,
    '',
    ...(quickSearch ? [quickSearchInMarkdown(quickSearch), ''] : []),
    ...rows.flatMap(({ operation, mock }) =>
      mock
        ? [
            `Our mock answers "${operation.title}" ${whole(mock.rate)} times a second (p50 ${ms(mock.p50)} ms, p99 ${ms(mock.p99)} ms).`,
            '',
          ]
        : [],
    ),
    ...(results.growth ? [growthInMarkdown(results.growth), ''] : []),
    '## Targets',
    '',
    '| Case | Target | Measured | Result |',
    '| --- | --- | ---: | --- |',
    ...targetsOf(results).map(
      ({ subject, goal, measured, isReached }) =>
        `| ${subject} | ${goal} | ${measured} | ${isReached ? 'reached' : '**missed**'} |`,
    ),
    '',
  ].join('\n');
}

const quickSearchInMarkdown = ({ few, many }: { few: Figures; many: Figures }) =>
  `Half of the quick searches take at most ${ms(few.p50)} ms among 10,000 clients, and ${ms(many.p50)} ms among 1,000,000 ` +
  `(${(many.p50 / few.p50).toFixed(2)} times as long).`;

function growthInMarkdown(growth: Growth[]): string {
  const days = [...new Set(growth.map((each) => each.days))];
  const members = [...new Set(growth.map((each) => each.members))];
  const cell = (count: number, length: number) => {
    const taken = growth.find((each) => each.members === count && each.days === length)?.ms ?? Number.NaN;
    return `${ms(taken)} ms, ${((taken * 1000) / (count * length)).toFixed(0)} µs`;
  };
  return [
    'This table shows how the time of `book_dates` grows with the number of members and days. The requests come one after the other. Each cell has the median time of an answer, and that time divided by members and days.',
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

Foyer is compared with two other programs. All get the same requests on the same machine.

- The **bare** handler is a small Fastify server. It sends the same SQL as named prepared statements and writes the same JSON. It has no tokens,
  permissions or validation. The ratio shows what Foyer adds to the work that any server must do.
- **Prism** (\`@stoplight/prism-cli\`) is a mock server. It answers examples from our OpenAPI document and has no database.

## Results

Measured on ${new Date().toISOString().slice(0, 10)} with ${machine}. Load generator, server and database share the machine.
There are ${connections} connections. A run takes ${results.seconds} seconds, after ${results.warmUp} seconds of warm-up. Foyer and the bare handler take turns, with ${rounds} runs each. The table
shows the median run. "Foyer / bare" is the median of the ratios of neighbouring runs, so it can differ from the quotient of the two rates.

${resultsInMarkdown(results)}
## What is measured

Every request carries a partner token and a user token.

- **Clients.** One location has 1,000,000 clients and as many appointments. Another one has 10,000 clients.
- **Look up a known token** calls \`phone_number_format_check\`, which needs no statement. It measures the cost around every request, such as
  recognizing a token that was seen seconds before. The bare handler does nothing of this, so the ratio is not a target.
- **Quick search** looks for a full name that 8 clients have, and for a surname that thousands have. The answer has the first 25 clients and the number of all.
- **Lists of appointments.** 50 team members have 300 appointments a day. Each appointment has a service, a client, a visit and an occupied time. A
  page has 300 appointments.
- **Changes** use \`changed_after\` with a date before the first change. The pages are the first, a middle one and the last full one.
- **Create an appointment** takes a free time of one of 50 team members in turn, for a client who is found by phone number. The bare transaction has the same
  guard, visit, outbox and commit. All connections write to one location. Its changes are put in order one by one, so this is the slowest case.
- **Online booking** is asked for any of 50 members. They work 30 days, in which 20,000 appointments are booked. The bare handler answers the rows of the
  statements as they are, so the ratio shows the cost of finding free times. For the cases with ten times the history, another location has 200,000
  appointments before those days. For the growth of \`book_dates\`, further locations have other numbers of members, with 14 appointments a day for each.
- **Stores.** A location has 10,000 products, 100,000 movements of stock, as many of money, and 10 days of 1,000 visits; another one has ten times that history. Both
  are asked for a page of 100 products with their stock, for the balances of accounts and for the z-report of a day with 1,000 visits, and both sell three products with
  their payment. The bare handler sends the same statements, recorded before, and answers their rows as they are.

## Webhooks

\`npm run bench:webhooks\` publishes 10,000 changes of 1 KB to 20 addresses, one of which never answers, and then delivers them. The receivers run in the same process, and the connections are new ones. On 2026-11-27
it ran on 2 processor cores that other work used at the same time (load 17), with Node.js 20.20.2 and PostgreSQL on the same machine:

- The 9,500 deliveries to the 19 addresses that answer took 71 seconds, 134 a second. The dead address was tried 7 times and held up no other.
- After that, single changes arrived 45 ms after their commit (median); 99 % within 297 ms, the longest 377 ms.
- A change with a subscriber took 10.8 ms, one without 9.9 ms, the commit included.

An idle machine is faster; these figures only show that the load is borne.

## Loyalty

\`npm run bench:loyalty\` makes a chain with 1,200,000 loyalty transactions and two cards, one of them with 100,000 entries. On 2026-11-28, on 2 processor cores with Node.js 20.20.2 and PostgreSQL on the same
machine (medians):

- A page of 100 transactions of the chain took 3 to 4 ms if it was the first, and 5 to 6 ms if it was the 100th, the 1,000th or the 12,000th.
- Payment by the card with 100,000 entries took 127 ms, by one with 10 entries 148 ms. The machine was busy meanwhile; in other runs the first took 0.93 to 1.15 times as long as the second.
- Cancelling the payment took 41 and 42 ms, a top-up 7 ms and the balance 3 ms with both cards.
- Reports of a promotion for a year took 0.99 to 1.03 times as long in a location with ten years of history as in one with a year.

## Payroll

\`npm run bench:payroll\` fills a location with 4 months of history and one with 40. Each has 50 members with 4 appointments a day, products, discounts of loyalty, rules with criteria, and confirmed statements of all earlier
months. The payroll is that of the last month, of about 6,200 appointments. On 2026-11-28, on 2 processor cores that other work used at the same time (load 11 to 18), with Node.js 20.20.2 and PostgreSQL on the same machine
(medians):

| Request                                      | 4 months | 40 months | Ten times the history |
| -------------------------------------------- | -------: | --------: | --------------------: |
| The payroll of 50 members in a month         | 5,778 ms |  5,437 ms |   0.94 times the time |
| The payroll of one member                    |   184 ms |    184 ms |   1.00 times the time |
| The same by day                              |   173 ms |    196 ms |   1.14 times the time |
| The same line by line                        |   193 ms |    179 ms |   0.93 times the time |
| The settlements of a member, by day          |    33 ms |     33 ms |   1.02 times the time |
| The statements of a member in a year         |    33 ms |     30 ms |   0.91 times the time |
| Making the statements of 50 members          |     10 s |      11 s |   1.09 times the time |
| Making the statement of a member             |   210 ms |    262 ms |   1.25 times the time |
| Comparing a statement with a new calculation |   129 ms |    144 ms |   1.12 times the time |
| Calculating a statement anew                 |   328 ms |    323 ms |   0.98 times the time |

The target is 1.3 times the time: all are reached. The times themselves are those of a machine with several times the work that it can do at once.

## Analytics

\`npm run bench:analytics\` fills a location with 100,000 appointments of 2 years and one with 1,000,000 of 20 years. On 2026-11-28, on 2 processor cores that other work used at the same time (load 19), with Node.js 20.20.2 and
PostgreSQL on the same machine (medians of 55):

| Report                                       | 2 years | 20 years | Ten times the history |
| -------------------------------------------- | ------: | -------: | --------------------: |
| The overall report of a year                 |  210 ms |   218 ms |   1.04 times the time |
| The overall report of a year and a member    |   85 ms |    72 ms |   0.85 times the time |
| The overall report of a year and a user      |  173 ms |   172 ms |   1.00 times the time |
| The overall report of a week                 |   72 ms |    68 ms |   0.95 times the time |
| The overall report of a year, after a change |  341 ms |   347 ms |   1.02 times the time |
| Occupancy by day of a year                   |   85 ms |    96 ms |   1.13 times the time |
| Revenue by day of a year                     |   64 ms |    72 ms |   1.12 times the time |
| Appointments by day of a year                |   72 ms |    69 ms |   0.95 times the time |
| Appointments by source of a year             |   39 ms |    36 ms |   0.94 times the time |
| Appointments by status of a year             |   46 ms |    42 ms |   0.91 times the time |

The target is 1.3 times the time: all are reached. A run an hour before, at load 12, measured 0.77 to 1.24, and 1.55 after a change: counting a day read all clients of the location, until it was mended. Counting all days anew, as
after an upgrade, took 195 and 220 seconds for 1,100,000 appointments.

## Campaigns

\`npm run bench:campaign\` sends a campaign to 100,000 clients by mail, to a mail server in its own process, and then one by SMS, to a gateway there. Two locations do this at the same time: one has a log of 100,000 messages, one
of 1,000,000. So all rates are those of two campaigns at once. On 2026-11-28, on 2 processor cores that other work used at the same time (load 12 to 17), with Node.js 20.20.2 and PostgreSQL on the same machine:

| Step                                    |       A log of 100,000 |     A log of 1,000,000 |
| --------------------------------------- | ---------------------: | ---------------------: |
| Queuing 100,000 mails, until the answer | 14.2 s, 7,036 a second | 13.2 s, 7,575 a second |
| Queuing 100,000 SMS, until the answer   | 12.3 s, 8,150 a second | 13.1 s, 7,610 a second |
| Handing mails over                      |           148 a second |           151 a second |
| Handing SMS over                        |           114 a second |           114 a second |

The longer log makes no difference (0.98 and 1.00 times the time). The rates of handing over are those of the first 90 seconds, in which each campaign came to 10,000 to 14,000 messages (\`BENCH_SECONDS=90\`). In a longer run, at load 16
to 21, 70,000 of 200,000 mails were handed over in 690 seconds, at 50 to 220 a second without a trend. Before it was mended, each batch of ten read everything that was queued, and both campaigns together came to 46 to 77 a second.

## Run it yourself

\`\`\`sh
npm run bench
\`\`\`

The benchmark needs a PostgreSQL server (15 or newer). \`BENCH_DATABASE_URL\` names it. The default is \`postgres://127.0.0.1:5432/postgres\` as the current user.
The benchmark creates a database \`foyer_bench\` there and keeps it for the next run. It exits with 1 if a target is missed.

| Option | Meaning |
| --- | --- |
| \`--seconds N\` | length of a run, 10 by default |
| \`--fresh\` | create the database again |
| \`--write\` | write this page |
| \`--only TEXT\` | only cases with this text in their title |
| \`--no-prism\` | without Prism |
`;
}
