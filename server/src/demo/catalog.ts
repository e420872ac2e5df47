/** The catalog of the demo business: ten categories of six services. Prices are of New York, in dollars; durations in minutes. */
export const demoCatalog: { title: string; services: [title: string, minutes: number, priceMin: number, priceMax?: number][] }[] =
  [
    {
      title: 'Haircuts',
      services: [
        ["Women's haircut", 60, 85, 140],
        ["Men's haircut", 45, 55, 75],
        ["Children's haircut", 30, 40],
        ['Fringe trim', 15, 15],
        ['Cut and blow-dry', 75, 110, 165],
        ['Clipper cut', 30, 35],
      ],
    },
    {
      title: 'Colour',
      services: [
        ['Root touch-up', 90, 95, 130],
        ['Full colour', 120, 140, 220],
        ['Half head of highlights', 120, 160, 230],
        ['Full head of highlights', 180, 220, 340],
        ['Balayage', 210, 260, 420],
        ['Toner', 30, 45],
      ],
    },
    {
      title: 'Styling',
      services: [
        ['Blow-dry', 45, 50, 70],
        ['Updo', 75, 95, 150],
        ['Bridal hair trial', 90, 150],
        ['Bridal hair', 120, 280, 380],
        ['Curls with a curling iron', 60, 65],
        ['Braids', 90, 80, 160],
      ],
    },
    {
      title: 'Hair care',
      services: [
        ['Deep conditioning', 30, 40],
        ['Keratin smoothing', 180, 280, 400],
        ['Bond repair', 45, 60],
        ['Scalp treatment', 45, 65],
        ['Olive oil mask', 30, 35],
        ['Hair loss consultation', 30, 0],
      ],
    },
    {
      title: 'Barber',
      services: [
        ['Beard trim', 30, 30],
        ['Hot towel shave', 45, 50],
        ['Haircut and beard', 75, 80, 100],
        ['Grey blending', 45, 55],
        ['Head shave', 30, 40],
        ['Father and son', 75, 85],
      ],
    },
    {
      title: 'Nails',
      services: [
        ['Manicure', 45, 35],
        ['Gel manicure', 60, 55],
        ['Pedicure', 60, 60],
        ['Gel pedicure', 75, 75],
        ['Nail extensions', 120, 110, 150],
        ['Gel removal', 30, 20],
      ],
    },
    {
      title: 'Brows and lashes',
      services: [
        ['Brow shaping', 30, 30],
        ['Brow tint', 15, 20],
        ['Brow lamination', 60, 80],
        ['Lash lift', 60, 90],
        ['Lash extensions, classic', 120, 150],
        ['Lash extensions, refill', 75, 80],
      ],
    },
    {
      title: 'Face',
      services: [
        ['Express facial', 30, 60],
        ['Classic facial', 60, 110],
        ['Chemical peel', 45, 130],
        ['Microneedling', 75, 220],
        ['LED therapy', 30, 50],
        ['Skin consultation', 30, 0],
      ],
    },
    {
      title: 'Massage',
      services: [
        ['Back massage', 30, 60],
        ['Relaxing massage', 60, 110],
        ['Deep tissue massage', 90, 160],
        ['Hot stone massage', 75, 140],
        ['Head and neck massage', 30, 55],
        ['Foot reflexology', 45, 70],
      ],
    },
    {
      title: 'Make-up',
      services: [
        ['Day make-up', 45, 70],
        ['Evening make-up', 60, 95],
        ['Bridal make-up trial', 75, 120],
        ['Bridal make-up', 90, 220],
        ['Make-up lesson', 90, 130],
        ['Group make-up lesson', 120, 60],
      ],
    },
  ];

export const demoPositions = [
  { title: 'Hair stylist', description: 'Cuts and styles hair' },
  { title: 'Colourist', description: 'Colours hair' },
  { title: 'Barber', description: '' },
  { title: 'Nail artist', description: '' },
  { title: 'Beautician', description: 'Brows, lashes, face and make-up' },
  { title: 'Massage therapist', description: '' },
  { title: 'Trainee', description: 'Nobody yet' },
];

/** Working hours of a weekday, `HH` to `HH`; an empty list is a day off. Monday first. */
type Week = [number, number][][];

const early: Week = [[[9, 17]], [[9, 17]], [[9, 17]], [[9, 17]], [[9, 17]], [], []];
const late: Week = [[], [[12, 20]], [[12, 20]], [[12, 20]], [[12, 20]], [[10, 18]], []];
const split: Week = [
  [
    [9, 13],
    [15, 19],
  ],
  [],
  [
    [9, 13],
    [15, 19],
  ],
  [],
  [
    [9, 13],
    [15, 19],
  ],
  [[10, 16]],
  [],
];
const weekend: Week = [[], [], [], [[11, 19]], [[11, 19]], [[10, 19]], [[10, 18]]];

/** The team members who serve clients. `place` is an index of `demoPlaces`, `user` an e-mail of `demoTeam`. */
export const demoTeamMembers: {
  place: number;
  name: string;
  position: string;
  categories: string[];
  week: Week;
  user?: string;
}[] = [
  {
    place: 0,
    name: 'Noah Kim',
    position: 'Hair stylist',
    categories: ['Haircuts', 'Styling', 'Hair care'],
    week: early,
    user: 'noah@foyer.example',
  },
  { place: 0, name: 'Grace Okafor', position: 'Hair stylist', categories: ['Haircuts', 'Styling', 'Colour'], week: late },
  { place: 0, name: 'Sofía Marín', position: 'Colourist', categories: ['Colour', 'Hair care'], week: split },
  { place: 0, name: 'Dmitri Volkov', position: 'Barber', categories: ['Barber', 'Haircuts'], week: early },
  { place: 0, name: 'Mei Tanaka', position: 'Nail artist', categories: ['Nails'], week: late },
  { place: 0, name: 'Leila Haddad', position: 'Beautician', categories: ['Brows and lashes', 'Face', 'Make-up'], week: weekend },
  { place: 0, name: 'Jonas Weber', position: 'Massage therapist', categories: ['Massage'], week: split },
  {
    place: 1,
    name: 'Amélie Laurent',
    position: 'Colourist',
    categories: ['Colour', 'Hair care', 'Haircuts'],
    week: late,
    user: 'amelie@foyer.example',
  },
  { place: 1, name: 'Oliver Grant', position: 'Barber', categories: ['Barber', 'Haircuts'], week: late },
  { place: 1, name: 'Zofia Nowak', position: 'Nail artist', categories: ['Nails', 'Brows and lashes'], week: weekend },
  { place: 1, name: 'Ewa Lind', position: 'Beautician', categories: ['Face', 'Make-up'], week: split },
  { place: 1, name: 'Tomas Silva', position: 'Massage therapist', categories: ['Massage', 'Styling'], week: weekend },
];

/** Equipment and rooms, their number, and the categories whose services need one. */
export const demoResources = [
  { title: 'Styling chair', instances: 4, categories: ['Haircuts', 'Styling', 'Barber'] },
  { title: 'Wash basin', instances: 3, categories: ['Colour', 'Hair care'] },
  { title: 'Pedicure chair', instances: 2, categories: ['Nails'] },
  { title: 'Treatment room', instances: 2, categories: ['Face', 'Massage'] },
  // No service needs it.
  { title: 'Portable dryer', instances: 2, categories: [] },
];

export const demoCustomFields = [
  { entity: 'client', code: 'skin_type', title: 'Skin type', type: 'list', options: ['dry', 'oily', 'combination', 'normal'] },
  { entity: 'client', code: 'patch_test', title: 'Last patch test', type: 'date', options: [] },
  { entity: 'client', code: 'allergies', title: 'Allergies', type: 'text', options: [] },
  { entity: 'appointment', code: 'parking', title: 'Needs a parking space', type: 'list', options: ['yes', 'no'] },
  { entity: 'appointment', code: 'colour_formula', title: 'Colour formula', type: 'text', options: [] },
] as const;

/** The days that the calendar of the demo reaches ahead of today, and back when the demo is created. */
export const demoCalendar = { ahead: 92, behind: 14 };

/** When a member works on a date `yyyy-mm-dd`, in seconds of the day. */
export function demoHours(week: Week, date: string): { from: number; to: number }[] {
  const monday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
  return (week[monday] ?? []).map(([from, to]) => ({ from: from * 3600, to: to * 3600 }));
}
