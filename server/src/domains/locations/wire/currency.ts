import { currencySymbol } from '../dictionaries.ts';

const names = new Intl.DisplayNames('en', { type: 'currency' });

/** A currency in analytics. @param iso ISO 4217 code */
export const presentCurrency = (iso: string) => ({
  // Currencies have no ids here.
  id: 0,
  iso,
  name: names.of(iso) ?? iso,
  symbol: currencySymbol(iso),
  is_symbol_after_amount: false,
});
