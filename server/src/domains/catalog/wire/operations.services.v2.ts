import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { Forbidden, Invalid, NotFound } from '../../../api/errors.ts';
import { document, operation } from '../../../api/operation.ts';
import { PageAndLimit, pageRange } from '../../../api/pagination.ts';
import { AnyOfTypes, Bit, EmptyList, Id, named } from '../../../api/schema.ts';
import { IncludedResource, Pagination, ToManyRelationship, ToOneRelationship } from '../../../wire/schemas.ts';
import { appointmentsById } from '../../appointments/appointment.ts';
import { expectVisible } from '../../appointments/visible-clients.ts';
import { presentAppointmentList } from '../../appointments/wire/document.ts';
import { Include } from '../../appointments/wire/json-api.ts';
import { getClient } from '../../clients/client.ts';
import { calendarsOf, expectOfMember } from '../../team/calendars.ts';
import { livingMembers } from '../../team/team-member.ts';
import { suggestServices } from '../../visits/suggestion.ts';
import { listCategories } from '../category.ts';
import { getParts } from '../composite.ts';
import { getService as findService, pageOfServices } from '../service.ts';
import { listServiceOptions, optionsOfMember, type ServiceOption } from '../service-option.ts';
import { optionResource, presentServiceResources, presentSuggestions } from './json-api-resources.ts';

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

const serviceIncludes = ['resources', 'service_composite', 'resource_links', 'company_links', 'trial_settings'] as const;

const ServiceIds = Type.Optional(Type.Array(Id('service id'), { minItems: 1, maxItems: 1000 }));

const flag = (value: number | undefined) => (value === undefined ? undefined : value === 1);

const listServices = operation({
  id: 'list_services',
  method: 'GET',
  path: '/locations/{location_id}/services',
  tag: 'Services',
  summary: 'List services of a location',
  description: 'By weight, then by id. Relationships are those that `include` names.',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    filter: Type.Optional(Type.Object({ service_ids: ServiceIds })),
    ...PageAndLimit(),
    include: Include(serviceIncludes),
  }),
  success: document(
    200,
    Type.Object({ data: Type.Array(ServiceResource), included: Type.Optional(Type.Array(IncludedResource)) }),
  ),
  errors: [403, 404],
  example: { data: { data: [{ type: 'service', id: '100', attributes: { title: 'Haircut', category_id: 5 } }] } },
  handle: async ({ db, location, query }) => {
    const page = pageRange(query.page, query.limit);
    const rows = await pageOfServices(db, location.id, query.filter?.service_ids, page);
    return presentServiceResources(rows, query.include);
  },
});

const getService = operation({
  id: 'get_service',
  method: 'GET',
  path: '/locations/{location_id}/services/{service_id}',
  tag: 'Services',
  summary: 'Get one service',
  description: 'Relationships are those that `include` names.',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), service_id: Id('service id') }),
  query: Type.Object({
    include: Include(serviceIncludes),
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
  handle: async ({ db, location, params, query }) => {
    const row = await findService(db, location.id, params.service_id);
    const { data, ...rest } = presentServiceResources([row], query.include);
    return { data: data[0] as (typeof data)[number], ...rest, meta: [] };
  },
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
        staff_id: Type.Optional(Id('only categories that this team member provides')),
      }),
    ),
  }),
  success: document(200, Type.Object({ data: Type.Array(ServiceCategoryResource) })),
  errors: [403, 404],
  example: {
    data: { data: [{ type: 'service_category', id: '5', attributes: { title: 'Hair Services', salon_service_id: 353 } }] },
  },
  handle: async ({ db, location, query }) => {
    const rows = await listCategories(db, location.id, query.filter?.staff_id);
    return {
      data: rows.map(({ id, title, linkId }) => ({
        type: 'service_category',
        id: String(id),
        attributes: { title, salon_service_id: linkId },
      })),
    };
  },
});

const listAttendanceServices = operation({
  id: 'list_attendance_services',
  method: 'GET',
  path: '/locations/{location_id}/attendance_services',
  tag: 'Services',
  summary: 'List timetable service options (service x team member)',
  description:
    'With a team member, the services of the member with the terms that the member has. Without one, all services with their own terms.',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    staff_id: Type.Optional(Id('the services of this team member, with their terms')),
    filter: Type.Optional(
      Type.Object({
        category_id: Type.Optional(Id('service category id')),
        service_ids: ServiceIds,
        term: Type.Optional(
          Type.String({
            minLength: 3,
            maxLength: 255,
            description: 'part of the name, at least 3 characters',
            examples: ['cut'],
          }),
        ),
        is_available_for_timetable: Type.Optional(Bit('1: the desk may book it, with the team member or with any')),
        is_multi: Type.Optional(Bit('1: group events')),
        is_composite: Type.Optional(Bit('1: composite services')),
      }),
    ),
    ...PageAndLimit(),
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
  handle: async ({ db, location, query }) => {
    const { category_id, service_ids, is_available_for_timetable, is_multi, is_composite, ...filter } = query.filter ?? {};
    const term = filter.term?.trim();
    if (term !== undefined && [...term].length < 3) throw new Invalid({ 'filter.term': ['must have at least 3 characters'] });
    const page = pageRange(query.page, query.limit);
    const wanted = {
      memberId: query.staff_id,
      categoryId: category_id,
      serviceIds: service_ids,
      term,
      isBookableAtDesk: flag(is_available_for_timetable),
      isGroup: flag(is_multi),
      isComposite: flag(is_composite),
    };
    const rows = await listServiceOptions(db, location.id, wanted, page);
    return { data: rows.map((row) => optionResource(location.id, row)), meta: { pagination: { page: query.page, ...page } } };
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
  handle: async ({ db, location, params }) => {
    const parts = await getParts(db, location.id, params.service_id);
    return { data: parts.map((part) => optionResource(location.id, part, part)) };
  },
});

const listAttendanceServiceSuggestions = operation({
  id: 'list_attendance_service_suggestions',
  method: 'GET',
  path: '/locations/{location_id}/attendance_service_suggestions',
  tag: 'Services',
  summary: 'Suggest services for a team member',
  description:
    'Only services that the team member provides, each once. What a client came for needs the permission `record_form_client_access`; the appointment itself needs `record_form_access`.',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    staff_id: Id('team member id'),
    client_id: Type.Optional(Id('booking user profile id; adds what the client came for')),
    include: Include(['attendance_service', 'record']),
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
  handle: async (context) => {
    const { db, location, query, can } = context;
    const { staff_id: memberId, client_id: clientId, include = [] } = query;
    const calendars = await calendarsOf(context);
    expectOfMember(calendars, memberId);
    if (!(await livingMembers(db, location.id, [memberId])).has(memberId)) throw new NotFound('Team Member not found.');
    if (clientId !== undefined) {
      if (!can('record_form_client_access')) throw new Forbidden();
      await expectVisible(context, clientId);
      await getClient(db, location.id, clientId);
    }
    const found = await suggestServices(db, location.id, memberId, clientId, calendars);
    const serviceIds = found.map(({ serviceId }) => serviceId);
    const appointmentIds = [...new Set(found.flatMap(({ appointmentId }) => appointmentId ?? []))];
    const options = include.includes('attendance_service')
      ? await optionsOfMember(db, location.id, memberId, serviceIds)
      : new Map<number, ServiceOption>();
    const seesRecords = include.includes('record') && can('record_form_access');
    const records = seesRecords
      ? (await presentAppointmentList(context, await appointmentsById(db, location.id, appointmentIds))).data
      : [];
    return presentSuggestions(location.id, found, include, options, records);
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
