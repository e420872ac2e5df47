import { offsetHours, zonedDateTime } from '../../../platform/clock.ts';
import type { DeprecatedAccess } from '../../access/permissions.ts';
import { pageAddress } from '../../booking-settings/wire/present.ts';
import { businessType, country, currencySymbol } from '../dictionaries.ts';
import type { LocationRow } from '../location.ts';
import type { Knowledge } from './knowledge.ts';

/** What a request asks to add. */
export interface LocationExtras {
  chains?: boolean;
  permissions?: DeprecatedAccess;
}

const base = (row: LocationRow, bookableMembers: number) => ({
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
  active_staff_count: bookableMembers,
  app_ios: '',
  app_android: '',
  currency_short_title: currencySymbol(row.currency),
});

const extras = (row: LocationRow, { nextSlot }: Knowledge, { chains, permissions }: LocationExtras) => ({
  ...(nextSlot ? { next_slot: zonedDateTime(nextSlot, row.timeZone) } : {}),
  ...(chains ? { groups: { [row.chainId]: { id: row.chainId, title: row.chainTitle } } } : {}),
  ...(permissions ? { access: permissions } : {}),
});

const presentForms = ({ bookingForms = [], address }: Knowledge) =>
  bookingForms.map(({ id, title, isDefault }) => ({ id, title, is_default: isDefault ? 1 : 0, url: pageAddress(id, address) }));

/** A location just created has no team members. */
export const presentCreatedLocation = (row: LocationRow) => base(row, 0);

export const presentListedLocation = (row: LocationRow, known: Knowledge, added: LocationExtras) => ({
  ...base(row, known.bookableMembers),
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
  ...(known.bookingForms ? { bookforms: presentForms(known) } : {}),
  ...extras(row, known, added),
});

/** @param formId the booking form whose address is added */
export const presentLocation = (row: LocationRow, known: Knowledge, added: LocationExtras, formId?: number) => ({
  ...base(row, known.bookableMembers),
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
  bookforms: presentForms(known),
  ...(formId === undefined ? {} : { online_sales_form_url: pageAddress(formId, known.address) }),
  ...extras(row, known, added),
});
