import Type from 'typebox';
import { locationPartner, locationUser, signedIn } from '../../../api/access.ts';
import { answer, operation } from '../../../api/operation.ts';
import { Id, named } from '../../../api/schema.ts';
import { PersonWithEmail, Titled } from '../../../wire/schemas.ts';

const getLocationSubscriptionInformation = operation({
  id: 'get_location_subscription_information',
  method: 'GET',
  path: '/license/{location_id}',
  tag: 'Utilities',
  summary: 'License of a location',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id') }),
  success: answer(
    200,
    Type.Object({
      LicenseOption: Type.Optional(Titled),
      active: Type.Number({ description: '1 active' }),
      deactivation_date: Type.String({ description: 'expiry' }),
      id: Type.Integer({ description: 'license id' }),
      name: Type.String(),
      options: Type.Array(Type.Record(Type.String(), Type.Any(), { description: 'license options' })),
      salon_id: Type.Integer({ description: 'location id' }),
      staff_limit: Type.Number({ description: 'team member limit' }),
      is_paid_rights_model: Type.Boolean({ description: 'paid rights licensing' }),
      start_date: Type.String(),
    }),
  ),
  errors: [403, 404],
  example: {
    data: {
      id: 1,
      salon_id: 4523464,
      staff_limit: 5,
      deactivation_date: '08.11.2019',
      start_date: '07.05.2025',
      name: 'Start',
      active: 1,
      is_paid_rights_model: false,
      options: [{ id: 3, title: 'Online payment' }],
    },
  },
});

const deleteImage = operation({
  id: 'delete_image',
  method: 'DELETE',
  path: '/images/{entity}',
  tag: 'Utilities',
  summary: 'Delete an image group',
  access: signedIn(),
  params: Type.Object({ entity: Type.String({ minLength: 1, maxLength: 255, description: 'team_member or service' }) }),
  multipart: true,
  body: Type.Object({ image_group_id: Type.Integer({ description: 'group to delete' }) }),
  success: answer(200, undefined),
  errors: [403, 404],
});

const EmployeePhone = named(
  'EmployeePhone',
  Type.Object({ id: Type.Optional(Type.Integer()), phone: Type.Optional(Type.String()) }),
);

const TeamMemberTipSettingStaff = named(
  'TeamMemberTipSettingStaff',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    name: Type.Optional(Type.String()),
    specialization: Type.Optional(Type.String()),
    avatar: Type.Optional(Type.String({ description: 'URL' })),
    employee: Type.Optional(EmployeePhone),
    user: Type.Optional(PersonWithEmail),
    position: Type.Optional(Titled),
  }),
);

const TeamMemberTipSetting = named(
  'TeamMemberTipSetting',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    location_id: Type.Optional(Type.Integer()),
    staff_id: Type.Optional(Type.Integer()),
    hash: Type.Optional(Type.String({ description: 'token' })),
    status: Type.Optional(Type.Number({ description: 'such as 3 pending account, 4 fully set' })),
    status_title: Type.Optional(Type.String()),
    is_enabled: Type.Optional(Type.Boolean()),
    landing_external: Type.Optional(Type.String({ description: 'URL' })),
    master_tips_form_link: Type.Optional(Type.String({ description: 'URL of tip form' })),
    invite_sms_sent: Type.Optional(Type.Boolean()),
    staff: Type.Optional(TeamMemberTipSettingStaff),
  }),
);

const getTeamMemberTipSettings = operation({
  id: 'get_team_member_tip_settings',
  method: 'GET',
  path: '/tips/{location_id}/settings',
  tag: 'Utilities',
  summary: 'Team members with tip settings',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id') }),
  success: answer(200, Type.Array(TeamMemberTipSetting), Type.Object({ count: Type.Optional(Type.Integer()) })),
  errors: [403, 404],
  example: {
    meta: { count: 1 },
    data: [
      {
        id: 3120,
        location_id: 4564,
        staff_id: 1071804,
        hash: '1a27116c-726d-4cec-a7dd-7bd6d669a8c1',
        status: 1,
        status_title: 'new settings',
        is_enabled: false,
        landing_external: 'https://app.alteg.io/tips/external/4564/1a27116c-726d-4cec-a7dd-7bd6d669a8c1/',
        staff: { id: 1071804, name: 'Location Business Example', specialization: 'Reviews' },
      },
    ],
  },
});

const disableTeamMemberTips = operation({
  id: 'disable_team_member_tips',
  method: 'POST',
  path: '/tips/{location_id}/settings/{master_tips_settings_id}/disable',
  tag: 'Utilities',
  summary: 'Disable tips of a team member',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), master_tips_settings_id: Id('tip settings id') }),
  success: answer(200, Type.Array(TeamMemberTipSetting), Type.Object({ count: Type.Optional(Type.Integer()) })),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 1,
        location_id: 253859,
        staff_id: 742418,
        hash: 'ba816199-eecf-4bd2-9f1d-db470545bfaf',
        status: 3,
        status_title: 'pending account',
        is_enabled: true,
        landing_external: 'https://app.alteg.io/tips/external/253859/ba816199-eecf-4bd2-9f1d-db470545bfaf/',
        master_tips_form_link: 'https://app.alteg.io/companies/253859/staff/742418/tips/pay/',
        invite_sms_sent: false,
        staff: {
          id: 742418,
          name: 'Fusa',
          specialization: 'team member',
          avatar: 'https://assets.alteg.io/masters/sm/c/c7/c77a_2021.png',
          employee: { id: 733043, phone: '+13155550175' },
          user: { id: 1553930, name: 'James Smith', email: 'j.smith@example.com', phone: '+13155550186' },
          position: { id: 103883, title: 'Yogist' },
        },
      },
    ],
    meta: { count: 2 },
  },
});

const enableTeamMemberTips = operation({
  id: 'enable_team_member_tips',
  method: 'GET',
  path: '/tips/{location_id}/settings/{master_tips_settings_id}/enable',
  tag: 'Utilities',
  summary: 'Enable tips of a team member',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id'), master_tips_settings_id: Id('tip settings id') }),
  success: answer(200, Type.Array(TeamMemberTipSetting), Type.Object({ count: Type.Optional(Type.Integer()) })),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 1,
        location_id: 253859,
        staff_id: 742418,
        hash: 'ba816199-eecf-4bd2-9f1d-db470545bfaf',
        status: 3,
        status_title: 'pending account',
        is_enabled: true,
        landing_external: 'https://app.alteg.io/tips/external/253859/ba816199-eecf-4bd2-9f1d-db470545bfaf/',
        master_tips_form_link: 'https://app.alteg.io/companies/253859/staff/742418/tips/pay/',
        invite_sms_sent: false,
        staff: {
          id: 742418,
          name: 'Fusa',
          specialization: 'team member',
          avatar: 'https://assets.alteg.io/masters/sm/c/c7/c77a_2021.png',
          employee: { id: 733043, phone: '+13155550175' },
          user: { id: 1553930, name: 'James Smith', email: 'j.smith@example.com', phone: '+13155550175' },
          position: { id: 103883, title: 'Yogist' },
        },
      },
    ],
    meta: { count: 2 },
  },
});

/** The operations of the tag, in the order of the published documents; uploading images is between the two. */
export const licenseOperations = [getLocationSubscriptionInformation];
export const utilitiesOperations = [deleteImage, getTeamMemberTipSettings, disableTeamMemberTips, enableTeamMemberTips];
