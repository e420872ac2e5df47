import Type from 'typebox';
import { locationPartner, partnerOrUser } from '../../../api/access.ts';
import { NotFound } from '../../../api/errors.ts';
import { answer, operation } from '../../../api/operation.ts';
import { publicAddress } from '../../../api/public-address.ts';
import { AnyOfTypes, Id } from '../../../api/schema.ts';
import { findBookingForm } from '../../booking-settings/form.ts';
import { getBookingSettings } from '../../booking-settings/settings.ts';
import { getLocation, isConnected } from '../../locations/location.ts';
import { presentForm } from './present-form.ts';

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
      steps: Type.Optional(
        Type.Array(
          Type.Object({
            step: Type.Optional(Type.String()),
            title: Type.Optional(Type.String()),
            num: Type.Optional(Type.Number({ description: 'display order from 1' })),
            hidden: Type.Optional(Type.Boolean()),
            default: Type.Optional(AnyOfTypes<number | string>(['number', 'string'])),
            date_default: Type.Optional(Type.String({ description: 'datetime step' })),
            time_default: Type.Optional(Type.Number({ description: 'datetime step' })),
            date_hidden: Type.Optional(Type.Boolean({ description: 'datetime step' })),
            time_hidden: Type.Optional(Type.Boolean({ description: 'datetime step' })),
            is_title_default: Type.Optional(Type.Boolean()),
            category_view_type: Type.Optional(Type.String({ description: 'e.g. horizontal_tags' })),
          }),
        ),
      ),
      style: Type.Optional(
        Type.Object({
          show_header: Type.Optional(Type.Boolean()),
          logo: Type.Optional(Type.String()),
          header_background: Type.Optional(Type.String()),
          menu_background: Type.Optional(Type.String()),
          main_color: Type.Optional(Type.String({ description: 'palette name (example uses hex)' })),
          secondary_color: Type.Optional(Type.String()),
          buttons_color: Type.Optional(Type.String()),
          logo_full: Type.Optional(Type.String()),
          header_background_full: Type.Optional(Type.String()),
          menu_background_full: Type.Optional(Type.String()),
          primaryPalette: Type.Optional(Type.String()),
          accentPalette: Type.Optional(Type.String()),
          warnPalette: Type.Optional(Type.String()),
          backgroundPalette: Type.Optional(Type.String()),
          main_color_theme: Type.Optional(Type.String()),
          header_background_new: Type.Optional(
            Type.Union([
              Type.Array(Type.Any({ description: 'always empty' })),
              Type.Object({
                sm: Type.Optional(Type.String()),
                norm: Type.Optional(Type.String()),
                origin: Type.Optional(Type.String()),
              }),
            ]),
          ),
        }),
      ),
      group_id: Type.Optional(Type.Integer({ description: '0 if not a chain form' })),
      company_id: Type.Optional(Type.Integer()),
      phone_confirmation: Type.Optional(Type.Boolean({ description: 'valid when group_id=0' })),
      lang: Type.Optional(Type.String({ description: 'code from langs' })),
      langs: Type.Optional(
        Type.Array(
          Type.Object({
            id: Type.Optional(Type.Integer()),
            code: Type.Optional(Type.String()),
            title: Type.Optional(Type.String()),
          }),
        ),
      ),
      comment_required: Type.Optional(Type.Boolean()),
      google_analytics_id: Type.Optional(Type.String()),
      facebook_pixel_id: Type.Optional(Type.String()),
      metrika_counter_id: Type.Optional(AnyOfTypes<number | null>(['integer', 'null'])),
      app_metrika_id: Type.Optional(AnyOfTypes<string | null>(['string', 'null'])),
      sms_enabled: Type.Optional(Type.Boolean()),
      id: Type.Optional(Type.Integer()),
      url: Type.Optional(Type.String()),
      staff_name: Type.Optional(Type.Record(Type.String(), Type.Any())),
      without_menu: Type.Optional(Type.Boolean({ description: 'step mode' })),
      sequence_type: Type.Optional(Type.String({ description: 'e.g. steps' })),
      client_scripts: Type.Optional(Type.String()),
      y_injection: Type.Optional(Type.String()),
      first_service_category_close: Type.Optional(Type.Boolean()),
      map: Type.Optional(Type.Record(Type.String(), Type.Any())),
      salon_select_type_code: Type.Optional(Type.String()),
      is_show_privacy_policy: Type.Optional(Type.Boolean()),
      is_client_agreements_feature_enabled: Type.Optional(Type.Boolean()),
      specialization_display_mode: Type.Optional(Type.Number({ description: '0 specialization, 1 position' })),
      ab_test_enabled: Type.Optional(Type.Boolean()),
      ab_test_percentage: Type.Optional(Type.Number()),
      is_online_sale_available: Type.Optional(Type.Boolean()),
      legal_info: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Any()), Type.Null()])),
      online_sales_links: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any()))),
      google_analytics_client_id_index: Type.Optional(AnyOfTypes<string | null>(['string', 'null'])),
      brand: Type.Optional(Type.Record(Type.String(), Type.Any())),
      injection: Type.Optional(Type.Record(Type.String(), Type.Any())),
      display_activity_type: Type.Optional(Type.String()),
      is_multiple_activity_record: Type.Optional(Type.Boolean()),
      activity_record_count: Type.Optional(Type.Number()),
      weekly_view_enabled: Type.Optional(Type.Boolean()),
      show_weekly_view_without_online_booking: Type.Optional(Type.Boolean()),
      weekly_view_default_salon_id: Type.Optional(AnyOfTypes<number | null>(['integer', 'null'])),
      chain_main_salon_id: Type.Optional(Type.Integer()),
      record_type_id: Type.Optional(AnyOfTypes<number | null>(['integer', 'null'])),
      features: Type.Optional(Type.Record(Type.String(), Type.Any())),
      certificate_count: Type.Optional(Type.Number()),
      abonement_count: Type.Optional(Type.Number()),
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
    return presentForm(form, location, settings, publicAddress(request, services.config));
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
  success: answer(200, Type.Object({ agreement: Type.Optional(Type.Object({ content: Type.Optional(Type.String()) })) })),
  errors: [403, 404],
  example: { data: { agreement: { content: 'text of the agreement' } } },
  handle: async ({ db, location }) => ({
    agreement: { content: (await getBookingSettings(db, location.id)).privacyPolicy },
  }),
});
