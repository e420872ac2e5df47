import Type from 'typebox';
import { Id, named, PlainDate } from '../../../api/schema.ts';
import { Titled } from '../../../wire/schemas.ts';
import { templateKinds } from '../../loyalty/tables.ts';
import { promotionTypes } from '../tables.ts';

/** The largest count that a table stores. */
const count = (description: string, minimum = 0) => Type.Integer({ minimum, maximum: 1_000_000, description });
const title = Type.String({ minLength: 1, maxLength: 255 });
const amount = (description: string) => Type.Number({ minimum: 0, maximum: 1e12, description });

export const PromotionTypeName = Type.String({ enum: [...promotionTypes] });
const ItemChoiceName = Type.String({ enum: ['any_allowed', 'not_allowed', 'custom_allowed'] });
const ValueUnitName = Type.String({ enum: ['percent', 'amount'] });
const PeriodUnitName = Type.String({ enum: ['day', 'week', 'month', 'year'] });
const CounterSourceName = Type.String({
  enum: ['loyalty_card', 'active_companies', 'chain'],
  description: 'whose history counts: of the card, of the locations of the promotion, or of the chain',
});

const TemplateRequest = named(
  'LoyaltyProgramMessageRequest',
  Type.Object({
    type: Type.String({ enum: ['none', 'big', 'mid', 'small', 'custom'], description: 'none: no message' }),
    body: Type.Optional(Type.String({ maxLength: 1000, description: 'text of a custom one' })),
  }),
);

const RuleRequest = named(
  'LoyaltyProgramRuleRequest',
  Type.Object({
    parameter: Type.Integer({ minimum: 0, maximum: 1_000_000_000, description: 'threshold, 0 for fixed types' }),
    value: amount('discount or bonus'),
    service_id: Type.Optional(Id('of a package: the service that gets the discount; any service of the promotion if left out')),
  }),
);

const ids = (description: string) => Type.Optional(Type.Array(Id(description)));

/** The fields that may change. */
const changing = {
  usage_limit: Type.Optional(count('of cashback: how often a card gets it; 0 for always')),
  expiration_timeout: Type.Optional(count('the bonus burns, or the discount ends, after so many units; 0 for never')),
  expiration_timeout_unit: Type.Optional(PeriodUnitName),
  expiration_notification_timeout: Type.Optional(count('days before that, when the client is told')),
  loyalty_card_type_ids: ids('type of loyalty cards'),
  on_changed_notification_template: Type.Optional(TemplateRequest),
  on_expiration_notification_template: Type.Optional(TemplateRequest),
  allowed_service_ids: ids('service or service category, for custom_allowed'),
  allowed_good_ids: ids('product, for custom_allowed'),
  allowed_good_category_ids: ids('product category, for custom_allowed'),
};

export const NewLoyaltyProgram = named(
  'LoyaltyProgramCreateRequest',
  Type.Object({
    title,
    type: PromotionTypeName,
    service_item_type: ItemChoiceName,
    good_item_type: ItemChoiceName,
    value_unit: ValueUnitName,
    visit_multiplicity: Type.Optional(count('of cashback: every such visit gets it', 1)),
    sold_items_multiplicity: Type.Optional(count('of a package: services to pay before the discount', 1)),
    params_source_type: Type.Optional(CounterSourceName),
    history_start_date: Type.Optional(PlainDate('visits before it do not count')),
    rules: Type.Array(RuleRequest),
    company_ids: Type.Array(Id('location where it works')),
    ...changing,
  }),
);

export const LoyaltyProgramChanges = named(
  'LoyaltyProgramUpdateRequest',
  Type.Object({
    title: Type.Optional(title),
    rules: Type.Optional(Type.Array(RuleRequest)),
    company_ids: Type.Optional(Type.Array(Id('location where it works'))),
    ...changing,
  }),
);

export const Template = named(
  'LoyaltyProgramMessage',
  Type.Object({
    id: Type.Integer(),
    type: Type.String({ enum: ['big', 'mid', 'small', 'custom'] }),
    body: Type.String(),
    message_type: Type.String({ enum: [...templateKinds] }),
  }),
);

const Rule = named(
  'LoyaltyProgramRule',
  Type.Object({
    id: Type.Integer(),
    parameter: Type.Integer({ description: 'threshold, 0 for fixed types' }),
    value: Type.Number({ description: 'discount or bonus' }),
    loyalty_program_id: Type.Integer(),
    loyalty_type_id: Type.Integer(),
    service_id: Type.Optional(Type.Integer({ description: 'of a package: the service that gets the discount' })),
  }),
);

const Company = named(
  'LoyaltyProgramCompany',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    country: Type.String(),
    country_id: Type.Integer(),
    city: Type.String(),
    city_id: Type.Integer(),
    phone: Type.String(),
    timezone: Type.String(),
    address: Type.String(),
    coordinate_lat: Type.Number(),
    coordinate_lng: Type.Number(),
  }),
);

const ApplicableItem = named(
  'LoyaltyEntityAttendanceItem',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    is_service: Type.Boolean({ description: 'true service side, false product side' }),
    is_category: Type.Boolean({ description: 'true category, false single item' }),
  }),
);

/** What every answer about a promotion has. */
const own = {
  id: Type.Integer(),
  title: Type.String(),
  type: PromotionTypeName,
  service_item_type: ItemChoiceName,
  good_item_type: ItemChoiceName,
  value_unit: ValueUnitName,
  usage_limit: Type.Integer({ description: 'of cashback; 0 for always' }),
  visit_multiplicity: Type.Integer({ description: 'of cashback' }),
  sold_items_multiplicity: Type.Integer({ description: 'of a package: services to pay before the discount' }),
  expiration_timeout: Type.Integer({ description: '0 for never' }),
  expiration_timeout_unit: PeriodUnitName,
  expiration_notification_timeout: Type.Integer({ description: 'days' }),
  params_source_type: CounterSourceName,
  history_start_date: Type.Optional(PlainDate('visits before it do not count; absent if all count')),
  on_changed_notification_template_id: Type.Integer({ description: '0 for none' }),
  on_expiration_notification_template_id: Type.Integer({ description: '0 for none' }),
};

export const includes = [
  'applicable_items',
  'rules',
  'companies',
  'loyalty_card_types',
  'on_changed_notification_template',
  'on_expiration_notification_template',
] as const;

export const LoyaltyProgram = named(
  'LoyaltyProgram',
  Type.Object({
    ...own,
    loyalty_card_types: Type.Optional(Type.Array(Titled)),
    on_changed_notification_template: Type.Optional(Template),
    on_expiration_notification_template: Type.Optional(Template),
    rules: Type.Optional(Type.Array(Rule)),
    companies: Type.Optional(Type.Array(Company)),
    applicable_items: Type.Optional(Type.Array(ApplicableItem)),
  }),
);

export const LocationLoyaltyProgram = named(
  'LocationLoyaltyProgram',
  Type.Object({
    ...own,
    loyalty_type_id: Type.Integer({ description: 'place of the type in the list, from 1' }),
    item_type_id: Type.Integer({
      description:
        '0 any services and products, 1 any services, 2 any products, 3 some services, 4 some services and any products, 5 any services and some products, 6 some products, 7 some of both',
    }),
    value_unit_id: Type.Integer({ description: '1 percent, 2 amount' }),
    group_id: Type.Integer({ description: 'chain' }),
    current_package_progress: Type.Integer({ description: 'of a client; 0 here' }),
    allowed_usages_amount: Type.Integer({ description: 'of a client; 0 here' }),
    first_transaction_date: Type.Optional(
      PlainDate('when it was first used here; absent unless `include` names it, and if it was never used'),
    ),
  }),
);
