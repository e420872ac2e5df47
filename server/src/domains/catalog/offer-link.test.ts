import { expect, test } from 'vitest';
import { openOnlineSalon } from '../../../test/online.ts';

test('a service that a team member does not give online is not booked with them, until they do', async () => {
  const { shop, member, service, place, times } = await openOnlineSalon();
  const path = (id = member) => `/company/${place}/services/${service}/staff/${id}/booking_settings`;
  const change = (body: object, of = path()) => shop.call('PATCH', of, { body });
  const before = await times('2030-05-06');
  expect(before.length).toBeGreaterThan(0);
  const changed = await change({ is_online: false, is_offline_records_allowed: false, api_id: ' x7 ' });
  expect(changed.data).toMatchObject({ is_online: false, is_offline_records_allowed: false, api_id: 'x7', master_id: member });
  expect(await times('2030-05-06')).toEqual([]);
  expect((await change({ is_online: true })).data).toMatchObject({
    is_online: true,
    is_offline_records_allowed: false,
    api_id: 'x7',
  });
  expect(await times('2030-05-06')).toEqual(before);
  expect((await change({})).status).toBe(200);
  expect((await change({}, path(await shop.addTeamMember()))).status).toBe(404);
});
