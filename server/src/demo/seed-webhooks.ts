import { sql } from 'drizzle-orm';
import type { Write } from '../api/write.ts';
import { loadSigningKey } from '../domains/access/server-keys.ts';
import { saveWebhookSettings } from '../domains/webhooks/settings.ts';

/** The address of webhooks in the demo. Nobody listens there, and the demo sends nothing to others. */
const demoHook = 'https://hooks.example.com/foyer';

/**
 * A location of the demo has an address for webhooks, with two deliveries in its log. It asks for changes of loyalty cards only, which nothing
 * makes, so the demo has nothing to send.
 */
export async function seedWebhooks(write: Write, locationId: number, by: { userId: number; partnerId: number }): Promise<void> {
  const signingKey = await loadSigningKey(write);
  await saveWebhookSettings(
    write,
    locationId,
    { urls: [demoHook], isActive: true, resources: ['loyalty_card'], includesOwnChanges: true },
    { ...by, signingKey, allowed: [] },
  );
  await write.execute(sql`
    insert into outbox_deliveries (location_id, subscriber_id, outbox_id, resource, resource_id, state, due_at, failures, answer, finished_at, created_at, tries)
    select change.location_id, address.id, change.id, change.resource, change.resource_id,
      case when number = 1 then 'delivered' else 'failed' end, null, number - 1, case when number = 1 then 'OK' else '' end,
      now() - interval '1 hour', now() - interval '2 hours',
      jsonb_build_array(jsonb_build_object('at', to_json(now() - interval '1 hour'), 'milliseconds', 120)
        || case when number = 1 then '{"status": 200}'::jsonb else '{"refusal": "does not answer in time"}' end)
    from (select *, row_number() over (order by id) as number from outbox where location_id = ${locationId}) change
    join webhook_addresses address on address.location_id = change.location_id
    where number <= 2`);
}
