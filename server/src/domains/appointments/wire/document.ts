import type { Read } from '../../../api/write.ts';
import { productsById } from '../../products/product.ts';
import { productResource } from '../../products/wire/present.ts';
import { instancesById } from '../../series/wire/series-includes.ts';
import { allCalendars } from '../../team/calendars.ts';
import { type AppointmentRow, getAppointment } from '../appointment.ts';
import { hideClients } from '../visible-clients.ts';
import { type Authorized, viewFor } from './caller.ts';
import { type Beside, presentAppointmentResources } from './json-api-resources.ts';
import { paymentsByAppointment } from './payments.ts';

type Reading = Parameters<typeof viewFor>[0] & Authorized;

/** Appointments as a JSON:API document, with the requested related resources. */
export async function presentAppointmentList(context: Reading, rows: readonly AppointmentRow[], include: readonly string[] = []) {
  const { db, location } = context;
  const instances = await instancesById(
    db,
    location.id,
    rows.flatMap((row) => row.resourceInstanceIds),
  );
  const view = viewFor(context);
  const isIncluded = (...names: string[]) => names.some((name) => include.includes(name));
  const products =
    view.sees.products && isIncluded('goods', 'attendance_good_items') ? await productsOf(db, location.id, rows) : new Map();
  const shown = await hideClients(context, rows);
  const payments = isIncluded('transactions') ? await paymentsByAppointment(context, shown) : new Map();
  return presentAppointmentResources(shown, include, view, { instances, products, payments });
}

/** The products that are sold in appointments, as resources. One statement for any number; none if nothing was sold. */
async function productsOf(db: Read, locationId: number, rows: readonly AppointmentRow[]): Promise<Beside['products']> {
  const ids = new Set(rows.flatMap(({ products }) => products.map(({ productId }) => productId)));
  if (ids.size === 0) return new Map();
  const found = await productsById(db, locationId, [...ids]);
  return new Map(
    found.map((row) => [row.id, { ...productResource(row), saleUnitId: row.saleUnitId, writeOffUnitId: row.writeOffUnitId }]),
  );
}

/** One appointment that the caller has just written, as a JSON:API document. */
export async function presentAppointmentDocument(context: Reading, id: number, include: readonly string[] = []) {
  const row = await getAppointment(context.db, context.location.id, id, allCalendars);
  const { data, ...rest } = await presentAppointmentList(context, [row], include);
  return { data: data[0] as (typeof data)[number], ...rest, meta: [] };
}
