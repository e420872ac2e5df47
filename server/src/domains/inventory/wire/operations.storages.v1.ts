import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { Forbidden, NotFound } from '../../../api/errors.ts';
import { answer, counted, created, empty, operation } from '../../../api/operation.ts';
import { PageAndCount, pageRange } from '../../../api/pagination.ts';
import { Id } from '../../../api/schema.ts';
import { zonedDateTime } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import { noMoney } from '../../../platform/money.ts';
import { inLargerUnit, toQuantity } from '../../../platform/quantity.ts';
import { allowedStorages } from '../../access/limits.ts';
import { numberDocument } from '../document.ts';
import { deleteDocument } from '../operation.ts';
import { allowsNegativeStock, setNegativeStock } from '../settings.ts';
import { countStock, getStocktaking, listStocktakings, type StocktakingRow } from '../stocktaking.ts';
import { archiveStorage, createStorage, listStorages, restoreStorage, type StorageRow, updateStorage } from '../storage.ts';
import {
  archiveSupplier,
  createSupplier,
  getSupplier,
  listSuppliers,
  restoreSupplier,
  type SupplierRow,
  updateSupplier,
} from '../supplier.ts';
import { expectSeen, expectStockRights } from './caller.ts';
import {
  InventorySettings,
  ListedStocktaking,
  LocationOnly,
  NewStocktaking,
  NewStorage,
  NewSupplier,
  Stocktaking,
  Storage,
  StorageChanges,
  Supplier,
  SupplierChanges,
} from './schemas.ts';

const tag = 'Inventory';

const StoragePath = Type.Object({ location_id: Id('location id'), storage_id: Id('storage id') });
const SupplierPath = Type.Object({ location_id: Id('location id'), supplier_id: Id('supplier id') });
const StocktakingPath = Type.Object({ location_id: Id('location id'), stocktaking_id: Id('document id of the stocktaking') });

const WithArchived = Type.Object({
  with_archived: Type.Optional(Type.Boolean({ default: false, description: 'archived ones too' })),
});

const storageSpelling = { isForServices: 'for_service', isForSale: 'for_sale' };

const presentStorage = (row: StorageRow) => ({
  id: row.id,
  title: row.title,
  comment: row.comment,
  for_service: row.isForServices,
  for_sale: row.isForSale,
  weight: row.weight,
  is_archived: row.archivedAt !== null,
});

const storageFields = (body: {
  title?: string;
  comment?: string;
  for_service?: boolean;
  for_sale?: boolean;
  weight?: number;
}) => ({
  title: body.title,
  comment: body.comment,
  isForServices: body.for_service,
  isForSale: body.for_sale,
  weight: body.weight,
});

const exampleStorage = {
  id: 36_539,
  title: 'Back room',
  comment: '',
  for_service: false,
  for_sale: true,
  weight: 3,
  is_archived: false,
};

const listStoragesOperation = operation({
  id: 'list_storages',
  method: 'GET',
  path: '/company/{location_id}/storages',
  tag,
  summary: 'List storages, also archived ones',
  description: 'By weight.',
  extension: true,
  access: locationUser('storages_access'),
  params: LocationOnly,
  query: WithArchived,
  success: counted(Type.Array(Storage)),
  errors: [403, 404],
  example: { data: [exampleStorage] },
  handle: async (context) => {
    const { db, location, query } = context;
    const options = { only: allowedStorages(context), withArchived: query.with_archived === true };
    return (await listStorages(db, location.id, options)).map(presentStorage);
  },
});

const createStorageOperation = operation({
  id: 'create_storage',
  method: 'POST',
  path: '/company/{location_id}/storages',
  tag,
  summary: 'Add a storage',
  extension: true,
  access: locationUser('settings_basis_access'),
  params: LocationOnly,
  body: NewStorage,
  success: created(Storage),
  errors: [403, 404],
  spelling: storageSpelling,
  example: { body: { title: 'Back room', for_sale: true }, data: exampleStorage },
  handle: async ({ write, location, body }) =>
    presentStorage(await createStorage(write, location.id, { ...storageFields(body), title: body.title })),
});

const updateStorageOperation = operation({
  id: 'update_storage',
  method: 'PUT',
  path: '/company/{location_id}/storages/{storage_id}',
  tag,
  summary: 'Change a storage',
  description: 'Fields that are not sent stay as they are.',
  extension: true,
  access: locationUser('settings_basis_access'),
  params: StoragePath,
  body: StorageChanges,
  success: answer(200, Storage),
  errors: [403, 404],
  spelling: storageSpelling,
  example: { body: { title: 'Back room', weight: 3 }, data: exampleStorage },
  handle: async (context) => {
    expectStorageSeen(context, context.params.storage_id);
    const { write, location, params, body } = context;
    return presentStorage(await updateStorage(write, location.id, params.storage_id, storageFields(body)));
  },
});

/** @throws NotFound for a storage outside of the caller's limit */
function expectStorageSeen(caller: Parameters<typeof allowedStorages>[0], id: number): void {
  if (allowedStorages(caller)?.includes(id) === false) throw new NotFound();
}

const archiveStorageOperation = operation({
  id: 'archive_storage',
  method: 'DELETE',
  path: '/company/{location_id}/storages/{storage_id}',
  tag,
  summary: 'Archive a storage',
  description: 'It must hold no products. Its documents stay.',
  extension: true,
  access: locationUser('settings_basis_access'),
  params: StoragePath,
  success: empty(204),
  errors: [403, 404],
  handle: async (context) => {
    expectStorageSeen(context, context.params.storage_id);
    await archiveStorage(context.write, context.location.id, context.params.storage_id);
  },
});

const restoreStorageOperation = operation({
  id: 'restore_storage',
  method: 'POST',
  path: '/company/{location_id}/storages/{storage_id}/restore',
  tag,
  summary: 'Restore an archived storage',
  extension: true,
  access: locationUser('settings_basis_access'),
  params: StoragePath,
  success: answer(200, Storage),
  errors: [403, 404],
  example: { data: exampleStorage },
  handle: async (context) => {
    expectStorageSeen(context, context.params.storage_id);
    return presentStorage(await restoreStorage(context.write, context.location.id, context.params.storage_id));
  },
});

const presentSupplier = ({ id, title, phone, email, address, comment, archivedAt }: SupplierRow) => ({
  id,
  title,
  phone,
  email,
  address,
  comment,
  is_archived: archivedAt !== null,
});

const exampleSupplier = {
  id: 11_112,
  title: 'Best Supplier Ever',
  phone: '+13155550175',
  email: 'orders@example.com',
  address: '',
  comment: '',
  is_archived: false,
};

const listSuppliersOperation = operation({
  id: 'list_suppliers',
  method: 'GET',
  path: '/company/{location_id}/suppliers',
  tag,
  summary: 'List suppliers',
  description: 'By name.',
  extension: true,
  access: locationUser('finances_suppliers_read_access'),
  params: LocationOnly,
  query: WithArchived,
  success: counted(Type.Array(Supplier)),
  errors: [403, 404],
  example: { data: [exampleSupplier] },
  handle: async ({ db, location, query }) =>
    (await listSuppliers(db, location.id, { withArchived: query.with_archived === true })).map(presentSupplier),
});

const getSupplierOperation = operation({
  id: 'get_supplier',
  method: 'GET',
  path: '/company/{location_id}/suppliers/{supplier_id}',
  tag,
  summary: 'Read a supplier',
  extension: true,
  access: locationUser('finances_suppliers_read_access'),
  params: SupplierPath,
  success: answer(200, Supplier),
  errors: [403, 404],
  example: { data: exampleSupplier },
  handle: async ({ db, location, params }) => presentSupplier(await getSupplier(db, location.id, params.supplier_id)),
});

const createSupplierOperation = operation({
  id: 'create_supplier',
  method: 'POST',
  path: '/company/{location_id}/suppliers',
  tag,
  summary: 'Add a supplier',
  extension: true,
  access: locationUser('finances_suppliers_create_access'),
  params: LocationOnly,
  body: NewSupplier,
  success: created(Supplier),
  errors: [403, 404],
  example: { body: { title: 'Best Supplier Ever', phone: '+13155550175' }, data: exampleSupplier },
  handle: async ({ write, location, body }) => presentSupplier(await createSupplier(write, location, body)),
});

const updateSupplierOperation = operation({
  id: 'update_supplier',
  method: 'PUT',
  path: '/company/{location_id}/suppliers/{supplier_id}',
  tag,
  summary: 'Change a supplier',
  description: 'Fields that are not sent stay as they are.',
  extension: true,
  access: locationUser('finances_suppliers_update_access'),
  params: SupplierPath,
  body: SupplierChanges,
  success: answer(200, Supplier),
  errors: [403, 404],
  example: { body: { email: 'orders@example.com' }, data: exampleSupplier },
  handle: async ({ write, location, params, body }) =>
    presentSupplier(await updateSupplier(write, location, params.supplier_id, body)),
});

const archiveSupplierOperation = operation({
  id: 'archive_supplier',
  method: 'DELETE',
  path: '/company/{location_id}/suppliers/{supplier_id}',
  tag,
  summary: 'Archive a supplier',
  description: 'New documents cannot name it. Those that do keep it.',
  extension: true,
  access: locationUser('finances_suppliers_delete_access'),
  params: SupplierPath,
  success: empty(204),
  errors: [403, 404],
  handle: async ({ write, location, params }) => archiveSupplier(write, location.id, params.supplier_id),
});

const restoreSupplierOperation = operation({
  id: 'restore_supplier',
  method: 'POST',
  path: '/company/{location_id}/suppliers/{supplier_id}/restore',
  tag,
  summary: 'Restore an archived supplier',
  extension: true,
  access: locationUser('finances_suppliers_delete_access'),
  params: SupplierPath,
  success: answer(200, Supplier),
  errors: [403, 404],
  example: { data: exampleSupplier },
  handle: async ({ write, location, params }) => presentSupplier(await restoreSupplier(write, location.id, params.supplier_id)),
});

const presentStocktaking = (row: StocktakingRow, timeZone: string, seesCost: boolean) => ({
  id: row.id,
  number: row.number ?? row.id,
  create_date: zonedDateTime(row.at, timeZone),
  comment: row.comment,
  storage: row.storage ?? { id: 0, title: '' },
  goods: row.counts.map(({ productId, title, unitRatio, expected, counted: found, difference, cost }) => ({
    good_id: productId,
    title,
    expected_amount: toWire(inLargerUnit(expected, unitRatio)),
    counted_amount: toWire(inLargerUnit(found, unitRatio)),
    difference: toWire(inLargerUnit(difference ?? toQuantity(0), unitRatio)),
    cost: toWire(seesCost ? (cost ?? noMoney) : noMoney),
  })),
});

const exampleStocktaking = {
  id: 22_255_510,
  number: 1260,
  create_date: '2026-09-21T23:00:00-05:00',
  comment: 'End of the quarter',
  storage: { id: 36_539, title: 'Products' },
  goods: [{ good_id: 232_674, title: 'Edition De Luxe', expected_amount: 5, counted_amount: 4, difference: -1, cost: 60 }],
};

const listStocktakingsOperation = operation({
  id: 'list_stocktakings',
  method: 'GET',
  path: '/company/{location_id}/stocktakings',
  tag,
  summary: 'List stocktakings',
  description: 'Newest first.',
  extension: true,
  access: locationUser('storages_inventory_access'),
  params: LocationOnly,
  query: Type.Object(PageAndCount(20, 200)),
  success: answer(200, Type.Array(ListedStocktaking)),
  errors: [403, 404],
  example: { data: [(({ goods: _, ...listed }) => listed)(exampleStocktaking)] },
  handle: async (context) => {
    const { db, location, query } = context;
    const page = pageRange(query.page, query.count);
    const rows = await listStocktakings(db, location.id, { only: allowedStorages(context), ...page });
    return rows.map(({ id, number, at, comment, storage }) => ({
      id,
      number: number ?? id,
      create_date: zonedDateTime(at, location.timeZone),
      comment,
      storage,
    }));
  },
});

const createStocktaking = operation({
  id: 'create_stocktaking',
  method: 'POST',
  path: '/company/{location_id}/stocktakings',
  tag,
  summary: 'Take stock of a storage',
  description:
    'Afterwards, the storage has of each named product what was counted. The differences become product transactions of type 6, at cost price.',
  extension: true,
  access: locationUser('storages_inventory_create_edit_access'),
  params: LocationOnly,
  body: NewStocktaking,
  success: created(Stocktaking),
  errors: [403, 404],
  spelling: { counts: 'goods', productId: 'good_id' },
  example: {
    body: { storage_id: 36_539, comment: 'End of the quarter', goods: [{ good_id: 232_674, amount: 4 }] },
    data: exampleStocktaking,
  },
  handle: async (context) => {
    const { db, write, location, body, can } = context;
    if (allowedStorages(context)?.includes(body.storage_id) === false) throw new Forbidden('You may not use this storage.');
    const counts = body.goods.map(({ good_id, amount, operation_unit_type }) => ({
      productId: good_id,
      amount: toQuantity(amount),
      isInSaleUnits: operation_unit_type !== 2,
    }));
    const id = await countStock(write, location, { storageId: body.storage_id, comment: body.comment, counts });
    await numberDocument(write, location.id, id);
    const row = await getStocktaking(db, location.id, id);
    return presentStocktaking(row, location.timeZone, can('storages_goods_prime_cost_view_access'));
  },
});

const getStocktakingOperation = operation({
  id: 'get_stocktaking',
  method: 'GET',
  path: '/company/{location_id}/stocktakings/{stocktaking_id}',
  tag,
  summary: 'Read a stocktaking',
  extension: true,
  access: locationUser('storages_inventory_access'),
  params: StocktakingPath,
  success: answer(200, Stocktaking),
  errors: [403, 404],
  example: { data: exampleStocktaking },
  handle: async (context) => {
    const { db, location, params, can } = context;
    const row = await getStocktaking(db, location.id, params.stocktaking_id);
    await expectSeen(context, row);
    return presentStocktaking(row, location.timeZone, can('storages_goods_prime_cost_view_access'));
  },
});

const deleteStocktaking = operation({
  id: 'delete_stocktaking',
  method: 'DELETE',
  path: '/company/{location_id}/stocktakings/{stocktaking_id}',
  tag,
  summary: 'Delete a stocktaking',
  description: 'Takes its differences back.',
  extension: true,
  access: locationUser('storages_inventory_delete_access'),
  params: StocktakingPath,
  success: empty(204),
  errors: [403, 404],
  handle: async (context) => {
    const { db, write, location, params } = context;
    const row = await getStocktaking(db, location.id, params.stocktaking_id);
    await expectSeen(context, row);
    expectStockRights(context, 'delete', row);
    await deleteDocument(write, location, row.id);
  },
});

const getInventorySettings = operation({
  id: 'get_inventory_settings',
  method: 'GET',
  path: '/company/{location_id}/inventory_settings',
  tag,
  summary: 'Read the settings of the inventory',
  extension: true,
  access: locationUser('storages_access'),
  params: LocationOnly,
  success: answer(200, InventorySettings),
  errors: [403, 404],
  example: { data: { allows_negative_stock: true } },
  handle: async ({ db, location }) => ({ allows_negative_stock: await allowsNegativeStock(db, location.id) }),
});

const updateInventorySettings = operation({
  id: 'update_inventory_settings',
  method: 'PUT',
  path: '/company/{location_id}/inventory_settings',
  tag,
  summary: 'Change the settings of the inventory',
  description: 'Levels that are below zero already stay so.',
  extension: true,
  access: locationUser('settings_basis_access'),
  params: LocationOnly,
  body: InventorySettings,
  success: answer(200, InventorySettings),
  errors: [403, 404],
  example: { body: { allows_negative_stock: false }, data: { allows_negative_stock: false } },
  handle: async ({ write, location, body }) => {
    await setNegativeStock(write, location.id, body.allows_negative_stock);
    return body;
  },
});

/** Foyer's own operations of the tag: what the published API leaves to the vendor's screens. */
export const ownInventoryOperations = [
  listStoragesOperation,
  createStorageOperation,
  updateStorageOperation,
  archiveStorageOperation,
  restoreStorageOperation,
  listSuppliersOperation,
  getSupplierOperation,
  createSupplierOperation,
  updateSupplierOperation,
  archiveSupplierOperation,
  restoreSupplierOperation,
  listStocktakingsOperation,
  createStocktaking,
  getStocktakingOperation,
  deleteStocktaking,
  getInventorySettings,
  updateInventorySettings,
];
