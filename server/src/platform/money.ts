const digits = new Map<string, number>();

/** How many digits a currency has behind the point: 2 for EUR, 0 for JPY, 3 for KWD. @param currency ISO 4217 code */
export function currencyDigits(currency: string): number {
  let known = digits.get(currency);
  if (known === undefined) {
    known = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
    digits.set(currency, known);
  }
  return known;
}
