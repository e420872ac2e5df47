/** What the client is asked to pay. */
export interface LinkRequest {
  /** Names the payment. A repeated call with the same key has no further effect and gives the same link. */
  key: string;
  locationId: number;
  /** In the smallest unit of the currency. */
  minor: number;
  /** ISO 4217 */
  currency: string;
  /** What the page of the provider shows. */
  description: string;
  /** Where the client goes afterwards, whether paid or not. */
  returnUrl: string;
}

export interface PaymentLink {
  id: string;
  /** The page on which the client pays. */
  url: string;
}

/** What a provider tells about a payment. `key` is that of its link. */
export type Callback =
  | { kind: 'authorised' | 'paid'; key: string; paymentId: string; minor: number; currency: string }
  | { kind: 'ended'; key: string };

/** The headers of a callback. */
export type CallbackHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Takes payments. Every call carries a key, and may be repeated with it after a crash. */
export interface PaymentProvider {
  /** Makes the page on which a client pays. @throws Error */
  createLink(request: LinkRequest): Promise<PaymentLink>;
  /**
   * Takes the money of an authorised payment.
   * @throws ProviderRefused if it will never be possible, Error if it may be later
   */
  capture(payment: { paymentId: string; minor: number; currency: string; key: string }): Promise<void>;
  /** Gives money back. Nothing happens if that was done already. @throws Error */
  refund(refund: { paymentId: string; minor: number; currency: string; key: string }): Promise<void>;
  /**
   * Makes sure that nothing can be paid with a link any more, and gives up an authorised payment. Nothing happens if it has ended or is
   * paid already. @throws Error
   */
  cancel(payment: { linkId: string; paymentId: string | null; key: string }): Promise<void>;
  /**
   * Reads a callback after checking its signature over the bytes as they came.
   * @returns undefined for news that are not about payments of this server
   * @throws BadSignature
   */
  readCallback(body: Buffer, headers: CallbackHeaders): Promise<Callback | undefined>;
}

/** A callback was not signed by the provider, or too long ago. */
export class BadSignature extends Error {
  override readonly name = 'BadSignature';
}

/** The provider did not do what it was asked for. The cause says why. */
export class ProviderFailed extends Error {
  override readonly name = 'ProviderFailed';
}

/** The provider refuses for good. */
export class ProviderRefused extends Error {
  override readonly name = 'ProviderRefused';
}
