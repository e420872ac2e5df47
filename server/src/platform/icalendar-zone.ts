import { LRUCache } from 'lru-cache';
import { Temporal } from 'temporal-polyfill';
import { offsetMinutes } from './clock.ts';

/** A change of a zone's offset from UTC. */
interface Transition {
  /** The wall-clock time at which it happens, by the offset before it. */
  onset: Temporal.PlainDateTime;
  before: string;
  after: string;
  isForward: boolean;
}

const minute = 60_000;

/** How far apart instants are looked at, in days. No zone changes its offset and back within two weeks. */
const daysBetweenLooks = 14;

const offsetText = (minutes: number) => {
  const size = Math.abs(minutes);
  const [hours, rest] = [Math.trunc(size / 60), size % 60].map((value) => String(value).padStart(2, '0'));
  return `${minutes < 0 ? '-' : '+'}${hours}:${rest}`;
};

/**
 * The changes of a zone in years of UTC, both included, ascending. The offsets that `clock.ts` remembers are asked, because looking for a
 * transition with Temporal takes up to half a second.
 */
function transitionsIn(timeZone: string, first: number, last: number): Transition[] {
  const found: Transition[] = [];
  const offsetAt = (at: number) => offsetMinutes(new Date(at), timeZone);
  const end = Date.UTC(last + 1, 0, 1);
  let from = Date.UTC(first, 0, 1);
  while (from < end) {
    const to = Math.min(end, from + daysBetweenLooks * 24 * 60 * minute);
    const [before, after] = [offsetAt(from), offsetAt(to)];
    if (before !== after) {
      let [low, high] = [from, to];
      while (high - low > minute) {
        const middle = low + Math.floor((high - low) / 2 / minute) * minute;
        if (offsetAt(middle) === before) low = middle;
        else high = middle;
      }
      const wall = new Date(high + before * minute).toISOString().slice(0, 19);
      const onset = Temporal.PlainDateTime.from(wall);
      found.push({ onset, before: offsetText(before), after: offsetText(after), isForward: after > before });
    }
    from = to;
  }
  return found;
}

/** The weekday of a date as a rule says it: `-1SU` for the last Sunday of a month, `2SU` for the second. */
const weekdayRules = (date: Temporal.PlainDateTime): string[] => {
  const weekday = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'][date.dayOfWeek - 1] as string;
  const fromStart = `${Math.ceil(date.day / 7)}${weekday}`;
  return date.day + 7 > date.daysInMonth ? [`-1${weekday}`, fromStart] : [fromStart];
};

/** The yearly rule that all of these follow, one in each year. Undefined if they follow none. */
function ruleOf(transitions: readonly Transition[]): { bymonth: number; byday: string } | undefined {
  const [one, ...others] = transitions as [Transition, ...Transition[]];
  const follow = others.every(
    ({ onset, before, after }, index) =>
      onset.year === one.onset.year + index + 1 &&
      onset.month === one.onset.month &&
      onset.toPlainTime().equals(one.onset.toPlainTime()) &&
      before === one.before &&
      after === one.after,
  );
  const byday = weekdayRules(one.onset).find((rule) => transitions.every(({ onset }) => weekdayRules(onset).includes(rule)));
  return follow && byday ? { bymonth: one.onset.month, byday } : undefined;
}

/** The years around the wanted ones that must follow a rule, too. */
const yearsAround = 2;

const components = new LRUCache<string, unknown[]>({ max: 1000 });

/**
 * The VTIMEZONE of a zone for some years, both included, as jCal. It says what the clock of this server says, so it never contradicts other
 * answers. If the zone follows one rule a year, it is written as a rule, because Outlook reads no other form; otherwise, each change is listed.
 */
export function timeZoneComponent(timeZone: string, first: number, last: number): unknown[] {
  const key = `${timeZone} ${first} ${last}`;
  let component = components.get(key);
  if (!component) components.set(key, (component = makeComponent(timeZone, first, last)));
  return component;
}

function makeComponent(timeZone: string, first: number, last: number): unknown[] {
  const around = transitionsIn(timeZone, first - yearsAround, last + yearsAround);
  const [forward, back] = [around.filter(({ isForward }) => isForward), around.filter(({ isForward }) => !isForward)];
  const years = last - first + 1 + 2 * yearsAround;
  const [spring, autumn] = forward.length === years && back.length === years ? [ruleOf(forward), ruleOf(back)] : [];
  const observances =
    spring && autumn
      ? [observance(forward[0] as Transition, spring), observance(back[0] as Transition, autumn)]
      : [inForce(around[0], timeZone, first - yearsAround), ...around].map((each) => observance(each));
  return ['vtimezone', [['tzid', {}, 'text', timeZone]], observances];
}

/** What the clock follows before the first change, as if it had always done so. */
function inForce(next: Transition | undefined, timeZone: string, year: number): Transition {
  const offset = next?.before ?? offsetText(offsetMinutes(new Date(Date.UTC(year, 0, 1)), timeZone));
  return { onset: Temporal.PlainDateTime.from('1970-01-01T00:00'), before: offset, after: offset, isForward: false };
}

const observance = ({ onset, before, after, isForward }: Transition, rule?: { bymonth: number; byday: string }) => [
  isForward ? 'daylight' : 'standard',
  [
    ['dtstart', {}, 'date-time', onset.toString({ smallestUnit: 'second' })],
    ['tzoffsetfrom', {}, 'utc-offset', before],
    ['tzoffsetto', {}, 'utc-offset', after],
    ...(rule ? [['rrule', {}, 'recur', { freq: 'YEARLY', ...rule }]] : []),
  ],
  [],
];
