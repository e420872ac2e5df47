import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { Invalid } from '../../../api/errors.ts';
import { answer, operation } from '../../../api/operation.ts';
import { CountMeta } from '../../../api/schema.ts';
import type { Write } from '../../../api/write.ts';
import { toMoney } from '../../../platform/money.ts';
import { toQuantity } from '../../../platform/quantity.ts';
import { getAppointment } from '../../appointments/appointment.ts';
import { refuseChange } from '../../appointments/rights.ts';
import { lockAppointment } from '../../appointments/update.ts';
import { type Authorized, rightsOf } from '../../appointments/wire/caller.ts';
import { calendarsOf } from '../../team/calendars.ts';
import { consumablesOf, detachBills, replaceConsumables } from '../of-appointment.ts';
import { expectStorages } from './operations.bills.v1.ts';
import { presentUsedByService } from './present.ts';
import { AppointmentConsumables, Consumables, DetachBody, DetachQuery, UsedByServicePath, UsedPath } from './schemas.ts';

const tag = 'Inventory';

const exampleGood = { id: 6_858_783, title: 'Product', unit: 'G' };
const exampleUsed = { storage_id: 91_303, good_id: 6_858_783, amount: 10, price: 1000 };
const example = {
  service_id: 21_558,
  record_id: 1_233_243,
  technological_cards: [
    {
      id: 36_069,
      title: 'Tech map',
      technological_card_items: [{ id: 208_568, technological_card_id: 36_069, ...exampleUsed, good: exampleGood }],
    },
  ],
  consumables: [{ goods_transaction_id: 2_180_771, record_id: 1_233_243, service_id: 21_558, ...exampleUsed, good: exampleGood }],
};

export const getAppointmentConsumables = operation({
  id: 'get_appointment_consumables',
  method: 'GET',
  path: '/technological_cards/record_consumables/{location_id}/{record_id}',
  tag,
  summary: 'Consumables and cards per appointment service',
  description: 'Every service of the appointment, with what one of it uses up.',
  access: locationUser('record_form_access'),
  params: UsedPath,
  success: answer(200, Type.Array(AppointmentConsumables)),
  errors: [403, 404],
  example: { data: [example] },
  handle: async (context) => {
    const { db, location, params } = context;
    const { id } = await getAppointment(db, location.id, params.record_id, await calendarsOf(context));
    return (await consumablesOf(db, location.id, id)).map((used) => presentUsedByService(used, id, context));
  },
});

/** Locks the appointment whose consumables change. @throws NotFound, Forbidden */
async function lockForChange(write: Write, context: Authorized, appointmentId: number): Promise<void> {
  const rights = await rightsOf(context, false);
  const current = await lockAppointment(write, context.location.id, appointmentId, rights.calendars);
  refuseChange([current], {}, rights);
}

/** The service as it is now: what has arrived is written off. */
async function settled(write: Write, context: Authorized, { record_id, service_id }: { record_id: number; service_id: number }) {
  await write.react();
  const used = await consumablesOf(write, context.location.id, record_id);
  return used.filter(({ serviceId }) => serviceId === service_id).map((each) => presentUsedByService(each, record_id, context));
}

export const updateAppointmentServiceConsumables = operation({
  id: 'update_appointment_service_consumables',
  method: 'PUT',
  path: '/technological_cards/record_consumables/consumables/{location_id}/{record_id}/{service_id}',
  tag,
  summary: 'Set consumables of appointment service',
  description:
    'Replaces what one of the service uses up. If the client has arrived, it is written off at once, for every unit of the service.',
  access: locationUser('records_consumables_edit_access'),
  params: UsedByServicePath,
  body: Consumables,
  spelling: { productId: 'good_id', lineId: 'goods_transaction_id' },
  success: answer(200, Type.Array(AppointmentConsumables)),
  errors: [403, 404],
  example: {
    body: { consumables: [{ goods_transaction_id: 0, record_id: 1_233_243, service_id: 21_558, ...exampleUsed }] },
    data: [example],
  },
  handle: async (context) => {
    const { write, location, params, body, can } = context;
    await lockForChange(write, context, params.record_id);
    const place = { locationId: location.id, appointmentId: params.record_id, serviceId: params.service_id };
    if (body.consumables) {
      for (const name of ['record_id', 'service_id'] as const) {
        if (body.consumables.some((each) => each[name] !== params[name])) {
          throw new Invalid({ [name]: [`must be ${params[name]}, as in the path`] });
        }
      }
      const fields = body.consumables.map((each) => ({
        lineId: each.goods_transaction_id,
        productId: each.good_id,
        storageId: each.storage_id,
        amount: toQuantity(each.amount),
        // Without the right to see cost prices, a caller sends the 0 back that it was shown.
        price: can('storages_goods_prime_cost_view_access') ? toMoney(each.price) : undefined,
      }));
      const former = (await consumablesOf(write, location.id, params.record_id)).flatMap(({ consumables }) => consumables);
      expectStorages(context, fields, former);
      await replaceConsumables(write, place, fields);
    }
    return settled(write, context, params);
  },
});

export const unlinkAppointmentServiceAssociation = operation({
  id: 'unlink_appointment_service_association',
  method: 'DELETE',
  path: '/technological_cards/record_consumables/technological_cards/{location_id}/{record_id}/{service_id}',
  tag,
  summary: 'Unlink bill of materials from appointment service',
  description: 'What the service uses up stays, unless `delete_consumables` is 1 in the query or in the body.',
  access: locationUser('records_consumables_edit_access'),
  params: UsedByServicePath,
  query: DetachQuery,
  body: DetachBody,
  success: answer(200, Type.Array(AppointmentConsumables), CountMeta),
  errors: [403, 404],
  example: {
    data: [{ service_id: 7_224_099, record_id: 310_013_764, technological_cards: [], consumables: [] }],
    meta: { count: 1 },
    body: [],
  },
  handle: async (context) => {
    const { write, location, params, query, body } = context;
    await lockForChange(write, context, params.record_id);
    const place = { locationId: location.id, appointmentId: params.record_id, serviceId: params.service_id };
    const inBody = Array.isArray(body) ? 0 : body.delete_consumables;
    await detachBills(write, place, { withConsumables: Boolean(query.delete_consumables || inBody) });
    const data = await settled(write, context, params);
    return { data, meta: { count: data.length } };
  },
});
