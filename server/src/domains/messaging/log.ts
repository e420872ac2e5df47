import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { Read } from '../../api/write.ts';
import { campaigns, locationMessages, type MessageState } from './tables.ts';

const columns = {
  id: locationMessages.id,
  type: locationMessages.type,
  channel: locationMessages.channel,
  recipient: locationMessages.recipient,
  subject: sql<string>`coalesce(${campaigns.subject}, ${locationMessages.subject})`,
  text: sql<string>`coalesce(${campaigns.text}, ${locationMessages.text})`,
  clientId: locationMessages.clientId,
  userId: locationMessages.userId,
  appointmentId: locationMessages.appointmentId,
  state: locationMessages.state,
  reason: locationMessages.reason,
  attempts: locationMessages.attempts,
  parts: locationMessages.parts,
  cost: locationMessages.cost,
  dueAt: locationMessages.dueAt,
  createdAt: locationMessages.createdAt,
  sentAt: locationMessages.sentAt,
};

const ofCampaign = and(eq(campaigns.locationId, locationMessages.locationId), eq(campaigns.id, locationMessages.campaignId));

export interface LogFilter {
  clientId?: number | undefined;
  appointmentId?: number | undefined;
  state?: MessageState | undefined;
  /** Only messages before this one. */
  before?: number | undefined;
}

/** The messages of a location, latest first, with why they were sent or not. */
export const listLog = (db: Read, locationId: number, { clientId, appointmentId, state, before }: LogFilter, limit: number) =>
  db
    .select(columns)
    .from(locationMessages)
    .leftJoin(campaigns, ofCampaign)
    .where(
      and(
        eq(locationMessages.locationId, locationId),
        clientId === undefined ? undefined : eq(locationMessages.clientId, clientId),
        appointmentId === undefined ? undefined : eq(locationMessages.appointmentId, appointmentId),
        state === undefined ? undefined : eq(locationMessages.state, state),
        before === undefined ? undefined : lt(locationMessages.id, before),
      ),
    )
    .orderBy(desc(locationMessages.id))
    .limit(limit);

export type LogRow = Awaited<ReturnType<typeof listLog>>[number];

/** The latest messages of all locations that were sent, for the page of the demo. */
export const listSent = (db: Read, limit: number) =>
  db
    .select({
      channel: columns.channel,
      recipient: columns.recipient,
      text: columns.text,
      link: locationMessages.link,
      createdAt: columns.createdAt,
    })
    .from(locationMessages)
    .leftJoin(campaigns, ofCampaign)
    .where(eq(locationMessages.state, 'sent'))
    .orderBy(desc(locationMessages.createdAt))
    .limit(limit);
