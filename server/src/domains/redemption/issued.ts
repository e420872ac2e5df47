import type { Location } from '../../api/access.ts';
import type { Write } from '../../api/write.ts';
import type { Quantity } from '../../platform/quantity.ts';

export type IssuingPlace = Pick<Location, 'id' | 'chainId' | 'timeZone' | 'currency'>;

/** A line of a sale whose product issues something, or did. */
export interface SoldLine {
  id: number;
  amount: Quantity;
  /** As it was sold; empty for none. */
  code: string;
  /** The buyer: of the line, or of its appointment. Null if nobody is known. */
  clientId: number | null;
  /** The buyer's, E.164. */
  phone: string | null;
  /** When it is sold. */
  at: Date;
  /** Whether it still is: undone lines are deleted. */
  isSold: boolean;
  /** The types that its product issues; 0 for none. */
  giftCardTypeId: number;
  membershipTypeId: number;
}

/** What was issued for a line, and is not taken back. */
export interface Issued {
  id: number;
  lineId: number;
  typeId: number;
  balanceIds: readonly number[];
}

/** A kind of things that are issued when a product is sold. */
export interface IssueKind<Row extends Issued = Issued> {
  /** With the columns `location_id`, `line_id` and `deleted_at`. */
  table: 'gift_cards' | 'memberships';
  /** The type that a line issues; 0 for none. */
  typeOf(line: SoldLine): number;
  /** Locks what was issued for lines, in the order of its ids. It does not lock balances. */
  lock(write: Write, location: IssuingPlace, lineIds: readonly number[]): Promise<Row[]>;
  /** Issues one for each line. @throws Invalid, BadRequest */
  issue(write: Write, location: IssuingPlace, lines: readonly SoldLine[]): Promise<void>;
  /** Gives it the code and the buyer that the line has now. It is locked. @throws Invalid, BadRequest */
  change(write: Write, location: IssuingPlace, line: SoldLine, issued: Row): Promise<void>;
  /** Deletes what was issued. It is locked, with its balances. @throws Invalid if one is used */
  takeBack(write: Write, location: IssuingPlace, issued: readonly Row[]): Promise<void>;
}
