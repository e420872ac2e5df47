import { beforeEach, describe, expect, test } from 'vitest';
import { openShop, type Shop, testDatabase } from '../../../test/harness.ts';
import { Invalid } from '../../api/errors.ts';
import { beginAlone } from '../../surfaces/changes.ts';
import { setTimeslotSettings } from './timeslot.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});

type Settings = Parameters<typeof setTimeslotSettings>[2];

async function set(settings: Settings, locationId = shop.locationId): Promise<void> {
  const { db } = await testDatabase();
  await beginAlone(db)((tx) => setTimeslotSettings(tx, locationId, settings));
}
const read = async (of = shop) => (await of.call('GET', `/company/${of.locationId}/settings/timeslots`)).data;
const none = { is_enabled: false, weekdays_settings: [], dates_settings: [] };

describe('the timeslot settings', () => {
  test('of a new location are off and empty', async () => {
    expect(await read()).toEqual(none);
  });

  test('read in the order of weekdays and of dates, with the defaults of a grid', async () => {
    await set({
      isEnabled: true,
      weekdays: [
        { weekday: 7, gridType: 'schedule', step: 1800, slotDelay: 3600, isFlexible: true },
        { weekday: 1, gridType: 'predefined', timeslots: [50_400, 36_000, 50_400] },
      ],
      dates: [
        { date: '2026-12-31', gridType: 'timeslots', firstSlot: 36_000, lastSlot: 50_400 },
        { date: '2026-12-25', gridType: 'predefined' },
      ],
    });
    const setting = {
      grid_first_timeslot: 0,
      grid_last_timeslot: 85_800,
      grid_display_step: 900,
      grid_nearest_timeslot_delay: 0,
      is_grid_flexible: false,
    };
    expect(await read()).toEqual({
      is_enabled: true,
      weekdays_settings: [
        { weekday: 1, timeslots: [36_000, 50_400], setting: { ...setting, grid_base_type: 'predefined' } },
        {
          weekday: 7,
          timeslots: [],
          setting: {
            ...setting,
            grid_base_type: 'schedule',
            grid_display_step: 1800,
            grid_nearest_timeslot_delay: 3600,
            is_grid_flexible: true,
          },
        },
      ],
      dates_settings: [
        { date: '2026-12-25', timeslots: [], setting: { ...setting, grid_base_type: 'predefined' } },
        {
          date: '2026-12-31',
          timeslots: [],
          setting: {
            ...setting,
            grid_base_type: 'timeslots',
            grid_first_timeslot: 36_000,
            grid_last_timeslot: 50_400,
          },
        },
      ],
    });
  });

  test('are replaced as a whole', async () => {
    await set({ isEnabled: true, weekdays: [{ weekday: 1, gridType: 'schedule' }] });
    await set({ isEnabled: true, dates: [{ date: '2026-12-25', gridType: 'predefined' }] });
    expect(await read()).toMatchObject({ weekdays_settings: [], dates_settings: [{ date: '2026-12-25' }] });
    await set({ isEnabled: false });
    expect(await read()).toEqual(none);
  });

  test.each<[string, Omit<Settings, 'isEnabled'>]>([
    [
      'two grids for a weekday',
      {
        weekdays: [
          { weekday: 1, gridType: 'schedule' },
          { weekday: 1, gridType: 'timeslots' },
        ],
      },
    ],
    ['an eighth weekday', { weekdays: [{ weekday: 8, gridType: 'schedule' }] }],
    ['a slot after midnight', { weekdays: [{ weekday: 1, gridType: 'predefined', timeslots: [86_400] }] }],
    ['a slot before midnight', { weekdays: [{ weekday: 1, gridType: 'predefined', timeslots: [-1] }] }],
    ['slots of a grid that follows the schedule', { weekdays: [{ weekday: 1, gridType: 'schedule', timeslots: [0] }] }],
    ['a grid that ends before it begins', { weekdays: [{ weekday: 1, gridType: 'timeslots', firstSlot: 2, lastSlot: 1 }] }],
    ['a step of nothing', { dates: [{ date: '2026-12-25', gridType: 'timeslots', step: 0 }] }],
  ])('cannot have %s, and stay as they were', async (_, settings) => {
    await set({ isEnabled: true, weekdays: [{ weekday: 3, gridType: 'schedule' }] });
    await expect(set({ isEnabled: false, ...settings })).rejects.toThrow(Invalid);
    expect(await read()).toMatchObject({ is_enabled: true, weekdays_settings: [{ weekday: 3 }] });
  });

  test('that are refused say whether a day has two or a grid is impossible', async () => {
    const twice = { weekday: 1, gridType: 'schedule' } as const;
    await expect(set({ isEnabled: true, weekdays: [twice, twice] })).rejects.toMatchObject({
      errors: { timeslots: ['must have only one grid per day'] },
    });
    await expect(set({ isEnabled: true, weekdays: [{ ...twice, weekday: 8 }] })).rejects.toMatchObject({
      errors: { timeslots: ['must have valid days and grids'] },
    });
  });

  test('that are set at the same moment do not mix', async () => {
    const grids = (step: number): Settings => ({
      isEnabled: true,
      weekdays: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, gridType: 'timeslots', step })),
    });
    await Promise.all([900, 1800, 2700, 3600].map((step) => set(grids(step))));
    const { weekdays_settings: weekdays } = await read();
    expect(weekdays).toHaveLength(7);
    expect(
      new Set(weekdays.map(({ setting }: { setting: { grid_display_step: number } }) => setting.grid_display_step)).size,
    ).toBe(1);
  });

  test('belong to one location', async () => {
    const other = await openShop({ chainId: shop.chainId });
    await set({ isEnabled: true, weekdays: [{ weekday: 1, gridType: 'schedule' }] });
    await set({ isEnabled: false }, other.locationId);
    expect(await read(other)).toEqual(none);
    expect(await read()).toMatchObject({ is_enabled: true, weekdays_settings: [{ weekday: 1 }] });
  });

  test('are visible to users who see settings or manage online booking', async () => {
    const statusFor = async (permissions: Record<string, boolean>) => {
      const { authorization } = await shop.hire('worker', permissions);
      return (await shop.call('GET', `/company/${shop.locationId}/settings/timeslots`, { authorization })).status;
    };
    expect(await statusFor({})).toBe(403);
    expect(await statusFor({ settings_access: true })).toBe(200);
    expect(await statusFor({ online_record_access: true })).toBe(200);
  });
});

test('the operation replaces all grids, with the defaults of a grid for what is left out', async () => {
  const path = `/company/${shop.locationId}/settings/timeslots`;
  const put = (body: object) => shop.call('PUT', path, { body });
  const weekday = { weekday: 1, timeslots: [50_400, 36_000], setting: { grid_base_type: 'predefined' } };
  const { data } = await put({ is_enabled: true, weekdays_settings: [weekday] });
  expect(data).toMatchObject({
    is_enabled: true,
    weekdays_settings: [
      { weekday: 1, timeslots: [36_000, 50_400], setting: { grid_last_timeslot: 85_800, grid_display_step: 900 } },
    ],
  });
  expect(await read()).toEqual(data);
  const twice = await put({ is_enabled: true, weekdays_settings: [weekday, weekday] });
  expect([twice.status, twice.meta.errors]).toEqual([422, [{ timeslots: ['must have only one grid per day'] }]]);
  const none = {
    is_enabled: false,
    dates_settings: [{ date: '2028-02-29', timeslots: [], setting: { grid_base_type: 'predefined' } }],
  };
  const emptied = await put(none);
  expect(emptied.data).toMatchObject({
    is_enabled: false,
    weekdays_settings: [],
    dates_settings: [{ date: '2028-02-29' }],
  });
  expect((await put({ ...none, dates_settings: [{ ...none.dates_settings[0], date: '2027-02-29' }] })).status).toBe(422);
});
