import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { readCalendar as read } from '../../test/calendars.ts';
import { type Calendar, type CalendarEntry, writeCalendar } from './icalendar.ts';

const entry = (fields: Partial<CalendarEntry> = {}): CalendarEntry => ({
  uid: 'appointment-1@test',
  start: new Date('2026-03-10T09:00:00Z'),
  end: new Date('2026-03-10T10:00:00Z'),
  createdAt: new Date('2026-03-01T08:00:00Z'),
  changedAt: new Date('2026-03-02T08:00:00.900Z'),
  isCancelled: false,
  summary: 'Haircut',
  description: '',
  location: '',
  ...fields,
});

const write = (entries: CalendarEntry[], fields: Partial<Calendar> = {}) =>
  writeCalendar({ title: 'Salon', timeZone: 'Europe/Berlin', entries, position: undefined, ...fields });

test('an entry is read as it was written', async () => {
  const { calendar, events } = read(await write([entry()], { position: { latitude: 52.5, longitude: 13.4 } }));
  expect(events).toEqual([
    {
      uid: 'appointment-1@test',
      start: '2026-03-10T09:00:00.000Z',
      end: '2026-03-10T10:00:00.000Z',
      zone: 'Europe/Berlin',
      summary: 'Haircut',
      description: null,
      location: null,
      sequence: 86_400,
      status: 'CONFIRMED',
    },
  ]);
  expect(calendar.getFirstPropertyValue('x-wr-calname')).toBe('Salon');
  const [event] = calendar.getAllSubcomponents('vevent');
  expect(event?.getFirstPropertyValue('geo')).toEqual([52.5, 13.4]);
  expect(String(event?.getFirstPropertyValue('last-modified'))).toBe('2026-03-02T08:00:00Z');
  expect(String(event?.getFirstPropertyValue('dtstamp'))).toBe('2026-03-02T08:00:00Z');
});

test('a cancelled entry says so, and takes no time', async () => {
  const text = await write([entry({ isCancelled: true })]);
  expect(text).toContain('\r\nSTATUS:CANCELLED\r\n');
  expect(text).toContain('\r\nTRANSP:TRANSPARENT\r\n');
});

test('an empty calendar is one, too', async () => {
  const { calendar, events } = read(await write([]));
  expect(events).toEqual([]);
  expect(calendar.getFirstPropertyValue('version')).toBe('2.0');
});

test.each([
  'Haarschnitt; Färben, Föhnen\nzweite Zeile',
  'C:\\new',
  'Стрижка и укладка волос для постоянных клиентов нашего замечательного салона красоты',
  'قص الشعر وتصفيفه مع صبغة كاملة وعلاج بالكيراتين للشعر التالف والمجعد',
  '髪を切ってから染めて、最後にトリートメントをして乾かしてブローする特別なコース',
  '👩🏽‍🦱💇‍♀️'.repeat(20),
  `${'a'.repeat(66)}💇‍♀️`,
  'DTSTART:20200101T000000Z\nBEGIN:VEVENT',
  '"quoted"; x=1:2',
])('%s', async (summary) => {
  const text = await write([entry({ summary, description: summary, location: summary })]);
  expect(read(text).events).toMatchObject([{ summary, description: summary, location: summary }]);
  for (const line of text.split('\r\n')) {
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(line).not.toMatch(/[\r\n]/);
    // No line ends within a character.
    expect(Buffer.from(line, 'utf8').toString('utf8')).not.toContain('\ufffd');
  }
  expect(text.endsWith('\r\nEND:VCALENDAR\r\n')).toBe(true);
});

test('line breaks of other systems are one, and control characters are left out', async () => {
  expect(read(await write([entry({ summary: 'a\r\nb\rc\u0000\u0007d\te' })])).events[0]?.summary).toBe('a\nb\ncd\te');
});

test('the hour that the clocks skip, and the hour that they repeat', async () => {
  const hours = (from: string) =>
    Array.from({ length: 12 }, (_, half) => new Date(Date.parse(from) + half * 30 * 60_000)).map((start, index) =>
      entry({ uid: `${from} ${index}`, start, end: new Date(start.getTime() + 45 * 60_000) }),
    );
  const entries = [...hours('2026-03-28T23:00:00Z'), ...hours('2026-10-24T22:00:00Z')];
  const { events } = read(await write(entries));
  expect(events.map(({ start, end }) => [start, end])).toEqual(
    entries.map(({ start, end }) => [start.toISOString(), end.toISOString()]),
  );
  // Only what begins or ends in the repeated hour is in UTC.
  expect(events.filter(({ zone }) => zone !== 'Europe/Berlin')).toHaveLength(5);
});

test('a leap day, and an entry over midnight into it', async () => {
  const start = new Date('2028-02-28T22:30:00Z');
  const text = await write([
    entry({ start, end: new Date('2028-02-28T23:30:00Z') }),
    entry({ start: new Date('2028-02-29T12:00:00Z'), end: new Date('2028-02-29T13:00:00Z') }),
  ]);
  expect(text).toContain('DTEND;TZID=Europe/Berlin:20280229T003000');
  expect(read(text).events.map(({ start: from }) => from)).toEqual(['2028-02-28T22:30:00.000Z', '2028-02-29T12:00:00.000Z']);
});

// With rules and without, on both hemispheres, with half an hour, from the west to the east of the date line; and zones that changed their
// law, pause in Ramadan, or have no daylight-saving time.
test.each([
  'America/New_York',
  'Europe/London',
  'Europe/Dublin',
  'Africa/Casablanca',
  'Africa/Cairo',
  'America/Santiago',
  'America/Asuncion',
  'America/Nuuk',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
  'Asia/Gaza',
  'Asia/Almaty',
  'Asia/Kathmandu',
  'Asia/Tokyo',
  'UTC',
])('a program that knows nothing of %s gets two years right', async (timeZone) => {
  const entries = Array.from({ length: 365 }, (_, day) => {
    const noon = Temporal.PlainDate.from('2025-06-01')
      .add({ days: 2 * day })
      .toZonedDateTime({ timeZone, plainTime: '12:30' });
    const start = new Date(noon.epochMilliseconds);
    return entry({ uid: String(day), start, end: new Date(start.getTime() + 1_800_000) });
  });
  const { events } = read(await write(entries, { timeZone }));
  expect(events.map(({ start }) => start)).toEqual(entries.map(({ start }) => start.toISOString()));
});

test('a zone with a yearly rule is described by it, as Outlook needs', async () => {
  const text = await write([entry()], { timeZone: 'Europe/Berlin' });
  expect(text.match(/RRULE:.*/g)).toEqual(['RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU', 'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU']);
  expect((await write([entry()], { timeZone: 'America/New_York' })).match(/BYMONTH.*/g)).toEqual([
    'BYMONTH=3;BYDAY=2SU',
    'BYMONTH=11;BYDAY=1SU',
  ]);
});

test('other work goes on while a calendar of thousands of entries is written', async () => {
  const entries = Array.from({ length: 3000 }, (_, index) => {
    const start = new Date(Date.UTC(2026, 0, 1) + index * 3_600_000);
    return entry({ uid: String(index), start, end: new Date(start.getTime() + 1_800_000) });
  });
  let turns = 0;
  const ticker = setInterval(() => (turns += 1), 0);
  const text = await write(entries);
  clearInterval(ticker);
  expect(text.match(/END:VEVENT/g)).toHaveLength(3000);
  expect(turns).toBeGreaterThan(0);
});
