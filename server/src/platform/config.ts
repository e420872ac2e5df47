import { join, resolve } from 'node:path';
import { compile as compileProxies } from '@fastify/proxy-addr';
import envSchema from 'env-schema';
import Type, { type Static } from 'typebox';
import { isNetwork } from './address.ts';
import { type DatabaseLimits, usualLimits } from './limits.ts';
import type { Gateway, Smtp, Twilio } from './messages.ts';
import { isWebAddress } from './web-address.ts';

/** Each setting with its schema. `readConfig` checks the rules that a schema cannot express. */
const Environment = Type.Object({
  PORT: Type.Integer({ default: 8080, minimum: 0, maximum: 65535 }),
  HOST: Type.Optional(Type.String({ minLength: 1 })),
  DATABASE_URL: Type.String({ default: '' }),
  DATABASE_POOL_SIZE: Type.Integer({ default: 10, minimum: 1, maximum: 500 }),
  DATABASE_LOCATION_CONNECTIONS: Type.Integer({ default: usualLimits.locationConnections, minimum: 0, maximum: 500 }),
  DATABASE_QUEUE_LENGTH: Type.Integer({ default: usualLimits.queueLength, minimum: 1 }),
  DATABASE_WAIT_TIMEOUT: Type.Integer({ default: usualLimits.waitTimeout, minimum: 100 }),
  DATABASE_LOCK_TIMEOUT: Type.Integer({ default: usualLimits.lockTimeout, minimum: 100 }),
  DATABASE_STATEMENT_TIMEOUT: Type.Integer({ default: usualLimits.statementTimeout, minimum: 100 }),
  FOYER_DATA: Type.String({ default: '.foyer' }),
  FOYER_PUBLIC_URL: Type.String({ default: '' }),
  FOYER_LOG_LEVEL: Type.Optional(Type.String({ enum: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] })),
  FOYER_RATE_LIMIT_PER_MINUTE: Type.Optional(Type.Integer({ minimum: 0 })),
  FOYER_RATE_LIMIT_PER_SECOND: Type.Optional(Type.Integer({ minimum: 0 })),
  FOYER_TRUST_PROXY: Type.String({ default: '' }),
  FOYER_CORS_ORIGINS: Type.Optional(Type.String()),
  FOYER_METRICS_TOKEN: Type.String({ default: '' }),
  FOYER_WHO_CREATES_LOCATIONS: Type.Optional(Type.String({ enum: ['managers', 'anyone', 'nobody'] })),
  FOYER_BODY_LIMIT: Type.Integer({ default: 16 * 1024 * 1024, minimum: 1024 }),
  FOYER_BODY_MEMORY: Type.Integer({ default: 64 * 1024 * 1024, minimum: 1024 * 1024 }),
  FOYER_BODY_TIMEOUT: Type.Integer({ default: 60, minimum: 1, maximum: 86_400 }),
  FOYER_UPLOAD_TIMEOUT: Type.Integer({ default: 900, minimum: 1, maximum: 86_400 }),
  FOYER_CONNECTION_LIMIT: Type.Integer({ default: 5000, minimum: 1 }),
  FOYER_FILE_LIMIT: Type.Integer({ default: 50 * 1024 * 1024, minimum: 1 }),
  FOYER_JOBS_AT_ONCE: Type.Integer({ default: 5, minimum: 0, maximum: 100 }),
  FOYER_WEBHOOKS_AT_ONCE: Type.Integer({ default: 50, minimum: 0, maximum: 1000 }),
  FOYER_AUDIT_DAYS: Type.Integer({ default: 365, minimum: 1, maximum: 36_500 }),
  FOYER_MESSAGES_URL: Type.String({ default: '' }),
  FOYER_MESSAGES_TOKEN: Type.String({ default: '' }),
  FOYER_SMTP_URL: Type.String({ default: '' }),
  FOYER_EMAIL_FROM: Type.String({ default: '' }),
  FOYER_TWILIO_ACCOUNT_SID: Type.String({ default: '' }),
  FOYER_TWILIO_AUTH_TOKEN: Type.String({ default: '' }),
  FOYER_TWILIO_FROM: Type.String({ default: '' }),
  FOYER_TWILIO_WHATSAPP_FROM: Type.String({ default: '' }),
  FOYER_TWILIO_URL: Type.String({ default: '' }),
  FOYER_OUTSIDE_NETWORKS: Type.Optional(Type.String()),
  FOYER_STRIPE_URL: Type.String({ default: '' }),
  FOYER_S3_BUCKET: Type.String({ default: '' }),
  FOYER_S3_REGION: Type.String({ default: 'us-east-1' }),
  FOYER_S3_ENDPOINT: Type.String({ default: '' }),
  FOYER_S3_ACCESS_KEY_ID: Type.String({ default: '' }),
  FOYER_S3_SECRET_ACCESS_KEY: Type.String({ default: '' }),
  FOYER_S3_FORCE_PATH_STYLE: Type.Boolean({ default: false }),
});

/** The names of all settings. */
export const settingNames = Object.keys(Environment.properties);

/** `demo` is a developer's laptop or CI with a ready business and fixed tokens; `serve` is a business's own server. */
export type Mode = 'demo' | 'serve';

/** Who may create a location through the API. `managers` are users who already manage a location. */
export type LocationCreators = 'managers' | 'anyone' | 'nobody';

/** Everything the environment decides, read once at the start. Sizes are bytes. */
export interface Config {
  mode: Mode;
  port: number;
  host: string;
  /** Empty: the embedded database in `dataDirectory`. */
  databaseUrl: string;
  databasePoolSize: number;
  databaseLimits: DatabaseLimits;
  dataDirectory: string;
  /** The public address of this server. If it is empty, it is taken from the request. */
  publicUrl: string;
  logLevel: string;
  /** 0 switches the limit off. */
  rateLimit: { perMinute: number; perSecond: number };
  /** true, the number of proxies in front, or their addresses. */
  trustProxy: boolean | number | string;
  /** `*` for any origin, an empty list for none. */
  corsOrigins: '*' | string[];
  /** If set, `/metrics` requires it as a bearer token. */
  metricsToken: string;
  whoCreatesLocations: LocationCreators;
  /** The size limit of every body. An operation cannot declare more. */
  bodyLimit: number;
  /** The memory that all unfinished bodies may use together. */
  bodyMemory: number;
  /** Milliseconds for a body to arrive. */
  bodyTimeout: number;
  /** Milliseconds for a whole request to arrive, such as a form with files. */
  uploadTimeout: number;
  /** Connections that are open at the same time. */
  connectionLimit: number;
  fileLimit: number;
  /** How many jobs this process runs at once; 0 leaves them to other processes. */
  jobsAtOnce: number;
  /** How many addresses of webhooks this process serves at once. None if it runs no jobs. */
  webhooksAtOnce: number;
  /** How many days the audit trail is kept. */
  auditDays: number;
  /** The gateway that delivers messages to people. The demo shows them instead. */
  messageGateway: Gateway | undefined;
  /** The mail server. Without it, mails go to the gateway. */
  smtp: Smtp | undefined;
  /** Sends SMS, and messages by WhatsApp. Without it, they go to the gateway. */
  twilio: Twilio | undefined;
  /** Networks that are not public and still may be reached at addresses that users give, such as cash registers. */
  outsideNetworks: string[];
  /** Another address for the API of Stripe, such as that of a double in tests. Empty for Stripe itself. */
  stripeUrl: string;
  s3:
    | { bucket: string; region: string; endpoint: string; accessKeyId: string; secretAccessKey: string; forcePathStyle: boolean }
    | undefined;
}

/**
 * Reads the configuration from environment variables (docs/operating.md lists them).
 * @throws Error with a line for each invalid setting, which names it and its allowed values
 */
export function readConfig(mode: Mode, env: NodeJS.ProcessEnv = process.env): Config {
  const values = readEnvironment(env);
  const problems = problemsOf(values);
  if (problems.length) throw new Error(problems.join('\n'));
  const demo = mode === 'demo';
  const dataDirectory = resolve(values.FOYER_DATA);
  return {
    mode,
    port: values.PORT,
    host: values.HOST ?? (demo ? '127.0.0.1' : '0.0.0.0'),
    databaseUrl: values.DATABASE_URL,
    databasePoolSize: values.DATABASE_POOL_SIZE,
    databaseLimits: {
      locationConnections: values.DATABASE_LOCATION_CONNECTIONS,
      queueLength: values.DATABASE_QUEUE_LENGTH,
      waitTimeout: values.DATABASE_WAIT_TIMEOUT,
      lockTimeout: values.DATABASE_LOCK_TIMEOUT,
      statementTimeout: values.DATABASE_STATEMENT_TIMEOUT,
    },
    dataDirectory,
    publicUrl: originOf(values.FOYER_PUBLIC_URL) ?? '',
    logLevel: values.FOYER_LOG_LEVEL ?? (demo ? 'warn' : 'info'),
    rateLimit: {
      perMinute: values.FOYER_RATE_LIMIT_PER_MINUTE ?? (demo ? 0 : 200),
      perSecond: values.FOYER_RATE_LIMIT_PER_SECOND ?? (demo ? 0 : 5),
    },
    trustProxy: trustProxy(values.FOYER_TRUST_PROXY),
    corsOrigins: corsOrigins(values.FOYER_CORS_ORIGINS ?? (demo ? '*' : '')),
    metricsToken: values.FOYER_METRICS_TOKEN,
    whoCreatesLocations: (values.FOYER_WHO_CREATES_LOCATIONS ?? (demo ? 'anyone' : 'managers')) as LocationCreators,
    bodyLimit: values.FOYER_BODY_LIMIT,
    bodyMemory: values.FOYER_BODY_MEMORY,
    bodyTimeout: values.FOYER_BODY_TIMEOUT * 1000,
    uploadTimeout: values.FOYER_UPLOAD_TIMEOUT * 1000,
    connectionLimit: values.FOYER_CONNECTION_LIMIT,
    fileLimit: values.FOYER_FILE_LIMIT,
    jobsAtOnce: values.FOYER_JOBS_AT_ONCE,
    webhooksAtOnce: values.FOYER_WEBHOOKS_AT_ONCE,
    auditDays: values.FOYER_AUDIT_DAYS,
    messageGateway:
      values.FOYER_MESSAGES_URL && !demo ? { url: values.FOYER_MESSAGES_URL, token: values.FOYER_MESSAGES_TOKEN } : undefined,
    smtp: values.FOYER_SMTP_URL && !demo ? { url: values.FOYER_SMTP_URL, from: values.FOYER_EMAIL_FROM } : undefined,
    twilio:
      values.FOYER_TWILIO_ACCOUNT_SID && !demo
        ? {
            accountSid: values.FOYER_TWILIO_ACCOUNT_SID,
            authToken: values.FOYER_TWILIO_AUTH_TOKEN,
            from: values.FOYER_TWILIO_FROM,
            whatsappFrom: values.FOYER_TWILIO_WHATSAPP_FROM,
            url: originOf(values.FOYER_TWILIO_URL) || 'https://api.twilio.com',
          }
        : undefined,
    outsideNetworks: listOf(values.FOYER_OUTSIDE_NETWORKS ?? (demo ? '127.0.0.0/8,::1' : '')),
    stripeUrl: originOf(values.FOYER_STRIPE_URL) ?? '',
    // The demo keeps its files beside its database, with any environment.
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

type Values = Static<typeof Environment>;

/** An empty variable counts as not set, because container tools pass unset variables as empty. Only for origins it has a meaning. */
const isGiven = ([name, value]: [string, string | undefined]) =>
  value !== undefined && (value !== '' || name === 'FOYER_CORS_ORIGINS');

function readEnvironment(env: NodeJS.ProcessEnv): Values {
  const data = Object.fromEntries(Object.entries(env).filter(isGiven));
  try {
    return envSchema<Values>({ schema: Environment, data, env: false });
  } catch (error) {
    const { errors } = error as { errors?: { instancePath: string }[] };
    if (!errors) throw error;
    const names = [...new Set(errors.map(({ instancePath }) => instancePath.slice(1)))];
    throw new Error(names.map((name) => `${name} must be ${formOf(name)}.`).join('\n'));
  }
}

/** The allowed values of a setting, in words. */
function formOf(name: string): string {
  const {
    type,
    enum: choices,
    minimum,
    maximum,
  } = Environment.properties[name as keyof typeof Environment.properties] as {
    type?: string;
    enum?: string[];
    minimum?: number;
    maximum?: number;
  };
  if (choices) return `one of ${choices.join(', ')}`;
  if (type === 'boolean') return 'true or false';
  if (type !== 'integer') return `a ${type}`;
  return `a whole number${maximum === undefined ? `, ${minimum} or more` : ` from ${minimum} to ${maximum}`}`;
}

/** The errors of settings whose format is right, one sentence each. Values that may contain a secret are left out. */
function problemsOf(values: Values): string[] {
  const problems: string[] = [];
  const expect = (isRight: boolean, problem: string) => {
    if (!isRight) problems.push(problem);
  };
  expect(
    values.DATABASE_URL === '' || isDatabaseUrl(values.DATABASE_URL),
    'DATABASE_URL must be like postgres://user:password@host:5432/database; write special characters of the password as in addresses (%2F for /).',
  );
  const { FOYER_PUBLIC_URL: address, FOYER_S3_ENDPOINT: endpoint } = values;
  expect(
    address === '' || (isWebAddress(address) && originOf(address) !== undefined),
    `FOYER_PUBLIC_URL must be like https://foyer.example.com, without a path, and is "${address}".`,
  );
  expect(
    endpoint === '' || isWebAddress(endpoint),
    `FOYER_S3_ENDPOINT must be like https://storage.example.com, and is "${endpoint}".`,
  );
  expect(
    values.FOYER_MESSAGES_URL === '' || isWebAddress(values.FOYER_MESSAGES_URL),
    'FOYER_MESSAGES_URL must be like https://gateway.example.com/messages.',
  );
  expect(
    values.FOYER_SMTP_URL === '' || isMailServer(values.FOYER_SMTP_URL),
    'FOYER_SMTP_URL must be like smtps://user:password@mail.example.com:465; write special characters of the password as in addresses (%2F for /).',
  );
  expect(
    values.FOYER_SMTP_URL === '' || /@[^\s@<>]+>?\s*$/.test(values.FOYER_EMAIL_FROM),
    'FOYER_EMAIL_FROM must be set with FOYER_SMTP_URL, like Salon <salon@example.com>.',
  );
  expect(
    !values.FOYER_TWILIO_ACCOUNT_SID === !values.FOYER_TWILIO_AUTH_TOKEN,
    'FOYER_TWILIO_ACCOUNT_SID and FOYER_TWILIO_AUTH_TOKEN must be set together.',
  );
  expect(
    values.FOYER_TWILIO_ACCOUNT_SID === '' || values.FOYER_TWILIO_FROM !== '' || values.FOYER_TWILIO_WHATSAPP_FROM !== '',
    'FOYER_TWILIO_FROM or FOYER_TWILIO_WHATSAPP_FROM must be set with FOYER_TWILIO_ACCOUNT_SID.',
  );
  expect(
    values.FOYER_TWILIO_URL === '' || (isWebAddress(values.FOYER_TWILIO_URL) && originOf(values.FOYER_TWILIO_URL) !== undefined),
    'FOYER_TWILIO_URL must be like http://127.0.0.1:12111, without a path.',
  );
  expect(
    values.FOYER_STRIPE_URL === '' || (isWebAddress(values.FOYER_STRIPE_URL) && originOf(values.FOYER_STRIPE_URL) !== undefined),
    'FOYER_STRIPE_URL must be like http://127.0.0.1:12111, without a path.',
  );
  expect(
    !values.FOYER_S3_ACCESS_KEY_ID === !values.FOYER_S3_SECRET_ACCESS_KEY,
    'FOYER_S3_ACCESS_KEY_ID and FOYER_S3_SECRET_ACCESS_KEY must be set together.',
  );
  const origins = corsOrigins(values.FOYER_CORS_ORIGINS ?? '');
  const strange = origins === '*' ? undefined : listOf(values.FOYER_CORS_ORIGINS ?? '').find((text) => !originOf(text));
  expect(
    strange === undefined,
    `FOYER_CORS_ORIGINS must be * or origins like https://app.example.com with commas between; "${strange}" is none.`,
  );
  const proxies = trustProxy(values.FOYER_TRUST_PROXY);
  const unknown = typeof proxies === 'string' ? listOf(proxies).find((proxy) => !isProxy(proxy)) : undefined;
  expect(
    unknown === undefined,
    `FOYER_TRUST_PROXY must be addresses or networks (10.0.0.0/8) with commas between, a number of proxies, true or false; "${unknown}" is none.`,
  );
  const network = listOf(values.FOYER_OUTSIDE_NETWORKS ?? '').find((text) => !isNetwork(text));
  expect(
    network === undefined,
    `FOYER_OUTSIDE_NETWORKS must be addresses or networks (10.0.0.0/8) with commas between; "${network}" is none.`,
  );
  return problems;
}

function isDatabaseUrl(text: string): boolean {
  try {
    const { protocol, username, password, pathname } = new URL(text);
    for (const part of [username, password, pathname]) decodeURIComponent(part);
    return protocol === 'postgres:' || protocol === 'postgresql:';
  } catch {
    return false;
  }
}

const isMailServer = (text: string) =>
  URL.canParse(text) && /^smtps?:$/.test(new URL(text).protocol) && new URL(text).hostname !== '';

/** Scheme, host and port of a URL without other parts, as browsers write them. */
function originOf(text: string): string | undefined {
  if (!/^[a-z][a-z\d+.-]*:\/\/[^/?#@]+\/*$/i.test(text) || !URL.canParse(text)) return undefined;
  // The standard defines no origin for schemes of apps, which are not of the web.
  return isWebAddress(text) ? new URL(text).origin : text.replace(/\/+$/, '');
}

function isProxy(text: string): boolean {
  try {
    compileProxies(text);
    return true;
  } catch {
    return false;
  }
}

function trustProxy(text: string): boolean | number | string {
  if (text === '' || text === 'false') return false;
  if (text === 'true') return true;
  return /^\d+$/.test(text) ? Number(text) : text;
}

const corsOrigins = (text: string): '*' | string[] =>
  text.trim() === '*' ? '*' : listOf(text).map((origin) => originOf(origin) ?? origin);

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

/** Where the embedded database keeps its files. */
export const embeddedDatabaseDirectory = (config: Pick<Config, 'dataDirectory'>) => join(config.dataDirectory, 'database');
