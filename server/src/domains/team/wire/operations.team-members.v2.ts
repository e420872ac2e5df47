import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { document, empty, operation } from '../../../api/operation.ts';
import { publicAddress } from '../../../api/public-address.ts';
import { AnyOfTypes, EmptyList, Id, maxId, named } from '../../../api/schema.ts';
import { mapInSteps } from '../../../platform/pause.ts';
import { ToOneRelationship } from '../../../wire/schemas.ts';
import {
  createPosition as addPosition,
  updatePosition as changePosition,
  getPosition as findPosition,
  listPositions as findPositions,
  deletePosition as removePosition,
} from '../position.ts';
import { listTeamMembers as findMembers } from '../team-member.ts';
import { presentHeldPositions, presentMemberResource, presentPositionResource } from './present.ts';
import { PositionTitle } from './schemas.ts';

const TeamMemberResource = named(
  'TeamMemberResource',
  Type.Object({
    type: Type.String({ enum: ['staff'] }),
    id: Type.String(),
    attributes: Type.Object({
      name: Type.String(),
      tt_markup: Type.Integer({ description: 'schedule grid interval' }),
      specialization: Type.String(),
      image: Type.String({ description: 'image URL' }),
      position_id: Type.Integer(),
      is_available_as_assistant: Type.Boolean(),
    }),
    relationships: Type.Object({ position: ToOneRelationship, employee: ToOneRelationship }),
  }),
);

const PositionResource = named(
  'PositionResource',
  Type.Object({
    type: Type.String({ enum: ['staff_position'] }),
    id: Type.String(),
    attributes: Type.Object({ title: Type.String() }),
  }),
);

const EmploymentProfileResource = named(
  'EmploymentProfileResource',
  Type.Object({
    type: Type.String({ enum: ['employee'] }),
    id: Type.String({ description: 'employment profile id' }),
    attributes: Type.Object({
      phone: Type.String(),
      name: Type.String({ description: 'display name' }),
      firstname: Type.String(),
      surname: Type.String(),
      patronymic: Type.String(),
      date_admission: AnyOfTypes<string | null>(['string', 'null'], {
        description: 'YYYY-MM-DDTHH:MM:SS, no timezone; employment start',
      }),
      date_registration_end: AnyOfTypes<string | null>(['string', 'null'], { description: 'YYYY-MM-DDTHH:MM:SS, no timezone' }),
      citizenship: Type.String(),
      gender: Type.Integer({ description: '0 unspecified, 1 male, 2 female', enum: [0, 1, 2] }),
      passport_data: Type.String(),
      personal_tax_reference_number: Type.String(),
      number_insurance_certificates: Type.String(),
    }),
  }),
);

const TeamMemberPositionResource = named(
  'TeamMemberPositionResource',
  Type.Object({
    type: Type.String({ enum: ['position'] }),
    id: Type.String(),
    attributes: Type.Object({
      chain_id: Type.Integer(),
      title: Type.String(),
      description: Type.String(),
      services_binding_type: Type.Integer({ description: '0 disabled, 1 soft, 2 strict', enum: [0, 1, 2] }),
      rules_required_fields: Type.Array(Type.String()),
      only_chain_appointment: Type.Boolean({ description: 'only for chain appointments' }),
      salon_ids: Type.Array(Type.Integer({ description: 'linked Location ids' })),
    }),
  }),
);

const listTeamMembers = operation({
  id: 'list_team_members',
  method: 'GET',
  path: '/locations/{location_id}/team_members',
  tag: 'Team Members',
  summary: 'List team members',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    filter: Type.Optional(
      Type.Object({
        name: Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: 'partial match' })),
        position_id: Type.Optional(Type.Integer({ minimum: 0, maximum: maxId, description: '0: without a position' })),
        position_title: Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: 'partial match' })),
        fired: Type.Optional(Type.Integer({ description: '0 not dismissed, 1 dismissed, 2 all', default: 2, enum: [0, 1, 2] })),
        deleted: Type.Optional(Type.Integer({ description: '0 active, 1 deleted, 2 all', default: 0, enum: [0, 1, 2] })),
        user_linked: Type.Optional(
          Type.Integer({ description: '0 no business-user link, 1 linked, 2 all', default: 2, enum: [0, 1, 2] }),
        ),
        is_paid: Type.Optional(Type.Integer({ description: '0 unpaid, 1 paid, 2 all', default: 2, enum: [0, 1, 2] })),
        has_schedule: Type.Optional(
          Type.Integer({ description: '0 without, 1 with schedule, 2 all', default: 2, enum: [0, 1, 2] }),
        ),
        is_assistant: Type.Optional(
          Type.Integer({ description: '0 unavailable as assistant, 1 available, 2 all', default: 2, enum: [0, 1, 2] }),
        ),
      }),
    ),
    include: Type.Optional(Type.Array(Type.String({ description: 'unique items', enum: ['position', 'employee'] }))),
  }),
  success: document(
    200,
    Type.Object({
      data: Type.Array(TeamMemberResource),
      included: Type.Array(Type.Union([PositionResource, EmploymentProfileResource])),
    }),
  ),
  errors: [403, 404, 422],
  example: {
    data: {
      data: [
        {
          type: 'staff',
          id: '42',
          attributes: {
            name: 'John Smith',
            tt_markup: 15,
            specialization: 'Senior Stylist',
            image: 'https://cdn.example/42.jpg',
            position_id: 5,
            is_available_as_assistant: false,
          },
        },
      ],
    },
  },
  handle: async ({ db, location, query, request, services }) => {
    const address = publicAddress(request, services.config);
    const { filter = {}, include = [] } = query;
    const choice = (value: number | undefined, byDefault = 2) => [false, true, undefined][value ?? byDefault];
    const rows = await findMembers(db, location.id, {
      name: filter.name,
      positionId: filter.position_id === 0 ? null : filter.position_id,
      positionTitle: filter.position_title,
      isFired: choice(filter.fired),
      isDeleted: choice(filter.deleted, 0),
      hasUser: choice(filter.user_linked),
      isPaid: choice(filter.is_paid),
      hasSchedule: choice(filter.has_schedule),
    });
    // There are no assistants.
    const found = filter.is_assistant === 1 ? [] : rows;
    return {
      data: await mapInSteps(found, (row) => presentMemberResource(row, address)),
      included: include.includes('position') ? presentHeldPositions(found) : [],
    };
  },
});

const listPositions = operation({
  id: 'list_positions',
  method: 'GET',
  path: '/locations/{company_id}/positions',
  tag: 'Team Members',
  summary: 'List all positions of a location',
  access: locationUser('settings_positions_read'),
  params: Type.Object({ company_id: Id('Location id') }),
  success: document(200, Type.Object({ data: Type.Array(TeamMemberPositionResource) })),
  errors: [403, 404],
  example: {
    data: {
      data: [
        {
          type: 'position',
          id: '42',
          attributes: {
            chain_id: 5,
            title: 'Senior Stylist',
            description: 'Senior stylist',
            services_binding_type: 0,
            rules_required_fields: [],
            only_chain_appointment: false,
            salon_ids: [1],
          },
        },
      ],
    },
  },
  handle: async ({ db, location }) => ({ data: (await findPositions(db, location.id)).map(presentPositionResource) }),
});

const PositionInput = named(
  'PositionInput',
  Type.Object(
    { title: PositionTitle, description: Type.Optional(Type.String({ maxLength: 1000 })) },
    { additionalProperties: false },
  ),
);

const PositionDocument = named(
  'PositionDocument',
  Type.Object({
    data: TeamMemberPositionResource,
    meta: EmptyList,
  }),
);

const createPosition = operation({
  id: 'create_position',
  method: 'POST',
  path: '/locations/{company_id}/positions',
  tag: 'Team Members',
  summary: 'Create a position',
  access: locationUser('settings_positions_create'),
  params: Type.Object({ company_id: Id('Location id') }),
  body: PositionInput,
  success: document(201, PositionDocument),
  errors: [400, 403, 404, 422],
  example: {
    data: {
      data: {
        type: 'position',
        id: '42',
        attributes: {
          chain_id: 5,
          title: 'Senior Stylist',
          description: 'Senior stylist',
          services_binding_type: 0,
          rules_required_fields: [],
          only_chain_appointment: false,
          salon_ids: [1],
        },
      },
      meta: [],
    },
    body: { title: 'Senior Stylist', description: 'Senior stylist' },
  },
  handle: async ({ write, location, body }) => ({
    data: presentPositionResource(await addPosition(write, location, body)),
    meta: [],
  }),
});

const getPosition = operation({
  id: 'get_position',
  method: 'GET',
  path: '/locations/{company_id}/positions/{position_id}',
  tag: 'Team Members',
  summary: 'Get one position',
  access: locationUser('settings_positions_read'),
  params: Type.Object({ company_id: Id('Location id'), position_id: Id('position id') }),
  success: document(200, PositionDocument),
  errors: [403, 404],
  example: {
    data: {
      data: {
        type: 'position',
        id: '42',
        attributes: {
          chain_id: 5,
          title: 'Senior Stylist',
          description: 'Senior stylist',
          services_binding_type: 0,
          rules_required_fields: [],
          only_chain_appointment: false,
          salon_ids: [1],
        },
      },
      meta: [],
    },
  },
  handle: async ({ db, location, params }) => ({
    data: presentPositionResource(await findPosition(db, location.id, params.position_id)),
    meta: [],
  }),
});

const updatePosition = operation({
  id: 'update_position',
  method: 'PUT',
  path: '/locations/{company_id}/positions/{position_id}',
  tag: 'Team Members',
  summary: 'Update a position',
  access: locationUser('settings_positions_create'),
  params: Type.Object({ company_id: Id('Location id'), position_id: Id('position id') }),
  body: PositionInput,
  success: empty(204),
  errors: [400, 403, 404, 422],
  example: { body: { title: 'Senior Stylist Updated', description: 'Updated' } },
  handle: ({ write, location, params, body }) => changePosition(write, location.id, params.position_id, body),
});

const deletePosition = operation({
  id: 'delete_position',
  method: 'DELETE',
  path: '/locations/{company_id}/positions/{position_id}',
  tag: 'Team Members',
  summary: 'Delete a position',
  access: locationUser('settings_positions_delete'),
  params: Type.Object({ company_id: Id('Location id'), position_id: { ...Id('position id'), examples: [7] } }),
  success: empty(204),
  errors: [403, 404],
  handle: ({ write, location, params }) => removePosition(write, location.id, params.position_id),
});

/** The operations of the tag, in the order of the published documents. */
export const teamMembersOperations = [
  listTeamMembers,
  listPositions,
  createPosition,
  getPosition,
  updatePosition,
  deletePosition,
];
