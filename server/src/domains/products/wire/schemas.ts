import Type, { type Static } from 'typebox';
import { PageSize } from '../../../api/pagination.ts';
import { AnyOfTypes, Bit, CompactDateTime, Id, maxId, named } from '../../../api/schema.ts';
import { GiftCardType } from '../../gift-cards/wire/schemas.ts';

export const LocationPath = Type.Object({ location_id: Id('location id') });
export const ProductPath = Type.Object({ location_id: Id('location id'), product_id: Id('product id') });
export const CategoryPath = Type.Object({ location_id: Id('location id'), category_id: Id('category id') });
export const UnitPath = Type.Object({ location_id: Id('location id'), unit_id: Id('unit id') });

const Name = (description: string) => Type.String({ minLength: 1, maxLength: 255, pattern: '\\S', description });
const Text = (description: string, maxLength = 255) => Type.Optional(Type.String({ maxLength, description }));
const Price = (description: string) => Type.Optional(Type.Number({ minimum: 0, maximum: 1e12, description }));
const Amount = (description: string) => Type.Optional(Type.Number({ minimum: 0, maximum: 1e9, description }));

const productInput = {
  title: Name('name'),
  print_title: Text('for receipt'),
  article: Text('SKU'),
  barcode: Text('barcode'),
  category_id: Id('product category id'),
  cost: Price('selling price of a sale unit'),
  actual_cost: Price('cost price of a sale unit'),
  sale_unit_id: Id('sale unit'),
  service_unit_id: Id('write-off unit'),
  unit_equals: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, maximum: 1e6, description: 'write-off units in one sale unit; 1 for a new product' }),
  ),
  critical_amount: Amount('minimum stock, in sale units'),
  desired_amount: Amount('target stock, in sale units'),
  netto: Amount('net weight'),
  brutto: Amount('gross weight'),
  comment: Text('comment', 10_000),
  tax_variant: Type.Optional(Type.Integer({ minimum: 0, maximum: maxId, description: 'taxation system' })),
  vat_id: Type.Optional(Type.Integer({ minimum: 0, maximum: maxId, description: 'VAT id' })),
};

export const NewProduct = named('GoodsCompanyRequestDataType', Type.Object(productInput));

export const ChangedProduct = named(
  'GoodsCompanyRequestWithRulesDataType',
  Type.Object({
    ...productInput,
    correction_rules: Type.Optional(
      Type.Array(
        Type.Object({
          type: Type.Integer({ minimum: 1, maximum: 6, description: 'type of product transactions' }),
          base_unit: Type.String({
            enum: ['service', 'sale'],
            description: 'unit whose quantity stays in them; the other quantity is calculated',
          }),
        }),
        { maxItems: 6, description: 'required when the units change of a product that transactions have' },
      ),
    ),
  }),
);

export type ProductBody = Static<typeof ChangedProduct>;

export const CategoryInput = named(
  'GoodsCategoriesRequest',
  Type.Object({
    title: Name('name'),
    parent_category_id: Type.Optional(
      AnyOfTypes<number | null>(['integer', 'null'], { minimum: 0, maximum: maxId, description: '0 or null for none' }),
    ),
    article: Text('SKU'),
    comment: Text('comment', 10_000),
  }),
);

const productFilters = {
  term: Type.Optional(Type.String({ maxLength: 255, description: 'part of the name, article or barcode' })),
  category_id: Type.Optional(Id('product category id')),
  changed_after: Type.Optional(Type.String({ maxLength: 40, description: 'date-time; changed or created since' })),
  changed_before: Type.Optional(Type.String({ maxLength: 40, description: 'date-time; changed or created before' })),
};

/** Pages of lists that are whole without them. */
const pages = {
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'page number, from 1' })),
  count: Type.Optional(PageSize(1000)),
};

export const PageQuery = Type.Object(pages);

/** The published operation on one product has the filters of the list. They change nothing there. */
export const ProductQuery = Type.Object({ ...productFilters, ...pages });

export const ActualAmount = named(
  'ActualAmount',
  Type.Object({ storage_id: Type.Integer(), amount: Type.Number({ description: 'sale units' }) }),
);

export const Product = named(
  'GetProductSuccess',
  Type.Object({
    good_id: Type.Integer(),
    salon_id: Type.Integer({ description: 'location id' }),
    title: Type.String(),
    value: Type.String({ description: 'product name' }),
    label: Type.String({ description: 'name with SKU' }),
    print_title: Type.String({ description: 'for receipt; empty for the name' }),
    article: Type.String({ description: 'SKU' }),
    barcode: Type.String(),
    category: Type.String({ description: 'category name' }),
    category_id: Type.Integer(),
    cost: Type.Number({ description: 'selling price' }),
    actual_cost: Type.Number({ description: 'cost price; 0 without the right to see it' }),
    unit_id: Type.Integer({ description: 'sale unit' }),
    unit_short_title: Type.String(),
    service_unit_id: Type.Integer({ description: 'write-off unit' }),
    service_unit_short_title: Type.String(),
    unit_equals: Type.Number({ description: 'write-off units in one sale unit' }),
    unit_actual_cost: Type.Number({ description: 'cost price of a write-off unit' }),
    unit_actual_cost_format: Type.String({ description: 'the same with the currency' }),
    critical_amount: Type.Number({ description: 'minimum stock' }),
    desired_amount: Type.Number({ description: 'target stock' }),
    netto: Type.Number({ description: 'net weight' }),
    brutto: Type.Number({ description: 'gross weight' }),
    comment: Type.String(),
    tax_variant: Type.Integer({ description: 'taxation system' }),
    vat_id: Type.Integer(),
    is_chain: Type.Boolean({ description: 'linked to chain' }),
    is_archived: Type.Boolean({ description: 'left out of lists and searches' }),
    loyalty_abonement_type_id: Type.Integer({ description: 'membership type; 0 for none' }),
    loyalty_certificate_type_id: Type.Integer({ description: 'gift card type; 0 for none' }),
    loyalty_certificate_type: Type.Union([GiftCardType, Type.Null()]),
    loyalty_allow_empty_code: Bit('1 if it may be sold without a code'),
    loyalty_serial_number_limited: Bit('1 if the codes are limited'),
    is_goods_mark_enabled: Type.Boolean({ description: 'has marking codes' }),
    actual_amounts: Type.Array(ActualAmount, { description: 'what the storages have that the user works with' }),
    last_change_date: CompactDateTime('last change'),
  }),
);

const node = {
  parent_id: Type.Integer({ description: '0 for root' }),
  item_id: Type.Integer({ description: '0 for a category' }),
  category_id: Type.Integer({ description: '0 for a product' }),
  title: Type.String(),
  is_chain: Type.Boolean({ description: 'linked to chain' }),
  is_category: Type.Boolean(),
  is_item: Type.Boolean(),
};

export const ProductNode = named('SearchProductSuccess', Type.Object(node));

export const CategoryNode = named(
  'ProductCategoryNode',
  Type.Object({
    ...node,
    children: Type.Array(ProductNode),
    children_count: Type.Integer({ description: 'direct children, on all pages' }),
  }),
);

export const ListedCategory = named(
  'GetProductCategoryListSuccess',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    parent_category_id: AnyOfTypes<number | null>(['integer', 'null'], { description: 'null for top level' }),
    is_chain: Type.Boolean(),
  }),
);

export const WrittenCategory = named(
  'ProductCategory',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    parent_category_id: AnyOfTypes<number | null>(['integer', 'null'], { description: 'null for top level' }),
  }),
);

export const UnitInput = named(
  'ProductUnitInput',
  Type.Object({
    title: Name('name'),
    short_title: Type.String({ minLength: 1, maxLength: 20, pattern: '\\S', description: 'abbreviation' }),
  }),
);

export const Unit = named(
  'ProductUnit',
  Type.Object({
    id: Type.Integer(),
    salon_id: Type.Integer({ description: 'location id; 0 for a unit of every location' }),
    title: Type.String(),
    short_title: Type.String({ description: 'abbreviation' }),
  }),
);
