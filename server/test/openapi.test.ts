import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect, test } from 'vitest';
import { compileBody } from '../src/api/validation.ts';
import { meaning as analytics } from '../src/domains/analytics/figures.ts';
import { meaning as promotions } from '../src/domains/reports/loyalty-clients.ts';
import { b2bV1 } from '../src/surfaces/b2b-v1.ts';
import { openapiFiles } from '../src/write-openapi.ts';
import { call } from './harness.ts';

test('the committed documents match the declared operations', () => {
  for (const [file, text] of openapiFiles()) expect(readFileSync(file, 'utf8'), `${file}: run npm run generate`).toBe(text);
});

test('the documents print the definition of every figure', () => {
  const text = readFileSync(new URL('../../openapi/b2b-v1.json', import.meta.url), 'utf8');
  for (const definition of [...Object.values(analytics), ...Object.values(promotions)]) {
    expect(text).toContain(JSON.stringify(definition).slice(1, -1));
  }
});

test('every document is served with this server as its address', async () => {
  for (const surface of ['b2b-v1', 'b2b-v2', 'public', 'developers']) {
    const answer = await call('GET', `//openapi/${surface}.json`);
    expect(answer.status).toBe(200);
    expect(answer.body.openapi).toBe('3.1.0');
    expect(answer.body.servers[0].url).toMatch(/^\/api\/v[12]$/);
  }
});

test('every schema of the documents is valid JSON schema and every reference leads somewhere', () => {
  for (const text of openapiFiles().values()) {
    const document = JSON.parse(text);
    const references = [...text.matchAll(/"#\/components\/(\w+)\/(\w+)"/g)];
    for (const [, kind, name] of references)
      expect(document.components[kind as string][name as string], `${kind}/${name}`).toBeDefined();
    const ajv = new Ajv2020({ strict: false });
    (formats as unknown as (ajv: Ajv2020) => void)(ajv);
    ajv.addSchema({ ...document, $id: 'document' });
    for (const name of Object.keys(document.components.schemas)) {
      expect(() => ajv.compile({ $ref: `document#/components/schemas/${name}` })).not.toThrow();
    }
  }
});

test('every example of a body is valid', () => {
  const operations = b2bV1.operations.filter((operation) => operation.example?.body !== undefined);
  expect(operations.length).toBeGreaterThan(0);
  for (const operation of operations) {
    const validate = compileBody(operation.body);
    expect(validate(structuredClone(operation.example?.body)), `${operation.id}: ${JSON.stringify(validate.errors)}`).toBe(true);
  }
});

/** The values that a schema allows, without its texts. */
function shapeOf(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(shapeOf);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => !['description', 'title', 'example', 'examples'].includes(key) || isSchemaNamed(value))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, shapeOf(value)]),
  );
}
/** A property may be called `description`: then its value is a schema. */
const isSchemaNamed = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

test('an object of the wire is declared once, and referred to', () => {
  for (const [file, text] of openapiFiles()) {
    const places = new Map<string, string[]>();
    const visit = (value: unknown, path: string) => {
      if (typeof value !== 'object' || value === null) return;
      const { type, properties } = value as { type?: unknown; properties?: Record<string, unknown> };
      const isEnvelope = properties?.success !== undefined;
      if (type === 'object' && Object.keys(properties ?? {}).length > 1 && !isEnvelope) {
        const shape = JSON.stringify(shapeOf(value));
        places.set(shape, [...(places.get(shape) ?? []), path]);
      }
      for (const [key, inner] of Object.entries(value)) if (!key.startsWith('example')) visit(inner, `${path}/${key}`);
    };
    visit(JSON.parse(text), '');
    expect(places.size).toBeGreaterThan(20);
    expect(
      [...places.values()].filter((same) => same.length > 1),
      file,
    ).toEqual([]);
  }
});

test('operation ids are unique within a document', () => {
  for (const text of openapiFiles().values()) {
    const ids = [...text.matchAll(/"operationId": "(\w+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  }
});

interface Content {
  content?: Record<string, { schema: object; example?: unknown }>;
}
interface DocumentedOperation {
  operationId: string;
  requestBody?: Content;
  responses: Record<string, Content>;
}

test('every example answer is valid against its schema', () => {
  for (const text of openapiFiles().values()) {
    const document = JSON.parse(text);
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    (formats as unknown as (ajv: Ajv2020) => void)(ajv);
    ajv.addSchema({ ...document, $id: 'document' });
    const wrong: string[] = [];
    for (const item of [...Object.values(document.paths), ...Object.values(document.webhooks ?? {})] as Record<
      string,
      DocumentedOperation
    >[]) {
      for (const operation of Object.values(item)) {
        for (const content of [operation.requestBody, ...Object.values(operation.responses)].flatMap((part) =>
          Object.values(part?.content ?? {}),
        )) {
          const { schema, example } = content;
          if (example === undefined) continue;
          const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')));
          if (!validate(example)) wrong.push(`${operation.operationId} ${ajv.errorsText(validate.errors).slice(0, 300)}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  }
});

/** Every description and summary in a value. */
function textsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (typeof inner === 'string') return key === 'description' || key === 'summary' ? [inner] : [];
    return key.startsWith('example') ? [] : textsIn(inner);
  });
}

test('the documents describe values, and not how the server selects their schema', () => {
  const found =
    /\bexamples? (only|has|have|is|are|list|lists|number|shows?|sends?|uses?|names?|\d)|\bin (the )?(example|source)\b|\((UUID in )?examples?\)|^example\b|\b(from|of) example\b|item keys|without items|\bdescribed as\b|^declared\b|\bfields not described\b|\bno body schema\b|\$[a-z]/i;
  for (const [file, text] of openapiFiles()) {
    expect(
      textsIn(JSON.parse(text)).filter((each) => found.test(each)),
      file,
    ).toEqual([]);
  }
});
