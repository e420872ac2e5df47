import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

/** A separate server process, because its log can only be read from outside. */
const prelude = `
  import { connect } from 'node:net';
  import { join } from 'node:path';
  import { createApp } from './dist/app.js';
  import { partners } from './dist/domains/access/tables.js';
  import { createUser, issuePartnerToken, issueUserToken } from './dist/domains/access/users.js';
  import { createLocation } from './dist/domains/locations/location.js';
  import { readConfig } from './dist/platform/config.js';
  import { migrateDatabase, openEmbedded } from './dist/platform/database.js';
  import { beginAlone } from './dist/surfaces/changes.js';

  const [, directory] = process.argv;
  const database = await openEmbedded(join(directory, 'database'));
  await migrateDatabase(database);
  const { db } = database;
  const app = await createApp({ ...readConfig('demo', { FOYER_LOG_LEVEL: 'debug' }), dataDirectory: directory }, database);
  await db.insert(partners).values({ id: 1, name: 'Integration' });
  await issuePartnerToken(db, { partnerId: 1, token: 'PARTNERTOKEN' });
  const user = await createUser(db, { name: 'Joan', email: 'joan@example.com', password: 'PASSWORD' });
  await issueUserToken(db, { userId: user.id, partnerId: 1, token: 'USERTOKEN' });
  const by = { user: { id: user.id, tokenId: 1 }, partner: { id: 1, allLocations: false } };
  const { id } = await beginAlone(db)((write) => createLocation(write, { title: 'Shop', countryId: 840 }, by));

  const authorization = 'Bearer PARTNERTOKEN, User USERTOKEN';
  const call = (method, path, payload, headers = {}) =>
    app.inject({ method, url: '/api/v1' + path, payload, headers: { authorization, ...headers } });
  const say = async (request) => process.stdout.write(JSON.stringify({ answered: (await request).statusCode }) + '\\n');
`;

interface Line {
  answered?: number;
  level?: number;
  msg?: string;
  operation?: string;
  metrics?: string;
  err?: { message: string; stack: string } & Record<string, unknown>;
}

/** The output of a server while a script runs after the prelude: the text, and its lines. */
async function logOf(script: string): Promise<{ text: string; lines: Line[] }> {
  const directory = await mkdtemp(join(tmpdir(), 'foyer-test-log-'));
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', prelude + script, directory], { cwd });
  const { stdout } = await run.finally(() => rm(directory, { recursive: true, force: true }));
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  return { text: stdout, lines };
}

const statuses = (lines: Line[]) => lines.flatMap(({ answered }) => answered ?? []);
const failures = (lines: Line[]) => lines.flatMap(({ msg, err }) => (msg === 'failed' && err ? err : []));

describe('the log', () => {
  test('names operations, callers and failures, and no token, password, phone, name or query', async () => {
    const { text, lines } = await logOf(`
      await say(call('POST', '/auth', { login: 'joan@example.com', password: 'PASSWORD' }));
      await say(call('POST', '/auth', { login: 'SECRETLOGIN', password: 'SECRETPASSWORD' }));
      await say(call('POST', '/clients/' + id, { name: 'SECRETNAME', phone: '+13155550175' }));
      await say(call('POST', '/clients/' + id, { name: 'SECRETNAME', phone: '+13155550175' }));
      await say(call('GET', '/clients/' + id + '?fullname=SECRETNAME&phone=13155550175'));
      await say(call('GET', '/validation/validate_phone/13155550175'));
      await say(call('GET', '/nothing/13155550175?token=USERTOKEN'));
      await say(call('POST', '/clients/' + id, '{"name":"SECRETNAME', { 'content-type': 'application/json' }));
      // A failure of the database, whose error contains the statement and its values.
      await database.query({ text: 'drop table clients cascade', values: [] });
      await say(call('POST', '/clients/' + id, { name: 'SECRETNAME', phone: '+13155550175' }));
      await say(call('GET', '/clients/' + id + '?fullname=SECRETNAME'));
      await app.close();
      await database.close();
    `);

    expect(statuses(lines)).toEqual([201, 401, 201, 422, 200, 200, 404, 400, 500, 500]);
    const logged = lines.filter(({ msg }) => msg === 'answered');
    expect(logged).toHaveLength(10);
    expect(logged[2]).toMatchObject({ method: 'POST', operation: 'create_client', status: 201, partner: 1, user: 1 });
    expect(failures(lines)).toHaveLength(2);
    for (const err of failures(lines)) {
      expect(err.message).toContain('relation "clients" does not exist');
      expect(err.stack).toMatch(/ at .*domains.clients/);
    }
    for (const secret of ['PARTNERTOKEN', 'USERTOKEN', 'PASSWORD', 'SECRET', '3155550175', 'joan@', 'argon2', 'fullname'])
      expect(text).not.toContain(secret);
  });

  test('has the code, table, constraint and function of a refusal by PostgreSQL, and no value that its message quotes', async () => {
    const { text, lines } = await logOf(`
      const sql = (text) => database.query({ text, values: [] });
      const comment = { name: 'Ada', phone: '+13155550176', comment: 'SECRETCOMMENT' };
      await sql("alter table clients add constraint unsecret check (comment not like '%SECRET%')");
      await say(call('POST', '/clients/' + id, comment));
      await sql('alter table clients drop constraint unsecret');
      await sql('create function misread() returns trigger language plpgsql as $$ begin new.spent = new.comment::integer; return new; end $$');
      await sql('create trigger misread before insert on clients for each row execute function misread()');
      await say(call('POST', '/clients/' + id, comment));
      // Drizzle's own error quotes the statement and its values.
      await database.close();
      await say(call('POST', '/clients/' + id, comment));
      await app.close();
    `);

    expect(statuses(lines)).toEqual([500, 500, 500]);
    const [refused, misread, closed] = failures(lines);
    expect(refused).toMatchObject({ code: '23514', table: 'clients', constraint: 'unsecret', routine: 'ExecConstraints' });
    expect(misread).toMatchObject({ code: '22P02', routine: expect.stringMatching(/int/) });
    expect(misread?.message).toBe('PostgreSQL refused a statement with 22P02');
    expect(closed?.message).toContain('closed');
    for (const secret of ['SECRET', '3155550176', 'insert into']) expect(text).not.toContain(secret);
  });

  test('says that a client went away in the middle of an upload, and calls it no failure', async () => {
    const { lines } = await logOf(`
      const { data } = (await call('POST', '/clients/' + id, { name: 'Ada', phone: '+13155550177' })).json();
      await app.listen({ port: 0, host: '127.0.0.1' });
      const { port } = app.server.address();
      const form = '--xxxx\\r\\nContent-Disposition: form-data; name="file"; filename="a.txt"\\r\\n\\r\\n' + 'x'.repeat(100_000);
      for (const [path, type, body] of [
        ['/company/' + id + '/clients/files/' + data.id, 'multipart/form-data; boundary=xxxx', form],
        ['/clients/' + id, 'application/json', '{"name":'],
      ]) {
        const socket = connect(port, '127.0.0.1');
        socket.write([
          'POST /api/v1' + path + ' HTTP/1.1', 'Host: localhost', 'Authorization: ' + authorization,
          'Content-Type: ' + type, 'Content-Length: 200000', '', body,
        ].join('\\r\\n'));
        await new Promise((resolve) => setTimeout(resolve, 1000));
        socket.destroy();
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
      process.stdout.write(JSON.stringify({ metrics: (await app.inject('/metrics')).body }) + '\\n');
      await app.close();
      await database.close();
    `);

    const gone = lines.filter(({ msg }) => msg === 'the client went away').map(({ operation }) => operation);
    expect(gone).toEqual(['upload_client_files', 'create_client']);
    expect(lines.filter(({ level }) => (level ?? 0) > 40)).toEqual([]);
    const { metrics } = lines.find((line) => line.metrics) as Line;
    expect(metrics).toContain('status="201"');
    expect(metrics).not.toContain('status="500"');
  });
});
