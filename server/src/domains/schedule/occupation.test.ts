import { describe, expect, test } from 'vitest';
import { call, testDatabase } from '../../../test/harness.ts';
import { openSalon, setHours } from '../../../test/salon.ts';
import { beginAlone } from '../../surfaces/changes.ts';
import { serviceResources } from '../catalog/tables.ts';
import { grantTimes, lockCalendars, TimeTaken } from './occupation.ts';

type Salon = Awaited<ReturnType<typeof openSalon>>;

/** Makes the service of a salon need resources, each with so many instances. */
async function needs({ shop, place, service }: Salon, ...counts: number[]) {
  const { db } = await testDatabase();
  const resources: { id: number; instanceIds: number[] }[] = [];
  for (const [index, count] of counts.entries()) {
    const resource = await shop.addResource(`Room ${index + 1}`, count);
    await db.insert(serviceResources).values({ locationId: place, serviceId: service, resourceId: resource.id });
    resources.push(resource);
  }
  return resources;
}

/** Another team member of the salon, who works on its first day. */
async function colleague({ shop }: Salon): Promise<number> {
  const id = await shop.addTeamMember();
  await setHours(shop, id, ['2030-05-06']);
  return id;
}

describe('a time that cannot be had', () => {
  test('says that the team member does not work then', async () => {
    const { book } = await openSalon();
    const { status, meta } = await book({ datetime: '2030-05-06T20:00:00' });
    expect([status, meta]).toEqual([
      422,
      {
        message: 'The team member does not work at this time',
        errors: [{ datetime: ['is outside the working hours of the team member'] }],
      },
    ]);
  });

  test('reports that the team member is busy, and why', async () => {
    const { book, booked } = await openSalon();
    const { id } = await booked();
    const { status, meta } = await book();
    expect([status, meta]).toEqual([
      422,
      { message: 'The team member is busy at this time', errors: [{ datetime: [`is taken by appointment ${id}`] }] },
    ]);
  });

  test('says which resource of the services has no instances', async () => {
    const salon = await openSalon();
    const [room] = await needs(salon, 0);
    const { status, meta } = await salon.book();
    expect([status, meta]).toEqual([
      422,
      {
        message: 'The resource has no instances',
        errors: [{ services: [`need resource ${room?.id}, which has no instances`] }],
      },
    ]);
  });

  test('reports that a resource is busy, and why, even if another one is free', async () => {
    const salon = await openSalon();
    await needs(salon, 2, 1);
    const { id } = await salon.booked();
    const { status, meta } = await salon.book({ staff_id: await colleague(salon) });
    expect([status, meta]).toEqual([
      422,
      { message: 'A resource is busy at this time', errors: [{ datetime: [`is taken by appointment ${id}`] }] },
    ]);
  });
});

test('a service that needs two resources takes an instance of each', async () => {
  const salon = await openSalon();
  const rooms = await needs(salon, 2, 2);
  const taken = async (fields = {}) =>
    (await salon.booked(fields)).resource_instance_ids.toSorted((a: number, b: number) => a - b);
  expect(await taken()).toEqual(rooms.map(({ instanceIds }) => instanceIds[0]));
  expect(await taken({ staff_id: await colleague(salon) })).toEqual(rooms.map(({ instanceIds }) => instanceIds[1]));
});

describe('several claims of one request', () => {
  const at = (time: string) => ({ start: new Date(`2030-05-06T${time}:00-04:00`), end: new Date(`2030-05-06T${time}:59-04:00`) });

  test('are granted one after the other, and do not take the same instance or the same time', async () => {
    const salon = await openSalon();
    const { member, place, shop } = salon;
    const [room] = await needs(salon, 2);
    const [second, third] = [await colleague(salon), await colleague(salon)];
    const { db } = await testDatabase();
    const location = { id: place, timeZone: shop.timeZone };
    const claim = (sourceId: number, teamMemberId: number, hour: string) => ({
      ...at(hour),
      sourceId,
      teamMemberId,
      resourceIds: [room?.id as number],
      instanceIds: [],
      force: false,
    });
    const outcomes = await beginAlone(db)(async (write) => {
      const held = await lockCalendars(write, place, {
        memberIds: [member, second, third],
        resourceIds: [room?.id as number],
        instanceIds: [],
      });
      const claims = [
        claim(1, member, '10:00'),
        claim(2, second, '10:00'),
        claim(3, member, '10:00'),
        claim(4, third, '10:00'),
        claim(5, third, '10:01'),
      ];
      return grantTimes(write, location, 'event', claims, held);
    });
    expect(outcomes.map((outcome) => (outcome instanceof TimeTaken ? outcome.obstacle : outcome.instanceIds))).toEqual([
      [room?.instanceIds[0]],
      [room?.instanceIds[1]],
      { kind: 'member', source: 'event', sourceId: 1 },
      { kind: 'resource', source: 'event', sourceId: 1 },
      [room?.instanceIds[0]],
    ]);
  });

  test('are looked at some hundreds at once, each on its own', async () => {
    const { member, place, shop } = await openSalon();
    const { db } = await testDatabase();
    const outcomes = await beginAlone(db)((write) =>
      grantTimes(
        write,
        { id: place, timeZone: shop.timeZone },
        'event',
        // Every third of them is before nine o'clock.
        Array.from({ length: 450 }, (_, index) => {
          const start = new Date(at(index % 3 ? '10:00' : '08:00').start.getTime() + index * 60_000 * (index % 3 ? 1 : 0.1));
          return {
            sourceId: index,
            start,
            end: new Date(start.getTime() + 1000),
            teamMemberId: member,
            resourceIds: [],
            instanceIds: [],
            force: false,
          };
        }),
        [],
      ),
    );
    expect(outcomes.map((outcome) => outcome instanceof TimeTaken)).toEqual(
      Array.from({ length: 450 }, (_, index) => index % 3 === 0),
    );
  });
});

test('the occupied resources can be filtered by the services that need them', async () => {
  const salon = await openSalon();
  const { shop, place, service } = salon;
  const [room] = await needs(salon, 1);
  const other = await shop.addResource('Sauna', 1);
  await salon.booked();
  await salon.addEvent({ service_id: await shop.addService(), resource_instance_ids: other.instanceIds });
  const occupied = async (more = '') => {
    const dates = 'filter[date_intersect_from_strict]=2030-05-06T00:00:00&filter[date_intersect_to_strict]=2030-05-07T00:00:00';
    const { authorization } = shop.owner;
    const headers = { accept: 'application/vnd.api.v2+json' };
    const answer = await call('GET', `//api/v2/locations/${place}/resource_occupations?${dates}${more}`, {
      authorization,
      headers,
    });
    return answer.body.data.map((each: { attributes: { resource_id: number } }) => each.attributes.resource_id);
  };
  expect(await occupied()).toEqual([room?.id, other.id]);
  expect(await occupied(`&filter[service_ids][]=${service}`)).toEqual([room?.id]);
});

test('the slots of a team member are free while a colleague is busy', async () => {
  const salon = await openSalon();
  const { shop, place, member } = salon;
  const other = await colleague(salon);
  await salon.booked();
  const busy = async (id: number) =>
    (await shop.call('GET', `/timetable/seances/${place}/${id}/2030-05-06`)).data
      .filter((slot: { is_free: boolean }) => !slot.is_free)
      .map((slot: { time: string }) => slot.time);
  expect(await busy(member)).toEqual(['10:00', '10:15', '10:30', '10:45']);
  expect(await busy(other)).toEqual([]);
});
