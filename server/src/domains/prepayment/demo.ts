import { sameSecret, signature } from '../../platform/secrets.ts';
import { BadSignature, type Callback, type PaymentProvider } from './provider.ts';

/** The header with the signature of a callback: `<seconds>.<signature>`. */
export const demoSignatureHeader = 'demo-signature';

/** Seconds for which a signed callback is accepted. */
const tolerance = 300;

/** Signs a callback of the demo's provider as its page sends it. @param at seconds since 1970 */
export const signDemoCallback = (signingKey: Buffer, body: string, at = Math.floor(Date.now() / 1000)): string =>
  `${at}.${signature(signingKey, `demo payment ${at} ${body}`)}`;

const toId = (key: string) => `demo-${key}`;

/**
 * The provider of the demo. Its page is `/demo/payments/…` of this server, where a visitor chooses what happens. It keeps nothing, so
 * every call may be repeated.
 */
export const demoProvider = ({ signingKey, address }: { signingKey: Buffer; address: string }): PaymentProvider => ({
  createLink: async ({ key, locationId }) => ({ id: toId(key), url: `${address}/demo/payments/${locationId}/${key}` }),
  capture: async () => {},
  refund: async () => {},
  cancel: async () => {},
  readCallback: async (body, headers) => {
    const header = headers[demoSignatureHeader];
    const text = body.toString('utf8');
    const at = Number(/^(\d{1,12})\./.exec(String(header))?.[1]);
    const isFresh = Math.abs(Date.now() / 1000 - at) <= tolerance;
    if (!isFresh || !sameSecret(String(header), signDemoCallback(signingKey, text, at))) throw new BadSignature();
    return JSON.parse(text) as Callback;
  },
});
