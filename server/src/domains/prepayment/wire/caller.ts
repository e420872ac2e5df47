import type { Services } from '../../../platform/services.ts';
import type { Payments } from '../settings.ts';

/** What rules of this room need of the server. @param address the address of the server */
export const paymentsOf = ({ config, signingKey }: Pick<Services, 'config' | 'signingKey'>, address: string): Payments => ({
  signingKey,
  stripeUrl: config.stripeUrl,
  isDemo: config.mode === 'demo',
  address,
});
