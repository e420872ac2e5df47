import type { Money, Percent } from '../../platform/money.ts';
import type { ClientFields } from '../clients/client.ts';
import type { CustomValues } from '../custom-fields/values.ts';
import type { Attendance } from './tables.ts';

/** A booked service. Missing values come from the price list. */
export interface BookedService {
  id: number;
  amount?: number | undefined;
  costPerUnit?: Money | undefined;
  /** The price of all units, before the discount. */
  firstCost?: Money | undefined;
  discount?: Percent | undefined;
  /** The price of all units, after the discount. */
  cost?: Money | undefined;
}

/** The client: a client by id, a person with a phone number, or only a name. */
export interface BookedClient extends Omit<ClientFields, 'tagIds'> {
  id?: number | undefined;
}

/** Fields of an appointment besides its time. An undefined field stays unchanged, or gets its default. */
export interface AppointmentDetails {
  comment?: string | undefined;
  attendance?: Attendance | undefined;
  apiId?: string | undefined;
  /** rrggbb, or empty */
  color?: string | undefined;
  tagIds?: number[] | undefined;
  customFields?: CustomValues | undefined;
  smsReminder?: number | undefined;
  emailReminder?: number | undefined;
  isMemberChosen?: boolean | undefined;
}

export interface AppointmentFields extends AppointmentDetails {
  teamMemberId: number;
  services: BookedService[];
  client: BookedClient;
  startsAt: Date;
  /** seconds, the technical break included */
  duration: number;
  /** seconds; null for the length of the services */
  technicalBreak?: number | null | undefined;
}

/** The origin of an appointment. */
export interface Origin {
  userId: number | null;
  partnerId: number | null;
  isOnline: boolean;
  bookingFormId?: number | undefined;
  device?: number | undefined;
  fromUrl?: string | undefined;
}

/** A no-show: the client did not come, and the slot is free again. */
export const isNoShow = (attendance: Attendance | undefined) => attendance === -1;
