import {
  getDatesAvailableForBooking,
  getNearestTimeSlots,
  getServicesAvailableForBooking,
  getTeamMembersAvailableForBooking,
  getTimeSlotsForBooking,
} from './operations.availability.public.ts';
import {
  bookEvent,
  createOnlineBooking,
  getOnlineBookingDetails,
  updateOnlineBookingDatetime,
  validateBookingParams,
} from './operations.booking.public.ts';
import { getBookingFormConfig, getLocationPrivacyPolicy } from './operations.form.public.ts';
import { getI18nOptions } from './operations.i18n.public.ts';

/** The operations of the tag, in the order of the published documents. */
export const onlineBookingOperations = [
  getBookingFormConfig,
  getI18nOptions,
  getServicesAvailableForBooking,
  getTeamMembersAvailableForBooking,
  getNearestTimeSlots,
  getDatesAvailableForBooking,
  getTimeSlotsForBooking,
  validateBookingParams,
  createOnlineBooking,
  getOnlineBookingDetails,
  updateOnlineBookingDatetime,
  bookEvent,
  getLocationPrivacyPolicy,
];
