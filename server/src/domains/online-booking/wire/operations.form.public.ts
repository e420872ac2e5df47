import Type from 'typebox';
import { locationPartner, partnerOrUser } from '../../../api/access.ts';
import { NotFound } from '../../../api/errors.ts';
import { answer, operation } from '../../../api/operation.ts';
import { publicAddress } from '../../../api/public-address.ts';
import { AnyOfTypes, EmptyList, Id } from '../../../api/schema.ts';
import { findBookingForm } from '../../booking-settings/form.ts';
import { getBookingSettings } from '../../booking-settings/settings.ts';
import { countGiftCardTypesOnline } from '../../gift-cards/type.ts';
import { getLocation, isConnected } from '../../locations/location.ts';
import { countSoldOnline } from '../../memberships/type.ts';
import { presentForm } from './present-form.ts';

/** Settings that no operation can change. */
const Nothing = Type.Object({}, { description: 'always empty' });

export const getBookingFormConfig = operation({
  id: 'get_booking_form_config',
  method: 'GET',
  path: '/bookform/{id}',
  tag: 'Online Booking',
  summary: 'Booking form settings',
  access: partnerOrUser(),
  params: Type.Object({ id: Id('booking form ID, e.g. 123 from b123.alteg.io') }),
  success: answer(
    200,
    Type.Object({
      steps: Type.Array(
        Type.Object({
          step: Type.String(),
          title: Type.String(),
          num: Type.Number({ description: 'display order from 1' }),
          hidden: Type.Boolean(),
          default: Type.Integer({ description: 'preselected option; -1 for none' }),
          date_default: Type.String({ description: 'datetime step' }),
          time_default: Type.Number({ description: 'datetime step' }),
          date_hidden: Type.Boolean({ description: 'datetime step' }),
          time_hidden: Type.Boolean({ description: 'datetime step' }),
          is_title_default: Type.Boolean(),
          category_view_type: Type.String({ description: 'e.g. horizontal_tags' }),
        }),
      ),
      style: Type.Object({
        show_header: Type.Boolean(),
        logo: Type.String(),
        header_background: Type.String(),
        menu_background: Type.String(),
        main_color: Type.String({ description: '#rrggbb or the name of a palette' }),
        secondary_color: Type.String(),
        buttons_color: Type.String(),
        logo_full: Type.String(),
        header_background_full: Type.String(),
        menu_background_full: Type.String(),
        primaryPalette: Type.String(),
        accentPalette: Type.String(),
        warnPalette: Type.String(),
        backgroundPalette: Type.String(),
        main_color_theme: Type.String(),
        header_background_new: EmptyList,
      }),
      group_id: Type.Integer({ description: '0 if not a chain form' }),
      company_id: Type.Integer(),
      phone_confirmation: Type.Boolean({ description: 'valid when group_id=0' }),
      lang: Type.String({ description: 'code from langs' }),
      langs: Type.Array(
        Type.Object({
          id: Type.Integer(),
          code: Type.String(),
          title: Type.String(),
        }),
      ),
      comment_required: Type.Boolean(),
      google_analytics_id: Type.String(),
      facebook_pixel_id: Type.String(),
      metrika_counter_id: AnyOfTypes<number | null>(['integer', 'null']),
      app_metrika_id: AnyOfTypes<string | null>(['string', 'null']),
      sms_enabled: Type.Boolean(),
      id: Type.Integer(),
      url: Type.String(),
      staff_name: Nothing,
      without_menu: Type.Boolean({ description: 'step mode' }),
      sequence_type: Type.String({ description: 'e.g. steps' }),
      client_scripts: Type.String(),
      y_injection: Type.String(),
      first_service_category_close: Type.Boolean(),
      map: Nothing,
      salon_select_type_code: Type.String(),
      is_show_privacy_policy: Type.Boolean(),
      is_client_agreements_feature_enabled: Type.Boolean(),
      specialization_display_mode: Type.Number({ description: '0 specialization, 1 position' }),
      ab_test_enabled: Type.Boolean(),
      ab_test_percentage: Type.Number(),
      is_online_sale_available: Type.Boolean(),
      legal_info: Type.Null(),
      online_sales_links: EmptyList,
      google_analytics_client_id_index: AnyOfTypes<string | null>(['string', 'null']),
      brand: Nothing,
      injection: Nothing,
      display_activity_type: Type.String(),
      is_multiple_activity_record: Type.Boolean(),
      activity_record_count: Type.Number(),
      weekly_view_enabled: Type.Boolean(),
      show_weekly_view_without_online_booking: Type.Boolean(),
      weekly_view_default_salon_id: AnyOfTypes<number | null>(['integer', 'null']),
      chain_main_salon_id: Type.Integer(),
      record_type_id: AnyOfTypes<number | null>(['integer', 'null']),
      features: Nothing,
      certificate_count: Type.Number({ description: 'types of gift cards that are sold online' }),
      abonement_count: Type.Number({ description: 'types of memberships that are sold online' }),
    }),
  ),
  errors: [403, 404],
  example: {
    data: {
      steps: [{ step: 'master', title: 'Choose a team member', num: 2, hidden: false, default: -1 }],
      style: {
        show_header: true,
        logo: 'https://app.alteg.io/uploads/logo.png',
        header_background: 'https://app.alteg.io/uploads/header.png',
        menu_background: 'https://app.alteg.io/uploads/menu.png',
        main_color: '#FFCB00',
        secondary_color: '#999999',
        buttons_color: '#FFFFFF',
      },
      group_id: 1,
      company_id: 1,
      phone_confirmation: false,
      lang: 'en-US',
      langs: [{ id: 2, code: 'en-US', title: 'English' }],
      comment_required: false,
      metrika_counter_id: 50217133,
      google_analytics_id: 'UA-125358345-1',
      facebook_pixel_id: '2218788388343154',
      app_metrika_id: '46ab3b93-1bc6-457d-82f0-c1b51f39b01e',
      sms_enabled: true,
    },
  },
  handle: async ({ db, partner, params, services, request }) => {
    const form = await findBookingForm(db, params.id);
    if (!form || !(await isConnected(db, partner, form.locationId))) throw new NotFound();
    const location = await getLocation(db, form.locationId);
    const settings = await getBookingSettings(db, form.locationId);
    const sold = { giftCards: await countGiftCardTypesOnline(db, location), memberships: await countSoldOnline(db, location) };
    return presentForm(form, location, settings, sold, publicAddress(request, services.config));
  },
});

export const getLocationPrivacyPolicy = operation({
  id: 'get_location_privacy_policy',
  method: 'GET',
  path: '/privacy_policy/{location_id}',
  tag: 'Online Booking',
  summary: "Location's booking privacy policy",
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id') }),
  success: answer(200, Type.Object({ agreement: Type.Object({ content: Type.String() }) })),
  errors: [403, 404],
  example: { data: { agreement: { content: 'text of the agreement' } } },
  handle: async ({ db, location }) => ({
    agreement: { content: (await getBookingSettings(db, location.id)).privacyPolicy },
  }),
});
