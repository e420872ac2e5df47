import Type from 'typebox';
import { chainUser, locationUser, partnerOnly, signedIn, signedInClient } from '../../../api/access.ts';
import { Forbidden, Invalid, NotFound } from '../../../api/errors.ts';
import { answer, empty, operation } from '../../../api/operation.ts';
import { Id } from '../../../api/schema.ts';
import { toMoney } from '../../../platform/money.ts';
import { normalizePhone } from '../../../platform/phone.ts';
import { Titled } from '../../../wire/schemas.ts';
import { expectVisible } from '../../appointments/visible-clients.ts';
import { getLocation, listLocations } from '../../locations/location.ts';
import { moveByHand } from '../../loyalty-transactions/manual.ts';
import { phoneOfUser } from '../../online-booking/booking.ts';
import { cardsOfPhone, clientAmong, getCard, issueCard, removeCard } from '../card.ts';
import { listCardTypes, listCardTypesIn } from '../card-type.ts';
import { expectOwnerSeen, seesOwner } from './caller.ts';
import { CardTransaction, CardType, LoyaltyCard, MovedLoyaltyCard, NewLoyaltyCard } from './card-schemas.ts';
import { presentCards, presentCardType, presentMovedCard } from './present-card.ts';

const tag = 'Loyalty Cards';
const LocationOnly = Type.Object({ location_id: Id('location id') });
const ChainOnly = Type.Object({ chain_id: Id('chain id') });
const CardPath = Type.Object({ location_id: Id('location id'), card_id: Id('card id') });
const phonePath = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description });

/** No user works in more. */
const mostLocations = 1000;

const getLoyaltyCardListByClientId = operation({
  id: 'get_loyalty_card_list_by_client_id',
  method: 'GET',
  path: '/loyalty/client_cards/{client_id}',
  tag,
  summary: 'Client cards with programs active at location',
  description:
    'The cards of the phone number of the client that work in the location of the client. Cards of a former number are not among them.',
  access: signedIn(),
  params: Type.Object({ client_id: Id('client id') }),
  success: answer(200, Type.Array(LoyaltyCard)),
  errors: [403, 404],
  handle: async ({ db, gate, partner, user, params, request }) => {
    const places = await listLocations(db, partner, { managedBy: user.id }, { offset: 0, limit: mostLocations });
    const client = await clientAmong(
      db,
      places.map(({ id }) => id),
      params.client_id,
    );
    const grant = client && (await gate.userGrant(partner, user, client.locationId, request.ip));
    if (!client || !grant) throw new NotFound();
    if (!grant.can('clients_loyalty_read_access')) throw new Forbidden();
    await expectVisible({ ...grant, db }, params.client_id);
    if (client.phone === null) return [];
    const { id, chainId } = grant.location;
    return presentCards(db, await cardsOfPhone(db, chainId, client.phone, id), id);
  },
});

const getLoyaltyCardListByPhone = operation({
  id: 'get_loyalty_card_list_by_phone',
  method: 'GET',
  path: '/loyalty/cards/{phone}/{chain_id}/{location_id}',
  tag,
  summary: 'Client cards by phone with programs active at location',
  description: 'The cards of a phone number that work in the location.',
  access: locationUser('clients_loyalty_read_access'),
  params: Type.Object({
    phone: phonePath(255, 'e.g. +13155550175'),
    chain_id: Id('chain id'),
    location_id: Id('location id'),
  }),
  success: answer(200, Type.Array(LoyaltyCard)),
  errors: [403, 404],
  handle: async (context) => {
    const { db, location, params } = context;
    if (params.chain_id !== location.chainId) throw new NotFound();
    const phone = normalizePhone(params.phone, location.countryCode);
    if (!phone) return [];
    await expectOwnerSeen(context, phone);
    return presentCards(db, await cardsOfPhone(db, location.chainId, phone, location.id), location.id);
  },
});

const getUserLoyaltyCards = operation({
  id: 'get_user_loyalty_cards',
  method: 'GET',
  path: '/user/loyalty_cards/{chain_id}',
  tag,
  summary: 'Loyalty cards of the authorized user',
  description: 'The cards of the phone number of the user, in the whole chain.',
  access: signedInClient(),
  params: ChainOnly,
  success: answer(200, Type.Array(LoyaltyCard)),
  errors: [403, 404],
  handle: async ({ db, partner, user, params }) => {
    const [place] = await listLocations(db, partner, { chainId: params.chain_id }, { offset: 0, limit: 1 });
    if (!place) throw new NotFound();
    const phone = await phoneOfUser(db, user.id);
    return phone ? presentCards(db, await cardsOfPhone(db, params.chain_id, phone)) : [];
  },
});

const getLoyaltyCardTypeList = operation({
  id: 'get_loyalty_card_type_list',
  method: 'GET',
  path: '/loyalty/card_types/salon/{location_id}',
  tag,
  summary: 'Card types valid at location',
  access: locationUser('loyalty_access'),
  params: LocationOnly,
  success: answer(200, Type.Array(CardType)),
  errors: [403, 404],
  handle: async ({ db, location }) => {
    const { chainTitle } = await getLocation(db, location.id);
    return (await listCardTypesIn(db, location)).map((row) => presentCardType(row, chainTitle));
  },
});

const getLoyaltyCardTypeListForClient = operation({
  id: 'get_loyalty_card_type_list_for_client',
  method: 'GET',
  path: '/loyalty/card_types/client/{location_id}/{phone}',
  tag,
  summary: 'Card types issuable to a client',
  description: 'The types that work in the location, without those of which the phone number has a card.',
  access: locationUser('loyalty_access'),
  params: Type.Object({ location_id: Id('location id'), phone: phonePath(50, 'digits, e.g. 13155550175') }),
  success: answer(200, Type.Array(CardType)),
  errors: [403, 404],
  handle: async (context) => {
    const { db, location, params } = context;
    const phone = normalizePhone(params.phone, location.countryCode);
    if (!phone) return [];
    await expectOwnerSeen(context, phone);
    const { chainTitle } = await getLocation(db, location.id);
    return (await listCardTypesIn(db, location, phone)).map((row) => presentCardType(row, chainTitle));
  },
});

const getChainLoyaltyCardTypeList = operation({
  id: 'get_chain_loyalty_card_type_list',
  method: 'GET',
  path: '/chain/{chain_id}/loyalty/card_types',
  tag,
  summary: 'Card types of a chain',
  access: partnerOnly(),
  params: ChainOnly,
  success: answer(200, Type.Array(Titled)),
  errors: [403, 404],
  handle: async ({ db, partner, params }) => {
    const [place] = await listLocations(db, partner, { chainId: params.chain_id }, { offset: 0, limit: 1 });
    if (!place) throw new NotFound();
    return (await listCardTypes(db, params.chain_id)).map(({ id, title }) => ({ id, title }));
  },
});

const issueLoyaltyCard = operation({
  id: 'issue_loyalty_card',
  method: 'POST',
  path: '/loyalty/cards/{location_id}',
  tag,
  summary: 'Issue loyalty card to client',
  description:
    'The counters of the card begin with what the client has bought, paid and visited before; its balance is 0. A phone number has one card of each type. Without a number, the card gets one: the ids of the chain and of the card, 8 digits each.',
  access: locationUser('loyalty_cards_issue_and_removal_access'),
  params: LocationOnly,
  body: NewLoyaltyCard,
  spelling: { cardTypeId: 'loyalty_card_type_id', number: 'loyalty_card_number' },
  success: answer(200, LoyaltyCard),
  errors: [403, 404],
  example: { body: { loyalty_card_number: '1010101', loyalty_card_type_id: '1', phone: '13155550175' } },
  handle: async (context) => {
    const { write, location, body } = context;
    const phone = normalizePhone(String(body.phone), location.countryCode);
    if (!phone) throw new Invalid({ phone: ['must be a phone number of 9 to 15 digits'] });
    if (!(await seesOwner(context, phone))) throw new Invalid({ phone: ['is unknown'] });
    const card = await issueCard(write, location, {
      typeId: Number(body.loyalty_card_type_id),
      phone,
      number: body.loyalty_card_number === undefined ? undefined : String(body.loyalty_card_number),
    });
    const [shown] = await presentCards(write, [card], location.id);
    return shown as NonNullable<typeof shown>;
  },
});

const removeLoyaltyCard = operation({
  id: 'remove_loyalty_card',
  method: 'DELETE',
  path: '/loyalty/cards/{location_id}/{card_id}',
  tag,
  summary: 'Remove loyalty card',
  description: 'It leaves all lists, and its points pay nothing any more.',
  access: locationUser('loyalty_cards_issue_and_removal_access'),
  params: CardPath,
  success: empty(204),
  errors: [403, 404],
  handle: async (context) => {
    const { write, location, params } = context;
    const card = await getCard(write, location.chainId, params.card_id, location.id);
    await expectOwnerSeen(context, card.phone);
    await removeCard(write, location, card.id);
  },
});

const createLoyaltyCardTransaction = operation({
  id: 'create_loyalty_card_transaction',
  method: 'POST',
  path: '/company/{location_id}/loyalty/cards/{card_id}/manual_transaction',
  tag,
  summary: 'Manual loyalty card deposit/withdrawal at location',
  description: 'Answers the card after it. More than the balance is refused.',
  access: locationUser('loyalty_cards_manual_transactions_access'),
  params: CardPath,
  body: CardTransaction,
  success: answer(200, MovedLoyaltyCard),
  errors: [403, 404],
  example: { body: { amount: 100.5, title: 'A present' } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    const card = await getCard(write, location.chainId, params.card_id, location.id);
    await expectOwnerSeen(context, card.phone);
    const movement = { amount: toMoney(body.amount), comment: body.title ?? '' };
    await moveByHand(write, location.chainId, location, card.id, movement);
    return presentMovedCard(write, await getCard(write, location.chainId, card.id), location.id);
  },
});

const createChainLoyaltyCardTransaction = operation({
  id: 'create_chain_loyalty_card_transaction',
  method: 'POST',
  path: '/chain/{chain_id}/loyalty/cards/{card_id}/manual_transaction',
  tag,
  summary: 'Manual loyalty card deposit/withdrawal in chain',
  description: 'Answers the card after it. More than the balance is refused.',
  access: chainUser('loyalty_cards_manual_transactions_access'),
  params: Type.Object({ chain_id: Id('chain id'), card_id: Id('card id') }),
  body: CardTransaction,
  success: answer(200, MovedLoyaltyCard),
  errors: [403, 404],
  example: { body: { amount: 100.5, title: 'A present' } },
  handle: async ({ write, chain, params, body }) => {
    const movement = { amount: toMoney(body.amount), comment: body.title ?? '' };
    await moveByHand(write, chain.id, undefined, params.card_id, movement);
    return presentMovedCard(write, await getCard(write, chain.id, params.card_id));
  },
});

/** The operations of the tag, in the order of the published documents. */
export const loyaltyCardsOperations = [
  getLoyaltyCardListByClientId,
  getLoyaltyCardListByPhone,
  getUserLoyaltyCards,
  getLoyaltyCardTypeList,
  getLoyaltyCardTypeListForClient,
  getChainLoyaltyCardTypeList,
  issueLoyaltyCard,
  removeLoyaltyCard,
  createLoyaltyCardTransaction,
  createChainLoyaltyCardTransaction,
];
