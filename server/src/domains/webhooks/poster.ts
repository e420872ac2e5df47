import type { Config } from '../../platform/config.ts';
import { postOutside } from '../../platform/outside-request.ts';
import type { Post } from './told.ts';

/** Milliseconds for the whole answer. Source: the published documents. */
const timeLimit = 15_000;
/** The bytes of an answer that the log keeps. */
const keptBytes = 1024;

/** Posts to the addresses of webhooks. Each try checks the address anew. */
export const webhookPoster =
  ({ mode, outsideNetworks }: Pick<Config, 'mode' | 'outsideNetworks'>): Post =>
  (url, body, { headers, signal }) =>
    postOutside(url, body, {
      allowed: outsideNetworks,
      // A demo does not let its visitors send requests to others.
      onlyAllowed: mode === 'demo',
      headers,
      timeLimit,
      sizeLimit: keptBytes,
      cutsAnswer: true,
      ...(signal ? { signal } : {}),
    });
