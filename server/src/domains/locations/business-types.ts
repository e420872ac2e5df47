/** A kind of business, `businessGroupId` is the id of its group. */
export interface BusinessType {
  id: number;
  title: string;
  businessGroupId: number;
}

/** A group of kinds of business; `image` is empty, this server ships no pictures. */
export interface BusinessGroup {
  id: number;
  title: string;
  image: string;
  types: readonly BusinessType[];
}

/** Locations store these ids, so an id must never get another meaning. 0 means no type. */
export const groups: readonly BusinessGroup[] = [
  group(1, 'Beauty', {
    101: 'Beauty salon',
    102: 'Hair salon',
    103: 'Barbershop',
    104: 'Nail studio',
    105: 'Brow and lash bar',
    106: 'Tattoo and piercing studio',
    107: 'Hair removal studio',
  }),
  group(2, 'Health', {
    201: 'Medical clinic',
    202: 'Dental clinic',
    203: 'Cosmetology clinic',
    204: 'Physiotherapy practice',
    205: 'Psychology practice',
    206: 'Optician',
  }),
  group(3, 'Wellness', { 301: 'Spa', 302: 'Massage studio', 303: 'Sauna', 304: 'Tanning studio' }),
  group(4, 'Sport', {
    401: 'Fitness club',
    402: 'Yoga studio',
    403: 'Dance studio',
    404: 'Personal training',
    405: 'Sports school',
  }),
  group(5, 'Education', {
    501: 'Language school',
    502: 'Tutoring',
    503: 'Music school',
    504: 'Children’s centre',
    505: 'Driving school',
  }),
  group(6, 'Vehicles', { 601: 'Car service', 602: 'Car wash', 603: 'Detailing studio', 604: 'Tyre service' }),
  group(7, 'Household', { 701: 'Cleaning', 702: 'Repairs', 703: 'Tailor', 704: 'Photo studio' }),
  group(8, 'Leisure and pets', { 801: 'Grooming salon', 802: 'Veterinary clinic', 803: 'Quest room', 804: 'Equipment hire' }),
];

function group(id: number, title: string, types: Record<number, string>): BusinessGroup {
  const list = Object.entries(types).map(([type, name]) => ({ id: Number(type), title: name, businessGroupId: id }));
  return { id, title, image: '', types: list };
}
