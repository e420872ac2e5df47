import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyDatabase } from './databases.ts';
import { embedded, foyerOutput, freePort } from './process.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'foyer-setting-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('an unusable setting is named in one line, with the remedy', () => {
  /** Runs a command that has to fail. @returns the single line of its output */
  const failure = async (args: string[], env: NodeJS.ProcessEnv) => {
    const { code, output } = await foyerOutput(args, { FOYER_LOG_LEVEL: 'error', ...env });
    expect({ code, lines: output.trim().split('\n').length, output }).toMatchObject({ code: 1, lines: 1 });
    return output;
  };

  test('a port that is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const PORT = String((other.address() as AddressInfo).port);
    const env = { ...(await emptyDatabase(join(directory, 'port'))), HOST: '127.0.0.1', PORT };
    expect(await failure(['serve'], env)).toBe(
      `foyer: Port ${PORT} of 127.0.0.1 is in use. Set PORT to another one, or to 0 for any free port.\n`,
    );
    other.close();
  });

  test('an address that this machine does not have', async () => {
    expect(await failure(['serve'], { ...embedded(join(directory, 'port')), HOST: '203.0.113.7' })).toContain('HOST must be');
  });

  test('a data directory that cannot be written', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    for (const command of ['serve', 'demo', 'migrate']) {
      expect(await failure([command], embedded(join(file, 'data')))).toBe(
        `foyer: The directory ${join(file, 'data')} cannot be written (ENOTDIR). Set FOYER_DATA to a directory that this user may write to.\n`,
      );
    }
  });

  test('a setting of the wrong form', async () => {
    expect(await failure(['serve'], { DATABASE_URL: 'mysql://root@localhost/foyer' })).toMatch(/^foyer: DATABASE_URL must be /);
  });

  test('a database server that does not answer', async () => {
    const port = await freePort();
    expect(await failure(['serve'], { DATABASE_URL: `postgres://foyer@127.0.0.1:${port}/foyer`, FOYER_DATA: directory })).toBe(
      `foyer: No PostgreSQL server answers at 127.0.0.1:${port} (ECONNREFUSED). Start it, or correct DATABASE_URL.\n`,
    );
  });

  test.each([
    ['28P01', 'refuses the user "foyer" or the password. Correct them in DATABASE_URL.'],
    ['3D000', 'has no database "salon". Create it, or correct DATABASE_URL.'],
    ['53300', 'Lower DATABASE_POOL_SIZE'],
    ['57P03', 'is starting or stopping'],
  ])('a database server that answers %s', async (code, remedy) => {
    const server = createServer((socket) => socket.once('data', () => socket.end(databaseError(code)))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const url = `postgres://foyer:se-cret@127.0.0.1:${port}/salon`;
    const said = await failure(['migrate'], { DATABASE_URL: url, FOYER_DATA: directory });
    expect(said).toContain(remedy);
    expect(said).not.toContain('se-cret');
    server.close();
  });
});

/** The error of a PostgreSQL server that ends the connection. */
function databaseError(code: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0Mrefused\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
