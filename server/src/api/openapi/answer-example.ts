import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerSchema } from '../envelope.ts';
import type { Operation, Surface } from '../operation.ts';
import { exampleOf } from './example.ts';

/** Whole bodies of success answers by surface and operation id, as the demo business gave them; `npm run generate:examples` writes the file. */
export type RecordedAnswers = Record<string, Record<string, unknown>>;

export const recordedAnswersFile = join(import.meta.dirname, '../../../assets/recorded-answers.json');

let recorded: RecordedAnswers | undefined;

/** The recorded answers of the demo. The file is read at its first use, so that the server starts faster. */
export function recordedAnswer(surface: Surface['name'], operation: Operation): unknown {
  recorded ??= JSON.parse(readFileSync(recordedAnswersFile, 'utf8')) as RecordedAnswers;
  return recorded[surface]?.[operation.id];
}

/** An empty list shows nothing of its items. */
const isTelling = (body: unknown) =>
  !Array.isArray((body as { data?: unknown }).data) || (body as { data: unknown[] }).data.length > 0;

/**
 * The body of the success answer: the recorded answer of the demo, or else the declared example, or else one generated from the schema. Its
 * dates are near `exampleDay`.
 * @returns undefined if the answer has no JSON body
 */
export function answerExample(surface: Surface['name'], operation: Operation): unknown {
  const schema = answerSchema(operation);
  if (!schema) return undefined;
  const known = recordedAnswer(surface, operation);
  if (known !== undefined && isTelling(known)) return known;
  const { example } = operation;
  if (example?.data === undefined) return exampleOf(schema);
  if (operation.success.body === 'document') return example.data;
  const meta = example.meta ?? (operation.success.meta ? exampleOf(operation.success.meta) : []);
  return { success: true, data: example.data, meta };
}
