import type { BookingForm } from '../../booking-settings/form.ts';
import type { BookingSettings } from '../../booking-settings/settings.ts';
import { pageAddress } from '../../booking-settings/wire/present.ts';
import type { LocationRow } from '../../locations/location.ts';

/** The languages that the texts of the form exist in, with the published ids. */
const languages = [
  { id: 2, code: 'en-US', title: 'English' },
  { id: 3, code: 'de-DE', title: 'Deutsch' },
  { id: 4, code: 'lv-LV', title: 'Latviešu' },
  { id: 5, code: 'ee-EE', title: 'Eesti' },
  { id: 6, code: 'lt-LT', title: 'Lietuvių' },
  { id: 7, code: 'uk-UK', title: 'Українська' },
];

/** The fields of every step. Fields of other steps are empty. */
const usualStep = {
  hidden: false,
  default: -1,
  date_default: '',
  time_default: 0,
  date_hidden: false,
  time_hidden: false,
  is_title_default: true,
  category_view_type: 'horizontal_tags',
};

/** The steps in the order of the form: first the choices, then the contact and the confirmation. */
function stepsOf(form: BookingForm) {
  const choices = [
    {
      step: 'service',
      title: 'Choose a service',
      order: form.serviceStep,
      hidden: form.hidesServiceStep,
      default: form.defaultServiceId || -1,
    },
    {
      step: 'master',
      title: 'Choose a team member',
      order: form.teamMemberStep,
      hidden: form.hidesTeamMemberStep,
      default: form.defaultTeamMemberId || -1,
    },
    { step: 'datetime', title: 'Choose a date and time', order: form.dateStep },
  ].sort((a, b) => a.order - b.order);
  const last = [
    { step: 'contact', title: 'Your contacts', order: 4 },
    { step: 'confirm', title: 'Confirmation', order: 5 },
  ];
  return [...choices, ...last].map(({ order: _order, ...step }, index) => ({ ...usualStep, ...step, num: index + 1 }));
}

/**
 * The data of a booking form for a widget. Fields that no operation can set have their usual value.
 * @param sold how many types of gift cards and memberships are sold online
 * @param address of this server
 */
export const presentForm = (
  form: BookingForm,
  location: LocationRow,
  settings: BookingSettings,
  sold: { giftCards: number; memberships: number },
  address: string,
) => ({
  id: form.id,
  url: pageAddress(form.id, address),
  steps: stepsOf(form),
  style: {
    show_header: true,
    logo: location.logo,
    header_background: '',
    menu_background: '',
    main_color: form.buttonColor,
    secondary_color: '#999999',
    buttons_color: form.buttonColor,
    logo_full: location.logo,
    header_background_full: '',
    menu_background_full: '',
    primaryPalette: 'indigo',
    accentPalette: 'blue',
    warnPalette: 'red',
    backgroundPalette: 'grey',
    main_color_theme: 'light',
    header_background_new: [],
  },
  group_id: 0,
  company_id: form.locationId,
  phone_confirmation: settings.confirmPhone,
  lang: 'en-US',
  langs: languages,
  comment_required: false,
  google_analytics_id: '',
  facebook_pixel_id: '',
  metrika_counter_id: null,
  app_metrika_id: null,
  sms_enabled: settings.confirmPhone,
  without_menu: form.withoutMenu,
  sequence_type: 'steps',
  client_scripts: '',
  y_injection: '',
  first_service_category_close: false,
  salon_select_type_code: 'list',
  is_show_privacy_policy: settings.privacyPolicy !== '',
  is_client_agreements_feature_enabled: false,
  specialization_display_mode: 0,
  ab_test_enabled: false,
  ab_test_percentage: 0,
  is_online_sale_available: false,
  legal_info: null,
  online_sales_links: [],
  google_analytics_client_id_index: null,
  display_activity_type: 'all',
  is_multiple_activity_record: settings.onlineEventSeats > 1,
  activity_record_count: settings.onlineEventSeats,
  weekly_view_enabled: false,
  show_weekly_view_without_online_booking: false,
  weekly_view_default_salon_id: null,
  chain_main_salon_id: form.locationId,
  record_type_id: null,
  staff_name: {},
  map: {},
  brand: {},
  injection: {},
  features: {},
  certificate_count: sold.giftCards,
  abonement_count: sold.memberships,
});
