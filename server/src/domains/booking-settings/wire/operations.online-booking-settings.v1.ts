import Type from 'typebox';
import { type Flag, locationUser } from '../../../api/access.ts';
import { Forbidden } from '../../../api/errors.ts';
import { counted, created, empty, ok, operation } from '../../../api/operation.ts';
import { createBookingForm, deleteBookingForm, getBookingForm, listBookingForms, updateBookingForm } from '../form.ts';
import { changeBookingSettings, getBookingSettings } from '../settings.ts';
import { getTimeslotSettings, setTimeslotSettings } from '../timeslot.ts';
import {
  clientRulesOf,
  fieldsOfWidget,
  onlineSettingsOf,
  presentClientRules,
  presentOnlineSettings,
  presentTimeslots,
  presentWidget,
  timeslotsOf,
} from './present.ts';
import {
  ClientRules,
  ClientRulesChanges,
  LocationOnly,
  NewTimeslotSettings,
  NewWidget,
  OnlineBookingSettings,
  TimeslotSettings,
  Widget,
  WidgetChanges,
  WidgetPath,
} from './schemas.ts';

/** Users who see settings may see these, and so may users who manage online booking. */
function checkMaySee(can: (flag: Flag) => boolean): void {
  if (!can('settings_access') && !can('online_record_access')) throw new Forbidden();
}
const readers = 'Needs the permission `settings_access` or `online_record_access`.';

const exampleSettings = {
  confirm_number: false,
  any_master: true,
  seance_delay_step: 90,
  activity_online_record_clients_count_max: 1,
};

const widgetSpelling = { defaultServiceId: 'service_step_default', defaultTeamMemberId: 'master_step_default' };

const getOnlineBookingSettings = operation({
  id: 'get_online_booking_settings',
  method: 'GET',
  path: '/company/{location_id}/settings/online',
  tag: 'Online Booking Settings',
  summary: 'Read online booking settings',
  description: readers,
  access: locationUser(),
  params: LocationOnly,
  success: ok(OnlineBookingSettings),
  example: { data: exampleSettings },
  handle: async ({ db, location, can }) => {
    checkMaySee(can);
    return presentOnlineSettings(await getBookingSettings(db, location.id));
  },
});

const updateOnlineBookingSettings = operation({
  id: 'update_online_booking_settings',
  method: 'PATCH',
  path: '/company/{location_id}/settings/online',
  tag: 'Online Booking Settings',
  summary: 'Change online booking settings',
  access: locationUser('online_record_access'),
  params: LocationOnly,
  body: OnlineBookingSettings,
  success: ok(OnlineBookingSettings),
  example: { body: exampleSettings, data: exampleSettings },
  handle: async ({ write, location, body }) =>
    presentOnlineSettings(await changeBookingSettings(write, location.id, onlineSettingsOf(body))),
});

const exampleRules = {
  allow_delete_record: true,
  allow_delete_record_delay_step: 86_400,
  allow_change_record: true,
  allow_change_record_delay_step: 86_400,
  privacy_policy: '',
  is_show_newsletter_agreement: false,
  is_show_personal_data_processing_agreement: false,
};

const getClientRules = operation({
  id: 'get_client_rules',
  method: 'GET',
  path: '/company/{location_id}/settings/client_rules',
  tag: 'Online Booking Settings',
  summary: 'Read the rules for clients',
  description: readers,
  extension: true,
  access: locationUser(),
  params: LocationOnly,
  success: ok(ClientRules),
  example: { data: exampleRules },
  handle: async ({ db, location, can }) => {
    checkMaySee(can);
    return presentClientRules(await getBookingSettings(db, location.id));
  },
});

const updateClientRules = operation({
  id: 'update_client_rules',
  method: 'PATCH',
  path: '/company/{location_id}/settings/client_rules',
  tag: 'Online Booking Settings',
  summary: 'Change the rules for clients',
  description:
    'Changes the fields that are sent and leaves the others. Another privacy policy needs the permission `online_record_privacy_policy_access`.',
  extension: true,
  access: locationUser('online_record_access'),
  params: LocationOnly,
  body: ClientRulesChanges,
  success: ok(ClientRules),
  example: { body: exampleRules, data: exampleRules },
  handle: async ({ write, location, body, can }) => {
    if (body.privacy_policy !== undefined && !can('online_record_privacy_policy_access')) {
      const { privacyPolicy } = await getBookingSettings(write, location.id);
      if (body.privacy_policy !== privacyPolicy) throw new Forbidden();
    }
    return presentClientRules(await changeBookingSettings(write, location.id, clientRulesOf(body)));
  },
});

const exampleGrid = {
  grid_first_timeslot: 0,
  grid_last_timeslot: 85_800,
  grid_display_step: 7200,
  grid_nearest_timeslot_delay: 1800,
  grid_base_type: 'predefined',
  is_grid_flexible: false,
};

const getTimeslotSettingsOperation = operation({
  id: 'get_timeslot_settings',
  method: 'GET',
  path: '/company/{location_id}/settings/timeslots',
  tag: 'Online Booking Settings',
  summary: 'Read timeslot grid settings',
  description: `Which slots online booking shows on a weekday or on one date. ${readers}`,
  access: locationUser(),
  params: LocationOnly,
  success: ok(TimeslotSettings),
  example: {
    data: {
      is_enabled: true,
      weekdays_settings: [{ weekday: 1, timeslots: [7200], setting: exampleGrid }],
      dates_settings: [{ date: '2026-12-25', timeslots: [], setting: exampleGrid }],
    },
  },
  handle: async ({ db, location, can }) => {
    checkMaySee(can);
    return presentTimeslots(await getTimeslotSettings(db, location.id));
  },
});

const setTimeslotSettingsOperation = operation({
  id: 'set_timeslot_settings',
  method: 'PUT',
  path: '/company/{location_id}/settings/timeslots',
  tag: 'Online Booking Settings',
  summary: 'Set timeslot grid settings',
  description: 'Replaces all grids. Days without a grid follow the working hours.',
  extension: true,
  access: locationUser('online_record_access'),
  params: LocationOnly,
  body: NewTimeslotSettings,
  success: ok(TimeslotSettings),
  example: {
    body: {
      is_enabled: true,
      weekdays_settings: [{ weekday: 1, timeslots: [36_000, 50_400], setting: { grid_base_type: 'predefined' } }],
      dates_settings: [],
    },
    data: {
      is_enabled: true,
      weekdays_settings: [
        {
          weekday: 1,
          timeslots: [36_000, 50_400],
          setting: { ...exampleGrid, grid_display_step: 900, grid_nearest_timeslot_delay: 0 },
        },
      ],
      dates_settings: [],
    },
  },
  handle: async ({ write, location, body }) => {
    await setTimeslotSettings(write, location.id, timeslotsOf(body));
    return presentTimeslots(await getTimeslotSettings(write, location.id));
  },
});

const exampleFields = {
  title: 'Name',
  is_default: false,
  description: 'Description',
  without_menu: false,
  service_step_default: 0,
  service_step_hide: false,
  master_step_default: 0,
  master_step_hide: false,
  service_step_num: 2,
  master_step_num: 1,
  datetime_step_num: 3,
  show_button: true,
  button_position: 'bottom right',
  form_position: 'right',
  button_color: '#1c84c6',
  button_animation: true,
};
const exampleWidget = presentWidget({ ...fieldsOfWidget(exampleFields), locationId: 1, id: 1, createdAt: new Date(0) });

const getBookingWidgetList = operation({
  id: 'get_booking_widget_list',
  method: 'GET',
  path: '/company/{location_id}/booking_forms',
  tag: 'Online Booking Settings',
  summary: 'List booking widgets',
  description: `Oldest first. ${readers}`,
  access: locationUser(),
  params: LocationOnly,
  success: counted(Type.Array(Widget)),
  example: { data: [exampleWidget] },
  handle: async ({ db, location, can }) => {
    checkMaySee(can);
    return (await listBookingForms(db, location.id)).map(presentWidget);
  },
});

const createBookingWidget = operation({
  id: 'create_booking_widget',
  method: 'POST',
  path: '/company/{location_id}/booking_forms',
  tag: 'Online Booking Settings',
  summary: 'Create booking widget',
  description: 'A new default widget replaces the present one.',
  access: locationUser('online_record_access'),
  params: LocationOnly,
  body: NewWidget,
  spelling: widgetSpelling,
  success: created(Widget),
  example: { body: exampleFields, data: exampleWidget },
  handle: async ({ write, location, body }) => presentWidget(await createBookingForm(write, location.id, fieldsOfWidget(body))),
});

const getBookingWidget = operation({
  id: 'get_booking_widget',
  method: 'GET',
  path: '/company/{location_id}/booking_forms/{form_id}',
  tag: 'Online Booking Settings',
  summary: 'Read one booking widget',
  description: readers,
  access: locationUser(),
  params: WidgetPath,
  success: ok(Widget),
  example: { data: exampleWidget },
  handle: async ({ db, location, params, can }) => {
    checkMaySee(can);
    return presentWidget(await getBookingForm(db, location.id, params.form_id));
  },
});

const deleteBookingWidget = operation({
  id: 'delete_booking_widget',
  method: 'DELETE',
  path: '/company/{location_id}/booking_forms/{form_id}',
  tag: 'Online Booking Settings',
  summary: 'Remove booking widget',
  access: locationUser('online_record_access'),
  params: WidgetPath,
  success: empty(204),
  handle: async ({ write, location, params, services }) => {
    write.afterCommit(services.forgetAccess);
    await deleteBookingForm(write, location.id, params.form_id);
  },
});

const updateBookingWidget = operation({
  id: 'update_booking_widget',
  method: 'PATCH',
  path: '/company/{location_id}/booking_forms/{form_id}',
  tag: 'Online Booking Settings',
  summary: 'Change booking widget',
  description: 'All fields are required. A new default widget replaces the present one.',
  access: locationUser('online_record_access'),
  params: WidgetPath,
  body: WidgetChanges,
  spelling: widgetSpelling,
  success: ok(Widget),
  example: { body: exampleFields, data: exampleWidget },
  handle: async ({ write, location, params, body }) =>
    presentWidget(await updateBookingForm(write, location.id, params.form_id, fieldsOfWidget(body))),
});

/** The operations of the tag, in the order of the published documents. */
export const onlineBookingSettingsOperations = [
  getOnlineBookingSettings,
  updateOnlineBookingSettings,
  getClientRules,
  updateClientRules,
  getTimeslotSettingsOperation,
  setTimeslotSettingsOperation,
  getBookingWidgetList,
  createBookingWidget,
  getBookingWidget,
  deleteBookingWidget,
  updateBookingWidget,
];
