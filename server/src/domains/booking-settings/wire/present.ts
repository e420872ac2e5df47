import type { Static } from 'typebox';
import type { BookingForm, BookingFormFields } from '../form.ts';
import type { BookingSettings, BookingSettingsChanges } from '../settings.ts';
import type { ButtonPosition } from '../tables.ts';
import type { Grid, TimeslotSettings as Timeslots } from '../timeslot.ts';
import type {
  CalendarSettings,
  ClientRules,
  ClientRulesChanges,
  NewTimeslotSettings,
  OnlineBookingSettings,
  TimeslotSettings,
  Widget,
  WidgetChanges,
} from './schemas.ts';

export const presentOnlineSettings = (settings: BookingSettings): Static<typeof OnlineBookingSettings> => ({
  confirm_number: settings.confirmPhone,
  any_master: settings.anyTeamMember,
  seance_delay_step: settings.slotDelay,
  activity_online_record_clients_count_max: settings.onlineEventSeats,
});

export const onlineSettingsOf = (body: Static<typeof OnlineBookingSettings>): Partial<BookingSettings> => ({
  confirmPhone: body.confirm_number,
  anyTeamMember: body.any_master,
  slotDelay: body.seance_delay_step,
  onlineEventSeats: body.activity_online_record_clients_count_max,
});

export const presentClientRules = (settings: BookingSettings): Static<typeof ClientRules> => ({
  allow_delete_record: settings.clientsMayCancel,
  allow_delete_record_delay_step: settings.cancelNotice,
  allow_change_record: settings.clientsMayMove,
  allow_change_record_delay_step: settings.moveNotice,
  privacy_policy: settings.privacyPolicy,
  is_show_newsletter_agreement: settings.showsNewsletterAgreement,
  is_show_personal_data_processing_agreement: settings.showsDataAgreement,
});

export const clientRulesOf = (body: Static<typeof ClientRulesChanges>): BookingSettingsChanges => ({
  clientsMayCancel: body.allow_delete_record,
  cancelNotice: body.allow_delete_record_delay_step,
  clientsMayMove: body.allow_change_record,
  moveNotice: body.allow_change_record_delay_step,
  privacyPolicy: body.privacy_policy,
  showsNewsletterAgreement: body.is_show_newsletter_agreement,
  showsDataAgreement: body.is_show_personal_data_processing_agreement,
});

export const presentCalendarSettings = (settings: BookingSettings): Static<typeof CalendarSettings> => ({
  record_type: settings.calendarType,
  activity_record_clients_count_max: settings.eventSeats,
  is_show_newsletter_agreement: settings.showsNewsletterAgreement,
  is_show_personal_data_processing_agreement: settings.showsDataAgreement,
});

const presentGrid = (grid: Grid) => ({
  timeslots: grid.timeslots,
  setting: {
    grid_first_timeslot: grid.firstSlot,
    grid_last_timeslot: grid.lastSlot,
    grid_display_step: grid.step,
    grid_nearest_timeslot_delay: grid.slotDelay,
    grid_base_type: grid.gridType,
    is_grid_flexible: grid.isFlexible,
  },
});

export const presentTimeslots = ({ isEnabled, weekdays, dates }: Timeslots): Static<typeof TimeslotSettings> => ({
  is_enabled: isEnabled,
  weekdays_settings: weekdays.map((grid) => ({ weekday: grid.weekday, ...presentGrid(grid) })),
  dates_settings: dates.map((grid) => ({ date: grid.date, ...presentGrid(grid) })),
});

type SentGrid = Pick<NonNullable<Static<typeof NewTimeslotSettings>['weekdays_settings']>[number], 'timeslots' | 'setting'>;

/** What is left out has the default of the table. */
const gridOf = ({ timeslots, setting }: SentGrid) => ({
  gridType: setting.grid_base_type as Grid['gridType'],
  ...(timeslots === undefined ? {} : { timeslots }),
  ...(setting.grid_first_timeslot === undefined ? {} : { firstSlot: setting.grid_first_timeslot }),
  ...(setting.grid_last_timeslot === undefined ? {} : { lastSlot: setting.grid_last_timeslot }),
  ...(setting.grid_display_step === undefined ? {} : { step: setting.grid_display_step }),
  ...(setting.grid_nearest_timeslot_delay === undefined ? {} : { slotDelay: setting.grid_nearest_timeslot_delay }),
  ...(setting.is_grid_flexible === undefined ? {} : { isFlexible: setting.is_grid_flexible }),
});

export const timeslotsOf = (body: Static<typeof NewTimeslotSettings>) => ({
  isEnabled: body.is_enabled,
  weekdays: (body.weekdays_settings ?? []).map((sent) => ({ weekday: sent.weekday, ...gridOf(sent) })),
  dates: (body.dates_settings ?? []).map((sent) => ({ date: sent.date, ...gridOf(sent) })),
});

/** Fields of a widget in the published answer that no operation can set. They have the published defaults. */
const fixed = {
  html_code: '',
  html_code_v2: '',
  ab_test_enabled: false,
  is_chain: false,
  sequence_type: 'steps',
  service_step_title: '',
  master_step_title: '',
  datetime_step_title: '',
  specialization_display_mode: 0,
  map_type: 0,
  default_language_id: 0,
  group_id: 0,
  facebook_pixel_id: '',
  vk_pixel_id: '',
  online_sales_group_id: 0,
  service_step_category_view_type: 'horizontal_tags',
  salon_select_type_code: 'list',
  record_type_id: null,
  display_activity_type: 'all',
  is_multiple_activity_record: false,
  activity_record_count: 1,
  header_images: null,
  is_weekly_view_enabled: false,
  show_weekly_view_without_online_booking: false,
  weekly_view_default_salon_id: null,
} as const;

/** The address of the page of a booking form. @param address of this server */
export const pageAddress = (formId: number, address: string) => `${address}/book/${formId}`;

export const presentWidget = (form: Omit<BookingForm, 'partnerId'>): Static<typeof Widget> => ({
  id: form.id,
  title: form.title,
  description: form.description,
  is_default: form.isDefault,
  without_menu: form.withoutMenu,
  service_step_default: form.defaultServiceId,
  service_step_hide: form.hidesServiceStep,
  master_step_default: form.defaultTeamMemberId,
  master_step_hide: form.hidesTeamMemberStep,
  service_step_num: form.serviceStep,
  master_step_num: form.teamMemberStep,
  datetime_step_num: form.dateStep,
  show_button: form.showsButton,
  button_position: form.buttonPosition,
  form_position: form.panelPosition,
  button_color: form.buttonColor,
  button_animation: form.isButtonAnimated,
  ...fixed,
});

export const fieldsOfWidget = (body: Static<typeof WidgetChanges>): BookingFormFields => ({
  title: body.title.trim(),
  description: body.description,
  isDefault: body.is_default,
  withoutMenu: body.without_menu,
  defaultServiceId: body.service_step_default,
  hidesServiceStep: body.service_step_hide,
  defaultTeamMemberId: body.master_step_default,
  hidesTeamMemberStep: body.master_step_hide,
  serviceStep: body.service_step_num,
  teamMemberStep: body.master_step_num,
  dateStep: body.datetime_step_num,
  showsButton: body.show_button,
  buttonPosition: body.button_position.trim() as ButtonPosition,
  panelPosition: body.form_position as 'right' | 'left',
  buttonColor: body.button_color,
  isButtonAnimated: body.button_animation,
});
