import { Temporal } from 'temporal-polyfill';
import { testDatabase } from './harness.ts';

/** What a report is asked for. */
export interface Asked {
  from: string;
  to: string;
  team_member_id?: number | undefined;
  position_id?: number | undefined;
  user_id?: number | undefined;
}

interface Booked {
  id: number;
  member: number;
  user: number | null;
  visit: number;
  client: number | null;
  start: number;
  duration: number;
  attendance: number;
  online: boolean;
  form: string | null;
  cost: number;
  goods: number;
}

interface Sold {
  document: number;
  member: number | null;
  user: number | null;
  at: number;
  cost: number;
}

const date = (at: number, zone: string) =>
  Temporal.Instant.fromEpochMilliseconds(at * 1000)
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .toString();
const add = (day: string, days: number) => Temporal.PlainDate.from(day).add({ days }).toString();
const listOf = (from: string, to: string) => {
  const days: string[] = [];
  for (let day = from; day <= to; day = add(day, 1)) days.push(day);
  return days;
};
const total = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
const money = (cents: number) => String(Math.round(cents) / 100);
const halfUp = (part: number, whole: number) => Math.floor(part / whole + 0.5);
const change = (now: number, before: number) =>
  before === 0 ? (now === 0 ? 0 : null) : Math.trunc(((now - before) * 100) / before) + 0;

/** Everything that analytics are about, as the tables have it. Amounts are cents. */
async function everythingOf(place: number) {
  const { query } = await testDatabase();
  const rows = <Row extends object>(text: string) => query<Row>({ text, values: [place] });
  const [location] = await rows<{ zone: string; currency: string }>(
    'select time_zone as zone, currency from locations where id = $1',
  );
  return {
    ...(location as { zone: string; currency: string }),
    booked: await rows<Booked>(`
      select id, team_member_id as member, created_by as user, visit_id as visit, client_id as client,
        floor(extract(epoch from starts_at))::float8 as start, duration, attendance, is_online as online,
        (select title from booking_forms where booking_forms.location_id = $1 and booking_forms.id = booking_form_id) as form,
        (select coalesce(sum(cost) * 100, 0)::float8 from appointment_services where location_id = $1 and appointment_id = appointments.id) as cost,
        (select coalesce(sum(cost) * 100, 0)::float8 from document_lines
          where location_id = $1 and document_id = appointments.document_id and type = 1 and deleted_at is null) as goods
      from appointments where location_id = $1 and deleted_at is null`),
    sold: await rows<Sold>(`
      select document_id as document, document_lines.team_member_id as member, documents.user_id as user, floor(extract(epoch from document_lines.at))::float8 as at,
        (cost * 100)::float8 as cost
      from document_lines join documents on documents.id = document_id
      where document_lines.location_id = $1 and document_lines.type = 1 and documents.type = 1
        and document_lines.deleted_at is null and documents.deleted_at is null`),
    toppedUp: await rows<Omit<Sold, 'document'>>(`
      select team_member_id as member, user_id as user, floor(extract(epoch from created_at))::float8 as at, (amount * 100)::float8 as cost
      from client_account_transactions where location_id = $1 and amount > 0 and deleted_at is null`),
    hours: await rows<{ member: number; day: string; slots: string }>(
      `select team_member_id as member, date::text as day, slots::text from work_days
      join team_members on team_members.location_id = work_days.location_id and team_members.id = team_member_id
      join locations on locations.id = work_days.location_id
      where work_days.location_id = $1 and coalesce(date <= (team_members.deleted_at at time zone time_zone)::date, true)`,
    ),
    clients: await rows<{ id: number; phone: string | null }>('select id, phone from clients where location_id = $1'),
    members: await rows<{ id: number; position: number | null }>(
      'select id, position_id as position from team_members where location_id = $1',
    ),
  };
}

/**
 * Counts everything from scratch, one row after the other, as the notes describe the figures. Nothing of the server is used.
 * @returns the answers of all operations of analytics
 */
export async function countedFromScratch(place: number, asked: Asked, lossDays = 60) {
  const all = await everythingOf(place);
  const { zone } = all;
  const phones = new Set(all.clients.flatMap(({ id, phone }) => (phone === null ? [] : [id])));
  const isClient = (id: number | null): id is number => id !== null && phones.has(id);
  const ofMember = (id: number | null) => {
    if (asked.team_member_id !== undefined && id !== asked.team_member_id) return false;
    return (
      asked.position_id === undefined || all.members.some((member) => member.id === id && member.position === asked.position_id)
    );
  };
  const ofUser = (id: number | null) => asked.user_id === undefined || id === asked.user_id;
  const wanted = <Row extends { member: number | null; user: number | null }>(rows: readonly Row[]) =>
    rows.filter(({ member, user }) => ofMember(member) && ofUser(user));
  const booked = wanted(all.booked);
  const sold = wanted(all.sold);
  const toppedUp = wanted(all.toppedUp);

  /** The days on which each client came. */
  const came = new Map<number, string[]>();
  for (const { client, attendance, start } of all.booked) {
    if (attendance === 1 && isClient(client)) came.set(client, [...(came.get(client) ?? []), date(start, zone)].sort());
  }

  /** The minutes of appointments on the wall clock of each day, by member. */
  const minutes = (which: (attendance: number) => boolean) => {
    const taken = new Map<string, Set<string>>();
    for (const { member, start, duration, attendance } of booked) {
      if (!which(attendance)) continue;
      for (let at = start; at < start + duration; at += 60) {
        const local = Temporal.Instant.fromEpochMilliseconds(at * 1000).toZonedDateTimeISO(zone);
        const day = local.toPlainDate().toString();
        taken.set(day, (taken.get(day) ?? new Set()).add(`${member} ${local.hour}:${local.minute}`));
      }
    }
    return (day: string) => taken.get(day) ?? new Set<string>();
  };
  const spentOn = minutes((attendance) => attendance !== -1);
  const missedOn = minutes((attendance) => attendance === -1);
  const hoursOn = (day: string) =>
    total(
      all.hours
        .filter((hours) => hours.day === day && ofMember(hours.member))
        .flatMap(({ slots }) => [...slots.matchAll(/\[(\d+),(\d+)\)/g)].map(([, from, to]) => Number(to) - Number(from))),
    );

  const sumsOf = (days: readonly string[]) => {
    const within = (at: number) => days.includes(date(at, zone));
    const here = booked.filter(({ start }) => within(start));
    const arrived = here.filter(({ attendance }) => attendance === 1);
    const sales = sold.filter(({ at }) => within(at));
    const spent = days.map(spentOn);
    const missed = days.map((day) => [...missedOn(day)].filter((minute) => !spentOn(day).has(minute)));
    const services = total(arrived.map(({ cost }) => cost));
    const goods = total([...arrived.map(({ goods: cost }) => cost), ...sales.map(({ cost }) => cost)]);
    const visits = new Set(
      arrived.flatMap(({ client, visit, start }) => (client === null ? [] : [`${visit} ${date(start, zone)}`])),
    ).size;
    const guests = arrived.filter(({ client }) => client === null).length;
    const scheduled = total(days.map(hoursOn));
    const percent = (seconds: number) => (scheduled === 0 ? 0 : halfUp(seconds * 1000, scheduled) / 10);
    const count = (attendance: number) => here.filter((each) => each.attendance === attendance).length;
    return {
      here,
      arrived,
      services,
      goods,
      revenue: services + goods + total(toppedUp.filter(({ at }) => within(at)).map(({ cost }) => cost)),
      visits,
      guests,
      sales: new Set(sales.map(({ document }) => document)).size,
      occupancy: percent(total(spent.map(({ size }) => size)) * 60),
      wasted: percent(total(missed.map(({ length }) => length)) * 60),
      count,
    };
  };

  const days = listOf(asked.from, asked.to);
  const current = sumsOf(days);
  const previous = sumsOf(listOf(add(asked.from, -days.length), add(asked.from, -1)));
  const sum = (of: (sums: typeof current) => number) => ({
    current_sum: money(of(current)),
    previous_sum: money(of(previous)),
    change_percent: change(Math.round(of(current)), Math.round(of(previous))),
  });
  const { maximumFractionDigits: digits = 2 } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency: all.currency,
  }).resolvedOptions();
  const unit = 10 ** (2 - digits);
  const mean = (amount: number, number: number) => (number === 0 ? 0 : halfUp(amount, number * unit) * unit);
  const records = current.here.length;
  const shareOf = (part: number, whole: number) => (whole === 0 ? null : halfUp(part * 100, whole));
  const active = [...new Set(current.arrived.flatMap(({ client }) => (isClient(client) ? [client] : [])))];
  const fresh = active.filter((client) => (came.get(client)?.[0] as string) >= asked.from).length;
  const lost = [...came.values()].filter((visited) => {
    const last = visited.filter((day) => day <= asked.to).at(-1);
    return last !== undefined && last < add(asked.to, -lossDays);
  }).length;
  const pending = current.count(0) + current.count(2);

  const onDays = days.map((day) => ({ day, sums: sumsOf([day]) }));
  type OnDay = (typeof onDays)[number];
  const line = (valueOn: (on: OnDay) => number) => onDays.map((on) => [Date.parse(`${on.day}T00:00:00Z`), valueOn(on)]);
  const isNew = ({ client, start }: Booked) =>
    isClient(client) && !(came.get(client) ?? []).some((day) => day < date(start, zone));
  const labelOf = ({ online, form, user }: Booked) => form ?? (online ? 'Widget' : user === null ? 'API' : 'Administrator');
  const sources = new Map<string, number>();
  for (const each of current.here) sources.set(labelOf(each), (sources.get(labelOf(each)) ?? 0) + 1);

  return {
    overall: {
      income_total_stats: sum(({ revenue }) => revenue),
      income_services_stats: sum(({ services }) => services),
      income_goods_stats: sum(({ goods }) => goods),
      income_average_stats: sum(({ revenue, visits, guests, sales }) => mean(revenue, visits + guests + sales)),
      income_average_services_stats: sum(({ services, visits, guests }) => mean(services, visits + guests)),
      fullness_stats: {
        current_percent: current.occupancy,
        previous_percent: previous.occupancy,
        change_percent: change(Math.round(current.occupancy * 10), Math.round(previous.occupancy * 10)),
      },
      record_stats: {
        current_completed_count: current.count(1),
        current_completed_percent: shareOf(current.count(1), records),
        current_pending_count: pending,
        current_pending_percent: shareOf(pending, records),
        current_canceled_count: current.count(-1),
        current_canceled_percent: shareOf(current.count(-1), records),
        current_total_count: records,
        previous_total_count: previous.here.length,
        change_percent: change(records, previous.here.length),
      },
      client_stats: {
        total_count: all.clients.length,
        new_count: fresh,
        new_percent: shareOf(fresh, active.length) ?? 0,
        return_count: active.length - fresh,
        return_percent: shareOf(active.length - fresh, active.length) ?? 0,
        active_count: active.length,
        lost_count: lost,
        lost_percent: shareOf(lost, all.clients.length) ?? 0,
      },
    },
    fullness_daily: [line(({ sums }) => sums.occupancy), line(({ sums }) => sums.wasted)],
    income_daily: [
      line(({ sums }) => sums.revenue / 100),
      line(({ sums }) => sums.services / 100),
      line(({ sums }) => sums.goods / 100),
    ],
    records_daily: [
      line(({ sums }) => sums.here.length),
      line(({ sums }) => sums.here.filter(({ online }) => online).length),
      line(({ sums }) => sums.here.filter(isNew).length),
    ],
    record_source: Object.fromEntries(sources),
    record_status: [current.count(0), current.count(1), current.count(2), current.count(-1)],
  };
}

type Call = (path: string) => Promise<{ status: number; data: unknown; body: unknown }>;

/** The same from the server, without currencies and labels that never change. */
export async function answered(call: Call, place: number, { from, to, ...filter }: Asked) {
  const query = new URLSearchParams({ date_from: from, date_to: to });
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) query.set(name, String(value));
  const get = async (chart: string) => {
    const answer = await call(`/company/${place}/analytics/overall${chart}?${query}`);
    if (answer.status !== 200) throw new Error(`${chart}: ${JSON.stringify(answer.body)}`);
    return chart === '' ? answer.data : answer.body;
  };
  const lines = async (chart: string) => ((await get(`/charts/${chart}`)) as { data: unknown }[]).map(({ data }) => data);
  const overall = structuredClone(await get('')) as Record<string, Record<string, unknown>>;
  for (const stats of Object.values(overall)) delete stats.currency;
  // A position is no filter of the other charts.
  const byPosition = filter.position_id !== undefined;
  return {
    overall,
    income_daily: await lines('income_daily'),
    ...(!byPosition && {
      fullness_daily: await lines('fullness_daily'),
      records_daily: await lines('records_daily'),
      record_source: Object.fromEntries(
        ((await get('/charts/record_source')) as { label: string; data: number }[]).map(({ label, data }) => [label, data]),
      ),
      record_status: await lines('record_status'),
    }),
  };
}
