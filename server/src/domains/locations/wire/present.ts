import { offsetHours } from '../../../platform/clock.ts';
import type { DeprecatedAccess } from '../../access/permissions.ts';
import { businessType, country, currencySymbol } from '../dictionaries.ts';
import type { LocationRow } from '../location.ts';

/** Parts that the list and the details may add. */
export interface LocationExtras {
  chains?: boolean;
  bookingForms?: boolean;
  permissions?: DeprecatedAccess;
}

const base = (row: LocationRow) => ({
  id: row.id,
  title: row.title,
  country_id: row.countryId,
  country: country(row.countryId)?.title ?? '',
  city_id: row.cityId,
  city: row.city,
  timezone_name: row.timeZone,
  address: row.address,
  coordinate_lat: row.latitude,
  coordinate_lon: row.longitude,
  phone_confirmation: row.phoneConfirmation,
  short_descr: row.shortDescription,
  logo: row.logo,
  active: row.isActive ? 1 : 0,
  phone: row.phones[0] ?? '',
  schedule: row.schedule,
  // Team members will be added with their capability.
  active_staff_count: 0,
  app_ios: '',
  app_android: '',
  currency_short_title: currencySymbol(row.currency),
});

const extras = (row: LocationRow, { chains, bookingForms, permissions }: LocationExtras) => ({
  ...(chains ? { groups: { [row.chainId]: { id: row.chainId, title: row.chainTitle } } } : {}),
  // Booking forms will be added with online booking.
  ...(bookingForms ? { bookforms: [] } : {}),
  ...(permissions ? { access: permissions } : {}),
});

export const presentCreatedLocation = base;

export const presentListedLocation = (row: LocationRow, added: LocationExtras = {}) => ({
  ...base(row),
  public_title: row.publicTitle || row.title,
  phones: row.phones,
  email: row.email,
  timezone: offsetHours(row.timeZone),
  reminds_sms_disabled: false,
  reminds_sms_default: 1,
  group_priority: row.chainPriority,
  bookform_group_priority: 0,
  description: row.description,
  photos: [],
  company_photos: [],
  booking_widget_promo: null,
  site: row.site,
  zip: row.zip,
  business_type_id: row.businessTypeId,
  business_group_id: businessType(row.businessTypeId)?.businessGroupId ?? 0,
  main_group_id: row.chainId,
  ...extras(row, added),
});

export const presentLocation = (row: LocationRow, added: LocationExtras = {}) => ({
  ...base(row),
  zip: row.zip,
  social: { telegram: '', instagram: '', vk: '', facebook: '', viber: '', whatsapp: '', ...row.social },
  site: row.site,
  business_type_id: row.businessTypeId,
  description: row.description,
  phones: row.phones,
  group_priority: row.chainPriority,
  push_notification_phone_confirm: 0,
  main_group_id: row.chainId,
  main_group: { id: row.chainId, title: row.chainTitle },
  payment_policy: { type: 'none' },
  // Booking forms will be added with online booking.
  bookforms: [],
  ...extras(row, added),
});
