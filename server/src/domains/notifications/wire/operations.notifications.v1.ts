import Type from 'typebox';
import { locationUser, signedIn } from '../../../api/access.ts';
import { answer, operation } from '../../../api/operation.ts';
import { Id, named } from '../../../api/schema.ts';

const SmsClientsByIdRequest = named(
  'SmsClientsByIdRequest',
  Type.Object({ client_ids: Type.Optional(Type.Array(Type.Number())), text: Type.Optional(Type.String()) }),
);

const SmsClientsByFilterRequest = named('SmsClientsByFilterRequest', Type.Object({ text: Type.Optional(Type.String()) }));

const EmailClientsByIdRequest = named(
  'EmailClientsByIdRequest',
  Type.Object({ client_ids: Type.Array(Type.Number()), subject: Type.String(), text: Type.String() }),
);

const EmailClientsByFilterRequest = named(
  'EmailClientsByFilterRequest',
  Type.Object({ subject: Type.String(), text: Type.String() }),
);

const NotificationSettingsUsersRequestDataType = named(
  'NotificationSettingsUsersRequestDataType',
  Type.Object({
    notification_types: Type.Optional(
      Type.Array(
        Type.Object({
          type: Type.Optional(
            Type.String({
              enum: [
                'record_create_online_staff',
                'record_create_offline_staff',
                'record_delete_staff',
                'record_move_staff',
                'record_create_online_admin',
                'record_create_offline_admin',
                'record_delete_admin',
                'record_move_admin',
                'license_expire',
              ],
            }),
          ),
          channels: Type.Optional(Type.Object({ push: Type.Optional(Type.Integer({ description: '0/1' })) })),
        }),
      ),
    ),
  }),
);

const sendSmsToClients = operation({
  id: 'send_sms_to_clients',
  method: 'POST',
  path: '/sms/clients/by_id/{location_id}',
  tag: 'Notifications',
  summary: 'SMS to listed clients',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  body: SmsClientsByIdRequest,
  success: answer(201, undefined, Type.Object({ message: Type.Optional(Type.String({ description: '"Accepted"' })) })),
  errors: [402, 403, 404, 422],
  example: { meta: { message: 'Accepted' } },
});

const sendSmsCampaignToFilteredClients = operation({
  id: 'send_sms_campaign_to_filtered_clients',
  method: 'POST',
  path: '/sms/clients/by_filter/{location_id}',
  tag: 'Notifications',
  summary: 'SMS to clients matching filters',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    fullname: Type.Optional(Type.String({ description: 'substring of name' })),
    phone: Type.Optional(Type.String({ description: 'substring of phone' })),
    email: Type.Optional(Type.String({ description: 'substring of email' })),
  }),
  body: SmsClientsByFilterRequest,
  success: answer(201, undefined, Type.Object({ message: Type.Optional(Type.String({ description: '"Accepted"' })) })),
  errors: [403, 404],
  example: { meta: { message: 'Accepted' } },
});

const sendEmailNewsletterToClients = operation({
  id: 'send_email_newsletter_to_clients',
  method: 'POST',
  path: '/email/clients/by_id/{location_id}',
  tag: 'Notifications',
  summary: 'Email to listed clients',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  body: EmailClientsByIdRequest,
  success: answer(201, undefined, Type.Object({ message: Type.Optional(Type.String({ description: '"Accepted"' })) })),
  errors: [403, 404],
  example: { meta: { message: 'Accepted' } },
});

const sendEmailCampaignToFilteredClients = operation({
  id: 'send_email_campaign_to_filtered_clients',
  method: 'POST',
  path: '/email/clients/by_filter/{location_id}',
  tag: 'Notifications',
  summary: 'Email to clients matching filters',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    fullname: Type.Optional(Type.String({ description: 'substring of name' })),
    phone: Type.Optional(Type.String({ description: 'substring of phone' })),
    email: Type.Optional(Type.String({ description: 'substring of email' })),
  }),
  body: EmailClientsByFilterRequest,
  success: answer(201, undefined, Type.Object({ message: Type.Optional(Type.String({ description: '"Accepted"' })) })),
  errors: [403, 404],
  example: { meta: { message: 'Accepted' } },
});

const getMessageStatusList = operation({
  id: 'get_message_status_list',
  method: 'POST',
  path: '/delivery/status',
  tag: 'Notifications',
  summary: 'SMS provider reports message delivery statuses',
  access: signedIn(),
  body: Type.Array(
    Type.Object({
      id: Type.Optional(Type.String()),
      status: Type.Optional(Type.Number({ description: 'message status' })),
      payment_sum: Type.Optional(Type.Number({ description: 'full cost' })),
      currency_iso: Type.Optional(Type.String()),
      parts_amount: Type.Optional(Type.Number({ description: 'message parts' })),
    }),
  ),
  success: answer(200, undefined),
  errors: [400, 404],
});

const NotificationTypeChannels = named(
  'NotificationTypeChannels',
  Type.Object({
    push: Type.Optional(Type.Integer({ description: '0/1' })),
    sms: Type.Optional(Type.Integer({ description: '0/1' })),
    email: Type.Optional(Type.Integer({ description: '0/1' })),
  }),
);

const getLocationNotificationSettings = operation({
  id: 'get_location_notification_settings',
  method: 'GET',
  path: '/notification_settings/{location_id}/notification_types',
  tag: 'Notifications',
  summary: 'Notification settings of a location',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        type: Type.Optional(Type.String({ description: 'notification type slug, e.g. record_create_online_staff' })),
        channels: Type.Optional(NotificationTypeChannels),
      }),
    ),
    Type.Object({ count: Type.Optional(Type.Integer()) }),
  ),
  errors: [403, 404],
  example: { data: [{ type: 'record_create_online_staff', channels: { push: 1, sms: 0, email: 1 } }], meta: { count: 9 } },
});

const NotificationType = named(
  'NotificationType',
  Type.Object({
    type: Type.Optional(
      Type.String({
        enum: [
          'record_create_online_staff',
          'record_create_offline_staff',
          'record_delete_staff',
          'record_move_staff',
          'record_create_online_admin',
          'record_create_offline_admin',
          'record_delete_admin',
          'record_move_admin',
          'license_expire',
        ],
      }),
    ),
    channels: Type.Optional(NotificationTypeChannels),
  }),
);

const UserNotificationSetting = named(
  'UserNotificationSetting',
  Type.Object({
    mode: Type.Optional(Type.String({ description: 'which notification set applies', enum: ['admin', 'staff', 'disabled'] })),
    notification_types: Type.Optional(Type.Array(NotificationType)),
  }),
);

const getUserNotificationSettings = operation({
  id: 'get_user_notification_settings',
  method: 'GET',
  path: '/notification_settings/{location_id}/users/{user_id}',
  tag: 'Notifications',
  summary: 'Notification settings of a location user',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), user_id: Id('user id') }),
  success: answer(200, UserNotificationSetting),
  errors: [403, 404],
  example: {
    data: {
      mode: 'staff',
      notification_types: [{ type: 'record_create_online_staff', channels: { push: 1, sms: 0, email: 1 } }],
    },
  },
});

const updateUserNotificationSettings = operation({
  id: 'update_user_notification_settings',
  method: 'POST',
  path: '/notification_settings/{location_id}/users/{user_id}',
  tag: 'Notifications',
  summary: 'Change push notification settings of a user',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), user_id: Id('user id') }),
  body: NotificationSettingsUsersRequestDataType,
  success: answer(200, UserNotificationSetting),
  errors: [403, 404],
  example: {
    data: {
      mode: 'staff',
      notification_types: [{ type: 'record_create_online_staff', channels: { push: 1, sms: 0, email: 0 } }],
    },
  },
});

/** The operations of the tag, in the order of the published documents. */
export const notificationsOperations = [
  sendSmsToClients,
  sendSmsCampaignToFilteredClients,
  sendEmailNewsletterToClients,
  sendEmailCampaignToFilteredClients,
  getMessageStatusList,
  getLocationNotificationSettings,
  getUserNotificationSettings,
  updateUserNotificationSettings,
];
