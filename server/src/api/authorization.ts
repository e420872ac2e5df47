/** The tokens of a request. */
export interface Credentials {
  partnerToken?: string;
  userToken?: string;
}

const schemes = new Map<string, keyof Credentials>([
  ['bearer', 'partnerToken'],
  ['user', 'userToken'],
]);

/**
 * Reads `Authorization: Bearer <partner_token>, User <user_token>`: in any letter case, in either order, with any spaces
 * around the parts, with the comma or (as some clients of the published API send it) only spaces between them.
 * @returns undefined when the header is malformed: an unknown scheme, a scheme twice, or a scheme without a token
 */
export function parseAuthorization(header: string | undefined): Credentials | undefined {
  if (header === undefined || header.length > 4096) return undefined;
  const words = header.split(/[\s,]+/).filter(Boolean);
  if (words.length === 0 || words.length > 4) return undefined;
  const found: Credentials = {};
  for (let i = 0; i < words.length; i += 2) {
    const name = schemes.get((words[i] as string).toLowerCase());
    const token = words[i + 1];
    if (!name || !token || found[name] !== undefined) return undefined;
    found[name] = token;
  }
  return found;
}
