import { instancesById } from '../../series/wire/series-includes.ts';
import { allCalendars } from '../../team/calendars.ts';
import { type AppointmentRow, getAppointment } from '../appointment.ts';
import { hideClients } from '../visible-clients.ts';
import { type Authorized, viewFor } from './caller.ts';
import { presentAppointmentResources } from './json-api-resources.ts';

type Reading = Parameters<typeof viewFor>[0] & Authorized;

/** Appointments as a JSON:API document, with the requested related resources. */
export async function presentAppointmentList(context: Reading, rows: readonly AppointmentRow[], include: readonly string[] = []) {
  const instances = await instancesById(
    context.db,
    context.location.id,
    rows.flatMap((row) => row.resourceInstanceIds),
  );
  return presentAppointmentResources(await hideClients(context, rows), include, viewFor(context), instances);
}

/** One appointment that the caller has just written, as a JSON:API document. */
export async function presentAppointmentDocument(context: Reading, id: number, include: readonly string[] = []) {
  const row = await getAppointment(context.db, context.location.id, id, allCalendars);
  const { data, ...rest } = await presentAppointmentList(context, [row], include);
  return { data: data[0] as (typeof data)[number], ...rest, meta: [] };
}
