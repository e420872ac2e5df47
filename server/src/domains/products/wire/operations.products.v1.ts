import Type, { type Static } from 'typebox';
import { type Flag, type Limited, type Location, locationUser } from '../../../api/access.ts';
import { Forbidden } from '../../../api/errors.ts';
import { counted, created, empty, ok, operation } from '../../../api/operation.ts';
import { PageSize, pageRange } from '../../../api/pagination.ts';
import { Id, maxId } from '../../../api/schema.ts';
import type { Read } from '../../../api/write.ts';
import { toMoney } from '../../../platform/money.ts';
import { mapInSteps } from '../../../platform/pause.ts';
import { toQuantity } from '../../../platform/quantity.ts';
import { allowedStorages } from '../../access/limits.ts';
import { momentIn } from '../../appointments/wire/caller.ts';
import { convertConsumables } from '../../consumables/unit-change.ts';
import { withGiftCardTypes } from '../../gift-cards/of-products.ts';
import { withAmounts } from '../../inventory/storage-amounts.ts';
import { convertLines } from '../../inventory/unit-change.ts';
import {
  createProductCategory as addCategory,
  updateProductCategory as changeCategory,
  getProductCategory as findCategory,
  listChildCategories,
  productCategoriesById,
  deleteProductCategory as removeCategory,
  searchProductCategories,
} from '../category.ts';
import {
  createProduct as addProduct,
  archiveProduct as archive,
  updateProduct as changeProduct,
  getProduct as findProduct,
  listProducts,
  type ProductRights,
  type ProductRow,
  productsInCategory,
  deleteProduct as removeProduct,
  restoreProduct as restore,
} from '../product.ts';
import { createUnit, deleteUnit, listUnits, updateUnit } from '../unit.ts';
import { presentCategory, presentCategoryNode, presentProduct, presentProductNode, presentUnit } from './present.ts';
import {
  CategoryInput,
  CategoryNode,
  CategoryPath,
  ChangedProduct,
  ListedCategory,
  LocationPath,
  NewProduct,
  PageQuery,
  Product,
  type ProductBody,
  ProductNode,
  ProductPath,
  ProductQuery,
  Unit,
  UnitInput,
  UnitPath,
  WrittenCategory,
} from './schemas.ts';

type Can = (flag: Flag) => boolean;

interface Caller extends Limited {
  db: Read;
  location: Location;
  can: Can;
}

const seesCostPrice = (can: Can) => can('storages_goods_prime_cost_view_access');

/** @throws Forbidden without a permission besides the one to manage products at all */
function expect(can: Can, flag: Flag): void {
  if (!can(flag)) throw new Forbidden();
}

/** Products with what the storages have that the caller works with, and the types of gift cards that they issue. */
async function present({ db, location, can, limit }: Caller, rows: readonly ProductRow[]) {
  const stocked = await withAmounts(db, location.id, rows, allowedStorages({ can, limit }));
  const described = await withGiftCardTypes(db, location.id, stocked);
  return mapInSteps(described, (row) => presentProduct(row, { location, seesCostPrice: seesCostPrice(can) }));
}

async function presentOne(caller: Caller, id: number) {
  const [product] = await present(caller, [await findProduct(caller.db, caller.location.id, id)]);
  return product as NonNullable<typeof product>;
}

/** The fields of a body. Missing fields stay missing. */
const fieldsOf = (body: Omit<ProductBody, 'correction_rules'>) => ({
  title: body.title,
  printTitle: body.print_title,
  article: body.article,
  barcode: body.barcode,
  categoryId: body.category_id,
  price: toMoney(body.cost),
  costPrice: toMoney(body.actual_cost),
  saleUnitId: body.sale_unit_id,
  writeOffUnitId: body.service_unit_id,
  unitRatio: quantity(body.unit_equals),
  criticalAmount: quantity(body.critical_amount),
  desiredAmount: quantity(body.desired_amount),
  netWeight: quantity(body.netto),
  grossWeight: quantity(body.brutto),
  comment: body.comment,
  taxVariant: body.tax_variant,
  vatId: body.vat_id,
});

const quantity = (value: number | undefined) => (value === undefined ? undefined : toQuantity(value));

/** A caller who does not see the cost price writes it back as 0. */
const changesOf = (body: Omit<ProductBody, 'correction_rules'>, can: Can) => ({
  ...fieldsOf(body),
  ...(seesCostPrice(can) ? {} : { costPrice: undefined }),
});

const rightsOf = (can: Can): ProductRights => ({
  title: can('storages_goods_title_edit_access'),
  category: can('storages_goods_category_edit_access'),
  price: can('storages_goods_selling_price_edit_access'),
  costPrice: can('storages_goods_cost_price_edit_access'),
  units: can('storages_goods_units_edit_access'),
  amounts: can('storages_goods_critical_balance_edit_access'),
  weights: can('storages_goods_masses_edit_access'),
  comment: can('storages_goods_comment_edit_access'),
});

const productSpelling = {
  price: 'cost',
  costPrice: 'actual_cost',
  writeOffUnitId: 'service_unit_id',
  unitRatio: 'unit_equals',
  netWeight: 'netto',
  grossWeight: 'brutto',
  // Too little stock would be left after a change of the units.
  amount: 'correction_rules',
};

const categorySpelling = { parentId: 'parent_category_id' };

const exampleProduct = {
  title: 'Argan shampoo',
  article: 'SH-250',
  barcode: '4006381333931',
  category_id: 2,
  cost: 24.5,
  actual_cost: 9.8,
  sale_unit_id: 1,
  service_unit_id: 4,
  unit_equals: 250,
  critical_amount: 3,
  desired_amount: 12,
  comment: 'For coloured hair',
};

const searchProduct = operation({
  id: 'search_product',
  method: 'GET',
  path: '/goods/search/{location_id}',
  tag: 'Products',
  summary: 'Search products and categories',
  description:
    'Categories that match come first, then products, `count` of them together. Without a term: the categories at the top, all of them.',
  access: locationUser('storages_access'),
  params: LocationPath,
  query: Type.Object({
    term: Type.Optional(Type.String({ maxLength: 255, description: 'part of the name, article or barcode' })),
    count: Type.Optional(PageSize(100)),
  }),
  success: counted(Type.Array(ProductNode)),
  handle: async ({ db, location, query }) => {
    const term = query.term?.trim();
    if (!term) return (await listChildCategories(db, location.id, null)).map(presentCategoryNode);
    const { count = 100 } = query;
    const categories = (await searchProductCategories(db, location.id, term)).slice(0, count);
    const limit = count - categories.length;
    const products = limit > 0 ? await listProducts(db, location.id, { term }, { offset: 0, limit }) : [];
    return [...categories.map(presentCategoryNode), ...products.map(presentProductNode)];
  },
});

const getProduct = operation({
  id: 'get_product',
  method: 'GET',
  path: '/goods/{location_id}/{product_id}',
  tag: 'Products',
  summary: 'Get a product',
  description:
    'An archived product too. The filters belong to the list, which has the same path without an id. They change nothing here.',
  access: locationUser('storages_access'),
  params: ProductPath,
  query: ProductQuery,
  success: ok(Product),
  handle: (context) => presentOne(context, context.params.product_id),
});

const updateProduct = operation({
  id: 'update_product',
  method: 'PUT',
  path: '/goods/{location_id}/{product_id}',
  tag: 'Products',
  summary: 'Edit a product',
  description:
    'Title, category and units are required; other fields that are not sent stay as they are. If documents have the product, a change of its units needs `correction_rules`: for each type of transaction, the unit whose quantity stays. Stock follows. Without them, the answer is 409.',
  access: locationUser('storages_goods_crud_access'),
  params: ProductPath,
  body: ChangedProduct,
  spelling: productSpelling,
  success: ok(Product),
  errors: [409],
  example: { body: { ...exampleProduct, cost: 26 } },
  handle: async (context) => {
    const { write, location, params, body, can } = context;
    expect(can, 'storages_goods_update_access');
    const { correction_rules, ...rest } = body;
    const id = params.product_id;
    const { formerRatio } = await changeProduct(write, location, id, changesOf(rest, can), rightsOf(can));
    if (formerRatio !== undefined) {
      const rules = correction_rules?.map(({ type, base_unit }) => ({
        type: type as 1 | 2 | 3 | 4 | 5 | 6,
        kept: base_unit === 'sale' ? ('sale' as const) : ('write-off' as const),
      }));
      await convertLines(write, location, id, rules);
      if (rules?.some(({ type, kept }) => type === 2 && kept === 'sale')) {
        await convertConsumables(write, location.id, id, formerRatio);
      }
    }
    return presentOne(context, id);
  },
});

const deleteProduct = operation({
  id: 'delete_product',
  method: 'DELETE',
  path: '/goods/{location_id}/{product_id}',
  tag: 'Products',
  summary: 'Delete a product',
  description: 'Past documents keep it.',
  access: locationUser('storages_goods_crud_access'),
  params: ProductPath,
  success: empty(204),
  handle: ({ write, location, params, can }) => {
    expect(can, 'storages_goods_delete_access');
    return removeProduct(write, location.id, params.product_id);
  },
});

const getProductsList = operation({
  id: 'get_products_list',
  method: 'GET',
  path: '/goods/{location_id}',
  tag: 'Products',
  summary: 'All products of a location',
  description:
    'By id, without archived ones. All of them, or a page if `page` or `count` is given (25 by default). A product must match every given filter.',
  access: locationUser('storages_access'),
  params: LocationPath,
  query: ProductQuery,
  success: ok(Type.Array(Product)),
  handle: async (context) => {
    const { db, location, query } = context;
    if (query.category_id !== undefined) await findCategory(db, location.id, query.category_id);
    const moment = (name: 'changed_after' | 'changed_before') =>
      query[name] ? momentIn(query[name], location.timeZone, name) : undefined;
    const filter = {
      term: query.term?.trim() || undefined,
      categoryIds: query.category_id === undefined ? undefined : [query.category_id],
      changedAfter: moment('changed_after'),
      changedBefore: moment('changed_before'),
    };
    const isPaged = query.page !== undefined || query.count !== undefined;
    const page = isPaged ? pageRange(query.page ?? 1, query.count ?? 25) : undefined;
    return present(context, await listProducts(db, location.id, filter, page));
  },
});

const createProduct = operation({
  id: 'create_product',
  method: 'POST',
  path: '/goods/{location_id}',
  tag: 'Products',
  summary: 'Create a product',
  access: locationUser('storages_goods_crud_access'),
  params: LocationPath,
  body: NewProduct,
  spelling: productSpelling,
  success: created(Product),
  example: { body: exampleProduct },
  handle: async (context) => {
    const { write, location, body, can } = context;
    expect(can, 'storages_goods_create_access');
    const { id } = await addProduct(write, location, fieldsOf(body));
    return presentOne(context, id);
  },
});

const ParentId = Type.Integer({ minimum: 0, maximum: maxId, description: 'parent category id; 0 for the top level' });

const getProductCategoryList = operation({
  id: 'get_product_category_list',
  method: 'GET',
  path: '/company/{location_id}/goods_categories/{parent_category_id}',
  tag: 'Products',
  summary: 'Child categories of a category',
  access: locationUser('storages_access'),
  params: Type.Object({ location_id: Id('location id'), parent_category_id: ParentId }),
  success: counted(Type.Array(ListedCategory)),
  handle: async ({ db, location, params }) =>
    (await listChildCategories(db, location.id, params.parent_category_id || null)).map(presentCategory),
});

const getProductCategoryComposition = operation({
  id: 'get_product_category_composition',
  method: 'GET',
  path: '/goods/category_node/{location_id}/{category_id}',
  tag: 'Products',
  summary: 'Category with its children',
  description: 'The first page begins with the categories directly below. The products follow, `count` of them on a page.',
  access: locationUser('storages_access'),
  params: CategoryPath,
  query: PageQuery,
  success: ok(CategoryNode),
  handle: async ({ db, location, params, query }) => {
    const { page = 1, count = 1000 } = query;
    const { category_id: id } = params;
    const [category, categories, products] = [
      await findCategory(db, location.id, id),
      await listChildCategories(db, location.id, id),
      await productsInCategory(db, location.id, id, pageRange(page, count)),
    ];
    return {
      ...presentCategoryNode(category),
      children: [
        ...(page === 1 ? categories.map(presentCategoryNode) : []),
        ...(await mapInSteps(products.rows, presentProductNode)),
      ],
      children_count: categories.length + products.total,
    };
  },
});

const getProductCategoryListByIds = operation({
  id: 'get_product_category_list_by_ids',
  method: 'GET',
  path: '/goods_categories/multiple/{location_id}',
  tag: 'Products',
  summary: 'Categories by ids',
  description: 'Ids that the location does not have are left out.',
  access: locationUser('storages_access'),
  params: LocationPath,
  query: Type.Object({
    ids: Type.Optional(Type.Array(Id('product category id'), { description: 'each as ids[]={id}' })),
  }),
  success: counted(Type.Array(ListedCategory)),
  handle: async ({ db, location, query }) => (await productCategoriesById(db, location.id, query.ids ?? [])).map(presentCategory),
});

const createProductCategory = operation({
  id: 'create_product_category',
  method: 'POST',
  path: '/goods_categories/{location_id}',
  tag: 'Products',
  summary: 'Create category',
  access: locationUser('storages_goods_crud_access'),
  params: LocationPath,
  body: CategoryInput,
  spelling: categorySpelling,
  success: created(WrittenCategory),
  example: { body: { title: 'Shampoo', parent_category_id: 1, article: 'SH', comment: '' } },
  handle: async ({ write, location, body, can }) => {
    expect(can, 'storages_goods_create_access');
    const { title, ...fields } = categoryFields(body);
    return presentWrittenCategory(await addCategory(write, location.id, { ...fields, title }));
  },
});

const categoryFields = ({ title, parent_category_id, article, comment }: Static<typeof CategoryInput>) => ({
  title,
  parentId: parent_category_id === undefined ? undefined : parent_category_id || null,
  article,
  comment,
});

const presentWrittenCategory = (row: Parameters<typeof presentCategory>[0]) => {
  const { is_chain: _, ...written } = presentCategory(row);
  return written;
};

const deprecatedGetProductCategoryList = operation({
  id: 'deprecated_get_product_category_list',
  method: 'GET',
  path: '/goods_categories/{location_id}/{category_id}',
  tag: 'Products',
  summary: 'Old list of child categories',
  deprecated: true,
  optionalLast: true,
  access: locationUser('storages_access'),
  params: Type.Object({ location_id: Id('location id'), category_id: Type.Optional(ParentId) }),
  success: counted(Type.Array(ListedCategory)),
  handle: async ({ db, location, params }) =>
    (await listChildCategories(db, location.id, params.category_id || null)).map(presentCategory),
});

const updateProductCategory = operation({
  id: 'update_product_category',
  method: 'PUT',
  path: '/goods_categories/{location_id}/{category_id}',
  tag: 'Products',
  summary: 'Edit category',
  description: 'The title is required; other fields that are not sent stay as they are.',
  access: locationUser('storages_goods_crud_access'),
  params: CategoryPath,
  body: CategoryInput,
  spelling: categorySpelling,
  success: ok(WrittenCategory),
  example: { body: { title: 'Shampoo and conditioner' } },
  handle: async ({ write, location, params, body, can }) => {
    expect(can, 'storages_goods_update_access');
    return presentWrittenCategory(await changeCategory(write, location.id, params.category_id, categoryFields(body)));
  },
});

const deleteProductCategory = operation({
  id: 'delete_product_category',
  method: 'DELETE',
  path: '/goods_categories/{location_id}/{category_id}',
  tag: 'Products',
  summary: 'Delete category',
  description: 'Refused while it has categories or products, archived ones too.',
  access: locationUser('storages_goods_crud_access'),
  params: CategoryPath,
  success: empty(204),
  handle: ({ write, location, params, can }) => {
    expect(can, 'storages_goods_delete_access');
    return removeCategory(write, location.id, params.category_id);
  },
});

const listArchivedProducts = operation({
  id: 'list_archived_products',
  method: 'GET',
  path: '/company/{location_id}/goods/archive',
  tag: 'Products',
  summary: 'List archived products',
  extension: true,
  access: locationUser('storages_access'),
  params: LocationPath,
  query: PageQuery,
  success: ok(Type.Array(Product)),
  handle: async (context) => {
    const { db, location, query } = context;
    const page = pageRange(query.page ?? 1, query.count ?? 25);
    return present(context, await listProducts(db, location.id, { isArchived: true }, page));
  },
});

const archiveProduct = operation({
  id: 'archive_product',
  method: 'POST',
  path: '/company/{location_id}/goods/{product_id}/archive',
  tag: 'Products',
  summary: 'Archive a product',
  description: 'Lists and searches leave it out. Past documents keep it, and it can be restored.',
  extension: true,
  access: locationUser('storages_goods_crud_access'),
  params: ProductPath,
  success: ok(Product),
  handle: async (context) => {
    const { write, location, params, can } = context;
    expect(can, 'storages_goods_archive_access');
    await archive(write, location.id, params.product_id);
    return presentOne(context, params.product_id);
  },
});

const restoreProduct = operation({
  id: 'restore_product',
  method: 'POST',
  path: '/company/{location_id}/goods/{product_id}/restore',
  tag: 'Products',
  summary: 'Restore an archived product',
  extension: true,
  access: locationUser('storages_goods_crud_access'),
  params: ProductPath,
  success: ok(Product),
  handle: async (context) => {
    const { write, location, params, can } = context;
    expect(can, 'storages_goods_archive_access');
    await restore(write, location.id, params.product_id);
    return presentOne(context, params.product_id);
  },
});

const getProductUnitList = operation({
  id: 'get_product_unit_list',
  method: 'GET',
  path: '/company/{location_id}/product_units',
  tag: 'Products',
  summary: 'List units of measurement',
  description: 'Those of every location, then those that this location has added.',
  extension: true,
  access: locationUser('storages_access'),
  params: LocationPath,
  success: ok(Type.Array(Unit)),
  handle: async ({ db, location }) => (await listUnits(db, location.id)).map(presentUnit),
});

const createProductUnit = operation({
  id: 'create_product_unit',
  method: 'POST',
  path: '/company/{location_id}/product_units',
  tag: 'Products',
  summary: 'Add a unit of measurement',
  extension: true,
  access: locationUser('storages_goods_crud_access'),
  params: LocationPath,
  body: UnitInput,
  success: created(Unit),
  example: { body: { title: 'Bottle', short_title: 'btl' } },
  handle: async ({ write, location, body, can }) => {
    expect(can, 'storages_goods_units_edit_access');
    return presentUnit(await createUnit(write, location.id, { title: body.title, shortTitle: body.short_title }));
  },
});

const updateProductUnit = operation({
  id: 'update_product_unit',
  method: 'PUT',
  path: '/company/{location_id}/product_units/{unit_id}',
  tag: 'Products',
  summary: 'Change a unit of measurement',
  description: 'Its name changes in past documents too. Units of every location cannot be changed.',
  extension: true,
  access: locationUser('storages_goods_crud_access'),
  params: UnitPath,
  body: UnitInput,
  success: ok(Unit),
  example: { body: { title: 'Large bottle', short_title: 'l. btl' } },
  handle: async ({ write, location, params, body, can }) => {
    expect(can, 'storages_goods_units_edit_access');
    const fields = { title: body.title, shortTitle: body.short_title };
    return presentUnit(await updateUnit(write, location.id, params.unit_id, fields));
  },
});

const deleteProductUnit = operation({
  id: 'delete_product_unit',
  method: 'DELETE',
  path: '/company/{location_id}/product_units/{unit_id}',
  tag: 'Products',
  summary: 'Delete a unit of measurement',
  description: 'Refused while products are measured in it. Deleted products keep it. Units of every location cannot be deleted.',
  extension: true,
  access: locationUser('storages_goods_crud_access'),
  params: UnitPath,
  success: empty(204),
  handle: ({ write, location, params, can }) => {
    expect(can, 'storages_goods_units_edit_access');
    return deleteUnit(write, location.id, params.unit_id);
  },
});

/** The operations of the tag, in the order of the published documents, then Foyer's own. */
export const productsOperations = [
  searchProduct,
  getProduct,
  updateProduct,
  deleteProduct,
  getProductsList,
  createProduct,
  getProductCategoryList,
  getProductCategoryComposition,
  getProductCategoryListByIds,
  createProductCategory,
  deprecatedGetProductCategoryList,
  updateProductCategory,
  deleteProductCategory,
  listArchivedProducts,
  archiveProduct,
  restoreProduct,
  getProductUnitList,
  createProductUnit,
  updateProductUnit,
  deleteProductUnit,
];
