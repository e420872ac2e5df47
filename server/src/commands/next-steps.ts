import type { LocationRow } from '../domains/locations/location.ts';
import { commandLine } from './command-line.ts';
import type { Example } from './example.ts';

/** The facts about a new business that the next steps need. */
export interface Made {
  location: Pick<LocationRow, 'id'>;
  port: number;
  email: string;
  token: string;
  example: Example | undefined;
}

/**
 * The next steps as shell commands that can be pasted unchanged, from the new business to the first online booking. docs/first-business.md
 * explains the same commands.
 */
export function nextSteps(made: Made): string {
  const { location, email, token, port, example } = made;
  const steps = [
    step('Start the server.', commandLine('serve')),
    ...(example ? [] : [signIn(made), furnish(location.id)]),
    step(
      'Book online as a client does: the first free hour of the first date.',
      ...(example ? [address(port), `widget='Bearer ${token}'`, `service=${example.services[0]?.id}`] : [`widget=$partner`]),
      ...book(location.id),
    ),
  ];
  const intro = example
    ? describeExample(example, location.id)
    : `${email} has a business that nobody can book yet. What comes next, explained in docs/first-business.md:`;
  return [intro, ...steps.map((text, index) => `  ${index + 1}. ${text}`), ''].join('\n\n');
}

const step = (title: string, ...commands: string[]) => [title, '', ...commands.map((line) => `     ${line}`)].join('\n');

const address = (port: number) => `api=http://127.0.0.1:${port}/api/v1`;

/** Prints one value of an answer. */
const pick = (path: string) => `node -pe 'JSON.parse(fs.readFileSync(0)).data${path}'`;

const signIn = ({ email, token, port }: Made) =>
  step(
    "Sign in, in another terminal, with the owner's password in FOYER_PASSWORD.",
    address(port),
    `partner='Bearer ${token}'`,
    `user=$(curl -sS $api/auth -H "Authorization: $partner" -H 'Content-Type: application/json' \\`,
    `  -d "$(node -p 'JSON.stringify({ login: "${email}", password: process.env.FOYER_PASSWORD })')" |`,
    `  ${pick('.user_token')})`,
    `call() { curl -sSf --retry 5 -H "Authorization: $partner, User $user" -H 'Content-Type: application/json' "$@"; }`,
  );

const furnish = (location: number) =>
  step(
    'Add a team member, a service in a category, working hours for 60 days, and a booking form.',
    `member=$(call $api/staff/${location} -d '{"name": "Alex", "specialization": "Hair stylist", "has_access_timetable": true}' | ${pick('.id')})`,
    `category=$(call $api/service_categories/${location} -d '{"title": "Haircuts"}' | ${pick('.id')})`,
    `service=$(call $api/services/${location} -d "{\\"title\\": \\"Haircut\\", \\"category_id\\": $category, \\"price_min\\": 40, \\"price_max\\": 40,`,
    `  \\"staff\\": [{\\"id\\": $member, \\"seance_length\\": 3600}]}" | ${pick('.id')})`,
    `dates=$(node -p 'JSON.stringify(Array.from({ length: 60 }, (_, day) => new Date(Date.now() + day * 864e5).toISOString().slice(0, 10)))')`,
    `call -X PUT $api/company/${location}/staff/schedule -d "{\\"schedules_to_set\\": [{\\"team_member_id\\": $member, \\"dates\\": $dates,`,
    `  \\"slots\\": [{\\"from\\": \\"09:00\\", \\"to\\": \\"18:00\\"}]}]}" -o /dev/null`,
    `call $api/company/${location}/booking_forms -d '{"title": "Website", "is_default": true}' -o /dev/null`,
  );

const book = (location: number) => [
  `public() { curl -sSf --retry 5 -g -H "Authorization: $widget" -H 'Content-Type: application/json' "$@"; }`,
  `date=$(public "$api/book_dates/${location}?service_ids[]=$service" | ${pick('.booking_dates[0]')})`,
  `slot=$(public "$api/book_times/${location}/0/$date?service_ids[]=$service" | ${pick('[0].datetime')})`,
  `public $api/book_record/${location} -d "{\\"fullname\\": \\"Ada\\", \\"phone\\": \\"+1 315 555 0175\\",`,
  `  \\"appointments\\": [{\\"id\\": 1, \\"staff_id\\": 0, \\"services\\": [$service], \\"datetime\\": \\"$slot\\"}]}"`,
];

function describeExample({ teamMembers, services, bookingForm }: Example, location: number): string {
  const named = (list: { id: number; name: string }[]) => list.map(({ id, name }) => `${id} ${name}`).join(', ');
  return [
    `It can be booked already: team members ${named(teamMembers)}; services ${named(services.map(({ id, title }) => ({ id, name: title })))};`,
    `booking form ${bookingForm}. Change them through the API, as location ${location}. docs/first-business.md explains the calls. What comes next:`,
  ].join('\n');
}
