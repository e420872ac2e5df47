import Type from 'typebox';
import { DateTime, Id, NullableDateTime, named } from '../../../api/schema.ts';
import { LinkCategory } from '../../../wire/schemas.ts';
import { BalanceContainer, typeFields } from './type-schemas.ts';

export const MembershipPath = Type.Object({ chain_id: Id('chain id'), membership_id: Id('membership id') });

const unit = '1 day, 2 week, 3 month, 4 year; 0 for always valid';

export const ClientMembership = named(
  'ClientMembership',
  Type.Object({
    id: Type.Integer(),
    number: Type.String({ description: 'the code; empty for one that only its owner uses' }),
    balance_string: Type.String({ description: 'the visits that are left, in words', examples: ['Surfing (x10)'] }),
    is_frozen: Type.Boolean(),
    freeze_period: Type.Integer({ description: 'days of all freezes' }),
    period: Type.Integer({ description: '0 for always valid' }),
    period_unit_id: Type.Integer({ description: unit }),
    expiration_date: NullableDateTime('its last second; null before it is active, and for always valid'),
    created_date: DateTime('when it was sold'),
    activated_date: NullableDateTime('when it became active'),
    is_united_balance: Type.Boolean(),
    is_united_balance_unlimited: Type.Boolean(),
    united_balance_services_count: Type.Integer({ description: 'visits that are left for all services' }),
    goods_transaction_id: Type.Integer({ description: 'the line that sold it' }),
    slug: Type.String({ description: 'always standard' }),
    status: named(
      'ClientMembershipStatus',
      Type.Object({
        id: Type.Integer({ description: '1 released, 2 activated, 3 overdue, 4 used up' }),
        title: Type.String(),
        extended_title: Type.String(),
        slug: Type.String(),
        category: Type.String({ enum: ['unused', 'usable', 'ended'] }),
      }),
    ),
    balance_container: BalanceContainer,
    type: named('ClientMembershipType', Type.Object({ ...typeFields, slug: Type.String({ description: 'always standard' }) })),
  }),
);

const Links = Type.Object({
  links: Type.Array(named('ChainMembershipLink', Type.Object({ count: Type.Integer(), category: LinkCategory }))),
});

export const ChainMembership = named(
  'ChainMembership',
  Type.Object({
    id: Type.Integer(),
    number: Type.String({ description: 'the code' }),
    balance_string: Type.String({ examples: ['Services (x5)'] }),
    created_date: DateTime('when it was sold'),
    activated_date: Type.Optional(DateTime('absent if it was never activated')),
    is_frozen: Type.Boolean(),
    freeze_period: Type.Integer({ description: 'days of all freezes' }),
    period: Type.Integer(),
    period_unit_id: Type.Integer({ description: unit }),
    status: Type.Object({ id: Type.Integer(), title: Type.String(), extended_title: Type.String() }),
    is_united_balance: Type.Boolean(),
    united_balance_services_count: Type.Integer(),
    balance_container: Links,
    type: Type.Object({
      id: Type.Integer(),
      salon_group_id: Type.Integer({ description: 'chain id' }),
      title: Type.String(),
      period: Type.Integer(),
      period_unit_id: Type.Integer(),
      allow_freeze: Type.Boolean(),
      freeze_limit: Type.Integer(),
      is_allow_empty_code: Type.Boolean(),
      is_united_balance: Type.Boolean(),
      united_balance_services_count: Type.Integer(),
      is_code_required: Type.Boolean(),
      balance_container: Links,
    }),
  }),
);

const freeze = {
  id: Type.Integer(),
  number: Type.String(),
  is_frozen: Type.Boolean(),
  freeze_period: Type.Integer({ description: 'days of all freezes' }),
};
export const Unfrozen = Type.Object(freeze);
export const Frozen = Type.Object({ ...freeze, freeze_till: NullableDateTime('null until somebody ends it') });

export const Visits = named(
  'MembershipVisits',
  Type.Object({
    id: Type.Integer(),
    united_balance_services_count: Type.Integer(),
    balance_container: BalanceContainer,
  }),
);

export const Period = named(
  'MembershipPeriod',
  Type.Object({
    id: Type.Integer(),
    period: Type.Integer(),
    period_unit_id: Type.Integer(),
    expiration_date: NullableDateTime('its last second; null before it is active'),
  }),
);

const count = (description: string) => Type.Integer({ minimum: -1_000_000, maximum: 1_000_000, description });
export const VisitsBody = named(
  'MembershipVisitsBody',
  Type.Object({
    united_balance_services_count: Type.Optional(count('visits that services share')),
    services_balance_count: Type.Optional(
      Type.Array(Type.Object({ service_id: Id('service or category of services'), balance: count('visits') })),
    ),
  }),
);
export const PeriodBody = named(
  'MembershipPeriodBody',
  Type.Object({
    period: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    period_unit_id: Type.Integer({ enum: [1, 2, 3, 4], description: '1 day, 2 week, 3 month, 4 year' }),
  }),
);
