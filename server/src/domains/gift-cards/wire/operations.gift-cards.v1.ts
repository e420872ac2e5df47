import Type from 'typebox';
import { type Limited, type Location, locationUser, partnerOrUser, signedInClient } from '../../../api/access.ts';
import { Invalid, NotFound } from '../../../api/errors.ts';
import { answer, counted, ok, operation } from '../../../api/operation.ts';
import { Page, PageSize, pageRange } from '../../../api/pagination.ts';
import { AnyOfTypes, CountMeta, Id, Money, NullableDate, named } from '../../../api/schema.ts';
import type { Write } from '../../../api/write.ts';
import { startOfDay } from '../../../platform/clock.ts';
import { toMoney } from '../../../platform/money.ts';
import { normalizePhone } from '../../../platform/phone.ts';
import { dateOf } from '../../appointments/wire/caller.ts';
import { endOfPeriod } from '../../loyalty/period.ts';
import { expectOwnerSeen, locationNamed } from '../../loyalty/wire/caller.ts';
import { phoneOfUser } from '../../online-booking/booking.ts';
import { newCode } from '../../redemption/code.ts';
import { historyOfGiftCard } from '../../redemption/gift-card-history.ts';
import { findGiftCard, getGiftCard, giftCardsOfPhone, setGiftCardBalance, setGiftCardExpiry } from '../gift-card.ts';
import { presentGiftCard, presentMovement } from './present.ts';
import { ClientGiftCard, GiftCardMovement, GiftCardPath, LocationOnly } from './schemas.ts';

const tag = 'Subscriptions & Certificates';

const exampleCard = {
  id: 409726,
  number: '888',
  balance: 9000,
  default_balance: 9000,
  type_id: 27841,
  status_id: 2,
  created_date: '2026-09-21T23:00:00-05:00',
  expiration_date: '2027-09-21T23:59:59-05:00',
  type: {
    id: 27841,
    title: 'certificate 9000',
    balance: 9000,
    is_multi: true,
    company_group_id: 128284,
    item_type_id: 0,
    expiration_type_id: 2,
    expiration_timeout: 365,
    expiration_timeout_unit_id: 1,
    is_allow_empty_code: false,
    item_type: { id: 0, title: 'No limits' },
  },
  status: { id: 2, title: 'activated' },
};

export const getClientGiftCards = operation({
  id: 'get_client_gift_cards',
  method: 'GET',
  path: '/loyalty/certificates',
  tag,
  summary: 'Client gift cards by phone',
  description: 'Those that work in the location, expired and used ones too: see `status_id`.',
  access: partnerOrUser(),
  query: Type.Object({
    copmany_id: Type.Optional(Id('location id; the published name is misspelled')),
    company_id: Type.Optional(Id('the same as copmany_id')),
    phone: AnyOfTypes<number | string>(['number', 'string'], { maxLength: 40, description: 'client phone' }),
  }),
  success: answer(200, Type.Array(ClientGiftCard), CountMeta),
  errors: [403, 404],
  example: { data: [exampleCard], meta: { count: 1 } },
  handle: async (context) => {
    const { db, query } = context;
    const id = query.company_id ?? query.copmany_id;
    if (id === undefined) throw new Invalid({ company_id: ['is required'] });
    const { location, expectOwner } = await locationNamed(context, id);
    const phone = normalizePhone(String(query.phone), location.countryCode);
    if (!phone) throw new Invalid({ phone: ['must be a phone number of 9 to 15 digits'] });
    await expectOwner(phone);
    const data = (await giftCardsOfPhone(db, location, phone)).map((card) => presentGiftCard(card, location.timeZone));
    return { data, meta: { count: data.length } };
  },
});

export const getUserGiftCards = operation({
  id: 'get_user_gift_cards',
  method: 'GET',
  path: '/user/loyalty/certificates',
  tag,
  summary: 'Gift cards of the authorized user',
  description: 'Those of the phone number that the user has proven, as far as they work in the location.',
  access: signedInClient(),
  query: Type.Object({ company_id: Id('location id') }),
  success: answer(200, Type.Array(ClientGiftCard), CountMeta),
  errors: [403, 404],
  example: { data: [exampleCard], meta: { count: 1 } },
  handle: async ({ db, gate, partner, user, query }) => {
    const grant = await gate.partnerGrant(partner, query.company_id);
    if (!grant) throw new NotFound();
    const { location } = grant;
    const phone = await phoneOfUser(db, user.id);
    const cards = phone ? await giftCardsOfPhone(db, location, phone) : [];
    return { data: cards.map((card) => presentGiftCard(card, location.timeZone)), meta: { count: cards.length } };
  },
});

export const generateLoyaltyCode = operation({
  id: 'generate_loyalty_code',
  method: 'GET',
  path: '/loyalty/generate_code/{location_id}/{product_id}',
  tag: 'Loyalty Programs',
  summary: 'Generate a gift card or membership code',
  description: 'Nobody in the chain has it. It is not reserved.',
  access: locationUser('loyalty_access'),
  params: Type.Object({ location_id: Id('location id'), product_id: Id('gift card or membership product id') }),
  success: answer(
    200,
    named('LoyaltyGenerateCode200DataOption', Type.Object({ code: Type.String({ description: 'twelve digits' }) })),
  ),
  errors: [403, 404],
  example: { data: { code: '482910573316' } },
  handle: async ({ db, location, params }) => ({ code: await newCode(db, location, params.product_id) }),
});

export const findGiftCardByCode = operation({
  id: 'find_gift_card_by_code',
  method: 'GET',
  path: '/company/{location_id}/loyalty/certificates/find',
  tag,
  summary: 'Find a gift card by its code',
  description: 'One that works in the location, whoever has it.',
  extension: true,
  access: locationUser('loyalty_access'),
  params: LocationOnly,
  query: Type.Object({ number: Type.String({ minLength: 1, maxLength: 100, description: 'the code', examples: ['888'] }) }),
  success: ok(ClientGiftCard),
  example: { data: exampleCard },
  handle: async ({ db, location, query }) => presentGiftCard(await findGiftCard(db, location, query.number), location.timeZone),
});

const path = '/company/{location_id}/loyalty/certificates/{certificate_id}';

export const getGiftCardHistory = operation({
  id: 'get_gift_card_history',
  method: 'GET',
  path: `${path}/history`,
  tag,
  summary: 'What has moved the balance of a gift card',
  description: 'In all locations, the newest first.',
  extension: true,
  access: locationUser('loyalty_access'),
  params: GiftCardPath,
  query: Type.Object({ page: Page, page_size: PageSize(100, 25) }),
  success: counted(Type.Array(GiftCardMovement)),
  handle: async (context) => {
    const { db, location, params, query } = context;
    const { balanceId, phone } = await getGiftCard(db, location, params.certificate_id);
    await expectOwnerSeen(context, phone);
    const rows = await historyOfGiftCard(db, location.chainId, balanceId, pageRange(query.page, query.page_size));
    return rows.map((row) => presentMovement(row, location.timeZone));
  },
});

/** @throws NotFound for a gift card whose owner the caller may not see */
async function expectSeen(caller: Limited & { write: Write; location: Location }, id: number): Promise<void> {
  const { phone } = await getGiftCard(caller.write, caller.location, id);
  await expectOwnerSeen({ ...caller, db: caller.write }, phone);
}

export const setGiftCardBalanceOperation = operation({
  id: 'set_gift_card_balance',
  method: 'POST',
  path: `${path}/set_balance`,
  tag,
  summary: 'Change what is left on a gift card',
  description: 'Its type must allow it.',
  extension: true,
  access: locationUser('loyalty_certificate_balance_edit_access'),
  params: GiftCardPath,
  body: Type.Object({ balance: Money('what is left; not less than 0') }),
  success: ok(ClientGiftCard),
  example: { body: { balance: 50 } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    await expectSeen(context, params.certificate_id);
    await setGiftCardBalance(write, location, params.certificate_id, toMoney(body.balance));
    return presentGiftCard(await getGiftCard(write, location, params.certificate_id), location.timeZone);
  },
});

export const setGiftCardPeriod = operation({
  id: 'set_gift_card_period',
  method: 'POST',
  path: `${path}/set_period`,
  tag,
  summary: 'Change how long a gift card is valid',
  description: 'A date in the past ends it at once.',
  extension: true,
  access: locationUser('loyalty_certificate_period_edit_access'),
  params: GiftCardPath,
  body: Type.Object({ expiration_date: NullableDate('its last day, in the calendar of the location; null for never') }),
  success: ok(ClientGiftCard),
  example: { body: { expiration_date: '2030-12-31' } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    await expectSeen(context, params.certificate_id);
    const { timeZone } = location;
    const last = body.expiration_date === null ? null : startOfDay(dateOf(body.expiration_date, 'expiration_date'), timeZone);
    await setGiftCardExpiry(write, location, params.certificate_id, last && endOfPeriod(last, 0, 'day', timeZone));
    return presentGiftCard(await getGiftCard(write, location, params.certificate_id), timeZone);
  },
});
