import Type from 'typebox';
import { AnyOfTypes, Id, maxId, named, PlainDate } from '../../../api/schema.ts';

export const LocationOnly = Type.Object({ location_id: Id('location id') });
export const WidgetPath = Type.Object({ location_id: Id('location id'), form_id: Id('booking widget id') });

const seats = (description: string) => Type.Integer({ description, minimum: 1, maximum: 255 });

export const OnlineBookingSettings = named(
  'CompanyGetOnlineSettingsResponseDataField',
  Type.Object({
    confirm_number: Type.Boolean({ description: 'clients confirm their phone by a code in an SMS' }),
    any_master: Type.Boolean({ description: 'clients may leave the choice of the team member to the location' }),
    seance_delay_step: Type.Integer({
      description: 'minutes between the booking and the nearest slot, in steps of 30',
      minimum: 0,
      maximum: 1380,
      multipleOf: 30,
    }),
    activity_online_record_clients_count_max: seats('seats that a client may book in a group event'),
  }),
);

const notice = (description: string) => Type.Integer({ minimum: 0, maximum: 31_536_000, description });

const clientRules = Type.Object({
  allow_delete_record: Type.Boolean({ description: 'clients may cancel their appointments' }),
  allow_delete_record_delay_step: notice('seconds before the beginning until which they may'),
  allow_change_record: Type.Boolean({ description: 'clients may move their appointments' }),
  allow_change_record_delay_step: notice('seconds before the beginning until which they may'),
  privacy_policy: Type.String({ maxLength: 100_000, description: 'text that clients agree to; empty for none' }),
  is_show_newsletter_agreement: Type.Boolean({ description: 'the booking form asks for consent to newsletters' }),
  is_show_personal_data_processing_agreement: Type.Boolean({
    description: 'the booking form asks for consent to the processing of personal data',
  }),
});

export const ClientRules = named('ClientRules', clientRules);
export const ClientRulesChanges = named('ClientRulesChanges', Type.Partial(clientRules));

const CalendarType = Type.Integer({ description: '0 mixed, 1 individual, 2 group events', minimum: 0, maximum: 2 });

export const CalendarSettings = named(
  'CompanyGetTimetableSettingsResponseDataField',
  Type.Object({
    record_type: CalendarType,
    activity_record_clients_count_max: seats('seats that an appointment may take in a group event'),
    is_show_newsletter_agreement: Type.Boolean({ description: 'the booking form asks for consent to newsletters' }),
    is_show_personal_data_processing_agreement: Type.Boolean({
      description: 'the booking form asks for consent to the processing of personal data',
    }),
  }),
);

export const CalendarSettingsChanges = named(
  'CompanyUpdateTimetableSettings',
  Type.Object({
    record_type: CalendarType,
    activity_record_clients_count_max: seats('seats that an appointment may take in a group event'),
  }),
);

const secondOfDay = (description: string) => Type.Integer({ description, minimum: 0, maximum: 86_399 });

const TimeslotSetting = named(
  'TimeslotSetting',
  Type.Object({
    grid_first_timeslot: secondOfDay('earliest slot, seconds from midnight'),
    grid_last_timeslot: secondOfDay('latest slot, seconds from midnight'),
    grid_display_step: Type.Integer({ description: 'seconds between shown slots', minimum: 1 }),
    grid_nearest_timeslot_delay: Type.Integer({ description: 'seconds between the booking and the nearest slot', minimum: 0 }),
    grid_base_type: Type.String({
      enum: ['predefined', 'schedule', 'timeslots'],
      description: '`predefined`: the listed slots; `schedule`: from the start of the working hours; `timeslots`: dynamic',
    }),
    is_grid_flexible: Type.Boolean({ description: 'a slot that suits the appointments around it is shown too' }),
  }),
);

export const TimeslotSettings = named(
  'TimeslotSettings',
  Type.Object({
    is_enabled: Type.Boolean({ description: 'whether these settings are used' }),
    weekdays_settings: Type.Array(
      Type.Object({
        weekday: Type.Integer({ description: '1 Monday, 7 Sunday', minimum: 1, maximum: 7 }),
        timeslots: Type.Array(secondOfDay('seconds from midnight; only with grid_base_type predefined')),
        setting: TimeslotSetting,
      }),
    ),
    dates_settings: Type.Array(
      Type.Object({
        date: Type.String({ description: 'the date; its setting goes before that of its weekday', format: 'date' }),
        timeslots: Type.Array(secondOfDay('seconds from midnight; a predefined grid without any makes the day unavailable')),
        setting: TimeslotSetting,
      }),
    ),
  }),
);

const timeslots = Type.Array(secondOfDay('seconds from midnight'), {
  maxItems: 1440,
  description: 'only with grid_base_type predefined; none makes the day unavailable',
});
const NewTimeslotSetting = named(
  'NewTimeslotSetting',
  Type.Object({
    grid_first_timeslot: Type.Optional(secondOfDay('earliest slot, seconds from midnight; 0 if left out')),
    grid_last_timeslot: Type.Optional(secondOfDay('latest slot, seconds from midnight; 85800 if left out')),
    grid_display_step: Type.Optional(
      Type.Integer({ description: 'seconds between shown slots; 900 if left out', minimum: 300, maximum: 86_400 }),
    ),
    grid_nearest_timeslot_delay: Type.Optional(
      Type.Integer({
        description: 'seconds between the booking and the nearest slot; 0 if left out',
        minimum: 0,
        maximum: 31_536_000,
      }),
    ),
    grid_base_type: TimeslotSetting.properties.grid_base_type,
    is_grid_flexible: Type.Optional(TimeslotSetting.properties.is_grid_flexible),
  }),
);

export const NewTimeslotSettings = named(
  'NewTimeslotSettings',
  Type.Object({
    is_enabled: Type.Boolean({ description: 'whether these settings are used' }),
    weekdays_settings: Type.Optional(
      Type.Array(
        Type.Object({
          weekday: Type.Integer({ description: '1 Monday, 7 Sunday', minimum: 1, maximum: 7 }),
          timeslots: Type.Optional(timeslots),
          setting: NewTimeslotSetting,
        }),
        { maxItems: 7, description: 'one for a weekday' },
      ),
    ),
    dates_settings: Type.Optional(
      Type.Array(
        Type.Object({
          date: PlainDate('its setting goes before that of its weekday'),
          timeslots: Type.Optional(timeslots),
          setting: NewTimeslotSetting,
        }),
        { maxItems: 366, description: 'one for a date' },
      ),
    ),
  }),
);

const widgetFlags = {
  is_default: Type.Boolean({ description: 'the widget that links of the location open; at most one is' }),
  without_menu: Type.Boolean({ description: 'step mode' }),
  service_step_hide: Type.Boolean(),
  master_step_hide: Type.Boolean(),
  show_button: Type.Boolean(),
  button_animation: Type.Boolean(),
};
const defaultId = (what: string) =>
  Type.Integer({ description: `id of ${what} that is preselected; 0 for none`, minimum: 0, maximum: maxId });
const stepNumber = (what: string) => Type.Integer({ description: `number of the step of ${what}`, minimum: 0, maximum: 100 });
const widgetSteps = {
  service_step_default: defaultId('the service'),
  master_step_default: defaultId('the team member'),
  service_step_num: stepNumber('services'),
  master_step_num: stepNumber('team members'),
  datetime_step_num: stepNumber('date and time'),
};

export const Widget = named(
  'BookformSettingsResponse',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    description: Type.String(),
    ...widgetFlags,
    ...widgetSteps,
    button_position: Type.String(),
    form_position: Type.String({ description: 'side of the panel' }),
    button_color: Type.String({ description: '#rrggbb' }),
    html_code: Type.String({ description: 'code to embed; empty: this server has no booking pages' }),
    ab_test_enabled: Type.Boolean(),
    is_chain: Type.Boolean(),
    sequence_type: Type.String({ description: 'e.g. steps' }),
    service_step_title: Type.String(),
    master_step_title: Type.String(),
    specialization_display_mode: Type.Number(),
    datetime_step_title: Type.String(),
    html_code_v2: Type.String({ description: 'as html_code' }),
    map_type: Type.Number(),
    default_language_id: Type.Integer(),
    group_id: Type.Integer(),
    facebook_pixel_id: Type.String(),
    vk_pixel_id: Type.String(),
    online_sales_group_id: Type.Integer(),
    service_step_category_view_type: Type.String({ description: 'e.g. horizontal_tags' }),
    salon_select_type_code: Type.String({ description: 'e.g. list' }),
    record_type_id: AnyOfTypes<number | null>(['integer', 'null']),
    display_activity_type: Type.String({ description: 'e.g. all' }),
    is_multiple_activity_record: Type.Boolean(),
    activity_record_count: Type.Number({ description: 'how many group events may be booked at once' }),
    header_images: Type.Null({ description: 'none yet' }),
    is_weekly_view_enabled: Type.Boolean(),
    show_weekly_view_without_online_booking: Type.Boolean(),
    weekly_view_default_salon_id: AnyOfTypes<number | null>(['integer', 'null']),
  }),
);

const title = Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' });
const description = { maxLength: 1000 };
const buttonPosition = {
  description: 'the published documents write the last one with a trailing space, which is accepted too',
  enum: ['bottom right', 'bottom left', 'top right', 'top left', 'top left '],
};
const formPosition = { description: 'side of the panel', enum: ['right', 'left'] };
const buttonColor = { description: '#rrggbb', pattern: '^#[0-9a-fA-F]{6}$' };

export const WidgetChanges = named(
  'BookformUpdateRequest',
  Type.Object({
    title,
    description: Type.String(description),
    ...widgetFlags,
    ...widgetSteps,
    button_position: Type.String(buttonPosition),
    form_position: Type.String(formPosition),
    button_color: Type.String(buttonColor),
  }),
);

export const NewWidget = named(
  'BookformCreateRequest',
  Type.Object({
    title,
    description: Type.String({ ...description, default: '' }),
    is_default: Type.Boolean({ ...widgetFlags.is_default, default: false }),
    without_menu: Type.Boolean({ ...widgetFlags.without_menu, default: false }),
    service_step_default: Type.Integer({ ...widgetSteps.service_step_default, default: 0 }),
    service_step_hide: Type.Boolean({ default: false }),
    master_step_default: Type.Integer({ ...widgetSteps.master_step_default, default: 0 }),
    master_step_hide: Type.Boolean({ default: false }),
    service_step_num: Type.Integer({ ...widgetSteps.service_step_num, default: 2 }),
    master_step_num: Type.Integer({ ...widgetSteps.master_step_num, default: 1 }),
    datetime_step_num: Type.Integer({ ...widgetSteps.datetime_step_num, default: 3 }),
    show_button: Type.Boolean({ default: true }),
    button_position: Type.String({ ...buttonPosition, default: 'bottom right' }),
    form_position: Type.String({ ...formPosition, default: 'right' }),
    button_color: Type.String({ ...buttonColor, default: '#1c84c6' }),
    button_animation: Type.Boolean({ default: true }),
  }),
);
