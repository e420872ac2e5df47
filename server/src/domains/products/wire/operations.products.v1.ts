import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { answer, empty, operation } from '../../../api/operation.ts';
import { PageSize } from '../../../api/pagination.ts';
import { AnyOfTypes, Id, named } from '../../../api/schema.ts';

const GoodsCompanyRequestWithRulesDataType = named(
  'GoodsCompanyRequestWithRulesDataType',
  Type.Object({
    title: Type.String(),
    print_title: Type.Optional(Type.String({ description: 'for receipt' })),
    article: Type.Optional(Type.String({ description: 'SKU' })),
    barcode: Type.Optional(Type.String()),
    category_id: Type.Integer(),
    cost: Type.Optional(Type.Number({ description: 'selling price' })),
    actual_cost: Type.Optional(Type.Number({ description: 'cost price' })),
    sale_unit_id: Type.Integer(),
    service_unit_id: Type.Integer({ description: 'write-off unit' }),
    unit_equals: Type.Optional(Type.Number({ description: 'sale to write-off ratio' })),
    critical_amount: Type.Optional(Type.Number({ description: 'minimum stock' })),
    desired_amount: Type.Optional(Type.Number({ description: 'target stock' })),
    netto: Type.Optional(Type.Number({ description: 'net weight' })),
    brutto: Type.Optional(Type.Number({ description: 'gross weight' })),
    comment: Type.Optional(Type.String()),
    tax_variant: Type.Optional(Type.Integer({ description: 'taxation system' })),
    vat_id: Type.Optional(Type.Integer()),
    correction_rules: Type.Optional(
      Type.Array(
        Type.Object({
          type: Type.Optional(Type.Integer({ description: 'transaction type, 1 to 5' })),
          base_unit: Type.Optional(Type.String({ description: 'service or sale; rules required if inventory operations exist' })),
        }),
      ),
    ),
  }),
);

const GoodsCompanyRequestDataType = named(
  'GoodsCompanyRequestDataType',
  Type.Object({
    title: Type.String(),
    print_title: Type.Optional(Type.String({ description: 'for receipt' })),
    article: Type.Optional(Type.String({ description: 'SKU' })),
    barcode: Type.Optional(Type.String()),
    category_id: Type.Integer(),
    cost: Type.Optional(Type.Number({ description: 'selling price' })),
    actual_cost: Type.Optional(Type.Number({ description: 'cost price' })),
    sale_unit_id: Type.Integer(),
    service_unit_id: Type.Integer({ description: 'write-off unit' }),
    unit_equals: Type.Optional(Type.Number({ description: 'sale to write-off ratio' })),
    critical_amount: Type.Optional(Type.Number({ description: 'minimum stock' })),
    desired_amount: Type.Optional(Type.Number({ description: 'target stock' })),
    netto: Type.Optional(Type.Number({ description: 'net weight' })),
    brutto: Type.Optional(Type.Number({ description: 'gross weight' })),
    comment: Type.Optional(Type.String()),
    tax_variant: Type.Optional(Type.Integer({ description: 'taxation system' })),
    vat_id: Type.Optional(Type.Integer()),
  }),
);

const GoodsCategoriesRequest = named(
  'GoodsCategoriesRequest',
  Type.Object({
    title: Type.String(),
    parent_category_id: Type.Optional(Type.Integer({ description: '0 or null for none' })),
    article: Type.Optional(Type.String({ description: 'SKU' })),
    comment: Type.Optional(Type.String()),
  }),
);

const SearchProductSuccess = named(
  'SearchProductSuccess',
  Type.Object({
    parent_id: Type.Optional(Type.Integer({ description: '0 for root' })),
    item_id: Type.Optional(Type.Integer({ description: '0 for a category' })),
    category_id: Type.Optional(Type.Integer({ description: '0 for a product' })),
    title: Type.Optional(Type.String()),
    is_chain: Type.Optional(Type.Boolean({ description: 'linked to chain' })),
    is_category: Type.Optional(Type.Boolean()),
    is_item: Type.Optional(Type.Boolean()),
  }),
);

const searchProduct = operation({
  id: 'search_product',
  method: 'GET',
  path: '/goods/search/{location_id}',
  tag: 'Products',
  summary: 'Search products and categories',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    term: Type.Optional(Type.String({ description: 'name, article or barcode' })),
    count: Type.Optional(PageSize(100)),
  }),
  success: answer(
    200,
    Type.Array(SearchProductSuccess),
    Type.Object({ count: Type.Optional(Type.Integer({ description: 'found count' })) }),
  ),
  errors: [403, 404],
  example: {
    data: [
      { parent_id: 0, item_id: 0, category_id: 123, title: 'Root category 1', is_chain: true, is_category: true, is_item: false },
    ],
    meta: { count: 2 },
  },
});

const ActualAmount = named(
  'ActualAmount',
  Type.Object(
    { storage_id: Type.Optional(Type.Integer()), amount: Type.Optional(Type.Number()) },
    { additionalProperties: Type.Any() },
  ),
);

const GetProductSuccess = named(
  'GetProductSuccess',
  Type.Object(
    {
      title: Type.Optional(Type.String()),
      value: Type.Optional(Type.String({ description: 'product name' })),
      label: Type.Optional(Type.String({ description: 'name with SKU' })),
      good_id: Type.Optional(Type.Integer()),
      cost: Type.Optional(Type.Number({ description: 'selling price' })),
      unit_id: Type.Optional(Type.Integer({ description: 'sale unit' })),
      unit_short_title: Type.Optional(Type.String()),
      service_unit_id: Type.Optional(Type.Integer({ description: 'write-off unit' })),
      service_unit_short_title: Type.Optional(Type.String()),
      actual_cost: Type.Optional(Type.Number({ description: 'cost price' })),
      unit_actual_cost: Type.Optional(Type.Number()),
      unit_actual_cost_format: Type.Optional(Type.String()),
      unit_equals: Type.Optional(Type.Number({ description: 'sale unit to write-off unit ratio' })),
      barcode: Type.Optional(Type.String()),
      loyalty_abonement_type_id: Type.Optional(Type.Integer({ description: 'membership type' })),
      loyalty_certificate_type_id: Type.Optional(Type.Integer({ description: 'gift card type' })),
      loyalty_allow_empty_code: Type.Optional(AnyOfTypes<boolean | number>(['boolean', 'number'])),
      critical_amount: Type.Optional(Type.Number({ description: 'minimum stock' })),
      desired_amount: Type.Optional(Type.Number({ description: 'target stock' })),
      actual_amounts: Type.Optional(Type.Array(ActualAmount)),
      last_change_date: Type.Optional(Type.String({ description: 'date-time' })),
    },
    { additionalProperties: Type.Any() },
  ),
);

const getProduct = operation({
  id: 'get_product',
  method: 'GET',
  path: '/goods/{location_id}/{product_id}',
  tag: 'Products',
  summary: 'One product or filtered products',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), product_id: Id('product id') }),
  query: Type.Object({
    term: Type.Optional(Type.String({ description: 'name, article or barcode' })),
    page: Type.Optional(Type.Number()),
    count: Type.Optional(Type.Number({ description: 'per page' })),
    category_id: Type.Optional(Type.Integer()),
    changed_after: Type.Optional(Type.String({ description: 'date-time; changed or created since' })),
    changed_before: Type.Optional(Type.String({ description: 'date-time; changed or created before' })),
  }),
  success: answer(200, Type.Union([GetProductSuccess, Type.Array(Type.Any())])),
  errors: [403, 404],
  example: {
    data: [
      {
        title: 'Shampoo 1',
        value: 'Shampoo 1',
        label: 'Shampoo 1 (123)',
        good_id: 123456,
        cost: 100500,
        unit_id: 4835,
        unit_short_title: 'PC',
        service_unit_id: 3548,
        service_unit_short_title: 'gr',
        actual_cost: 1050,
        unit_actual_cost: 105,
        unit_actual_cost_format: '105 r',
        unit_equals: 10,
        barcode: '123',
        loyalty_abonement_type_id: '0',
        loyalty_certificate_type_id: '0',
        loyalty_allow_empty_code: true,
        critical_amount: 0,
        desired_amount: 0,
        actual_amounts: [{ storage_id: 987, amount: 1000000 }],
        last_change_date: '2026-01-01T12:00:00-0500',
      },
    ],
  },
});

const updateProduct = operation({
  id: 'update_product',
  method: 'PUT',
  path: '/goods/{location_id}/{product_id}',
  tag: 'Products',
  summary: 'Edit a product',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), product_id: Id('product id') }),
  body: GoodsCompanyRequestWithRulesDataType,
  success: answer(200, Type.Union([GetProductSuccess, Type.Array(Type.Any())])),
  errors: [403, 404, 409, 422],
  example: {
    data: [
      {
        title: 'Shampoo 1',
        value: 'Shampoo 1',
        label: 'Shampoo 1 (123)',
        good_id: 123456,
        cost: 100500,
        unit_id: 4835,
        unit_short_title: 'PC',
        service_unit_id: 3548,
        service_unit_short_title: 'gr',
        actual_cost: 1050,
        unit_actual_cost: 105,
        unit_actual_cost_format: '105 r',
        unit_equals: 10,
        barcode: '123',
        loyalty_abonement_type_id: '0',
        loyalty_certificate_type_id: '0',
        loyalty_allow_empty_code: true,
        critical_amount: 0,
        desired_amount: 0,
        actual_amounts: [{ storage_id: 987, amount: 1000000 }],
        last_change_date: '2026-01-01T12:00:00-0500',
      },
    ],
  },
});

const deleteProduct = operation({
  id: 'delete_product',
  method: 'DELETE',
  path: '/goods/{location_id}/{product_id}',
  tag: 'Products',
  summary: 'Delete a product',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), product_id: Id('product id') }),
  success: empty(204),
  errors: [403, 404],
});

const getProductsList = operation({
  id: 'get_products_list',
  method: 'GET',
  path: '/goods/{location_id}',
  tag: 'Products',
  summary: 'All products of a location',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  success: answer(
    200,
    Type.Array(
      Type.Object(
        {
          title: Type.Optional(Type.String()),
          value: Type.Optional(Type.String({ description: 'usually equals title' })),
          label: Type.Optional(Type.String()),
          article: Type.Optional(Type.String({ description: 'SKU' })),
          category: Type.Optional(Type.String({ description: 'category name' })),
          category_id: Type.Optional(Type.Integer()),
          salon_id: Type.Optional(Type.Integer()),
          good_id: Type.Optional(Type.Integer()),
          cost: Type.Optional(Type.Number()),
          unit_id: Type.Optional(Type.Integer()),
          unit_short_title: Type.Optional(Type.String()),
        },
        { additionalProperties: Type.Any() },
      ),
    ),
  ),
  errors: [403],
  example: {
    data: [
      {
        title: 'Shampoo 1',
        value: 'Shampoo 1',
        label: 'Shampoo 1 (123)',
        good_id: 123456,
        cost: 100500,
        unit_id: 4835,
        unit_short_title: 'PC',
      },
    ],
  },
});

const createProduct = operation({
  id: 'create_product',
  method: 'POST',
  path: '/goods/{location_id}',
  tag: 'Products',
  summary: 'Create a product',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  body: GoodsCompanyRequestDataType,
  success: answer(201, Type.Union([GetProductSuccess, Type.Array(Type.Any())])),
  errors: [422],
  example: {
    data: [
      {
        title: 'Shampoo 1',
        value: 'Shampoo 1',
        label: 'Shampoo 1 (123)',
        good_id: 123456,
        cost: 100500,
        unit_id: 4835,
        unit_short_title: 'PC',
        service_unit_id: 3548,
        service_unit_short_title: 'gr',
        actual_cost: 1050,
        unit_actual_cost: 105,
        unit_actual_cost_format: '105 r',
        unit_equals: 10,
        barcode: '123',
        loyalty_abonement_type_id: '0',
        loyalty_certificate_type_id: '0',
        loyalty_allow_empty_code: true,
        critical_amount: 0,
        desired_amount: 0,
        actual_amounts: [{ storage_id: 987, amount: 1000000 }],
        last_change_date: '2026-01-01T12:00:00-0500',
      },
    ],
  },
});

const GetProductCategoryListSuccess = named(
  'GetProductCategoryListSuccess',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    title: Type.Optional(Type.String()),
    parent_category_id: Type.Optional(AnyOfTypes<number | null>(['integer', 'null'], { description: 'null for top level' })),
    is_chain: Type.Optional(Type.Boolean()),
  }),
);

const getProductCategoryList = operation({
  id: 'get_product_category_list',
  method: 'GET',
  path: '/company/{location_id}/goods_categories/{parent_category_id}',
  tag: 'Products',
  summary: 'Child categories of a category',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), parent_category_id: Id('parent category id') }),
  success: answer(
    200,
    Type.Array(GetProductCategoryListSuccess),
    Type.Object({ count: Type.Optional(Type.Integer({ description: 'total categories' })) }),
  ),
  errors: [403, 404],
  example: { data: [{ id: 25214, title: 'Doughter 1', parent_category_id: 24843 }], meta: { count: 94 } },
});

const getProductCategoryComposition = operation({
  id: 'get_product_category_composition',
  method: 'GET',
  path: '/goods/category_node/{location_id}/{category_id}',
  tag: 'Products',
  summary: 'Category with its children',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), category_id: Id('category id') }),
  query: Type.Object({
    page: Type.Optional(Type.Number()),
    count: Type.Optional(PageSize(1000)),
  }),
  success: answer(
    200,
    Type.Object({
      parent_id: Type.Optional(Type.Integer({ description: '0 for root' })),
      item_id: Type.Optional(Type.Integer({ description: 'always 0' })),
      category_id: Type.Optional(Type.Integer()),
      title: Type.Optional(Type.String()),
      is_chain: Type.Optional(Type.Boolean({ description: 'linked to chain' })),
      is_category: Type.Optional(Type.Boolean({ description: 'always true' })),
      is_item: Type.Optional(Type.Boolean({ description: 'always false' })),
      children: Type.Optional(Type.Array(SearchProductSuccess)),
      children_count: Type.Optional(Type.Number({ description: 'direct children only' })),
    }),
  ),
  errors: [403, 404],
  example: {
    data: {
      parent_id: 0,
      item_id: 0,
      category_id: 123,
      title: 'Root category 1',
      is_chain: false,
      is_category: true,
      is_item: false,
      children: [
        {
          parent_id: 123,
          item_id: 0,
          category_id: 456,
          title: 'Child category',
          is_chain: false,
          is_category: true,
          is_item: false,
        },
      ],
      children_count: 2,
    },
  },
});

const getProductCategoryListByIds = operation({
  id: 'get_product_category_list_by_ids',
  method: 'GET',
  path: '/goods_categories/multiple/{location_id}',
  tag: 'Products',
  summary: 'Categories by ids',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    location_id: Type.Optional(Type.Integer({ description: 'ids of categories, each as ids[]={id}' })),
  }),
  success: answer(
    200,
    Type.Array(GetProductCategoryListSuccess),
    Type.Union([
      Type.Object({ count: Type.Optional(Type.Integer({ description: 'total categories' })) }),
      Type.Array(Type.Any()),
    ]),
  ),
  errors: [403, 404],
  example: { data: [{ id: 1, title: 'Category 1' }], meta: [] },
});

const ProductCategory = named(
  'ProductCategory',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    title: Type.Optional(Type.String()),
    parent_category_id: Type.Optional(Type.Integer({ description: 'may be null' })),
  }),
);

const createProductCategory = operation({
  id: 'create_product_category',
  method: 'POST',
  path: '/goods_categories/{location_id}',
  tag: 'Products',
  summary: 'Create category',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  body: GoodsCategoriesRequest,
  success: answer(201, ProductCategory),
  errors: [403, 404],
  example: { data: { id: 123456, title: 'Manicure', parent_category_id: 123457 } },
});

const deprecatedGetProductCategoryList = operation({
  id: 'deprecated_get_product_category_list',
  method: 'GET',
  path: '/goods_categories/{location_id}/{category_id}',
  tag: 'Products',
  summary: 'Old list of child categories',
  deprecated: true,
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), category_id: Id('parent category; 0 (default) top level') }),
  success: answer(
    200,
    Type.Array(GetProductCategoryListSuccess),
    Type.Union([
      Type.Object({ count: Type.Optional(Type.Integer({ description: 'total categories' })) }),
      Type.Array(Type.Any()),
    ]),
  ),
  errors: [403, 404],
  example: { data: [{ id: 1, title: 'Category 1' }], meta: [] },
});

const updateProductCategory = operation({
  id: 'update_product_category',
  method: 'PUT',
  path: '/goods_categories/{location_id}/{category_id}',
  tag: 'Products',
  summary: 'Edit category',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), category_id: Id('category id') }),
  body: GoodsCategoriesRequest,
  success: answer(200, ProductCategory),
  errors: [403, 404],
  example: { data: { id: 123456, title: 'Manicure', parent_category_id: 123457 } },
});

const deleteProductCategory = operation({
  id: 'delete_product_category',
  method: 'DELETE',
  path: '/goods_categories/{location_id}/{category_id}',
  tag: 'Products',
  summary: 'Delete category',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), category_id: Id('category id') }),
  success: empty(204),
  errors: [403, 404],
});

/** The operations of the tag, in the order of the published documents. */
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
];
