import type { OutsideAnswer } from '../../platform/outside-request.ts';
import type { OutboxResource, OutboxStatus } from '../outbox/tables.ts';

/** A change, as it is told to an address. */
export interface Told {
  locationId: number;
  resource: OutboxResource;
  resourceId: number;
  status: OutboxStatus;
  data: unknown;
}

/** The published body of a change. */
export type PresentChange = (told: Told) => Buffer;

/** Posts a body to an address that a user has given. */
export type Post = (
  url: string,
  body: Buffer,
  options: { headers: Record<string, string>; signal?: AbortSignal },
) => Promise<OutsideAnswer>;

/** The header `webhook-id` of a delivery. */
export const webhookId = (uid: string): string => `msg_${uid}`;

/** The delivery that a `webhook-id` names. Undefined for a text that is none. */
export const uidOf = (id: string): string | undefined =>
  /^(?:msg_)?([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i.exec(id)?.[1]?.toLowerCase();
