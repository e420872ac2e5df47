import { sameSecret, signature } from '../../platform/secrets.ts';

const about = (locationId: number, clientId: number) => `opt-out ${locationId} ${clientId}`;

/** The token with which a client ends mailings without signing in. It does nothing else, so it never expires. */
export const optOutToken = (key: Buffer, locationId: number, clientId: number): string =>
  `${locationId}-${clientId}-${signature(key, about(locationId, clientId))}`;

/** The client that a token belongs to. Undefined if it is not one of ours. */
export function clientOfToken(key: Buffer, token: string): { locationId: number; clientId: number } | undefined {
  const parts = /^([1-9]\d{0,9})-([1-9]\d{0,9})-([\w-]{43})$/.exec(token);
  if (!parts) return undefined;
  const [locationId, clientId] = [Number(parts[1]), Number(parts[2])];
  const isOurs = sameSecret(parts[3] as string, signature(key, about(locationId, clientId)));
  return isOurs ? { locationId, clientId } : undefined;
}

/** The address where a client ends mailings. */
export const optOutLink = (address: string, key: Buffer, locationId: number, clientId: number): string =>
  `${address}/unsubscribe/${optOutToken(key, locationId, clientId)}`;
