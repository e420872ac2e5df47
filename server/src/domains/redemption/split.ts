import type { Location } from '../../api/access.ts';
import { compare } from '../../platform/exact.ts';
import { currencyDigits, type Money, minus, noMoney, share, sum } from '../../platform/money.ts';
import type { DueItem } from '../sales/sale.ts';

const least = (one: Money, other: Money) => (compare(one, other) < 0 ? one : other);

/**
 * Splits an amount over items in proportion to what is due, in the digits of the currency; the last one takes the rest. 100 over 20 and 3000
 * are 0.66 and 99.34. Source: recorded withdrawals. No item gets more than what is due for it.
 * @param amount at most what is due in all
 * @returns the items that get something
 */
export function splitOver(
  amount: Money,
  items: readonly DueItem[],
  location: Pick<Location, 'currency'>,
): { item: DueItem; amount: Money }[] {
  const open = items.filter(({ due }) => compare(due, noMoney) > 0);
  if (open.length === 0 || compare(amount, noMoney) <= 0) return [];
  const parts = share(
    amount,
    open.map(({ due }) => due),
    currencyDigits(location.currency),
  ).map((part, index) => least(part, (open[index] as DueItem).due));
  let rest = minus(amount, sum(parts));
  return open.flatMap((item, index) => {
    const part = parts[index] as Money;
    // Rounding may give the last item more than its due: the others have room for it.
    const more = least(rest, minus(item.due, part));
    rest = minus(rest, more);
    const whole = sum([part, more]);
    return compare(whole, noMoney) > 0 ? [{ item, amount: whole }] : [];
  });
}
