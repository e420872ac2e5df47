import Type from 'typebox';
import { PageAndCount } from '../../../api/pagination.ts';
import { Bit, DateTime, Id, named } from '../../../api/schema.ts';
import { Titled } from '../../../wire/schemas.ts';
import { DeprecatedAccessSchema } from '../../access/permissions.ts';

export const LocationPath = Type.Object({ location_id: Id('location id') });

const Latitude = Type.Number({ minimum: -90, maximum: 90, description: 'degrees' });
const Longitude = Type.Number({ minimum: -180, maximum: 180, description: 'degrees' });

const link = Type.Optional(Type.String({ maxLength: 500 }));
const SocialLinks = named(
  'SocialLinks',
  Type.Object(
    { telegram: link, instagram: link, vk: link, facebook: link, viber: link, whatsapp: link },
    { description: 'links in social networks' },
  ),
);
const PresentedSocialLinks = Type.Object(
  {
    telegram: Type.String(),
    instagram: Type.String(),
    vk: Type.String(),
    facebook: Type.String(),
    viber: Type.String(),
    whatsapp: Type.String(),
  },
  { description: 'links in social networks; empty when not set' },
);

const common = {
  id: Type.Integer({ description: 'location id' }),
  title: Type.String({ description: 'name' }),
  country_id: Type.Integer({ description: 'id in the dictionary of countries' }),
  country: Type.String({ description: 'country name' }),
  city_id: Type.Integer({ description: 'id in the dictionary of cities, 0 when the city is not in it' }),
  city: Type.String({ description: 'city name' }),
  timezone_name: Type.String({ description: 'IANA time zone', examples: ['America/New_York'] }),
  address: Type.String(),
  coordinate_lat: Latitude,
  coordinate_lon: Longitude,
  phone_confirmation: Type.Boolean({ description: 'online booking asks for a code sent to the phone' }),
  short_descr: Type.String({ description: 'business category in a few words' }),
};

const summary = {
  logo: Type.String({ description: 'image address' }),
  active: Type.Integer({ description: '1 active, 0 not' }),
  phone: Type.String({ description: 'first phone number' }),
  schedule: Type.String({ description: 'opening hours as a text' }),
  active_staff_count: Type.Integer({ description: 'team members open for booking' }),
  app_ios: Type.String(),
  app_android: Type.String(),
  currency_short_title: Type.String({ description: 'currency sign' }),
};

const Chains = Type.Record(Type.String(), Titled, {
  description: 'the chains of the location by their id; only with show_groups=1',
});
const BookingForm = named(
  'BookingForm',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    is_default: Type.Integer({ description: '1 for the default form' }),
    url: Type.String(),
  }),
);
const nextSlot = Type.Optional(
  DateTime(
    'the first time at which a team member is free for their shortest service; only with forBooking=1, absent without one',
  ),
);

/** A location in the list. */
export const ListedLocation = named(
  'ListedLocation',
  Type.Object({
    ...common,
    ...summary,
    public_title: Type.String({ description: 'name shown to clients' }),
    phones: Type.Array(Type.String()),
    email: Type.String(),
    timezone: Type.Number({ description: 'offset from UTC in hours, now' }),
    next_slot: nextSlot,
    reminds_sms_disabled: Type.Boolean(),
    reminds_sms_default: Type.Integer(),
    group_priority: Type.Integer({ description: 'higher comes first in its chain' }),
    bookform_group_priority: Type.Integer(),
    description: Type.String({ description: 'HTML' }),
    photos: Type.Array(Type.String()),
    company_photos: Type.Array(Type.String()),
    booking_widget_promo: Type.Null(),
    site: Type.String(),
    zip: Type.String(),
    business_type_id: Type.Integer(),
    business_group_id: Type.Integer(),
    main_group_id: Type.Integer({ description: 'chain id' }),
    groups: Type.Optional(Chains),
    bookforms: Type.Optional(Type.Array(BookingForm)),
  }),
);

/** A location just created. */
export const CreatedLocation = named('CreatedLocation', Type.Object({ ...common, ...summary }));

/** A location in full. */
export const LocationDetails = named(
  'LocationDetails',
  Type.Object({
    ...common,
    ...summary,
    zip: Type.String(),
    social: PresentedSocialLinks,
    site: Type.String(),
    business_type_id: Type.Integer({ description: 'id in the dictionary of business types' }),
    description: Type.String({ description: 'HTML' }),
    phones: Type.Array(Type.String()),
    next_slot: nextSlot,
    group_priority: Type.Integer({ description: 'higher comes first in its chain' }),
    push_notification_phone_confirm: Type.Integer({ description: '1: confirm the phone before push notifications' }),
    main_group_id: Type.Integer({ description: 'chain id' }),
    main_group: Titled,
    groups: Type.Optional(Chains),
    bookforms: Type.Array(BookingForm, { description: 'filled with showBookforms=1' }),
    online_sales_form_url: Type.Optional(Type.String({ description: 'address of the booking form; only with bookform_id' })),
    payment_policy: Type.Object({ type: Type.String({ enum: ['none', 'deposit', 'card_guarantee'] }) }),
    access: Type.Optional(DeprecatedAccessSchema),
  }),
);

export const LocationListQuery = Type.Object({
  id: Type.Optional(Id('only this location')),
  group_id: Type.Optional(Id('only locations of this chain')),
  my: Type.Optional(Bit('1: only locations the signed-in user manages')),
  active: Type.Optional(Bit('1: only active ones')),
  forBooking: Type.Optional(Bit('1: adds the next free session')),
  show_groups: Type.Optional(Bit('1: adds the chains')),
  city_id: Type.Optional(Id('only in this city')),
  showBookforms: Type.Optional(Bit('1: adds the booking forms')),
  min_id: Type.Optional(Id('only ids from this one on')),
  show_deleted: Type.Optional(Bit('1: deleted ones too')),
  hide_record_type_single: Type.Optional(Bit('1: hides locations that book individually')),
  hide_record_type_activity: Type.Optional(Bit('1: hides locations that book group events')),
  hide_record_type_mixed: Type.Optional(Bit('1: hides locations that book both')),
  business_group_id: Type.Optional(Id('only of this business group')),
  business_type_id: Type.Optional(Id('only of this business type')),
  include: Type.Optional(
    Type.Array(Type.String({ enum: ['staff', 'positions', 'accounts', 'storages', 'expenses'] }), {
      description: 'related lists to add',
    }),
  ),
  ...PageAndCount(50, 300),
});

export const LocationQuery = Type.Object({
  my: Type.Optional(Bit('1: adds the permissions of the signed-in user')),
  forBooking: Type.Optional(Bit('1: adds the next free session')),
  show_groups: Type.Optional(Bit('1: adds the chains')),
  showBookforms: Type.Optional(Bit('1: adds the booking forms')),
  bookform_id: Type.Optional(Id('adds the address of this booking form')),
});

const title = Type.String({ minLength: 1, maxLength: 255, pattern: '\\S', description: 'name' });
const address = Type.Optional(Type.String({ maxLength: 500 }));
const site = Type.Optional(Type.String({ maxLength: 500, description: 'web address' }));
const shortDescription = Type.Optional(Type.String({ maxLength: 255, description: 'business category in a few words' }));
const countryId = Type.Optional(Id('id in the dictionary of countries'));
const cityId = Type.Optional(Id('id in the dictionary of cities'));
const businessTypeId = Type.Optional(Id('id in the dictionary of business types'));

export const NewLocation = named(
  'NewLocation',
  Type.Object({
    title,
    country_id: countryId,
    city_id: cityId,
    address,
    site,
    coordinate_lat: Type.Optional(Latitude),
    coordinate_lot: Type.Optional(Longitude),
    business_type_id: businessTypeId,
    short_descr: shortDescription,
  }),
);

export const LocationChanges = named(
  'LocationChanges',
  Type.Object({
    title: Type.Optional(title),
    country_id: countryId,
    country: Type.Optional(Type.String({ maxLength: 255, description: 'name or ISO code; country_id wins' })),
    city_id: cityId,
    city: Type.Optional(Type.String({ maxLength: 255, description: 'name; city_id wins' })),
    address,
    zip: Type.Optional(Type.String({ maxLength: 50 })),
    phones: Type.Optional(Type.Array(Type.String({ maxLength: 50 }), { maxItems: 20 })),
    social: Type.Optional(SocialLinks),
    site,
    coordinate_lat: Type.Optional(Latitude),
    coordinate_lon: Type.Optional(Longitude),
    description: Type.Optional(Type.String({ maxLength: 50_000, description: 'HTML' })),
    business_type_id: businessTypeId,
    short_descr: shortDescription,
  }),
);
