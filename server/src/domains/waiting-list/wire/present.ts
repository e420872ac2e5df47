import type { Location } from '../../../api/access.ts';
import { zonedDateTime } from '../../../platform/clock.ts';
import { formatTime } from '../../schedule/intervals.ts';
import type { EntryRow } from '../entry.ts';
import type { OfferRow } from '../offer.ts';
import type { WaitingSettings } from '../settings.ts';

/** What a user sees of clients. */
export interface Sees {
  client: boolean;
  surname: boolean;
  phone: boolean;
  email: boolean;
}

type Place = Pick<Location, 'timeZone'>;

const at = (seconds: number, { timeZone }: Place) => zonedDateTime(new Date(seconds * 1000), timeZone);

const presentWish = (row: EntryRow) => ({
  services: row.services,
  staff: row.teamMemberId === null ? null : { id: row.teamMemberId, name: row.member ?? '' },
  date_from: row.dateFrom,
  date_to: row.dateTo,
  time_from: formatTime(row.timeFrom),
  time_to: formatTime(row.timeTo),
});

export const presentEntry = (row: EntryRow, location: Place, sees: Sees) => ({
  id: row.id,
  status: row.status,
  client_id: sees.client ? row.clientId : null,
  name: sees.client ? `${row.name} ${sees.surname ? row.surname : ''}`.trim() : '',
  phone: sees.client && sees.phone ? (row.phone ?? '') : '',
  email: sees.client && sees.email ? row.email : '',
  ...presentWish(row),
  comment: row.comment,
  is_online: row.isOnline,
  missed_offers: row.missed,
  offer: row.offer && {
    id: row.offer.id,
    staff: { id: row.offer.memberId, name: row.offer.member },
    datetime: at(row.offer.startsAt, location),
    seance_length: row.offer.duration,
    expires_at: at(row.offer.expiresAt, location),
  },
  record_id: row.appointmentId,
  created_at: zonedDateTime(row.createdAt, location.timeZone),
  ended_at: row.endedAt && zonedDateTime(row.endedAt, location.timeZone),
});

export const presentOwnEntry = (row: EntryRow, location: Place, title: string) => ({
  location_title: title,
  status: row.status,
  ...presentWish(row),
  offered_until: row.offer && at(row.offer.expiresAt, location),
});

export const presentOwnOffer = (
  offer: OfferRow,
  entry: EntryRow,
  location: Pick<Location, 'id' | 'timeZone'>,
  title: string,
) => ({
  location_id: location.id,
  location_title: title,
  state: offer.state,
  services: entry.services,
  staff: { id: offer.teamMemberId, name: offer.member },
  datetime: zonedDateTime(offer.startsAt, location.timeZone),
  expires_at: zonedDateTime(offer.expiresAt, location.timeZone),
});

export const presentSettings = ({ isOnline, holdMinutes, mostOffers }: WaitingSettings) => ({
  is_online: isOnline,
  hold_minutes: holdMinutes,
  most_offers: mostOffers,
});
