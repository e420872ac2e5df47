import type { Money, Percent } from '../../platform/money.ts';
import type { ClientFields } from '../clients/client.ts';
import type { CustomValues } from '../custom-fields/values.ts';
import type { Attendance } from './tables.ts';

/** A service as it is booked; what is not given follows from the price list. */
export interface BookedService {
  id: number;
  amount?: number | undefined;
  costPerUnit?: Money | undefined;
  /** Of all units, before the discount. */
  firstCost?: Money | undefined;
  discount?: Percent | undefined;
  /** Of all units, after the discount. */
  cost?: Money | undefined;
}

/** Who is served: a client by id, a person with a phone number, or someone of whom only a name is known. */
export interface BookedClient extends Omit<ClientFields, 'tagIds'> {
  id?: number | undefined;
}

/** What can be said of an appointment beside its time; what is undefined stays as it is, or has its default. */
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
  /** seconds; null for what the services need */
  technicalBreak?: number | null | undefined;
}

/** Where an appointment comes from. */
export interface Origin {
  userId: number | null;
  partnerId: number | null;
  isOnline: boolean;
  bookingFormId?: number | undefined;
  device?: number | undefined;
  fromUrl?: string | undefined;
}

/** The client did not come: the time is free again. */
export const isNoShow = (attendance: Attendance | undefined) => attendance === -1;
