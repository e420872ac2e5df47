import { ApiError } from '../../api/errors.ts';

/** Why a client cannot book, as the published API numbers it (notes of create_online_booking and validate_booking_params). */
export const reasons = {
  noServices: 422,
  badPhone: 431,
  wrongCode: 432,
  notAvailable: 433,
  blacklisted: 434,
  noName: 435,
  nobodyFree: 436,
  overlaps: 437,
  serviceGone: 438,
} as const;

/** One reason. `id` is that of the appointment in the request. */
export interface Refusal {
  code: (typeof reasons)[keyof typeof reasons];
  message: string;
  id?: number;
}

/** 422, or 403 for a blacklisted client: `meta.errors` lists every reason with its code. */
export class BookingRefused extends ApiError {
  readonly status: 403 | 422;
  constructor(refusals: readonly [Refusal, ...Refusal[]]) {
    super(refusals[0].message, undefined, {}, { errors: refusals });
    this.status = refusals.some(({ code }) => code === reasons.blacklisted) ? 403 : 422;
  }
}

export const refuse = (code: Refusal['code'], message: string): never => {
  throw new BookingRefused([{ code, message }]);
};
