import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { document, operation } from '../../../api/operation.ts';
import { PageSize } from '../../../api/pagination.ts';
import { AnyOfTypes, EmptyList, Id, named } from '../../../api/schema.ts';
import { IncludedResource, Pagination, ToManyRelationship, ToOneRelationship } from '../../../wire/schemas.ts';

const ServiceResource = named(
  'ServiceResource',
  Type.Object({
    type: Type.String({ enum: ['service'] }),
    id: Type.String({ description: 'Service id' }),
    attributes: Type.Object({ title: Type.String(), category_id: Type.Integer({ description: 'Service Category id' }) }),
    relationships: Type.Optional(
      Type.Object({
        resources: Type.Optional(ToManyRelationship),
        service_composite: Type.Optional(ToOneRelationship),
        resource_links: Type.Optional(ToManyRelationship),
        company_links: Type.Optional(ToManyRelationship),
        trial_settings: Type.Optional(ToOneRelationship),
      }),
    ),
  }),
);

const ServiceCategoryResource = named(
  'ServiceCategoryResource',
  Type.Object({
    type: Type.String({ enum: ['service_category'] }),
    id: Type.String(),
    attributes: Type.Object({
      title: Type.String(),
      salon_service_id: Type.Integer({ description: 'location-to-category link id' }),
    }),
  }),
);

const AttendanceServiceResource = named(
  'AttendanceServiceResource',
  Type.Object({
    type: Type.String({ enum: ['attendance_service'] }),
    id: Type.String({ description: 'compound attendance-service identifier' }),
    attributes: Type.Object({
      company_id: Type.Integer({ description: 'Location id' }),
      service_id: Type.Integer(),
      category_id: Type.Integer(),
      is_composite: Type.Boolean(),
      composite_service_id: Type.Integer({ description: 'parent composite service id, 0 if none' }),
      salon_service_id: AnyOfTypes<number | null>(['integer', 'null'], { description: 'location-service link id' }),
      composite_position: AnyOfTypes<number | null>(['integer', 'null'], { description: 'order inside composite' }),
      staff_id: Type.Integer({ description: '0 when not team-member specific' }),
      title: Type.String(),
      length: Type.Integer({ description: 'seconds; deprecated, use duration', minimum: 0 }),
      duration: Type.Integer({ description: 'seconds', minimum: 0 }),
      price_min: Type.Number(),
      price_max: Type.Number(),
      technical_break_duration: Type.Integer({ description: 'seconds', minimum: 0 }),
    }),
  }),
);

const AttendanceServiceSuggestionResource = named(
  'AttendanceServiceSuggestionResource',
  Type.Object({
    type: Type.String({ enum: ['attendance_service_suggestion'] }),
    id: Type.String({ description: 'suggested service id' }),
    attributes: Type.Object({
      service_id: Type.Integer({ description: 'suggested service' }),
      suggestion_type: Type.String({
        description: 'client=booking user, master=team member',
        enum: ['last_client_visit_attendance_service', 'client_popular_service', 'master_popular_service'],
      }),
      record_id: AnyOfTypes<number | null>(['integer', 'null'], { description: 'source appointment when based on prior visit' }),
    }),
    relationships: Type.Optional(
      Type.Object({ attendance_service: Type.Optional(ToOneRelationship), record: Type.Optional(ToOneRelationship) }),
    ),
  }),
);

const listServices = operation({
  id: 'list_services',
  method: 'GET',
  path: '/locations/{location_id}/services',
  tag: 'Services',
  summary: 'List services of a location',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    filter: Type.Optional(Type.Object({ service_ids: Type.Optional(Type.Array(Type.Integer({ minimum: 1 }))) })),
    page: Type.Optional(Type.Integer({ default: 1, minimum: 1 })),
    limit: Type.Optional(PageSize(250, 250)),
    include: Type.Optional(
      Type.Array(
        Type.String({
          description: 'unique items',
          enum: ['resources', 'service_composite', 'resource_links', 'company_links', 'trial_settings'],
        }),
      ),
    ),
  }),
  success: document(
    200,
    Type.Object({ data: Type.Array(ServiceResource), included: Type.Optional(Type.Array(IncludedResource)) }),
  ),
  errors: [403, 404],
  example: { data: { data: [{ type: 'service', id: '100', attributes: { title: 'Haircut', category_id: 5 } }] } },
});

const getService = operation({
  id: 'get_service',
  method: 'GET',
  path: '/locations/{location_id}/services/{service_id}',
  tag: 'Services',
  summary: 'Get one service',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), service_id: Id('service id') }),
  query: Type.Object({
    include: Type.Optional(
      Type.Array(
        Type.String({
          description: 'unique items',
          enum: ['resources', 'service_composite', 'resource_links', 'company_links', 'trial_settings'],
        }),
      ),
    ),
  }),
  success: document(
    200,
    Type.Object({
      data: ServiceResource,
      included: Type.Optional(Type.Array(IncludedResource)),
      meta: EmptyList,
    }),
  ),
  errors: [403, 404],
  example: { data: { data: { type: 'service', id: '100', attributes: { title: 'Haircut', category_id: 5 } }, meta: [] } },
});

const listServiceCategories = operation({
  id: 'list_service_categories',
  method: 'GET',
  path: '/locations/{location_id}/service_categories',
  tag: 'Services',
  summary: 'List service categories of a location',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    filter: Type.Optional(
      Type.Object({
        staff_id: Type.Optional(Type.Integer({ description: 'categories with services assigned to member', minimum: 1 })),
      }),
    ),
  }),
  success: document(200, Type.Object({ data: Type.Array(ServiceCategoryResource) })),
  errors: [403, 404],
  example: {
    data: { data: [{ type: 'service_category', id: '5', attributes: { title: 'Hair Services', salon_service_id: 353 } }] },
  },
});

const listAttendanceServices = operation({
  id: 'list_attendance_services',
  method: 'GET',
  path: '/locations/{location_id}/attendance_services',
  tag: 'Services',
  summary: 'List timetable service options (service x team member)',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    staff_id: Type.Optional(Type.Integer({ minimum: 1 })),
    filter: Type.Optional(
      Type.Object({
        category_id: Type.Optional(Type.Integer({ minimum: 1 })),
        service_ids: Type.Optional(Type.Array(Type.Integer({ minimum: 1 }))),
        term: Type.Optional(Type.String({ description: 'min 3 chars, trimmed; searches service names' })),
        is_available_for_timetable: Type.Optional(Type.Integer({ enum: [0, 1] })),
        is_multi: Type.Optional(Type.Integer({ description: 'multi-service availability', enum: [0, 1] })),
        is_composite: Type.Optional(Type.Integer({ enum: [0, 1] })),
      }),
    ),
    page: Type.Optional(Type.Integer({ default: 1, minimum: 1 })),
    limit: Type.Optional(PageSize(250, 250)),
  }),
  success: document(
    200,
    Type.Object({ data: Type.Array(AttendanceServiceResource), meta: Type.Object({ pagination: Pagination }) }),
  ),
  errors: [403, 404, 422],
  example: {
    data: {
      data: [
        {
          type: 'attendance_service',
          id: '720441_13245586_0_0',
          attributes: {
            company_id: 720441,
            service_id: 13245586,
            category_id: 5,
            is_composite: false,
            composite_service_id: 0,
            salon_service_id: 8842,
            composite_position: null,
            staff_id: 0,
            title: 'Haircut',
            length: 3600,
            duration: 3600,
            price_min: 50,
            price_max: 75,
            technical_break_duration: 0,
          },
        },
      ],
      meta: { pagination: { page: 1, offset: 0, limit: 250 } },
    },
  },
});

const listCompositeServiceAttendanceServices = operation({
  id: 'list_composite_service_attendance_services',
  method: 'GET',
  path: '/locations/{location_id}/composite_services/{service_id}/attendance_services',
  tag: 'Services',
  summary: 'List parts of a composite service',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), service_id: Id('composite service id') }),
  success: document(200, Type.Object({ data: Type.Array(AttendanceServiceResource) })),
  errors: [403, 404, 422],
  example: {
    data: {
      data: [
        {
          type: 'attendance_service',
          id: '720441_13245587_2969872_13160812_1',
          attributes: {
            company_id: 720441,
            service_id: 13245587,
            category_id: 5,
            is_composite: false,
            composite_service_id: 13160812,
            salon_service_id: 8843,
            composite_position: 1,
            staff_id: 2969872,
            title: 'Wash and Cut',
            length: 3600,
            duration: 3600,
            price_min: 50,
            price_max: 50,
            technical_break_duration: 0,
          },
        },
      ],
    },
  },
});

const listAttendanceServiceSuggestions = operation({
  id: 'list_attendance_service_suggestions',
  method: 'GET',
  path: '/locations/{location_id}/attendance_service_suggestions',
  tag: 'Services',
  summary: 'Suggest services for a team member',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    staff_id: Type.Integer({ minimum: 1 }),
    client_id: Type.Optional(
      Type.Integer({ description: 'booking user profile id; adds history-based suggestions', minimum: 1 }),
    ),
    include: Type.Optional(Type.Array(Type.String({ description: 'unique items', enum: ['attendance_service', 'record'] }))),
  }),
  success: document(
    200,
    Type.Object({
      data: Type.Array(AttendanceServiceSuggestionResource),
      included: Type.Optional(Type.Array(Type.Union([AttendanceServiceResource, IncludedResource]))),
    }),
  ),
  errors: [403, 404, 422],
  example: {
    data: {
      data: [
        {
          type: 'attendance_service_suggestion',
          id: '13245586',
          attributes: { service_id: 13245586, suggestion_type: 'master_popular_service', record_id: null },
        },
      ],
    },
  },
});

/** The operations of the tag, in the order of the published documents. */
export const servicesOperations = [
  listServices,
  getService,
  listServiceCategories,
  listAttendanceServices,
  listCompositeServiceAttendanceServices,
  listAttendanceServiceSuggestions,
];
