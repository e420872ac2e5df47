import type { Location } from '../../../api/access.ts';
import { zonedDateTime } from '../../../platform/clock.ts';
import type { OutboxResource, Try } from '../../outbox/tables.ts';
import type { AddressRow } from '../address.ts';
import type { DeliveryRow, getDelivery } from '../log.ts';
import { webhookId } from '../told.ts';
import { presentChange } from './published.ts';
import type { ResourceFlag } from './schemas.ts';

/** The resource of each flag. Only the name of team members differs. */
const resources: Record<ResourceFlag, OutboxResource> = {
  salon: 'salon',
  service_category: 'service_category',
  service: 'service',
  good: 'good',
  master: 'staff',
  client: 'client',
  record: 'record',
  goods_operations_sale: 'goods_operations_sale',
  goods_operations_receipt: 'goods_operations_receipt',
  goods_operations_consumable: 'goods_operations_consumable',
  goods_operations_stolen: 'goods_operations_stolen',
  goods_operations_move: 'goods_operations_move',
  finances_operation: 'finances_operation',
  loyalty_card: 'loyalty_card',
  schedule: 'schedule',
};

const flagNames = Object.keys(resources) as ResourceFlag[];

/** The resources whose flags are 1. */
export const resourcesOf = (body: { [Flag in ResourceFlag]?: number }): OutboxResource[] =>
  flagNames.filter((flag) => body[flag] === 1).map((flag) => resources[flag]);

function flagsOf(subscriber: AddressRow['subscriber'] | undefined) {
  const flags = Object.fromEntries(flagNames.map((flag) => [flag, subscriber?.resources?.includes(resources[flag]) ? 1 : 0]));
  return {
    active: subscriber?.isActive ? 1 : 0,
    ...(flags as Record<ResourceFlag, number>),
    self_sending: subscriber && subscriber.skippedUserId === null ? 1 : 0,
  };
}

export const presentSettings = (rows: readonly AddressRow[]) => ({
  urls: rows.map(({ address }) => address.url),
  ...flagsOf(rows[0]?.subscriber),
  url_settings: rows.map(({ address, subscriber }) => ({ url: address.url, ...flagsOf(subscriber) })),
});

type Zone = Pick<Location, 'timeZone'>;

const moment = (at: Date | null, { timeZone }: Zone) => (at === null ? null : zonedDateTime(at, timeZone));

const later = (at: Date | null) => (at !== null && at.getTime() > Date.now() ? at : null);

export const presentAddress = ({ address, subscriber }: AddressRow, zone: Zone) => ({
  id: address.id,
  url: address.url,
  is_active: subscriber.isActive,
  off_reason: subscriber.isActive ? null : (address.offReason ?? 'user'),
  failures: address.failures,
  failing_since: moment(address.failingSince, zone),
  last_success_at: moment(address.lastSuccessAt, zone),
  paused_until: moment(later(subscriber.pausedUntil), zone),
  secrets: [
    { created_at: moment(address.secretAt, zone), expires_at: null },
    ...(later(address.formerUntil) ? [{ created_at: null, expires_at: moment(address.formerUntil, zone) }] : []),
  ],
});

export const presentDelivery = (row: DeliveryRow, zone: Zone) => {
  const last = row.tries.at(-1);
  return {
    id: webhookId(row.uid),
    address_id: row.addressId,
    url: row.url,
    resource: row.resource,
    resource_id: row.resourceId,
    status: row.status,
    state: row.state,
    created_at: zonedDateTime(row.createdAt, zone.timeZone),
    next_try_at: moment(row.dueAt, zone),
    finished_at: moment(row.finishedAt, zone),
    try_count: row.tries.length,
    last_status: last?.status ?? null,
    last_refusal: last?.refusal ?? null,
  };
};

const presentTry = ({ at, milliseconds, status, refusal }: Try, { timeZone }: Zone) => ({
  at: zonedDateTime(new Date(at), timeZone),
  milliseconds,
  status: status ?? null,
  refusal: refusal ?? null,
});

export const presentDeliveryDetails = (
  row: Awaited<ReturnType<typeof getDelivery>>,
  location: Pick<Location, 'id' | 'timeZone'>,
) => ({
  ...presentDelivery(row, location),
  body: presentChange({ ...row, locationId: location.id }).toString(),
  answer: row.answer,
  tries: row.tries.map((each) => presentTry(each, location)),
});
