import Type from 'typebox';
import { DateTime, Id, Money, maxId, NullableDateTime, NullableNumber, NullableString, named } from '../../../api/schema.ts';
import { Titled } from '../../../wire/schemas.ts';

export const ChainOnly = Type.Object({ chain_id: Id('chain id') });
export const TypePath = Type.Object({ chain_id: Id('chain id'), type_id: Id('type of gift cards') });
export const LocationOnly = Type.Object({ location_id: Id('location id') });

const itemTypes =
  '0 all services and products, 1 any services, 2 any products, 3 specific services, 4 specific services + any products';
const expirationTypes = '0 none, 1 fixed date for all, 2 fixed period from sale';
const units = '1 day, 2 week, 3 month, 4 year';

/** A type of gift cards, as its chain sees it. */
export const CertificateType = named(
  'CertificateType',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    balance: Type.Number({ description: 'face value' }),
    is_multi: Type.Boolean({ description: 'true: pays until nothing is left; false: pays once' }),
    company_group_id: Type.Integer({ description: 'chain id' }),
    category_id: NullableNumber({ description: 'the category whose services it pays; null for all' }),
    weight: Type.Integer({ description: 'sort order' }),
    item_type_id: Type.Integer({ description: itemTypes }),
    expiration_type_id: Type.Integer({ description: expirationTypes }),
    expiration_date: NullableDateTime('fixed expiry'),
    expiration_timeout: Type.Integer({ description: '0 without a period' }),
    expiration_timeout_unit_id: Type.Integer({ description: `${units}; 0 without a period` }),
    balance_edit_type_id: Type.Integer({ description: '1 editable, 2 not editable' }),
    is_allow_empty_code: Type.Boolean({ description: 'sale without code allowed' }),
    is_serial_number_limited: Type.Boolean({ description: 'always false: any code may be sold' }),
    is_archived: Type.Boolean({ description: 'not sold any more' }),
    date_archived: NullableDateTime('when its sale ended'),
    online_sale_is_enabled: Type.Boolean(),
    online_sale_title: Type.String(),
    online_sale_description: Type.String(),
    online_sale_price: Type.Number(),
    online_sale_image: NullableString({ description: 'always null: there are no images yet' }),
    released_total: Type.Integer({ description: 'certificates issued' }),
    item_type: Titled,
    service_ids: Type.Array(Type.Integer()),
    salon_ids: Type.Array(Type.Integer(), { description: 'locations that sell and take it' }),
  }),
);

const OnlineSale = named(
  'OnlineSale',
  Type.Object({
    is_enabled: Type.Boolean(),
    title: Type.Optional(Type.String({ maxLength: 255 })),
    description: Type.Optional(Type.String({ maxLength: 2000 })),
    price: Type.Optional(Money('greater than 0 when enabled')),
  }),
);

const CertificateExpirationInput = named(
  'CertificateExpirationInput',
  Type.Object({
    type_id: Type.Integer({ description: '0 none, 1 fixed date, 2 period from sale', enum: [0, 1, 2] }),
    date: Type.Optional(Type.String({ maxLength: 40, description: 'date-time; ISO 8601, required when type_id 1' })),
    timeout: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000, description: 'required when type_id 2' })),
    timeout_unit_id: Type.Optional(Type.Integer({ description: `${units}; required when type_id 2`, enum: [1, 2, 3, 4] })),
  }),
);

export const CertificateTypeInput = named(
  'CertificateTypeInput',
  Type.Object({
    title: Type.String({ maxLength: 255 }),
    balance: Money('face value'),
    is_multi: Type.Boolean({ description: 'true multiple use, false single' }),
    item_type_id: Type.Integer({ description: itemTypes, enum: [0, 1, 2, 3, 4] }),
    is_allow_empty_code: Type.Boolean({ description: 'sale without code allowed' }),
    category_id: Type.Optional(
      NullableNumber({
        minimum: 0,
        maximum: maxId,
        multipleOf: 1,
        description: 'service category restriction, null or 0 for none',
      }),
    ),
    balance_edit_type_id: Type.Integer({ description: '1 editable, 2 not editable', enum: [1, 2] }),
    service_ids: Type.Array(Id('service id'), { description: 'used with item_type_id 3 and 4; otherwise ignored' }),
    salon_ids: Type.Array(Id('location id'), { description: 'locations that sell and take it' }),
    expiration: CertificateExpirationInput,
    online_sale: OnlineSale,
  }),
);

/** A type of gift cards, as a location sees it. */
export const GiftCardType = named(
  'GiftCardType',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    balance: Type.Number({ description: 'face value' }),
    is_multi: Type.Boolean({ description: 'true multiple write-offs, false single' }),
    company_group_id: Type.Integer({ description: 'chain id' }),
    item_type_id: Type.Integer({ description: itemTypes }),
    expiration_type_id: Type.Integer({ description: expirationTypes }),
    expiration_date: NullableDateTime('fixed expiry, null if unset'),
    expiration_timeout: Type.Number({ description: 'validity from sale, 0 if unset' }),
    expiration_timeout_unit_id: Type.Integer({ description: `${units}; 0 if unset` }),
    is_allow_empty_code: Type.Boolean({ description: 'sale without code' }),
  }),
);

/** A type of gift cards beside a card of it. Dates and terms are there only if the type has them. */
const ClientGiftCardType = named(
  'ClientGiftCardType',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    balance: Type.Number({ description: 'face value' }),
    is_multi: Type.Boolean({ description: 'multiple write-offs allowed' }),
    company_group_id: Type.Integer({ description: 'chain id' }),
    item_type_id: Type.Integer({ description: itemTypes }),
    expiration_type_id: Type.Integer({ description: expirationTypes }),
    expiration_date: Type.Optional(DateTime('set when expiration_type_id=1')),
    expiration_timeout: Type.Optional(Type.Integer({ description: 'set when expiration_type_id=2' })),
    expiration_timeout_unit_id: Type.Optional(Type.Integer({ description: units })),
    is_allow_empty_code: Type.Boolean({ description: 'sale without code' }),
    item_type: Titled,
  }),
);

export const ClientGiftCard = named(
  'ClientGiftCard',
  Type.Object({
    id: Type.Integer(),
    number: Type.String({ description: 'the code; empty for a card without one' }),
    balance: Type.Number({ description: 'current' }),
    default_balance: Type.Number({ description: 'initial' }),
    type_id: Type.Integer(),
    status_id: Type.Integer({ description: '2 activated, 3 expired, 4 used' }),
    created_date: DateTime('sale date'),
    expiration_date: NullableDateTime('when it expires; null for never'),
    type: ClientGiftCardType,
    status: Titled,
  }),
);

export const GiftCardPath = Type.Object({ location_id: Id('location id'), certificate_id: Id('gift card id') });

/** What has moved the balance of a gift card. */
export const GiftCardMovement = named(
  'GiftCardMovement',
  Type.Object({
    id: Type.Integer(),
    amount: Type.Number({ description: 'negative for a payment' }),
    balance_after: Type.Number(),
    cause: Type.String({ description: 'in words, such as “payment”' }),
    document_id: Type.Integer({ description: 'the sale that it paid; 0 for none' }),
    company_id: Type.Integer({ description: 'the location of the sale; 0 for none' }),
    created_date: DateTime('when it was made'),
  }),
);
