import type { Location } from '../../api/access.ts';
import { Invalid } from '../../api/errors.ts';
import { currencyDigits, isRounded, type Money } from '../../platform/money.ts';

/**
 * Refuses amounts with more digits than the currency of the location has, such as half a yen.
 * @param amounts by the field that has them
 * @throws Invalid for these fields
 */
export function expectCurrencyDigits(location: Pick<Location, 'currency'>, amounts: Record<string, Money | undefined>): void {
  const digits = currencyDigits(location.currency);
  const wrong = Object.entries(amounts).filter(([, amount]) => amount !== undefined && !isRounded(amount, digits));
  if (wrong.length === 0) return;
  const message = digits === 0 ? 'must be a whole number' : `must have at most ${digits} digits after the point`;
  throw new Invalid(Object.fromEntries(wrong.map(([field]) => [field, [message]])));
}
