import Type from 'typebox';
import { type Flag, type Location, locationUser } from '../../../api/access.ts';
import { BadRequest, Invalid } from '../../../api/errors.ts';
import { document, operation } from '../../../api/operation.ts';
import { PageAndLimit, pageRange } from '../../../api/pagination.ts';
import { publicAddress } from '../../../api/public-address.ts';
import { AnyOfTypes, EmptyList, Id, maxId, named } from '../../../api/schema.ts';
import type { Read } from '../../../api/write.ts';
import { IncludedResource, Pagination, ToManyRelationship, ToOneRelationship } from '../../../wire/schemas.ts';
import { allowedStorages } from '../../access/limits.ts';
import { goodItemResource } from '../../appointments/wire/good-items.ts';
import { Include } from '../../appointments/wire/json-api.ts';
import { documentOf, type Resource, staffResource } from '../../appointments/wire/json-api-resources.ts';
import { withGiftCardTypes } from '../../gift-cards/of-products.ts';
import { storageAmounts } from '../../inventory/storage-amounts.ts';
import { membershipTypesOf } from '../../memberships/of-products.ts';
import { getSoldProduct } from '../../sales/product-item.ts';
import { calendarsOf } from '../../team/calendars.ts';
import { teamMemberCards } from '../../team/team-member.ts';
import {
  childrenOfCategories,
  getProductCategory as findCategory,
  listChildCategories,
  type ProductCategoryRow,
} from '../category.ts';
import {
  getProduct as findProduct,
  listProducts as findProducts,
  type ProductFilter,
  type ProductRow,
  productIdsInCategories,
  productsById,
  type StorageAmount,
} from '../product.ts';
import { listUnits } from '../unit.ts';
import {
  categoryResource,
  issuedBy,
  presentUnitResource,
  productResource,
  storageAmountResource,
  storageResource,
} from './present.ts';
import { LocationPath, ProductPath } from './schemas.ts';

const UnitResource = named(
  'UnitResource',
  Type.Object({
    type: Type.String({ enum: ['unit'] }),
    id: Type.String(),
    attributes: Type.Object({
      company_id: Type.Integer({ description: 'Location id for custom unit, 0 = shared system unit', minimum: 0 }),
      title: Type.String(),
      short_title: Type.String({ description: 'abbreviation' }),
    }),
  }),
);

const issued = {
  loyalty_abonement_type: ToOneRelationship,
  loyalty_certificate_type: ToOneRelationship,
  mark_settings: ToOneRelationship,
};

const ProductAttributes = named(
  'ProductAttributes',
  Type.Object({
    category_id: Type.Integer(),
    title: Type.String(),
    sale_unit_id: Type.Integer(),
    consumable_unit_id: Type.Integer(),
    sale_unit_to_consumable_unit_ratio: Type.Number({ description: 'consumable units per sale unit' }),
    loyalty_abonement_type_id: AnyOfTypes<number | null>(['integer', 'null'], {
      description: 'set if product is a membership',
    }),
    loyalty_certificate_type_id: AnyOfTypes<number | null>(['integer', 'null'], {
      description: 'set if product is a certificate',
    }),
    cost: Type.Number({ description: 'sale price' }),
    actual_cost: AnyOfTypes<number | null>(['number', 'null'], {
      description: 'only if requested and user may view it, else null',
    }),
    is_chain: Type.Boolean({ description: 'belongs to chain catalog' }),
  }),
);

const product = {
  type: Type.String({ enum: ['good'] }),
  id: Type.String({ description: 'Product id' }),
  attributes: ProductAttributes,
};

const ListedProductResource = named('ListedProductResource', Type.Object({ ...product, relationships: Type.Object(issued) }));

const ProductResource = named(
  'ProductResource',
  Type.Object({ ...product, relationships: Type.Object({ ...issued, storage_amounts: ToManyRelationship }) }),
);

const StorageAmountResource = named(
  'StorageAmountResource',
  Type.Object({
    type: Type.String({ enum: ['good_storage_amount'] }),
    id: Type.String({ description: 'composite product+storage id', examples: ['100_10'] }),
    attributes: Type.Object({
      good_id: Type.Integer(),
      storage_id: Type.Integer(),
      sale_amount: Type.Number({ description: 'in sale units' }),
      consumable_amount: Type.Number({ description: 'in consumable units' }),
    }),
    relationships: Type.Object({ storage: ToOneRelationship }),
  }),
);

const ProductCategoryResource = named(
  'ProductCategoryResource',
  Type.Object({
    type: Type.String({ enum: ['good_category'] }),
    id: Type.String(),
    attributes: Type.Object({
      title: Type.String(),
      is_chain: Type.Boolean(),
      parent_category_id: AnyOfTypes<number | null>(['integer', 'null'], { description: 'null = root' }),
    }),
    relationships: Type.Object({ child_categories: ToManyRelationship, goods: ToManyRelationship }),
  }),
);

const AttendanceProductItemResource = named(
  'AttendanceProductItemResource',
  Type.Object({
    type: Type.String({ enum: ['attendance_good_item'] }),
    id: Type.String(),
    attributes: Type.Object({
      record_id: Type.Integer({ description: 'appointment id' }),
      quantity: Type.Number(),
      unit_id: Type.Integer({ description: 'operation unit id' }),
      sale_unit_id: Type.Integer(),
      consumable_unit_id: Type.Integer(),
      operation_unit_type: Type.String({ description: 'deprecated, use operation_type_slug', enum: ['sale', 'consumable'] }),
      operation_type_slug: Type.String({ description: 'unit operation type', enum: ['sale', 'consumable'] }),
      first_cost: Type.Number({ description: 'before item adjustments' }),
      manual_cost: Type.Number({ description: 'manually set' }),
      cost_per_unit: Type.Number(),
      discount_percent: Type.Number(),
      cost: Type.Number({ description: 'final' }),
      master_id: Type.Integer({ description: 'deprecated alias of staff_id' }),
      staff_id: Type.Integer({ description: 'seller; 0 for none' }),
      good_id: Type.Integer(),
      storage_id: Type.Integer(),
    }),
    relationships: Type.Object({
      good: ToOneRelationship,
      staff: ToOneRelationship,
      storage_amount: ToOneRelationship,
      loyalty_abonement: ToOneRelationship,
      loyalty_certificate: ToOneRelationship,
      marks: ToManyRelationship,
    }),
  }),
);

const ProductList = named(
  'ProductList',
  Type.Object({
    data: Type.Array(ListedProductResource),
    included: Type.Array(IncludedResource),
    meta: Type.Object({ pagination: Pagination }),
  }),
);

const issuedIncludes = ['loyalty_abonement_type', 'loyalty_certificate_type', 'mark_settings'] as const;

/** Whether the request asks for the cost price, and the caller may see it. */
const showsCostPrice = (can: (flag: Flag) => boolean, include: readonly string[] = []) =>
  include.includes('actual_cost') && can('storages_goods_prime_cost_view_access');

const listProductUnits = operation({
  id: 'list_product_units',
  method: 'GET',
  path: '/locations/{location_id}/units',
  tag: 'Products',
  summary: 'List measurement units',
  access: locationUser('storages_access'),
  params: LocationPath,
  success: document(200, Type.Object({ data: Type.Array(UnitResource) })),
  handle: async ({ db, location }) => ({ data: (await listUnits(db, location.id)).map(presentUnitResource) }),
});

interface Listing {
  db: Read;
  location: Pick<Location, 'id' | 'timeZone'>;
  query: { page: number; limit: number; include?: string[] };
}

/** What each of the products issues. */
async function issuedByAll(db: Read, location: Pick<Location, 'id' | 'timeZone'>, rows: readonly ProductRow[]) {
  const types = await membershipTypesOf(db, location.id, rows);
  const described = await withGiftCardTypes(db, location.id, rows);
  return described.map((row) => issuedBy(row, types.get(row.membershipTypeId), location));
}

async function pageOf({ db, location, query }: Listing, filter: ProductFilter, seesCostPrice = false) {
  const page = pageRange(query.page, query.limit);
  const rows = await findProducts(db, location.id, filter, page);
  const issued = await issuedByAll(db, location, rows);
  const found = documentOf(
    rows.map((row, at) => ({ resource: productResource(row, seesCostPrice), related: issued[at] as (typeof issued)[number] })),
    query.include ?? [],
  );
  return { ...found, meta: { pagination: { page: query.page, ...page } } };
}

const kinds = { common: 'nothing', loyalty_abonement: 'membership', loyalty_certificate: 'gift card' } as const;

const listProducts = operation({
  id: 'list_products',
  method: 'GET',
  path: '/locations/{location_id}/products',
  tag: 'Products',
  summary: 'List products',
  description: 'By id, without archived ones.',
  access: locationUser('storages_access'),
  params: LocationPath,
  query: Type.Object({
    filter: Type.Optional(
      Type.Object({
        ids: Type.Optional(Type.Array(Id('product id'), { minItems: 1 })),
        related_loyalty_entity_slug: Type.Optional(
          Type.String({
            description: 'regular / membership / certificate products; regular by default',
            enum: Object.keys(kinds),
          }),
        ),
      }),
    ),
    ...PageAndLimit(),
    include: Include([...issuedIncludes, 'actual_cost']),
  }),
  success: document(200, ProductList),
  handle: (context) => {
    const { query, can } = context;
    const { ids, related_loyalty_entity_slug: slug = 'common' } = query.filter ?? {};
    const filter = { ids, issues: kinds[slug as keyof typeof kinds] };
    return pageOf(context, filter, showsCostPrice(can, query.include));
  },
});

const autocompleteProducts = operation({
  id: 'autocomplete_products',
  method: 'GET',
  path: '/locations/{location_id}/products/autocomplete',
  tag: 'Products',
  summary: 'Search products by name, article or barcode',
  description: 'Ignores letter case and accents.',
  access: locationUser('storages_access'),
  params: LocationPath,
  query: Type.Object({
    filter: Type.Object({
      term: Type.String({
        minLength: 2,
        maxLength: 255,
        description: 'min 2 chars, no emoji; part of the name, article or barcode',
        examples: ['shampoo'],
      }),
    }),
    ...PageAndLimit(),
    include: Include(issuedIncludes),
  }),
  success: document(200, ProductList),
  errors: [400],
  handle: (context) => {
    const term = context.query.filter.term.trim();
    if (/\p{Emoji_Presentation}|\ufe0f/u.test(term)) {
      throw new BadRequest('The term has an emoji.', { 'filter.term': ['must not have emoji'] });
    }
    if ([...term].length < 2) throw new Invalid({ 'filter.term': ['must have at least 2 characters'] });
    return pageOf(context, { term });
  },
});

const getProduct = operation({
  id: 'get_product',
  method: 'GET',
  path: '/locations/{location_id}/products/{product_id}',
  tag: 'Products',
  summary: 'Get one product',
  access: locationUser('storages_access'),
  params: ProductPath,
  query: Type.Object({ include: Include([...issuedIncludes, 'storage_amounts', 'actual_cost']) }),
  success: document(
    200,
    Type.Object({
      data: ProductResource,
      included: Type.Array(IncludedResource),
      meta: EmptyList,
    }),
  ),
  handle: async (context) => {
    const { db, location, params, query, can } = context;
    const row = await findProduct(db, location.id, params.product_id);
    const amounts = (await storageAmounts(db, location.id, [row.id], allowedStorages(context))).get(row.id) ?? [];
    const resource = productResource(row, showsCostPrice(can, query.include));
    const storage_amounts = amounts.map((amount) => storageAmountResource(row.id, amount));
    const [issued] = await issuedByAll(db, location, [row]);
    const related = { ...(issued as NonNullable<typeof issued>), storage_amounts };
    const { data, included } = documentOf([{ resource, related }], query.include ?? []);
    return { data: data[0] as (typeof data)[number], included, meta: [] };
  },
});

const listProductStorageAmounts = operation({
  id: 'list_product_storage_amounts',
  method: 'GET',
  path: '/locations/{location_id}/products/{product_id}/storage_amounts',
  tag: 'Products',
  summary: 'Stock of a product per storage',
  description: 'Of every storage that the user works with. An archived storage is left out unless it still has some.',
  access: locationUser('storages_access'),
  params: ProductPath,
  query: Type.Object({ include: Include(['storage']) }),
  success: document(200, Type.Object({ data: Type.Array(StorageAmountResource), included: Type.Array(IncludedResource) })),
  handle: async (context) => {
    const { db, location, params, query } = context;
    const { id } = await findProduct(db, location.id, params.product_id);
    const amounts = (await storageAmounts(db, location.id, [id], allowedStorages(context))).get(id) ?? [];
    return documentOf(
      amounts.map((amount) => ({ resource: storageAmountResource(id, amount), related: { storage: storageResource(amount) } })),
      query.include ?? [],
    );
  },
});

const categoryIncludes = ['child_categories', 'goods'] as const;
const CategoryQuery = { include: Include(categoryIncludes) };

const goodOnly = ({ id }: { id: number }) => ({ type: 'good', id: String(id), attributes: {} });

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => number | null): Map<number | null, Row[]> {
  const groups = new Map<number | null, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}

/** Categories with those directly below them and their products. Products are read whole only if they are included. */
async function presentCategories(
  db: Read,
  locationId: number,
  rows: readonly ProductCategoryRow[],
  include: readonly string[] = [],
) {
  const ids = rows.map((row) => row.id);
  const children = grouped(await childrenOfCategories(db, locationId, ids), (child) => child.parentId);
  const products = include.includes('goods')
    ? (await findProducts(db, locationId, { categoryIds: ids })).map((row) => ({ ...row, resource: productResource(row) }))
    : (await productIdsInCategories(db, locationId, ids)).map((row) => ({ ...row, resource: goodOnly(row) }));
  const goods = grouped<{ categoryId: number; resource: Resource }>(products, (row) => row.categoryId);
  return documentOf(
    rows.map((row) => ({
      resource: categoryResource(row),
      related: {
        child_categories: (children.get(row.id) ?? []).map(categoryResource),
        goods: (goods.get(row.id) ?? []).map((each) => each.resource),
      },
    })),
    include,
  );
}

const listProductCategories = operation({
  id: 'list_product_categories',
  method: 'GET',
  path: '/locations/{location_id}/product_categories',
  tag: 'Products',
  summary: 'List product categories of one level',
  access: locationUser('storages_access'),
  params: LocationPath,
  query: Type.Object({
    filter: Type.Optional(
      Type.Object({
        parent_category_id: Type.Optional(
          Type.Integer({
            description: '0/omitted: roots; id: its direct children',
            minimum: 0,
            maximum: maxId,
          }),
        ),
      }),
    ),
    ...CategoryQuery,
  }),
  success: document(200, Type.Object({ data: Type.Array(ProductCategoryResource), included: Type.Array(IncludedResource) })),
  handle: async ({ db, location, query }) => {
    const rows = await listChildCategories(db, location.id, query.filter?.parent_category_id || null);
    return presentCategories(db, location.id, rows, query.include);
  },
});

const getProductCategory = operation({
  id: 'get_product_category',
  method: 'GET',
  path: '/locations/{location_id}/product_categories/{product_category_id}',
  tag: 'Products',
  summary: 'Get one product category',
  access: locationUser('storages_access'),
  params: Type.Object({ location_id: Id('location id'), product_category_id: Id('product category id') }),
  query: Type.Object(CategoryQuery),
  success: document(
    200,
    Type.Object({
      data: ProductCategoryResource,
      included: Type.Array(IncludedResource),
      meta: EmptyList,
    }),
  ),
  handle: async ({ db, location, params, query }) => {
    const row = await findCategory(db, location.id, params.product_category_id);
    const { data, included } = await presentCategories(db, location.id, [row], query.include);
    return { data: data[0] as (typeof data)[number], included, meta: [] };
  },
});

const getAttendanceProductItem = operation({
  id: 'get_attendance_product_item',
  method: 'GET',
  path: '/locations/{location_id}/attendance_product_items/{attendance_product_item_id}',
  tag: 'Products',
  summary: 'Get a product item of an appointment',
  access: locationUser('records_goods_access'),
  params: Type.Object({ location_id: Id('location id'), attendance_product_item_id: Id('attendance product item id') }),
  query: Type.Object({
    include: Include(['good', 'staff', 'storage_amount', 'loyalty_abonement', 'loyalty_certificate', 'marks']),
  }),
  success: document(
    200,
    Type.Object({
      data: AttendanceProductItemResource,
      included: Type.Array(IncludedResource),
      meta: EmptyList,
    }),
  ),
  handle: async (context) => {
    const { db, location, params, query, request, services } = context;
    const item = await getSoldProduct(db, location.id, params.attendance_product_item_id, await calendarsOf(context));
    const { productId, teamMemberId } = item;
    const [[row], members, amounts] = [
      await productsById(db, location.id, [productId]),
      await teamMemberCards(db, location.id, teamMemberId === null ? [] : [teamMemberId]),
      await storageAmounts(db, location.id, [productId], allowedStorages(context)),
    ];
    const member = teamMemberId === null ? undefined : members.get(teamMemberId);
    const amount = amounts.get(productId)?.find(({ storageId }: StorageAmount) => storageId === item.storageId);
    const resource = goodItemResource(item, location);
    const related = {
      good: productResource(row as ProductRow),
      staff: member ? staffResource(member, publicAddress(request, services.config)) : null,
      storage_amount: amount ? storageAmountResource(productId, amount) : null,
      loyalty_abonement: null,
      loyalty_certificate: null,
      marks: [],
    };
    const { data, included } = documentOf([{ resource, related }], query.include ?? []);
    return { data: data[0] as (typeof data)[number], included, meta: [] };
  },
});

/** The operations of the tag, in the order of the published documents. */
export const productsOperations = [
  listProductUnits,
  listProducts,
  autocompleteProducts,
  getProduct,
  listProductStorageAmounts,
  listProductCategories,
  getProductCategory,
  getAttendanceProductItem,
];
