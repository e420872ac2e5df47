import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { Invalid } from '../../../api/errors.ts';
import { answer, created, empty, operation } from '../../../api/operation.ts';
import { PageAndCount, pageRange } from '../../../api/pagination.ts';
import { Id } from '../../../api/schema.ts';
import { toQuantity } from '../../../platform/quantity.ts';
import { allowedStorages } from '../../access/limits.ts';
import { calendarsOf, expectOfMember } from '../../team/calendars.ts';
import { billOfLink, changeBill, createBill, deleteBill, getBill, listBills } from '../bill.ts';
import { presentBill } from './present.ts';
import { BillOfMaterials, BillOfMaterialsChanges, BillPath, LocationOnly, NewBillOfMaterials } from './schemas.ts';

const tag = 'Inventory';

const exampleItem = { good_id: 34_234, storage_id: 4234, amount: 12 };
const exampleBill = {
  id: 1,
  title: 'Tech map 1',
  technological_card_items: [
    { id: 3, technological_card_id: 1, ...exampleItem, unit: 'l', price: 0.0742, title: 'Consumable 3' },
  ],
};

const fieldsOf = (items: readonly { good_id: number; storage_id: number; amount: number }[]) =>
  items.map(({ good_id, storage_id, amount }) => ({
    productId: good_id,
    storageId: storage_id,
    amount: toQuantity(amount),
  }));

/**
 * @param former what is used up already
 * @throws Invalid for a new storage outside of the caller's limit, as for an unknown one
 */
export function expectStorages(
  caller: Parameters<typeof allowedStorages>[0],
  fields: readonly { storageId: number }[],
  former: readonly { storageId: number }[] = [],
): void {
  const allowed = allowedStorages(caller);
  if (!allowed) return;
  const isKnown = (id: number) => allowed.includes(id) || former.some(({ storageId }) => storageId === id);
  if (!fields.every(({ storageId }) => isKnown(storageId))) {
    throw new Invalid({ storageId: ['must be a storage of this location'] });
  }
}

const spelling = { productId: 'good_id' };

export const getBillOfMaterialsList = operation({
  id: 'get_bill_of_materials_list',
  method: 'GET',
  path: '/technological_cards/{location_id}',
  tag,
  summary: 'List bills of materials with consumables',
  description: 'By title.',
  access: locationUser('storages_access'),
  params: LocationOnly,
  query: Type.Object({
    search: Type.Optional(Type.String({ maxLength: 255, description: 'match on card title' })),
    ...PageAndCount(20, 200),
  }),
  success: answer(200, Type.Array(BillOfMaterials)),
  errors: [403, 404],
  example: { data: [exampleBill] },
  handle: async (context) => {
    const { db, location, query } = context;
    const bills = await listBills(db, location.id, query.search, pageRange(query.page, query.count));
    return bills.map((bill) => presentBill(bill, context));
  },
});

export const getTeamMemberServiceBillOfMaterials = operation({
  id: 'get_team_member_service_bill_of_materials',
  method: 'GET',
  path: '/technological_cards/default_for_staff_and_service/{location_id}/{team_member_id}/{service_id}',
  tag,
  summary: 'Default bill of materials for staff+service pair',
  description: '404 if none is linked with the team member and the service.',
  access: locationUser('record_form_access'),
  params: Type.Object({ location_id: Id('location id'), team_member_id: Id('team member id'), service_id: Id('service id') }),
  success: answer(200, BillOfMaterials),
  errors: [403, 404],
  example: { data: exampleBill },
  handle: async (context) => {
    const { db, location, params } = context;
    expectOfMember(await calendarsOf(context), params.team_member_id);
    return presentBill(await billOfLink(db, location.id, params.team_member_id, params.service_id), context);
  },
});

const createBillOperation = operation({
  id: 'create_bill_of_materials',
  method: 'POST',
  path: '/company/{location_id}/technological_cards',
  tag,
  summary: 'Add a bill of materials',
  description: 'Link it with team members and services in the operations of services.',
  extension: true,
  access: locationUser('tech_card_edit'),
  params: LocationOnly,
  body: NewBillOfMaterials,
  spelling,
  success: created(BillOfMaterials),
  errors: [403, 404],
  example: { body: { title: 'Tech map 1', technological_card_items: [exampleItem] }, data: exampleBill },
  handle: async (context) => {
    const { write, location, body } = context;
    const items = fieldsOf(body.technological_card_items);
    expectStorages(context, items);
    return presentBill(await createBill(write, location.id, { title: body.title, items }), context);
  },
});

const getBillOperation = operation({
  id: 'get_bill_of_materials',
  method: 'GET',
  path: '/company/{location_id}/technological_cards/{technological_card_id}',
  tag,
  summary: 'One bill of materials',
  extension: true,
  access: locationUser('storages_access'),
  params: BillPath,
  success: answer(200, BillOfMaterials),
  errors: [403, 404],
  example: { data: exampleBill },
  handle: async (context) =>
    presentBill(await getBill(context.db, context.location.id, context.params.technological_card_id), context),
});

const updateBillOperation = operation({
  id: 'update_bill_of_materials',
  method: 'PUT',
  path: '/company/{location_id}/technological_cards/{technological_card_id}',
  tag,
  summary: 'Change a bill of materials',
  description: 'Fields that are not sent stay. Appointments that have it already keep what they plan to use up.',
  extension: true,
  access: locationUser('tech_card_edit'),
  params: BillPath,
  body: BillOfMaterialsChanges,
  spelling,
  success: answer(200, BillOfMaterials),
  errors: [403, 404],
  example: { body: { title: 'Colouring, short hair', technological_card_items: [exampleItem] }, data: exampleBill },
  handle: async (context) => {
    const { write, location, params, body } = context;
    const before = await getBill(write, location.id, params.technological_card_id);
    const items = body.technological_card_items && fieldsOf(body.technological_card_items);
    expectStorages(context, items ?? [], before.items);
    return presentBill(await changeBill(write, location.id, before.id, { title: body.title, items }), context);
  },
});

const deleteBillOperation = operation({
  id: 'delete_bill_of_materials',
  method: 'DELETE',
  path: '/company/{location_id}/technological_cards/{technological_card_id}',
  tag,
  summary: 'Delete a bill of materials',
  description: 'Team members do not follow it any more. Appointments keep it, with what they use up.',
  extension: true,
  access: locationUser('tech_card_edit'),
  params: BillPath,
  success: empty(204),
  errors: [403, 404],
  handle: async ({ write, location, params }) => {
    await deleteBill(write, location.id, params.technological_card_id);
  },
});

/** The operations that the published API does not have. */
export const ownBillOperations = [createBillOperation, getBillOperation, updateBillOperation, deleteBillOperation];
