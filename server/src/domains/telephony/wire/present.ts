import type { Location } from '../../../api/access.ts';
import { zonedDateTime } from '../../../platform/clock.ts';
import type { AppointmentRow } from '../../appointments/appointment.ts';
import type { CallRow, listChainCalls, listRinging } from '../call.ts';
import type { Caller } from '../caller.ts';
import type { Telephony } from '../settings.ts';

type Place = Pick<Location, 'timeZone'>;

/** What a user sees of calls. */
export interface Sees {
  phone: boolean;
  surname: boolean;
}

const presentAnyCall = (row: Omit<CallRow, 'clientId'>, { timeZone }: Place, sees: Pick<Sees, 'phone'>) => ({
  id: row.id,
  caller_phone: sees.phone ? row.phone : '',
  record_link: row.recordLink,
  duration: row.duration,
  status: row.status,
  type: row.type,
  call_date: zonedDateTime(row.calledAt, timeZone),
});

export const presentCall = (row: CallRow, location: Place, sees: Pick<Sees, 'phone'>) => ({
  ...presentAnyCall(row, location, sees),
  client_id: row.clientId ?? 0,
});

/** A chain has no time zone of its own. */
export const presentChainCall = (row: Awaited<ReturnType<typeof listChainCalls>>[number]) => ({
  ...presentAnyCall(row, { timeZone: 'UTC' }, { phone: true }),
  user: row.subscriber,
  diversion: row.diversion,
  salon_ids: row.locationIds,
});

const presentAppointment = (row: AppointmentRow | undefined, { timeZone }: Place) =>
  row
    ? {
        id: row.id,
        datetime: zonedDateTime(row.startsAt, timeZone),
        attendance: row.attendance,
        staff: { id: row.teamMember.id, name: row.teamMember.name },
        services: row.services.map(({ id, title }) => ({ id, title })),
      }
    : null;

export const presentCaller = (caller: Caller | undefined, location: Place, sees: Pick<Sees, 'surname'>) =>
  caller
    ? {
        id: caller.id,
        name: caller.name,
        surname: sees.surname ? caller.surname : '',
        visits_count: caller.visits,
        last_appointment: presentAppointment(caller.last, location),
        next_appointment: presentAppointment(caller.next, location),
      }
    : null;

export const presentRinging = (
  row: Awaited<ReturnType<typeof listRinging>>[number],
  caller: Caller | undefined,
  location: Place,
  sees: Sees,
) => ({
  phone: sees.phone ? row.phone : '',
  diversion: row.diversion,
  call_date: zonedDateTime(row.at, location.timeZone),
  client: presentCaller(caller, location, sees),
});

export const presentTelephony = ({ token, isEnabled, daysKept, routes }: Telephony) => ({
  crm_token: token,
  is_enabled: isEnabled,
  days_kept: daysKept,
  routes: routes.map(({ kind, key, locationId, userIds }) => ({ kind, value: key, salon_id: locationId, user_ids: userIds })),
});
