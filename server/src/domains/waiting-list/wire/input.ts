import { Invalid } from '../../../api/errors.ts';
import { parseTime } from '../../schedule/intervals.ts';
import type { Wish } from '../entry.ts';

/** The names of the fields in requests. */
export const waitingSpelling = { dateFrom: 'date_from', dateTo: 'date_to', timeFrom: 'time_from', timeTo: 'time_to' };

/** The fields of a wish in a request. */
export interface GivenWish {
  service_ids?: number[];
  team_member_id?: number | null;
  date_from?: string;
  date_to?: string;
  time_from?: string;
  time_to?: string;
  comment?: string;
}

/** @throws Invalid naming the field */
function timeOf(text: string | undefined, field: 'timeFrom' | 'timeTo'): number | undefined {
  if (text === undefined) return undefined;
  const time = parseTime(text);
  if (time === undefined) throw new Invalid({ [field]: ['must be a time HH:MM'] });
  return time;
}

/** What a request says of a wish; fields that it does not have are undefined. 0 stands for any team member too. @throws Invalid */
export const wishOf = (body: GivenWish): { [Name in keyof Wish]?: Wish[Name] | undefined } => ({
  serviceIds: body.service_ids && [...new Set(body.service_ids)],
  memberId: body.team_member_id === undefined ? undefined : body.team_member_id || null,
  dateFrom: body.date_from,
  dateTo: body.date_to,
  timeFrom: timeOf(body.time_from, 'timeFrom'),
  timeTo: timeOf(body.time_to, 'timeTo'),
  comment: body.comment,
});

/** A whole wish: one day at any time with any team member, unless the request says more. */
export function newWishOf(body: GivenWish & { service_ids: number[]; date_from: string }): Wish {
  const given = wishOf(body);
  return {
    serviceIds: given.serviceIds ?? [],
    memberId: given.memberId ?? null,
    dateFrom: body.date_from,
    dateTo: body.date_to ?? body.date_from,
    timeFrom: given.timeFrom ?? 0,
    timeTo: given.timeTo ?? 86_400,
    comment: given.comment ?? '',
  };
}
