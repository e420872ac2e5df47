import type { Stripe } from 'stripe';
import { BadSignature, type Callback, type PaymentProvider, ProviderRefused } from './provider.ts';

/** The keys of an account at Stripe. */
export interface StripeKeys {
  secretKey: string;
  webhookSecret: string;
}

/** Milliseconds that one call may take. */
const timeout = 10_000;

/** Amounts of these have no digits behind the point, and Stripe counts them in hundredths all the same. Source: Stripe's documentation. */
const inHundredths = new Set(['ISK', 'UGX']);
const toStripe = (minor: number, currency: string) => (inHundredths.has(currency) ? minor * 100 : minor);
const fromStripe = (amount: number, currency: string) => (inHundredths.has(currency) ? amount / 100 : amount);

/** Marks the payments of this server, in the metadata. */
const mark = 'foyer_prepayment';

const idOf = (of: string | { id: string } | null): string => (typeof of === 'string' ? of : (of?.id ?? ''));

/**
 * Takes payments by Stripe Checkout.
 * @param apiUrl another address for Stripe's API, for a double of it; empty for Stripe itself
 */
export async function stripeProvider({ secretKey, webhookSecret }: StripeKeys, apiUrl: string): Promise<PaymentProvider> {
  const { default: Client } = await import('stripe');
  const stripe = new Client(secretKey, { maxNetworkRetries: 1, timeout, telemetry: false, ...addressOf(apiUrl) });

  /** @throws ProviderRefused, unless the reason says that the state is the wanted one; other errors if a later call may succeed */
  const wanted = async (work: Promise<unknown>, isFine: (error: Stripe.errors.StripeError) => boolean) => {
    try {
      await work;
    } catch (error) {
      const { StripeCardError, StripeInvalidRequestError } = Client.errors;
      const isFinal =
        error instanceof StripeCardError || (error instanceof StripeInvalidRequestError && error.statusCode !== 409);
      if (!isFinal) throw error;
      if (!isFine(error)) throw new ProviderRefused(error.code ?? 'invalid request');
    }
  };

  return {
    createLink: async ({ key, locationId, minor, currency, description, returnUrl }) => {
      const metadata = { [mark]: key, foyer_location: String(locationId) };
      const session = await stripe.checkout.sessions.create(
        {
          mode: 'payment',
          allowed_payment_method_types: ['card'],
          client_reference_id: key,
          metadata,
          payment_intent_data: { metadata },
          line_items: [
            {
              quantity: 1,
              price_data: {
                currency: currency.toLowerCase(),
                unit_amount: toStripe(minor, currency),
                product_data: { name: description },
              },
            },
          ],
          success_url: returnUrl,
          cancel_url: returnUrl,
        },
        { idempotencyKey: `${key}-link` },
      );
      if (!session.url) throw new Error('Stripe answered a session without an address');
      return { id: session.id, url: session.url };
    },

    capture: ({ paymentId, minor, currency, key }) =>
      wanted(
        stripe.paymentIntents.capture(
          paymentId,
          { amount_to_capture: toStripe(minor, currency) },
          { idempotencyKey: `${key}-capture` },
        ),
        (error) => error.payment_intent?.status === 'succeeded',
      ),

    refund: ({ paymentId, minor, currency, key }) =>
      wanted(
        stripe.refunds.create(
          { payment_intent: paymentId, amount: toStripe(minor, currency) },
          { idempotencyKey: `${key}-refund` },
        ),
        (error) => error.code === 'charge_already_refunded',
      ),

    cancel: async ({ linkId, paymentId, key }) => {
      // A session that is paid or has ended already cannot expire; what was paid comes as a callback.
      if (paymentId === null) {
        await wanted(stripe.checkout.sessions.expire(linkId, {}, { idempotencyKey: `${key}-expire` }), () => true);
      } else {
        await wanted(stripe.paymentIntents.cancel(paymentId, {}, { idempotencyKey: `${key}-cancel` }), () => true);
      }
    },

    readCallback: async (body, headers) => {
      let event: Stripe.Event;
      try {
        event = stripe.webhooks.constructEvent(body, headers['stripe-signature'] as string, webhookSecret);
      } catch (error) {
        if (error instanceof Client.errors.StripeSignatureVerificationError) throw new BadSignature();
        throw error;
      }
      return callbackOf(event);
    },
  };
}

function callbackOf(event: Stripe.Event): Callback | undefined {
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded': {
      const session = event.data.object;
      const key = session.metadata?.[mark];
      if (!key || session.payment_status !== 'paid') return undefined;
      const currency = (session.currency ?? '').toUpperCase();
      const minor = fromStripe(session.amount_total ?? 0, currency);
      return { kind: 'paid', key, paymentId: idOf(session.payment_intent), minor, currency };
    }
    case 'checkout.session.expired':
    case 'checkout.session.async_payment_failed': {
      const key = event.data.object.metadata?.[mark];
      return key ? { kind: 'ended', key } : undefined;
    }
    case 'payment_intent.amount_capturable_updated': {
      const { id, metadata, amount_capturable: amount, currency: code } = event.data.object;
      const [key, currency] = [metadata[mark], code.toUpperCase()];
      return key ? { kind: 'authorised', key, paymentId: id, minor: fromStripe(amount, currency), currency } : undefined;
    }
    default:
      return undefined;
  }
}

function addressOf(apiUrl: string) {
  if (apiUrl === '') return {};
  const { hostname, port, protocol } = new URL(apiUrl);
  const scheme = protocol === 'http:' ? ('http' as const) : ('https' as const);
  return { host: hostname, port: port || (scheme === 'http' ? 80 : 443), protocol: scheme };
}
