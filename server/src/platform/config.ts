import { join, resolve } from 'node:path';
import envSchema from 'env-schema';
import Type, { type Static } from 'typebox';

const Environment = Type.Object({
  PORT: Type.Integer({ default: 8080, minimum: 0, maximum: 65535 }),
  HOST: Type.Optional(Type.String({ minLength: 1 })),
  DATABASE_URL: Type.String({ default: '' }),
  DATABASE_POOL_SIZE: Type.Integer({ default: 10, minimum: 1, maximum: 500 }),
  FOYER_DATA: Type.String({ default: '.foyer' }),
  FOYER_PUBLIC_URL: Type.String({ default: '' }),
  FOYER_LOG_LEVEL: Type.Optional(Type.String({ enum: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] })),
  FOYER_RATE_LIMIT_PER_MINUTE: Type.Optional(Type.Integer({ minimum: 0 })),
  FOYER_RATE_LIMIT_PER_SECOND: Type.Optional(Type.Integer({ minimum: 0 })),
  FOYER_TRUST_PROXY: Type.String({ default: '' }),
  FOYER_CORS_ORIGINS: Type.Optional(Type.String()),
  FOYER_METRICS_TOKEN: Type.String({ default: '' }),
  FOYER_BODY_LIMIT: Type.Integer({ default: 16 * 1024 * 1024, minimum: 1024 }),
  FOYER_FILE_LIMIT: Type.Integer({ default: 50 * 1024 * 1024, minimum: 1 }),
  FOYER_S3_BUCKET: Type.String({ default: '' }),
  FOYER_S3_REGION: Type.String({ default: 'us-east-1' }),
  FOYER_S3_ENDPOINT: Type.String({ default: '' }),
  FOYER_S3_ACCESS_KEY_ID: Type.String({ default: '' }),
  FOYER_S3_SECRET_ACCESS_KEY: Type.String({ default: '' }),
  FOYER_S3_FORCE_PATH_STYLE: Type.Boolean({ default: false }),
});

/** `demo` is a developer's laptop or CI with a ready business and fixed tokens; `serve` is a business's own server. */
export type Mode = 'demo' | 'serve';

/** Everything the environment decides, read once at the start. Sizes are bytes. */
export interface Config {
  mode: Mode;
  port: number;
  host: string;
  /** Empty: the embedded database in `dataDirectory`. */
  databaseUrl: string;
  databasePoolSize: number;
  dataDirectory: string;
  /** The address under which clients see this server; empty when it is to be taken from the request. */
  publicUrl: string;
  logLevel: string;
  /** 0 switches the limit off. */
  rateLimit: { perMinute: number; perSecond: number };
  /** true, the number of proxies in front, or their addresses. */
  trustProxy: boolean | number | string;
  /** `*` for any origin, an empty list for none. */
  corsOrigins: '*' | string[];
  /** When set, `/metrics` wants it as a bearer token. */
  metricsToken: string;
  bodyLimit: number;
  fileLimit: number;
  s3:
    | { bucket: string; region: string; endpoint: string; accessKeyId: string; secretAccessKey: string; forcePathStyle: boolean }
    | undefined;
}

/**
 * Reads the configuration from environment variables (docs/operating.md lists them).
 * @throws Error naming the variable that is out of its range.
 */
export function readConfig(mode: Mode, env: NodeJS.ProcessEnv = process.env): Config {
  const values = envSchema<Static<typeof Environment>>({ schema: Environment, data: env, env: false });
  const demo = mode === 'demo';
  const dataDirectory = resolve(values.FOYER_DATA);
  return {
    mode,
    port: values.PORT,
    host: values.HOST ?? (demo ? '127.0.0.1' : '0.0.0.0'),
    databaseUrl: values.DATABASE_URL,
    databasePoolSize: values.DATABASE_POOL_SIZE,
    dataDirectory,
    publicUrl: values.FOYER_PUBLIC_URL.replace(/\/+$/, ''),
    logLevel: values.FOYER_LOG_LEVEL ?? (demo ? 'warn' : 'info'),
    rateLimit: {
      perMinute: values.FOYER_RATE_LIMIT_PER_MINUTE ?? (demo ? 0 : 200),
      perSecond: values.FOYER_RATE_LIMIT_PER_SECOND ?? (demo ? 0 : 5),
    },
    trustProxy: trustProxy(values.FOYER_TRUST_PROXY),
    corsOrigins: corsOrigins(values.FOYER_CORS_ORIGINS ?? (demo ? '*' : '')),
    metricsToken: values.FOYER_METRICS_TOKEN,
    bodyLimit: values.FOYER_BODY_LIMIT,
    fileLimit: values.FOYER_FILE_LIMIT,
    // The demo keeps its files beside its database, whatever the environment says.
    s3:
      values.FOYER_S3_BUCKET && !demo
        ? {
            bucket: values.FOYER_S3_BUCKET,
            region: values.FOYER_S3_REGION,
            endpoint: values.FOYER_S3_ENDPOINT,
            accessKeyId: values.FOYER_S3_ACCESS_KEY_ID,
            secretAccessKey: values.FOYER_S3_SECRET_ACCESS_KEY,
            forcePathStyle: values.FOYER_S3_FORCE_PATH_STYLE,
          }
        : undefined,
  };
}

function trustProxy(text: string): boolean | number | string {
  if (text === '' || text === 'false') return false;
  if (text === 'true') return true;
  return /^\d+$/.test(text) ? Number(text) : text;
}

function corsOrigins(text: string): '*' | string[] {
  if (text.trim() === '*') return '*';
  return text
    .split(',')
    .map((origin) => origin.trim())
    .filter(Boolean);
}

/** Where the embedded database keeps its files. */
export const embeddedDatabaseDirectory = (config: Pick<Config, 'dataDirectory'>) => join(config.dataDirectory, 'database');
