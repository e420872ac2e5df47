import { expect, test } from 'vitest';
import { testDatabase, testServer } from '../../../test/harness.ts';
import { makeDue, runDueJobs } from '../../../test/jobs.ts';
import { type Members, openMembers } from '../../../test/members.ts';
import type { Transact } from '../../api/write.ts';
import { addDays, today } from '../../platform/clock.ts';
import { beginStrictly } from '../../surfaces/changes.ts';
import { tellOfMemberships } from './notices.ts';

const silent = { days_before_end: 0, end_text: '', visits_left: 0, visits_text: '', is_use_noticed: false, use_text: '' };
const settle = (club: Members, fields: object) =>
  club.shop.call('PUT', `/chain/${club.shop.chainId}/loyalty/settings/abonement_notices`, { body: { ...silent, ...fields } });
const texts = async (club: Members) => {
  const { query } = await testDatabase();
  const rows = await query<{ text: string }>({
    text: 'select text from location_messages where recipient = $1 order by id',
    values: [`+${String(club.buyer.phone).replace('+', '')}`],
  });
  return rows.map(({ text }) => text);
};
const transact = async (): Promise<Transact> =>
  beginStrictly((await testDatabase()).db, { userId: null, address: 'http://localhost' });
const tell = async () => tellOfMemberships(await transact());
const sold = async (club: Members, fields: object) => club.issue((await club.addType({ ...fields })).product);
const query = async (text: string, values: unknown[]) => (await testDatabase()).query<{ yes?: boolean }>({ text, values });

test('the settings are read and written; nothing is sent by default', async () => {
  const club = await openMembers();
  const path = `/chain/${club.shop.chainId}/loyalty/settings/abonement_notices`;
  expect(await club.must('GET', path)).toEqual(silent);
  const wanted = { ...silent, days_before_end: 7, end_text: 'Soon', visits_left: 2, is_use_noticed: true };
  expect((await settle(club, wanted)).data).toEqual(wanted);
  expect(await club.must('GET', path)).toEqual(wanted);
  expect((await settle(club, { end_text: 'x'.repeat(256) })).status).toBe(422);
  await settle(club, {});
  await sold(club, { expiration_type_id: 2, period: 1, period_unit_id: 1 });
  await tell();
  expect(await texts(club)).toEqual([]);
});

test('before the end, once, from ten in the morning of that day; again only for another end', async () => {
  const club = await openMembers({ city: 'new york' });
  await settle(club, { days_before_end: 3 });
  const { id } = await sold(club, { expiration_type_id: 2, period: 3, period_unit_id: 1 });
  const { timeZone } = club.shop;
  const ends = (date: string) =>
    query(`update memberships set expires_at = ($2::date + time '23:59:59') at time zone $3 where id = $1`, [id, date, timeZone]);
  const tenHasStruck = async () =>
    (await query(`select (now() at time zone $1)::time >= time '10:00' as yes`, [timeZone]))[0]?.yes === true;
  await ends(addDays(today(timeZone), 4));
  await tell();
  expect(await texts(club)).toEqual([]);
  await ends(addDays(today(timeZone), 3));
  await tell();
  expect(await texts(club)).toHaveLength((await tenHasStruck()) ? 1 : 0);
  const soon = addDays(today(timeZone), 2);
  await ends(soon);
  await Promise.all([tell(), tell()]);
  await tell();
  const all = await texts(club);
  expect(all.filter((text) => text === `Your membership "Ten visits" ends on ${soon}.`)).toHaveLength(1);
});

test('not of one that is used up, frozen until somebody ends that, or ended', async () => {
  const club = await openMembers();
  await settle(club, { days_before_end: 30, end_text: 'Soon' });
  const base = { expiration_type_id: 2, period: 5, period_unit_id: 1, allow_freeze: true, balance_edit_type_id: 2 };
  const [empty, frozen, ended] = [await sold(club, base), await sold(club, base), await sold(club, base)];
  await club.act(empty.id, 'set_balance', { united_balance_services_count: 0 });
  await club.act(frozen.id, 'freeze');
  await query(
    `update memberships set activated_at = now() - interval '9 days', expires_at = now() - interval '1 day' where id = $1`,
    [ended.id],
  );
  await tell();
  expect(await texts(club)).toEqual([]);
});

test('a day after a use that left so many visits, if they are still left', async () => {
  const club = await openMembers();
  await settle(club, { visits_left: 2 });
  const { id } = await sold(club, { united_balance_services_count: 3 });
  await club.use((await club.visited()).document, id);
  const used = (ago: string) => query(`update memberships set last_used_at = now() - $2::interval where id = $1`, [id, ago]);
  await used('23 hours');
  await tell();
  expect(await texts(club)).toEqual([]);
  await used('25 hours');
  await tell();
  await tell();
  expect(await texts(club)).toEqual(['Visits left on your membership "Ten visits": 2.']);
  await club.use((await club.visited()).document, id);
  await used('26 hours');
  await tell();
  expect(await texts(club)).toHaveLength(1);
});

test('when a visit is taken, in the transaction that takes it', async () => {
  const club = await openMembers();
  await settle(club, { is_use_noticed: true });
  const { id } = await sold(club, {});
  const { document } = await club.visited();
  await club.use(document, id);
  expect((await club.use(document, id)).status).toBe(422);
  expect(await texts(club)).toEqual(['Visits taken from your membership "Ten visits": 1.']);
  await settle(club, { is_use_noticed: true, use_text: 'Enjoy your class' });
  await club.use((await club.visited()).document, id);
  expect((await texts(club)).at(-1)).toBe('Enjoy your class');
});

test('the job runs it', async () => {
  const club = await openMembers();
  await settle(club, { days_before_end: 30, end_text: 'Soon' });
  await sold(club, { expiration_type_id: 2, period: 5, period_unit_id: 1 });
  await makeDue({ kind: 'memberships' });
  await runDueJobs(await testServer(), { kind: 'memberships' });
  expect(await texts(club)).toEqual(['Soon']);
});
