import type { Schema } from './example.ts';

/**
 * The day that examples are written for, a Monday. `nearToday` moves the dates to the present when they are shown to people. The committed
 * documents keep this day, so that they do not change every day.
 */
export const exampleDay = '2026-09-21';

/** The source of variety. Examples have none, so they are always the same. Generated data uses a seeded source. */
export interface Variety {
  pick<Item>(choices: readonly Item[]): Item;
  integer(minimum: number, maximum: number): number;
}

/** Always chooses the first option. */
export const noVariety: Variety = { pick: (choices) => choices[0] as never, integer: (minimum) => minimum };

type Choices = readonly [pattern: RegExp, values: readonly string[]];

/** Texts by the name of their field; the first pattern that matches decides. */
const texts: readonly Choices[] = [
  [/email$/, ['ada@example.com', 'grace@example.com', 'emmy@example.com']],
  [/phone_code$/, ['1', '44', '49']],
  [/phone_template$/, ['+1 (###) ###-####']],
  [/phone/, ['+12125550123', '+13155550142', '+16465550187']],
  [/avatar|photo|image|logo|picture|icon/, ['http://localhost:8080/images/no-photo.png']],
  [/facebook|instagram|telegram|whatsapp|viber|^vk$|app_ios|app_android/, ['https://example.com/lavender']],
  [/site$|url$|link$|^href$/, ['https://example.com/lavender']],
  [/color$/, ['#2f9e44', '#9c36b5', '#e03131']],
  [/timezone_name$|time_zone$/, ['America/New_York']],
  [/^timezone$/, ['-05:00']],
  [/currency_symbol$|^symbol$/, ['$']],
  [/currency/, ['USD']],
  [/^iso/, ['US']],
  [/lang|locale/, ['en-US']],
  [/country/, ['United States']],
  [/city/, ['New York']],
  [/address/, ['120 Example Street']],
  [/^zip$|postcode/, ['10001']],
  [/patronymic|middle_name/, ['Marie', 'Rose']],
  [/surname|last_?name/, ['Hart', 'Bell', 'Nair']],
  [/first_?name|^name$|client_name|user_name|^fullname$|display_name|fictive_name|^author$/, ['Olivia', 'Marcus', 'Priya']],
  [/specialization|^spec$|position/, ['Stylist', 'Colourist']],
  [/ip$|ip_address|allowed_ip/, ['203.0.113.7']],
  [/user_agent/, ['Mozilla/5.0']],
  [/mime/, ['image/png']],
  [/extension/, ['png']],
  [/file_?name/, ['photo.png']],
  [/barcode|article/, ['4006381333931', '5901234123457']],
  [/card/, ['10024578', '10031862']],
  [/token|hash|secret|^signature$|uuid|guid/, ['5f0c2b7e9a41d3868f20c1b4']],
  [/login/, ['olivia']],
  [/^password$/, ['a long password']],
  [/unit/, ['pcs', 'ml']],
  [/gender|^sex$/, ['Female', 'Male']],
  [/importance/, ['Gold', 'Silver']],
  [
    /comment|note|^text$|^body$|message|instructions|information|description|descr$|hint/,
    ['Prefers mornings', 'Likes a quiet appointment'],
  ],
  [/slug/, ['lavender-studio']],
  [/^type$/, ['service']],
  [/^from$|^since$/, ['10:00']],
  [/^to$|^till$|^until$/, ['18:00']],
  [/record_from/, ['Booking page']],
  [/(service|item|good|product)s?_(title|name)$/, ['Haircut', 'Colour', 'Shampoo']],
  [/title$|label$|_name$/, ['Lavender', 'Rosemary', 'Thyme']],
  [/schedule/, ['Mon-Sat 9:00-20:00']],
  [/code$|_id$|^id$|number$/, ['1024', '2048']],
  [/sum$|price|cost|amount|balance|value$|discount/, ['40', '25', '60']],
];

/** Numbers by the name of their field; the first pattern that matches decides. */
const numbers: readonly (readonly [RegExp, readonly number[]])[] = [
  [/(^|_)ids?$/, []],
  [/latitude|coordinate_lat/, [40.75]],
  [/longitude|coordinate_lo/, [-73.99]],
  [/percent|discount/, [10, 5, 15]],
  [/price|cost|sum$|amount|balance|total|paid|spent|salary|revenue|income|payment/, [40, 25, 60, 95.5]],
  [/timestamp|datetime|_date$|^date$/, []],
  [/duration|length|seconds/, [3600, 1800, 5400]],
];

/** Whether a text is a date or a date and time, according to its description or else its name. */
export function dateKind(name: string, { description = '', format }: Schema): 'date' | 'date-time' | undefined {
  if (format === 'date' || format === 'date-time') return format;
  if (/^date-?time|ISO ?8601/i.test(description)) return 'date-time';
  if (/^date\b|YYYY-MM-DD(?!.*(HH|hh|T))|^Y-m-d/.test(description)) return 'date';
  if (/^(?:\w+_)?datetime$|_at$|(?:^|_)date_create$|(?:create|change|update)_date$/.test(name)) return 'date-time';
  if (/^date$|^date_|_date$|_till$|birthday/.test(name)) return 'date';
  return undefined;
}

/** A realistic text for a field of this name. */
export function believableText(name: string, schema: Schema, { pick, integer }: Variety): string {
  const { minLength = 0, maxLength = 255, pattern } = schema;
  const kind = dateKind(name, schema);
  const day = `2026-09-${21 + integer(0, 8)}`;
  const dated = kind === 'date' ? day : kind === 'date-time' ? `${day}T${pick(['10', '12', '15'])}:00:00-04:00` : undefined;
  const birthday = /birth/.test(name) ? '1990-05-17' : undefined;
  const choices = texts.find(([named]) => named.test(name.toLowerCase()))?.[1];
  const value = birthday ?? dated ?? (choices ? pick(choices) : name.replaceAll('_', ' '));
  if (pattern && !new RegExp(pattern, 'u').test(value))
    return name.replaceAll('_', ' ').padEnd(minLength, '.').slice(0, maxLength);
  return value.padEnd(minLength, '.').slice(0, maxLength);
}

/** A realistic number for a field of this name, within its bounds. */
export function believableNumber(name: string, schema: Schema, isWhole: boolean, { pick, integer }: Variety): number {
  const { minimum = 1, maximum = 9999 } = schema;
  const choices = numbers.find(([named]) => named.test(name))?.[1] ?? [];
  const fits = choices.filter(
    (value) =>
      value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity) && (!isWhole || Number.isInteger(value)),
  );
  if (fits.length) return pick(fits);
  const { multipleOf = 1 } = schema;
  const lowest = Math.min(Math.max(1, minimum), maximum);
  return Math.ceil(integer(lowest, Math.max(lowest, Math.min(maximum, 9999) - multipleOf + 1)) / multipleOf) * multipleOf;
}
