import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { document, operation } from '../../../api/operation.ts';
import { PageSize } from '../../../api/pagination.ts';
import { AnyOfTypes, EmptyList, Id, named } from '../../../api/schema.ts';
import { IncludedResource, Pagination, ToManyRelationship, ToOneRelationship } from '../../../wire/schemas.ts';

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

const ProductResource = named(
  'ProductResource',
  Type.Object({
    type: Type.String({ enum: ['good'] }),
    id: Type.String({ description: 'Product id' }),
    attributes: Type.Object({
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
    relationships: Type.Optional(
      Type.Object({
        loyalty_abonement_type: Type.Optional(ToOneRelationship),
        loyalty_certificate_type: Type.Optional(ToOneRelationship),
        mark_settings: Type.Optional(ToOneRelationship),
        storage_amounts: Type.Optional(ToManyRelationship),
      }),
    ),
  }),
);

const StorageAmountResource = named(
  'StorageAmountResource',
  Type.Object({
    type: Type.String({ enum: ['good_storage_amount'] }),
    id: Type.String({ description: 'composite product+storage id' }),
    attributes: Type.Object({
      good_id: Type.Integer(),
      storage_id: Type.Integer(),
      sale_amount: Type.Number({ description: 'in sale units' }),
      consumable_amount: Type.Number({ description: 'in consumable units' }),
    }),
    relationships: Type.Optional(Type.Object({ storage: Type.Optional(ToOneRelationship) })),
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
    relationships: Type.Optional(
      Type.Object({ child_categories: Type.Optional(ToManyRelationship), goods: Type.Optional(ToManyRelationship) }),
    ),
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
      operation_unit_type: AnyOfTypes<string | null>(['string', 'null'], { description: 'deprecated, use operation_type_slug' }),
      operation_type_slug: AnyOfTypes<string | null>(['string', 'null'], { description: 'unit operation type' }),
      first_cost: Type.Number({ description: 'before item adjustments' }),
      manual_cost: Type.Number({ description: 'manually set' }),
      cost_per_unit: Type.Number(),
      discount_percent: Type.Number(),
      cost: Type.Number({ description: 'final' }),
      master_id: Type.Integer({ description: 'deprecated alias of staff_id' }),
      staff_id: Type.Integer(),
      good_id: Type.Integer(),
      storage_id: Type.Integer(),
    }),
    relationships: Type.Optional(
      Type.Object({
        good: Type.Optional(ToOneRelationship),
        staff: Type.Optional(ToOneRelationship),
        storage_amount: Type.Optional(ToOneRelationship),
        loyalty_abonement: Type.Optional(ToOneRelationship),
        loyalty_certificate: Type.Optional(ToOneRelationship),
        marks: Type.Optional(ToManyRelationship),
      }),
    ),
  }),
);

const listProductUnits = operation({
  id: 'list_product_units',
  method: 'GET',
  path: '/locations/{location_id}/units',
  tag: 'Products',
  summary: 'List measurement units',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  success: document(200, Type.Object({ data: Type.Array(UnitResource) })),
  errors: [403, 404],
  example: { data: { data: [{ type: 'unit', id: '1', attributes: { company_id: 0, title: 'Piece', short_title: 'pc' } }] } },
});

const ProductList = named(
  'ProductList',
  Type.Object({
    data: Type.Array(ProductResource),
    included: Type.Optional(Type.Array(IncludedResource)),
    meta: Type.Object({ pagination: Pagination }),
  }),
);

const listProducts = operation({
  id: 'list_products',
  method: 'GET',
  path: '/locations/{location_id}/products',
  tag: 'Products',
  summary: 'List products',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    filter: Type.Optional(
      Type.Object({
        ids: Type.Optional(Type.Array(Type.Integer({ description: 'min 1 item', minimum: 1 }))),
        related_loyalty_entity_slug: Type.Optional(
          Type.String({
            description: 'regular / membership / certificate products',
            default: 'common',
            enum: ['common', 'loyalty_abonement', 'loyalty_certificate'],
          }),
        ),
      }),
    ),
    page: Type.Optional(Type.Integer({ default: 1, minimum: 1 })),
    limit: Type.Optional(PageSize(250, 250)),
    include: Type.Optional(
      Type.Array(
        Type.String({
          description: 'unique items',
          enum: ['loyalty_abonement_type', 'loyalty_certificate_type', 'mark_settings', 'actual_cost'],
        }),
      ),
    ),
  }),
  success: document(200, ProductList),
  errors: [403, 404, 422],
  example: {
    data: {
      data: [
        {
          type: 'good',
          id: '100',
          attributes: {
            category_id: 5,
            title: 'Professional Shampoo',
            sale_unit_id: 1,
            consumable_unit_id: 1,
            sale_unit_to_consumable_unit_ratio: 1,
            loyalty_abonement_type_id: null,
            loyalty_certificate_type_id: null,
            cost: 25.99,
            actual_cost: null,
            is_chain: false,
          },
        },
      ],
      meta: { pagination: { page: 1, offset: 0, limit: 250 } },
    },
  },
});

const autocompleteProducts = operation({
  id: 'autocomplete_products',
  method: 'GET',
  path: '/locations/{location_id}/products/autocomplete',
  tag: 'Products',
  summary: 'Search products by name, article or barcode',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    filter: Type.Optional(
      Type.Object({
        term: Type.Optional(Type.String({ description: 'min 2 chars, no emoji; name, article number or barcode' })),
      }),
    ),
    page: Type.Optional(Type.Integer({ default: 1, minimum: 1 })),
    limit: Type.Optional(PageSize(250, 250)),
    include: Type.Optional(
      Type.Array(
        Type.String({
          description: 'unique items',
          enum: ['loyalty_abonement_type', 'loyalty_certificate_type', 'mark_settings'],
        }),
      ),
    ),
  }),
  success: document(200, ProductList),
  errors: [400, 403, 404, 422],
});

const getProduct = operation({
  id: 'get_product',
  method: 'GET',
  path: '/locations/{location_id}/products/{product_id}',
  tag: 'Products',
  summary: 'Get one product',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), product_id: Id('product id') }),
  query: Type.Object({
    include: Type.Optional(
      Type.Array(
        Type.String({
          description: 'unique items',
          enum: ['loyalty_abonement_type', 'loyalty_certificate_type', 'mark_settings', 'storage_amounts', 'actual_cost'],
        }),
      ),
    ),
  }),
  success: document(
    200,
    Type.Object({
      data: ProductResource,
      included: Type.Optional(Type.Array(IncludedResource)),
      meta: EmptyList,
    }),
  ),
  errors: [403, 404],
  example: {
    data: {
      data: {
        type: 'good',
        id: '100',
        attributes: {
          category_id: 5,
          title: 'Professional Shampoo',
          sale_unit_id: 1,
          consumable_unit_id: 1,
          sale_unit_to_consumable_unit_ratio: 1,
          loyalty_abonement_type_id: null,
          loyalty_certificate_type_id: null,
          cost: 25.99,
          actual_cost: null,
          is_chain: false,
        },
      },
      meta: [],
    },
  },
});

const listProductStorageAmounts = operation({
  id: 'list_product_storage_amounts',
  method: 'GET',
  path: '/locations/{location_id}/products/{product_id}/storage_amounts',
  tag: 'Products',
  summary: 'Stock of a product per storage',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), product_id: Id('product id') }),
  query: Type.Object({ include: Type.Optional(Type.Array(Type.String({ description: 'unique items', enum: ['storage'] }))) }),
  success: document(
    200,
    Type.Object({ data: Type.Array(StorageAmountResource), included: Type.Optional(Type.Array(IncludedResource)) }),
  ),
  errors: [403, 404],
  example: {
    data: {
      data: [
        {
          type: 'good_storage_amount',
          id: '100_10',
          attributes: { good_id: 100, storage_id: 10, sale_amount: 50, consumable_amount: 50 },
        },
      ],
    },
  },
});

const listProductCategories = operation({
  id: 'list_product_categories',
  method: 'GET',
  path: '/locations/{location_id}/product_categories',
  tag: 'Products',
  summary: 'List product categories of one level',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    filter: Type.Optional(
      Type.Object({
        parent_category_id: Type.Optional(
          Type.Integer({ description: '0/omitted: roots; id: its direct children', default: 0, minimum: 0 }),
        ),
      }),
    ),
    include: Type.Optional(Type.Array(Type.String({ description: 'unique items', enum: ['child_categories', 'goods'] }))),
  }),
  success: document(
    200,
    Type.Object({ data: Type.Array(ProductCategoryResource), included: Type.Optional(Type.Array(IncludedResource)) }),
  ),
  errors: [403, 404, 422],
  example: {
    data: {
      data: [{ type: 'good_category', id: '5', attributes: { title: 'Hair Care', is_chain: false, parent_category_id: null } }],
    },
  },
});

const getProductCategory = operation({
  id: 'get_product_category',
  method: 'GET',
  path: '/locations/{location_id}/product_categories/{product_category_id}',
  tag: 'Products',
  summary: 'Get one product category',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), product_category_id: Id('product category id') }),
  query: Type.Object({
    include: Type.Optional(Type.Array(Type.String({ description: 'unique items', enum: ['child_categories', 'goods'] }))),
  }),
  success: document(
    200,
    Type.Object({
      data: ProductCategoryResource,
      included: Type.Optional(Type.Array(IncludedResource)),
      meta: EmptyList,
    }),
  ),
  errors: [403, 404],
  example: {
    data: {
      data: { type: 'good_category', id: '5', attributes: { title: 'Hair Care', is_chain: false, parent_category_id: null } },
      meta: [],
    },
  },
});

const getAttendanceProductItem = operation({
  id: 'get_attendance_product_item',
  method: 'GET',
  path: '/locations/{location_id}/attendance_product_items/{attendance_product_item_id}',
  tag: 'Products',
  summary: 'Get a product item of an appointment',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), attendance_product_item_id: Id('attendance product item id') }),
  query: Type.Object({
    include: Type.Optional(
      Type.Array(
        Type.String({
          description: 'unique items',
          enum: ['good', 'staff', 'storage_amount', 'loyalty_abonement', 'loyalty_certificate', 'marks'],
        }),
      ),
    ),
  }),
  success: document(
    200,
    Type.Object({
      data: AttendanceProductItemResource,
      included: Type.Optional(Type.Array(IncludedResource)),
      meta: EmptyList,
    }),
  ),
  errors: [403, 404],
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
