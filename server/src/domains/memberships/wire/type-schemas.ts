import Type from 'typebox';
import { AnyOfTypes, DateTime, Id, Money, maxId, NullableDateTime, named } from '../../../api/schema.ts';

export const ChainOnly = Type.Object({ chain_id: Id('chain id') });
export const TypePath = Type.Object({ chain_id: Id('chain id'), loyalty_membership_type_id: Id('membership type') });
export const LocationOnly = Type.Object({ location_id: Id('location id') });

const Interval = named(
  'AvailabilityInterval',
  Type.Object({
    from: Type.Integer({ minimum: 0, maximum: 86_400, description: 'seconds from midnight' }),
    to: Type.Integer({ minimum: 0, maximum: 86_400, description: 'seconds from midnight' }),
  }),
);

export const Availability = named(
  'Availability',
  Type.Object({
    week_days: Type.Array(Type.Integer({ minimum: 1, maximum: 7, description: '1 Monday to 7 Sunday' })),
    intervals: Type.Array(Interval),
  }),
);

const linked = {
  id: Type.Integer({ description: 'service or category' }),
  is_category: Type.Boolean(),
  category_id: Type.Integer({ description: 'of a service; 1 for a category' }),
  title: Type.String(),
  online_sale_title: Type.String({ description: 'what clients see; empty for the title' }),
};
const priced = {
  is_chain: Type.Boolean({ description: 'the chain manages it' }),
  chain_price_min: Type.Number(),
  chain_price_max: Type.Number(),
};

const LinkedCategory = named('MembershipLinkedCategory', Type.Object({ ...linked, ...priced }));
const LinkedService = named('MembershipLinkedService', Type.Object({ ...linked, ...priced, category: LinkedCategory }));

export const Link = named(
  'MembershipLink',
  Type.Object({
    count: Type.Integer({ description: 'visits; 0 if services share them, or if they are unlimited' }),
    is_unlimited: Type.Boolean(),
    service: Type.Optional(LinkedService),
    category: Type.Optional(LinkedCategory),
  }),
);

export const BalanceContainer = named('MembershipBalanceContainer', Type.Object({ links: Type.Array(Link) }));

const unitId = (description: string) => Type.Integer({ minimum: 0, maximum: 4, description });
const units = '1 day, 2 week, 3 month, 4 year';

/** What the answers about a type and about a membership share. */
export const typeFields = {
  id: Type.Integer(),
  salon_group_id: Type.Integer({ description: 'chain id' }),
  category_id: AnyOfTypes<number | null>(['integer', 'null'], {
    description: 'always null: services and categories are links',
  }),
  title: Type.String(),
  period: Type.Integer({ description: '0 for always valid' }),
  period_unit_id: unitId(`${units}; 0 for always valid`),
  allow_freeze: Type.Boolean(),
  freeze_limit: Type.Integer({ description: 'how long all freezes may be together; 0 for no limit' }),
  freeze_limit_unit_id: unitId(units),
  is_booking_when_frozen_allowed: Type.Boolean(),
  is_allow_empty_code: Type.Boolean({ description: 'true for the buyer only, false for everybody with the code' }),
  is_united_balance: Type.Boolean({ description: 'services share their visits' }),
  is_united_balance_unlimited: Type.Boolean(),
  is_code_required: Type.Boolean(),
  balance_edit_type_id: Type.Integer({ description: '0 nowhere, 1 in the location that sold it, 2 everywhere' }),
  cost: Type.Number(),
  expiration_type_id: Type.Integer({ description: 'becomes active: 1 with the first visit, 2 with the sale, 3 at a date' }),
  expiration_type_title: Type.String(),
  category: Type.String({ description: 'always standard' }),
  weight: Type.Integer({ description: 'sort order' }),
  is_online_sale_enabled: Type.Boolean(),
  online_sale_title: Type.String(),
  online_sale_description: Type.String(),
  online_sale_price: Type.Number(),
  service_price_correction: Type.Boolean({ description: 'a service costs the price divided by the visits' }),
  united_balance_services_count: Type.Integer({ description: 'visits that services share' }),
  autoactivation_time: Type.Integer({ description: 'it becomes active so long after the sale at the latest; 0 for no limit' }),
  autoactivation_time_unit_id: unitId(units),
  is_archived: Type.Boolean(),
  date_archived: NullableDateTime('when it was archived'),
  balance_container: BalanceContainer,
};

export const ChainMembershipType = named(
  'ChainLoyaltyMembershipType',
  Type.Object({
    ...typeFields,
    chain_price_min: Type.Number(),
    chain_price_max: Type.Number(),
    is_chain: Type.Boolean(),
    abonements_count: Type.Integer({ description: 'memberships that were sold' }),
    attached_location_ids: Type.Array(Type.Integer()),
    attached_salon_ids: Type.Array(Type.Integer({ description: 'the same as attached_location_ids' })),
    online_sale_image: AnyOfTypes<string | null>(['string', 'null'], { description: 'address' }),
    availability: Type.Array(Availability),
  }),
);

export const LocationMembershipType = named(
  'MembershipType',
  Type.Object({
    id: Type.Integer(),
    salon_group_id: Type.Integer({ description: 'chain id' }),
    title: Type.String(),
    period: Type.Number({ description: '0 for always valid' }),
    period_unit_id: Type.Integer({ description: '0 for always valid' }),
    allow_freeze: Type.Boolean(),
    freeze_limit: Type.Number({ description: 'days; 0 for no limit' }),
    is_allow_empty_code: Type.Boolean({ description: 'sold without a code' }),
    is_united_balance: Type.Boolean({ description: 'services share their visits' }),
    united_balance_services_count: Type.Number({ description: 'visits that services share' }),
  }),
);

const Count = (description: string) => Type.Integer({ minimum: 0, maximum: 1_000_000, description });
const Unit = Type.Optional(Type.Integer({ description: units, enum: [1, 2, 3, 4] }));
const Text = (maxLength: number) => Type.Optional(Type.String({ maxLength }));
const Locations = Type.Optional(Type.Array(Id('location'), { description: 'locations that sell it' }));
const Counts = (description: string) => Type.Record(Type.String(), Count('visits'), { description });

const inputFields = {
  title: Type.String({ minLength: 1, maxLength: 255 }),
  salon_group_id: Type.Integer({ minimum: 1, maximum: maxId, description: 'chain id' }),
  cost: Money('price'),
  location_ids: Locations,
  period: Type.Optional(Count('how long it is valid; 0 for always')),
  period_unit_id: Unit,
  allow_freeze: Type.Optional(Type.Boolean({ default: false })),
  freeze_limit: Type.Optional(Count('how long all freezes may be together; 0 for no limit')),
  freeze_limit_unit_id: Unit,
  is_booking_when_frozen_allowed: Type.Optional(Type.Boolean({ default: false })),
  service_price_correction: Type.Optional(
    Type.Boolean({ default: false, description: 'a service costs the price divided by the visits' }),
  ),
  expiration_type_id: Type.Optional(
    Type.Integer({
      default: 1,
      enum: [1, 2, 3],
      description: 'becomes active: 1 with the first visit, 2 with the sale, 3 at activation_date',
    }),
  ),
  activation_date: Type.Optional(DateTime('when it becomes active, with expiration_type_id 3')),
  is_allow_empty_code: Type.Optional(
    Type.Boolean({ default: true, description: 'true for the buyer only, false for everybody with the code' }),
  ),
  is_united_balance: Type.Boolean({ description: 'services share their visits' }),
  is_united_balance_unlimited: Type.Optional(Type.Boolean({ default: false, description: 'any number of visits' })),
  united_balance_services_count: Count('visits that services share'),
  balance_edit_type_id: Type.Optional(
    Type.Integer({ enum: [0, 1, 2], description: '0 nowhere, 1 in the location that sold it, 2 everywhere' }),
  ),
  is_online_sale_enabled: Type.Optional(Type.Boolean({ default: false })),
  online_sale_title: Text(255),
  online_sale_description: Text(10_000),
  online_sale_price: Type.Optional(Money('required if it is sold online')),
  online_image: Text(2000),
  autoactivation_period: Type.Optional(Count('the same as autoactivation_time_in_days')),
  autoactivation_time_in_days: Type.Optional(Count('it becomes active so long after the sale at the latest; 0 for no limit')),
  autoactivation_time_unit_id: Unit,
  is_archived: Type.Optional(Type.Boolean({ default: false })),
  availability: Type.Optional(Type.Array(Availability, { description: 'times of use; empty for any time' })),
};

export const NewMembershipType = Type.Object({
  ...inputFields,
  category: Type.Optional(Type.String({ default: 'standard', description: 'always standard' })),
  salon_ids: Locations,
  services: Type.Optional(Counts('visits by service; for visits that are shared, any number')),
  service_categories: Counts('visits by category; for visits that are shared, any number'),
  delete_online_image: Type.Optional(Type.Boolean({ default: false })),
});

export const MembershipTypeChanges = Type.Object({
  ...inputFields,
  services: Type.Optional(Type.Array(Id('service'))),
  service_categories: Type.Array(Id('category of services'), {
    description: 'without services and categories, those that it has stay',
  }),
});
