import { DrizzleQueryError } from 'drizzle-orm';
import { ApiError } from '../api/errors.ts';
import type { Config } from '../platform/config.ts';
import { postgresError } from '../platform/database.ts';

/** The message of a failed command: the problem and, if known, the remedy. Never a stack or a statement. */
export function explain(error: unknown): string {
  if (error instanceof ApiError && error.errors) {
    return Object.entries(error.errors)
      .map(([field, messages]) => `${field} ${messages.join(', ')}`)
      .join('; ');
  }
  if (!(error instanceof Error)) return String(error);
  // Drizzle's own message is the statement with its values.
  const said = error instanceof DrizzleQueryError && error.cause ? error.cause : error;
  return said.message || codeOf(said) || said.name;
}

/** The code of a system error, also if it is wrapped or one error of several addresses of a host. */
function codeOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const { code, errors } = at as { code?: unknown; errors?: { code?: unknown }[] };
    const found = code ?? errors?.[0]?.code;
    if (typeof found === 'string') return found;
  }
  return undefined;
}

const unreachable = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
];
const unwritable = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT', 'ENOSPC', 'EDQUOT'];

/** An error of opening the database, as an Error that names the setting and the remedy if they are known. */
export function databaseProblem(error: unknown, config: Config): Error {
  const message = config.databaseUrl ? serverProblem(error, config.databaseUrl) : directoryProblem(error, config);
  return message === undefined ? (error as Error) : new Error(message, { cause: error });
}

function serverProblem(error: unknown, url: string): string | undefined {
  const { hostname, port, username, pathname } = new URL(url);
  const host = `${decodeURIComponent(hostname) || 'localhost'}:${port || 5432}`;
  const user = decodeURIComponent(username);
  const database = decodeURIComponent(pathname.slice(1)) || user;
  const code = postgresError(error)?.code ?? codeOf(error);
  const said = explain(error);
  if (code === '28P01' || code === '28000' || said.startsWith('SASL'))
    return `The PostgreSQL server ${host} refuses the user "${user}" or the password. Correct them in DATABASE_URL.`;
  if (code === '3D000') return `The PostgreSQL server ${host} has no database "${database}". Create it, or correct DATABASE_URL.`;
  if (code === '42501')
    return `The user "${user}" of DATABASE_URL may not create tables in the database "${database}". Make the user its owner.`;
  if (code === '53300')
    return `The PostgreSQL server ${host} takes no more connections. Lower DATABASE_POOL_SIZE, or raise its max_connections.`;
  if (code === '57P03') return `The PostgreSQL server ${host} is starting or stopping. Try again when it is up.`;
  if (code !== undefined && unreachable.includes(code))
    return `No PostgreSQL server answers at ${host} (${code}). Start it, or correct DATABASE_URL.`;
  if (/certificate|SSL|TLS/i.test(`${code} ${said}`))
    return `The connection to ${host} cannot be encrypted: ${said}. Correct sslmode or sslrootcert in DATABASE_URL.`;
  return undefined;
}

/** An error of using the data directory. */
export function directoryProblem(error: unknown, { dataDirectory }: Pick<Config, 'dataDirectory'>): string | undefined {
  const code = codeOf(error);
  if (code === undefined || !unwritable.includes(code)) return undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return `The disk of ${dataDirectory} is full. Make room, or set FOYER_DATA to a directory of another one.`;
  return `The directory ${dataDirectory} cannot be written (${code}). Set FOYER_DATA to a directory that this user may write to.`;
}

/** An error of listening. */
export function listeningProblem(error: unknown, { port, host }: Pick<Config, 'port' | 'host'>): Error {
  const code = codeOf(error);
  if (code === 'EADDRINUSE')
    return new Error(`Port ${port} of ${host} is in use. Set PORT to another one, or to 0 for any free port.`, { cause: error });
  if (code === 'EACCES')
    return new Error(`This user may not listen on port ${port}. Set PORT to 1024 or more.`, { cause: error });
  if (code !== undefined && ['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL', 'EAFNOSUPPORT'].includes(code))
    return new Error(`HOST must be an address of this machine, but "${host}" is not one (${code}).`, { cause: error });
  return error as Error;
}
