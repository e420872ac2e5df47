import { sameSecret, signature } from '../../platform/secrets.ts';

/** What links in messages are made with. */
export interface Links {
  signingKey: Buffer;
  /** The address of the server; empty if it is not known, so messages have no links. */
  publicUrl: string;
}

/** 72 bits of a signature: nobody guesses them, and an SMS costs by its characters. */
const proofOf = (key: Buffer, locationId: number, clientId: number) =>
  signature(key, `opt-out ${locationId} ${clientId}`).slice(0, 12);
/** An id in six characters, so all tokens have the same length, and so do the SMS of a campaign. */
const idText = (id: number) => id.toString(36).padStart(6, '0');

/** The token with which a client ends mailings without signing in. It does nothing else, so it never expires. */
export const optOutToken = (key: Buffer, locationId: number, clientId: number): string =>
  // The ids are last: programs that find addresses in a text may leave out a hyphen at its end.
  `${proofOf(key, locationId, clientId)}${idText(locationId)}${idText(clientId)}`;

/** The client that a token belongs to. Undefined if it is not one of ours. */
export function clientOfToken(key: Buffer, token: string): { locationId: number; clientId: number } | undefined {
  const [, proof, location, client] = /^([\w-]{12})([0-9a-z]{6})([0-9a-z]{6})$/.exec(token) ?? [];
  if (proof === undefined || location === undefined || client === undefined) return undefined;
  const [locationId, clientId] = [Number.parseInt(location, 36), Number.parseInt(client, 36)];
  return sameSecret(proof, proofOf(key, locationId, clientId)) ? { locationId, clientId } : undefined;
}

/** Where a client ends mailings. Empty if the address of the server is not known. */
export const optOutLink = ({ publicUrl, signingKey }: Links, locationId: number, clientId: number): string =>
  publicUrl && `${publicUrl}/u/${optOutToken(signingKey, locationId, clientId)}`;

/** The text of a mailing with the link that ends mailings. */
export const withOptOut = (text: string, link: string): string => (link ? `${text}\n${link}` : text);
