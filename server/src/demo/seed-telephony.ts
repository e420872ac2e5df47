import { and, asc, eq, isNotNull } from 'drizzle-orm';
import type { Location } from '../api/access.ts';
import type { Write } from '../api/write.ts';
import { loadSigningKey } from '../domains/access/server-keys.ts';
import { clients } from '../domains/clients/tables.ts';
import { recordCall } from '../domains/telephony/call.ts';
import { changeTelephony, type Route, renewTelephonyToken } from '../domains/telephony/settings.ts';
import type { CallStatus, CallType } from '../domains/telephony/tables.ts';

/** The numbers of the locations, in their order. */
const numbers = ['+12125550100', '+447700900100'];

const kinds: { type: CallType; status: CallStatus; duration: number }[] = [
  { type: 'incoming', status: 'success', duration: 94 },
  { type: 'incoming', status: 'missed', duration: 0 },
  { type: 'outgoing', status: 'success', duration: 41 },
  { type: 'incoming', status: 'success', duration: 212 },
  { type: 'outgoing', status: 'busy', duration: 0 },
];

/** The chain of the demo has a telephony service, and calls of the last week with clients and others. */
export async function seedTelephony(write: Write, chainId: number, places: readonly Location[]): Promise<void> {
  const signingKey = await loadSigningKey(write);
  await renewTelephonyToken(write, chainId, signingKey);
  const routes = places.flatMap(({ id }, index): Route[] => [
    { kind: 'diversion', key: numbers[index] as string, locationId: id, userIds: [] },
    { kind: 'user', key: `desk-${index + 1}`, locationId: id, userIds: [] },
  ]);
  await changeTelephony(write, chainId, { isEnabled: true, routes }, signingKey);
  for (const [index, place] of places.entries()) {
    const callers = await write
      .select({ phone: clients.phone })
      .from(clients)
      .where(and(eq(clients.locationId, place.id), isNotNull(clients.phone)))
      .orderBy(asc(clients.id))
      .offset(40)
      .limit(24);
    const stranger = index === 0 ? '+13155550144' : '+447700900144';
    for (const [nth, { phone }] of [...callers, { phone: stranger }].entries()) {
      const kind = kinds[nth % kinds.length] as (typeof kinds)[number];
      await recordCall(write, chainId, {
        ...kind,
        phone: phone as string,
        subscriber: nth % 2 === 0 ? `desk-${index + 1}` : '',
        diversion: numbers[index] as string,
        recordLink: kind.duration ? `https://records.example/${place.id}/${nth + 1}.mp3` : '',
        externalId: `demo-${place.id}-${nth + 1}`,
        calledAt: new Date(Date.now() - (nth * 6 + 3) * 3_600_000),
      });
    }
  }
}
