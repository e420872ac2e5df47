import { type Flag, locationUser } from '../../../api/access.ts';
import { Forbidden } from '../../../api/errors.ts';
import { ok, operation } from '../../../api/operation.ts';
import { changeBookingSettings, getBookingSettings } from '../settings.ts';
import { presentCalendarSettings } from './present.ts';
import { CalendarSettings, CalendarSettingsChanges, LocationOnly } from './schemas.ts';

/** Everyone who works with the calendar needs to know its settings. */
function checkMaySee(can: (flag: Flag) => boolean): void {
  if (!can('timetable_access') && !can('settings_access')) throw new Forbidden();
}

const example = {
  record_type: 0,
  activity_record_clients_count_max: 1,
  is_show_newsletter_agreement: false,
  is_show_personal_data_processing_agreement: false,
};

const getAppointmentCalendarSettings = operation({
  id: 'get_appointment_calendar_settings',
  method: 'GET',
  path: '/company/{location_id}/settings/timetable',
  tag: 'Schedule & Resources',
  summary: 'Calendar settings',
  description: 'Needs the permission `timetable_access` or `settings_access`.',
  access: locationUser(),
  params: LocationOnly,
  success: ok(CalendarSettings),
  example: { data: example },
  handle: async ({ db, location, can }) => {
    checkMaySee(can);
    return presentCalendarSettings(await getBookingSettings(db, location.id));
  },
});

const updateAppointmentCalendarSettings = operation({
  id: 'update_appointment_calendar_settings',
  method: 'PATCH',
  path: '/company/{location_id}/settings/timetable',
  tag: 'Schedule & Resources',
  summary: 'Change calendar settings',
  access: locationUser('settings_basis_access'),
  params: LocationOnly,
  body: CalendarSettingsChanges,
  success: ok(CalendarSettings),
  example: { body: { record_type: 0, activity_record_clients_count_max: 1 }, data: example },
  handle: async ({ write, location, body }) =>
    presentCalendarSettings(
      await changeBookingSettings(write, location.id, {
        calendarType: body.record_type,
        eventSeats: body.activity_record_clients_count_max,
      }),
    ),
});

/** The operations of the calendar's settings, in the order of the published documents. */
export const calendarSettingsOperations = [getAppointmentCalendarSettings, updateAppointmentCalendarSettings];
