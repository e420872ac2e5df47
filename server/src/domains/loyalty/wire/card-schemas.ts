import Type from 'typebox';
import { AnyOfTypes, Id, maxId, named } from '../../../api/schema.ts';
import { Titled } from '../../../wire/schemas.ts';

const program = named(
  'LoyaltyCardProgram',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    value: Type.Number({ description: 'what the client has reached now; 0 for nothing' }),
    loyalty_type_id: Type.Integer(),
    item_type_id: Type.Integer({ description: 'which services and products it is for' }),
    value_unit_id: Type.Integer({ description: '1 percent, 2 amount' }),
    group_id: Type.Integer({ description: 'chain id' }),
    loyalty_type: Type.Object({
      id: Type.Integer(),
      title: Type.String(),
      is_discount: Type.Boolean(),
      is_cashback: Type.Boolean(),
      is_static: Type.Boolean({ description: 'always the same value' }),
      is_accumulative: Type.Boolean(),
    }),
    rules: Type.Array(
      Type.Object({
        id: Type.Integer(),
        loyalty_program_id: Type.Integer(),
        loyalty_type_id: Type.Integer(),
        value: Type.Number(),
        parameter: Type.Number({ description: 'the threshold' }),
      }),
    ),
  }),
);

const balance = {
  id: Type.Integer(),
  balance: Type.Number({ description: 'points; less than 0 after spent points were taken back' }),
  points: Type.Integer({ description: 'always 0' }),
  paid_amount: Type.Number({ description: 'what the client has paid' }),
  sold_amount: Type.Number({ description: 'what the client has bought' }),
  visits_count: Type.Integer({ description: 'visits that the client came to' }),
  number: Type.String({ description: 'card number', examples: ['0014507109210520'] }),
  type_id: Type.Integer({ description: 'card type id' }),
  salon_group_id: Type.Integer({ description: 'chain id' }),
};

/** A card of a client. */
export const LoyaltyCard = named(
  'LoyaltyCardsResponse',
  Type.Object({
    ...balance,
    type: Type.Object({ id: Type.Integer(), title: Type.String(), salon_group_id: Type.Integer({ description: 'chain id' }) }),
    salon_group: Titled,
    programs: Type.Array(program, { description: 'promotions of the card' }),
  }),
);

/** A card after its balance was moved by hand. */
export const MovedLoyaltyCard = named(
  'LoyaltyCard',
  Type.Object({
    ...balance,
    max_discount_percent: Type.Number({ description: 'the best discount that is open to the client, in percent' }),
    max_discount_amount: Type.Number({ description: 'the best discount that is open to the client, as an amount' }),
  }),
);

export const NewLoyaltyCard = named(
  'LoyaltyCardsRequest',
  Type.Object({
    loyalty_card_number: Type.Optional(
      AnyOfTypes<string | number>(['string', 'number'], {
        maxLength: 64,
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'left out or empty for a generated one',
        examples: ['1010101'],
      }),
    ),
    loyalty_card_type_id: AnyOfTypes<string | number>(['string', 'integer'], {
      pattern: '^[1-9][0-9]{0,9}$',
      minimum: 1,
      maximum: maxId,
      description: 'id of a type that works in the location; a number, or its digits',
      examples: ['8230'],
    }),
    phone: AnyOfTypes<string | number>(['string', 'number'], {
      maxLength: 50,
      minimum: 0,
      maximum: 1e15,
      description: 'the number of the client: digits, no plus sign',
      examples: [13155550175],
    }),
  }),
);

export const CardTransaction = named(
  'LoyaltyCardTransactionInput',
  Type.Object({
    amount: Type.Number({ minimum: -1e9, maximum: 1e9, description: 'positive for a top-up, negative for a withdrawal' }),
    title: Type.Optional(Type.String({ maxLength: 1000, description: 'comment' })),
  }),
);

/** A type of cards, as its published operations answer it. */
export const CardType = named(
  'GetLoyaltyCardTypeListSuccess',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    salon_group_id: Type.Integer({ description: 'chain that owns the card type' }),
    salon_group: Titled,
  }),
);

const itemChoices = ['any_allowed', 'not_allowed', 'custom_allowed'];
const ids = (description: string) => Type.Array(Type.Integer(), { description });

/** A type of cards, as its own operations answer it. */
export const ManagedCardType = named(
  'LoyaltyCardType',
  Type.Object({
    id: Type.Integer(),
    salon_group_id: Type.Integer({ description: 'chain id' }),
    title: Type.String(),
    weight: Type.Integer({ description: 'greater ones come first' }),
    auto_issue: Type.String({
      enum: ['never', 'any_location', 'connected_locations'],
      description: 'the new clients that get a card by themselves: of no location, of any, of those where the type works',
    }),
    params_source_type: Type.String({
      enum: ['chain', 'active_companies'],
      description: 'the visits that the counters count: of the chain, or of the locations where the type works',
    }),
    expiration_timeout: Type.Integer({ description: 'points burn after so many units; 0 for never' }),
    expiration_timeout_unit: Type.String({ enum: ['day', 'week', 'month', 'year'] }),
    expiration_notification_timeout: Type.Integer({ description: 'the client is told so many days before; 0 for not at all' }),
    service_item_type: Type.String({ enum: itemChoices, description: 'the services that points may pay' }),
    good_item_type: Type.String({ enum: itemChoices, description: 'the products that points may pay' }),
    allowed_service_ids: ids('count with custom_allowed only'),
    allowed_service_category_ids: ids('all their services count, with custom_allowed only'),
    allowed_good_ids: ids('count with custom_allowed only'),
    allowed_good_category_ids: ids('all their products count, with custom_allowed only'),
    company_ids: ids('locations where the type works'),
  }),
);

const some = (description: string) => Type.Optional(Type.Array(Id(description), { maxItems: 1000 }));
const { auto_issue, params_source_type, expiration_timeout_unit, service_item_type, good_item_type } = ManagedCardType.properties;

const typeFields = {
  weight: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'greater ones come first' })),
  auto_issue: Type.Optional(auto_issue),
  params_source_type: Type.Optional(params_source_type),
  expiration_timeout: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 1000, description: 'points burn after so many units; 0 for never' }),
  ),
  expiration_timeout_unit: Type.Optional(expiration_timeout_unit),
  expiration_notification_timeout: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 365, description: 'the client is told so many days before; 0 for not at all' }),
  ),
  service_item_type: Type.Optional(service_item_type),
  good_item_type: Type.Optional(good_item_type),
  allowed_service_ids: some('service id'),
  allowed_service_category_ids: some('service category id'),
  allowed_good_ids: some('product id'),
  allowed_good_category_ids: some('product category id'),
  company_ids: some('location id'),
};
const title = Type.String({ minLength: 1, maxLength: 255 });

export const NewCardType = named('NewLoyaltyCardType', Type.Object({ title, ...typeFields }));
export const CardTypeChanges = named('LoyaltyCardTypeChanges', Type.Object({ title: Type.Optional(title), ...typeFields }));
