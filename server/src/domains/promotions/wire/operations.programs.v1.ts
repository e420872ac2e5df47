import Type, { type Static } from 'typebox';
import { chainUser, locationUser } from '../../../api/access.ts';
import { counted, empty, ok, operation } from '../../../api/operation.ts';
import { Id } from '../../../api/schema.ts';
import type { Read } from '../../../api/write.ts';
import { dateIn } from '../../../platform/clock.ts';
import { toMoney } from '../../../platform/money.ts';
import { locationsById } from '../../locations/location.ts';
import type { PeriodUnit } from '../../loyalty/tables.ts';
import type { TemplateChoice } from '../../loyalty/template.ts';
import { firstUses } from '../../loyalty-transactions/use.ts';
import {
  cardTypesOf,
  chosenItems,
  createPromotion,
  deletePromotion,
  getPromotion,
  listPromotionsIn,
  locationsOf,
  type PromotionFields,
  type PromotionRow,
  rulesOf,
  templatesOf,
  updatePromotion,
} from '../promotion.ts';
import type { PromotionType } from '../tables.ts';
import { type PromotionParts, presentLocationPromotion, presentPromotionWith, toCounterSource, toItemChoice } from './present.ts';
import {
  includes,
  LocationLoyaltyProgram,
  LoyaltyProgram,
  LoyaltyProgramChanges,
  NewLoyaltyProgram,
  PromotionTypeName,
} from './schemas.ts';

const tag = 'Chain Loyalty Programs';
const path = '/chain/{chain_id}/loyalty/programs';
const ChainPath = Type.Object({ chain_id: Id('chain id') });
const ProgramPath = Type.Object({ chain_id: Id('chain id'), loyalty_program_id: Id('promotion id') });
const Included = Type.Object({
  include: Type.Optional(
    Type.Array(Type.String({ enum: [...includes] }), {
      uniqueItems: true,
      maxItems: includes.length,
      description: 'extra resources in the response',
    }),
  ),
});

/** The names of fields that differ from the inner ones. */
const spelling = {
  serviceItems: 'service_item_type',
  cardTypeIds: 'loyalty_card_type_ids',
  locationIds: 'company_ids',
  services: 'allowed_service_ids',
  serviceCategories: 'allowed_service_ids',
  products: 'allowed_good_ids',
  productCategories: 'allowed_good_category_ids',
  changedTemplate: 'on_changed_notification_template',
  expirationTemplate: 'on_expiration_notification_template',
};

const toTemplate = (request: { type: string; body?: string } | undefined): TemplateChoice | undefined =>
  request && { variant: request.type as TemplateChoice['variant'], body: request.body };

const fieldsOf = (body: Static<typeof LoyaltyProgramChanges>): PromotionFields => ({
  title: body.title,
  usageLimit: body.usage_limit,
  expiration: body.expiration_timeout,
  expirationUnit: body.expiration_timeout_unit as PeriodUnit | undefined,
  noticeDays: body.expiration_notification_timeout,
  cardTypeIds: body.loyalty_card_type_ids,
  changedTemplate: toTemplate(body.on_changed_notification_template),
  expirationTemplate: toTemplate(body.on_expiration_notification_template),
  rules: body.rules?.map(({ parameter, value, service_id: serviceId = null }) => ({
    threshold: toMoney(parameter),
    value: toMoney(value),
    serviceId,
  })),
  locationIds: body.company_ids,
  items: {
    services: body.allowed_service_ids,
    products: body.allowed_good_ids,
    productCategories: body.allowed_good_category_ids,
  },
});

async function answerProgram(
  db: Read,
  row: PromotionRow,
  included: readonly string[] = [],
): Promise<Static<typeof LoyaltyProgram>> {
  const { chainId, id } = row;
  const asked = (name: (typeof includes)[number]) => included.includes(name);
  const parts: PromotionParts = {};
  if (asked('applicable_items')) parts.items = await chosenItems(db, chainId, id);
  if (asked('rules')) parts.rules = await rulesOf(db, chainId, id);
  if (asked('companies')) parts.locations = await locationsById(db, await locationsOf(db, chainId, id));
  if (asked('loyalty_card_types')) parts.cardTypes = await cardTypesOf(db, chainId, id);
  if (asked('on_changed_notification_template') || asked('on_expiration_notification_template')) {
    const templates = await templatesOf(db, row);
    if (asked('on_changed_notification_template')) parts.changedTemplate = templates.get(row.changedTemplateId ?? 0);
    if (asked('on_expiration_notification_template')) parts.expirationTemplate = templates.get(row.expirationTemplateId ?? 0);
  }
  return presentPromotionWith(row, parts);
}

const createChainLoyaltyProgram = operation({
  id: 'create_chain_loyalty_program',
  method: 'POST',
  path,
  tag,
  summary: 'Create a chain promotion',
  description:
    'A promotion with a fixed value has exactly one rule, with the parameter 0. Otherwise, the rule with the greatest parameter that is reached counts. It works only in the locations that are named, and with the types of cards that are named.',
  access: chainUser('loyalty_programs_access'),
  params: ChainPath,
  query: Included,
  body: NewLoyaltyProgram,
  spelling,
  success: ok(LoyaltyProgram),
  errors: [403, 404, 422],
  example: {
    body: {
      title: 'Ten percent',
      type: 'discount_static',
      service_item_type: 'any_allowed',
      good_item_type: 'not_allowed',
      value_unit: 'percent',
      rules: [{ parameter: 0, value: 10 }],
      company_ids: [1],
    },
  },
  handle: async ({ write, chain, query, body }) => {
    const row = await createPromotion(write, chain.id, {
      ...fieldsOf(body),
      title: body.title,
      type: body.type as PromotionType,
      serviceItems: toItemChoice(body.service_item_type),
      productItems: toItemChoice(body.good_item_type),
      unit: body.value_unit as 'percent' | 'amount',
      rules: fieldsOf(body).rules ?? [],
      locationIds: body.company_ids,
      visitMultiplicity: body.visit_multiplicity,
      packageSize: body.sold_items_multiplicity,
      counterSource: toCounterSource(body.params_source_type),
      historyStart: body.history_start_date,
    });
    return answerProgram(write, row, query.include);
  },
});

const getChainLoyaltyProgram = operation({
  id: 'get_chain_loyalty_program',
  method: 'GET',
  path: `${path}/{loyalty_program_id}`,
  tag,
  summary: 'One chain promotion',
  access: chainUser('loyalty_programs_access'),
  params: ProgramPath,
  query: Included,
  success: ok(LoyaltyProgram),
  errors: [403, 404],
  handle: async ({ db, chain, params, query }) =>
    answerProgram(db, await getPromotion(db, chain.id, params.loyalty_program_id), query.include),
});

const updateChainLoyaltyProgram = operation({
  id: 'update_chain_loyalty_program',
  method: 'PUT',
  path: `${path}/{loyalty_program_id}`,
  tag,
  summary: 'Edit a chain promotion',
  description: 'Fields that are not sent stay as they are. The type, the unit, and which kinds of items it is for never change.',
  access: chainUser('loyalty_programs_access'),
  params: ProgramPath,
  query: Included,
  body: LoyaltyProgramChanges,
  spelling,
  success: ok(LoyaltyProgram),
  errors: [403, 404, 422],
  example: { body: { title: 'Fifteen percent', rules: [{ parameter: 0, value: 15 }] } },
  handle: async ({ write, chain, params, query, body }) =>
    answerProgram(write, await updatePromotion(write, chain.id, params.loyalty_program_id, fieldsOf(body)), query.include),
});

const deleteChainLoyaltyProgram = operation({
  id: 'delete_chain_loyalty_program',
  method: 'DELETE',
  path: `${path}/{loyalty_program_id}`,
  tag,
  summary: 'Delete a chain promotion',
  description: 'What it gave stays. It gives nothing any more.',
  access: chainUser('loyalty_programs_access'),
  params: ProgramPath,
  query: Included,
  success: empty(204),
  errors: [403, 404],
  handle: async ({ write, chain, params }) => deletePromotion(write, chain.id, params.loyalty_program_id),
});

export const chainProgramsOperations = [
  createChainLoyaltyProgram,
  getChainLoyaltyProgram,
  updateChainLoyaltyProgram,
  deleteChainLoyaltyProgram,
];

export const getLocationLoyaltyProgramList = operation({
  id: 'get_location_loyalty_program_list',
  method: 'GET',
  path: '/company/{location_id}/loyalty/programs/search',
  tag: 'Loyalty Programs',
  summary: 'Promotions active at a location',
  access: locationUser('loyalty_access'),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    include: Type.Optional(
      Type.String({ maxLength: 100, description: '`first_transaction_date` adds the day on which it was first used here' }),
    ),
    type: Type.Optional(PromotionTypeName),
  }),
  success: counted(Type.Array(LocationLoyaltyProgram)),
  errors: [403, 404],
  handle: async ({ db, location, query }) => {
    const rows = await listPromotionsIn(db, location, query.type as PromotionType | undefined);
    const asked = query.include?.split(',').includes('first_transaction_date') ?? false;
    const first = asked
      ? await firstUses(
          db,
          location.id,
          rows.map(({ id }) => id),
        )
      : new Map<number, Date>();
    return rows.map((row) => {
      const at = first.get(row.id);
      return presentLocationPromotion(row, at && dateIn(at, location.timeZone));
    });
  },
});
