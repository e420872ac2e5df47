import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js';

/** The digits of a phone number in any common spelling, without `+`. */
export const phoneDigits = (text: string): string => text.normalize('NFKC').replace(/\D/g, '');

/**
 * A phone number in E.164 (`+13155550175`). International numbers are accepted with or without the plus sign (the published API writes
 * `13155550175`). National numbers are read in the location's country. Numbers of 9 to 15 digits that no numbering plan knows are kept, as
 * in the published service.
 * @returns undefined if the number has fewer than 9 or more than 15 digits (the rule of bulk_create_clients)
 */
export function normalizePhone(text: string, countryCode?: string): string | undefined {
  const trimmed = text.normalize('NFKC').trim();
  const digits = phoneDigits(trimmed);
  if (digits.length < 7 || digits.length > 15 || /[^\d\s()+.\-/]/.test(trimmed)) return undefined;
  const international = parsePhoneNumberFromString(`+${digits.replace(/^00/, '')}`);
  if (trimmed.startsWith('+') || trimmed.startsWith('00'))
    return international?.isPossible() ? international.number : e164(digits);
  const national = isCountry(countryCode) ? parsePhoneNumberFromString(trimmed, countryCode) : undefined;
  // Digits that are valid both ways are a national spelling, unless they begin with the country's own calling code.
  if (international?.isValid() && (!national?.isValid() || international.country === countryCode)) return international.number;
  if (national?.isValid()) return national.number;
  return e164(digits);
}

function e164(digits: string): string | undefined {
  return digits.length >= 9 && digits.length <= 15 && !digits.startsWith('00') ? `+${digits}` : undefined;
}

const isCountry = (code: string | undefined): code is CountryCode => code !== undefined && isSupportedCountry(code);

/** Whether a number is valid in its country's numbering plan; a number without `+` is read as an international one. */
export function isValidPhone(text: string): boolean {
  const trimmed = text.normalize('NFKC').trim();
  if (/[^\d\s()+.\-/]/.test(trimmed)) return false;
  return parsePhoneNumberFromString(trimmed.startsWith('+') ? trimmed : `+${phoneDigits(trimmed)}`)?.isValid() ?? false;
}

/**
 * A number that a person types to be reached by it. Unlike normalizePhone, it reads a number that no numbering plan knows as a national
 * one, unless it begins with + or 00. The number must have as many digits as numbers of its country can have. Otherwise a national number
 * with a missing digit could be taken for a number of another country.
 */
export function reachablePhone(text: string, countryCode?: string): string | undefined {
  const phone = normalizePhone(text, countryCode);
  if (!phone || isValidPhone(phone)) return phone;
  const isInternational = /^(\+|00)/.test(text.normalize('NFKC').trim());
  const known =
    isCountry(countryCode) && !isInternational
      ? parsePhoneNumberFromString(text, countryCode)
      : parsePhoneNumberFromString(phone);
  return known?.isPossible() ? known.number : undefined;
}

/** A number in groups of digits, as people read it: `+1 212 555 0100`. @param phone in E.164 */
export const readablePhone = (phone: string): string => parsePhoneNumberFromString(phone)?.formatInternational() ?? phone;

/** The calling code of a number's country, without `+`: `1` of +13155550175. Empty when no numbering plan knows the number. @param phone in E.164 */
export const callingCode = (phone: string): string => parsePhoneNumberFromString(phone)?.countryCallingCode ?? '';

/** The country of a number's numbering plan, ISO 3166-1 alpha-2. Undefined if no plan knows the number. @param phone in E.164 */
export const countryOfPhone = (phone: string): string | undefined => parsePhoneNumberFromString(phone)?.country;
