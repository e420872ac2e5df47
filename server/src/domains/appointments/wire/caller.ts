import type { FastifyRequest } from 'fastify';
import type { Flag, Limited, Location, Partner, User } from '../../../api/access.ts';
import { Invalid } from '../../../api/errors.ts';
import { publicAddress } from '../../../api/public-address.ts';
import type { Read } from '../../../api/write.ts';
import { parseCalendarDate, parseDateTime, startOfDay } from '../../../platform/clock.ts';
import type { Services } from '../../../platform/services.ts';
import { startOfDays } from '../../access/limits.ts';
import { calendarsOf } from '../../team/calendars.ts';
import type { Period } from '../appointment.ts';
import type { Origin } from '../fields.ts';
import type { ChangeRights, DeleteRights, SeriesRights } from '../rights.ts';
import type { View, Visibility } from './present.ts';

type Can = (flag: Flag) => boolean;

/** The source of the rights: a handler's context, or a grant with a database. */
export interface Authorized extends Limited {
  db: Read;
  location: Location;
  can: Can;
}

/** The caller's calendars, and the earliest date that the caller may change and delete. */
const boundsOf = async (caller: Authorized) => ({
  calendars: await calendarsOf(caller),
  changeableSince: startOfDays(caller.limit('records_edit_last_days_count'), caller.location.timeZone),
});

/** The caller's rights to change appointments, and whether they force a busy time. */
export const rightsOf = async (caller: Authorized, force: boolean): Promise<ChangeRights> => ({
  ...changes(caller, force),
  ...(await boundsOf(caller)),
});

const changes = ({ can, limit }: Authorized, force: boolean) => ({
  force,
  clientsOf: limit('clients_visit_master_id'),
  addClients: can('record_form_client_add_access'),
  costs: can('records_services_cost_access'),
  discounts: can('records_services_discount_access'),
  timeAndMember: can('records_edit_date_and_master_access'),
  duration: can('records_edit_duration_access'),
  comment: can('records_edit_comment_access'),
  services: can('records_edit_services_access'),
  arrived: can('edit_records_attendance_access'),
});

/** The caller's rights to delete appointments. */
export const deletionRightsOf = async (caller: Authorized): Promise<DeleteRights> => ({
  ...deletions(caller.can),
  ...(await boundsOf(caller)),
});

const deletions = (can: Can) => ({
  appointments: can('delete_records_access'),
  arrived: can('delete_customer_came_records_access'),
  withPayments: can('delete_paid_records_access'),
});

/** The caller's rights over the appointments of a series, which never force a busy time. */
export const seriesRightsOf = async (caller: Authorized): Promise<SeriesRights> => {
  const { can } = caller;
  const bounds = await boundsOf(caller);
  return {
    create: can('create_records_access'),
    calendars: bounds.calendars,
    clientsOf: caller.limit('clients_visit_master_id'),
    change: { ...changes(caller, false), ...bounds },
    delete: { ...deletions(can), ...bounds },
  };
};

export const visibilityOf = (can: Can): Visibility => ({
  client: can('record_form_client_access'),
  phone: can('timetable_phones_access'),
  email: can('clients_phones_email_access'),
  surname: can('clients_surname_middle_name_access'),
  clientComment: can('clients_card_comment_access'),
  clientFields: can('custom_fields_client_values_read_access'),
  customFields: can('custom_fields_record_values_read_access'),
  products: can('records_goods_access'),
});

/** The parts of a handler's context that describe the caller. */
interface Caller {
  location: Location;
  can: Can;
  partner: Partner;
  user: User | undefined;
  request: FastifyRequest;
  services: Services;
}

export const viewFor = ({ location, can, request, services }: Omit<Caller, 'partner' | 'user'>): View => ({
  location,
  sees: visibilityOf(can),
  address: publicAddress(request, services.config),
});

/** Made in the back office by a user of a partner's integration. */
export const originOf = ({ partner, user }: Pick<Caller, 'partner' | 'user'>): Origin => ({
  userId: user?.id ?? null,
  partnerId: partner.id,
  isOnline: false,
});

/** @throws Invalid naming the field if the text is not a date and time */
export function momentIn(text: string, timeZone: string, field: string): Date {
  const at = parseDateTime(text, timeZone);
  if (!at) throw new Invalid({ [field]: ['must be a date and time YYYY-MM-DD HH:MM:SS'] });
  return at;
}

/** @throws Invalid naming the field if the text is not a date */
export function dateOf(text: string, field: string): string {
  const date = parseCalendarDate(text);
  if (!date) throw new Invalid({ [field]: ['must be a date YYYY-MM-DD'] });
  return date;
}

/** The instants between two dates of the location's calendar, both included; an empty text is no bound. @throws Invalid */
export function periodOf(
  timeZone: string,
  [fromField, from]: readonly [string, string | undefined],
  [toField, to]: readonly [string, string | undefined],
): Period | undefined {
  if (!from && !to) return undefined;
  return {
    from: from ? startOfDay(dateOf(from, fromField), timeZone) : undefined,
    to: to ? startOfDay(dateOf(to, toField), timeZone, 1) : undefined,
  };
}

/** The colour of a request as it is stored: rrggbb in small letters, or empty. */
export const colorOf = (text: string | null | undefined): string | undefined =>
  text === undefined ? undefined : (text ?? '').replace('#', '').toLowerCase();
