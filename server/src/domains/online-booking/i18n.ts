/** The languages of the published operation, and what they are called elsewhere. */
const locales = {
  'en-US': 'en-US',
  'de-DE': 'de-DE',
  'lv-LV': 'lv-LV',
  'ee-EE': 'et-EE',
  'lt-LT': 'lt-LT',
  'uk-UK': 'uk-UA',
} as const;

export type LanguageCode = keyof typeof locales;

type Texts = typeof import('./data/i18n.en-US.json', { with: { type: 'json' }});

const known = new Map<LanguageCode, Promise<Texts>>();

/**
 * The texts of a booking form. They exist in English and German; in other languages the names of months and days are those of the
 * language, and the rest is English until somebody translates it.
 */
export function bookingFormTexts(code: LanguageCode): Promise<Texts> {
  let texts = known.get(code);
  if (!texts) known.set(code, (texts = load(code)));
  return texts;
}

async function load(code: LanguageCode): Promise<Texts> {
  const { default: english } = await import('./data/i18n.en-US.json', { with: { type: 'json' } });
  if (code === 'en-US') return english;
  if (code === 'de-DE') return (await import('./data/i18n.de-DE.json', { with: { type: 'json' } })).default;
  return withCalendar(english, locales[code]);
}

/** Puts the names of months and days of a language into the texts. */
function withCalendar(texts: Texts, locale: string): Texts {
  const month = (at: number, length: 'long' | 'short') =>
    new Intl.DateTimeFormat(locale, { month: length, timeZone: 'UTC' }).format(new Date(Date.UTC(2024, at, 15)));
  /** In a date: some languages decline it. */
  const monthOfDate = (at: number) =>
    new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', timeZone: 'UTC' })
      .formatToParts(new Date(Date.UTC(2024, at, 15)))
      .find(({ type }) => type === 'month')?.value ?? month(at, 'long');
  const weekday = (at: number, length: 'long' | 'short') =>
    new Intl.DateTimeFormat(locale, { weekday: length, timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, 1 + at)));
  const englishMonths = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const shortMonths = {
    ...Object.fromEntries(englishMonths.map((name, at) => [name, month(at, 'short')])),
    March: month(2, 'short'),
  };
  const named = (names: object, name: (at: number) => string) =>
    Object.fromEntries(Object.keys(names).map((key, at) => [key, name(at)])) as never;
  return {
    ...texts,
    ...shortMonths,
    date: {
      ...texts.date,
      by_month_num: Object.fromEntries(
        Object.keys(texts.date.by_month_num).map((key) => [key, monthOfDate(Number(key) - 1)]),
      ) as never,
      by_month_short: shortMonths as never,
    },
    time: {
      ...texts.time,
      by_week_day: named(texts.time.by_week_day, (at) => weekday(at, 'short')),
      by_full_week_day: named(texts.time.by_full_week_day, (at) => weekday(at, 'long')),
    },
  };
}
