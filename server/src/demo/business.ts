import type { Role } from '../domains/access/permissions.ts';
import type { ClientFields } from '../domains/clients/client.ts';
import { toMoney, toPercent } from '../platform/money.ts';
import { demoCredentials } from './accounts.ts';

/** The title of the chain. */
export const demoChain = 'Lavender & Co.';

/** The two locations. Their place determines their time zone and currency. */
export const demoPlaces = [
  {
    city: 'New York',
    columns: {
      title: 'Lavender Studio, Manhattan',
      publicTitle: 'Lavender Studio',
      shortDescription: 'Hair and beauty salon',
      description: '<p>Cuts, colour and care, by appointment.</p>',
      address: '120 Example Street',
      zip: '10001',
      phones: ['+12125550100'],
      email: 'manhattan@foyer.example',
      site: 'https://lavender.example',
      schedule: 'Mon-Sat 9:00-20:00',
    },
  },
  {
    city: 'London',
    columns: {
      title: 'Lavender Studio, Soho',
      publicTitle: 'Lavender Studio',
      shortDescription: 'Hair and beauty salon',
      description: '<p>Our first house in London.</p>',
      address: '12 Example Lane',
      zip: 'W1D 0AA',
      phones: ['+447700900100'],
      email: 'soho@foyer.example',
      site: 'https://lavender.example',
      schedule: 'Tue-Sun 10:00-19:00',
    },
  },
];

export const demoTags = [
  { title: 'Regular', color: '#2f9e44' },
  { title: 'VIP', color: '#9c36b5' },
  { title: 'Allergies', color: '#e03131' },
  { title: 'Black list', color: '#212529' },
];

/** The people of the business; `places` are indexes of `demoPlaces`, `token` is ready for use. */
export const demoTeam: {
  name: string;
  email: string;
  phone: string;
  role: Role;
  position: string;
  places: number[];
  token?: string;
}[] = [
  {
    name: 'Olivia Hart',
    email: demoCredentials.login,
    phone: '+12125550101',
    role: 'owner',
    position: 'Owner',
    places: [0, 1],
    token: demoCredentials.userToken,
  },
  {
    name: 'Marcus Bell',
    email: 'manager@foyer.example',
    phone: '+12125550102',
    role: 'manager',
    position: 'Studio manager',
    places: [0, 1],
  },
  {
    name: 'Priya Nair',
    email: 'desk.manhattan@foyer.example',
    phone: '+12125550103',
    role: 'administrator',
    position: 'Front desk',
    places: [0],
    token: demoCredentials.receptionistToken,
  },
  {
    name: 'Tom Ashby',
    email: 'desk.soho@foyer.example',
    phone: '+447700900103',
    role: 'administrator',
    position: 'Front desk',
    places: [1],
  },
  {
    name: 'Elena Ruiz',
    email: 'books@foyer.example',
    phone: '+12125550104',
    role: 'accountant',
    position: 'Accountant',
    places: [0, 1],
  },
  {
    name: 'Noah Kim',
    email: 'noah@foyer.example',
    phone: '+12125550105',
    role: 'worker',
    position: 'Hair stylist',
    places: [0],
    token: demoCredentials.workerToken,
  },
  {
    name: 'Amélie Laurent',
    email: 'amelie@foyer.example',
    phone: '+447700900105',
    role: 'worker',
    position: 'Colourist',
    places: [1],
  },
  {
    name: 'Hannah Cole',
    email: 'auditor@foyer.example',
    phone: '+12125550106',
    role: 'free_readonly',
    position: 'Tax adviser',
    places: [0, 1],
  },
  {
    name: 'Victor Lindqvist',
    email: 'office@foyer.example',
    phone: '+12125550107',
    role: 'free_readonly_admin',
    position: 'Office manager',
    places: [0, 1],
  },
];

/** Somebody who has not accepted the invitation to the first location yet. */
export const demoInvitation = {
  name: 'Grace Okafor',
  search: 'grace@foyer.example',
  information: 'Front desk',
  role: 'administrator',
} as const;

const clientsPerPlace = [300, 200];
const areaCodes = ['212', '315', '347', '516', '607', '646', '718', '914', '917', '929'];

/** Numbers that are set aside for fiction in both countries; none is one of the team's. */
const phoneOf = (place: number, index: number) =>
  place === 0
    ? `+1${areaCodes[index % areaCodes.length]}55501${String(Math.floor(index / areaCodes.length)).padStart(2, '0')}`
    : `+447700900${String(200 + index).padStart(3, '0')}`;

/** Clients of a location, always the same. */
export async function demoClients(place: number, tagIds: number[]): Promise<ClientFields[]> {
  // Only seeding needs it: the server does not load it.
  const { base, en, Faker } = await import('@faker-js/faker');
  const faker = new Faker({ locale: [en, base], seed: 20_260_101 + place });
  return Array.from({ length: clientsPerPlace[place] as number }, (_, index) => {
    const gender = faker.helpers.weightedArrayElement([
      { weight: 6, value: 2 },
      { weight: 3, value: 1 },
      { weight: 1, value: 0 },
    ]);
    const name = faker.person.firstName(gender === 0 ? undefined : gender === 1 ? 'male' : 'female');
    const surname = faker.person.lastName();
    const spent = faker.number.int({ min: 0, max: 40 }) * 25;
    const hasCard = faker.datatype.boolean(0.3);
    return {
      name,
      surname,
      phone: phoneOf(place, index + (place === 0 ? 110 : 10)),
      email: faker.datatype.boolean(0.8)
        ? faker.internet.email({ firstName: name, lastName: surname, provider: 'example.com' }).toLowerCase()
        : '',
      gender,
      importance: faker.helpers.weightedArrayElement([0, 1, 2, 3].map((value) => ({ weight: 12 >> value || 1, value }))),
      discount: toPercent(faker.helpers.arrayElement([0, 0, 0, 5, 10, 15])),
      card: hasCard ? faker.string.numeric({ length: 8, allowLeadingZeros: false }) : '',
      birthDate: faker.date.birthdate({ min: 18, max: 80, mode: 'age', refDate: '2026-01-01' }).toISOString().slice(0, 10),
      comment: faker.datatype.boolean(0.2) ? faker.helpers.arrayElement(notes) : '',
      spent: toMoney(spent),
      // Most clients have paid for everything; some owe for the last visit.
      openingBalance: toMoney(spent > 0 && faker.datatype.boolean(0.05) ? spent - 25 : spent),
      birthdaySms: faker.datatype.boolean(0.5),
      tagIds: faker.helpers.arrayElements(tagIds.slice(0, 3), { min: 0, max: 2 }),
    };
  });
}

const notes = [
  'Prefers mornings.',
  'Sensitive scalp: no ammonia.',
  'Always books with the same stylist.',
  'Likes a quiet appointment.',
  'Brings the dog along.',
  'Asked about a gift card for her mother.',
  'Late by ten minutes as a rule.',
  'Patch test done, no reaction.',
];

/** Some comments on every third client, by the people of the location. */
export function demoComments(place: number, clientIds: number[], staff: number[]) {
  return clientIds
    .filter((_, index) => index % 3 === 0)
    .flatMap((clientId, index) =>
      Array.from({ length: 1 + (index % 3) }, (_, number) => ({
        clientId,
        userId: staff[(index + number + place) % staff.length] as number,
        text: notes[(index * 3 + number) % notes.length] as string,
      })),
    );
}

/** Files of a few clients, with real content. */
export function demoFiles(place: number) {
  return Array.from({ length: 12 }, (_, index) => ({
    clientIndex: index * 5,
    name: index % 3 === 0 ? 'consent form.txt' : index % 3 === 1 ? 'colour recipe.txt' : 'before.png',
    description: index % 3 === 2 ? 'Photo before the first visit' : '',
    content:
      index % 3 === 2
        ? pixel
        : Buffer.from(
            `${index % 3 === 0 ? 'Consent to treatment, signed.' : 'Base 7.1, highlights 9.3, 35 minutes.'}\nLocation ${place + 1}.\n`,
          ),
  }));
}

/** A PNG of one pixel. */
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A picture of 96 by 72 pixels: a disc on lavender. */
export const demoPicture = Buffer.from(
  [
    'iVBORw0KGgoAAAANSUhEUgAAAGAAAABICAIAAACGBWc0AAABUUlEQVR42u3aMW4CQQyFYV8sZ8kRqVOTDlGlSEGFKJGQkJCQaDYHIAwL+D3vLL',
    '/1DmB/cjXj2G8vpJGAACCAAAIIIIAAAogABJAAaPd7Jo0UAw3j6u2Ahmdr/kBDRs0TaMiuWQHdGvLz43tMCo2iSmckzV2m7oFSaNpMHQOl6/iN',
    'wqaTQtNg6gxIrWMzin51PEaxWZ/SUwiUPkt0rWMw0gIZdK6NJg3kXx/1EsUM1ke6RAAZgQp1dEYAAQQQQABNGehneczKpICyhgIIIIAAAggggO',
    'qNFDoAlQIVvihOF6hqiUQ6cqCSX41koNXXIT2F/2LpswBUAWQzUusIgQxGBh0t0LWR7j5IN4IWSGHk1HEA/WuUeKOobt4BdMvo9StXQ+cmoIbR',
    '0+Vp2weUyORs2A30IpO/1RqgR6UKO4zlYk8aAQgggAACCCCAAAKIAASQIH87DHhAmo3ewwAAAABJRU5ErkJggg==',
  ].join(''),
  'base64',
);

const grid = { firstSlot: 9 * 3600, lastSlot: 19 * 3600, step: 1800, slotDelay: 3600 };

/** How both locations are booked online. */
export const demoBooking = {
  settings: { slotDelay: 60, onlineEventSeats: 2, eventSeats: 4, showsDataAgreement: true },
  timeslots: {
    isEnabled: true,
    weekdays: [
      ...[2, 3, 4, 5].map((weekday) => ({ ...grid, weekday, gridType: 'schedule' as const })),
      { ...grid, weekday: 6, gridType: 'predefined' as const, timeslots: [10, 12, 14, 16].map((hour) => hour * 3600) },
    ],
    dates: [{ ...grid, date: '2026-12-25', gridType: 'predefined' as const, timeslots: [] }],
  },
  forms: [
    { title: 'Website', description: 'The button on every page', isDefault: true },
    { title: 'Social media', withoutMenu: true, buttonColor: '#9c36b5', isButtonAnimated: false },
  ],
};

/** Notes of the front desk about some appointments. */
export const demoAppointmentNotes: readonly string[] = [
  'Prefers the window seat.',
  'Allergic to ammonia: use the gentle line.',
  'Comes with a dog.',
  'First visit, recommended by a friend.',
  'Wants the same as last time.',
];

/** Reviews by clients. `member` selects a team member; the other reviews are about the location. */
export const demoReviews: readonly { member?: number; rating: number; text: string; authorName: string }[] = [
  { member: 0, rating: 5, text: 'Always on time, and the cut grows out well.', authorName: 'Priya' },
  { member: 0, rating: 4, text: 'Good work, a little hurried.', authorName: 'Lukas' },
  { member: 1, rating: 5, text: 'The best colour I ever had.', authorName: 'Zoë' },
  { member: 2, rating: 5, text: '', authorName: 'Omar' },
  { member: 3, rating: 3, text: 'Fine, but I had to wait.', authorName: 'Hannah' },
  { rating: 5, text: 'A calm place. The tea is excellent.', authorName: 'Mateo' },
];
