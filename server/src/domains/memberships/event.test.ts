import { expect, test } from 'vitest';
import { openMembers } from '../../../test/members.ts';

test('a membership is offered for an event whose service it pays, while it has visits and is not frozen', async () => {
  const club = await openMembers();
  const event = await club.addEvent({ service_id: club.service });
  const other = await club.addEvent({ date: '2030-05-06 17:00' });
  const type = await club.addType({ expiration_type_id: 2, period: 30, allow_freeze: true, balance_edit_type_id: 2 });
  const { id } = await club.issue(type.product);
  const path = `/api/v1/company/${club.place}/client/${club.buyer.id}/loyalty/abonements`;
  const found = async (eventId: number) => (await club.shop.call('GET', `${path}/search_for_activity?event_id=${eventId}`)).body;
  expect(await found(event.id)).toMatchObject({
    data: [
      {
        id: String(id),
        type: 'loyalty_abonement',
        attributes: { number: '', balance: 10 },
        relationships: { loyalty_abonement_type: { data: { id: String(type.id), type: 'loyalty_abonement_type' } } },
      },
    ],
    included: [{ id: String(type.id), type: 'loyalty_abonement_type', attributes: { title: 'Ten visits', cost: 400 } }],
  });
  expect((await found(other.id)).data).toEqual([]);
  expect((await club.shop.call('GET', `${path}/search_for_activity?event_id=2000000000`)).status).toBe(404);
  const check = (days: string) =>
    club.shop.call('GET', `${path}/${id}/check_for_activity?event_id=${event.id}&schedule_day_ids=${days}`);
  expect((await check('x')).status).toBe(400);
  // No series has this day.
  expect((await check('1')).body.data.attributes).toMatchObject({
    available_visits: 10,
    can_book_all_days: false,
    bookable_day_ids: [],
  });
  await club.act(id, 'freeze');
  expect((await found(event.id)).data).toEqual([]);
  await club.act(id, 'unfreeze');
  await club.act(id, 'set_balance', { united_balance_services_count: 0 });
  expect((await found(event.id)).data).toEqual([]);
  expect((await check('1')).status).toBe(404);
});
