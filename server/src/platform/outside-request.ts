import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { isListed } from './address.ts';

/** Why a request to an address that a user has given was not made, or why its answer does not count. */
export type Refusal =
  | 'is no address of the web'
  | 'names a user or a password'
  | 'leads to an address that is not public'
  | 'answers with a redirect'
  | 'answers with too much'
  | 'does not answer in time'
  | 'cannot be reached';

/** The end of a request to the outside: an answer with any status, or the reason why there is none. */
export type OutsideAnswer = { status: number; body: string; retryAfter?: string } | { refusal: Refusal };

/** Finds the addresses of a host, as `dns.lookup` does. */
export type Lookup = (
  host: string,
  options: { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface OutsideOptions {
  /** Networks that may be reached although they are not public, such as `10.0.0.0/8`: `Config.outsideNetworks`. */
  allowed?: readonly string[];
  /** Nothing but these networks may be reached. */
  onlyAllowed?: boolean;
  headers?: Readonly<Record<string, string>>;
  /** Ends the request. */
  signal?: AbortSignal;
  /** Milliseconds for all of it; 10 seconds by default. */
  timeLimit?: number;
  /** Bytes of the answer; 64 KB by default. */
  sizeLimit?: number;
  /** The answer ends after the limit, and what came until then counts. Without it, a longer answer is refused. */
  cutsAnswer?: boolean;
  lookup?: Lookup;
}

/** All public IPv6 addresses are in it. The rest is local, or reserved for uses that nobody has thought of yet. */
const publicIpv6 = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number];

/** Whether everybody may reach an address: no private, local or reserved one, and none that hides another one within it. */
function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  return parsed.range() === 'unicast' && (parsed.kind() === 'ipv4' || (parsed as ipaddr.IPv6).match(publicIpv6));
}

type Limits = Pick<OutsideOptions, 'allowed' | 'onlyAllowed'>;

const isReachable = (address: string, { allowed = [], onlyAllowed = false }: Limits) =>
  (!onlyAllowed && isPublic(address)) || isListed(address, allowed);

/** The host of an address, without the brackets of IPv6. */
const hostOf = ({ hostname }: URL) => hostname.replace(/^\[(.*)\]$/, '$1');

/**
 * Whether an address that a user has given may be asked, as far as its text tells. The addresses behind a name are checked when it is asked.
 * @returns undefined if it may
 */
export function refusalOf(address: string, limits: Limits = {}): Refusal | undefined {
  if (!URL.canParse(address)) return 'is no address of the web';
  const url = new URL(address);
  if (!/^https?:$/.test(url.protocol)) return 'is no address of the web';
  if (url.username || url.password) return 'names a user or a password';
  // The parser has turned other spellings of IPv4, such as 0x7f.1 and 2130706433, into the usual one.
  const host = hostOf(url);
  if (isIP(host) && !isReachable(host, limits)) return 'leads to an address that is not public';
  return undefined;
}

class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal);
    this.refusal = refusal;
  }
}

/**
 * Checks the addresses of a host and hands exactly these to the connection. So a name that changes its address after the check gains nothing.
 */
const checkedLookup =
  (lookup: Lookup, limits: Limits): LookupFunction =>
  (host, options, done) =>
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, [], 0);
      if (!addresses.every(({ address }) => isReachable(address, limits))) {
        return done(new Refused('leads to an address that is not public'), [], 0);
      }
      const [first] = addresses;
      if (!first) return done(new Refused('cannot be reached'), [], 0);
      if (options.all) return done(null, addresses);
      return done(null, first.address, first.family);
    });

/**
 * Posts JSON, or a form, to an address that a user has given. Such an address must not lead into the operator's own network, so only public addresses are
 * connected to. They are looked up and checked at every call. Redirects are not followed.
 * @param body a value, the bytes of its JSON, or a form
 * @returns the answer, or the reason why there is none; it contains nothing of the network
 */
export const postOutside = (address: string, body: unknown, options: OutsideOptions = {}): Promise<OutsideAnswer> =>
  ask('POST', address, body, options);

/** Asks an address of the outside with GET, under the same rules as `postOutside`. */
export const getOutside = (address: string, options: OutsideOptions = {}): Promise<OutsideAnswer> =>
  ask('GET', address, undefined, options);

async function ask(method: 'GET' | 'POST', address: string, body: unknown, options: OutsideOptions): Promise<OutsideAnswer> {
  const { timeLimit = 10_000, signal } = options;
  const refusal = refusalOf(address, options);
  if (refusal) return { refusal };
  const inTime = AbortSignal.timeout(timeLimit);
  try {
    return await send(method, new URL(address), body, options, signal ? AbortSignal.any([signal, inTime]) : inTime);
  } catch (error) {
    if (error instanceof Refused) return { refusal: error.refusal };
    signal?.throwIfAborted();
    return { refusal: inTime.aborted ? 'does not answer in time' : 'cannot be reached' };
  }
}

function send(
  method: 'GET' | 'POST',
  url: URL,
  body: unknown,
  { headers = {}, sizeLimit = 64 * 1024, cutsAnswer = false, lookup = systemLookup, ...limits }: OutsideOptions,
  signal: AbortSignal,
): Promise<OutsideAnswer> {
  const isForm = body instanceof URLSearchParams;
  const written = isForm ? body.toString() : JSON.stringify(body);
  const text = body === undefined ? undefined : Buffer.isBuffer(body) ? body : Buffer.from(written);
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method,
        // Connections are not kept, because a kept one would not be looked up and checked again.
        agent: false,
        lookup: checkedLookup(lookup, limits),
        signal,
        headers: {
          ...headers,
          ...(text && {
            'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
            'content-length': text.length,
          }),
          accept: 'application/json',
          'user-agent': 'Foyer',
        },
      },
      async (response) => {
        const fail = (refusal: Refusal) => {
          reject(new Refused(refusal));
          response.destroy();
        };
        const status = response.statusCode as number;
        if (status >= 300 && status < 400) return fail('answers with a redirect');
        const { 'retry-after': retryAfter } = response.headers;
        const parts: Buffer[] = [];
        let size = 0;
        const done = () =>
          resolve({
            status,
            body: Buffer.concat(parts).subarray(0, sizeLimit).toString('utf8'),
            ...(retryAfter === undefined ? {} : { retryAfter }),
          });
        response.on('error', reject);
        response.on('data', (part: Buffer) => {
          size += part.length;
          if (size <= sizeLimit || cutsAnswer) parts.push(part);
          if (size <= sizeLimit) return;
          if (!cutsAnswer) return fail('answers with too much');
          done();
          response.destroy();
        });
        response.on('end', done);
      },
    );
    sent.on('error', reject);
    sent.end(text);
  });
}
