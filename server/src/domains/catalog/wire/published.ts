import type { FastifyRequest } from 'fastify';
import type { Location, User } from '../../../api/access.ts';
import { publicAddress } from '../../../api/public-address.ts';
import type { Tx } from '../../../platform/database.ts';
import type { Services } from '../../../platform/services.ts';
import { publish } from '../../outbox/outbox.ts';
import type { OutboxStatus } from '../../outbox/tables.ts';
import type { CategoryRow } from '../category.ts';
import { getService, type ServiceRow } from '../service.ts';
import { presentCategory, presentService } from './present.ts';

/** The context of a writing handler, as far as webhooks need it. */
export interface Writing {
  tx: Tx;
  location: Location;
  user: User;
  request: FastifyRequest;
  services: Services;
}

/** Notes a change of a service for the webhooks, as get_service answers it. @returns the service */
export async function publishService(context: Writing, row: ServiceRow, status: OutboxStatus): Promise<ServiceRow> {
  const { tx, location, user, request, services } = context;
  const data = presentService(row, publicAddress(request, services.config));
  await publish(tx, location.id, user.id, [{ resource: 'service', resourceId: row.id, status, data }]);
  return row;
}

/** Notes that the links of a service changed. */
export const publishServiceLinks = async (context: Writing, serviceId: number): Promise<ServiceRow> =>
  publishService(context, await getService(context.tx, context.location.id, serviceId), 'update');

/** Notes a change of a category, as get_service_category_list answers it. @returns the category */
export async function publishCategory(context: Writing, row: CategoryRow, status: OutboxStatus): Promise<CategoryRow> {
  const { tx, location, user } = context;
  await publish(tx, location.id, user.id, [
    { resource: 'service_category', resourceId: row.id, status, data: presentCategory(row) },
  ]);
  return row;
}
