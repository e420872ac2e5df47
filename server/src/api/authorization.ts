import { Unauthorized } from './errors.ts';

/** 401 that says which token it is about. Which other tokens there are, or had been, stays unsaid. */
export const missingToken = (name: 'partner_token' | 'user_token') => refused({ [name]: ['is missing'] });
export const wrongToken = (name: 'partner_token' | 'user_token') => refused({ [name]: ['is not valid'] });
const refused = (errors: Record<string, string[]>) => new Unauthorized(undefined, errors);

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

/** The tokens of a request that needs a partner's. @throws Unauthorized when it has none, or the header cannot be read */
export function expectCredentials(header: string | undefined): Credentials & { partnerToken: string } {
  if (header === undefined) throw missingToken('partner_token');
  const { partnerToken, userToken } = parseAuthorization(header) ?? {};
  if (partnerToken) return { partnerToken, ...(userToken ? { userToken } : {}) };
  throw userToken
    ? missingToken('partner_token')
    : refused({ authorization: ['must be Bearer <partner_token>, User <user_token>'] });
}
