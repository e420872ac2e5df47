import { sameSecret, signature } from '../../platform/secrets.ts';

/*
 * Links in messages that a person opens without signing in. The log of messages has their texts, so a link is not in the text: the text has
 * `%LINK%`, and the link is made when the message is sent. No token is stored anywhere, not even hashed: it is what it is about, and the
 * signature of that by the server's key.
 */

/** Stands for the link in a stored text. */
export const linkPlaceholder = '%LINK%';
/** Characters that a link takes in an SMS, more rather than fewer. The address of the server is not known when the price is. */
export const linkLength = 140;

/** The token about something: words, digits and hyphens. */
export const signedToken = (key: Buffer, about: string): string => `${about}-${signature(key, `link ${about}`)}`;

/** What a token is about. Undefined if it is not one of ours. */
export function aboutOf(key: Buffer, token: string): string | undefined {
  const [, about, signed] = /^([a-z0-9-]{1,60})-([\w-]{43})$/.exec(token.trim()) ?? [];
  if (about === undefined || signed === undefined) return undefined;
  return sameSecret(signed, signature(key, `link ${about}`)) ? about : undefined;
}

/** What a message links to: a page of this server, and what the token is about, as `/waiting#o-1-5`. */
export type SignedLink = `/${string}#${string}`;

/** A text with its link. Without a known address, it is the token, which the page asks for. The token is behind `#`, so it is in no log. */
export function withLink(text: string, link: string | null, key: Buffer, address: string): string {
  if (link === null) return text;
  const [page, about] = link.split('#') as [string, string];
  const token = signedToken(key, about);
  return text.replaceAll(linkPlaceholder, address ? `${address}${page}#${token}` : token);
}
