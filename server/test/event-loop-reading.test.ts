import { expect, test } from 'vitest';
import type { Operation } from '../src/api/operation.ts';
import { builtOperations, pathOf, type Things } from './every-operation.ts';
import { watchedBusiness } from './watched-business.ts';

const watched = watchedBusiness();

/** The largest page, and the longest range. */
function largestQuery({ query }: Operation): string {
  const { properties = {} } = (query ?? {}) as { properties?: Record<string, { maximum?: number }> };
  const values = Object.entries(properties).flatMap(([name, { maximum }]): [string, string][] => {
    if (/^(count|page_size|limit)$/.test(name) && maximum) return [[name, String(maximum)]];
    if (/^(start_date|date_from|from)$/.test(name)) return [[name, watched.year[0] as string]];
    if (/^(end_date|date_to|to)$/.test(name)) return [[name, watched.year.at(-1) as string]];
    return [];
  });
  return new URLSearchParams(values).toString();
}

test('nobody waits while anything of a large business is read', { timeout: 240_000 }, async () => {
  const { place, members, services, clients, appointments } = watched.business;
  const ids: Things = {
    location_id: place,
    company_id: place,
    id: clients[0] as number,
    client_id: clients[0] as number,
    team_member_id: members[0] as number,
    service_id: services[0] as number,
    record_id: appointments[0] as number,
    appointment_id: appointments[0] as number,
    start_date: watched.year[0] as string,
    end_date: watched.year.at(-1) as string,
    date: watched.year[31] as string,
    entity: 'client',
    field_category: 'client',
    lang_code: 'en-US',
  };
  const isKnown = ({ path, tag }: Operation) =>
    [...path.matchAll(/\{(\w+)\}/g)].every(([, name]) => (ids[`${tag}.${name}`] ?? ids[name as string]) !== undefined);
  const reading = builtOperations.filter(({ operation }) => operation.method === 'GET' && isKnown(operation));
  expect(reading.length).toBeGreaterThan(50);
  for (const { surface, operation } of reading) {
    const path = `/${surface.basePath}${pathOf(operation, ids)}?${largestQuery(operation)}`;
    const headers = surface.mediaType ? { accept: surface.mediaType } : {};
    const authorization = operation.access.user === 'none' ? watched.business.widget : watched.business.owner;
    const status = await watched.expectNobodyWaits(() => [{ path, headers, authorization }], `${surface.name} ${operation.id}`);
    expect(status, `${surface.name} ${operation.id}`).toBeLessThan(500);
  }
});

test('nobody waits while the schedules of a year are read with all that is booked', { timeout: 240_000 }, async () => {
  const query = `start_date=${watched.year[0]}&end_date=${watched.year.at(-1)}&include[]=busy_intervals&include[]=off_day_type`;
  expect(await watched.expectNobodyWaits(() => [{ path: `/company/${watched.business.place}/staff/schedule?${query}` }])).toBe(
    200,
  );
});

test('nobody waits while many look for free dates of a large team at the same time', { timeout: 240_000 }, async () => {
  const { place, widget, services } = watched.business;
  const path = `/book_dates/${place}?date_from=${watched.year[0]}&date_to=${watched.year.at(-1)}&service_ids[]=${services[0]}`;
  expect(await watched.expectNobodyWaits(() => Array.from({ length: 8 }, () => ({ path, authorization: widget })))).toBe(200);
});

test('nobody waits while clients are searched by many conditions at once', { timeout: 240_000 }, async () => {
  const filters = Array.from({ length: 10 }, (_, index) => ({
    type: 'record',
    state: { records_count: { from: index + 3, to: 99 }, staff: { value: watched.business.members } },
  }));
  const body = { page: 1, page_size: 200, fields: ['id', 'name'], operation: 'OR', filters };
  const path = `/company/${watched.business.place}/clients/search`;
  expect(await watched.expectNobodyWaits(() => [{ method: 'POST', path, body }])).toBe(200);
});
