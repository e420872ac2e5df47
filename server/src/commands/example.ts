import { Temporal } from 'temporal-polyfill';
import type { Write } from '../api/write.ts';
import { createBookingForm } from '../domains/booking-settings/form.ts';
import { createCategory } from '../domains/catalog/category.ts';
import { createService } from '../domains/catalog/service.ts';
import type { LocationRow } from '../domains/locations/location.ts';
import { changeWorkDays } from '../domains/schedule/work-schedule.ts';
import { createTeamMember } from '../domains/team/team-member.ts';
import { toMoney } from '../platform/money.ts';

/** Working hours reach as many weeks ahead. */
const weeks = 26;

const hours = (from: number, to: number) => ({ from: from * 3600, to: to * 3600 });

/** Which weekdays a member works on, Monday being 1, and the hours. */
const members = [
  { name: 'Alex', specialization: 'Hair stylist', days: [1, 2, 3, 4, 5], slots: [hours(9, 13), hours(14, 18)] },
  { name: 'Kim', specialization: 'Colourist', days: [2, 3, 4, 5, 6], slots: [hours(10, 18)] },
];

/** Services by category: title, minutes, price, and the indexes in `members` of the team members who provide it. */
const catalog: [string, [string, number, number, number[]][]][] = [
  [
    'Haircuts',
    [
      ['Haircut', 60, 40, [0, 1]],
      ['Fringe trim', 15, 10, [0, 1]],
      ['Wash and blow-dry', 45, 30, [0]],
    ],
  ],
  [
    'Colour',
    [
      ['Root colour', 90, 60, [1]],
      ['Highlights', 120, 90, [1]],
    ],
  ],
];

/** The part of the example that clients can book at once. */
export interface Example {
  teamMembers: { id: number; name: string }[];
  services: { id: number; title: string }[];
  bookingForm: number;
}

/**
 * Makes a small business of a new location, by the rules of the API: two team members with hours for half a year, five services in
 * two categories, and a booking form.
 */
export async function addExample(write: Write, location: LocationRow): Promise<Example> {
  const teamMembers: Example['teamMembers'] = [];
  for (const [index, { name, specialization }] of members.entries()) {
    const fields = { name, specialization, hasSchedule: true, weight: members.length - index };
    teamMembers.push(await createTeamMember(write, location.id, fields, { dismiss: true, paymentPolicy: true }));
  }
  const services: Example['services'] = [];
  for (const [title, list] of catalog) {
    const category = await createCategory(write, location.id, { title });
    for (const [name, minutes, price, by] of list) {
      const providers = by.map((index) => ({ id: (teamMembers[index] as { id: number }).id, duration: minutes * 60 }));
      const fields = {
        title: name,
        categoryId: category.id,
        duration: minutes * 60,
        priceMin: toMoney(price),
        members: providers,
      };
      services.push(await createService(write, location.id, fields));
    }
  }
  const today = Temporal.Now.plainDateISO(location.timeZone);
  const dates = Array.from({ length: weeks * 7 }, (_, day) => today.add({ days: day }));
  await changeWorkDays(
    write,
    location.id,
    members.flatMap(({ days, slots }, index) =>
      dates
        .filter((date) => days.includes(date.dayOfWeek))
        .map((date) => ({ teamMemberId: (teamMembers[index] as { id: number }).id, date: date.toString(), slots })),
    ),
  );
  const form = await createBookingForm(write, location.id, { title: 'Website', isDefault: true });
  return {
    teamMembers: teamMembers.map(({ id, name }) => ({ id, name })),
    services: services.map(({ id, title }) => ({ id, title })),
    bookingForm: form.id,
  };
}
