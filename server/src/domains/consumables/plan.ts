import { sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import type { Change, ChangeKinds, Write } from '../../api/write.ts';

type Place = Pick<Location, 'id'>;

/** A service that an appointment has got; all of its services, if none is named. */
interface Provided {
  appointmentId: number;
  serviceId: number | null;
}

/** The most that a price can be. */
const dearest = '99999999999999';

/**
 * Attaches to services of appointments the bills of materials that their team members follow, and plans what they use up, for one of each
 * service, at the cost prices of now. Bills that are attached already, and products that are archived or deleted, are left out. One
 * statement for any number.
 */
export async function planServices(write: Write, location: Place, provided: readonly Provided[]): Promise<void> {
  if (provided.length === 0) return;
  await write.execute(sql`
    with input as (
      select * from jsonb_to_recordset(${JSON.stringify(provided)}::jsonb) as input("appointmentId" int, "serviceId" int)),
    attached as (
      insert into appointment_bills (location_id, appointment_id, service_id, bill_id)
      select distinct appointments.location_id, appointments.id, used.service_id, bills.id
      from input
      join appointments on appointments.location_id = ${location.id} and appointments.id = input."appointmentId"
      join appointment_services used on used.location_id = appointments.location_id and used.appointment_id = appointments.id
        and used.service_id = coalesce(input."serviceId", used.service_id)
      join service_team_members link on link.location_id = used.location_id and link.service_id = used.service_id
        and link.team_member_id = appointments.team_member_id
      join bills_of_materials bills on bills.location_id = link.location_id and bills.id = link.technological_card_id
        and bills.deleted_at is null
      on conflict do nothing
      returning appointment_id, service_id, bill_id)
    insert into appointment_consumables (location_id, appointment_id, service_id, product_id, storage_id, amount, price)
    select items.location_id, attached.appointment_id, attached.service_id, items.product_id, items.storage_id, items.amount,
      least(round(products.cost_price * items.amount / products.unit_ratio, 4), ${dearest}::numeric)
    from attached
    join bill_of_materials_items items on items.location_id = ${location.id} and items.bill_id = attached.bill_id
    join products on products.location_id = items.location_id and products.id = items.product_id
      and products.archived_at is null and products.deleted_at is null
    order by attached.appointment_id, attached.service_id, items.id`);
}

/** When appointments get other services, the plans of those that they do not have any more go, and those of the new ones come. */
export async function followServices(write: Write, location: Place, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  const ids = sql.param(changes.map(({ id }) => id));
  for (const table of [sql`appointment_bills`, sql`appointment_consumables`]) {
    await write.execute(sql`
      delete from ${table} planned where planned.location_id = ${location.id} and planned.appointment_id = any(${ids}::int[])
        and not exists (select from appointment_services used where used.location_id = planned.location_id
          and used.appointment_id = planned.appointment_id and used.service_id = planned.service_id)`);
  }
  await planServices(
    write,
    location,
    changes.flatMap(({ id, row }) =>
      (row as ChangeKinds['appointment services']).added.map((serviceId) => ({ appointmentId: id, serviceId })),
    ),
  );
}
