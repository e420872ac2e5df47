import { randomUUID } from 'node:crypto';
import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { Invalid } from '../../../api/errors.ts';
import { exampleOf } from '../../../api/openapi/example.ts';
import { answer, counted, created, operation } from '../../../api/operation.ts';
import { pageRange } from '../../../api/pagination.ts';
import { parseDateTime } from '../../../platform/clock.ts';
import { type DeliveryState, type OutboxResource, outboxResources } from '../../outbox/tables.ts';
import { addressesOf } from '../address.ts';
import { getDelivery, listDeliveries, mostAtOnce, resendDelivery, resendFailed } from '../log.ts';
import { webhookPoster } from '../poster.ts';
import { getAddress, rotateSecret, setAddressActive } from '../settings.ts';
import { secretsOf, signedHeaders } from '../signature.ts';
import { webhooks } from './operations.webhooks.developers.ts';
import { presentAddress, presentDelivery, presentDeliveryDetails } from './present.ts';
import { presentChange } from './published.ts';
import {
  AddressPath,
  DeliveryPath,
  DeliveryQuery,
  FailedDeliveries,
  LocationOnly,
  NewSecret,
  TestResult,
  WebhookAddress,
  WebhookDelivery,
  WebhookDeliveryDetails,
} from './schemas.ts';

const own = { tag: 'Webhooks', extension: true, access: locationUser('webhook_read_access') } as const;

const listWebhookAddresses = operation({
  ...own,
  id: 'list_webhook_addresses',
  method: 'GET',
  path: '/hooks_settings/{location_id}/addresses',
  summary: 'List the addresses of webhooks, and how they do',
  params: LocationOnly,
  success: counted(Type.Array(WebhookAddress)),
  handle: async ({ db, location }) => (await addressesOf(db, location.id)).map((row) => presentAddress(row, location)),
});

const updateWebhookAddress = operation({
  ...own,
  id: 'update_webhook_address',
  method: 'PUT',
  path: '/hooks_settings/{location_id}/addresses/{address_id}',
  summary: 'Switch an address of webhooks on or off',
  description:
    'What waits for an address that is switched off is given up. Changes while it is off are not sent there. `resend_failed_webhook_deliveries` sends what was given up.',
  params: AddressPath,
  body: Type.Object({ is_active: Type.Boolean() }),
  success: answer(200, WebhookAddress),
  example: { body: { is_active: true } },
  handle: async ({ write, location, params, body, partner }) =>
    presentAddress(
      await setAddressActive(write, location.id, params.address_id, body.is_active, { partnerId: partner.id }),
      location,
    ),
});

const rotateWebhookSecret = operation({
  ...own,
  id: 'rotate_webhook_secret',
  method: 'POST',
  path: '/hooks_settings/{location_id}/addresses/{address_id}/secret',
  summary: 'Make a new secret for an address of webhooks',
  description:
    'The answer shows the secret, once. The former secret also signs for some hours, so that the receiver can change over; an older one signs no more. Every address has a secret from the beginning, which nobody knows: call this after adding an address.',
  params: AddressPath,
  body: Type.Object({
    former_hours: Type.Integer({ minimum: 0, maximum: 168, default: 24, description: 'how long the former secret also signs' }),
  }),
  success: created(NewSecret),
  example: { body: { former_hours: 24 } },
  handle: async ({ write, location, params, body, services }) => {
    const { secret, row } = await rotateSecret(write, location.id, params.address_id, {
      signingKey: services.signingKey,
      hours: body.former_hours,
    });
    return { secret, address: presentAddress(row, location) };
  },
});

/** The example of a change as the document has it, whose thing has the id 0. */
function sampleOf(resource: string): unknown {
  const found = webhooks.find(({ body }) => (body as unknown as Documented).properties.resource.enum.includes(resource));
  const { data = [] } = (found?.example?.body ?? exampleOf(found?.body ?? {})) as { data?: object };
  return Array.isArray(data) ? data : { ...data, ...('id' in data ? { id: 0 } : { good_id: 0 }) };
}

/** The documented body of a change. */
interface Documented {
  properties: { resource: { enum: string[] } };
}

const sendTestWebhook = operation({
  ...own,
  id: 'send_test_webhook',
  method: 'POST',
  path: '/hooks_settings/{location_id}/addresses/{address_id}/test',
  summary: 'Send a test to an address of webhooks',
  description:
    'Sends the documented example of a resource, with the id 0, and waits for the answer. It is signed as a change is, and its `webhook-id` begins with `test_`. It is not tried again and not in the log.',
  params: AddressPath,
  body: Type.Object({ resource: Type.String({ enum: [...outboxResources], default: 'record' }) }),
  success: answer(200, TestResult),
  // It waits for the receiver.
  transaction: 'manual',
  ignoresKeys: true,
  example: { body: { resource: 'record' } },
  handle: async ({ db, location, params, body, services }) => {
    const { address } = await getAddress(db, location.id, params.address_id);
    const id = `test_${randomUUID()}`;
    const text = presentChange({
      locationId: location.id,
      resource: body.resource as OutboxResource,
      resourceId: 0,
      status: 'update',
      data: sampleOf(body.resource),
    });
    const begun = Date.now();
    const result = await webhookPoster(services.config)(address.url, text, {
      headers: signedHeaders(id, text, secretsOf(services.signingKey, address)),
    });
    const milliseconds = Date.now() - begun;
    return 'refusal' in result
      ? { webhook_id: id, milliseconds, status: null, refusal: result.refusal, answer: '' }
      : { webhook_id: id, milliseconds, status: result.status, refusal: null, answer: result.body };
  },
});

/** @throws Invalid */
function timeOf(text: string, field: 'from' | 'to', timeZone: string): Date {
  const at = parseDateTime(text, timeZone);
  if (!at) throw new Invalid({ [field]: ['must be a date and time'] });
  return at;
}

const listWebhookDeliveries = operation({
  ...own,
  id: 'list_webhook_deliveries',
  method: 'GET',
  path: '/hooks_settings/{location_id}/deliveries',
  summary: 'List deliveries of webhooks',
  description: 'The latest changes first. Deliveries stay in the log for a week after they were taken or given up.',
  params: LocationOnly,
  query: DeliveryQuery,
  success: counted(Type.Array(WebhookDelivery)),
  handle: async ({ db, location, query }) => {
    const at = (field: 'from' | 'to') => {
      const text = query[field];
      return text === undefined ? undefined : timeOf(text, field, location.timeZone);
    };
    const rows = await listDeliveries(
      db,
      location.id,
      {
        addressId: query.address_id,
        resource: query.resource as OutboxResource | undefined,
        resourceId: query.resource_id,
        state: query.state as DeliveryState | undefined,
        from: at('from'),
        to: at('to'),
      },
      pageRange(query.page, query.count),
    );
    return rows.map((row) => presentDelivery(row, location));
  },
});

const getWebhookDelivery = operation({
  ...own,
  id: 'get_webhook_delivery',
  method: 'GET',
  path: '/hooks_settings/{location_id}/deliveries/{delivery_id}',
  summary: 'Read a delivery of a webhook, with what was sent and answered',
  params: DeliveryPath,
  success: answer(200, WebhookDeliveryDetails),
  handle: async ({ db, location, params }) =>
    presentDeliveryDetails(await getDelivery(db, location.id, params.delivery_id), location),
});

const resendWebhookDelivery = operation({
  ...own,
  id: 'resend_webhook_delivery',
  method: 'POST',
  path: '/hooks_settings/{location_id}/deliveries/{delivery_id}/resend',
  summary: 'Send a delivery of a webhook again',
  description: 'Under the same `webhook-id`, whether it was taken or not. If it fails, it is tried again as at first.',
  params: DeliveryPath,
  success: answer(200, WebhookDelivery),
  errors: [409],
  handle: async ({ write, location, params }) => {
    await resendDelivery(write, location.id, params.delivery_id);
    return presentDelivery(await getDelivery(write, location.id, params.delivery_id), location);
  },
});

const resendFailedWebhookDeliveries = operation({
  ...own,
  id: 'resend_failed_webhook_deliveries',
  method: 'POST',
  path: '/hooks_settings/{location_id}/deliveries/resend',
  summary: 'Send again all deliveries of webhooks that failed between two times',
  description: `The earliest first, at most ${mostAtOnce}: call it again while \`count\` is as large. Deliveries to an address that is switched off are left out.`,
  params: LocationOnly,
  body: FailedDeliveries,
  success: answer(200, Type.Object({ count: Type.Integer({ description: 'deliveries that are sent again' }) })),
  example: { body: { from: '2026-09-01T10:00:00', to: '2026-09-01T12:00:00' } },
  handle: async ({ write, location, body }) => ({
    count: await resendFailed(write, location.id, {
      addressId: body.address_id,
      from: timeOf(body.from, 'from', location.timeZone),
      to: timeOf(body.to, 'to', location.timeZone),
    }),
  }),
});

/** Foyer's own operations of the tag. */
export const deliveryOperations = [
  listWebhookAddresses,
  updateWebhookAddress,
  rotateWebhookSecret,
  sendTestWebhook,
  listWebhookDeliveries,
  getWebhookDelivery,
  resendFailedWebhookDeliveries,
  resendWebhookDelivery,
];
