import { expect, test } from 'vitest';
import { answerSchema } from '../src/api/envelope.ts';
import { openapiFiles } from '../src/write-openapi.ts';
import { dateFaults, dateForms, soundsLikeDate } from './date-forms.ts';
import { builtOperations } from './every-operation.ts';

interface Leaf {
  path: string;
  name: string;
  isNumber: boolean;
  description: string;
}

interface Schema {
  type?: string | string[];
  description?: string;
  format?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
}

/** The texts and numbers of an answer, as its schema declares them. */
function leavesOf(schema: Schema, path = '', name = ''): Leaf[] {
  const types = [schema.type].flat();
  const isNumber = types.includes('integer') || types.includes('number');
  return [
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((each) => leavesOf(each, path, name)),
    ...Object.entries(schema.properties ?? {}).flatMap(([key, part]) => leavesOf(part, path ? `${path}.${key}` : key, key)),
    ...(schema.items ? leavesOf(schema.items, `${path}[]`, name) : []),
    ...(types.includes('string') || isNumber
      ? [
          {
            path,
            name,
            isNumber: !types.includes('string'),
            description: `${schema.format ?? ''} ${schema.description ?? ''}`.trim(),
          },
        ]
      : []),
  ];
}

// The names of the booking form's texts describe their content.
const withDates = builtOperations.filter(({ operation }) => operation.id !== 'get_i18n_options');

test('every date of every answer has its format in the table, and the table has nothing else', () => {
  const missing: string[] = [];
  const stale = new Set(
    Object.entries(dateForms).flatMap(([key, fields]) => Object.keys(fields).map((path) => `${key} ${path}`)),
  );
  for (const { surface, operation } of withDates) {
    const key = `${surface.name} ${operation.id}`;
    const schema = answerSchema(operation);
    for (const { path, name, isNumber, description } of schema ? leavesOf(schema) : []) {
      const isKnown = dateForms[key]?.[path] !== undefined;
      if (isKnown) stale.delete(`${key} ${path}`);
      else if (soundsLikeDate(name, description, isNumber)) missing.push(`${key} ${path}`);
    }
  }
  expect(missing).toEqual([]);
  // Included resources of V2 documents are not declared field by field.
  expect([...stale].filter((field) => !field.includes(' included[].'))).toEqual([]);
});

test('the examples of the documents write dates as the answers do', () => {
  const faults: string[] = [];
  for (const [file, text] of openapiFiles()) {
    const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, { operationId: string; responses: object }>> };
    const surface = /([\w-]+)\.json$/.exec(file)?.[1];
    for (const { operationId, responses } of Object.values(paths).flatMap((path) => Object.values(path))) {
      const answers = Object.entries(responses as Record<string, { content?: Record<string, { example?: unknown }> }>);
      const example = answers.find(([status]) => status.startsWith('2'))?.[1].content?.['application/json']?.example;
      const key = `${surface} ${operationId}`;
      if (dateForms[key]) faults.push(...dateFaults(key, example).map((fault) => `${key} ${fault}`));
    }
  }
  expect(faults).toEqual([]);
});

test('a date in another form is found, and one that the table does not know', () => {
  const written = (data: object) => dateFaults('b2b-v1 get_appointment', { success: true, data, meta: [] });
  expect(
    written({ date: '2026-02-01T12:00:00-05:00', create_date: '2026-02-01T12:00:00-0500', client: { birthday: '' } }),
  ).toEqual([]);
  expect(written({ date: '2026-02-01T12:00:00-0500' })).toEqual([
    'data.date is 2026-02-01T12:00:00-0500, which is no offset with a colon',
  ]);
  expect(written({ paid_at: '2026-02-01', comment: '2026-02-01' })).toEqual([
    'data.paid_at is 2026-02-01 and has no form in test/date-forms.ts',
  ]);
});
