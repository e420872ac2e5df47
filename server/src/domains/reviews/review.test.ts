import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { call, openShop, somePhone, testDatabase } from '../../../test/harness.ts';
import { signInClient } from '../../../test/online.ts';
import { openSalon } from '../../../test/salon.ts';
import { reviewTokenOf } from './review-token.ts';

/** A client with a visit yesterday, with an appointment with each of two team members, and a future visit. */
async function openVisited() {
  const salon = await openSalon();
  const { shop, place, member, booked } = salon;
  const other = await shop.addTeamMember();
  const phone = somePhone();
  const client = { phone, name: 'Ada' };
  const past = [
    await booked({ client }),
    await booked({ client, staff_id: other, datetime: '2030-05-06T12:00:00', save_if_busy: true }),
  ];
  const coming = await booked({ client, datetime: '2030-05-07T10:00:00' });
  const { db } = await testDatabase();
  const ids = sql.param(past.map(({ id }) => id));
  const rows = await db.execute(sql`
    update appointments set starts_at = starts_at - interval '10 years' where location_id = ${place} and id = any(${ids}::int[])
    returning id, hash, visit_id`);
  const links = (rows as unknown as { rows: { id: number; hash: string }[] }).rows
    .sort((a, b) => a.id - b.id)
    .map(({ id, hash }) => `/master_record_review/${reviewTokenOf(id, hash)}`);
  const authorization = await signInClient(shop.partner, phone);
  const leave = (fields: object = {}, path = `/${member}`, caller = authorization) =>
    call('POST', `/comments/${place}${path}`, {
      body: { mark: 5, text: 'Fine!', name: 'Ada', ...fields },
      authorization: caller,
    });
  const submit = (link: string, rating = 5) =>
    call('POST', link, { body: { rating }, authorization: `Bearer ${shop.partner.token}` });
  const votes = async (of = member) => (await shop.call('GET', `/company/${place}/staff/${of}`)).data.votes_count;
  return { ...salon, other, phone, links: links as [string, string], visit: past[0].visit_id, coming, leave, submit, votes };
}

describe('a review', () => {
  it.each(['free_readonly', 'free_readonly_admin', 'worker', 'administrator', 'accountant'] as const)(
    'is not written by a member in the role %s',
    async (role) => {
      const { shop, leave, votes } = await openVisited();
      const { authorization } = await shop.hire(role);
      for (const path of [undefined, '']) {
        const answer = await leave({ mark: 1 }, path, authorization);
        expect([answer.status, answer.meta.message]).toEqual([403, 'Access denied.']);
      }
      expect(await votes()).toBe(0);
    },
  );

  it('is written by a member who manages reviews', async () => {
    const { shop, leave, votes } = await openVisited();
    const clerk = await shop.hire('worker', { dash_reviews_delete_access: true });
    expect((await leave({}, undefined, clerk.authorization)).status).toBe(201);
    expect(await votes()).toBe(1);
  });

  it('is written by a client of the latest visit, once', async () => {
    const { leave, votes, member, other } = await openVisited();
    const written = await leave({ text: ' Great ' });
    expect([written.status, written.data]).toEqual([
      201,
      expect.objectContaining({ type: 1, master_id: member, rating: 5, text: 'Great', user_name: 'Ada', record_id: 0 }),
    ]);
    for (const path of [undefined, `/${other}`, '']) {
      const again = await leave({ mark: 1 }, path);
      expect([again.status, again.meta.errors]).toEqual([422, [{ mark: ['was given already'] }]]);
    }
    expect([await votes(), await votes(other)]).toEqual([1, 0]);
  });

  it('belongs to one visit, through any of its links, and a second attempt is refused', async () => {
    const { links, leave, submit, shop, votes, other } = await openVisited();
    const statuses = await Promise.all([submit(links[0]), submit(links[1])]);
    expect(statuses.map(({ status }) => status).sort()).toEqual([200, 422]);
    for (const link of links) {
      const form = await call('GET', link, { authorization: `Bearer ${shop.partner.token}` });
      expect(form.data.is_review_submitted).toBe(true);
      expect((await submit(link)).meta.errors).toEqual([{ rating: ['was given already'] }]);
    }
    expect((await leave()).status).toBe(422);
    expect((await votes()) + (await votes(other))).toBe(1);
  });

  it('is not written twice by two requests at once', async () => {
    const { leave, links, submit, votes } = await openVisited();
    const answers = await Promise.all([leave(), leave({ mark: 1 }), submit(links[0], 2), leave({ mark: 3 })]);
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(3);
    expect(await votes()).toBe(1);
  });

  it('is for clients who came', async () => {
    const { shop, place, leave, votes } = await openVisited();
    const stranger = await signInClient(shop.partner, somePhone());
    const message = 'Only clients who came may leave a review.';
    expect(await leave({}, undefined, stranger)).toMatchObject({ status: 403, meta: { message } });
    // A team member the client never saw, an unknown one, and one of another business.
    const unseen = await shop.addTeamMember();
    expect(await leave({}, `/${unseen}`)).toMatchObject({ status: 403, meta: { message } });
    expect((await leave({}, '/999999999')).status).toBe(404);
    const elsewhere = await openShop({ partner: shop.partner });
    const client = await elsewhere.addClient();
    const theirs = await signInClient(shop.partner, `+${client.phone}`);
    expect((await leave({}, undefined, theirs)).status).toBe(403);
    const { db } = await testDatabase();
    await db.execute(sql`update appointments set attendance = -1 where location_id = ${place} and starts_at < now()`);
    expect(await leave()).toMatchObject({ status: 403, meta: { message } });
    await db.execute(
      sql`update appointments set attendance = 0, deleted_at = now() where location_id = ${place} and starts_at < now()`,
    );
    expect(await leave()).toMatchObject({ status: 403, meta: { message } });
    expect(await votes()).toBe(0);
  });

  it('needs a name and a mark from one to five', async () => {
    const { leave } = await openVisited();
    for (const fields of [{ mark: 0 }, { mark: 6 }, { name: '  ' }, { name: '' }]) expect((await leave(fields)).status).toBe(422);
  });
});

describe('the visits of a client', () => {
  it('are not found by a phone number that the caller may not see, known or not', async () => {
    const { shop, place, phone, coming } = await openVisited();
    const search = (body: object, authorization: string) =>
      shop.call('POST', `/company/${place}/clients/visits/search`, { body, authorization });
    for (const blind of [await shop.hire('worker'), await shop.hire('owner', { clients_phones_access: false })]) {
      const [known, unknown, malformed] = [
        await search({ client_phone: phone }, blind.authorization),
        await search({ client_phone: somePhone() }, blind.authorization),
        await search({ client_phone: 'x' }, blind.authorization),
      ];
      expect([known.status, known.body]).toEqual([403, unknown.body]);
      expect([malformed.status, malformed.body]).toEqual([403, unknown.body]);
      expect((await search({ client_id: coming.client.id }, blind.authorization)).status).toBe(200);
    }
    const seeing = await shop.hire('worker', { clients_phones_access: true });
    expect((await search({ client_phone: phone }, seeing.authorization)).data.records).toHaveLength(3);
    expect((await search({ client_phone: somePhone() }, seeing.authorization)).status).toBe(404);
  });
});
