/** The types of notifications to users, by their published names and in their published order. */
export const userNoticeTypes = [
  'record_create_online_staff',
  'record_move_admin',
  'license_expire',
  'record_create_offline_admin',
  'record_create_offline_staff',
  'record_create_online_admin',
  'record_delete_admin',
  'record_delete_staff',
  'record_move_staff',
] as const;
export type UserNoticeType = (typeof userNoticeTypes)[number];

/** The types of notifications to clients. The published API has no names for them. */
export const clientNoticeTypes = [
  'record_create_client',
  'record_move_client',
  'record_delete_client',
  'record_reminder_client',
  'birthday_client',
  'waiting_offer_client',
] as const;
export type ClientNoticeType = (typeof clientNoticeTypes)[number];

/** What clients are told about loyalty, with the texts of their chain. Source: the published list. */
export const loyaltyNoticeTypes = [
  'loyalty_discount_expiration',
  'loyalty_cashback_expiration',
  'loyalty_discount_increased',
  'loyalty_discount_decreased',
  'loyalty_card_created',
  'loyalty_card_withdraw',
  'loyalty_withdraw_cancelled',
  'loyalty_card_manual',
  'loyalty_card_manual_withdraw',
  'loyalty_card_cashback',
  'loyalty_card_cashback_cancelled',
  'loyalty_card_income',
  'loyalty_discount_changed',
  'loyalty_cashback_changed',
  'loyalty_settings_abonement_notification',
] as const;
export type LoyaltyNoticeType = (typeof loyaltyNoticeTypes)[number];

export type NoticeType = UserNoticeType | ClientNoticeType;
export const noticeTypes: readonly NoticeType[] = [...userNoticeTypes, ...clientNoticeTypes];

export interface Channels {
  push: boolean;
  sms: boolean;
  email: boolean;
}

/** The channels of types that differ from their default. */
export type TypeChannels = { [Type in NoticeType]?: Channels };

/** Users are told by push and by mail, as in the published example. */
const ofUser: Channels = { push: true, sms: false, email: true };
/** Mails are free, and SMS are not, so only the published default, the reminder, and offers send SMS. */
const ofClient: Channels = { push: false, sms: false, email: true };
const off: Channels = { push: false, sms: false, email: false };

/** The channels of a type in a location that has not set it. */
export function defaultChannels(type: NoticeType): Channels {
  // An offer is good for a short time, and so is the way to most clients: by phone.
  if (type === 'record_reminder_client' || type === 'waiting_offer_client') return { ...ofClient, sms: true };
  if (type === 'birthday_client') return off;
  return type.endsWith('_client') ? ofClient : ofUser;
}
