import type { PermissionValue } from '../src/domains/access/permissions.ts';
import { call, openShop, type Shop, somePhone } from './harness.ts';

/** The dates on which the member of `openSalon` works, a Monday to a Thursday. */
export const salonDates = ['2030-05-06', '2030-05-07', '2030-05-08', '2030-05-09'];

/** A shop with a team member who works four days and a service of an hour. Tests create appointments there. */
export async function openSalon(options: Parameters<typeof openShop>[0] = {}) {
  const shop = await openShop(options);
  const member = await shop.addTeamMember();
  const service = await shop.addService({ duration: 3600 });
  await setHours(shop, member, salonDates);
  const body = (fields: Record<string, unknown> = {}) => ({
    staff_id: member,
    services: [{ id: service }],
    client: { phone: somePhone(), name: 'Ada' },
    datetime: '2030-05-06T10:00:00',
    seance_length: 3600,
    ...fields,
  });
  const book = (fields: Record<string, unknown> = {}, authorization = shop.owner.authorization) =>
    shop.call('POST', `/records/${shop.locationId}`, { body: body(fields), authorization });
  /** Books an appointment that must succeed. @returns the appointment */
  const booked = async (fields: Record<string, unknown> = {}) => {
    const answer = await book(fields);
    if (answer.status !== 201) throw new Error(`The appointment is refused: ${JSON.stringify(answer.body)}`);
    return answer.data[0];
  };
  /** Makes a group event that must succeed. @returns the event */
  const addEvent = async (fields: Record<string, unknown> = {}) => {
    const answer = await shop.call('POST', `/activity/${shop.locationId}`, {
      body: {
        date: '2030-05-06 14:00',
        service_id: service,
        staff_id: member,
        capacity: 3,
        length: 3600,
        force: false,
        ...fields,
      },
    });
    if (answer.status !== 200) throw new Error(`The event is refused: ${JSON.stringify(answer.body)}`);
    return answer.data;
  };
  const place = shop.locationId;
  return { shop, place, member, service, body, book, booked, addEvent };
}

export async function setHours(
  shop: Shop,
  members: number | number[],
  dates: string[],
  slots = [{ from: '09:00', to: '18:00' }],
) {
  const schedules = [members].flat().map((member) => ({ team_member_id: member, dates, slots }));
  const answer = await shop.call('PUT', `/company/${shop.locationId}/staff/schedule`, {
    body: { schedules_to_set: schedules, schedules_to_delete: [] },
  });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
}

/** Hires an owner with these permissions changed. @returns what calls as this person, in V1, or below the root with a path that begins with `//` */
export async function callerWith(shop: Shop, permissions: Record<string, PermissionValue>) {
  const { authorization } = await shop.hire('owner', permissions);
  return (method: string, path: string, body?: unknown) =>
    call(method, path, {
      authorization,
      body,
      headers: path.startsWith('//') ? { accept: 'application/vnd.api.v2+json' } : {},
    });
}
