import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Temporal } from 'temporal-polyfill';
import { type RecordedAnswers, recordedAnswersFile } from '../src/api/openapi/answer-example.ts';
import { daysToPresent, moveDates } from '../src/api/openapi/near-today.ts';
import { type Answered, DemoBusiness, runSamples } from './run-samples.ts';

/** Lists of objects are shortened to this many items, other lists to a week. */
const maxObjects = 2;
const maxValues = 7;

/** Values that differ from run to run get a fixed value: secrets, this server's address, the time of the recording. */
class Steady {
  readonly #began = Temporal.Now.instant().epochMilliseconds - 600_000;
  readonly #days = -daysToPresent();

  answer(body: unknown): unknown {
    return moveDates(this.#value(body, ''), this.#days, Temporal.Now.plainDateISO('UTC').toString());
  }

  #value(value: unknown, name: string): unknown {
    if (Array.isArray(value)) {
      const most = typeof value[0] === 'object' ? maxObjects : maxValues;
      return value.slice(0, most).map((item, index) => this.#value(item, `${name}.${index}`));
    }
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.#value(inner, `${name}.${key}`)]));
    return typeof value === 'string' ? this.#text(value, name) : value;
  }

  #text(text: string, name: string): string {
    if (this.#isNow(text)) return text.replace(/\d{2}:\d{2}:\d{2}/, '10:00:00');
    return (
      text
        .replace(/http:\/\/(?:127\.0\.0\.1|localhost):\d+/g, 'http://localhost:8080')
        .replace(
          /(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*\d)(?=[A-Za-z0-9_-]*[A-Za-z])[A-Za-z0-9_-]{16,}(?![A-Za-z0-9_-])/g,
          (secret) => this.#secret(name, secret.length),
        )
        // The public tokens of the demo are no examples for the server of a business.
        .replace(/foyer-demo-\w+/g, () => this.#secret(name, 40))
        .replaceAll('@foyer.example', '@example.com')
    );
  }

  #secret(name: string, length: number): string {
    return createHash('sha512').update(name).digest('hex').slice(0, length);
  }

  /** A moment of the recording itself. */
  #isNow(text: string): boolean {
    if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}.*(?:Z|[+-]\d{2}:?\d{2})$/.test(text)) return false;
    const at = Temporal.Instant.from(text).epochMilliseconds;
    return at >= this.#began && at <= Temporal.Now.instant().epochMilliseconds + 1000;
  }
}

/** The answers of the demo to the samples of its documentation, by surface and operation. */
export async function recordExamples(business: DemoBusiness): Promise<{ recorded: RecordedAnswers; failures: string[] }> {
  const recorded: RecordedAnswers = {};
  const steady = new Steady();
  const { failures } = await runSamples(business, 'node', (answers: Answered[]) => {
    for (const { key, status, payload } of answers) {
      const [surface, id] = key.split(' ') as [string, string];
      if (status >= 300 || typeof payload !== 'string' || !/^[{[]/.test(payload)) continue;
      recorded[surface] ??= {};
      recorded[surface][id] = steady.answer(JSON.parse(payload));
    }
  });
  return { recorded, failures };
}

const sorted = <Value>(record: Record<string, Value>) =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

if (process.argv[1] === import.meta.filename) {
  const business = await DemoBusiness.make(await mkdtemp(join(tmpdir(), 'foyer-examples-')));
  const { recorded, failures } = await recordExamples(business);
  await business.remove();
  for (const failure of failures) process.stderr.write(`${failure}\n`);
  const answers = Object.fromEntries(Object.entries(sorted(recorded)).map(([surface, byId]) => [surface, sorted(byId)]));
  writeFileSync(recordedAnswersFile, `${JSON.stringify(answers, null, 1)}\n`);
  process.exit(failures.length ? 1 : 0);
}
