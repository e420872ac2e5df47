import Type, { type Static } from 'typebox';
import { type Flag, locationPublic, locationUser } from '../../../api/access.ts';
import { Invalid } from '../../../api/errors.ts';
import { answer, empty, operation } from '../../../api/operation.ts';
import { linkAddress, publicAddress } from '../../../api/public-address.ts';
import { AnyOfTypes, Bit, EmptyList, Id, maxId, named, TotalOfList } from '../../../api/schema.ts';
import { mapInSteps } from '../../../platform/pause.ts';
import { ImageGroup } from '../../../wire/images.ts';
import { MasterWithPosition, Titled } from '../../../wire/schemas.ts';
import { lastWorkDays } from '../../schedule/work-schedule.ts';
import { sendInvitation } from '../../users/invitation.ts';
import { createPosition, listPositions } from '../position.ts';
import {
  updateTeamMember as changeMember,
  createTeamMember,
  createTeamMemberWithUser,
  getTeamMember as findMember,
  listTeamMembers as findMembers,
  getPublicMember,
  listPublicMembers,
  deleteTeamMember as removeMember,
  type TeamMemberFields,
} from '../team-member.ts';
import {
  presentListedMember,
  presentMember,
  presentOlderMember,
  presentPosition,
  presentQuickMember,
  presentUpdatedMember,
} from './present.ts';
import { PositionTitle } from './schemas.ts';

const StaffCompanyidRequest = named(
  'StaffCompanyidRequest',
  Type.Object({
    name: Type.Optional(Type.String({ maxLength: 255 })),
    specialization: Type.Optional(Type.String({ maxLength: 255 })),
    weight: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000, description: 'sort weight, heavier first' })),
    information: Type.Optional(Type.String({ maxLength: 100_000, description: 'HTML' })),
    api_id: Type.Optional(Type.String({ maxLength: 255, description: 'external id' })),
    hidden: Type.Optional(Bit('1 hidden in online booking, 0 visible')),
    fired: Type.Optional(Bit('1 dismissed, 0 not')),
    user_id: Type.Optional(Type.Integer({ minimum: 0, maximum: maxId, description: 'linked user of the location, 0 unlinks' })),
    has_access_timetable: Type.Optional(Type.Boolean({ description: 'may have working hours; new members may not by default' })),
    is_paid_staff: Type.Optional(Type.Boolean({ description: 'paid staff member' })),
    is_included_in_payment_policy: Type.Optional(Type.Boolean({ description: 'ignored: there are no payment policies here' })),
  }),
);

const fieldsOf = (body: Static<typeof StaffCompanyidRequest>): TeamMemberFields => ({
  name: body.name,
  specialization: body.specialization,
  weight: body.weight,
  information: body.information,
  apiId: body.api_id,
  isHidden: body.hidden === undefined ? undefined : body.hidden === 1,
  isFired: body.fired === undefined ? undefined : body.fired === 1,
  userId: body.user_id === undefined ? undefined : body.user_id || null,
  hasSchedule: body.has_access_timetable,
  isPaid: body.is_paid_staff,
  inPaymentPolicy: body.is_included_in_payment_policy,
});

/** The permission for payment policies is not required: without a policy the field is ignored. */
const rightsOf = (can: (flag: Flag) => boolean) => ({ dismiss: can('settings_master_dismiss_access'), paymentPolicy: true });

const Position = named(
  'Position',
  Type.Object({
    id: Type.Integer(),
    chain_id: Type.Integer({ description: 'chain where position was created' }),
    title: Type.String(),
    description: Type.String(),
    services_binding_type: Type.Integer({ description: '0 binding off, 1 soft, 2 strict binding of services', enum: [0, 1, 2] }),
    rules_required_fields: Type.Array(
      Type.String({
        description:
          'member fields required; e.g. employee_name, surname, middle_name, date_admission, date_registration_end, phone_number, citizenship, sex, identity_document, tax_id, number_insurance_certificates',
      }),
    ),
    only_chain_appointment: Type.Boolean({ description: 'members linkable only at chain level' }),
  }),
);

/** An empty list for a member without a position. */
const HeldPosition = Type.Union([Titled, EmptyList]);

const LinkedUser = named('LinkedUser', Type.Object({ id: Type.Integer(), name: Type.String(), avatar: Type.String() }));

const ExternalId = AnyOfTypes<number | string>(['integer', 'string'], {
  description: 'external id; a number when it has only digits',
});

const rating = {
  show_rating: Type.Integer({ description: '1 show, 0 hide' }),
  rating: Type.Number({ description: 'average score' }),
  votes_count: Type.Integer(),
  comments_count: Type.Integer({ description: 'reviews' }),
};

const publicMembers =
  'Without a user token, only public members are shown: no hidden or dismissed ones, and no accounts of people.';

const getTeamMemberList = operation({
  id: 'get_team_member_list',
  method: 'GET',
  path: '/staff/{location_id}',
  tag: 'Team Members',
  summary: 'List team members of location',
  description: `${publicMembers} A user token shows all members that are not deleted.`,
  access: locationPublic(),
  params: Type.Object({ location_id: Id('location id') }),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        id: Type.Integer({ description: 'team member id' }),
        api_id: AnyOfTypes<number | string | null>(['integer', 'string', 'null'], {
          description: 'external id; a number when it has only digits',
        }),
        name: Type.String(),
        specialization: Type.String(),
        rating: Type.Number({ description: 'average score' }),
        show_rating: Type.Integer({ description: '1 show, 0 hide' }),
        user_id: AnyOfTypes<number | null>(['integer', 'null'], { description: 'linked user' }),
        has_access_timetable: Type.Boolean({ description: 'may have a schedule' }),
        avatar: Type.String({ description: 'small image URL' }),
        avatar_big: Type.String({ description: 'large image URL' }),
        comments_count: Type.Integer({ description: 'reviews' }),
        votes_count: Type.Integer(),
        bookable: Type.Boolean({ description: 'open for online booking' }),
        image_group: Type.Array(ImageGroup, { description: 'none or one' }),
        information: Type.String({ description: 'bio' }),
        position_id: Type.Integer(),
        schedule_till: Type.String({
          description: 'schedule filled until, YYYY-MM-DD; empty without one',
          examples: ['2026-02-28'],
        }),
        weight: Type.Integer({ description: 'sort weight' }),
        fired: Type.Integer({ description: '1 fired, 0 active' }),
        status: Type.Integer({ description: '1 removed, 0 active' }),
        hidden: Type.Integer({ description: '1 hidden from online booking' }),
        user: Type.Array(LinkedUser, { description: 'none or one' }),
        prepaid: Type.String({ description: 'forbidden / allowed / required' }),
        position: HeldPosition,
      }),
    ),
  ),
  errors: [403],
  handle: async ({ db, location, user, request, services }) => {
    const address = publicAddress(request, services.config);
    const rows = await (user ? findMembers(db, location.id) : listPublicMembers(db, location.id));
    const until = await lastWorkDays(db, location.id);
    return mapInSteps(rows, (row) => presentListedMember(row, until.get(row.id), address));
  },
});

const writtenMember = {
  id: Type.Integer({ description: 'team member id' }),
  name: Type.String(),
  company_id: Type.Integer({ description: 'location id' }),
  specialization: Type.String(),
  position: HeldPosition,
  avatar: Type.String({ description: 'path' }),
  avatar_big: Type.String({ description: 'higher resolution path' }),
  user_id: AnyOfTypes<number | null>(['integer', 'null'], { description: 'linked user' }),
  api_id: ExternalId,
  ...rating,
  information: Type.String({ description: 'HTML' }),
  has_access_timetable: Type.Boolean({ description: 'may have a schedule' }),
  is_paid_staff: Type.Boolean({ description: 'counted in licence price' }),
  is_included_in_payment_policy: Type.Boolean({ description: 'true: there are no payment policies here' }),
};

export const TeamMember = named(
  'TeamMember',
  Type.Object({
    ...writtenMember,
    weight: Type.Integer({ description: 'sort weight, heavier first' }),
    fired: Type.Integer({ description: '1 fired, 0 not' }),
    status: Type.Integer({ description: '1 removed, 0 not' }),
    hidden: Type.Integer({ description: '1 hidden in online booking' }),
  }),
);

/** The older spelling of some numbers: as texts. */
const inTexts = {
  weight: Type.String({ description: 'a number as a text; heavier first' }),
  hidden: Type.String({ description: "'1' hidden in online booking, '0' visible" }),
  fired: Type.String({ description: "'1' dismissed, '0' not" }),
  status: Type.String({ description: "'1' deleted, '0' not" }),
};

const deprecatedCreateTeamMember = operation({
  id: 'deprecated_create_team_member',
  method: 'POST',
  path: '/staff/{location_id}',
  tag: 'Team Members',
  summary: 'Add team member',
  access: locationUser('master_create'),
  params: Type.Object({ location_id: Id('location id') }),
  body: StaffCompanyidRequest,
  success: answer(201, TeamMember),
  errors: [403, 404],

  example: {
    body: { name: 'Basil', specialization: 'the hairdresser', has_access_timetable: true, is_paid_staff: true },
    data: {
      id: 17969,
      api_id: 42,
      name: 'Basil',
      specialization: 'the hairdresser',
      position: { id: 1, title: 'Administrator' },
      show_rating: false,
      rating: 0,
      votes_count: 0,
      user_id: 12345,
      avatar: 'https://app.alteg.io/uploads/masters/sm/1.jpg',
      avatar_big: 'https://app.alteg.io/uploads/masters/norm/1.jpg',
      comments_count: 0,
      weight: 10,
      information: '<span>&nbsp;</span>',
      hidden: 0,
      fired: 0,
      status: 0,
    },
  },
  handle: async (context) => {
    const { write, location, body, can, request, services } = context;
    const { name, ...fields } = fieldsOf(body);
    if (name === undefined) throw new Invalid({ name: ['is required'] });
    const row = await createTeamMember(write, location.id, { ...fields, name }, rightsOf(can));
    return presentMember(row, publicAddress(request, services.config));
  },
});

const getTeamMemberById = operation({
  id: 'get_team_member_by_id',
  method: 'GET',
  path: '/staff/{location_id}/{team_member_id}',
  tag: 'Team Members',
  summary: 'Get one team member',
  description: publicMembers,
  access: locationPublic(),
  params: Type.Object({ location_id: Id('location id'), team_member_id: Id('team member id') }),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        id: Type.Integer({ description: 'team member id' }),
        api_id: Type.String({ description: 'external id' }),
        name: Type.String(),
        specialization: Type.String(),
        position: HeldPosition,
        ...rating,
        user_id: AnyOfTypes<number | null>(['integer', 'null'], { description: 'linked user' }),
        avatar: Type.String({ description: 'path' }),
        avatar_big: Type.String({ description: 'higher resolution path' }),
        ...inTexts,
        information: Type.String({ description: 'HTML' }),
        image_group: Type.Union([ImageGroup, EmptyList]),
      }),
    ),
  ),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 17969,
        name: 'Basil',
        specialization: 'the hairdresser',
        position: { id: 1, title: 'Administrator' },
        show_rating: 0,
        rating: 0,
        votes_count: 0,
        user_id: 12345,
        avatar: 'https://app.alteg.io/uploads/masters/sm/1.jpg',
        avatar_big: 'https://app.alteg.io/uploads/masters/norm/1.jpg',
        comments_count: 0,
        weight: '10',
        information: '<span>&nbsp;</span>',
        hidden: '0',
        fired: '0',
        status: '0',
        image_group: {
          id: 72250,
          entity: 'master',
          entity_id: 26427,
          images: {
            sm: {
              id: 186817,
              path: 'https://app.alteg.io/uploads/masters/sm/9/90/1.jpeg',
              width: '100',
              height: '100',
              type: 'jpeg',
              image_group_id: 72250,
              version: 'sm',
            },
            norm: {
              id: 186818,
              path: 'https://app.alteg.io/uploads/masters/norm/a/aa/1.jpeg',
              width: '180',
              height: '220',
              type: 'jpeg',
              image_group_id: 72250,
              version: 'norm',
            },
            origin: {
              id: 186819,
              path: 'https://app.alteg.io/uploads/masters/origin/6/65/1.jpeg',
              width: '800',
              height: '600',
              type: 'jpeg',
              image_group_id: 72250,
              version: 'origin',
            },
          },
        },
      },
    ],
  },
  handle: async ({ db, location, user, params, request, services }) => {
    const find = user ? findMember : getPublicMember;
    return [presentOlderMember(await find(db, location.id, params.team_member_id), publicAddress(request, services.config))];
  },
});

const updateTeamMember = operation({
  id: 'update_team_member',
  method: 'PUT',
  path: '/staff/{location_id}/{team_member_id}',
  tag: 'Team Members',
  summary: 'Update team member',
  access: locationUser('master_edit'),
  params: Type.Object({ location_id: Id('location id'), team_member_id: Id('team member id') }),
  body: StaffCompanyidRequest,
  success: answer(200, named('UpdatedTeamMember', Type.Object({ ...writtenMember, ...inTexts }))),
  errors: [403, 404],
  example: {
    body: { name: 'Basil', specialization: 'the hairdresser', weight: 10, hidden: 0 },
    data: {
      id: 17969,
      api_id: 42,
      name: 'Basil',
      specialization: 'the hairdresser',
      position: { id: 1, title: 'Administrator' },
      show_rating: 0,
      rating: 0,
      votes_count: 0,
      user_id: 12345,
      avatar: 'https://app.alteg.io/uploads/masters/sm/1.jpg',
      avatar_big: 'https://app.alteg.io/uploads/masters/norm/1.jpg',
      comments_count: 0,
      weight: '10',
      information: '<span>&nbsp;</span>',
      hidden: '0',
      fired: '0',
      status: '0',
      is_paid_staff: false,
      is_included_in_payment_policy: true,
    },
  },
  handle: async (context) => {
    const { write, location, params, body, can, request, services } = context;
    const row = await changeMember(write, location.id, params.team_member_id, fieldsOf(body), rightsOf(can));
    return presentUpdatedMember(row, publicAddress(request, services.config));
  },
});

const deleteTeamMember = operation({
  id: 'delete_team_member',
  method: 'DELETE',
  path: '/staff/{location_id}/{team_member_id}',
  tag: 'Team Members',
  summary: 'Delete team member',
  access: locationUser('master_delete'),
  params: Type.Object({ location_id: Id('location id'), team_member_id: Id('team member id') }),
  success: empty(204),
  errors: [403, 404],
  handle: ({ write, location, params }) => removeMember(write, location.id, params.team_member_id),
});

const createTeamMemberQuick = operation({
  id: 'create_team_member_quick',
  method: 'POST',
  path: '/company/{location_id}/staff/quick',
  tag: 'Team Members',
  summary: 'Create team member with minimal fields',
  description:
    'Adds the team member, and the person as a user of the location, found or created by e-mail address or phone number. A new user has the role of a worker, limited to the calendar and the clients of this team member.',
  access: locationUser('master_create'),
  params: Type.Object({ location_id: Id('location id') }),
  body: Type.Object({
    name: Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' }),
    specialization: Type.String({ maxLength: 255 }),
    position_id: AnyOfTypes<number | null>(['integer', 'null'], { minimum: 1, maximum: maxId }),
    phone_number: Type.Optional(
      AnyOfTypes<string | null | number>(['string', 'null', 'integer'], {
        maxLength: 20,
        description: 'another number of the person, digits without plus, 9..15',
      }),
    ),
    user_email: Type.Optional(
      AnyOfTypes<string | null>(['string', 'null'], {
        pattern: '^(\\s*|[^\\s@]+@[^\\s@]+)$',
        maxLength: 255,
        description: 'of the user to create or link; null or empty for none',
      }),
    ),
    user_phone: Type.Optional(
      AnyOfTypes<string | null | number>(['string', 'null', 'integer'], {
        maxLength: 20,
        description: 'login phone, digits without plus, 9..15; null or empty for none',
      }),
    ),
    is_user_invite: Type.Boolean({ description: 'the person has to accept an invitation first, and needs an e-mail or a phone' }),
    is_paid_staff: Type.Optional(Type.Boolean()),
  }),
  spelling: { phone: 'user_phone', otherPhone: 'phone_number', email: 'user_email', userId: 'user_email' },
  success: answer(201, MasterWithPosition),
  errors: [403, 404, 422],
  example: {
    body: {
      name: 'John Johnson',
      specialization: 'Cosmetologist',
      position_id: 1,
      phone_number: 13155550176,
      user_email: 'john.johnson@example.com',
      user_phone: 13155550177,
      is_user_invite: false,
      is_paid_staff: false,
    },
  },
  handle: async (context) => {
    const { write, location, user, body, can, request, services } = context;
    const contacts = {
      email: body.user_email ?? '',
      phone: String(body.user_phone ?? ''),
      otherPhone: String(body.phone_number ?? ''),
      isInvited: body.is_user_invite,
    };
    const { name, specialization, position_id: positionId, is_paid_staff: isPaid } = body;
    const by = { userId: user.id, mayAddUsers: can('create_users_access') };
    const fields = { name, specialization, positionId, isPaid };
    write.afterCommit(services.forgetAccess);
    const row = await createTeamMemberWithUser(write, location, fields, contacts, by);
    const inviter = { userId: user.id, address: linkAddress(request, services.config) };
    if (contacts.isInvited && row.userId !== null) await sendInvitation(write, location, inviter, row.userId);
    return presentQuickMember(row, publicAddress(request, services.config));
  },
});

const getTeamMember = operation({
  id: 'get_team_member',
  method: 'GET',
  path: '/company/{location_id}/staff/{team_member_id}',
  tag: 'Team Members',
  summary: 'List team members or one',
  optionalLast: true,
  access: locationUser(),
  params: Type.Object({
    location_id: Id('location id'),
    team_member_id: Type.Optional(Id('team member id; everyone without it')),
  }),
  success: answer(200, Type.Union([TeamMember, Type.Array(TeamMember)]), TotalOfList),
  errors: [403, 404],
  example: {
    meta: [],
    data: {
      id: 1001539,
      name: 'team member 1',
      company_id: 176275,
      specialization: 'team member',
      position: { id: 1, title: 'Administrator' },
      avatar: 'https://app.alteg.io/images/no-master-sm.png',
      avatar_big: 'https://app.alteg.io/images/no-master.png',
      fired: 0,
      status: 0,
      hidden: 0,
      user_id: 12345,
      is_paid_staff: false,
      is_included_in_payment_policy: true,
    },
  },
  handle: async ({ db, location, params, request, services }) => {
    const address = publicAddress(request, services.config);
    if (params.team_member_id !== undefined) {
      return { data: presentMember(await findMember(db, location.id, params.team_member_id), address), meta: [] };
    }
    const rows = await findMembers(db, location.id);
    return { data: await mapInSteps(rows, (row) => presentMember(row, address)), meta: { total_count: rows.length } };
  },
});

const getPositionList = operation({
  id: 'get_position_list',
  method: 'GET',
  path: '/company/{location_id}/staff/positions',
  tag: 'Team Members',
  summary: 'List positions of location (old)',
  deprecated: true,
  access: locationUser('settings_positions_read'),
  params: Type.Object({ location_id: Id('location id') }),
  success: answer(200, Type.Array(Titled)),
  errors: [403, 404],
  handle: async ({ db, location }) => (await listPositions(db, location.id)).map(({ id, title }) => ({ id, title })),
});

const createPositionQuick = operation({
  id: 'create_position_quick',
  method: 'POST',
  path: '/company/{location_id}/positions/quick',
  tag: 'Team Members',
  summary: 'Create position by title (old)',
  deprecated: true,
  access: locationUser('settings_positions_create'),
  params: Type.Object({ location_id: Id('location id') }),
  body: Type.Object({ title: PositionTitle }),
  success: answer(201, Position),
  errors: [403, 404, 422],
  example: { body: { title: 'Position' } },
  handle: async ({ write, location, body }) => presentPosition(await createPosition(write, location, body)),
});

const updateTeamMemberBookingSettings = operation({
  id: 'update_team_member_booking_settings',
  method: 'PATCH',
  path: '/company/{location_id}/staff/{team_member_id}/booking_settings',
  tag: 'Team Members',
  summary: 'Change what clients see of a team member',
  description:
    'The published operations show these fields and cannot change them. Fields that are not sent stay unchanged. `hidden` is set by `update_team_member`, and prepayment by `set_team_member_prepayment`.',
  extension: true,
  access: locationUser('master_edit'),
  params: Type.Object({ location_id: Id('location id'), team_member_id: Id('team member id') }),
  body: named(
    'TeamMemberBookingSettings',
    Type.Object({
      show_rating: Type.Optional(Type.Boolean({ description: 'whether clients see the rating' })),
      position_id: Type.Optional(
        Type.Integer({ minimum: 0, maximum: maxId, description: 'a position of the location; 0 for none' }),
      ),
    }),
  ),
  success: answer(200, TeamMember),
  errors: [403, 404],
  example: { body: { show_rating: true } },
  handle: async ({ write, location, params, body, can, request, services }) => {
    const positionId = body.position_id === undefined ? undefined : body.position_id || null;
    const fields = { showRating: body.show_rating, positionId };
    const row = await changeMember(write, location.id, params.team_member_id, fields, rightsOf(can));
    return presentMember(row, publicAddress(request, services.config));
  },
});

/** The operations of the tag, in the order of the published documents. */
export const teamMembersOperations = [
  getTeamMemberList,
  deprecatedCreateTeamMember,
  getTeamMemberById,
  updateTeamMember,
  deleteTeamMember,
  createTeamMemberQuick,
  getTeamMember,
  getPositionList,
  createPositionQuick,
  updateTeamMemberBookingSettings,
];
