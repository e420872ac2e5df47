import type { Location } from '../../../api/access.ts';
import type { Read } from '../../../api/write.ts';
import { instancesById } from '../../series/wire/series-includes.ts';
import { type AppointmentRow, getAppointment } from '../appointment.ts';
import { viewFor } from './caller.ts';
import { presentAppointmentResources } from './json-api-resources.ts';

type Reading = Parameters<typeof viewFor>[0] & { db: Read; location: Location };

/** Appointments as a JSON:API document, with what was asked for. */
export async function presentAppointmentList(context: Reading, rows: readonly AppointmentRow[], include: readonly string[] = []) {
  const instances = await instancesById(
    context.db,
    context.location.id,
    rows.flatMap((row) => row.resourceInstanceIds),
  );
  return presentAppointmentResources(rows, include, viewFor(context), instances);
}

/** One appointment as a JSON:API document. @throws NotFound */
export async function presentAppointmentDocument(context: Reading, id: number, include: readonly string[] = []) {
  const row = await getAppointment(context.db, context.location.id, id);
  const { data, ...rest } = await presentAppointmentList(context, [row], include);
  return { data: data[0] as (typeof data)[number], ...rest, meta: [] };
}
