import Type from 'typebox';
import { Bit, DateTime, Id, NullableDateTime, NullableNumber, NullableString, named } from '../../../api/schema.ts';
import { deliveryStatuses } from '../../messaging/delivery.ts';
import { clientNoticeTypes, loyaltyNoticeTypes, userNoticeTypes } from '../types.ts';

export const LocationOnly = Type.Object({ location_id: Id('location id') });
export const LocationUserPath = Type.Object({ location_id: Id('location id'), user_id: Id('user id') });
export const TemplatePath = Type.Object({ location_id: Id('location id'), template_id: Id('template id') });

/** Clients that one campaign can name. */
const mostClients = 50_000;
const mailText = Type.String({ minLength: 1, maxLength: 100_000, pattern: '\\S', description: 'plain text' });
const smsText = Type.String({ minLength: 1, maxLength: 1000, pattern: '\\S' });
const subject = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' });
const ClientIds = Type.Array(Id('client id'), {
  minItems: 1,
  maxItems: mostClients,
  description: 'unknown ones are left out',
});

export const SmsClientsByIdRequest = named('SmsClientsByIdRequest', Type.Object({ client_ids: ClientIds, text: smsText }));
export const SmsClientsByFilterRequest = named('SmsClientsByFilterRequest', Type.Object({ text: smsText }));
export const EmailClientsByIdRequest = named(
  'EmailClientsByIdRequest',
  Type.Object({ client_ids: ClientIds, subject, text: mailText }),
);
export const EmailClientsByFilterRequest = named('EmailClientsByFilterRequest', Type.Object({ subject, text: mailText }));

const contains = (description: string) => Type.Optional(Type.String({ maxLength: 200, description }));
export const CampaignFilter = Type.Object({
  fullname: contains('part of the name'),
  phone: contains('part of the phone number'),
  email: contains('part of the e-mail address'),
  card: contains('part of the number of the loyalty card'),
});

export const DeliveryReports = Type.Array(
  named(
    'DeliveryReport',
    Type.Object({
      id: Type.String({ minLength: 1, maxLength: 50, description: 'the id that the provider got with the message' }),
      status: Type.Integer({
        enum: [...deliveryStatuses],
        description:
          '1 delivered, 2 not delivered, 4 sent to the phone, 8 with the operator, 16 rejected by the operator, 52 no funds',
      }),
      payment_sum: Type.Optional(Type.Number({ minimum: 0, maximum: 1e9, description: 'full cost' })),
      currency_iso: Type.Optional(Type.String({ maxLength: 3, description: 'ISO 4217 code' })),
      parts_amount: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'message parts' })),
    }),
  ),
  { minItems: 1, maxItems: 1000 },
);

const UserType = Type.String({ enum: [...userNoticeTypes] });
const AnyType = Type.String({ enum: [...userNoticeTypes, ...clientNoticeTypes] });

export const NotificationTypeChannels = named(
  'NotificationTypeChannels',
  Type.Object({ push: Bit('1 on'), sms: Bit('1 on'), email: Bit('1 on') }),
);

export const NotificationType = named('NotificationType', Type.Object({ type: UserType, channels: NotificationTypeChannels }));

export const UserNotificationSetting = named(
  'UserNotificationSetting',
  Type.Object({
    mode: Type.String({ description: 'which notification set applies', enum: ['admin', 'staff', 'disabled'] }),
    notification_types: Type.Array(NotificationType),
  }),
);

export const NotificationSettingsUsersRequestDataType = named(
  'NotificationSettingsUsersRequestDataType',
  Type.Object({
    notification_types: Type.Array(Type.Object({ type: UserType, channels: Type.Object({ push: Type.Optional(Bit('1 on')) }) }), {
      maxItems: 100,
    }),
  }),
);

const SomeChannels = named(
  'NotificationChannelsChanges',
  Type.Object({ push: Type.Optional(Bit('1 on')), sms: Type.Optional(Bit('1 on')), email: Type.Optional(Bit('1 on')) }),
);

export const UserChannelsChanges = named(
  'UserChannelsChanges',
  Type.Object({ notification_types: Type.Array(Type.Object({ type: UserType, channels: SomeChannels }), { maxItems: 100 }) }),
);

/** A time of the location's clock. */
const ClockTime = NullableString({
  pattern: '^([01]\\d|2[0-3]):[0-5]\\d$',
  description: 'hh:mm; null for none',
  examples: ['21:00'],
});
const Hours = Type.Integer({ minimum: 0, maximum: 720, description: 'hours before the appointment; 0 for no reminder' });
const PhoneChannel = Type.String({ enum: ['sms', 'whatsapp'], description: 'how messages to phones are sent' });
const Language = Type.String({ pattern: '^[a-z]{2}(-[A-Z]{2})?$', description: 'of texts and dates', examples: ['en', 'de-AT'] });

export const NotificationRules = named(
  'NotificationRules',
  Type.Object({
    channels: NotificationTypeChannels,
    phone_channel: PhoneChannel,
    types: Type.Array(Type.Object({ type: AnyType, channels: NotificationTypeChannels }), {
      description: 'as set, also where the channel of the location is off',
    }),
    sms_reminder_hours: Hours,
    email_reminder_hours: Hours,
    quiet_from: ClockTime,
    quiet_to: ClockTime,
    language: Language,
  }),
);

export const NotificationRulesChanges = named(
  'NotificationRulesChanges',
  Type.Object({
    channels: Type.Optional(SomeChannels),
    phone_channel: Type.Optional(PhoneChannel),
    types: Type.Optional(
      Type.Array(Type.Object({ type: AnyType, channels: NotificationTypeChannels }), {
        maxItems: 100,
        description: 'types that are not named stay',
      }),
    ),
    sms_reminder_hours: Type.Optional(Hours),
    email_reminder_hours: Type.Optional(Hours),
    quiet_from: Type.Optional(ClockTime),
    quiet_to: Type.Optional(ClockTime),
    language: Type.Optional(Language),
  }),
);

const place = {
  type: AnyType,
  channel: Type.String({ enum: ['sms', 'email'], description: '`sms` is also the text of messages by WhatsApp' }),
  language: Language,
};

export const NotificationTemplate = named(
  'NotificationTemplate',
  Type.Object({ id: Type.Integer(), ...place, subject: Type.String({ description: 'of a mail' }), text: Type.String() }),
);

export const NotificationTemplateInput = named(
  'NotificationTemplateInput',
  Type.Object({
    ...place,
    subject: Type.Optional(Type.String({ maxLength: 200, description: 'of a mail' })),
    text: Type.String({ minLength: 1, maxLength: 10_000, pattern: '\\S' }),
  }),
);

export const MessageBalance = named(
  'MessageBalance',
  Type.Object({
    balance: NullableNumber({ minimum: 0, maximum: 1e9, description: 'in the currency of the location; null for no limit' }),
    price: Type.Number({ minimum: 0, maximum: 1e6, description: 'of one part of an SMS' }),
  }),
);

export const LogQuery = Type.Object({
  client_id: Type.Optional(Id('client id')),
  record_id: Type.Optional(Id('appointment id')),
  state: Type.Optional(Type.String({ enum: ['queued', 'sent', 'delivered', 'failed', 'skipped'] })),
  before: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1e15, description: 'only messages before this id, for the next page' }),
  ),
  count: Type.Integer({ default: 50, minimum: 1, maximum: 200 }),
});

export const SentMessage = named(
  'SentMessage',
  Type.Object({
    id: Type.Integer(),
    type: Type.String({ enum: [...userNoticeTypes, ...clientNoticeTypes, ...loyaltyNoticeTypes, 'campaign'] }),
    channel: Type.String({ enum: ['sms', 'email', 'whatsapp'] }),
    recipient: Type.String({ description: 'empty if there is none, or you may not see it' }),
    subject: Type.String({ description: 'empty if you may not see phone numbers and e-mails' }),
    text: Type.String({ description: 'the same' }),
    client_id: NullableNumber(),
    user_id: NullableNumber(),
    record_id: NullableNumber({ description: 'the appointment' }),
    state: Type.String({ enum: ['queued', 'sent', 'delivered', 'failed', 'skipped'] }),
    reason: Type.String({ description: 'why it is not sent, or not yet' }),
    attempts: Type.Integer(),
    parts: Type.Integer({ description: 'SMS that it takes' }),
    cost: Type.Number(),
    due_date: DateTime('when it is sent, or sent again'),
    create_date: DateTime('when it was queued'),
    sent_date: NullableDateTime('when the provider took it'),
  }),
);
