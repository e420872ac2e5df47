import type { Static } from 'typebox';
import Type from 'typebox';
import { type Limited, type Location, locationUser, partnerOnly } from '../../../api/access.ts';
import { BadRequest, Forbidden } from '../../../api/errors.ts';
import { answer, counted, document, empty, ok, operation } from '../../../api/operation.ts';
import { AcceptedMeta, NullableString } from '../../../api/schema.ts';
import type { Read, Write } from '../../../api/write.ts';
import { toWire } from '../../../platform/exact.ts';
import { toMoney } from '../../../platform/money.ts';
import type { Services } from '../../../platform/services.ts';
import { matchingClients } from '../../client-search/search.ts';
import { inList } from '../../clients/wire/operations.v1.ts';
import { getBalance, setBalance } from '../../messaging/balance.ts';
import { type Campaign, sendCampaign } from '../../messaging/campaign.ts';
import { locationsOfReports, recordDelivery, unknownMessage } from '../../messaging/delivery.ts';
import { listLog } from '../../messaging/log.ts';
import type { MessageState } from '../../messaging/tables.ts';
import { deleteTemplate, listTemplates, saveTemplate } from '../../messaging/templates.ts';
import { getNotifiedUser } from '../../messaging/users.ts';
import { changeNotificationSettings, getNotificationSettings, switchUserTypes, typesOf, userTypes } from '../settings.ts';
import { type NoticeType, type UserNoticeType, userNoticeTypes } from '../types.ts';
import { presentChannels, presentMessage, presentRules, presentTemplate, readChannels, readClock } from './present.ts';
import {
  CampaignFilter,
  DeliveryReports,
  EmailClientsByFilterRequest,
  EmailClientsByIdRequest,
  LocationOnly,
  LocationUserPath,
  LogQuery,
  MessageBalance,
  NotificationRules,
  NotificationRulesChanges,
  NotificationSettingsUsersRequestDataType,
  NotificationTemplate,
  NotificationTemplateInput,
  NotificationType,
  SentMessage,
  SmsClientsByFilterRequest,
  SmsClientsByIdRequest,
  TemplatePath,
  UserChannelsChanges,
  UserNotificationSetting,
} from './schemas.ts';

const tag = 'Notifications';
const accepted = answer(201, NullableString({ description: 'always null' }), AcceptedMeta);
const done = { data: null, meta: { message: 'Accepted' } };
/** For 50,000 ids. */
const bodyLimit = 1024 * 1024;

interface Caller extends Limited {
  write: Write;
  location: Location;
  user: { id: number };
  can: Parameters<typeof inList>[0];
  services: Services;
}

async function campaign(
  { write, location, user, can, limit, services }: Caller,
  text: Pick<Campaign, 'channel' | 'text'> & { subject?: string },
  filter: Static<typeof CampaignFilter> & { ids?: number[] },
) {
  const which = matchingClients(location.id, {
    fullName: filter.fullname,
    phone: filter.phone,
    email: filter.email,
    card: filter.card,
    ids: filter.ids,
    visitedMember: limit('clients_visit_master_id'),
    searches: inList(can),
  });
  const links = { signingKey: services.signingKey, publicUrl: services.config.publicUrl };
  await sendCampaign(write, location, { subject: '', ...text, userId: user.id }, which, links);
  return done;
}

const linked = 'Each SMS ends with a link that ends mailings; its characters count.';
const skips = 'Clients without an address, and clients who want no mailings, get none: the log of messages says so.';

const sendSmsToClients = operation({
  id: 'send_sms_to_clients',
  method: 'POST',
  path: '/sms/clients/by_id/{location_id}',
  tag,
  summary: 'SMS to listed clients',
  description: `${skips} ${linked} If the balance of messages is too small for all, none is sent.`,
  access: locationUser('send_sms'),
  params: LocationOnly,
  body: SmsClientsByIdRequest,
  bodyLimit,
  success: accepted,
  errors: [402],
  example: { meta: { message: 'Accepted' }, body: { client_ids: [1, 2], text: 'We are open on Sunday' } },
  handle: (context) => campaign(context, { channel: 'sms', text: context.body.text }, { ids: context.body.client_ids }),
});

const sendSmsCampaignToFilteredClients = operation({
  id: 'send_sms_campaign_to_filtered_clients',
  method: 'POST',
  path: '/sms/clients/by_filter/{location_id}',
  tag,
  summary: 'SMS to clients matching filters',
  description: `Every given filter must match. Without a filter, **all clients** get it. ${skips} ${linked} If the balance of messages is too small for all, none is sent.`,
  access: locationUser('send_sms'),
  params: LocationOnly,
  query: CampaignFilter,
  body: SmsClientsByFilterRequest,
  success: accepted,
  errors: [402],
  example: { meta: { message: 'Accepted' }, body: { text: 'We are open on Sunday' } },
  handle: (context) => campaign(context, { channel: 'sms', text: context.body.text }, context.query),
});

const sendEmailNewsletterToClients = operation({
  id: 'send_email_newsletter_to_clients',
  method: 'POST',
  path: '/email/clients/by_id/{location_id}',
  tag,
  summary: 'Email to listed clients',
  description: skips,
  access: locationUser('send_sms'),
  params: LocationOnly,
  body: EmailClientsByIdRequest,
  bodyLimit,
  success: accepted,
  example: { meta: { message: 'Accepted' }, body: { client_ids: [1, 2], subject: 'News', text: 'We are open on Sunday' } },
  handle: (context) => {
    const { client_ids, subject, text } = context.body;
    return campaign(context, { channel: 'email', subject, text }, { ids: client_ids });
  },
});

const sendEmailCampaignToFilteredClients = operation({
  id: 'send_email_campaign_to_filtered_clients',
  method: 'POST',
  path: '/email/clients/by_filter/{location_id}',
  tag,
  summary: 'Email to clients matching filters',
  description: `Every given filter must match. Without a filter, **all clients** get it. ${skips}`,
  access: locationUser('send_sms'),
  params: LocationOnly,
  query: CampaignFilter,
  body: EmailClientsByFilterRequest,
  success: accepted,
  example: { meta: { message: 'Accepted' }, body: { subject: 'News', text: 'We are open on Sunday' } },
  handle: (context) => campaign(context, { channel: 'email', ...context.body }, context.query),
});

const getMessageStatusList = operation({
  id: 'get_message_status_list',
  method: 'POST',
  path: '/delivery/status',
  tag,
  summary: 'SMS provider reports message delivery statuses',
  description:
    'The provider calls it with its partner token, for messages of locations that the partner works with. 1, 2, 16 and 52 are final. All reports count, or none.',
  access: partnerOnly(),
  body: DeliveryReports,
  success: document(200, Type.Object({ success: Type.Boolean() })),
  errors: [400, 404],
  operatorErrors: true,
  invalid: (fields) => new BadRequest('The reports are wrong.', fields),
  example: {
    body: [{ id: 'm17', status: 1, payment_sum: 0.2, currency_iso: 'EUR', parts_amount: 2 }],
    data: { success: true },
  },
  // Rights are looked up beside a transaction, and the embedded database has one connection.
  transaction: 'manual',
  handle: async ({ db, conclude, gate, partner, body }) => {
    const reports = body.map(({ id, status, payment_sum, currency_iso, parts_amount }) => ({
      id,
      status,
      cost: toMoney(payment_sum),
      currency: currency_iso,
      parts: parts_amount,
    }));
    const places = await locationsOfReports(db, reports);
    for (const [id, message] of places) if (!(await gate.partnerGrant(partner, id))) throw unknownMessage(message);
    return conclude(async (write) => {
      await recordDelivery(write, [...places.keys()], reports);
      return { success: true };
    });
  },
});

const channelsExample = { push: 1, sms: 0, email: 1 };

const getLocationNotificationSettings = operation({
  id: 'get_location_notification_settings',
  method: 'GET',
  path: '/notification_settings/{location_id}/notification_types',
  tag,
  summary: 'Notification settings of a location',
  description: 'The types of notifications to users. A type or channel that is off here is off for everyone.',
  access: locationUser(),
  params: LocationOnly,
  success: counted(Type.Array(NotificationType)),
  example: { data: [{ type: 'record_create_online_staff', channels: channelsExample }] },
  handle: async ({ db, location }) =>
    typesOf(await getNotificationSettings(db, location.id)).flatMap(({ type, channels }) =>
      (userNoticeTypes as readonly string[]).includes(type) ? [{ type, channels: presentChannels(channels) }] : [],
    ),
});

/** Own settings are always seen and changed. @throws Forbidden, NotFound */
async function notifiedUser(
  { db, location, user, can }: { db: Read; location: Location; user: { id: number }; can: Caller['can'] },
  userId: number,
) {
  if (userId !== user.id && !can('settings_user_notifications_access')) throw new Forbidden();
  return getNotifiedUser(db, location.id, userId);
}

async function presentUser(db: Read, locationId: number, { id, mode }: Awaited<ReturnType<typeof notifiedUser>>) {
  const types = await userTypes(db, { locationId, userId: id }, mode);
  return { mode, notification_types: types.map(({ type, channels }) => ({ type, channels: presentChannels(channels) })) };
}

const userExample = { mode: 'staff', notification_types: [{ type: 'record_create_online_staff', channels: channelsExample }] };
const ofOthers = 'Settings of others need the permission `settings_user_notifications_access`.';

const getUserNotificationSettings = operation({
  id: 'get_user_notification_settings',
  method: 'GET',
  path: '/notification_settings/{location_id}/users/{user_id}',
  tag,
  summary: 'Notification settings of a location user',
  description: `What the user gets: the channel and the type are on in the location, and the user has not switched it off. A user who is a team member gets the types of \`staff\`. ${ofOthers}`,
  access: locationUser(),
  params: LocationUserPath,
  success: ok(UserNotificationSetting),
  example: { data: userExample },
  handle: async (context) => {
    const { db, location, params } = context;
    return presentUser(db, location.id, await notifiedUser(context, params.user_id));
  },
});

const updateUserNotificationSettings = operation({
  id: 'update_user_notification_settings',
  method: 'POST',
  path: '/notification_settings/{location_id}/users/{user_id}',
  tag,
  summary: 'Change push notification settings of a user',
  description: `Changes push of the named types only. Types of another mode are left out. ${ofOthers}`,
  access: locationUser(),
  params: LocationUserPath,
  body: NotificationSettingsUsersRequestDataType,
  success: answer(200, UserNotificationSetting),
  example: {
    body: { notification_types: [{ type: 'record_create_online_staff', channels: { push: 1 } }] },
    data: userExample,
  },
  handle: async (context) => {
    const { write, location, params, body } = context;
    const user = await notifiedUser({ ...context, db: write }, params.user_id);
    const types = body.notification_types.map(({ type, channels: { push } }) => ({
      type: type as UserNoticeType,
      channels: readChannels(push === undefined ? {} : { push }),
    }));
    await switchUserTypes(write, { locationId: location.id, userId: user.id }, user.mode, types);
    return presentUser(write, location.id, user);
  },
});

const setUserNotificationChannels = operation({
  id: 'set_user_notification_channels',
  method: 'PUT',
  path: '/notification_settings/{location_id}/users/{user_id}',
  tag,
  summary: 'Change the channels that a user gets notifications on',
  description: `Like the published operation, with SMS and e-mail too. Channels that are not named stay. ${ofOthers}`,
  extension: true,
  access: locationUser(),
  params: LocationUserPath,
  body: UserChannelsChanges,
  success: ok(UserNotificationSetting),
  example: { body: { notification_types: [{ type: 'record_create_online_staff', channels: { email: 0 } }] }, data: userExample },
  handle: async (context) => {
    const { write, location, params, body } = context;
    const user = await notifiedUser({ ...context, db: write }, params.user_id);
    const types = body.notification_types.map(({ type, channels }) => ({
      type: type as UserNoticeType,
      channels: readChannels(channels),
    }));
    await switchUserTypes(write, { locationId: location.id, userId: user.id }, user.mode, types);
    return presentUser(write, location.id, user);
  },
});

const rulesExample = {
  channels: { push: 1, sms: 1, email: 1 },
  phone_channel: 'sms',
  types: [{ type: 'record_reminder_client', channels: { push: 0, sms: 1, email: 1 } }],
  sms_reminder_hours: 1,
  email_reminder_hours: 12,
  quiet_from: '21:00',
  quiet_to: '08:00',
  language: 'en',
};

const getNotificationRules = operation({
  id: 'get_notification_rules',
  method: 'GET',
  path: '/notification_settings/{location_id}/rules',
  tag,
  summary: 'What a location tells its clients and users, and when',
  extension: true,
  access: locationUser('settings_template_notifications_access'),
  params: LocationOnly,
  success: ok(NotificationRules),
  example: { data: rulesExample },
  handle: async ({ db, location }) => presentRules(await getNotificationSettings(db, location.id)),
});

const changeNotificationRules = operation({
  id: 'change_notification_rules',
  method: 'PATCH',
  path: '/notification_settings/{location_id}/rules',
  tag,
  summary: 'Change what a location tells its clients and users, and when',
  description:
    'New hours of reminders count for appointments that are made afterwards. In the quiet time clients get no messages: reminders are sent before it, and all others after it.',
  extension: true,
  access: locationUser('settings_template_notifications_access'),
  params: LocationOnly,
  body: NotificationRulesChanges,
  success: ok(NotificationRules),
  example: { body: { sms_reminder_hours: 2, quiet_from: '21:00', quiet_to: '08:00' }, data: rulesExample },
  handle: async ({ write, location, body }) => {
    const { channels, phone_channel, types, sms_reminder_hours, email_reminder_hours, quiet_from, quiet_to, language } = body;
    const changes = {
      ...readChannels(channels ?? {}),
      phoneChannel: phone_channel as 'sms' | 'whatsapp' | undefined,
      types:
        types &&
        Object.fromEntries(
          types.map(({ type, channels: own }) => [
            type as NoticeType,
            { push: own.push === 1, sms: own.sms === 1, email: own.email === 1 },
          ]),
        ),
      smsReminder: sms_reminder_hours,
      emailReminder: email_reminder_hours,
      quietFrom: quiet_from === undefined ? undefined : readClock(quiet_from),
      quietTo: quiet_to === undefined ? undefined : readClock(quiet_to),
      language,
    };
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    return presentRules(await changeNotificationSettings(write, location.id, given));
  },
});

const templateExample = {
  type: 'record_reminder_client',
  channel: 'sms',
  language: 'en',
  text: 'See you at %TIME%, %CLIENT_NAME%. %COMPANY_NAME%',
};

const listNotificationTemplates = operation({
  id: 'list_notification_templates',
  method: 'GET',
  path: '/notification_settings/{location_id}/templates',
  tag,
  summary: 'Templates of a location',
  description: 'Only those that the location has written. All other messages have the usual texts of Foyer.',
  extension: true,
  access: locationUser('settings_template_notifications_access'),
  params: LocationOnly,
  success: counted(Type.Array(NotificationTemplate)),
  example: { data: [{ id: 1, subject: '', ...templateExample }] },
  handle: async ({ db, location }) => (await listTemplates(db, location.id)).map(presentTemplate),
});

const saveNotificationTemplate = operation({
  id: 'save_notification_template',
  method: 'PUT',
  path: '/notification_settings/{location_id}/templates',
  tag,
  summary: 'Write a template',
  description:
    'A type has one template for each channel and language. Variables: `%CLIENT_NAME%`, `%CLIENT_PHONE%`, `%SERVICE_TITLE%`, `%MASTER_NAME%`, `%POSITION_TITLE%`, `%DATETIME%`, `%DATETIME_SHORT%`, `%DATE%`, `%TIME%`, `%COMPANY_NAME%`, `%COMPANY_ADDRESS%`, `%COMPANY_PHONE%`.',
  extension: true,
  access: locationUser('settings_template_notifications_access'),
  params: LocationOnly,
  body: NotificationTemplateInput,
  success: ok(NotificationTemplate),
  example: { body: templateExample, data: { id: 1, subject: '', ...templateExample } },
  handle: async ({ write, location, body }) => {
    const { type, channel, language, subject = '', text } = body;
    const place = { type: type as NoticeType, channel: channel as 'sms' | 'email', language };
    return presentTemplate(await saveTemplate(write, location.id, place, { subject, text }));
  },
});

const deleteNotificationTemplate = operation({
  id: 'delete_notification_template',
  method: 'DELETE',
  path: '/notification_settings/{location_id}/templates/{template_id}',
  tag,
  summary: 'Delete a template, so that the usual text counts again',
  extension: true,
  access: locationUser('settings_template_notifications_access'),
  params: TemplatePath,
  success: empty(204),
  handle: async ({ write, location, params }) => {
    await deleteTemplate(write, location.id, params.template_id);
  },
});

const getMessageBalance = operation({
  id: 'get_message_balance',
  method: 'GET',
  path: '/notification_settings/{location_id}/balance',
  tag,
  summary: 'Balance of messages',
  extension: true,
  access: locationUser('billing_access'),
  params: LocationOnly,
  success: ok(MessageBalance),
  example: { data: { balance: 25.5, price: 0.08 } },
  handle: async ({ db, location }) => {
    const { balance, price } = await getBalance(db, location.id);
    return { balance: toWire(balance), price: toWire(price) };
  },
});

const setMessageBalance = operation({
  id: 'set_message_balance',
  method: 'PUT',
  path: '/notification_settings/{location_id}/balance',
  tag,
  summary: 'Set the balance of messages and the price of an SMS',
  description:
    'A location has no limit until it is set. SMS and messages by WhatsApp cost the price for each part; mails are free.',
  extension: true,
  access: locationUser('billing_access'),
  params: LocationOnly,
  body: MessageBalance,
  success: ok(MessageBalance),
  example: { body: { balance: 25.5, price: 0.08 }, data: { balance: 25.5, price: 0.08 } },
  handle: async ({ write, location, body }) => {
    await setBalance(write, location.id, { balance: toMoney(body.balance), price: toMoney(body.price) });
    return { balance: body.balance, price: body.price };
  },
});

const listSentMessages = operation({
  id: 'list_sent_messages',
  method: 'GET',
  path: '/notification_settings/{location_id}/messages',
  tag,
  summary: 'Log of messages',
  description:
    'Every message to clients and users, latest first, with the reason why it was not sent. Messages are kept for 90 days. A user who sees only the clients of one team member cannot read it.',
  extension: true,
  access: locationUser('settings_notifications_access'),
  params: LocationOnly,
  query: LogQuery,
  success: counted(Type.Array(SentMessage)),
  handle: async ({ db, location, query, can, limit }) => {
    if (limit('clients_visit_master_id') > 0) throw new Forbidden();
    const { client_id, record_id, state, before, count } = query;
    const filter = { clientId: client_id, appointmentId: record_id, state: state as MessageState | undefined, before };
    const rows = await listLog(db, location.id, filter, count);
    return rows.map((row) => presentMessage(row, location.timeZone, inList(can)));
  },
});

/** The operations of the tag, in the order of the published documents; Foyer's own follow. */
export const notificationsOperations = [
  sendSmsToClients,
  sendSmsCampaignToFilteredClients,
  sendEmailNewsletterToClients,
  sendEmailCampaignToFilteredClients,
  getMessageStatusList,
  getLocationNotificationSettings,
  getUserNotificationSettings,
  updateUserNotificationSettings,
  setUserNotificationChannels,
  getNotificationRules,
  changeNotificationRules,
  listNotificationTemplates,
  saveNotificationTemplate,
  deleteNotificationTemplate,
  getMessageBalance,
  setMessageBalance,
  listSentMessages,
];
