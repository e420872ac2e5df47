import Type from 'typebox';
import { locationUser } from '../../api/access.ts';
import { answer, empty, operation } from '../../api/operation.ts';
import { AnyOfTypes, Id, named } from '../../api/schema.ts';

const CompanyGetOnlineSettingsResponseDataField = named(
  'CompanyGetOnlineSettingsResponseDataField',
  Type.Object({
    confirm_number: Type.Boolean({ description: 'verify client phone by SMS' }),
    any_master: Type.Boolean({ description: '"any team member" mode' }),
    seance_delay_step: Type.Integer({ description: 'minutes before next slot, step 30', minimum: 0, maximum: 1380 }),
    activity_online_record_clients_count_max: Type.Integer({ description: 'max seats per event', minimum: 1, maximum: 255 }),
  }),
);

const BookformSettingsResponse = named(
  'BookformSettingsResponse',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    description: Type.String(),
    is_default: Type.Boolean(),
    without_menu: Type.Boolean({ description: 'step mode' }),
    service_step_default: Type.Number({ description: 'service id' }),
    service_step_hide: Type.Boolean(),
    master_step_default: Type.Number({ description: 'team member id' }),
    master_step_hide: Type.Boolean(),
    service_step_num: Type.Number({ description: 'order' }),
    master_step_num: Type.Number({ description: 'order' }),
    datetime_step_num: Type.Number({ description: 'order' }),
    show_button: Type.Boolean(),
    button_position: Type.String(),
    form_position: Type.String({ description: 'panel position' }),
    button_color: Type.String(),
    button_animation: Type.Boolean(),
    html_code: Type.String({ description: 'embed code' }),
    ab_test_enabled: Type.Boolean(),
    is_chain: Type.Optional(Type.Boolean()),
    sequence_type: Type.Optional(Type.String({ description: 'e.g. steps' })),
    service_step_title: Type.Optional(Type.String()),
    master_step_title: Type.Optional(Type.String()),
    specialization_display_mode: Type.Optional(Type.Number()),
    datetime_step_title: Type.Optional(Type.String()),
    html_code_v2: Type.Optional(Type.String()),
    map_type: Type.Optional(Type.Number()),
    default_language_id: Type.Optional(Type.Integer()),
    group_id: Type.Optional(Type.Integer()),
    facebook_pixel_id: Type.Optional(Type.String()),
    vk_pixel_id: Type.Optional(Type.String()),
    online_sales_group_id: Type.Optional(Type.Integer()),
    service_step_category_view_type: Type.Optional(Type.String({ description: 'e.g. horizontal_tags' })),
    salon_select_type_code: Type.Optional(Type.String({ description: 'e.g. list' })),
    record_type_id: Type.Optional(AnyOfTypes<number | null>(['integer', 'null'])),
    display_activity_type: Type.Optional(Type.String({ description: 'e.g. all' })),
    is_multiple_activity_record: Type.Optional(Type.Boolean()),
    activity_record_count: Type.Optional(Type.Number({ description: 'event booking limit' })),
    header_images: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Any()), Type.Null()])),
    is_weekly_view_enabled: Type.Optional(Type.Boolean()),
    show_weekly_view_without_online_booking: Type.Optional(Type.Boolean()),
    weekly_view_default_salon_id: Type.Optional(AnyOfTypes<number | null>(['integer', 'null'])),
  }),
);

const BookformCreateRequest = named(
  'BookformCreateRequest',
  Type.Object({
    title: Type.String(),
    description: Type.Optional(Type.String()),
    is_default: Type.Optional(Type.Boolean({ default: false })),
    without_menu: Type.Optional(Type.Boolean({ description: 'step mode', default: false })),
    service_step_default: Type.Optional(Type.Number({ description: 'service id' })),
    service_step_hide: Type.Optional(Type.Boolean({ default: false })),
    master_step_default: Type.Optional(Type.Number({ description: 'team member id' })),
    master_step_hide: Type.Optional(Type.Boolean({ default: false })),
    service_step_num: Type.Optional(Type.Number({ description: 'order' })),
    master_step_num: Type.Optional(Type.Number({ description: 'order' })),
    datetime_step_num: Type.Optional(Type.Number({ description: 'order' })),
    show_button: Type.Optional(Type.Boolean({ default: true })),
    button_position: Type.Optional(
      Type.String({
        description: 'source spells last value "top left " with trailing space',
        default: 'bottom right',
        enum: ['bottom right', 'bottom left', 'top right', 'top left'],
      }),
    ),
    form_position: Type.Optional(Type.String({ description: 'panel position', default: 'right', enum: ['right', 'left'] })),
    button_color: Type.Optional(Type.String({ default: '#1c84c6' })),
    button_animation: Type.Optional(Type.Boolean({ default: true })),
  }),
);

const BookformUpdateRequest = named(
  'BookformUpdateRequest',
  Type.Object({
    title: Type.String(),
    description: Type.String(),
    is_default: Type.Boolean(),
    without_menu: Type.Boolean({ description: 'step mode' }),
    service_step_default: Type.Number({ description: 'service id' }),
    service_step_hide: Type.Boolean(),
    master_step_default: Type.Number({ description: 'team member id' }),
    master_step_hide: Type.Boolean(),
    service_step_num: Type.Number({ description: 'order' }),
    master_step_num: Type.Number({ description: 'order' }),
    datetime_step_num: Type.Number({ description: 'order' }),
    show_button: Type.Boolean(),
    button_position: Type.String({ enum: ['bottom right', 'bottom left', 'top right', 'top left'] }),
    form_position: Type.String({ enum: ['right', 'left'] }),
    button_color: Type.String(),
    button_animation: Type.Boolean(),
  }),
);

const getOnlineBookingSettings = operation({
  id: 'get_online_booking_settings',
  method: 'GET',
  path: '/company/{location_id}/settings/online',
  tag: 'Online Booking Settings',
  summary: 'Read online booking settings',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  success: answer(200, CompanyGetOnlineSettingsResponseDataField),
  errors: [403, 404],
  example: {
    data: { confirm_number: false, any_master: true, seance_delay_step: 90, activity_online_record_clients_count_max: 1 },
  },
});

const updateOnlineBookingSettings = operation({
  id: 'update_online_booking_settings',
  method: 'PATCH',
  path: '/company/{location_id}/settings/online',
  tag: 'Online Booking Settings',
  summary: 'Change online booking settings',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  body: CompanyGetOnlineSettingsResponseDataField,
  success: answer(200, CompanyGetOnlineSettingsResponseDataField),
  errors: [403, 404],
  example: {
    data: { confirm_number: false, any_master: true, seance_delay_step: 90, activity_online_record_clients_count_max: 1 },
  },
});

const TimeslotSetting = named(
  'TimeslotSetting',
  Type.Object({
    grid_first_timeslot: Type.Optional(Type.Integer({ description: 'earliest slot, seconds from midnight' })),
    grid_last_timeslot: Type.Optional(Type.Integer({ description: 'latest slot, seconds from midnight' })),
    grid_display_step: Type.Optional(Type.Integer({ description: 'seconds between shown slots' })),
    grid_nearest_timeslot_delay: Type.Optional(Type.Integer({ description: 'minimum lead time, seconds' })),
    grid_base_type: Type.Optional(Type.String({ enum: ['predefined', 'schedule', 'timeslots'] })),
    is_grid_flexible: Type.Optional(Type.Boolean({ description: 'add flexible slot option' })),
  }),
);

const getTimeslotSettings = operation({
  id: 'get_timeslot_settings',
  method: 'GET',
  path: '/company/{location_id}/settings/timeslots',
  tag: 'Online Booking Settings',
  summary: 'Read timeslot grid settings',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  success: answer(
    200,
    Type.Object({
      is_enabled: Type.Optional(Type.Boolean({ description: 'custom timeslots on' })),
      weekdays_settings: Type.Optional(
        Type.Array(
          Type.Object({
            weekday: Type.Optional(Type.Integer({ description: '1 Monday, 7 Sunday', minimum: 1, maximum: 7 })),
            timeslots: Type.Optional(
              Type.Array(Type.Integer({ description: 'seconds from midnight; only for grid_base_type predefined' })),
            ),
            setting: Type.Optional(TimeslotSetting),
          }),
        ),
      ),
      dates_settings: Type.Optional(
        Type.Array(
          Type.Object({
            date: Type.Optional(Type.String({ description: 'date; override date' })),
            timeslots: Type.Optional(
              Type.Array(Type.Integer({ description: 'seconds from midnight; empty list = unavailable' })),
            ),
            setting: Type.Optional(TimeslotSetting),
          }),
        ),
      ),
    }),
  ),
  errors: [403, 404],
  example: {
    data: {
      is_enabled: true,
      weekdays_settings: [
        {
          weekday: 1,
          timeslots: [7200],
          setting: {
            grid_first_timeslot: 0,
            grid_last_timeslot: 85800,
            grid_display_step: 7200,
            grid_nearest_timeslot_delay: 1800,
            grid_base_type: 'predefined',
            is_grid_flexible: false,
          },
        },
      ],
      dates_settings: [
        {
          date: '2026-12-25',
          timeslots: [],
          setting: {
            grid_first_timeslot: 0,
            grid_last_timeslot: 85800,
            grid_display_step: 7200,
            grid_nearest_timeslot_delay: 1800,
            grid_base_type: 'predefined',
            is_grid_flexible: false,
          },
        },
      ],
    },
  },
});

const getBookingWidgetList = operation({
  id: 'get_booking_widget_list',
  method: 'GET',
  path: '/company/{location_id}/booking_forms',
  tag: 'Online Booking Settings',
  summary: 'List booking widgets',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  success: answer(
    200,
    Type.Array(BookformSettingsResponse),
    Type.Union([Type.Object({ count: Type.Optional(Type.Number({ description: 'total forms' })) }), Type.Array(Type.Any())]),
  ),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 1,
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
        html_code: '',
        ab_test_enabled: false,
      },
    ],
    meta: [],
  },
});

const createBookingWidget = operation({
  id: 'create_booking_widget',
  method: 'POST',
  path: '/company/{location_id}/booking_forms',
  tag: 'Online Booking Settings',
  summary: 'Create booking widget',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  body: BookformCreateRequest,
  success: answer(201, BookformSettingsResponse),
  errors: [403, 404],
  example: {
    data: {
      id: 1,
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
      html_code: '',
      ab_test_enabled: false,
    },
  },
});

const getBookingWidget = operation({
  id: 'get_booking_widget',
  method: 'GET',
  path: '/company/{location_id}/booking_forms/{form_id}',
  tag: 'Online Booking Settings',
  summary: 'Read one booking widget',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), form_id: Id('booking widget id') }),
  success: answer(200, BookformSettingsResponse),
  errors: [403, 404],
  example: {
    data: {
      id: 1,
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
      html_code: '',
      ab_test_enabled: false,
    },
  },
});

const deleteBookingWidget = operation({
  id: 'delete_booking_widget',
  method: 'DELETE',
  path: '/company/{location_id}/booking_forms/{form_id}',
  tag: 'Online Booking Settings',
  summary: 'Remove booking widget',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), form_id: Id('booking widget id') }),
  success: empty(204),
  errors: [403, 404],
});

const updateBookingWidget = operation({
  id: 'update_booking_widget',
  method: 'PATCH',
  path: '/company/{location_id}/booking_forms/{form_id}',
  tag: 'Online Booking Settings',
  summary: 'Change booking widget',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), form_id: Id('booking widget id') }),
  body: BookformUpdateRequest,
  success: answer(200, BookformSettingsResponse),
  errors: [403, 404],
  example: {
    data: {
      id: 1,
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
      html_code: '',
      ab_test_enabled: false,
    },
  },
});

/** The operations of the tag, in the order of the published documents. */
export const onlineBookingSettingsOperations = [
  getOnlineBookingSettings,
  updateOnlineBookingSettings,
  getTimeslotSettings,
  getBookingWidgetList,
  createBookingWidget,
  getBookingWidget,
  deleteBookingWidget,
  updateBookingWidget,
];
