import Type, { type Static } from 'typebox';
import { chainUser } from '../../../api/access.ts';
import { ok, operation } from '../../../api/operation.ts';
import { Id, named } from '../../../api/schema.ts';
import { type NoticeSettings, noticeSettings, setNoticeSettings } from '../notices.ts';

const tag = 'Chain Loyalty Programs';
const path = '/chain/{chain_id}/loyalty/settings/abonement_notices';
const ChainPath = Type.Object({ chain_id: Id('chain id') });
const NoticeText = Type.String({ maxLength: 255, description: 'empty for the usual text' });

const Notices = named(
  'MembershipNoticeSettings',
  Type.Object({
    days_before_end: Type.Integer({
      minimum: 0,
      maximum: 365,
      description: 'the owner is told so many days before the end, at 10:00 of the location that sold it; 0 for not at all',
    }),
    end_text: NoticeText,
    visits_left: Type.Integer({
      minimum: 0,
      maximum: 1000,
      description: 'the owner is told a day after a use that left so many visits; 0 for not at all',
    }),
    visits_text: NoticeText,
    is_use_noticed: Type.Boolean({ description: 'the owner is told when a visit is taken' }),
    use_text: NoticeText,
  }),
);

const present = (settings: NoticeSettings): Static<typeof Notices> => ({
  days_before_end: settings.daysBeforeEnd ?? 0,
  end_text: settings.endText,
  visits_left: settings.visitsLeft ?? 0,
  visits_text: settings.visitsText,
  is_use_noticed: settings.onUse,
  use_text: settings.useText,
});

const getNotices = operation({
  id: 'get_membership_notices',
  method: 'GET',
  path,
  tag,
  summary: 'Read what owners of memberships are told',
  extension: true,
  access: chainUser('loyalty_abonement_types_access'),
  params: ChainPath,
  success: ok(Notices),
  errors: [403, 404],
  handle: async ({ db, chain }) => present(await noticeSettings(db, chain.id)),
});

const updateNotices = operation({
  id: 'update_membership_notices',
  method: 'PUT',
  path,
  tag,
  summary: 'Set what owners of memberships are told',
  description: 'By SMS, once for each cause. Nothing is sent by default.',
  extension: true,
  access: chainUser('loyalty_abonement_types_access'),
  params: ChainPath,
  body: Notices,
  success: ok(Notices),
  errors: [403, 404, 422],
  example: {
    body: {
      days_before_end: 7,
      end_text: '',
      visits_left: 2,
      visits_text: 'Two visits left',
      is_use_noticed: false,
      use_text: '',
    },
  },
  handle: async ({ write, chain, body }) => {
    await setNoticeSettings(write, chain.id, {
      daysBeforeEnd: body.days_before_end || null,
      endText: body.end_text,
      visitsLeft: body.visits_left || null,
      visitsText: body.visits_text,
      onUse: body.is_use_noticed,
      useText: body.use_text,
    });
    return present(await noticeSettings(write, chain.id));
  },
});

/** Foyer's own operations of the tag about memberships. */
export const membershipNoticesOperations = [getNotices, updateNotices];
