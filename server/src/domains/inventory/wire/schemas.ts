import Type from 'typebox';
import { CompactDateTime, DateTime, EmptyList, Id, LocalDateTime, Money, maxId, named } from '../../../api/schema.ts';
import { IdAndName, Person, Titled } from '../../../wire/schemas.ts';
import { GiftCardType } from '../../gift-cards/wire/schemas.ts';
import { ActualAmount } from '../../products/wire/schemas.ts';

export const LocationOnly = Type.Object({ location_id: Id('location id') });
export const DocumentPath = Type.Object({ location_id: Id('location id'), document_id: Id('document id') });
export const TransactionPath = Type.Object({ location_id: Id('location id'), transaction_id: Id('transaction id') });

/** An id in a body, or 0 for none. */
const OptionalId = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: maxId, description: `${description}; 0 for none` }));

const Comment = Type.Optional(Type.String({ maxLength: 2000 }));
const When = Type.String({ maxLength: 40, description: 'date-time; without an offset, in the time of the location' });
const UnitType = Type.Integer({ minimum: 1, maximum: 2, description: '1 sale units, 2 write-off units' });
const Amount = Type.Number({
  minimum: -1e9,
  maximum: 1e9,
  description: 'what leaves the storage may be written with or without a minus sign',
});
const Discount = Type.Number({ minimum: 0, maximum: 100, description: 'percent' });

const Code = Type.Optional(
  Type.String({ maxLength: 100, description: 'code of the gift card or membership that the product issues' }),
);

const lineItem = {
  good_id: Id('product id'),
  operation_unit_type: Type.Optional(UnitType),
  amount: Amount,
  cost_per_unit: Type.Optional(Money('by default the selling price for a sale, the cost price otherwise')),
  discount: Type.Optional(Discount),
  cost: Type.Optional(Money('price of the whole amount; by default amount * cost_per_unit, less the discount')),
  client_id: OptionalId('buyer'),
  supplier_id: OptionalId('supplier'),
  comment: Comment,
  good_special_number: Code,
};
const OperationLine = named('StorageOperationLineRequest', Type.Object(lineItem));

export const OperationRequest = named(
  'StorageOperationOperationRequest',
  Type.Object({
    type_id: Type.Integer({
      minimum: 1,
      maximum: 5,
      description: '1 sale, 2 usage, 3 receipt, 4 write-off, 5 internal transfer',
    }),
    comment: Comment,
    create_date: When,
    master_id: OptionalId('selling team member, or who used the products'),
    storage_id: Id('storage id'),
    paid: Type.Optional(Type.Boolean({ description: 'a sale or an arrival is paid at once, all of it' })),
    account_id: Type.Optional(Id('account that the money comes to, or is paid from; required with `paid`')),
    to_storage_id: Type.Optional(Id('the storage that receives the products of a transfer; required for it')),
    goods_transactions: Type.Optional(Type.Array(OperationLine, { description: 'at least one, here or in `transactions`' })),
    transactions: Type.Optional(Type.Array(OperationLine, { description: 'the same as `goods_transactions`' })),
  }),
);

export const DocumentRequest = named(
  'StorageOperationDocumentsRequest',
  Type.Object({
    type_id: Type.Integer({ enum: [1, 3, 4, 7], description: '1 sale, 3 receipt, 4 or 7 write-off' }),
    comment: Comment,
    storage_id: Id('storage id'),
    create_date: When,
  }),
);

export const TransactionRequest = named(
  'StorageOperationGoodTransactionRequest',
  Type.Object({
    document_id: Id('document id'),
    good_id: Id('product id'),
    amount: Amount,
    cost_per_unit: Money('price of a unit'),
    discount: Discount,
    cost: Money('transaction total'),
    operation_unit_type: UnitType,
    master_id: OptionalId('selling team member'),
    client_id: OptionalId('buyer'),
    supplier_id: OptionalId('supplier'),
    comment: Comment,
    good_special_number: Code,
  }),
);

export const ListedStorage = named(
  'ListedStorage',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    for_service: Type.Integer({ description: '1: consumables are written off from it' }),
    for_sale: Type.Integer({ description: '1: products are sold from it by default' }),
    comment: Type.String(),
    weight: Type.Integer({ description: 'lighter first' }),
  }),
);

const place = {
  id: Type.Integer(),
  title: Type.String(),
  country_id: Type.Integer(),
  city_id: Type.Integer(),
  address: Type.String(),
  coordinate_lat: Type.Number(),
  coordinate_lon: Type.Number(),
  logo: Type.String({ description: 'URL' }),
  zip: Type.String(),
  phones: Type.Array(Type.String()),
  site: Type.String(),
};

const documentBase = {
  id: Type.Integer(),
  type_id: Type.Integer({ description: 'type; 7 for a write-off whose request has named it so' }),
  type: Titled,
  storage_id: Type.Integer({ description: '0 for the document of an appointment' }),
  user_id: Type.Integer({ description: 'who made it; 0 for nobody' }),
  company_id: Type.Integer(),
  number: Type.Integer({ description: 'counts the documents of the location; the id for the document of an appointment' }),
  comment: Type.String(),
  storage: Titled,
};

const DocumentCompany = named(
  'DocumentCompany',
  Type.Object({
    ...place,
    public_title: Type.String(),
    business_group_id: Type.Integer(),
    business_type_id: Type.Integer(),
    timezone: Type.Number({ description: 'hours from UTC, such as -5' }),
    timezone_name: Type.String({ description: 'IANA name' }),
    phone: Type.String({ description: 'the first one; may be empty' }),
    allow_delete_record: Type.Boolean({ description: 'clients may cancel' }),
    allow_change_record: Type.Boolean({ description: 'clients may move' }),
  }),
);

const DocumentUser = named(
  'CreateDocumentUser',
  Type.Object({
    id: Type.Integer(),
    name: Type.String(),
    phone: Type.String(),
    email: Type.String(),
    is_approved: Type.Boolean(),
    avatar: Type.String({ description: 'URL' }),
  }),
);

const documentRest = {
  bill_print_status: Type.Integer({ description: '1 while its sale receipt is printed' }),
  company: DocumentCompany,
  user: DocumentUser,
};

/** A document as it is created and read. */
export const Document = named(
  'Document',
  Type.Object({ ...documentBase, create_date: LocalDateTime('when it happened'), ...documentRest }),
);

/** A document as it is changed. */
export const ChangedDocument = named(
  'ChangedDocument',
  Type.Object({ ...documentBase, create_date: DateTime('when it happened'), ...documentRest }),
);

const transactionBase = {
  id: Type.Integer(),
  document_id: Type.Integer(),
  type_id: Type.Integer({ description: '1 sale, 2 consumables, 3 arrival, 4 write-off, 5 transfer, 6 stocktaking' }),
  company_id: Type.Integer(),
  good_id: Type.Integer(),
  amount: Type.Number({ description: 'negative for what leaves the storage' }),
  cost_per_unit: Type.Number(),
  discount: Type.Number({ description: 'percent' }),
  cost: Type.Number({ description: 'total' }),
  unit_id: Type.Integer(),
  storage_id: Type.Integer(),
  supplier_id: Type.Integer({ description: '0 for none' }),
  client_id: Type.Integer({ description: '0 for none' }),
  master_id: Type.Integer({ description: '0 for none' }),
  create_date: DateTime('when it happened'),
  comment: Type.String(),
  deleted: Type.Boolean(),
};

const OperationTransaction = named(
  'OperationTransaction',
  Type.Object({
    ...transactionBase,
    type: Titled,
    good: Titled,
    storage: Titled,
    supplier: Type.Array(Titled, { description: 'empty when none' }),
    client: Type.Array(Person, { description: 'empty when none' }),
    master: Type.Array(IdAndName, { description: 'empty when none' }),
    unit: Titled,
  }),
);

export const StorageOperation = named(
  'StorageOperation',
  Type.Object({
    document: Type.Object({
      ...documentBase,
      create_date: DateTime('when it happened'),
      company: Type.Object({ ...place, timezone: Type.String({ description: 'hours from UTC, such as -5' }) }),
      user: Person,
    }),
    transactions: Type.Array(OperationTransaction),
    document_id: Type.Integer({ description: 'the id of `document`' }),
    goods_transactions: Type.Array(OperationTransaction, { description: 'the same as `transactions`' }),
  }),
);

const Unit = named(
  'SaleUnit',
  Type.Object({ id: Type.Integer(), company_id: Type.Integer(), title: Type.String(), short_title: Type.String() }),
);

const TransactionProduct = named(
  'TransactionProduct',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    unit: Type.String({ description: 'short name of the sale unit' }),
    value: Type.String({ description: 'product name' }),
    label: Type.String({ description: 'product name, with its article in brackets' }),
    article: Type.String({ description: 'SKU' }),
    category: Type.String({ description: 'category name' }),
    category_id: Type.Integer(),
    salon_id: Type.Integer(),
    good_id: Type.Integer(),
    cost: Type.Number({ description: 'selling price of a sale unit' }),
    unit_id: Type.Integer(),
    unit_short_title: Type.String(),
    service_unit_id: Type.Integer(),
    service_unit_short_title: Type.String(),
    actual_cost: Type.Number({ description: 'cost price of a sale unit' }),
    unit_actual_cost: Type.Number({ description: 'cost price of a write-off unit' }),
    unit_actual_cost_format: Type.String({ description: 'with the sign of the currency' }),
    unit_equals: Type.Number({ description: 'write-off units in a sale unit' }),
    barcode: Type.String(),
    loyalty_abonement_type_id: Type.Integer({ description: 'membership type' }),
    loyalty_certificate_type_id: Type.Integer({ description: 'gift card type' }),
    loyalty_allow_empty_code: Type.Integer({ description: '1: may be sold without a code' }),
    actual_amounts: Type.Array(ActualAmount),
    last_change_date: CompactDateTime('last change of the product'),
    comment: Type.String(),
    loyalty_certificate_type: Type.Union([GiftCardType, Type.Null()]),
    loyalty_serial_number_limited: Type.Integer(),
    is_goods_mark_enabled: Type.Boolean(),
    critical_amount: Type.Number({ description: 'minimum stock' }),
    desired_amount: Type.Number({ description: 'target stock' }),
    is_chain: Type.Boolean(),
  }),
);

const TransactionClient = named(
  'TransactionClient',
  Type.Object({ id: Type.Integer(), name: Type.String(), phone: Type.String(), email: Type.String() }),
);

/** An object, or `[]` if there is none. */
const orNone = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) => Type.Union([EmptyList, schema]);

const transactionDetails = {
  ...transactionBase,
  type: Titled,
  good_special_number: Type.String({ description: 'code of a sold gift card or membership, else empty' }),
  service_amount: Type.Number({ description: 'amount in write-off units' }),
  sale_amount: Type.Number({ description: 'amount in sale units' }),
  service_unit_id: Type.Integer(),
  sale_unit_id: Type.Integer(),
  operation_unit_type: Type.Integer({ description: 'unit of amount: 1 sale units, 2 write-off units' }),
  good: TransactionProduct,
  sale_unit: Unit,
  service_unit: Unit,
  goods_marks: EmptyList,
  storage: Titled,
  supplier: Type.Array(Titled, { description: 'empty when none' }),
  client: orNone(TransactionClient),
  master: orNone(IdAndName),
  unit: Unit,
};

/** A transaction as it is written. */
export const Transaction = named(
  'Transaction',
  Type.Object({ ...transactionDetails, last_change_date: CompactDateTime('last change') }),
);

/** A transaction as it is read. */
export const ReadTransaction = named(
  'ReadTransaction',
  Type.Object({ ...transactionDetails, last_change_date: DateTime('last change') }),
);

export const DocumentTransaction = named(
  'DocumentTransaction',
  Type.Object({
    ...transactionBase,
    operation_unit_type: Type.Integer({ description: '1 sale units, 2 write-off units' }),
    record_id: Type.Integer({ description: 'appointment id, 0 for none' }),
    service_id: Type.Integer({ description: 'of consumables, else 0' }),
    user_id: Type.Integer(),
    pkg_amount: Type.Number({ description: 'amount in package, always 0' }),
  }),
);

export const FoundTransaction = named(
  'FoundTransaction',
  Type.Object({
    id: Type.Integer(),
    document_id: Type.Integer(),
    type_id: Type.Integer({ description: '1 sale, 2 consumables, 3 arrival, 4 write-off, 5 transfer, 6 stocktaking' }),
    type: Type.String({ description: 'type name' }),
    good: Titled,
    storage: Titled,
    unit: Titled,
    operation_unit_type: Type.Integer({ description: '1 sale units, 2 write-off units' }),
    create_date: CompactDateTime('when it happened'),
    last_change_date: CompactDateTime('last change'),
    cost_per_unit: Type.Number(),
    cost: Type.Number(),
    discount: Type.Number(),
    master: Titled,
    supplier: Titled,
    record_id: Type.Integer({ description: 'appointment id, 0 for none' }),
    service: Titled,
    clients: Person,
  }),
);

export const Storage = named(
  'Storage',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    comment: Type.String(),
    for_service: Type.Boolean({ description: 'consumables are written off from it' }),
    for_sale: Type.Boolean({ description: 'products are sold from it by default' }),
    weight: Type.Integer({ description: 'lighter first' }),
    is_archived: Type.Boolean({ description: 'takes no products' }),
  }),
);

const storageFields = {
  comment: Comment,
  for_service: Type.Optional(Type.Boolean({ description: 'true takes the place of the storage that was chosen before' })),
  for_sale: Type.Optional(Type.Boolean({ description: 'true takes the place of the storage that was chosen before' })),
  weight: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000, description: 'lighter first' })),
};
const Title = Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' });

export const NewStorage = named('NewStorage', Type.Object({ title: Title, ...storageFields }));
export const StorageChanges = named('StorageChanges', Type.Object({ title: Type.Optional(Title), ...storageFields }));

export const Supplier = named(
  'Supplier',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    phone: Type.String({ description: 'with +, or empty' }),
    email: Type.String(),
    address: Type.String(),
    comment: Type.String(),
    is_archived: Type.Boolean({ description: 'cannot be used any more' }),
  }),
);

const supplierFields = {
  phone: Type.Optional(Type.String({ maxLength: 50 })),
  email: Type.Optional(Type.String({ maxLength: 255 })),
  address: Type.Optional(Type.String({ maxLength: 500 })),
  comment: Comment,
};

export const NewSupplier = named('NewSupplier', Type.Object({ title: Title, ...supplierFields }));
export const SupplierChanges = named('SupplierChanges', Type.Object({ title: Type.Optional(Title), ...supplierFields }));

const stocktaking = {
  id: Type.Integer({ description: 'document id' }),
  number: Type.Integer({ description: 'document number' }),
  create_date: DateTime('when it was counted'),
  comment: Type.String(),
  storage: Titled,
};
export const ListedStocktaking = named('ListedStocktaking', Type.Object(stocktaking));

export const Stocktaking = named(
  'Stocktaking',
  Type.Object({
    ...stocktaking,
    goods: Type.Array(
      Type.Object({
        good_id: Type.Integer(),
        title: Type.String(),
        expected_amount: Type.Number({ description: 'the level before, in sale units' }),
        counted_amount: Type.Number({ description: 'sale units' }),
        difference: Type.Number({ description: 'sale units; negative if some is missing' }),
        cost: Type.Number({ description: 'the difference at cost price; 0 for a caller who may not see it' }),
      }),
    ),
  }),
);

export const NewStocktaking = named(
  'NewStocktaking',
  Type.Object({
    storage_id: Id('storage id'),
    comment: Comment,
    goods: Type.Array(
      Type.Object({
        good_id: Id('product id'),
        amount: Type.Number({ minimum: 0, maximum: 1e9, description: 'what was counted' }),
        operation_unit_type: Type.Optional(UnitType),
      }),
      { minItems: 1, description: 'products that are not named keep their level' },
    ),
  }),
);

export const InventorySettings = named(
  'InventorySettings',
  Type.Object({
    allows_negative_stock: Type.Boolean({
      description: 'more of a product may leave a storage than is there; true for a new location',
    }),
  }),
);
