import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig, settingNames } from './config.ts';

const operating = readFileSync(join(import.meta.dirname, '../../../docs/operating.md'), 'utf8');

/** The output of `serve` for an invalid environment. */
const refusal = (env: NodeJS.ProcessEnv): string => {
  try {
    readConfig('serve', env);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

test('docs/operating.md lists every setting, and none that there is not', () => {
  const listed = [...operating.matchAll(/^\| `([A-Z][A-Z0-9_]+)` /gm)].map(([, name]) => name);
  expect(listed.toSorted()).toEqual([...settingNames, 'FOYER_PASSWORD'].toSorted());
});

describe('an invalid setting is named with its allowed values', () => {
  test.each([
    ['PORT', 'abc', 'a whole number from 0 to 65535'],
    ['PORT', '70000', 'a whole number from 0 to 65535'],
    ['DATABASE_POOL_SIZE', '0', 'a whole number from 1 to 500'],
    ['FOYER_RATE_LIMIT_PER_MINUTE', '-1', 'a whole number, 0 or more'],
    ['FOYER_RATE_LIMIT_PER_SECOND', '1.5', 'a whole number, 0 or more'],
    ['FOYER_FILE_LIMIT', '-5', 'a whole number, 1 or more'],
    ['FOYER_LOG_LEVEL', 'loud', 'one of fatal, error, warn, info, debug, trace, silent'],
    ['FOYER_S3_FORCE_PATH_STYLE', 'maybe', 'true or false'],
    ['DATABASE_URL', 'garbage', 'postgres://user:password@host:5432/database'],
    ['DATABASE_URL', 'mysql://root@localhost/foyer', 'postgres://user:password@host:5432/database'],
    ['DATABASE_URL', 'postgres://foyer:a/b@localhost/foyer', '%2F for /'],
    ['DATABASE_URL', 'postgres://foyer:100%@localhost/foyer', 'special characters'],
    ['FOYER_PUBLIC_URL', 'foo', 'https://foyer.example.com'],
    ['FOYER_PUBLIC_URL', 'ftp://foyer.example.com', 'https://foyer.example.com'],
    ['FOYER_PUBLIC_URL', 'https://foyer.example.com/api', 'without a path'],
    ['FOYER_TRUST_PROXY', 'banana', '"banana" is none'],
    ['FOYER_TRUST_PROXY', '10.0.0.1, 10.0.0.300', '"10.0.0.300" is none'],
    ['FOYER_TRUST_PROXY', '-1', '"-1" is none'],
    ['FOYER_OUTSIDE_NETWORKS', '10.0.0.0/8, 10.0.0.0/33', '"10.0.0.0/33" is none'],
    ['FOYER_OUTSIDE_NETWORKS', 'intranet', '"intranet" is none'],
    ['FOYER_CORS_ORIGINS', 'https://app.example.com, app.example.org', '"app.example.org" is none'],
    ['FOYER_S3_ENDPOINT', 'storage', 'https://storage.example.com'],
    ['FOYER_S3_ACCESS_KEY_ID', 'alone', 'FOYER_S3_SECRET_ACCESS_KEY must be set together'],
  ])('%s=%s', (name, value, remedy) => {
    const said = refusal({ [name]: value });
    expect(said).toMatch(new RegExp(`^${name} `));
    expect(said).toContain(remedy);
    expect(said.split('\n')).toHaveLength(1);
  });

  test('the passwords of an address are not repeated', () => {
    expect(refusal({ DATABASE_URL: 'postgres://foyer:se/cret@localhost/foyer' })).not.toContain('cret');
  });

  test('several at once have a line each', () => {
    expect(refusal({ PORT: 'abc', FOYER_LOG_LEVEL: 'loud' }).split('\n')).toHaveLength(2);
  });
});

test('settings are read in the forms that docs/operating.md names', () => {
  const config = (env: NodeJS.ProcessEnv) => readConfig('serve', env);
  expect(config({ FOYER_TRUST_PROXY: '2' }).trustProxy).toBe(2);
  expect(config({ FOYER_TRUST_PROXY: 'true' }).trustProxy).toBe(true);
  expect(config({ FOYER_TRUST_PROXY: '10.0.0.0/8, ::1' }).trustProxy).toBe('10.0.0.0/8, ::1');
  expect(config({ FOYER_PUBLIC_URL: 'https://Foyer.example.com/' }).publicUrl).toBe('https://foyer.example.com');
  expect(config({ FOYER_CORS_ORIGINS: 'https://app.example.com/, capacitor://localhost' }).corsOrigins).toEqual([
    'https://app.example.com',
    'capacitor://localhost',
  ]);
  expect(config({ DATABASE_URL: 'postgresql:///foyer?host=/run/postgresql' }).databaseUrl).toContain('/run/postgresql');
});

test('an empty variable is as good as none; only of origins it says that none may call', () => {
  expect(readConfig('serve', { PORT: '', FOYER_LOG_LEVEL: '', FOYER_DATA: '' })).toEqual(readConfig('serve', {}));
  expect(readConfig('demo', { FOYER_CORS_ORIGINS: '' }).corsOrigins).toEqual([]);
  expect(readConfig('demo', {}).corsOrigins).toBe('*');
});
