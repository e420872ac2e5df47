import { and, asc, eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { somePhone, testDatabase } from '../../../test/harness.ts';
import { openOnlineSalon, signInClient } from '../../../test/online.ts';
import { salonDates, setHours } from '../../../test/salon.ts';
import { interrupted } from '../../../test/statements.ts';
import { toMoney, toPercent } from '../../platform/money.ts';
import { appointments } from '../appointments/tables.ts';
import { serviceParts, serviceResources, services, serviceTeamMembers } from '../catalog/tables.ts';
import { getPlace } from '../locations/location.ts';
import { choosableServices } from './slots.ts';

const monday = salonDates[0] as string;

/**
 * A salon with the composite service Spa of a Wash of half an hour and a Cut of an hour. The member of the salon gives both, the second one gives
 * the Wash, and the third one the Cut.
 */
async function openSpa() {
  const salon = await openOnlineSalon();
  const { shop, place, member, link } = salon;
  const { db } = await testDatabase();
  const [spa, wash, cut] = [
    await shop.addService({ title: 'Spa', duration: 600, priceMin: 1, priceMax: 1 }),
    await shop.addService({ title: 'Wash', duration: 1800, priceMin: 10, priceMax: 20 }),
    await shop.addService({ title: 'Cut', duration: 3600, priceMin: 30, priceMax: 50 }),
  ];
  const [washer, cutter] = [await shop.addTeamMember(), await shop.addTeamMember()];
  const setParts = (ids: number[]) =>
    shop.call('PUT', `/company/${place}/services/${spa}/parts`, { body: { parts: ids.map((service_id) => ({ service_id })) } });
  await setParts([wash, cut]);
  await link(member, wash, 1800);
  await link(member, cut, 3600);
  await link(washer, wash, 1800);
  await link(cutter, cut, 3600);
  await setHours(shop, [washer, cutter], [monday]);
  const change = (id: number, fields: Partial<typeof services.$inferInsert>) =>
    db.update(services).set(fields).where(eq(services.id, id));
  /** Nobody has time on Monday between two times but those named. */
  const busy = (of: number, from: string, seconds: number) =>
    salon.booked({ staff_id: of, datetime: `${monday}T${from}:00`, seance_length: seconds });
  const wishSpa = (fields: Record<string, unknown> = {}) => salon.wish({ services: [spa], staff_id: 0, ...fields });
  /** The appointments of the location that clients booked, by time: member, start and length in minutes, services. */
  const online = async () => {
    const { data } = await shop.call('GET', `/records/${place}?count=100`);
    type Row = {
      id: number;
      online: boolean;
      staff_id: number;
      datetime: string;
      seance_length: number;
      visit_id: number;
      services: { id: number }[];
    };
    return (data as Row[])
      .filter((row) => row.online)
      .sort((a, b) => (a.datetime < b.datetime ? -1 : 1))
      .map((row) => [row.staff_id, row.datetime.slice(11, 16), row.seance_length / 60, row.services.map(({ id }) => id)]);
  };
  const offer = async (query = '') =>
    (await salon.get(`/book_services/${place}?${query}`)).data.services.find(({ id }: { id: number }) => id === spa);
  const spaTimes = (of = 0) => salon.times(monday, { of, services: [spa] });
  return { ...salon, db, spa, wash, cut, washer, cutter, setParts, change, busy, wishSpa, online, offer, spaTimes };
}

describe('a composite service is shown', () => {
  test('with the prices of its parts: the lowest and the highest of those who give them', async () => {
    const { offer, db, member, wash, spa } = await openSpa();
    expect(await offer()).toMatchObject({ id: spa, is_composite: true, price_min: 40, price_max: 70, seance_length: null });
    await db
      .update(serviceTeamMembers)
      .set({ priceMin: toMoney(5), priceMax: toMoney(100) })
      .where(and(eq(serviceTeamMembers.serviceId, wash), eq(serviceTeamMembers.teamMemberId, member)));
    expect(await offer()).toMatchObject({ price_min: 35, price_max: 150 });
    expect(await offer(`staff_id=${member}`)).toMatchObject({ price_min: 35, price_max: 150, seance_length: 5400 });
  });

  test('with what its parts ask of clients', async () => {
    const { offer, change, wash } = await openSpa();
    expect(await offer()).toMatchObject({ prepaid: 'forbidden', abonement_restriction: 0 });
    await change(wash, { prepaid: 'required', prepaidAmount: toMoney(7), prepaidPercent: 30, needsMembership: true });
    expect(await offer()).toMatchObject({
      prepaid: 'required',
      prepaid_settings: { status: 'required', prepaid_full: { amount: 7, percent: 30 } },
      abonement_restriction: 1,
    });
  });

  test('to clients who chose someone that gives a part of it, if others give the rest', async () => {
    const { offer, washer, cutter, shop, db, member, cut } = await openSpa();
    expect([await offer(`staff_id=${washer}`), await offer(`staff_id=${cutter}`)]).toMatchObject([{}, {}]);
    expect(await offer(`staff_id=${await shop.addTeamMember()}`)).toBeUndefined();
    await db.delete(serviceTeamMembers).where(eq(serviceTeamMembers.serviceId, cut));
    expect([await offer(), await offer(`staff_id=${member}`), await offer(`staff_id=${washer}`)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('only if it and all of its parts are offered online', async () => {
    const { offer, change, spa, wash } = await openSpa();
    for (const id of [spa, wash]) {
      await change(id, { isActive: false });
      expect(await offer()).toBeUndefined();
      await change(id, { isActive: true });
    }
    expect(await offer()).toBeDefined();
  });

  test('beside services chosen already, and at a time, if all of it can be had', async () => {
    const { offer, service, washer, member, cutter, busy } = await openSpa();
    expect(await offer(`service_ids[]=${service}`)).toBeDefined();
    // The member who was chosen gives the other service themselves.
    expect(await offer(`service_ids[]=${service}&staff_id=${washer}`)).toBeUndefined();
    await busy(member, '09:00', 9 * 3600);
    await busy(cutter, '09:00', 3600);
    const at = (time: string) => offer(`datetime=${monday}T${time}:00`);
    expect([await at('09:00'), (await at('09:30')) !== undefined]).toEqual([undefined, true]);
    await busy(cutter, '10:00', 8 * 3600);
    expect(await offer(`datetime=${monday}`)).toBeUndefined();
  });

  test('as it was before or after, if its parts change or are deleted while it is read', async () => {
    const { db, place: locationId, spa, wash, cut, member } = await openSpa();
    const location = await getPlace(db, locationId);
    /** The services that are not among the parts are deleted. */
    const have = (ids: readonly number[]) =>
      db.transaction(async (tx) => {
        await tx.delete(serviceParts).where(eq(serviceParts.compositeId, spa));
        await tx
          .insert(serviceParts)
          .values(ids.map((id, at) => ({ locationId, compositeId: spa, position: at + 1, serviceId: id })));
        for (const id of [wash, cut]) {
          await tx
            .update(services)
            .set({ deletedAt: ids.includes(id) ? null : new Date() })
            .where(eq(services.id, id));
        }
      });
    const seen: number[][] = [];
    for (let [at, statements] = [1, 1]; at <= statements; at++) {
      for (const [before, after] of [
        [[wash, cut], [cut]],
        [[cut], [wash, cut]],
      ] as const) {
        await have(before);
        const reading = await interrupted(at, () => have(after));
        const found = await choosableServices(reading.db, location, { serviceIds: [], memberId: member }, undefined, new Date());
        const whole = found.services.find(({ row }) => row.id === spa)?.whole;
        // It is not there while a part of it goes.
        const shown = whole?.parts.map(({ id }) => id) ?? [];
        expect([before, after, []]).toContainEqual(shown);
        expect(whole?.duration ?? 0).toBe(shown.reduce((all, id) => all + (id === wash ? 1800 : 3600), 0));
        seen.push(shown);
        statements = reading.sent();
      }
    }
    expect(seen).toEqual(expect.arrayContaining([[wash, cut], [cut]]));
  });

  test('by V1 and V2 with the price and the time of its parts', async () => {
    const { shop, place, spa, wash, member, washer, change } = await openSpa();
    await change(wash, { technicalBreak: 600 });
    const sums = { price_min: 40, price_max: 70, duration: 5400 };
    expect((await shop.call('GET', `/company/${place}/services/${spa}`)).data).toMatchObject(sums);
    const v2 = async (path: string) =>
      (await shop.call('GET', `//api/v2/locations/${place}/${path}`, { headers: { accept: 'application/vnd.api.v2+json' } }))
        .body;
    expect((await v2(`services/${spa}?include=company_links`)).included[0].attributes).toMatchObject(sums);
    const option = async (query: string) =>
      (await v2(`attendance_services?filter[service_ids][]=${spa}&${query}`)).data.map(
        ({ attributes }: { attributes: Record<string, unknown> }) => attributes,
      );
    expect(await option('')).toMatchObject([{ ...sums, is_composite: true, staff_id: 0, technical_break_duration: 600 }]);
    expect(await option(`staff_id=${member}`)).toMatchObject([{ ...sums, staff_id: member }]);
    expect(await option(`staff_id=${washer}`)).toEqual([]);
    expect(await option('filter[is_available_for_timetable]=1')).toHaveLength(1);
    expect(await option(`staff_id=${member}&filter[is_available_for_timetable]=0`)).toEqual([]);
    await shop.call('DELETE', `/company/${place}/services/${spa}/parts`);
    expect((await shop.call('GET', `/company/${place}/services/${spa}`)).data).toMatchObject({ price_min: 1, duration: 600 });
  });
});

describe('a composite service is found free', () => {
  test('where its parts are, one after another, by one member or by several', async () => {
    const { spaTimes, busy, member, washer, cutter } = await openSpa();
    expect([(await spaTimes())[0], (await spaTimes()).at(-1)]).toEqual(['09:00', '16:30']);
    await busy(member, '09:00', 9 * 3600);
    expect((await spaTimes()).at(-1)).toBe('16:30');
    await busy(washer, '09:00', 8 * 3600);
    await busy(cutter, '09:00', 3600);
    // The washer is free from 17:00, too late for the cut.
    expect(await spaTimes()).toEqual([]);
  });

  test('with a chosen member, who gives all the parts that they can give', async () => {
    const { spaTimes, busy, member, washer, cutter } = await openSpa();
    await busy(washer, '10:00', 8 * 3600);
    await busy(cutter, '09:00', 2 * 3600);
    expect(await spaTimes(washer)).toEqual(['09:00', '09:15', '09:30']);
    // The cutter begins after the wash of somebody else.
    await busy(cutter, '12:00', 6 * 3600);
    expect(await spaTimes(cutter)).toEqual(['10:30']);
    await busy(member, '09:00', 3600);
    expect((await spaTimes(member))[0]).toBe('10:00');
  });

  test('after the technical break of a part, and not without the resources of a part', async () => {
    const { spaTimes, change, cut, wash, service, busy, shop, place, db, member } = await openSpa();
    await busy(member, '09:00', 9 * 3600);
    await change(wash, { technicalBreak: 900 });
    expect((await spaTimes()).at(-1)).toBe('16:15');
    const room = await shop.addResource('Room', 1);
    for (const serviceId of [cut, service]) {
      await db.insert(serviceResources).values({ locationId: place, serviceId, resourceId: room.id });
    }
    // Somebody else needs the room from one o'clock.
    const other = await shop.addTeamMember();
    await setHours(shop, other, [monday]);
    await busy(other, '13:00', 5 * 3600);
    expect((await spaTimes()).at(-1)).toBe('11:15');
  });

  test('on dates, for members, and as the next time of a member', async () => {
    const { get, place, spa, member, washer, cutter, busy } = await openSpa();
    const dates = async (of = 0) =>
      (await get(`/book_dates/${place}?staff_id=${of}&date=${monday}&service_ids[]=${spa}`)).data.booking_dates;
    expect(await dates()).toEqual(salonDates);
    expect(await dates(washer)).toEqual([monday]);
    const staff = async (query: string) =>
      (await get(`/book_staff/${place}?service_ids[]=${spa}&datetime=${query}`)).data.map(
        ({ id, seance_date }: { id: number; seance_date?: string }) => [id, seance_date],
      );
    expect(await staff(monday)).toEqual([member, washer, cutter].map((id) => [id, monday]));
    await busy(cutter, '09:00', 9 * 3600);
    // The washer's client can have the cut from the member.
    expect(await staff(monday)).toEqual([member, washer].map((id) => [id, monday]));
    expect(await staff(`${monday}T16:45:00`)).toEqual([]);
    const { data } = await get(`/book_staff_seances/${place}/${washer}?service_ids[]=${spa}&datetime=${monday}`);
    expect(data.seances[0]).toEqual({
      time: '09:00',
      seance_length: 5400,
      sum_length: 5400,
      datetime: `${monday}T09:00:00-04:00`,
    });
  });

  test('within its own dates and hours, and those of each part where that part begins', async () => {
    const { spaTimes, change, spa, cut } = await openSpa();
    await change(spa, { searchFrom: 36_000, searchTo: 50_400 });
    expect([(await spaTimes())[0], (await spaTimes()).at(-1)]).toEqual(['10:00', '14:00']);
    await change(spa, { searchFrom: 0, searchTo: 86_400, displayStep: 3600 });
    expect((await spaTimes()).slice(0, 2)).toEqual(['09:00', '10:00']);
    await change(cut, { isDateLimited: true, dateFrom: '2031-01-01', dateTo: '2031-01-02' });
    expect(await spaTimes()).toEqual([]);
  });

  test('not if it may take more than a day', async () => {
    const { spaTimes, db, cut, setParts, shop, member, change } = await openSpa();
    await setHours(shop, member, salonDates, [{ from: '00:00', to: '24:00' }]);
    await db.update(serviceTeamMembers).set({ duration: 28_800 }).where(eq(serviceTeamMembers.serviceId, cut));
    await setParts([cut, cut, cut]);
    expect((await spaTimes())[0]).toBe('00:00');
    // A break after each of them would be too long.
    await change(cut, { technicalBreak: 300 });
    expect(await spaTimes()).toEqual([]);
  });

  test('not several times with more than 20 parts in all', async () => {
    const { times, db, wash, spa, setParts } = await openSpa();
    await db.update(serviceTeamMembers).set({ duration: 300 }).where(eq(serviceTeamMembers.serviceId, wash));
    await setParts(Array.from({ length: 10 }, () => wash));
    expect((await times(monday, { of: 0, services: [spa, spa] }))[0]).toBe('09:00');
    expect(await times(monday, { of: 0, services: [spa, spa, wash] })).toEqual([]);
  });
});

describe('a composite service is booked', () => {
  test('as one appointment of its parts, if one member gives all of them', async () => {
    const { bookOnline, wishSpa, online, member, wash, cut } = await openSpa();
    const answer = await bookOnline([wishSpa({ id: 7 })]);
    expect([answer.status, answer.data.map(({ id }: { id: number }) => id)]).toEqual([201, [7]]);
    expect(await online()).toEqual([[member, '10:00', 90, [wash, cut]]]);
  });

  test('as an appointment of each member who gives some of its parts, of one visit and at the prices of the parts', async () => {
    const { bookOnline, wishSpa, online, busy, member, washer, cutter, wash, cut, spa, change, shop, place } = await openSpa();
    await change(spa, { discount: toPercent(10) });
    await change(cut, { discount: toPercent(50) });
    await busy(member, '09:00', 9 * 3600);
    const answer = await bookOnline([wishSpa({ id: 7 })]);
    expect(answer.data).toEqual([
      { id: 7, record_id: expect.any(Number), record_hash: expect.any(String) },
      { id: 7, record_id: expect.any(Number), record_hash: expect.any(String) },
    ]);
    expect(await online()).toEqual([
      [washer, '10:00', 30, [wash]],
      [cutter, '10:30', 60, [cut]],
    ]);
    const [first, second] = await Promise.all(
      answer.data.map(
        async ({ record_id }: { record_id: number }) => (await shop.call('GET', `/record/${place}/${record_id}`)).data,
      ),
    );
    expect(first.visit_id).toBe(second.visit_id);
    expect([first.services[0].cost, second.services[0].cost]).toEqual([9, 27]);
  });

  test('by a chosen member where they can, and marks only their appointment as chosen', async () => {
    const { bookOnline, wishSpa, online, cutter, member, db, place, wash, cut } = await openSpa();
    await bookOnline([wishSpa({ staff_id: cutter })]);
    expect(await online()).toEqual([
      [member, '10:00', 30, [wash]],
      [cutter, '10:30', 60, [cut]],
    ]);
    const rows = await db
      .select({ of: appointments.teamMemberId, isChosen: appointments.isMemberChosen })
      .from(appointments)
      .where(eq(appointments.locationId, place))
      .orderBy(asc(appointments.startsAt));
    expect(rows).toEqual([
      { of: member, isChosen: false },
      { of: cutter, isChosen: true },
    ]);
  });

  test('in order with other services of the request, and the same part twice', async () => {
    const { bookOnline, wishSpa, online, setParts, service, spa, wash, cut, member } = await openSpa();
    await setParts([wash, cut, wash]);
    await bookOnline([wishSpa({ services: [service, spa] })]);
    expect(await online()).toEqual([[member, '10:00', 180, [service, wash, cut, wash]]]);
  });

  test('with all of its appointments, or with none', async () => {
    const { bookOnline, wishSpa, wish, online, busy, member, post, place, cutter } = await openSpa();
    await busy(member, '09:00', 9 * 3600);
    await busy(cutter, '11:00', 3600);
    const wishes = [wishSpa(), wishSpa({ id: 2, datetime: `${monday}T10:15:00` })];
    // The first one is free until 11:30 only with the cutter, who is not.
    const refused = await bookOnline(wishes);
    expect([refused.status, refused.meta.errors.map(({ code }: { code: number }) => code)]).toEqual([422, [436, 436]]);
    expect((await post(`/book_check/${place}`, { appointments: wishes })).meta.errors).toEqual(refused.meta.errors);
    // A client is in one place at a time, also during the second part.
    const overlapping = [
      wishSpa({ datetime: `${monday}T14:00:00` }),
      wish({ id: 2, datetime: `${monday}T15:00:00`, staff_id: 0 }),
    ];
    expect((await bookOnline(overlapping)).status).toBe(422);
    expect(await online()).toEqual([]);
  });

  test('not by someone who gives no part, nor where nobody is free or one must be chosen', async () => {
    const { bookOnline, wishSpa, shop, setBooking, change, wash } = await openSpa();
    const code = async (fields: Record<string, unknown>) => (await bookOnline([wishSpa(fields)])).meta.errors[0].code;
    expect(await code({ staff_id: await shop.addTeamMember() })).toBe(438);
    expect(await code({ datetime: `${monday}T17:00:00` })).toBe(436);
    expect(await code({ datetime: `${monday}T10:07:00` })).toBe(436);
    await setBooking({ any_master: false });
    expect(await code({})).toBe(436);
    await setBooking({});
    await change(wash, { isActive: false });
    expect(await code({})).toBe(436);
  });

  test('and each of its appointments is moved and cancelled by itself, as those of any visit', async () => {
    const { bookOnline, wishSpa, online, busy, shop, place, post, member, washer, cutter, wash, cut } = await openSpa();
    await busy(member, '09:00', 9 * 3600);
    const phone = somePhone();
    const { data } = await bookOnline([wishSpa()], { phone });
    const client = await signInClient(shop.partner, phone);
    const path = `/book_record/${place}/${data[1].record_id}`;
    const moved = await shop.call('PUT', path, { authorization: client, body: { datetime: `${monday}T12:00:00` } });
    expect(moved.status).toBe(200);
    expect(await online()).toEqual([
      [washer, '10:00', 30, [wash]],
      [cutter, '12:00', 60, [cut]],
    ]);
    expect((await post(`/book_check/${place}`, { appointments: [wishSpa()] })).status).toBe(422);
    const gone = await shop.call('DELETE', `/user/records/${data[0].record_id}/${data[0].record_hash}`, {
      authorization: `Bearer ${shop.partner.token}`,
    });
    expect(gone.status).toBe(200);
    expect(await online()).toEqual([[cutter, '12:00', 60, [cut]]]);
  });
});

describe('the desk books a composite service', () => {
  test('as its parts, if the team member provides them; prices are split over them', async () => {
    const { booked, spa, wash, cut, service } = await openSpa();
    const made = await booked({ services: [{ id: service }, { id: spa }], seance_length: 9000 });
    const lines = (of: { services: { id: number; first_cost: number; discount: number; cost: number; amount: number }[] }) =>
      of.services.map(({ id, first_cost, discount, cost, amount }) => [id, first_cost, discount, cost, amount]);
    expect(lines(made)).toEqual([
      [service, 30, 0, 30, 1],
      [wash, 10, 0, 10, 1],
      [cut, 30, 0, 30, 1],
    ]);
    const cheaper = await booked({
      datetime: `${monday}T13:00:00`,
      services: [{ id: spa, first_cost: 50, discount: 10, cost: 45 }],
      seance_length: 5400,
    });
    expect(lines(cheaper)).toEqual([
      [wash, 12.5, 10, 11.25, 1],
      [cut, 37.5, 10, 33.75, 1],
    ]);
    const twice = await booked({
      datetime: `${monday}T15:00:00`,
      services: [{ id: spa, amount: 2, cost_per_unit: 20 }],
      seance_length: 5400,
    });
    expect(lines(twice)).toEqual([
      [wash, 10, 0, 10, 2],
      [cut, 30, 0, 30, 2],
    ]);
  });

  test('not with a team member who does not provide all parts', async () => {
    const { book, spa, washer } = await openSpa();
    const refused = await book({ staff_id: washer, services: [{ id: spa }], seance_length: 5400 });
    expect(refused.status).toBe(422);
    expect(refused.meta.errors).toEqual([
      {
        staff_id: [
          `must provide all parts of the composite service ${spa}: name its parts, each in an appointment of a team member who provides it`,
        ],
      },
    ]);
  });

  test('when it changes an appointment or its visit, too', async () => {
    const { shop, place, body, booked, spa, wash, cut, service } = await openSpa();
    const client = { phone: somePhone(), name: 'Ada' };
    const { id, visit_id } = await booked({ client, seance_length: 5400 });
    const put = (services: unknown[]) =>
      shop.call('PUT', `/record/${place}/${id}`, { body: body({ client, services, seance_length: 5400 }) });
    const ids = async () =>
      (await shop.call('GET', `/record/${place}/${id}`)).data.services.map((each: { id: number }) => each.id);
    expect((await put([{ id: spa }])).status).toBe(201);
    expect(await ids()).toEqual([wash, cut]);
    await put([{ id: service }]);
    const visit = { attendance: 0, comment: '', services: [{ id: spa, record_id: id, amount: 1 }] };
    const answer = await shop.call('PUT', `/visits/${visit_id}/${id}`, { body: visit });
    expect([answer.status, await ids()]).toEqual([200, [wash, cut]]);
  });

  test('an appointment from before the service had parts keeps it', async () => {
    const { shop, place, body, booked, service, wash, cut } = await openSpa();
    const { id } = await booked();
    const parts = [{ service_id: wash }, { service_id: cut }];
    await shop.call('PUT', `/company/${place}/services/${service}/parts`, { body: { parts } });
    const answer = await shop.call('PUT', `/record/${place}/${id}`, { body: body({ comment: 'Later' }) });
    expect([answer.status, answer.data.services.map((each: { id: number }) => each.id)]).toEqual([201, [service]]);
  });

  test('and its client moves it as it is', async () => {
    const { shop, place, bookOnline, wish, service, wash, cut } = await openSpa();
    const phone = somePhone();
    const { data } = await bookOnline([wish()], { phone });
    const parts = [{ service_id: wash }, { service_id: cut }];
    await shop.call('PUT', `/company/${place}/services/${service}/parts`, { body: { parts } });
    const moved = await shop.call('PUT', `/book_record/${place}/${data[0].record_id}`, {
      authorization: await signInClient(shop.partner, phone),
      body: { datetime: `${monday}T12:00:00` },
    });
    expect([moved.status, moved.data.services.map((each: { id: number }) => each.id)]).toEqual([200, [service]]);
  });
});
