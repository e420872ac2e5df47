import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { anyone, locationUser, type Partner, partnerOnly } from '../../../api/access.ts';
import { expectCredentials } from '../../../api/authorization.ts';
import { Forbidden, Invalid } from '../../../api/errors.ts';
import { answer, created, empty, operation } from '../../../api/operation.ts';
import { Page, PageSize, pageRange } from '../../../api/pagination.ts';
import { publicAddress } from '../../../api/public-address.ts';
import { Id } from '../../../api/schema.ts';
import type { Read, Write } from '../../../api/write.ts';
import { parseDateTime, startOfDay } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import { toMoney } from '../../../platform/money.ts';
import { sameSecret, signature } from '../../../platform/secrets.ts';
import type { Services } from '../../../platform/services.ts';
import { getPlace, listLocations } from '../../locations/location.ts';
import { loadKnowledge } from '../../locations/wire/knowledge.ts';
import { presentListedLocation } from '../../locations/wire/present.ts';
import { ListedLocation } from '../../locations/wire/schemas.ts';
import {
  addApplication,
  addPartnerToken,
  changeApplication,
  deleteApplication,
  getApplication,
  listApplications,
  ownApplication,
  type PartnerWithToken,
  type TariffOption,
  tariffsOf,
  tokenOf,
} from '../application.ts';
import {
  confirm,
  connect,
  getInstallation,
  historyOf,
  listForLocation,
  locationsWith,
  recordPayment,
  refundPayment,
  renewUserToken,
  setChannel,
  setDiscount,
  setShortNames,
  uninstall,
} from '../installation.ts';
import type { ApplicationKind } from '../tables.ts';
import { callbackAddress, consentAddress, presentApplication, presentOffered, presentStatus, presentTariffs } from './present.ts';
import {
  ApplicationChanges,
  ApplicationPath,
  CallbackInput,
  InstallationPath,
  InstallationStatus,
  NewApplication,
  OfferedApplication,
  PartnerApplication,
  Place,
  Tariff,
} from './schemas.ts';

const tag = 'Marketplace';

/** The body of operations that answer an empty object. */
const Nothing = Type.Object({});

/** The names of the wire for the fields of installations. */
const spelling = { locationId: 'salon_id' };

const listMarketplaceAppLocations = operation({
  id: 'list_marketplace_app_locations',
  method: 'GET',
  path: '/marketplace/application/{application_id}/salons',
  tag,
  summary: 'Locations that connected the application',
  description: 'By id: those where it is active, and those where it is frozen.',
  access: partnerOnly(),
  params: ApplicationPath,
  query: Type.Object({ page: Page, count: PageSize(1000, 25) }),
  success: answer(200, Type.Array(ListedLocation)),
  errors: [403],
  handle: async ({ db, partner, params, query, request, services }) => {
    await ownApplication(db, partner, params.application_id);
    const ids = await locationsWith(db, params.application_id, pageRange(query.page, query.count));
    const everywhere = { id: partner.id, allLocations: true };
    const rows = ids.length ? await listLocations(db, everywhere, { ids }, { offset: 0, limit: ids.length }) : [];
    const known = await loadKnowledge(db, rows, publicAddress(request, services.config));
    return rows.map((row) => presentListedLocation(row, known(row), {}));
  },
});

const marketplacePartnerApplicationsTariffsList = operation({
  id: 'marketplace_partner_applications_tariffs_list',
  method: 'GET',
  path: '/marketplace/application/{application_id}/tariffs',
  tag,
  summary: 'Application tariffs',
  access: partnerOnly(),
  params: ApplicationPath,
  success: answer(200, Type.Array(Tariff)),
  errors: [403, 404],
  handle: async ({ db, partner, params }) => {
    await ownApplication(db, partner, params.application_id);
    return presentTariffs(await tariffsOf(db, params.application_id));
  },
});

const marketplacePartnerApplicationAddDiscount = operation({
  id: 'marketplace_partner_application_add_discount',
  method: 'POST',
  path: '/marketplace/application/add_discount',
  tag,
  summary: 'Set payment discount for locations',
  description: 'For all of the locations or for none. Payment links name it.',
  access: partnerOnly(),
  body: Type.Object({
    salon_ids: Type.Array(Type.Integer({ minimum: 1, maximum: 2_147_483_647 }), { minItems: 1, maxItems: 1000 }),
    application_id: Id('application id'),
    discount: Type.Number({ minimum: 0, maximum: 1e9, description: 'percent or fixed amount, as the partner means it' }),
  }),
  success: answer(200, Nothing),
  errors: [403, 404],
  example: { body: { salon_ids: [123], application_id: 123, discount: 15.54 } },
  handle: async ({ write, partner, body }) => {
    await ownApplication(write, partner, body.application_id);
    await setDiscount(write, body.application_id, body.salon_ids, toMoney(body.discount));
    return {};
  },
});

/** The parameters of a payment link that are signed, in their order. */
const signedPart = (parameters: Record<string, string | number>) =>
  new URLSearchParams(Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]))).toString();

const marketplacePartnerApplicationPaymentLink = operation({
  id: 'marketplace_partner_application_payment_link',
  method: 'GET',
  path: '/marketplace/application/payment_link',
  tag,
  summary: 'Signed payment page link',
  description:
    "`sign` is the HMAC-SHA256 of the other parameters, as the link has them, by the token of the application's partner. The address tells what is to be paid: this server takes no payments for applications.",
  access: partnerOnly(),
  query: Type.Object({
    ...Place,
    discount: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1e9, description: 'percent; by default the discount of the location' }),
    ),
  }),
  success: answer(200, Type.Object({ url: Type.String() })),
  errors: [403, 404],
  example: {
    data: {
      url: 'https://foyer.example.com/api/v1/marketplace/payment?salon_id=1111&application_id=1&discount=15.5&source=api&sign=6f9b5bc6',
    },
  },
  handle: async ({ db, partner, query, request, services }) => {
    const application = await ownApplication(db, partner, query.application_id);
    const { installation } = await getInstallation(db, query.salon_id, application.id);
    const own = installation.discount === null ? undefined : toWire(installation.discount);
    const discount = query.discount ?? own;
    const text = signedPart({
      salon_id: query.salon_id,
      application_id: application.id,
      ...(discount === undefined ? {} : { discount }),
      source: 'api',
    });
    const address = `${publicAddress(request, services.config)}/api/v1/marketplace/payment`;
    return { url: `${address}?${text}&sign=${signature(tokenOf(services.signingKey, application), text, 'hex')}` };
  },
});

const marketplacePartnerApplicationsUpdateChannel = operation({
  id: 'marketplace_partner_applications_update_channel',
  method: 'POST',
  path: '/marketplace/application/update_channel',
  tag,
  summary: 'Set notification channel availability',
  description: 'Only for chat bots and SMS aggregators.',
  access: partnerOnly(),
  body: Type.Object({
    ...Place,
    channel_slug: Type.String({ enum: ['sms', 'whatsapp'] }),
    is_available: Type.Boolean(),
  }),
  spelling,
  success: answer(200, Nothing),
  errors: [403],
  example: { body: { salon_id: 123, application_id: 456, channel_slug: 'sms', is_available: true } },
  handle: async ({ write, partner, body }) => {
    const application = await ownApplication(write, partner, body.application_id);
    await setChannel(write, application, body.salon_id, body.channel_slug, body.is_available);
    return {};
  },
});

const getMarketplaceIntegrationStatus = operation({
  id: 'get_marketplace_integration_status',
  method: 'GET',
  path: '/marketplace/salon/{location_id}/application/{application_id}',
  tag,
  summary: 'Installation state in one location',
  description: 'Oldest entries first. Times are those of the location.',
  access: partnerOnly(),
  params: InstallationPath,
  success: answer(200, InstallationStatus),
  errors: [403, 404],
  handle: async ({ db, partner, params }) => {
    const { id } = await ownApplication(db, partner, params.application_id);
    const { installation, timeZone } = await getInstallation(db, params.location_id, id);
    return presentStatus(installation, await historyOf(db, params.location_id, id), timeZone);
  },
});

const uninstallMarketplaceApp = operation({
  id: 'uninstall_marketplace_app',
  method: 'POST',
  path: '/marketplace/salon/{location_id}/application/{application_id}/uninstall',
  tag,
  summary: 'Uninstall application from location',
  description: 'The access of the application to the location ends.',
  access: partnerOnly(),
  params: InstallationPath,
  success: answer(200, undefined),
  errors: [403, 404],
  handle: async ({ write, partner, params, services }) => {
    const application = await ownApplication(write, partner, params.application_id);
    await uninstall(write, application, params.location_id, 'partner_api');
    write.afterCommit(() => services.forgetAccess());
  },
});

/** The callback of a partner, in both forms. */
async function confirmFor(
  write: Write,
  partner: Partner,
  body: Static<typeof CallbackInput>,
  { config, signingKey, forgetAccess }: Services,
) {
  const application = await ownApplication(write, partner, body.application_id);
  const registration = { apiKey: String(body.api_key ?? ''), webhookUrls: body.webhook_urls ?? [] };
  await confirm(write, application, body.salon_id, registration, { signingKey, allowed: config.outsideNetworks });
  write.afterCommit(() => forgetAccess());
  return application;
}

const callbackExample = {
  body: {
    salon_id: 123,
    application_id: 123,
    api_key: '2f181e2a-5c22-4ae7-9d9b-07104f312c28',
    webhook_urls: ['https://example.com/webhook'],
  },
};

const marketplaceNotificationSettingsCallback = operation({
  id: 'marketplace_notification_settings_callback',
  method: 'POST',
  path: '/marketplace/partner/callback',
  tag,
  summary: 'Partner finishes installation for location',
  description:
    'Within an hour of the consent of the location. The application then has a user there, with the rights that the location agreed to. The same callback may come again.',
  access: partnerOnly(),
  body: CallbackInput,
  spelling,
  success: empty(201),
  errors: [403],
  example: callbackExample,
  handle: async ({ write, partner, body, services }) => {
    await confirmFor(write, partner, body, services);
  },
});

const marketplaceNotificationSettingsRedirectCallback = operation({
  id: 'marketplace_notification_settings_redirect_callback',
  method: 'POST',
  path: '/marketplace/partner/callback/redirect',
  tag,
  summary: 'Browser redirect after partner registration',
  description:
    'As the other callback. A request that accepts text/html is redirected (301) to the address of the application; any other one gets the answer below.',
  access: partnerOnly(),
  body: CallbackInput,
  spelling,
  success: answer(200, undefined),
  errors: [403],
  example: callbackExample,
  handle: async ({ write, partner, body, services, request, reply }) => {
    const application = await confirmFor(write, partner, body, services);
    if (!/text\/html/i.test(request.headers.accept ?? '')) return;
    const address = callbackAddress(application, body.salon_id);
    write.afterCommit(() => {
      reply.code(301).header('location', address.href).send();
    });
  },
});

const readMoment = (field: string, text: string, timeZone: string): Date => {
  const at = parseDateTime(text, timeZone);
  if (!at) throw new Invalid({ [field]: ['must be a date and time, 2000-01-01 00:00:00'] });
  return at;
};

/** The end of a period; a day without a time is included as a whole. */
function readEnd(text: string, timeZone: string): Date {
  const at = readMoment('period_to', text, timeZone);
  const day = text.trim();
  return /^\d{4}-\d\d-\d\d$/.test(day) ? new Date(startOfDay(day, timeZone, 1).getTime() - 1000) : at;
}

const Moment = (description: string) => Type.String({ maxLength: 40, description });

const marketplaceNotificationPaymentCallback = operation({
  id: 'marketplace_notification_payment_callback',
  method: 'POST',
  path: '/marketplace/partner/payment',
  tag,
  summary: 'Partner reports successful payment',
  description:
    'Times are those of the location. A payment whose period is not over ends the freezing. A report that comes again, equal in all fields, is the same payment.',
  access: partnerOnly(),
  body: Type.Object({
    ...Place,
    currency_iso: Type.String({ pattern: '^[A-Za-z]{3}$', description: 'e.g. USD, EUR, BYN' }),
    payment_sum: Type.Number({ minimum: 0, maximum: 1e12 }),
    payment_date: Moment('YYYY-MM-DD HH:MM:SS'),
    period_from: Moment('inclusive'),
    period_to: Moment('inclusive'),
  }),
  spelling,
  success: answer(200, Type.Object({ id: Type.Integer({ description: 'payment ID' }) })),
  errors: [403],
  example: {
    data: { id: 123 },
    body: {
      salon_id: 123,
      application_id: 123,
      currency_iso: 'EUR',
      payment_sum: 990.99,
      payment_date: '2022-01-01 10:10:00',
      period_from: '2022-01-01 10:10:00',
      period_to: '2022-02-01 10:10:00',
    },
  },
  handle: async ({ write, partner, body, services }) => {
    const application = await ownApplication(write, partner, body.application_id);
    const timeZone = await timeZoneOf(write, body.salon_id);
    const id = await recordPayment(write, application, body.salon_id, {
      amount: toMoney(body.payment_sum),
      currency: body.currency_iso.toUpperCase(),
      paidAt: readMoment('payment_date', body.payment_date, timeZone),
      periodFrom: readMoment('period_from', body.period_from, timeZone),
      periodTo: readEnd(body.period_to, timeZone),
    });
    write.afterCommit(() => services.forgetAccess());
    return { id };
  },
});

/** The time zone of a location; UTC for one that does not exist, which is refused afterwards. */
const timeZoneOf = (db: Read, locationId: number): Promise<string> =>
  getPlace(db, locationId).then(
    ({ timeZone }) => timeZone,
    () => 'UTC',
  );

const marketplacePaymentRefundCallback = operation({
  id: 'marketplace_payment_refund_callback',
  method: 'POST',
  path: '/marketplace/partner/payment/refund/{payment_id}',
  tag,
  summary: 'Partner reports refund of payment',
  description: 'Where no other payment covers the present, the application is frozen some minutes later.',
  access: partnerOnly(),
  params: Type.Object({ payment_id: Id('payment id') }),
  success: empty(200),
  errors: [403, 422],
  handle: async ({ write, partner, params }) => refundPayment(write, partner, params.payment_id),
});

const setMarketplaceNotificationShortNames = operation({
  id: 'set_marketplace_notification_short_names',
  method: 'POST',
  path: '/marketplace/partner/short_names',
  tag,
  summary: 'SMS sender names available to user',
  description: 'Replaces the names of the location.',
  access: partnerOnly(),
  body: Type.Object({
    ...Place,
    short_names: Type.Array(Type.String({ minLength: 1, maxLength: 50 }), { maxItems: 100 }),
  }),
  spelling,
  success: empty(201),
  errors: [403],
  example: { body: { salon_id: 123, application_id: 123, short_names: ['Altegio'] } },
  handle: async ({ write, partner, body }) => {
    const application = await ownApplication(write, partner, body.application_id);
    await setShortNames(write, application, body.salon_id, body.short_names);
  },
});

const marketplaceWebhook = operation({
  id: 'marketplace_webhook',
  method: 'POST',
  path: '/marketplace_webhook',
  tag,
  summary: 'Outgoing app lifecycle webhook (not callable)',
  description:
    'Posted to the webhook address of the application when a location uninstalls it, and when it is frozen because its paid time is over. It comes again until the receiver answers 200 to 299, ten times at most.',
  webhook: true,
  access: partnerOnly(),
  body: Type.Object({
    salon_id: Type.Integer(),
    application_id: Type.Integer(),
    event: Type.String({ enum: ['uninstall', 'freeze'] }),
    partner_token: Type.String({ description: "partner's bearer token, proves origin" }),
  }),
  success: empty(200),
  errors: [403, 404],
  example: { body: { salon_id: 123, application_id: 123, event: 'uninstall', partner_token: 'yasdfkjah2328aj' } },
});

const withToken = (partner: Partner, request: FastifyRequest): PartnerWithToken => ({
  ...partner,
  token: expectCredentials(request.headers.authorization).partnerToken,
});

const settingsOf = ({ config, signingKey }: Services) => ({ signingKey, allowed: config.outsideNetworks });

const fieldsOf = (body: Static<typeof ApplicationChanges>) => ({
  name: body.name?.trim(),
  shortDescription: body.short_description?.trim(),
  kind: body.kind as ApplicationKind | undefined,
  callbackUrl: body.callback_url?.trim(),
  webhookUrl: body.webhook_url?.trim(),
  asksUserData: body.asks_user_data,
  rights: body.rights && [...new Set(body.rights)],
});

const optionsOf = (tariffs: NonNullable<Static<typeof NewApplication>['tariffs']>): TariffOption[] =>
  tariffs.flatMap(({ title: tariff, options }, index) =>
    options.map((option) => ({
      tariffId: index + 1,
      tariff,
      title: option.title,
      price: toMoney(option.overall_price),
      currency: option.currency_iso,
      months: option.duration_in_months,
      freeMonths: option.free_period_in_months ?? 0,
      teamMembers: option.staff_amount,
    })),
  );

const applicationExample = {
  name: 'Reminders by chat',
  short_description: 'Reminds clients of their appointments',
  callback_url: 'https://partner.example/connect',
  webhook_url: 'https://partner.example/foyer',
  asks_user_data: true,
  kind: 'chat_bot',
  rights: ['timetable_access', 'clients_access'],
};

const listMarketplaceApplications = operation({
  id: 'list_marketplace_applications',
  method: 'GET',
  path: '/marketplace/applications',
  tag,
  summary: "List the partner's applications",
  extension: true,
  access: partnerOnly(),
  success: answer(200, Type.Array(PartnerApplication)),
  errors: [403],
  handle: async ({ db, partner }) => (await listApplications(db, partner.id)).map(presentApplication),
});

const createMarketplaceApplication = operation({
  id: 'create_marketplace_application',
  method: 'POST',
  path: '/marketplace/applications',
  tag,
  summary: 'Register an application of the partner',
  description:
    'Locations can connect it at once. The token of this request signs the data of users, and webhooks contain it. Change the application with another token to use that one.',
  extension: true,
  access: partnerOnly(),
  body: NewApplication,
  success: created(PartnerApplication),
  errors: [403],
  example: { body: applicationExample },
  handle: async ({ write, partner, body, request, services }) => {
    const fields = { ...fieldsOf(body), name: body.name.trim(), callbackUrl: body.callback_url.trim() };
    if (fields.name === '') throw new Invalid({ name: ['is required'] });
    const options = optionsOf(body.tariffs ?? []);
    return presentApplication(await addApplication(write, withToken(partner, request), fields, options, settingsOf(services)));
  },
});

const updateMarketplaceApplication = operation({
  id: 'update_marketplace_application',
  method: 'PUT',
  path: '/marketplace/applications/{application_id}',
  tag,
  summary: 'Change an application of the partner',
  description: 'Fields that are not sent stay as they are. Locations that have it keep the rights that they agreed to.',
  extension: true,
  access: partnerOnly(),
  params: ApplicationPath,
  body: ApplicationChanges,
  success: answer(200, PartnerApplication),
  errors: [403, 404],
  example: { body: { short_description: 'Reminds clients of their appointments, by chat' } },
  handle: async ({ write, partner, params, body, request, services }) => {
    const fields = fieldsOf(body);
    if (fields.name === '') throw new Invalid({ name: ['is required'] });
    const options = body.tariffs && optionsOf(body.tariffs);
    const by = withToken(partner, request);
    return presentApplication(await changeApplication(write, by, params.application_id, fields, options, settingsOf(services)));
  },
});

const deleteMarketplaceApplication = operation({
  id: 'delete_marketplace_application',
  method: 'DELETE',
  path: '/marketplace/applications/{application_id}',
  tag,
  summary: 'Delete an application that no location has',
  extension: true,
  access: partnerOnly(),
  params: ApplicationPath,
  success: empty(204),
  errors: [403, 404, 422],
  handle: async ({ write, partner, params }) => deleteApplication(write, partner, params.application_id),
});

const createMarketplacePartnerToken = operation({
  id: 'create_marketplace_partner_token',
  method: 'POST',
  path: '/marketplace/partner/token',
  tag,
  summary: 'Make another token for the partner',
  description:
    'It is shown only now. The applications of the partner sign with it from now on. The other tokens stay until you end them: call it, change over to the new token, and call it again with `ends_others`.',
  extension: true,
  // Its answer has a token, which is not kept.
  ignoresKeys: true,
  access: partnerOnly(),
  body: Type.Object({
    ends_others: Type.Optional(
      Type.Boolean({ default: false, description: 'ends all other tokens of the partner, also that of this request' }),
    ),
  }),
  success: created(Type.Object({ partner_token: Type.String() })),
  errors: [403],
  example: { body: { ends_others: false } },
  handle: async ({ write, partner, body, services }) => {
    const token = await addPartnerToken(write, partner.id, body.ends_others ?? false, services.signingKey);
    write.afterCommit(() => services.forgetAccess());
    return { partner_token: token };
  },
});

const renewMarketplaceUserToken = operation({
  id: 'renew_marketplace_user_token',
  method: 'POST',
  path: '/marketplace/salon/{location_id}/application/{application_id}/user_token',
  tag,
  summary: 'Make a token for the user of an application in a location',
  description:
    'With the partner token, it opens the API of the location, with the rights that the location agreed to. It is shown only now; the former one ends. Uninstalling ends it.',
  extension: true,
  // Its answer has a token, which is not kept.
  ignoresKeys: true,
  access: partnerOnly(),
  params: InstallationPath,
  success: answer(200, Type.Object({ user_token: Type.String() })),
  errors: [403, 404, 422],
  handle: async ({ write, partner, params, services }) => {
    const application = await ownApplication(write, partner, params.application_id);
    const user_token = await renewUserToken(write, application, params.location_id);
    write.afterCommit(() => services.forgetAccess());
    return { user_token };
  },
});

const LocationOnly = Type.Object({ location_id: Id('location id') });

const listOfferedApplications = operation({
  id: 'list_offered_applications',
  method: 'GET',
  path: '/company/{location_id}/marketplace/applications',
  tag,
  summary: 'Applications that the location has or can connect',
  extension: true,
  access: locationUser('settings_access'),
  params: LocationOnly,
  query: Type.Object({ page: Page, count: PageSize(1000, 100) }),
  success: answer(200, Type.Array(OfferedApplication)),
  errors: [403, 404],
  handle: async ({ db, location, query }) =>
    (await listForLocation(db, location.id, pageRange(query.page, query.count))).map(presentOffered),
});

const connectApplication = operation({
  id: 'connect_marketplace_application',
  method: 'POST',
  path: '/company/{location_id}/marketplace/applications/{application_id}/connect',
  tag,
  summary: 'Agree to an application',
  description:
    "Send the user's browser to the address in the answer. The partner must confirm within an hour. The user must have the rights that the application wants. `user_data` in the address is base64 of JSON, and `user_data_sign` the HMAC-SHA256 of that JSON by the partner token.",
  extension: true,
  access: locationUser('settings_access'),
  params: InstallationPath,
  success: answer(200, Type.Object({ redirect_url: Type.String() })),
  errors: [403, 404, 422],
  handle: async ({ write, location, user, can, params, services }) => ({
    redirect_url: consentAddress(
      await connect(write, params.application_id, { location, userId: user.id, can }),
      services.signingKey,
    ),
  }),
});

const disconnectApplication = operation({
  id: 'disconnect_marketplace_application',
  method: 'DELETE',
  path: '/company/{location_id}/marketplace/applications/{application_id}',
  tag,
  summary: 'Uninstall an application',
  description: 'Its access to the location ends, and the partner is told by `marketplace_webhook`.',
  extension: true,
  access: locationUser('settings_access'),
  params: InstallationPath,
  success: empty(204),
  errors: [403, 404],
  handle: async ({ write, location, params, services }) => {
    const application = await getApplication(write, params.application_id);
    await uninstall(write, application, location.id, 'marketplace');
    write.afterCommit(() => services.forgetAccess());
  },
});

const readPaymentLink = operation({
  id: 'read_marketplace_payment_link',
  method: 'GET',
  path: '/marketplace/payment',
  tag,
  summary: 'What a payment link is for',
  description: 'The address of payment links. It is refused unless its signature fits.',
  extension: true,
  access: anyone(),
  query: Type.Object({
    ...Place,
    discount: Type.Optional(Type.String({ maxLength: 30 })),
    source: Type.String({ maxLength: 20 }),
    sign: Type.String({ maxLength: 100 }),
  }),
  success: answer(
    200,
    Type.Object({
      salon_id: Type.Integer(),
      application_id: Type.Integer(),
      application: Type.String({ description: 'name' }),
      discount: Type.Number(),
      tariffs: Type.Array(Tariff),
    }),
  ),
  errors: [403, 404],
  handle: async ({ db, query, services }) => {
    const { salon_id, application_id, discount, source } = query;
    const application = await getApplication(db, application_id);
    const text = signedPart({ salon_id, application_id, ...(discount === undefined ? {} : { discount }), source });
    if (!sameSecret(signature(tokenOf(services.signingKey, application), text, 'hex'), query.sign))
      throw new Forbidden('The signature is wrong.');
    await getInstallation(db, salon_id, application_id);
    return {
      salon_id,
      application_id,
      application: application.name,
      discount: Number(discount ?? 0),
      tariffs: presentTariffs(await tariffsOf(db, application_id)),
    };
  },
});

/** The operations of the tag, in the order of the published documents, and then Foyer's own. */
export const marketplaceOperations = [
  listMarketplaceAppLocations,
  marketplacePartnerApplicationsTariffsList,
  marketplacePartnerApplicationAddDiscount,
  marketplacePartnerApplicationPaymentLink,
  marketplacePartnerApplicationsUpdateChannel,
  getMarketplaceIntegrationStatus,
  uninstallMarketplaceApp,
  marketplaceNotificationSettingsCallback,
  marketplaceNotificationSettingsRedirectCallback,
  marketplaceNotificationPaymentCallback,
  marketplacePaymentRefundCallback,
  setMarketplaceNotificationShortNames,
  marketplaceWebhook,
  listMarketplaceApplications,
  createMarketplaceApplication,
  updateMarketplaceApplication,
  deleteMarketplaceApplication,
  createMarketplacePartnerToken,
  renewMarketplaceUserToken,
  listOfferedApplications,
  connectApplication,
  disconnectApplication,
  readPaymentLink,
];
