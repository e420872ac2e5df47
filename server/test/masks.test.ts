import { beforeAll, describe, expect, test } from 'vitest';
import type { Flag } from '../src/api/access.ts';
import { searchFields } from '../src/domains/clients/wire/schemas.ts';
import { type Built, builtOperations, type Things } from './every-operation.ts';
import { type Answer, type Person, somePhone } from './harness.ts';
import { masked, rights, type Secret, shownInChains } from './rights-table.ts';
import { bodyOf, destroys, keyOf, openWorld, queryOf, requestIn, type World } from './world.ts';

/* The data of the world's client, which nothing else has. */
const name = 'Wilhelminaish';
const surname = 'Quennevilleish';
const middle_name = 'Zebedeeish';
const email = 'quenneville.zebedee@example.com';
const comment = 'Afraid of scissors';

let world: World;

beforeAll(async () => {
  world = await openWorld({ name, surname, middle_name, email, comment });
  const { shop, ids } = world;
  const message = { client_ids: [ids.client_id], subject: 'News', text: 'Hello' };
  for (const kind of ['sms', 'email']) await shop.call('POST', `/${kind}/clients/by_id/${shop.locationId}`, { body: message });
});

const secretsOf = ({ ids, mark }: World, phone = String(ids.client_phone)): Record<Secret, string> => ({
  phone: phone.slice(1),
  email,
  surname,
  'middle name': middle_name,
  'card comment': comment,
  'custom field of the client': `Client value ${mark}`,
  'custom field of the appointment': `Record value ${mark}`,
  'client of an appointment': name,
  guest: `Guest ${mark}`,
  'email of a guest': `guest-${mark.toLowerCase()}@example.com`,
  'file name': `${mark.toLowerCase()}.txt`,
});
const secrets = Object.keys(masked) as Secret[];

/** Another place of the client in the event, for requests that succeed only once per place. */
async function furtherPlace(): Promise<Things> {
  const { shop, ids } = world;
  const body = {
    activity_id: ids.event_id,
    client: { id: ids.client_id },
    custom_fields: { [ids.record_field as string]: `Record value ${world.mark}` },
  };
  const answer = await shop.call('POST', `/records/${shop.locationId}`, { body });
  return { ...ids, record_id: answer.data[0].id };
}

const ofGuest = async (): Promise<Things> => ({
  ...world.ids,
  record_id: world.ids.guest_id as number,
  visit_id: world.ids.guest_visit_id as number,
  attendance_id: `visit_${world.ids.guest_visit_id}`,
});

/** The request of an operation, if it is not the same each time. */
const subjects: Record<string, () => Promise<Things>> = {
  'b2b-v1 get_appointment': furtherPlace,
  'b2b-v2 delete_timetable_appointment': furtherPlace,
  'b2b-v2 update_event_appointment': furtherPlace,
  'b2b-v2 reschedule_event_appointment': furtherPlace,
};

const client = (phone: string) => ({
  name,
  surname,
  middle_name,
  email,
  comment,
  phone,
  custom_fields: { [world.ids.client_field as string]: `Client value ${world.mark}` },
});
const values = () => ({ custom_fields: { [world.ids.record_field as string]: `Record value ${world.mark}` } });

/** Bodies that contain the secrets, and request all of them. @param phone a new one */
const bodies: Record<string, (ids: Things, body: object, phone: string) => unknown> = {
  'b2b-v1 create_client': (_, __, phone) => client(phone),
  'b2b-v1 bulk_create_clients': (_, __, phone) => [client(phone)],
  'b2b-v1 update_client': (ids) => client(ids.client_phone as string),
  'b2b-v1 get_client_list': () => ({ fields: Object.keys(searchFields) }),
  'b2b-v1 create_appointment': (_, body) => ({ ...body, ...values() }),
  'b2b-v1 update_appointment': (_, body) => ({ ...body, ...values() }),
  'b2b-v1 update_appointment of a guest': (ids, body) => ({
    ...body,
    ...values(),
    activity_id: 0,
    staff_id: ids.team_member_id,
    services: [{ id: ids.service_id }],
    datetime: '2030-05-07T10:00:00',
    seance_length: 3600,
    client: { name: `Guest ${world.mark}`, email: `guest-${world.mark.toLowerCase()}@example.com` },
  }),
};

/** Answers that are new clients have the phone number that was sent. */
const isNewClient = (key: string) => key === 'b2b-v1 create_client' || key === 'b2b-v1 bulk_create_clients';

interface Asked {
  answer: Answer;
  shown: Secret[];
}

async function ask(key: string, built: Built, authorization: string): Promise<Asked> {
  const ids = await (key.endsWith(' of a guest') ? ofGuest() : (subjects[key] ?? (async () => world.ids))());
  const phone = somePhone();
  const body = bodyOf(built, ids);
  const { include } = built.operation.query?.properties ?? {};
  const every = include?.items?.enum;
  const answer = await requestIn({ ...world, ids }, built, {
    authorization,
    ...(body ? { body: bodies[key]?.(ids, body, phone) ?? body } : {}),
    query: { ...queryOf(built, ids), ...(every ? { include: every } : {}) },
  });
  const text = JSON.stringify(answer.body);
  const looked = secretsOf(world, isNewClient(key) ? phone : undefined);
  return { answer, shown: secrets.filter((secret) => text.includes(looked[secret]) && !isOfCard(key, secret)) };
}

/** If the operation is about the client, the first name is no secret. */
const isOfCard = (key: string, secret: Secret) => secret === 'client of an appointment' && !masked[secret][key];

const backOffice = builtOperations.filter(
  ({ surface, operation }) =>
    (surface.name === 'b2b-v1' || surface.name === 'b2b-v2') && operation.success.body !== 'stream' && operation.access.partner,
);
const isKept = (built: Built) => !destroys(built) || keyOf(built) in subjects;
const guests = ['b2b-v1 get_appointment', 'b2b-v1 get_visit', 'b2b-v1 update_appointment', 'b2b-v2 list_attendance_appointments'];
const rows = [
  ...backOffice.filter(isKept).map((built) => [keyOf(built), built] as const),
  ...backOffice.filter((built) => guests.includes(keyOf(built))).map((built) => [`${keyOf(built)} of a guest`, built] as const),
];

const flagsOf = (key: string) => secrets.flatMap((secret) => masked[secret][key] ?? []);

describe.each(rows)('%s', (key, built) => {
  test('shows the fields of the table, and hides them from callers without the permission', async () => {
    const { answer, shown } = await ask(key, built, world.shop.owner.authorization);
    const expected = secrets.filter((secret) => masked[secret][key] || shownInChains[key]?.includes(secret));
    expect([answer.status, shown]).toEqual([answer.status, expected]);
    if (expected.length) expect(answer.status).toBe(built.operation.success.status);
    for (const flag of new Set<Flag>(flagsOf(key))) {
      const blind = await ask(key, built, (await without(flag)).authorization);
      const isRefused = rights[key]?.flags.includes(flag);
      expect([flag, blind.answer.status]).toEqual([flag, isRefused ? 403 : answer.status]);
      if (isRefused) continue;
      // A caller who may not see the client of an appointment sees no data of the client.
      const hidden = flag === 'record_form_client_access' ? ofClient : expected.filter((secret) => masked[secret][key] === flag);
      expect([flag, blind.shown]).toEqual([flag, expected.filter((secret) => !hidden.includes(secret))]);
    }
  });
});

const ofClient = secrets.filter((secret) => secret !== 'custom field of the appointment');

const people = new Map<Flag, Promise<Person>>();
function without(flag: Flag): Promise<Person> {
  const known = people.get(flag) ?? world.shop.hire('owner', { [flag]: false });
  people.set(flag, known);
  return known;
}

test('the receipt of a visit names the client to callers who may see the client of an appointment', async () => {
  const built = backOfficeReceipt();
  const size = async (authorization: string) =>
    Number((await requestIn(world, built, { authorization })).headers.get('content-length'));
  const { authorization } = await without('record_form_client_access');
  expect(await size(world.shop.owner.authorization)).toBeGreaterThan(await size(authorization));
});

const backOfficeReceipt = () => builtOperations.find((built) => keyOf(built) === 'b2b-v1 get_visit_receipt_pdf') as Built;

test('the table of masked fields names built operations', () => {
  const keys = new Set(rows.map(([key]) => key));
  for (const secret of secrets) {
    for (const key of Object.keys(masked[secret])) expect(keys).toContain(key);
  }
});
