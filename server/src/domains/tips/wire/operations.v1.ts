import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { counted, created, empty, ok, operation } from '../../../api/operation.ts';
import { publicAddress } from '../../../api/public-address.ts';
import { Id, named } from '../../../api/schema.ts';
import { PersonWithEmail, Titled } from '../../../wire/schemas.ts';
import {
  createTipSettings,
  deleteTipSettings,
  enableTips,
  getTipSettings,
  listTipSettings,
  type TipSettingsRow,
  type TipStatus,
  tipStatus,
  updateTipSettings,
} from '../setting.ts';

const tag = 'Utilities';
const access = locationUser('is_salon_tips_manager');

const LocationOnly = Type.Object({ location_id: Id('location id') });
const SettingsPath = Type.Object({ location_id: Id('location id'), master_tips_settings_id: Id('tip settings id') });

const fields = {
  landing_external: Type.Optional(
    Type.String({ maxLength: 2000, description: 'the page of your payment provider where clients tip; empty for none' }),
  ),
  master_tips_form_link: Type.Optional(
    Type.String({ maxLength: 2000, description: 'the form in which the team member opens an account; empty for none' }),
  ),
  has_account: Type.Optional(
    Type.Boolean({ description: 'the team member has an account with the provider; needs a page where clients tip' }),
  ),
};
const TipSettingsChanges = named('TipSettingsChanges', Type.Object(fields));

const spelling = { teamMemberId: 'staff_id', landing: 'landing_external', form: 'master_tips_form_link' };

const TeamMemberTipSetting = named(
  'TeamMemberTipSetting',
  Type.Object({
    id: Type.Integer(),
    location_id: Type.Integer(),
    staff_id: Type.Integer(),
    hash: Type.String({ description: 'a UUID that stays' }),
    status: Type.Number({
      description: '1 without a page where clients tip; 3 while the team member has no account with the provider; 4 all is set',
    }),
    status_title: Type.String(),
    is_enabled: Type.Boolean(),
    landing_external: Type.String({ description: 'the page where clients tip; empty without one' }),
    master_tips_form_link: Type.String({ description: 'where the team member opens an account; empty without it' }),
    invite_sms_sent: Type.Boolean({ description: 'always false: nobody is invited by SMS' }),
    staff: named(
      'TeamMemberTipSettingStaff',
      Type.Object({
        id: Type.Integer(),
        name: Type.String(),
        specialization: Type.String(),
        avatar: Type.String({ description: 'address of the picture; empty without one' }),
        user: Type.Optional(PersonWithEmail),
        position: Type.Optional(Titled),
      }),
    ),
  }),
);

const statuses: Record<TipStatus, { status: number; status_title: string }> = {
  new: { status: 1, status_title: 'new settings' },
  pending: { status: 3, status_title: 'pending account' },
  ready: { status: 4, status_title: 'everything is set' },
};

const present = (row: TipSettingsRow, address: string) => {
  const { id, name, specialization, picture } = row.member;
  const image = picture?.images.find(({ version }) => version === 'sm');
  return {
    id: row.id,
    location_id: row.locationId,
    staff_id: row.teamMemberId,
    hash: row.hash,
    ...statuses[tipStatus(row)],
    is_enabled: row.isEnabled,
    landing_external: row.landing,
    master_tips_form_link: row.form,
    invite_sms_sent: false,
    staff: {
      id,
      name,
      specialization,
      avatar: image ? address + image.path : '',
      ...(row.user ? { user: row.user } : {}),
      ...(row.position ? { position: row.position } : {}),
    },
  };
};

const example = {
  id: 3120,
  location_id: 4564,
  staff_id: 1_071_804,
  hash: '1a27116c-726d-4cec-a7dd-7bd6d669a8c1',
  status: 3,
  status_title: 'pending account',
  is_enabled: false,
  landing_external: 'https://tips.example.com/fusa',
  master_tips_form_link: 'https://tips.example.com/fusa/account',
  invite_sms_sent: false,
  staff: {
    id: 1_071_804,
    name: 'Fusa',
    specialization: 'Yoga teacher',
    avatar: '',
    user: { id: 1_553_930, name: 'James Smith', email: 'j.smith@example.com', phone: '13155550175' },
    position: { id: 103_883, title: 'Yogist' },
  },
};

const getTeamMemberTipSettings = operation({
  id: 'get_team_member_tip_settings',
  method: 'GET',
  path: '/tips/{location_id}/settings',
  tag,
  summary: 'Team members with tip settings',
  access,
  params: LocationOnly,
  success: counted(Type.Array(TeamMemberTipSetting)),
  errors: [403, 404],
  example: { data: [example], meta: { count: 1 } },
  handle: async ({ db, location, request, services }) =>
    (await listTipSettings(db, location.id)).map((row) => present(row, publicAddress(request, services.config))),
});

const createTeamMemberTipSettings = operation({
  id: 'create_team_member_tip_settings',
  method: 'POST',
  path: '/tips/{location_id}/settings',
  tag,
  summary: 'Set up tips for a team member',
  description: 'They are not enabled yet. Clients tip on a page of a payment provider that you choose: Foyer moves no money.',
  extension: true,
  access,
  params: LocationOnly,
  body: named('NewTipSettings', Type.Object({ staff_id: Id('team member id'), ...fields })),
  success: created(TeamMemberTipSetting),
  errors: [403, 404],
  spelling,
  example: {
    body: {
      staff_id: 1_071_804,
      landing_external: 'https://tips.example.com/fusa',
      master_tips_form_link: 'https://tips.example.com/fusa/account',
    },
    data: example,
  },
  handle: async ({ write, location, body, request, services }) =>
    present(await createTipSettings(write, location.id, body.staff_id, given(body)), publicAddress(request, services.config)),
});

const given = (body: { landing_external?: string; master_tips_form_link?: string; has_account?: boolean }) => ({
  landing: body.landing_external,
  form: body.master_tips_form_link,
  hasAccount: body.has_account,
});

const getTipSettingsOperation = operation({
  id: 'get_tip_settings',
  method: 'GET',
  path: '/tips/{location_id}/settings/{master_tips_settings_id}',
  tag,
  summary: 'Tip settings of a team member',
  extension: true,
  access,
  params: SettingsPath,
  success: ok(TeamMemberTipSetting),
  errors: [403, 404],
  example: { data: example },
  handle: async ({ db, location, params, request, services }) =>
    present(await getTipSettings(db, location.id, params.master_tips_settings_id), publicAddress(request, services.config)),
});

const updateTipSettingsOperation = operation({
  id: 'update_team_member_tip_settings',
  method: 'PUT',
  path: '/tips/{location_id}/settings/{master_tips_settings_id}',
  tag,
  summary: 'Change the tip settings of a team member',
  description: 'Fields that are not sent stay as they are.',
  extension: true,
  access,
  params: SettingsPath,
  body: TipSettingsChanges,
  success: ok(TeamMemberTipSetting),
  errors: [403, 404],
  spelling,
  example: { body: { has_account: true }, data: { ...example, ...statuses.ready } },
  handle: async ({ write, location, params, body, request, services }) =>
    present(
      await updateTipSettings(write, location.id, params.master_tips_settings_id, given(body)),
      publicAddress(request, services.config),
    ),
});

const deleteTipSettingsOperation = operation({
  id: 'delete_team_member_tip_settings',
  method: 'DELETE',
  path: '/tips/{location_id}/settings/{master_tips_settings_id}',
  tag,
  summary: 'Delete the tip settings of a team member',
  extension: true,
  access,
  params: SettingsPath,
  success: empty(204),
  errors: [403, 404],
  handle: ({ write, location, params }) => deleteTipSettings(write, location.id, params.master_tips_settings_id),
});

const disableTeamMemberTips = operation({
  id: 'disable_team_member_tips',
  method: 'POST',
  path: '/tips/{location_id}/settings/{master_tips_settings_id}/disable',
  tag,
  summary: 'Disable tips of a team member',
  description: 'Nothing happens if they are disabled already.',
  access,
  params: SettingsPath,
  success: counted(Type.Array(TeamMemberTipSetting)),
  errors: [403, 404],
  example: { data: [example], meta: { count: 1 } },
  handle: async ({ write, location, params, request, services }) => [
    present(await enableTips(write, location.id, params.master_tips_settings_id, false), publicAddress(request, services.config)),
  ],
});

const enableTeamMemberTips = operation({
  id: 'enable_team_member_tips',
  method: 'GET',
  path: '/tips/{location_id}/settings/{master_tips_settings_id}/enable',
  tag,
  summary: 'Enable tips of a team member',
  description:
    'It changes something although it is a GET, so do not open it ahead of time. Nothing happens if they are enabled already.',
  access,
  params: SettingsPath,
  success: counted(Type.Array(TeamMemberTipSetting)),
  errors: [403, 404],
  transaction: 'write',
  example: { data: [{ ...example, is_enabled: true }], meta: { count: 1 } },
  handle: async ({ write, location, params, request, services }) => [
    present(await enableTips(write, location.id, params.master_tips_settings_id, true), publicAddress(request, services.config)),
  ],
});

/** How clients tip team members. */
export const tipsOperations = [
  getTeamMemberTipSettings,
  createTeamMemberTipSettings,
  getTipSettingsOperation,
  updateTipSettingsOperation,
  deleteTipSettingsOperation,
  disableTeamMemberTips,
  enableTeamMemberTips,
];
