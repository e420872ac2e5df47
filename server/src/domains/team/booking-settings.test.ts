import { expect, test } from 'vitest';
import { openShop } from '../../../test/harness.ts';

test('a team member gets another position, and shows their rating or not', async () => {
  const shop = await openShop();
  const member = await shop.addTeamMember();
  const path = `/company/${shop.locationId}/staff/${member}/booking_settings`;
  const position = await shop.call('POST', `/company/${shop.locationId}/positions/quick`, { body: { title: 'Barber' } });
  const { id } = position.data;
  const change = (body: object) => shop.call('PATCH', path, { body });
  expect((await change({ position_id: id, show_rating: false })).data).toMatchObject({
    position: { id, title: 'Barber' },
    show_rating: 0,
  });
  expect((await change({ show_rating: true })).data).toMatchObject({ position: { id }, show_rating: 1 });
  expect((await change({ position_id: 0 })).data).toMatchObject({ position: [], show_rating: 1 });
  const other = await openShop();
  const theirs = await other.call('POST', `/company/${other.locationId}/positions/quick`, { body: { title: 'Barber' } });
  const refused = await change({ position_id: theirs.data.id });
  expect([refused.status, refused.meta.errors]).toEqual([422, [{ position_id: ['must be a position of this location'] }]]);
  const unknown = `/company/${shop.locationId}/staff/999999999/booking_settings`;
  expect((await shop.call('PATCH', unknown, { body: { position_id: theirs.data.id } })).status).toBe(404);
});
