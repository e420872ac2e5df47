import { expect, test } from 'vitest';
import { openDesk } from '../../../test/desk.ts';

test('a report of a location without anything has zeros, and shares of nothing are null', async () => {
  const { shop, place } = await openDesk();
  const { status, data } = await shop.call('GET', `/company/${place}/analytics/overall?date_from=2030-06-01&date_to=2030-06-30`);
  expect(status).toBe(200);
  const nothing = { current_sum: '0', previous_sum: '0', change_percent: 0, currency: expect.objectContaining({ iso: 'USD' }) };
  expect(data).toEqual({
    income_total_stats: nothing,
    income_services_stats: nothing,
    income_goods_stats: nothing,
    income_average_stats: nothing,
    income_average_services_stats: nothing,
    fullness_stats: { current_percent: 0, previous_percent: 0, change_percent: 0 },
    record_stats: {
      current_completed_count: 0,
      current_completed_percent: null,
      current_pending_count: 0,
      current_pending_percent: null,
      current_canceled_count: 0,
      current_canceled_percent: null,
      current_total_count: 0,
      previous_total_count: 0,
      change_percent: 0,
    },
    client_stats: {
      total_count: 0,
      new_count: 0,
      new_percent: 0,
      return_count: 0,
      return_percent: 0,
      active_count: 0,
      lost_count: 0,
      lost_percent: 0,
    },
  });
});
