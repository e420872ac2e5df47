import { beforeEach, describe, expect, test } from 'vitest';
import { openShop, type Shop } from '../../../test/harness.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});

const online = () => `/company/${shop.locationId}/settings/online`;
const calendar = () => `/company/${shop.locationId}/settings/timetable`;
const changes = {
  confirm_number: true,
  any_master: false,
  seance_delay_step: 90,
  activity_online_record_clients_count_max: 4,
};

describe('online booking settings', () => {
  test('of a new location are the defaults', async () => {
    expect(await shop.call('GET', online())).toMatchObject({
      status: 200,
      body: {
        success: true,
        data: { confirm_number: false, any_master: true, seance_delay_step: 0, activity_online_record_clients_count_max: 1 },
        meta: [],
      },
    });
  });

  test('read as they were written, and are changed again', async () => {
    expect(await shop.call('PATCH', online(), { body: changes })).toMatchObject({ status: 200, data: changes });
    expect((await shop.call('GET', online())).data).toEqual(changes);
    const again = { ...changes, confirm_number: false, seance_delay_step: 0 };
    expect((await shop.call('PATCH', online(), { body: again })).data).toEqual(again);
    expect((await shop.call('GET', online())).data).toEqual(again);
  });

  test('show in the data of the location whether a phone is confirmed', async () => {
    const told = async () => (await shop.call('GET', `/company/${shop.locationId}`)).data.phone_confirmation;
    expect(await told()).toBe(false);
    await shop.call('PATCH', online(), { body: changes });
    expect(await told()).toBe(true);
    await shop.call('PATCH', online(), { body: { ...changes, confirm_number: false } });
    expect(await told()).toBe(false);
  });

  test.each([
    ['seance_delay_step', 0],
    ['seance_delay_step', 1380],
    ['activity_online_record_clients_count_max', 1],
    ['activity_online_record_clients_count_max', 255],
  ])('take %s %i, the end of its range', async (field, value) => {
    const answer = await shop.call('PATCH', online(), { body: { ...changes, [field]: value } });
    expect(answer).toMatchObject({ status: 200, data: { [field]: value } });
  });

  test.each([
    ['seance_delay_step', -30],
    ['seance_delay_step', 45],
    ['seance_delay_step', 1410],
    ['activity_online_record_clients_count_max', 0],
    ['activity_online_record_clients_count_max', 256],
    ['activity_online_record_clients_count_max', 1.5],
    ['any_master', 'perhaps'],
    ['confirm_number', undefined],
  ])('refuse %s %s', async (field, value) => {
    const answer = await shop.call('PATCH', online(), { body: { ...changes, [field]: value } });
    expect(answer.status).toBe(422);
    expect(Object.keys(answer.meta.errors[0])).toEqual([field]);
    expect((await shop.call('GET', online())).data.seance_delay_step).toBe(0);
  });

  test('are visible to users who see settings or manage online booking, and only the latter change them', async () => {
    const status = async (permissions: Record<string, boolean>) => {
      const { authorization } = await shop.hire('worker', permissions);
      const read = await shop.call('GET', online(), { authorization });
      const written = await shop.call('PATCH', online(), { authorization, body: changes });
      return [read.status, written.status];
    };
    expect(await status({})).toEqual([403, 403]);
    expect(await status({ settings_access: true })).toEqual([200, 403]);
    expect(await status({ online_record_access: true })).toEqual([200, 200]);
  });

  test('belong to one location', async () => {
    const other = await openShop({ chainId: shop.chainId });
    await shop.call('PATCH', online(), { body: changes });
    expect((await other.call('GET', `/company/${other.locationId}/settings/online`)).data.seance_delay_step).toBe(0);
  });
});

describe('calendar settings', () => {
  test('of a new location are the defaults', async () => {
    expect((await shop.call('GET', calendar())).data).toEqual({
      record_type: 0,
      activity_record_clients_count_max: 1,
      is_show_newsletter_agreement: false,
      is_show_personal_data_processing_agreement: false,
    });
  });

  test('read as they were written', async () => {
    const body = { record_type: 2, activity_record_clients_count_max: 255 };
    expect(await shop.call('PATCH', calendar(), { body })).toMatchObject({ status: 200, data: body });
    expect((await shop.call('GET', calendar())).data).toMatchObject(body);
  });

  test.each([
    { record_type: 3, activity_record_clients_count_max: 1 },
    { record_type: -1, activity_record_clients_count_max: 1 },
    { record_type: 0, activity_record_clients_count_max: 0 },
    { record_type: 0, activity_record_clients_count_max: 256 },
    { record_type: 0 },
  ])('refuse %j', async (body) => {
    expect((await shop.call('PATCH', calendar(), { body })).status).toBe(422);
  });

  test('are visible to users who see the calendar or settings, and changed with the general settings', async () => {
    const body = { record_type: 1, activity_record_clients_count_max: 2 };
    const status = async (permissions: Record<string, boolean>) => {
      const { authorization } = await shop.hire('worker', { timetable_access: false, ...permissions });
      const read = await shop.call('GET', calendar(), { authorization });
      const written = await shop.call('PATCH', calendar(), { authorization, body });
      return [read.status, written.status];
    };
    expect(await status({})).toEqual([403, 403]);
    expect(await status({ timetable_access: true })).toEqual([200, 403]);
    expect(await status({ settings_access: true, settings_basis_access: true })).toEqual([200, 200]);
  });
});

describe('the rules for clients', () => {
  const rules = () => `/company/${shop.locationId}/settings/client_rules`;

  test('is changed field by field', async () => {
    expect((await shop.call('PATCH', rules(), { body: { allow_change_record: false } })).status).toBe(200);
    const { data } = await shop.call('PATCH', rules(), { body: { privacy_policy: 'Read this.' } });
    expect(data).toMatchObject({ allow_change_record: false, privacy_policy: 'Read this.' });
    expect((await shop.call('GET', rules())).data).toEqual(data);
  });

  test('say which consents the booking form asks for', async () => {
    const agreements = { is_show_newsletter_agreement: true, is_show_personal_data_processing_agreement: true };
    expect((await shop.call('PATCH', rules(), { body: agreements })).data).toMatchObject(agreements);
    expect((await shop.call('GET', `/company/${shop.locationId}/settings/timetable`)).data).toMatchObject(agreements);
  });

  test.each([
    ['allow_delete_record', 'perhaps'],
    ['allow_change_record_delay_step', -1],
    ['allow_delete_record_delay_step', 'x'],
    ['privacy_policy', {}],
  ])('is not changed to %s %j', async (field, value) => {
    const { data } = await shop.call('GET', rules());
    const answer = await shop.call('PATCH', rules(), { body: { [field]: value } });
    expect([answer.status, Object.keys(answer.meta.errors[0])]).toEqual([422, [field]]);
    expect((await shop.call('GET', rules())).data).toEqual(data);
  });
});

test('a user with the right to the privacy policy changes it, and everybody who manages online booking changes the other rules', async () => {
  const rules = `/company/${shop.locationId}/settings/client_rules`;
  await shop.call('PATCH', rules, { body: { privacy_policy: 'Ours' } });
  const { authorization } = await shop.hire('owner', { online_record_privacy_policy_access: false });
  const patch = async (body: object) => (await shop.call('PATCH', rules, { body, authorization })).status;
  expect(await patch({ privacy_policy: 'Theirs' })).toBe(403);
  expect(await patch({ privacy_policy: 'Ours', allow_delete_record: false })).toBe(200);
  expect(await patch({ allow_delete_record: true })).toBe(200);
  expect((await shop.call('GET', rules)).data.privacy_policy).toBe('Ours');
});

test('the first changes of both settings at the same moment are all kept', async () => {
  const body = { record_type: 1, activity_record_clients_count_max: 7 };
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      index % 2 ? shop.call('PATCH', calendar(), { body }) : shop.call('PATCH', online(), { body: changes }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect((await shop.call('GET', calendar())).data).toMatchObject(body);
  expect((await shop.call('GET', online())).data).toEqual(changes);
});
