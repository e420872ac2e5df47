import qs from 'qs';
import { describe, expect, test } from 'vitest';
import { answerSchema } from '../src/api/envelope.ts';
import { recordedAnswer } from '../src/api/openapi/answer-example.ts';
import { exampleOf } from '../src/api/openapi/example.ts';
import { errorStatuses, type Operation, type Surface } from '../src/api/operation.ts';
import { compileAnswer } from '../src/api/validation.ts';
import { needsMessage } from '../src/demo/samples.ts';
import { surfaces } from '../src/surfaces/index.ts';
import { mockPath } from './every-operation.ts';
import { call } from './harness.ts';

const authorization = 'Bearer any-partner, User any-user';
const all = surfaces.flatMap((surface) =>
  surface.operations.filter((operation) => !operation.webhook).map((operation) => ({ surface, operation })),
);

const url = (surface: Surface, operation: Operation) => {
  const query = operation.query ?? (operation.method === 'GET' ? operation.body : undefined);
  const text = query ? qs.stringify(exampleOf(query, { onlyRequired: true }), { arrayFormat: 'comma' }) : '';
  return `/${mockPath({ surface, operation })}${text ? `?${text}` : ''}`;
};

function request(surface: Surface, operation: Operation, headers: Record<string, string> = {}) {
  const hasBody = operation.body && !operation.multipart && operation.method !== 'GET';
  return call(operation.method, url(surface, operation), {
    authorization,
    headers: { ...(surface.mediaType ? { accept: surface.mediaType } : {}), ...headers },
    ...(hasBody ? { body: operation.example?.body ?? exampleOf(operation.body) } : {}),
  });
}

/** The placeholders in an example: texts that only repeat the name of their field. */
function placeholders(value: unknown, name = ''): string[] {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) => placeholders(inner, Array.isArray(value) ? name : key));
  return typeof value === 'string' && value.length > 3 && value === name.replaceAll('_', ' ') ? [name] : [];
}

const byTag = new Map<string, typeof all>();
for (const each of all) {
  const tag = `${each.surface.name} ${each.operation.tag}`;
  byTag.set(tag, [...(byTag.get(tag) ?? []), each]);
}

describe.each([...byTag])('%s', (_, group) => {
  test('every operation answers a believable example and generated data, as its schema says', async () => {
    const wrong: string[] = [];
    for (const { surface, operation } of group) {
      const answer = await request(surface, operation);
      const generated = await request(surface, operation, { prefer: 'dynamic=true' });
      for (const { status, body } of [answer, generated])
        if (status !== operation.success.status) wrong.push(`${operation.id} ${status} ${JSON.stringify(body)}`);
      const schema = answerSchema(operation);
      if (!schema) continue;
      const check = compileAnswer(schema);
      for (const { body } of [answer, generated])
        if (!check(body)) wrong.push(`${operation.id} ${JSON.stringify(check.errors).slice(0, 300)}`);
      // Its texts are those of the booking form: "date" is the word for a date.
      if (operation.id !== 'get_i18n_options') wrong.push(...placeholders(answer.body).map((name) => `${operation.id} ${name}`));
    }
    expect(wrong).toEqual([]);
  });
});

test('the mock has every operation of the published API', () => {
  expect(all.length).toBeGreaterThan(340);
});

const comments = '//_mock/en/b2b-v1/openapi/clients/1/clients/1/comments';

describe('the mock checks a request as the server does', () => {
  test('a missing Authorization header is a 401', async () => {
    const answer = await call('GET', comments);
    expect(answer.status).toBe(401);
    const meta = { message: 'Authentication needed.', errors: { partner_token: ['is missing'] } };
    expect(answer.body).toEqual({ success: false, data: null, meta });
  });

  test('so is a partner token where a user is needed', async () => {
    const answer = await call('GET', comments, { authorization: 'Bearer any' });
    expect([answer.status, answer.meta.errors]).toEqual([401, { user_token: ['is missing'] }]);
  });

  test('a body that breaks a rule is refused with the field named', async () => {
    const answer = await call('POST', comments, { authorization, body: {} });
    expect(answer.status).toBe(422);
    expect(answer.meta.errors).toEqual([{ text: ['is required'] }]);
  });

  test('a date that nobody can read is refused, and the field is named', async () => {
    const query = await call('GET', '//_mock/en/b2b-v1/openapi/activity/1/search?from=xx&till=2026-09-21', { authorization });
    expect(query).toMatchObject({ status: 422, meta: { errors: [{ from: ['must be a date, as 2026-09-21'] }] } });
    const body = { client_id: 1, from: 'xx' };
    const search = await call('POST', '//_mock/en/b2b-v1/openapi/company/1/clients/visits/search', { authorization, body });
    expect(search).toMatchObject({ status: 422, meta: { errors: [{ from: ['must be a date, as 2026-09-21'] }] } });
  });

  test('an impossible id is a 404', async () => {
    expect((await call('GET', comments.replace('clients/1/comments', 'clients/abc/comments'), { authorization })).status).toBe(
      404,
    );
  });

  test('V2 insists on its media type', async () => {
    expect((await call('GET', '//_mock/en/b2b-v2/openapi/locations/1/tags', { authorization })).status).toBe(400);
  });
});

describe('the mock repeats the values of the request', () => {
  test('a comment comes back with its text', async () => {
    const answer = await call('POST', comments, { authorization, body: { text: 'Prefers mornings, since spring' } });
    expect(answer.data.text).toBe('Prefers mornings, since spring');
    expect(answer.data.type).toBe('default');
  });

  test('a client that is changed has the new name and the id of the path', async () => {
    const body = { name: 'Żaneta', phone: '+13155550199' };
    const answer = await call('PUT', '//_mock/en/b2b-v1/openapi/client/1/77', { authorization, body });
    expect(answer.data).toMatchObject({ id: 77, name: 'Żaneta' });
  });

  test('a type of memberships comes back with its title', async () => {
    const operation = all.find(({ operation: { id } }) => id === 'chain_loyalty_membership_types_create') as (typeof all)[number];
    const body = { ...(exampleOf(operation.operation.body) as object), title: 'Rosemary shampoo' };
    const answer = await call('POST', url(operation.surface, operation.operation), { authorization, body });
    expect(answer.data.title).toBe('Rosemary shampoo');
  });

  test('values that do not fit the answer are left out', async () => {
    const operation = all.find(({ operation: { id } }) => id === 'create_client')?.operation as Operation;
    const answer = await call('POST', '//_mock/en/b2b-v1/openapi/clients/1', {
      authorization,
      body: { name: 'Ada', phone: '+13155550199', custom_fields: { size: 3 }, unknown: 1 },
    });
    expect(answer.body).not.toHaveProperty('data.unknown');
    expect(compileAnswer(answerSchema(operation) as object)(answer.body)).toBe(true);
  });
});

describe('examples are believable', () => {
  test('every operation with a JSON answer shows the recorded answer of the demo', () => {
    const missing = all
      .filter(
        ({ surface, operation }) =>
          answerSchema(operation) && !operation.webhook && !needsMessage.has(`${surface.name} ${operation.id}`),
      )
      .filter(({ surface, operation }) => recordedAnswer(surface.name, operation) === undefined)
      .map(({ operation }) => operation.id);
    expect(missing).toEqual([]);
  });

  test('dates are near the present day', async () => {
    const [event] = (
      await call('GET', '//_mock/en/b2b-v1/openapi/activity/1/search?from=2026-01-01&till=2026-02-01', { authorization })
    ).data;
    const days = Math.abs(Date.parse(event.date) - Date.now()) / 86_400_000;
    expect(days).toBeLessThan(60);
  });
});

describe('Prefer', () => {
  test('code asks for any declared status', async () => {
    const operation = all.find(({ operation: { id } }) => id === 'create_client_comment')?.operation as Operation;
    for (const code of errorStatuses(operation)) {
      const answer = await call('POST', comments, { authorization, body: { text: 'Hi' }, headers: { prefer: `code=${code}` } });
      expect(answer.status).toBe(code);
      expect(answer.body).toMatchObject({ success: false, data: null });
    }
  });

  test('an undeclared status is refused, with a list of the declared ones', async () => {
    const answer = await call('GET', comments, { authorization, headers: { prefer: 'code=418' } });
    expect(answer.status).toBe(400);
    expect(answer.meta.message).toContain('Declared: 200, 401, 403, 404');
  });

  test('dynamic generates data that fits the schema, the same for the same request', async () => {
    const headers = { prefer: 'dynamic=true' };
    const first = await call('GET', comments, { authorization, headers });
    const again = await call('GET', comments, { authorization, headers });
    const other = await call('GET', comments.replace('clients/1/clients/1', 'clients/1/clients/2'), { authorization, headers });
    expect(first.status).toBe(200);
    expect(again.body).toEqual(first.body);
    expect(other.body).not.toEqual(first.body);
    const operation = all.find(({ operation: { id } }) => id === 'list_client_comments')?.operation as Operation;
    expect(compileAnswer(answerSchema(operation) as object)(first.body)).toBe(true);
    for (const { id } of first.data) expect(id).toBeGreaterThan(0);
  });
});
