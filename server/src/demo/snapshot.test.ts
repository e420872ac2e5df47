import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Config, embeddedDatabaseDirectory, readConfig } from '../platform/config.ts';
import { dropSnapshot, prepareSpare, restoreSnapshot, takeSnapshot } from './snapshot.ts';

let config: Config;
let database: string;
let files: string;
let snapshot: string;

beforeEach(async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'foyer-snapshot-'));
  config = { ...readConfig('demo', {}), dataDirectory };
  database = embeddedDatabaseDirectory(config);
  files = join(dataDirectory, 'files');
  snapshot = join(dataDirectory, 'demo-snapshot');
  await mkdir(join(database, 'base'), { recursive: true });
  await mkdir(files);
  await writeFile(join(database, 'base/1'), 'as it was');
  await writeFile(join(files, 'photo'), 'as it was');
});
afterEach(() => rm(config.dataDirectory, { recursive: true, force: true }));

async function change(): Promise<void> {
  await writeFile(join(database, 'base/1'), 'changed');
  await writeFile(join(database, 'base/2'), 'new');
  await rm(join(files, 'photo'));
}

async function expectAsItWas(): Promise<void> {
  expect(await readdir(join(database, 'base'))).toEqual(['1']);
  expect(await readFile(join(database, 'base/1'), 'utf8')).toBe('as it was');
  expect(await readFile(join(files, 'photo'), 'utf8')).toBe('as it was');
}

describe('the snapshot of the demo', () => {
  test('is copied back, also twice', async () => {
    await takeSnapshot(config);
    for (let round = 0; round < 2; round++) {
      await change();
      expect(await restoreSnapshot(config)).toBe(true);
      await expectAsItWas();
    }
  });

  test('has a spare that is moved and not copied, and is made again', async () => {
    await takeSnapshot(config);
    for (let round = 0; round < 2; round++) {
      await prepareSpare(config);
      await writeFile(join(snapshot, 'spare/database/base/from-spare'), '');
      await change();
      expect(await restoreSnapshot(config)).toBe(true);
      await rm(join(database, 'base/from-spare'));
      await expectAsItWas();
      expect(existsSync(join(snapshot, 'spare'))).toBe(false);
    }
    await prepareSpare(config);
    expect((await readdir(snapshot)).sort()).toEqual(['database', 'files', 'fingerprint', 'spare']);
  });

  test('is copied when the move of the spare was interrupted', async () => {
    await takeSnapshot(config);
    await prepareSpare(config);
    await rm(join(snapshot, 'spare/files'), { recursive: true });
    await change();
    expect(await restoreSnapshot(config)).toBe(true);
    await expectAsItWas();
  });

  test('is not used when there is none, or when it is of another build', async () => {
    expect(await restoreSnapshot(config)).toBe(false);
    await prepareSpare(config);
    expect(existsSync(snapshot)).toBe(false);

    await takeSnapshot(config);
    await writeFile(join(snapshot, 'fingerprint'), 'another build');
    await change();
    expect(await restoreSnapshot(config)).toBe(false);
    expect(await readFile(join(database, 'base/1'), 'utf8')).toBe('changed');
  });

  test('is forgotten for a real business', async () => {
    await takeSnapshot(config);
    await prepareSpare(config);
    await dropSnapshot(config);
    expect(existsSync(snapshot)).toBe(false);
  });
});
