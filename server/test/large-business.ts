import { sql } from 'drizzle-orm';
import type { Write } from '../src/api/write.ts';
import { partners } from '../src/domains/access/tables.ts';
import { createUser, issuePartnerToken, issueUserToken } from '../src/domains/access/users.ts';
import { cityByTitle, country } from '../src/domains/locations/dictionaries.ts';
import { connectPartner, createChain } from '../src/domains/locations/location.ts';
import { addLocationUser } from '../src/domains/locations/location-user.ts';
import { locations } from '../src/domains/locations/tables.ts';
import { addDays, today } from '../src/platform/clock.ts';
import type { Database } from '../src/platform/database.ts';
import { beginUntold } from '../src/surfaces/changes.ts';

const size = { members: 200, services: 60, clients: 5000, appointments: 4000, days: 366 };

/** The only rows of a statement, for tests. */
async function idsOf(write: Write, statement: ReturnType<typeof sql>): Promise<number[]> {
  const { rows } = (await write.execute(statement)) as unknown as { rows: { id: number }[] };
  return rows.map(({ id }) => id);
}

/**
 * Fills a database with a large business: every member works for a year from tomorrow on and provides every service, and all their time is
 * booked except on the last day. Written in SQL, because requests would take minutes.
 */
export function addLargeBusiness({ db }: Database) {
  return beginUntold(db)(async (write) => {
    const { place, timeZone, owner, partner } = await addOwner(write);
    const tomorrow = addDays(today(timeZone), 1);
    const members = await idsOf(
      write,
      sql`insert into team_members (location_id, name, specialization, has_schedule)
        select ${place}, 'Member ' || n, 'Specialist', true from generate_series(1, ${size.members}::int) as n returning id`,
    );
    const categories = await idsOf(
      write,
      sql`insert into service_categories (location_id, title) values (${place}, 'Everything') returning id`,
    );
    const services = await idsOf(
      write,
      sql`insert into services (location_id, category_id, title, price_min, price_max, duration)
        select ${place}, ${categories[0]}, 'Service ' || n, 20 + n, 40 + n, 1800 from generate_series(1, ${size.services}::int) as n
        returning id`,
    );
    await write.execute(sql`
      insert into service_team_members (location_id, service_id, team_member_id, duration)
      select ${place}, services.id, team_members.id, 1800 from services join team_members using (location_id) where location_id = ${place}`);
    await write.execute(sql`
      insert into work_days (location_id, team_member_id, date, slots)
      select ${place}, id, ${tomorrow}::date + day, '{[32400,46800),[50400,64800)}'
      from team_members, generate_series(0, ${size.days}::int - 1) as day where location_id = ${place}`);
    const clients = await idsOf(
      write,
      sql`insert into clients (location_id, name, surname, phone, email, discount, spent, visits, comment, search)
        select ${place}, 'Olivia', 'Hartmann ' || n, phone, email, n % 20, n % 977, n % 60, 'Prefers mornings',
          'olivia hartmann ' || n || E'\n' || phone || E'\n' || email
        from generate_series(1, ${size.clients}::int) as n,
          lateral (select '+1' || (2012000000 + n * 613) as phone, 'olivia' || n || '@example.com' as email) as contact
        returning id`,
    );
    const visits = await idsOf(
      write,
      sql`insert into visits (location_id, client_id, date)
        select ${place}, client, ${tomorrow}::date
        from unnest((${sql.param(clients)}::int[])[1:${size.appointments}::int]) as client returning id`,
    );
    // In the break between the working hours.
    const documents = await idsOf(
      write,
      sql`insert into documents (location_id, type, at) select ${place}, 7, now() from generate_series(1, ${size.appointments}::int) returning id`,
    );
    const appointments = await idsOf(
      write,
      sql`insert into appointments (location_id, document_id, team_member_id, client_id, visit_id, starts_at, duration, comment, hash, created_at)
        select ${place}, (${sql.param(documents)}::int[])[1 + n], (${sql.param(members)}::int[])[1 + n % ${size.members}::int], (${sql.param(clients)}::int[])[1 + n], visit,
          (${tomorrow}::date + n / ${size.members}::int + interval '13 hours') at time zone ${timeZone}, 1800, 'Prefers mornings',
          md5(visit::text), now() - n * interval '1 second'
        from unnest(${sql.param(visits)}::int[]) with ordinality as numbered(visit, number), lateral (select number::int - 1 as n) as counted
        returning id`,
    );
    await write.execute(sql`
      insert into appointment_changes (location_id, appointment_id, at, is_deleted)
      select location_id, id, created_at, false from appointments where location_id = ${place}`);
    await write.execute(sql`
      insert into appointment_services (location_id, appointment_id, position, service_id, cost_per_unit, first_cost, cost)
      select ${place}, appointment, position, (${sql.param(services)}::int[])[1 + position], 20, 20, 20
      from unnest(${sql.param(appointments)}::int[]) as appointment, generate_series(0, 2) as position`);
    // No other transaction runs here, so the checks, which take time, are not needed.
    await write.execute(sql`
      insert into occupations (location_id, source, source_id, team_member_id, starts_at, ends_at, is_exclusive)
      select ${place}, 'appointment', ${appointments[0]}, id, at, at + interval '9 hours', false
      from team_members, generate_series(0, ${size.days}::int - 2) as day,
        lateral (select (${tomorrow}::date + day + interval '9 hours') at time zone ${timeZone} as at) as begins
      where location_id = ${place}`);
    return { place, members, services, clients, appointments, tomorrow, owner, widget: `Bearer ${partner}` };
  });
}

async function addOwner(write: Write) {
  const city = cityByTitle(undefined, 'New York');
  const home = city && country(city.countryId);
  if (!city || !home) throw new Error('There is no New York');
  const { timeZone } = city;
  const chainId = await createChain(write, 'Large');
  const [location] = await write
    .insert(locations)
    .values({ chainId, title: 'Large', countryId: home.id, cityId: city.id, city: city.title, timeZone, currency: home.currency })
    .returning({ id: locations.id });
  const [row] = await write.insert(partners).values({ name: 'Large' }).returning({ id: partners.id });
  if (!location || !row) throw new Error('Nothing was inserted');
  const partner = await issuePartnerToken(write, { partnerId: row.id });
  write.changed('location', location.id, location.id, 'create');
  await connectPartner(write, location.id, row.id);
  const user = await createUser(write, { name: 'Owner', email: `large${location.id}@example.com` });
  await addLocationUser(write, { locationId: location.id, userId: user.id, role: 'owner' });
  const token = await issueUserToken(write, { userId: user.id, partnerId: row.id });
  return { place: location.id, timeZone, owner: `Bearer ${partner}, User ${token}`, partner };
}
