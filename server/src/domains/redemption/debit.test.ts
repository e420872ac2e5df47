import { beforeEach, describe, expect, test } from 'vitest';
import { contradictions } from '../../../test/consistency.ts';
import { onPostgres, testDatabase, testServer } from '../../../test/harness.ts';
import { makeDue, runDueJobs } from '../../../test/jobs.ts';
import { type Members, openMembers } from '../../../test/members.ts';
import type { Transact } from '../../api/write.ts';
import { beginStrictly } from '../../surfaces/changes.ts';
import { debitMemberships } from './debit.ts';

let club: Members;
beforeEach(async () => {
  club = await openMembers();
  await settings({ is_abonement_autopayment_enabled: 1 });
});

const minutes = 60_000;
const hours = 60 * minutes;
const inTime = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();

const settings = async (fields: object, service = club.service) =>
  club.must('PATCH', `/services/${club.place}/${service}`, {
    ...(await wholeService(service)),
    ...fields,
  });
/** What a service has now, as patch_service requires it. */
async function wholeService(service: number) {
  const { title, category_id, duration, price_min, price_max } = await club.must(
    'GET',
    `/company/${club.place}/services/${service}`,
  );
  const times = { seance_search_start: 0, seance_search_finish: 86_400, step: 900, seance_search_step: 900 };
  const kinds = { is_multi: false, tax_variant: 0, vat_id: 0, is_need_limit_date: false };
  return { title, booking_title: title, category_id, duration, price_min, price_max, ...times, ...kinds };
}

/** Sold two days ago, so that visits of today may use it. */
const soldFor = async (fields: Record<string, unknown> = {}, line: object = {}, sold = -48 * hours) =>
  club.issue((await club.addType(fields)).product, line, { create_date: inTime(sold) });
const began = (ago: number, fields: Parameters<Members['visited']>[0] = {}) =>
  club.visited({ attendance: 0, datetime: inTime(-ago), ...fields });
const visitsOf = async (id: number) => (await club.one(id)).united_balance_services_count;
const usesOf = async (document: number) =>
  (await club.sale(document)).data.state.loyalty_transactions.map(
    (row: { type_id: number; amount: number; loyalty_abonement_id: number }) => [
      row.type_id,
      row.amount,
      row.loyalty_abonement_id,
    ],
  );
const work = async () => {
  await makeDue({ kind: 'memberships' });
  await runDueJobs(await testServer(), { kind: 'memberships' });
};
const transact = async (): Promise<Transact> =>
  beginStrictly((await testDatabase()).db, { userId: null, address: 'http://localhost' });

describe('when a visit begins, its client’s membership pays it', () => {
  test.each([0, -1, 1, 2])('in attendance %d, which stays, and once', async (attendance) => {
    const { id } = await soldFor({ period: 1, period_unit_id: 3 });
    const { document, appointment } = await began(5 * minutes, { attendance });
    await work();
    await work();
    expect([await usesOf(document), await visitsOf(id)]).toEqual([[[9, 60, id]], 9]);
    expect(await club.read(appointment.id)).toMatchObject({ paid_full: 1, attendance });
    expect(await club.one(id)).toMatchObject({ status: { id: 2 }, activated_date: expect.any(String) });
    expect(await contradictions(club.place)).toEqual([]);
  });

  test('and not before, unless the service says so', async () => {
    const { id } = await soldFor();
    const { document } = await began(-90 * minutes);
    await work();
    expect(await visitsOf(id)).toBe(10);
    await settings({ autopayment_before_visit_time: 3600 });
    await work();
    expect(await visitsOf(id)).toBe(10);
    await settings({ autopayment_before_visit_time: 7200 });
    await work();
    expect([await visitsOf(id), await usesOf(document)]).toEqual([9, [[9, 60, id]]]);
  });

  test('only for services that say so, and that it covers', async () => {
    const [silent, foreign] = [
      await club.shop.addService({ title: 'Pilates', priceMin: 50, priceMax: 50 }),
      await club.shop.addService({ title: 'Massage', priceMin: 40, priceMax: 40 }),
    ];
    await settings({ is_abonement_autopayment_enabled: 1 }, foreign);
    const { id } = await soldFor({ services: { [club.service]: 0, [silent]: 0 } });
    const { document } = await began(5 * minutes, { services: [club.service, silent, foreign] });
    await work();
    expect([await usesOf(document), await visitsOf(id)]).toEqual([[[9, 60, id]], 9]);
  });

  test('not when it began more than a day ago, and for a client without a membership', async () => {
    const { id } = await soldFor();
    await began(25 * hours);
    const stranger = await club.shop.addClient();
    const { document } = await began(5 * minutes, { client: stranger.id });
    await work();
    expect([await visitsOf(id), await usesOf(document)]).toEqual([10, []]);
  });
});

describe('no visit is taken', () => {
  test('for one that was cancelled, and one that was moved to another time; the latter pays then', async () => {
    const { id } = await soldFor();
    const cancelled = await began(5 * minutes);
    const moved = await began(3 * minutes);
    expect((await club.shop.call('DELETE', `/record/${club.place}/${cancelled.appointment.id}`)).status).toBeLessThan(300);
    const move = async (to: number) => {
      const { staff_id, services, client, seance_length } = await club.read(moved.appointment.id);
      await club.must('PUT', `/record/${club.place}/${moved.appointment.id}`, {
        staff_id,
        services,
        client,
        seance_length,
        save_if_busy: true,
        datetime: inTime(to),
      });
    };
    await move(3 * hours);
    await work();
    expect(await visitsOf(id)).toBe(10);
    await move(-1 * minutes);
    await work();
    expect([await visitsOf(id), await usesOf(moved.document)]).toEqual([9, [[9, 60, id]]]);
    // What is paid stays paid when it moves again.
    await move(-2 * minutes);
    await work();
    expect(await visitsOf(id)).toBe(9);
  });

  test('for one that is paid, in part too, or covered', async () => {
    const { id } = await soldFor();
    const [whole, part] = [await began(9 * minutes), await began(8 * minutes)];
    await club.payment(whole.document, 60);
    await club.payment(part.document, 1);
    const { document } = await began(7 * minutes, { attendance: 1 });
    await club.use(document, id);
    await work();
    // Appointments of a client on one day are one visit. This is the use by hand.
    expect([await usesOf(whole.document), await visitsOf(id)]).toEqual([[[9, 60, id]], 9]);
  });

  test('again after the desk has given it back', async () => {
    const { id } = await soldFor();
    const { document } = await began(5 * minutes);
    await work();
    const [{ id: payment }] = (await club.sale(document)).data.state.loyalty_transactions;
    await club.undo(document, payment);
    await work();
    expect(await visitsOf(id)).toBe(10);
  });

  test('from one that is frozen, expired, used up, sold after the visit began, or not for this time', async () => {
    const frozen = await soldFor({ expiration_type_id: 2, period: 30, allow_freeze: true });
    await club.act(frozen.id, 'freeze');
    await soldFor({ expiration_type_id: 2, period: 1, period_unit_id: 1 });
    const empty = await soldFor({ balance_edit_type_id: 2 });
    await club.act(empty.id, 'set_balance', { united_balance_services_count: 0 });
    await soldFor({}, {}, -1 * minutes);
    await soldFor({ availability: [{ week_days: [1, 2, 3, 4, 5, 6, 7], intervals: [{ from: 0, to: 1 }] }] });
    const { document } = await began(5 * minutes);
    await work();
    expect(await usesOf(document)).toEqual([]);
  });
});

describe('of several memberships', () => {
  test('the one that ends first pays, and those without an end come last', async () => {
    const forever = await soldFor();
    const month = await soldFor({ expiration_type_id: 2, period: 30, united_balance_services_count: 1 });
    const week = await soldFor({ expiration_type_id: 2, period: 7, united_balance_services_count: 1 });
    const paid = [];
    for (const ago of [20, 15, 10]) {
      const { document } = await began(ago * minutes);
      await work();
      paid.push((await usesOf(document)).at(-1)[2]);
    }
    expect(paid).toEqual([week.id, month.id, forever.id]);
  });

  test('the one that the client has chosen for a series comes first', async () => {
    const [chosen] = [await soldFor(), await soldFor({ expiration_type_id: 2, period: 30 })];
    const { document, appointment } = await began(5 * minutes);
    const { query } = await testDatabase();
    await query({
      text: `with event as (
          insert into events (location_id, team_member_id, service_id, starts_at, duration, capacity)
          values ($1, $2, $3, now(), 3600, 3) returning id),
        series as (
          insert into event_series (location_id, original_event_id, date_from, date_to)
          select $1, id, current_date, current_date from event returning id),
        attended as (
          insert into client_series (location_id, series_id, client_id, day_ids, membership_id)
          select $1, id, $4, '{}', $5 from series returning id)
        update appointments set client_series_id = attended.id from attended where location_id = $1 and appointments.id = $6`,
      values: [club.place, club.member, club.service, club.buyer.id, chosen.id, appointment.id],
    });
    await work();
    expect(await usesOf(document)).toEqual([[9, 60, chosen.id]]);
  });

  test('each pays what it covers', async () => {
    const other = await club.shop.addService({ title: 'Pilates', priceMin: 50, priceMax: 50 });
    await settings({ is_abonement_autopayment_enabled: 1 }, other);
    const [yoga, pilates] = [await soldFor({ service_price_correction: true }), await soldFor({ services: { [other]: 0 } })];
    const { document } = await began(5 * minutes, { services: [other, club.service] });
    await work();
    expect((await usesOf(document)).toSorted()).toEqual([
      [10, 20, yoga.id],
      [9, 40, yoga.id],
      [9, 60, pilates.id],
    ]);
    expect(await contradictions(club.place)).toEqual([]);
  });
});

test('a process that is killed before the commit has done nothing, and the next one does it', async () => {
  const { id } = await soldFor();
  const { document } = await began(5 * minutes);
  const real = await transact();
  const killed: Transact = (work) =>
    real(async (write) => {
      const result = await work(write);
      if (!Array.isArray(result)) throw new Error('killed');
      return result;
    });
  await expect(debitMemberships(killed)).rejects.toThrow('killed');
  expect([await usesOf(document), await visitsOf(id)]).toEqual([[], 10]);
  await debitMemberships(real);
  expect([await usesOf(document), await visitsOf(id)]).toEqual([[[9, 60, id]], 9]);
});

test.runIf(onPostgres())('many processes at once, and desks that pay, move and cancel, take each visit once', async () => {
  const { id } = await soldFor({ united_balance_services_count: 100 });
  const booked = [];
  for (let count = 0; count < 12; count++) booked.push(await began((count + 1) * minutes, { attendance: 1 }));
  const real = await transact();
  const answers = await Promise.all([
    ...Array.from({ length: 4 }, () => debitMemberships(real).then(() => 200)),
    ...booked.slice(0, 4).map(({ document }) => club.use(document, id).then(({ status }) => status)),
    ...booked.slice(4, 8).map(({ document }) => club.payment(document, 60).then(({ status }) => status)),
    ...booked
      .slice(8, 10)
      .map(({ appointment }) => club.shop.call('DELETE', `/record/${club.place}/${appointment.id}`).then(({ status }) => status)),
  ]);
  expect(answers.filter((status) => status >= 500)).toEqual([]);
  // All of them are one visit, of which two appointments are gone.
  const { state, payment_methods } = (await club.sale(booked[0]?.document as number)).data;
  const uses = state.loyalty_transactions.length;
  expect(payment_methods[0].applicable_amount).toBe(0);
  expect(uses + state.payment_transactions.length).toBe(10);
  expect(await visitsOf(id)).toBe(100 - uses);
  expect(await contradictions(club.place)).toEqual([]);
});
