import { NotFound } from '../../api/errors.ts';
import type { Read, Transact } from '../../api/write.ts';
import { readablePhone } from '../../platform/phone.ts';
import { findBookingForm, tokenOfPage } from '../booking-settings/form.ts';
import { country } from '../locations/dictionaries.ts';
import { getLocation } from '../locations/location.ts';
import { bookingFormTexts, type LanguageCode } from './i18n.ts';

/** The data that the booking page needs before the visitor has chosen anything. */
export interface BookingPage {
  form: number;
  /** Calls the public surface for the location. */
  token: string;
  location: {
    id: number;
    title: string;
    address: string;
    phone: string;
    /** ISO 4217 */
    currency: string;
    /** ISO 3166-1 alpha-2 */
    country: string;
  };
  /** BCP 47 */
  language: string;
  texts: Awaited<ReturnType<typeof bookingFormTexts>>;
}

/** The languages of the texts. Some published codes are those of a country. */
const languages: Record<string, LanguageCode> = {
  en: 'en-US',
  de: 'de-DE',
  lv: 'lv-LV',
  et: 'ee-EE',
  lt: 'lt-LT',
  uk: 'uk-UK',
};

/** The language that most people of a country read; `de` of DE. */
const languageOf = (countryCode: string) =>
  countryCode ? new Intl.Locale('und', { region: countryCode }).maximize().language : '';

/**
 * The page of a booking form, in the first requested language with texts, else in the language of the country, else in English.
 * @param key the server's signing key
 * @param wanted BCP 47, the best first
 * @returns undefined if there is no such form, or its location is closed
 */
export async function findBookingPage(
  db: Read,
  transact: Transact,
  key: Buffer,
  formId: number,
  wanted: readonly string[],
): Promise<BookingPage | undefined> {
  const form = await findBookingForm(db, formId);
  const location = form && (await getLocation(db, form.locationId).catch(unlessClosed));
  const token = location && (await tokenOfPage(db, transact, key, form));
  if (!location || token === undefined) return undefined;
  const countryCode = country(location.countryId)?.isoCode ?? '';
  const candidates = [...wanted.map((tag) => tag.toLowerCase().split('-')[0] as string), languageOf(countryCode)];
  const language = candidates.find((tag) => Object.hasOwn(languages, tag)) ?? 'en';
  return {
    form: form.id,
    token,
    location: {
      id: location.id,
      title: location.publicTitle || location.title,
      address: [location.address, location.city].filter(Boolean).join(', '),
      phone: readablePhone(location.phones[0] ?? ''),
      currency: location.currency,
      country: countryCode,
    },
    language,
    texts: await bookingFormTexts(languages[language] as LanguageCode),
  };
}

/** A closed location has no page. */
function unlessClosed(error: unknown): undefined {
  if (!(error instanceof NotFound)) throw error;
}
