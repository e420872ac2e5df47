import Type from 'typebox';
import { locationUser, partnerOrUser } from '../../api/access.ts';
import { answer, empty, operation } from '../../api/operation.ts';
import { AnyOfTypes, Id, named } from '../../api/schema.ts';
import { IdAndTitle } from '../../wire/schemas.ts';

const ServiceCategoriesCompanyidRequest = named(
  'ServiceCategoriesCompanyidRequest',
  Type.Object({
    title: Type.Optional(Type.String({ description: 'category name' })),
    api_id: Type.Optional(Type.String({ description: 'external id' })),
    weight: Type.Optional(Type.Number({ description: 'display sort weight' })),
    staff: Type.Optional(Type.Array(Type.Number({ description: 'team member id providing the category' }))),
  }),
);

const ServiceStaff = named(
  'ServiceStaff',
  Type.Object({
    id: Type.Optional(Type.Integer({ description: 'team member id; item keys only in example' })),
    seance_length: Type.Optional(Type.Number({ description: 'seconds' })),
  }),
);

const ServicesCompanyidRequest = named(
  'ServicesCompanyidRequest',
  Type.Object({
    title: Type.Optional(Type.String()),
    category_id: Type.Optional(Type.Integer()),
    price_min: Type.Optional(Type.Number()),
    price_max: Type.Optional(Type.Number()),
    duration: Type.Optional(Type.Number({ description: 'seconds', default: 3600 })),
    technical_break_duration: Type.Optional(
      AnyOfTypes<number | null>(['number', 'null'], {
        description: 'seconds, multiple of 300; absent/null = location default',
        minimum: 0,
        maximum: 3600,
      }),
    ),
    discount: Type.Optional(Type.Number()),
    comment: Type.Optional(Type.String()),
    weight: Type.Optional(Type.Number({ description: 'display sort weight' })),
    active: Type.Optional(Type.Number({ description: '1 bookable online, 0 not' })),
    api_id: Type.Optional(Type.String({ description: 'external id' })),
    staff: Type.Optional(Type.Array(ServiceStaff)),
  }),
);

const ServicesChangeCompanyidRequest = named(
  'ServicesChangeCompanyidRequest',
  Type.Object({
    title: Type.String(),
    booking_title: Type.String({ description: 'name shown for booking' }),
    category_id: Type.Integer(),
    price_min: Type.Number(),
    price_max: Type.Number(),
    duration: Type.Number({ description: 'seconds', default: 3600 }),
    technical_break_duration: Type.Optional(
      AnyOfTypes<number | null>(['number', 'null'], {
        description: 'seconds, multiple of 300; absent/null = location default',
        minimum: 0,
        maximum: 3600,
      }),
    ),
    discount: Type.Optional(Type.Number()),
    comment: Type.Optional(Type.String()),
    is_multi: Type.Boolean({ description: 'false appointment, true group event' }),
    tax_variant: Type.Number({ description: 'bill (tax system) id' }),
    vat_id: Type.Integer({ description: 'VAT id' }),
    is_need_limit_date: Type.Boolean({ description: 'service offered for limited dates' }),
    date_from: Type.Optional(Type.String({ description: 'date; availability start, YYYY-MM-DD' })),
    date_to: Type.Optional(Type.String({ description: 'date; availability end, YYYY-MM-DD' })),
    seance_search_start: Type.Number({ description: 'bookable window start, seconds of day' }),
    seance_search_finish: Type.Number({ description: 'bookable window end, seconds of day' }),
    step: Type.Number({ description: 'slot display interval, seconds' }),
    seance_search_step: Type.Number({ description: 'slot search interval, seconds' }),
    weight: Type.Optional(Type.Number({ description: 'display sort weight' })),
    active: Type.Optional(Type.Number({ description: '1 bookable online, 0 not' })),
    api_id: Type.Optional(Type.String({ description: 'external id' })),
    staff: Type.Optional(Type.Array(ServiceStaff)),
  }),
);

const ServiceCategoryTitle = named(
  'ServiceCategoryTitle',
  Type.Object({
    id: Type.Optional(Type.Integer({ description: 'category id' })),
    title: Type.Optional(Type.String()),
    services: Type.Optional(Type.Array(IdAndTitle)),
  }),
);

const createServiceCategory = operation({
  id: 'create_service_category',
  method: 'POST',
  path: '/service_categories/{location_id}',
  tag: 'Services',
  summary: 'Create service category',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  body: ServiceCategoriesCompanyidRequest,
  success: answer(
    201,
    Type.Object({
      id: Type.Optional(Type.Integer({ description: 'category id' })),
      salon_service_id: Type.Optional(Type.Integer({ description: 'category id for this location within chain' })),
      title: Type.Optional(Type.String()),
      api_id: Type.Optional(Type.String({ description: 'external id' })),
      weight: Type.Optional(Type.Number({ description: 'display sort weight' })),
      staff: Type.Optional(Type.Array(Type.Number({ description: 'team member id' }))),
    }),
  ),
  errors: [403, 404],
  example: { data: { id: 3, title: 'Haircut very feminine', api_id: 'adw322', weight: 111, staff: [5006] } },
});

const getServiceList = operation({
  id: 'get_service_list',
  method: 'GET',
  path: '/services/{location_id}',
  tag: 'Services',
  summary: 'List all services of location',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    staff_id: Type.Optional(Type.Integer({ description: 'filter' })),
    category_id: Type.Optional(Type.Integer({ description: 'filter' })),
  }),
  success: answer(
    200,
    Type.Array(
      Type.Object(
        {
          id: Type.Optional(Type.Integer({ description: 'service id' })),
          salon_service_id: Type.Optional(Type.Integer({ description: 'service id for this location within chain' })),
          title: Type.Optional(Type.String()),
          booking_title: Type.Optional(Type.String({ description: 'name shown for booking' })),
          category_id: Type.Optional(Type.Integer()),
          price_min: Type.Optional(Type.Number()),
          price_max: Type.Optional(Type.Number()),
          duration: Type.Optional(Type.Number({ description: 'seconds', default: 3600 })),
          technical_break_duration: Type.Optional(
            AnyOfTypes<number | null>(['number', 'null'], { description: 'seconds, multiple of 300; null = location default' }),
          ),
          discount: Type.Optional(Type.Number({ description: 'percent' })),
          comment: Type.Optional(Type.String()),
          weight: Type.Optional(Type.Number({ description: 'display sort weight' })),
          active: Type.Optional(Type.Number({ description: '1 bookable online, 0 not' })),
          api_id: Type.Optional(Type.String({ description: 'external id' })),
        },
        { additionalProperties: Type.Any() },
      ),
    ),
  ),
  errors: [403],
  example: {
    data: [
      {
        id: 10279685,
        salon_service_id: 11486182,
        title: 'Service name',
        booking_title: 'Service name',
        category_id: 10279684,
        price_min: 0,
        price_max: 0,
        duration: 3600,
        discount: 0,
        comment: '',
        weight: 1,
        active: 1,
      },
    ],
  },
});

const ServiceBrief = named(
  'ServiceBrief',
  Type.Object(
    {
      id: Type.Optional(Type.Integer({ description: 'service id' })),
      salon_service_id: Type.Optional(Type.Integer({ description: 'service id for this location within chain' })),
      title: Type.Optional(Type.String()),
      category_id: Type.Optional(Type.Integer()),
      price_min: Type.Optional(Type.Number()),
      price_max: Type.Optional(Type.Number()),
      duration: Type.Optional(Type.Number({ description: 'seconds', default: 3600 })),
      technical_break_duration: Type.Optional(
        AnyOfTypes<number | null>(['number', 'null'], {
          description: 'seconds, multiple of 300, max 3600; null = location default',
        }),
      ),
      discount: Type.Optional(Type.Number()),
      comment: Type.Optional(Type.String()),
      weight: Type.Optional(Type.Number({ description: 'display sort weight' })),
      active: Type.Optional(Type.Number({ description: '1 bookable online, 0 not' })),
      api_id: Type.Optional(Type.String({ description: 'external id' })),
      staff: Type.Optional(Type.Array(ServiceStaff)),
    },
    { additionalProperties: Type.Any() },
  ),
);

const createService = operation({
  id: 'create_service',
  method: 'POST',
  path: '/services/{location_id}',
  tag: 'Services',
  summary: 'Create service',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  body: ServicesCompanyidRequest,
  success: answer(201, ServiceBrief),
  errors: [403, 404],
  example: {
    data: {
      id: 83169,
      title: "Men's haircut",
      category_id: 83167,
      price_min: 1300,
      price_max: 1300,
      duration: 3600,
      discount: 0,
      comment: '',
      weight: 6,
      active: 1,
      api_id: '00000000042',
      staff: [{ id: 5905, seance_length: 2700 }],
    },
  },
});

const DeprecatedGetServiceCategoryListSuccess = named(
  'DeprecatedGetServiceCategoryListSuccess',
  Type.Object(
    {
      id: Type.Optional(Type.Integer({ description: 'category id' })),
      salon_service_id: Type.Optional(Type.Integer({ description: 'category id for this location within chain' })),
      title: Type.Optional(Type.String()),
      api_id: Type.Optional(Type.String({ description: 'external id' })),
      weight: Type.Optional(Type.Number({ description: 'display sort weight' })),
      staff: Type.Optional(Type.Array(Type.Number({ description: 'team member id' }))),
      is_chain: Type.Optional(Type.Boolean({ description: 'category belongs to chain' })),
    },
    { additionalProperties: Type.Any() },
  ),
);

const deprecatedGetServiceCategoryList = operation({
  id: 'deprecated_get_service_category_list',
  method: 'GET',
  path: '/service_categories/{location_id}/{id}',
  tag: 'Services',
  summary: 'List service categories (old)',
  deprecated: true,
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), id: Id('service category id') }),
  success: answer(
    200,
    Type.Array(DeprecatedGetServiceCategoryListSuccess),
    Type.Union([
      Type.Object({ total_count: Type.Optional(Type.Number({ description: 'categories found' })) }),
      Type.Array(Type.Any({ description: 'max 0 items' })),
    ]),
  ),
  errors: [403, 404],
  example: { data: [{ id: 345, title: 'Haircuts for men', api_id: 'adw322', weight: 10, staff: [5006] }], meta: [] },
});

const ServiceOld = named(
  'ServiceOld',
  Type.Object(
    {
      id: Type.Optional(Type.Integer({ description: 'service id' })),
      salon_service_id: Type.Optional(Type.Integer({ description: 'service id for this location within chain' })),
      title: Type.Optional(Type.String()),
      category_id: Type.Optional(Type.Integer()),
      price_min: Type.Optional(Type.Number()),
      price_max: Type.Optional(Type.Number()),
      discount: Type.Optional(Type.Number()),
      comment: Type.Optional(Type.String()),
      weight: Type.Optional(Type.Number({ description: 'display sort weight' })),
      active: Type.Optional(Type.Number({ description: '1 bookable online, 0 not' })),
      api_id: Type.Optional(Type.String({ description: 'external id' })),
      staff: Type.Optional(Type.Array(ServiceStaff)),
      duration: Type.Optional(Type.Number({ description: 'seconds; only in example' })),
      is_online: Type.Optional(Type.Boolean({ description: 'only in example' })),
    },
    { additionalProperties: Type.Any() },
  ),
);

const deprecatedGetServiceListById = operation({
  id: 'deprecated_get_service_list_by_id',
  method: 'GET',
  path: '/services/{location_id}/{service_id}',
  tag: 'Services',
  summary: 'List services or one service (old)',
  deprecated: true,
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), service_id: Id('service id') }),
  query: Type.Object({
    staff_id: Type.Optional(Type.Integer({ description: 'filter' })),
    category_id: Type.Optional(Type.Integer({ description: 'filter' })),
  }),
  success: answer(200, Type.Union([ServiceOld, Type.Array(Type.Any())])),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 83169,
        title: "Men's haircut",
        category_id: 83167,
        price_min: 1300,
        price_max: 1300,
        duration: 3600,
        discount: 0,
        comment: '',
        weight: 6,
        active: 1,
        api_id: '00000000042',
        staff: [{ id: 5905, seance_length: 2700 }],
        image_group: {
          id: 72234,
          entity: 'settings_service',
          entity_id: 389927,
          images: {
            basic: {
              id: 186791,
              path: 'https://app.alteg.io/path/image.jpeg',
              width: '372',
              height: '280',
              type: 'jpeg',
              image_group_id: 72234,
              version: 'basic',
            },
          },
        },
      },
    ],
  },
});

const deprecatedUpdateServiceById = operation({
  id: 'deprecated_update_service_by_id',
  method: 'PUT',
  path: '/services/{location_id}/{service_id}',
  tag: 'Services',
  summary: 'Replace service',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), service_id: Id('service id') }),
  body: ServicesCompanyidRequest,
  success: answer(200, ServiceBrief),
  errors: [403, 404],
  example: {
    data: {
      id: 83169,
      title: "Men's haircut",
      category_id: 83167,
      price_min: 1300,
      price_max: 1300,
      duration: 3600,
      discount: 0,
      comment: '',
      weight: 6,
      active: 1,
      api_id: '00000000042',
      staff: [{ id: 5905, seance_length: 2700 }],
    },
  },
});

const patchService = operation({
  id: 'patch_service',
  method: 'PATCH',
  path: '/services/{location_id}/{service_id}',
  tag: 'Services',
  summary: 'Partially update service',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), service_id: Id('service id') }),
  body: ServicesChangeCompanyidRequest,
  success: answer(
    200,
    Type.Object({
      title: Type.Optional(Type.String()),
      booking_title: Type.Optional(Type.String({ description: 'name shown for booking' })),
      category_id: Type.Optional(Type.Integer()),
      price_min: Type.Optional(Type.Number()),
      price_max: Type.Optional(Type.Number()),
      duration: Type.Optional(Type.Number({ description: 'seconds', default: 3600 })),
      technical_break_duration: Type.Optional(
        AnyOfTypes<number | null>(['number', 'null'], { description: 'seconds, multiple of 300; null = location default' }),
      ),
      discount: Type.Optional(Type.Number()),
      comment: Type.Optional(Type.String()),
      is_multi: Type.Optional(Type.Boolean({ description: 'false appointment, true group event' })),
      tax_variant: Type.Optional(Type.Number({ description: 'bill (tax system) id' })),
      vat_id: Type.Optional(Type.Integer({ description: 'VAT id' })),
      is_need_limit_date: Type.Optional(Type.Boolean({ description: 'service offered for limited dates' })),
      date_from: Type.Optional(Type.String({ description: 'date' })),
      date_to: Type.Optional(Type.String({ description: 'date' })),
      seance_search_start: Type.Optional(Type.Number({ description: 'seconds of day' })),
      seance_search_finish: Type.Optional(Type.Number({ description: 'seconds of day' })),
      step: Type.Optional(Type.Number({ description: 'slot display interval, seconds' })),
      seance_search_step: Type.Optional(Type.Number({ description: 'slot search interval, seconds' })),
      weight: Type.Optional(Type.Number({ description: 'display sort weight' })),
      active: Type.Optional(Type.Number({ description: '1 bookable online, 0 not' })),
      api_id: Type.Optional(AnyOfTypes<string | number>(['string', 'integer'], { description: 'external id' })),
      print_title: Type.Optional(Type.String({ description: 'title for printing' })),
      service_type: Type.Optional(Type.Number()),
      api_service_id: Type.Optional(Type.Integer({ description: 'id in external API' })),
      repeat_visit_days_step: Type.Optional(AnyOfTypes<string | null>(['string', 'null'])),
      schedule_template_type: Type.Optional(Type.Number()),
      online_invoicing_status: Type.Optional(Type.Number()),
      is_abonement_autopayment_enabled: Type.Optional(Type.Number({ description: 'membership autopayment 1/0' })),
      autopayment_before_visit_time: Type.Optional(Type.Number()),
      abonement_restriction_value: Type.Optional(Type.Number({ description: 'membership restriction' })),
      is_chain: Type.Optional(Type.Boolean()),
      is_price_managed_only_in_chain: Type.Optional(Type.Boolean()),
      is_comment_managed_only_in_chain: Type.Optional(Type.Boolean()),
      price_prepaid_amount: Type.Optional(Type.Number()),
      price_prepaid_percent: Type.Optional(Type.Number()),
      id: Type.Optional(Type.Integer({ description: 'service id' })),
      salon_service_id: Type.Optional(Type.Integer({ description: 'service id for this location' })),
      prepaid: Type.Optional(Type.String({ description: 'forbidden / optional / required' })),
      capacity: Type.Optional(Type.Number()),
      image_group: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any()))),
      dates: Type.Optional(Type.Array(Type.Union([Type.Record(Type.String(), Type.Any()), Type.String()]))),
      resources: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any()))),
      is_online: Type.Optional(Type.Boolean({ description: 'bookable online' })),
      staff: Type.Optional(
        Type.Array(
          Type.Object({
            id: Type.Optional(Type.Integer({ description: 'team member id' })),
            seance_length: Type.Optional(Type.Number({ description: 'seconds (example); 15-minute multiples' })),
            technological_card_id: Type.Optional(AnyOfTypes<number | null>(['integer', 'null'])),
          }),
        ),
      ),
    }),
  ),
  errors: [403, 404],
  example: {
    data: {
      booking_title: "Men's haircut",
      tax_variant: 0,
      vat_id: 2,
      print_title: "Men's haircut",
      service_type: 1,
      api_service_id: 0,
      repeat_visit_days_step: 'null',
      seance_search_start: 1800,
      seance_search_finish: 84600,
      seance_search_step: 900,
      step: 300,
      is_need_limit_date: true,
      date_from: '2022-09-19',
      date_to: '2022-09-30',
      schedule_template_type: 2,
      online_invoicing_status: 0,
      is_abonement_autopayment_enabled: 0,
      autopayment_before_visit_time: 0,
      abonement_restriction_value: 0,
      is_chain: false,
      is_price_managed_only_in_chain: false,
      is_comment_managed_only_in_chain: false,
      price_prepaid_amount: 0,
      price_prepaid_percent: 100,
      id: 10832934,
      salon_service_id: 12192004,
      title: "Men's haircut",
      category_id: 10832928,
      price_min: 250,
      price_max: 1200,
      discount: 0,
      comment: '',
      weight: 0,
      active: 1,
      api_id: 0,
      prepaid: 'forbidden',
      is_multi: false,
      capacity: 0,
      image_group: [],
      staff: [{ id: 5905, seance_length: 2700, technological_card_id: 0 }],
      dates: ['2022-09-19'],
      duration: 3600,
      resources: [],
      is_online: true,
    },
  },
});

const deleteService = operation({
  id: 'delete_service',
  method: 'DELETE',
  path: '/services/{location_id}/{service_id}',
  tag: 'Services',
  summary: 'Delete service',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), service_id: Id('service id') }),
  success: empty(204),
  errors: [403, 404],
});

const getServiceCategory = operation({
  id: 'get_service_category',
  method: 'GET',
  path: '/service_category/{location_id}/{id}',
  tag: 'Services',
  summary: 'Get one service category',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), id: Id('service category id') }),
  success: answer(
    200,
    Type.Union([Type.Array(DeprecatedGetServiceCategoryListSuccess), Type.Record(Type.String(), Type.Any())]),
    Type.Union([
      Type.Object({ total_count: Type.Optional(Type.Number({ description: 'categories found' })) }),
      Type.Array(Type.Any({ description: 'max 0 items' })),
    ]),
  ),
  errors: [403, 404],
  example: { data: { id: 3, salon_service_id: 15, title: 'Haircuts for women', weight: 12, staff: [5006] }, meta: [] },
});

const updateServiceCategory = operation({
  id: 'update_service_category',
  method: 'PUT',
  path: '/service_category/{location_id}/{id}',
  tag: 'Services',
  summary: 'Update service category',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), id: Id('service category id') }),
  body: ServiceCategoriesCompanyidRequest,
  success: answer(
    200,
    Type.Union([Type.Array(DeprecatedGetServiceCategoryListSuccess), Type.Record(Type.String(), Type.Any())]),
    Type.Union([
      Type.Object({ total_count: Type.Optional(Type.Number({ description: 'categories found' })) }),
      Type.Array(Type.Any({ description: 'max 0 items' })),
    ]),
  ),
  errors: [403, 404],
  example: { data: { id: 3, salon_service_id: 15, title: 'Haircuts for women', weight: 15, staff: [5006] }, meta: [] },
});

const deleteServiceCategory = operation({
  id: 'delete_service_category',
  method: 'DELETE',
  path: '/service_category/{location_id}/{id}',
  tag: 'Services',
  summary: 'Delete service category',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), id: Id('service category id') }),
  success: empty(204),
  errors: [403, 404],
});

const getServiceCategoryList = operation({
  id: 'get_service_category_list',
  method: 'GET',
  path: '/company/{location_id}/service_categories/{id}',
  tag: 'Services',
  summary: 'List service categories or one',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), id: Id('category id; prose calls it optional (omit = all)') }),
  query: Type.Object({ staff_id: Type.Optional(Type.Integer({ description: 'only categories linked to team member' })) }),
  success: answer(
    200,
    Type.Array(DeprecatedGetServiceCategoryListSuccess),
    Type.Union([
      Type.Object({ total_count: Type.Optional(Type.Number({ description: 'categories found' })) }),
      Type.Array(Type.Any({ description: 'max 0 items' })),
    ]),
  ),
  errors: [403, 404],
  example: {
    data: [{ id: 345, salon_service_id: 353, title: 'Haircuts for men', api_id: 'adw322', weight: 10, staff: [5006] }],
    meta: { total_count: 2 },
  },
});

const getService = operation({
  id: 'get_service',
  method: 'GET',
  path: '/company/{location_id}/services/{service_id}',
  tag: 'Services',
  summary: 'List services or one service',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), service_id: Id('prose calls it optional (omit = all)') }),
  query: Type.Object({
    staff_id: Type.Optional(Type.Integer({ description: 'filter' })),
    category_id: Type.Optional(Type.Integer({ description: 'filter' })),
  }),
  success: answer(200, Type.Union([ServiceOld, Type.Array(Type.Any())])),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 83169,
        title: "Men's haircut",
        category_id: 83167,
        price_min: 1300,
        price_max: 1300,
        discount: 0,
        comment: '',
        weight: 6,
        active: 1,
        api_id: 42,
        staff: [{ id: 5905, seance_length: 2700 }],
        image_group: {
          id: 72234,
          entity: 'settings_service',
          entity_id: 389927,
          images: {
            basic: {
              id: 186791,
              path: 'https://app.alteg.io/path/image.jpeg',
              width: '372',
              height: '280',
              type: 'jpeg',
              image_group_id: 72234,
              version: 'basic',
            },
          },
        },
      },
    ],
  },
});

const AssignServiceToTeamMember = named(
  'AssignServiceToTeamMember',
  Type.Object(
    {
      service_id: Type.Optional(Type.Integer()),
      master_id: Type.Optional(Type.Integer({ description: 'team member id' })),
      length: Type.Optional(Type.Number({ description: 'seconds for this team member' })),
      technological_card_id: Type.Optional(Type.Integer()),
      api_id: Type.Optional(Type.String({ description: 'external id' })),
      is_online: Type.Optional(Type.Boolean({ description: 'bookable online' })),
      is_offline_records_allowed: Type.Optional(Type.Boolean({ description: 'offline appointments allowed for this link' })),
      price: Type.Optional(AnyOfTypes<number | null>(['number', 'null'], { description: 'own price of this team member' })),
    },
    { additionalProperties: Type.Any() },
  ),
);

const assignServiceToTeamMember = operation({
  id: 'assign_service_to_team_member',
  method: 'POST',
  path: '/company/{location_id}/services/{service_id}/staff',
  tag: 'Services',
  summary: 'Link team member to service',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), service_id: Id('service id') }),
  body: Type.Object({
    master_id: Type.Integer({ description: 'team member id' }),
    seance_length: Type.Number({ description: 'seconds', minimum: 300, maximum: 86100 }),
    technological_card_id: AnyOfTypes<number | null>(['integer', 'null'], { description: 'bill of materials id' }),
  }),
  success: answer(201, AssignServiceToTeamMember),
  errors: [403, 404, 422],
  example: { body: { master_id: 123, seance_length: 3600, technological_card_id: 123 } },
});

const updateServiceTeamMemberAssignment = operation({
  id: 'update_service_team_member_assignment',
  method: 'PUT',
  path: '/company/{location_id}/services/{service_id}/staff/{team_member_id}',
  tag: 'Services',
  summary: 'Update team member service link',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), service_id: Id('service id'), team_member_id: Id('team member id') }),
  body: Type.Object({
    seance_length: Type.Number({ description: 'seconds', minimum: 300, maximum: 86100 }),
    technological_card_id: AnyOfTypes<number | null>(['integer', 'null'], { description: 'bill of materials id' }),
  }),
  success: answer(200, AssignServiceToTeamMember),
  errors: [403, 404, 422],
  example: { body: { seance_length: 3600, technological_card_id: 123 } },
});

const removeServiceFromTeamMember = operation({
  id: 'remove_service_from_team_member',
  method: 'DELETE',
  path: '/company/{location_id}/services/{service_id}/staff/{team_member_id}',
  tag: 'Services',
  summary: 'Remove team member service link',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), service_id: Id('service id'), team_member_id: Id('team member id') }),
  success: empty(204),
  errors: [403, 404],
});

const updateServiceLinks = operation({
  id: 'update_service_links',
  method: 'POST',
  path: '/company/{location_id}/services/links',
  tag: 'Services',
  summary: 'Bulk set service team, resources, translations',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  body: Type.Object({
    service_id: Type.Integer(),
    team_member_settings: Type.Array(
      Type.Object({
        team_member_id: Type.Optional(Type.Integer()),
        tech_card_id: Type.Optional(Type.Integer()),
        hours: Type.Optional(Type.Integer({ minimum: 0 })),
        minutes: Type.Optional(Type.Integer({ minimum: 0, maximum: 59 })),
        price: Type.Optional(
          Type.Union([
            Type.Object({
              min: Type.Optional(Type.Number({ description: 'from price' })),
              max: Type.Optional(AnyOfTypes<number | null>(['number', 'null'], { description: 'fixed price' })),
            }),
            Type.Null({ description: 'use service default price' }),
          ]),
        ),
      }),
    ),
    resource_ids: Type.Array(Type.Integer({ description: 'resources the service needs' })),
    translations: Type.Array(
      Type.Object({
        language_id: Type.Optional(Type.Integer()),
        translation: Type.Optional(Type.String({ description: 'empty clears' })),
      }),
    ),
  }),
  success: answer(200, Type.Record(Type.String(), Type.Any())),
  errors: [400, 403, 404, 422],
  example: {
    body: {
      service_id: 10832939,
      team_member_settings: [
        { team_member_id: 2033728, tech_card_id: 291341, hours: 0, minutes: 45, price: { min: 999.99, max: null } },
      ],
      resource_ids: [62173],
      translations: [{ language_id: 2, translation: '' }],
    },
  },
});

const getChainServiceCategoryList = operation({
  id: 'get_chain_service_category_list',
  method: 'GET',
  path: '/chain/{chain_id}/service_categories',
  tag: 'Services',
  summary: 'List chain service categories',
  access: partnerOrUser(),
  params: Type.Object({ chain_id: Id('chain id') }),
  query: Type.Object({ include: Type.Optional(Type.String({ enum: ['services'] })) }),
  success: answer(200, Type.Array(ServiceCategoryTitle)),
  errors: [403, 404],
});

/** The operations of the tag, in the order of the published documents. */
export const servicesOperations = [
  createServiceCategory,
  getServiceList,
  createService,
  deprecatedGetServiceCategoryList,
  deprecatedGetServiceListById,
  deprecatedUpdateServiceById,
  patchService,
  deleteService,
  getServiceCategory,
  updateServiceCategory,
  deleteServiceCategory,
  getServiceCategoryList,
  getService,
  assignServiceToTeamMember,
  updateServiceTeamMemberAssignment,
  removeServiceFromTeamMember,
  updateServiceLinks,
  getChainServiceCategoryList,
];
