import type { Static } from 'typebox';
import type { Location } from '../../../api/access.ts';
import type { Read, Write } from '../../../api/write.ts';
import type { Money } from '../../../platform/money.ts';
import type { Authorized } from '../../appointments/wire/caller.ts';
import type { Covering, DueItem, Sale } from '../../sales/sale.ts';
import type { SaleAnswer } from '../../sales/wire/schemas.ts';

type Answer = Static<typeof SaleAnswer>;
export type SaleLoyaltyTransaction = Answer['state']['loyalty_transactions'][number];
export type SalePaymentMethod = Answer['payment_methods'][number];

/** A sale with what is still to be paid. */
export interface OpenSale {
  sale: Sale;
  items: readonly DueItem[];
  due: Money;
  chain: { id: number; title: string };
  /** Whether the caller may take payments. */
  mayPay: boolean;
}

/** What a caller pays with. */
export interface LoyaltyPayment {
  cardId?: number | undefined;
  promotionId?: number | undefined;
  giftCardId?: number | undefined;
  membershipId?: number | undefined;
  amount?: Money | undefined;
  /** The code of a gift card or a membership. */
  number?: string | undefined;
  referrerPhone?: string | undefined;
}

/** One way to pay a sale by loyalty. */
export interface LoyaltyMethod {
  /** The types of transactions that it makes, with the words that the published API has for them. */
  types: Partial<Record<Covering['type'], string>>;
  /** What the transactions come from, by their id: the properties that name it. */
  sourcesOf(
    db: Read,
    location: Pick<Location, 'id' | 'chainId' | 'timeZone'>,
    chain: OpenSale['chain'],
    coverings: readonly Covering[],
  ): Promise<Map<number, Partial<SaleLoyaltyTransaction>>>;
  /** What the client of a sale can pay with in this way. */
  methodsOf(caller: Authorized, open: OpenSale): Promise<SalePaymentMethod[]>;
  /** Pays a locked sale. @throws Forbidden, Invalid */
  pay(write: Write, caller: Authorized, sale: Sale, payment: LoyaltyPayment): Promise<void>;
}
