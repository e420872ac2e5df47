import Type from 'typebox';
import { chainUser } from '../../../api/access.ts';
import { Invalid } from '../../../api/errors.ts';
import { answer, operation } from '../../../api/operation.ts';
import { PageAndCount, pageRange } from '../../../api/pagination.ts';
import { Id, named, PlainDate } from '../../../api/schema.ts';
import { startOfDay } from '../../../platform/clock.ts';
import { LoyaltyTransaction } from '../../../wire/schemas.ts';
import { locationsOfChain } from '../../locations/of-chain.ts';
import { transactionsOfChain } from '../../loyalty-transactions/list.ts';
import { presentTransaction } from './transaction.ts';

const ChainTransaction = named(
  'ChainLoyaltyTransaction',
  Type.Object({
    ...LoyaltyTransaction.properties,
    visit_id: Type.Integer({ description: '0 without a visit' }),
    certificate_id: Type.Integer({ description: 'gift card; 0 for none' }),
    abonement_id: Type.Integer({ description: 'membership; 0 for none' }),
    services_transaction_id: Type.Integer({ description: 'always 0' }),
  }),
);

const some = (description: string) => Type.Optional(Type.Array(Id(description), { maxItems: 1000 }));

export const getChainLoyaltyTransactionList = operation({
  id: 'get_chain_loyalty_transaction_list',
  method: 'GET',
  path: '/chain/{chain_id}/loyalty/transactions',
  tag: 'Chain Loyalty Programs',
  summary: 'Chain loyalty transactions, filtered and paged',
  description:
    'Latest first, without what was cancelled. Payments from client accounts are among them, with the type 11. The days are those of the first location of the chain. `meta.count` is the number of transactions on the page.',
  access: chainUser('loyalty_access'),
  params: Type.Object({ chain_id: Id('chain id') }),
  query: Type.Object({
    created_after: PlainDate('the first day'),
    created_before: PlainDate('the last day'),
    types: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: 11, description: 'type' }), {
        maxItems: 100,
        description:
          '1 promotion discount, 2 accrual, 3 card withdrawal, 4 referral accrual, 5 and 6 by hand, 7 burnt points, 8 gift card, 9 membership, 10 price of a membership, 11 client account',
      }),
    ),
    company_ids: some('location id'),
    visit_ids: some('visit id'),
    ...PageAndCount(25, 1000),
  }),
  success: answer(
    200,
    Type.Array(ChainTransaction),
    Type.Object({ count: Type.Integer({ description: 'transactions on this page' }) }),
  ),
  errors: [403, 404, 422],
  handle: async ({ db, chain, query }) => {
    if (query.created_after > query.created_before) {
      throw new Invalid({ created_before: ['must not be before created_after'] });
    }
    const [place] = await locationsOfChain(db, chain.id);
    const timeZone = place?.timeZone ?? 'UTC';
    const rows = await transactionsOfChain(
      db,
      chain.id,
      {
        from: startOfDay(query.created_after, timeZone),
        to: startOfDay(query.created_before, timeZone, 1),
        types: query.types,
        locationIds: query.company_ids,
        visitIds: query.visit_ids,
      },
      pageRange(query.page, query.count),
    );
    const data = rows.map((row) => ({
      ...presentTransaction(row),
      visit_id: row.visitId ?? 0,
      certificate_id: row.giftCardId ?? 0,
      abonement_id: row.membershipId ?? 0,
      services_transaction_id: 0,
    }));
    return { data, meta: { count: data.length } };
  },
});
