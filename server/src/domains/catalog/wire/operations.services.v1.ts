import Type, { type Static } from 'typebox';
import { type Flag, type Location, locationPublic, locationUser, partnerOnly } from '../../../api/access.ts';
import { Invalid } from '../../../api/errors.ts';
import { answer, document, empty, operation } from '../../../api/operation.ts';
import { publicAddress } from '../../../api/public-address.ts';
import { AnyOfTypes, Bit, EmptyList, Id, maxId, named, PlainDate, TotalOfList } from '../../../api/schema.ts';
import type { Write } from '../../../api/write.ts';
import { compare, toWire } from '../../../platform/exact.ts';
import { sum, toMoney, toPercent } from '../../../platform/money.ts';
import { mapInSteps } from '../../../platform/pause.ts';
import { ImageGroup } from '../../../wire/images.ts';
import { Titled } from '../../../wire/schemas.ts';
import { keepBillsOfLinks } from '../../consumables/bill.ts';
import {
  createCategory as addCategory,
  type CategoryRow,
  updateCategory as changeCategory,
  getCategory as findCategory,
  listCategories,
  deleteCategory as removeCategory,
} from '../category.ts';
import { listChainCategories } from '../chain.ts';
import { getParts, removeParts, type ServicePart, setParts } from '../composite.ts';
import { getPublicCategory, getPublicService, listPublicCategories, listPublicServices } from '../public.ts';
import {
  createService as addService,
  getService as findService,
  listServices,
  lockService,
  deleteService as removeService,
  type ServiceFields,
  type ServiceRights,
  updateService,
} from '../service.ts';
import { changeLink, linkMember, offerLink, replaceLinks, unlinkMember } from '../service-link.ts';
import { presentCategory, presentLink, presentService, presentWholeService } from './present.ts';

const Weight = Type.Integer({ minimum: -1_000_000_000, maximum: 1_000_000_000, description: 'heavier ones come first' });
const ApiId = Type.String({ maxLength: 255, description: 'external id' });
const Title = Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' });
const Price = Type.Number({ minimum: 0, maximum: 1e12 });
const SecondsOfDay = (description: string) => Type.Integer({ minimum: 0, maximum: 86_400, description });
const ServiceDate = (description: string) => Type.String({ format: 'date', description, examples: ['2026-09-19'] });
const Path = Type.Object({ location_id: Id('location id'), service_id: Id('service id') });
const CategoryPath = Type.Object({ location_id: Id('location id'), id: Id('service category id') });
/** The list of all categories answers to its path without an id, and to the id 0, which clients send instead. */
const OptionalCategoryPath = Type.Object({
  location_id: Id('location id'),
  id: Type.Optional(Type.Integer({ minimum: 0, maximum: maxId, description: 'service category id; 0 for all, as without it' })),
});

const ServiceCategoriesCompanyidRequest = named(
  'ServiceCategoriesCompanyidRequest',
  Type.Object({
    title: Type.Optional(Title),
    api_id: Type.Optional(ApiId),
    weight: Type.Optional(Weight),
    staff: Type.Optional(
      Type.Array(Id('team member id'), {
        maxItems: 1000,
        description: 'team members who provide the category; replaces the present list',
      }),
    ),
  }),
);

const categoryFields = (body: Static<typeof ServiceCategoriesCompanyidRequest>) => ({
  title: body.title,
  apiId: body.api_id,
  weight: body.weight,
  memberIds: body.staff,
});

const ServiceStaff = named(
  'ServiceStaff',
  Type.Object({
    id: Id('team member id'),
    seance_length: Type.Optional(
      Type.Integer({ minimum: 300, maximum: 86_100, description: 'seconds; by default the length of the service' }),
    ),
  }),
);

const serviceFields = {
  title: Type.Optional(Title),
  category_id: Type.Optional(Id('service category id')),
  price_min: Type.Optional(Price),
  price_max: Type.Optional(Price),
  duration: Type.Optional(Type.Integer({ minimum: 300, maximum: 86_400, description: 'seconds; 3600 for a new service' })),
  technical_break_duration: Type.Optional(
    AnyOfTypes<number | null>(['integer', 'null'], {
      description: 'seconds, a multiple of 300; null for the default of the location',
      minimum: 0,
      maximum: 3600,
      multipleOf: 300,
      examples: [300],
    }),
  ),
  discount: Type.Optional(Type.Number({ minimum: 0, maximum: 100, description: 'percent' })),
  comment: Type.Optional(Type.String({ maxLength: 10_000 })),
  weight: Type.Optional(Weight),
  active: Type.Optional(Bit('1 bookable online, 0 not')),
  api_id: Type.Optional(ApiId),
  staff: Type.Optional(Type.Array(ServiceStaff, { maxItems: 1000, description: 'replaces the former ones' })),
  is_abonement_autopayment_enabled: Type.Optional(
    Bit("1: a visit is taken from the client's membership by itself when the appointment begins"),
  ),
  autopayment_before_visit_time: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 2_592_000, description: 'seconds before the appointment when the visit is taken' }),
  ),
  abonement_restriction_value: Type.Optional(Bit('1: clients book it online only with a membership that pays it')),
};

/** Fields that patch_service requires. In the older operations they are optional. */
const newerFields = {
  booking_title: Type.String({ maxLength: 255, description: 'name shown for booking' }),
  is_multi: Type.Boolean({ description: 'false appointment, true group event' }),
  tax_variant: Type.Integer({ minimum: 0, maximum: maxId, description: 'bill (tax system) id' }),
  vat_id: Type.Integer({ minimum: 0, maximum: maxId, description: 'VAT id' }),
  is_need_limit_date: Type.Boolean({ description: 'service offered for limited dates' }),
  seance_search_start: SecondsOfDay('bookable window start, seconds of day'),
  seance_search_finish: SecondsOfDay('bookable window end, seconds of day'),
  step: SecondsOfDay('slot display interval, seconds'),
  seance_search_step: SecondsOfDay('slot search interval, seconds'),
};

const limits = {
  date_from: Type.Optional(ServiceDate('first date on which it is offered')),
  date_to: Type.Optional(ServiceDate('last date on which it is offered')),
};

const ServicesCompanyidRequest = named(
  'ServicesCompanyidRequest',
  Type.Object({ ...serviceFields, ...Type.Partial(Type.Object(newerFields)).properties, ...limits }),
);

const ServicesChangeCompanyidRequest = named(
  'ServicesChangeCompanyidRequest',
  Type.Object({
    ...serviceFields,
    title: Title,
    category_id: Id('service category id'),
    price_min: Price,
    price_max: Price,
    duration: Type.Integer({ minimum: 300, maximum: 86_400, description: 'seconds' }),
    ...newerFields,
    ...limits,
  }),
);

const bit = (value: number | undefined) => (value === undefined ? undefined : value === 1);

type ServiceBody = Partial<Static<typeof ServicesChangeCompanyidRequest>>;

/** The fields of a body. Missing fields stay missing. */
function fieldsOf(body: ServiceBody): ServiceFields {
  const fields = {
    title: body.title,
    bookingTitle: body.booking_title,
    categoryId: body.category_id,
    priceMin: toMoney(body.price_min),
    priceMax: toMoney(body.price_max),
    duration: body.duration,
    technicalBreak: body.technical_break_duration,
    discount: toPercent(body.discount),
    comment: body.comment,
    weight: body.weight,
    isActive: bit(body.active),
    apiId: body.api_id,
    isGroup: body.is_multi,
    taxVariant: body.tax_variant,
    vatId: body.vat_id,
    isDateLimited: body.is_need_limit_date,
    dateFrom: body.date_from,
    dateTo: body.date_to,
    searchFrom: body.seance_search_start,
    searchTo: body.seance_search_finish,
    displayStep: body.step,
    searchStep: body.seance_search_step,
    isAutoDebited: bit(body.is_abonement_autopayment_enabled),
    autoDebitLead: body.autopayment_before_visit_time,
    needsMembership: bit(body.abonement_restriction_value),
    members: body.staff?.map(({ id, seance_length }) => ({ id, duration: seance_length })),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

const filterOf = (query: { staff_id?: number; category_id?: number }) => ({
  memberId: query.staff_id,
  categoryId: query.category_id,
});

const counted = (rows: CategoryRow[]) => ({ data: rows.map(presentCategory), meta: { total_count: rows.length } });

const rightsOf = (can: (flag: Flag) => boolean): ServiceRights => ({
  title: can('settings_services_edit_title_access'),
  category: can('settings_services_relation_category_access'),
  price: can('settings_services_edit_price_access'),
  times: can('settings_services_edit_online_seance_date_time_access'),
  members: can('edit_master_service_and_duration'),
});

const SeanceLength = Type.Integer({ description: 'seconds', minimum: 300, maximum: 86_100 });
const TechnologicalCard = AnyOfTypes<number | null>(['integer', 'null'], {
  description: 'bill of materials id',
  minimum: 1,
  maximum: maxId,
});

const ServiceCategoryTitle = named(
  'ServiceCategoryTitle',
  Type.Object({
    id: Type.Integer({ description: 'category id' }),
    title: Type.String(),
    services: Type.Array(Titled),
  }),
);

const serviceSpelling = {
  searchFrom: 'seance_search_start',
  searchTo: 'seance_search_finish',
  teamMembers: 'staff',
  isGroup: 'is_multi',
};

const createServiceCategory = operation({
  id: 'create_service_category',
  method: 'POST',
  path: '/service_categories/{location_id}',
  tag: 'Services',
  summary: 'Create service category',
  access: locationUser('settings_services_create_access'),
  params: Type.Object({ location_id: Id('location id') }),
  body: ServiceCategoriesCompanyidRequest,
  spelling: { memberIds: 'staff' },
  success: answer(
    201,
    Type.Object({
      id: Type.Integer({ description: 'category id' }),
      salon_service_id: Type.Integer({ description: 'category id for this location within chain' }),
      title: Type.String(),
      api_id: Type.String({ description: 'external id' }),
      weight: Type.Number({ description: 'display sort weight' }),
      staff: Type.Array(Type.Number({ description: 'team member id' })),
    }),
  ),
  errors: [403, 404],
  example: {
    body: { title: 'Long hair', weight: 5, api_id: 'long-hair', staff: [1] },
    data: { id: 3, title: 'Haircut very feminine', api_id: 'adw322', weight: 111, staff: [5006] },
  },
  handle: async (context) => {
    const { write, location, body } = context;
    const { title, ...fields } = categoryFields(body);
    if (title === undefined) throw new Invalid({ title: ['is required'] });
    const { is_chain: _, ...created } = presentCategory(await addCategory(write, location.id, { ...fields, title }));
    return created;
  },
});

const Service = named(
  'Service',
  Type.Object({
    id: Type.Integer({ description: 'service id' }),
    salon_service_id: Type.Integer({ description: 'service id for this location within chain' }),
    title: Type.String(),
    booking_title: Type.String({ description: 'name shown for booking' }),
    category_id: Type.Integer(),
    price_min: Type.Number(),
    price_max: Type.Number(),
    duration: Type.Integer({ description: 'seconds' }),
    technical_break_duration: AnyOfTypes<number | null>(['integer', 'null'], {
      description: 'seconds, a multiple of 300; null for the default of the location',
    }),
    discount: Type.Number({ description: 'percent' }),
    comment: Type.String(),
    weight: Type.Number({ description: 'display sort weight' }),
    active: Type.Integer({ description: '1 bookable online, 0 not' }),
    api_id: Type.String({ description: 'external id' }),
    is_online: Type.Boolean({ description: 'bookable online' }),
    staff: Type.Array(
      Type.Object({
        id: Type.Integer({ description: 'team member id' }),
        seance_length: Type.Integer({ description: 'seconds this team member needs' }),
      }),
      { description: 'who provides it' },
    ),
    image_group: Type.Optional(ImageGroup),
  }),
);

const publicServices =
  'Without a user: what anybody may see, which is what can be booked online, and of who provides it nobody who is hidden or was dismissed.';

const getServiceList = operation({
  id: 'get_service_list',
  method: 'GET',
  path: '/services/{location_id}',
  tag: 'Services',
  summary: 'List all services of location',
  description: `${publicServices} A user reads all.`,
  access: locationPublic(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    staff_id: Type.Optional(Id('only those of this team member')),
    category_id: Type.Optional(Id('only those of this category')),
  }),
  success: answer(200, Type.Array(Service)),
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
  handle: async ({ db, location, user, query, request, services }) => {
    const address = publicAddress(request, services.config);
    const list = user ? listServices : listPublicServices;
    return (await list(db, location.id, filterOf(query))).map((row) => presentService(row, address));
  },
});

const createService = operation({
  id: 'create_service',
  method: 'POST',
  path: '/services/{location_id}',
  tag: 'Services',
  summary: 'Create service',
  access: locationUser('settings_services_create_access'),
  params: Type.Object({ location_id: Id('location id') }),
  body: ServicesCompanyidRequest,
  spelling: serviceSpelling,
  success: answer(201, Service),
  errors: [403, 404],
  example: {
    body: {
      title: 'Dry cut',
      category_id: 1,
      price_min: 85,
      price_max: 140,
      duration: 3600,
      discount: 0,
      comment: '',
      weight: 6,
      active: 1,
      api_id: 'cut-dry',
      staff: [{ id: 1, seance_length: 3600 }],
    },
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
  handle: async (context) => {
    const { write, location, body, request, services } = context;
    const { title, categoryId, ...fields } = fieldsOf(body);
    if (title === undefined) throw new Invalid({ title: ['is required'] });
    if (categoryId === undefined) throw new Invalid({ category_id: ['is required'] });
    const row = await addService(write, location.id, { ...fields, title, categoryId });
    return presentService(row, publicAddress(request, services.config));
  },
});

const ListedServiceCategory = named(
  'ListedServiceCategory',
  Type.Object({
    id: Type.Integer({ description: 'category id' }),
    salon_service_id: Type.Integer({ description: 'category id for this location within chain' }),
    title: Type.String(),
    api_id: Type.String({ description: 'external id' }),
    weight: Type.Number({ description: 'display sort weight' }),
    staff: Type.Array(Type.Integer({ description: 'team member id' })),
    is_chain: Type.Boolean({ description: 'category belongs to chain' }),
  }),
);

const publicCategories =
  'Without a user: what anybody may see, which is no category whose services are all closed to online booking, and nobody who is hidden or was dismissed.';

const deprecatedGetServiceCategoryList = operation({
  id: 'deprecated_get_service_category_list',
  method: 'GET',
  path: '/service_categories/{location_id}/{id}',
  tag: 'Services',
  summary: 'List service categories (old)',
  description: publicCategories,
  optionalLast: true,
  deprecated: true,
  access: locationPublic(),
  params: OptionalCategoryPath,
  success: answer(200, Type.Array(ListedServiceCategory), TotalOfList),
  errors: [403, 404],
  example: { data: [{ id: 345, title: 'Haircuts for men', api_id: 'adw322', weight: 10, staff: [5006] }], meta: [] },
  handle: async ({ db, location, user, params }) => {
    if (!params.id) return counted(await (user ? listCategories(db, location.id) : listPublicCategories(db, location.id)));
    return counted([await (user ? findCategory : getPublicCategory)(db, location.id, params.id)]);
  },
});

const deprecatedGetServiceListById = operation({
  id: 'deprecated_get_service_list_by_id',
  method: 'GET',
  path: '/services/{location_id}/{service_id}',
  tag: 'Services',
  summary: 'List services or one service (old)',
  description: publicServices,
  deprecated: true,
  access: locationPublic(),
  params: Path,
  query: Type.Object({
    staff_id: Type.Optional(Type.Integer({ description: 'filter' })),
    category_id: Type.Optional(Type.Integer({ description: 'filter' })),
  }),
  success: answer(200, Service),
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
  handle: async ({ db, location, user, params, request, services }) => {
    const row = await (user ? findService : getPublicService)(db, location.id, params.service_id);
    return presentService(row, publicAddress(request, services.config));
  },
});

const deprecatedUpdateServiceById = operation({
  id: 'deprecated_update_service_by_id',
  method: 'PUT',
  path: '/services/{location_id}/{service_id}',
  tag: 'Services',
  summary: 'Replace service',
  access: locationUser('services_edit'),
  params: Path,
  body: ServicesCompanyidRequest,
  spelling: serviceSpelling,
  success: answer(200, Service),
  errors: [403, 404],
  example: {
    body: {
      title: "Women's haircut",
      category_id: 1,
      price_min: 85,
      price_max: 140,
      duration: 3600,
      discount: 0,
      comment: '',
      weight: 6,
      active: 1,
      api_id: 'cut-women',
      staff: [{ id: 1, seance_length: 3600 }],
    },
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
  handle: async (context) => {
    const { write, location, params, body, can, request, services } = context;
    const row = await updateService(write, location.id, params.service_id, fieldsOf(body), rightsOf(can));
    return presentService(row, publicAddress(request, services.config));
  },
});

const patchService = operation({
  id: 'patch_service',
  method: 'PATCH',
  path: '/services/{location_id}/{service_id}',
  tag: 'Services',
  summary: 'Partially update service',
  access: locationUser('services_edit'),
  params: Path,
  body: ServicesChangeCompanyidRequest,
  spelling: serviceSpelling,
  success: answer(
    200,
    Type.Object({
      title: Type.String(),
      booking_title: Type.String({ description: 'name shown for booking' }),
      category_id: Type.Integer(),
      price_min: Type.Number(),
      price_max: Type.Number(),
      duration: Type.Number({ description: 'seconds' }),
      technical_break_duration: AnyOfTypes<number | null>(['number', 'null'], {
        description: 'seconds, multiple of 300; null = location default',
      }),
      discount: Type.Number(),
      comment: Type.String(),
      is_multi: Type.Boolean({ description: 'false appointment, true group event' }),
      tax_variant: Type.Number({ description: 'bill (tax system) id' }),
      vat_id: Type.Integer({ description: 'VAT id' }),
      is_need_limit_date: Type.Boolean({ description: 'service offered for limited dates' }),
      date_from: Type.String({ description: 'date' }),
      date_to: Type.String({ description: 'date' }),
      seance_search_start: Type.Number({ description: 'seconds of day' }),
      seance_search_finish: Type.Number({ description: 'seconds of day' }),
      step: Type.Number({ description: 'slot display interval, seconds' }),
      seance_search_step: Type.Number({ description: 'slot search interval, seconds' }),
      weight: Type.Number({ description: 'display sort weight' }),
      active: Type.Number({ description: '1 bookable online, 0 not' }),
      api_id: Type.String({ description: 'external id' }),
      print_title: Type.String({ description: 'title for printing' }),
      service_type: Type.Number(),
      api_service_id: Type.Integer({ description: 'id in external API' }),
      repeat_visit_days_step: Type.Null(),
      schedule_template_type: Type.Number(),
      online_invoicing_status: Type.Number(),
      is_abonement_autopayment_enabled: Type.Number({ description: 'membership autopayment 1/0' }),
      autopayment_before_visit_time: Type.Number({ description: 'seconds before the appointment' }),
      abonement_restriction_value: Type.Number({ description: '1 bookable online only with a membership, else 0' }),
      is_chain: Type.Boolean(),
      is_price_managed_only_in_chain: Type.Boolean(),
      is_comment_managed_only_in_chain: Type.Boolean(),
      price_prepaid_amount: Type.Number(),
      price_prepaid_percent: Type.Number(),
      id: Type.Integer({ description: 'service id' }),
      salon_service_id: Type.Integer({ description: 'service id for this location' }),
      prepaid: Type.String({ description: 'forbidden / optional / required' }),
      capacity: Type.Number(),
      image_group: Type.Array(ImageGroup, { description: 'none or one' }),
      dates: Type.Array(PlainDate('on which it is offered'), { description: 'of a service for limited dates' }),
      resources: Type.Array(Titled),
      is_online: Type.Boolean({ description: 'bookable online' }),
      staff: Type.Array(
        Type.Object({
          id: Type.Integer({ description: 'team member id' }),
          seance_length: Type.Integer({ description: 'seconds' }),
          technological_card_id: AnyOfTypes<number | null>(['integer', 'null']),
        }),
      ),
    }),
  ),
  errors: [403, 404],
  example: {
    body: {
      title: 'Clipper cut',
      booking_title: 'Clipper cut, all lengths',
      category_id: 1,
      price_min: 35,
      price_max: 45,
      duration: 1800,
      is_multi: false,
      tax_variant: 0,
      vat_id: 0,
      is_need_limit_date: false,
      seance_search_start: 0,
      seance_search_finish: 86_400,
      step: 900,
      seance_search_step: 900,
    },
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
  handle: async (context) => {
    const { write, location, params, body, can, request, services } = context;
    const row = await updateService(write, location.id, params.service_id, fieldsOf(body), rightsOf(can));
    return presentWholeService(row, publicAddress(request, services.config));
  },
});

const deleteService = operation({
  id: 'delete_service',
  method: 'DELETE',
  path: '/services/{location_id}/{service_id}',
  tag: 'Services',
  summary: 'Delete service',
  access: locationUser('services_delete'),
  params: Path,
  success: empty(204),
  errors: [403, 404],
  handle: ({ write, location, params }) => removeService(write, location.id, params.service_id),
});

const getServiceCategory = operation({
  id: 'get_service_category',
  method: 'GET',
  path: '/service_category/{location_id}/{id}',
  tag: 'Services',
  summary: 'Get one service category',
  description: publicCategories,
  access: locationPublic(),
  params: CategoryPath,
  success: answer(200, ListedServiceCategory, EmptyList),
  errors: [403, 404],
  example: { data: { id: 3, salon_service_id: 15, title: 'Haircuts for women', weight: 12, staff: [5006] }, meta: [] },
  handle: async ({ db, location, user, params }) => ({
    data: presentCategory(await (user ? findCategory : getPublicCategory)(db, location.id, params.id)),
    meta: [],
  }),
});

const updateServiceCategory = operation({
  id: 'update_service_category',
  method: 'PUT',
  path: '/service_category/{location_id}/{id}',
  tag: 'Services',
  summary: 'Update service category',
  access: locationUser('services_edit'),
  params: CategoryPath,
  body: ServiceCategoriesCompanyidRequest,
  spelling: { memberIds: 'staff' },
  success: answer(200, ListedServiceCategory, EmptyList),
  errors: [403, 404],
  example: {
    body: { title: 'Haircuts', weight: 10, api_id: 'haircuts', staff: [1, 2] },
    data: { id: 3, salon_service_id: 15, title: 'Haircuts for women', weight: 15, staff: [5006] },
    meta: [],
  },
  handle: async (context) => {
    const { write, location, params, body } = context;
    const row = await changeCategory(write, location.id, params.id, categoryFields(body));
    return { data: presentCategory(row), meta: [] };
  },
});

const deleteServiceCategory = operation({
  id: 'delete_service_category',
  method: 'DELETE',
  path: '/service_category/{location_id}/{id}',
  tag: 'Services',
  summary: 'Delete service category',
  access: locationUser('services_delete'),
  params: Type.Object({ location_id: Id('location id'), id: { ...Id('service category id'), examples: [11] } }),
  success: empty(204),
  errors: [403, 404],
  handle: ({ write, location, params }) => removeCategory(write, location.id, params.id),
});

const getServiceCategoryList = operation({
  id: 'get_service_category_list',
  method: 'GET',
  path: '/company/{location_id}/service_categories/{id}',
  tag: 'Services',
  summary: 'List service categories or one',
  optionalLast: true,
  access: locationUser(),
  params: OptionalCategoryPath,
  query: Type.Object({ staff_id: Type.Optional(Id('only categories that this team member provides')) }),
  success: answer(200, Type.Array(ListedServiceCategory), TotalOfList),
  errors: [403, 404],
  example: {
    data: [{ id: 345, salon_service_id: 353, title: 'Haircuts for men', api_id: 'adw322', weight: 10, staff: [5006] }],
    meta: { total_count: 2 },
  },
  handle: async ({ db, location, params, query }) => {
    if (!params.id) return counted(await listCategories(db, location.id, query.staff_id));
    const category = await findCategory(db, location.id, params.id);
    return counted(query.staff_id === undefined || category.memberIds.includes(query.staff_id) ? [category] : []);
  },
});

const getService = operation({
  id: 'get_service',
  method: 'GET',
  path: '/company/{location_id}/services/{service_id}',
  tag: 'Services',
  summary: 'List services or one service',
  optionalLast: true,
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), service_id: Type.Optional(Id('service id; every service without it')) }),
  query: Type.Object({
    staff_id: Type.Optional(Id('only those of this team member')),
    category_id: Type.Optional(Id('only those of this category')),
  }),
  success: answer(200, Type.Union([Service, Type.Array(Service)]), TotalOfList),
  errors: [403, 404],
  example: {
    meta: { total_count: 2 },
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
  handle: async ({ db, location, params, query, request, services }) => {
    const address = publicAddress(request, services.config);
    if (params.service_id !== undefined) {
      return { data: presentService(await findService(db, location.id, params.service_id), address), meta: [] };
    }
    const rows = await listServices(db, location.id, filterOf(query));
    return { data: await mapInSteps(rows, (row) => presentService(row, address)), meta: { total_count: rows.length } };
  },
});

const AssignServiceToTeamMember = named(
  'AssignServiceToTeamMember',
  Type.Object({
    service_id: Type.Integer(),
    master_id: Type.Integer({ description: 'team member id' }),
    length: Type.Number({ description: 'seconds for this team member' }),
    technological_card_id: Type.Integer(),
    api_id: Type.String({ description: 'external id' }),
    is_online: Type.Boolean({ description: 'bookable online' }),
    is_offline_records_allowed: Type.Boolean({ description: 'offline appointments allowed for this link' }),
    price: AnyOfTypes<number | null>(['number', 'null'], { description: 'own price of this team member' }),
  }),
);

/** The bill of materials of one link. @throws Forbidden, Invalid */
async function billOf(
  { write, location, can }: { write: Write; location: Pick<Location, 'id'>; can: (flag: Flag) => boolean },
  serviceId: number,
  teamMemberId: number,
  billId: number | null,
): Promise<number | null> {
  const links = [{ teamMemberId, billId }];
  const [kept = null] = await keepBillsOfLinks(
    write,
    location.id,
    serviceId,
    links,
    can('tech_card_edit'),
    () => 'technological_card_id',
  );
  return kept;
}

const assignServiceToTeamMember = operation({
  id: 'assign_service_to_team_member',
  method: 'POST',
  path: '/company/{location_id}/services/{service_id}/staff',
  tag: 'Services',
  summary: 'Link team member to service',
  access: locationUser('edit_master_service_and_duration'),
  params: Path,
  body: Type.Object({
    master_id: Id('team member id'),
    seance_length: SeanceLength,
    technological_card_id: TechnologicalCard,
  }),
  spelling: { teamMemberId: 'master_id' },
  success: answer(201, AssignServiceToTeamMember),
  errors: [403, 404, 422],
  example: { body: { master_id: 1, seance_length: 3600, technological_card_id: 1 } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    await lockService(write, location.id, params.service_id);
    const { master_id: id, seance_length: duration } = body;
    const billId = await billOf(context, params.service_id, id, body.technological_card_id);
    const member = { id, duration, billId };
    const link = await linkMember(write, location.id, params.service_id, member);
    return presentLink(link);
  },
});

const updateServiceTeamMemberAssignment = operation({
  id: 'update_service_team_member_assignment',
  method: 'PUT',
  path: '/company/{location_id}/services/{service_id}/staff/{team_member_id}',
  tag: 'Services',
  summary: 'Update team member service link',
  access: locationUser('edit_master_service_and_duration'),
  params: Type.Object({ location_id: Id('location id'), service_id: Id('service id'), team_member_id: Id('team member id') }),
  body: Type.Object({
    seance_length: SeanceLength,
    technological_card_id: TechnologicalCard,
  }),
  success: answer(200, AssignServiceToTeamMember),
  errors: [403, 404, 422],
  example: { body: { seance_length: 3600, technological_card_id: 1 } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    await lockService(write, location.id, params.service_id);
    const { team_member_id: id } = params;
    const billId = await billOf(context, params.service_id, id, body.technological_card_id);
    const member = { id, duration: body.seance_length, billId };
    const link = await changeLink(write, location.id, params.service_id, member);
    return presentLink(link);
  },
});

const setServiceTeamMemberBooking = operation({
  id: 'set_service_team_member_booking',
  method: 'PATCH',
  path: '/company/{location_id}/services/{service_id}/staff/{team_member_id}/booking_settings',
  tag: 'Services',
  summary: 'Change where a team member gives a service',
  description:
    'Whether clients can book the service online with the team member, and whether the desk is offered it. Fields that are not sent stay unchanged.',
  extension: true,
  access: locationUser('edit_master_service_and_duration'),
  params: Type.Object({ location_id: Id('location id'), service_id: Id('service id'), team_member_id: Id('team member id') }),
  body: named(
    'ServiceTeamMemberBooking',
    Type.Object({
      is_online: Type.Optional(Type.Boolean({ description: 'bookable online' })),
      is_offline_records_allowed: Type.Optional(Type.Boolean({ description: 'offered to the desk' })),
      api_id: Type.Optional(Type.String({ maxLength: 255, description: 'external id' })),
    }),
  ),
  success: answer(200, AssignServiceToTeamMember),
  errors: [403, 404],
  example: { body: { is_online: true } },
  handle: async ({ write, location, params, body }) => {
    await lockService(write, location.id, params.service_id);
    const of = { serviceId: params.service_id, memberId: params.team_member_id };
    const offer = { isOnline: body.is_online, isOffline: body.is_offline_records_allowed, apiId: body.api_id };
    return presentLink(await offerLink(write, location.id, of, offer));
  },
});

const removeServiceFromTeamMember = operation({
  id: 'remove_service_from_team_member',
  method: 'DELETE',
  path: '/company/{location_id}/services/{service_id}/staff/{team_member_id}',
  tag: 'Services',
  summary: 'Remove team member service link',
  access: locationUser('edit_master_service_and_duration'),
  params: Type.Object({ location_id: Id('location id'), service_id: Id('service id'), team_member_id: Id('team member id') }),
  success: empty(204),
  errors: [403, 404],
  handle: async (context) => {
    const { write, location, params } = context;
    await lockService(write, location.id, params.service_id);
    await unlinkMember(write, location.id, params.service_id, params.team_member_id);
  },
});

const updateServiceLinks = operation({
  id: 'update_service_links',
  method: 'POST',
  path: '/company/{location_id}/services/links',
  tag: 'Services',
  summary: 'Bulk set service team, resources, translations',
  access: locationUser('edit_master_service_and_duration'),
  params: Type.Object({ location_id: Id('location id') }),
  body: Type.Object({
    service_id: Id('service id'),
    team_member_settings: Type.Array(
      Type.Object({
        team_member_id: Id('team member id'),
        tech_card_id: Type.Optional(
          AnyOfTypes<number | null>(['integer', 'null'], {
            minimum: 0,
            maximum: maxId,
            description: 'bill of materials; 0 for none',
          }),
        ),
        hours: Type.Optional(Type.Integer({ minimum: 0, maximum: 23, default: 0 })),
        minutes: Type.Optional(Type.Integer({ minimum: 0, maximum: 59, default: 0 })),
        price: Type.Optional(
          Type.Union([
            Type.Object({
              min: Type.Optional(Type.Number({ minimum: 0, maximum: 1e12, default: 0, description: 'from price' })),
              max: Type.Optional(
                AnyOfTypes<number | null>(['number', 'null'], { minimum: 0, maximum: 1e12, description: 'null: a fixed price' }),
              ),
            }),
            Type.Null({ description: 'the price of the service' }),
          ]),
        ),
      }),
      { maxItems: 1000 },
    ),
    resource_ids: Type.Array(Id('resource id'), { maxItems: 100, description: 'resources the service needs' }),
    translations: Type.Array(
      Type.Object({
        language_id: Type.Integer({ minimum: 1, maximum: 32_767 }),
        translation: Type.String({ maxLength: 255, description: 'empty clears' }),
      }),
      { maxItems: 200 },
    ),
  }),
  success: answer(200, Type.Object({}, { description: 'always empty' })),
  errors: [400, 403, 404, 422],
  example: {
    body: {
      service_id: 1,
      team_member_settings: [{ team_member_id: 1, tech_card_id: 1, hours: 0, minutes: 45, price: { min: 999.99, max: null } }],
      resource_ids: [1],
      translations: [{ language_id: 2, translation: '' }],
    },
  },
  handle: async (context) => {
    const { write, location, body, can } = context;
    const settings = body.team_member_settings.map((setting, index) => {
      const { team_member_id: id, tech_card_id, hours = 0, minutes = 0, price } = setting;
      const field = `team_member_settings.${index}`;
      const duration = hours * 3600 + minutes * 60;
      if (duration < 300 || duration > 86_100)
        throw new Invalid({ [`${field}.minutes`]: ['must make 5 minutes to 23:55 hours'] });
      const [min, max] = [toMoney(price?.min ?? 0), toMoney(price?.max ?? null)];
      if (max !== null && compare(max, min) < 0) throw new Invalid({ [`${field}.price.max`]: ['must not be less than min'] });
      const billId = tech_card_id === undefined ? undefined : tech_card_id || null;
      return { id, duration, billId, price: price ? { min, max } : null };
    });
    await lockService(write, location.id, body.service_id);
    const bills = await keepBillsOfLinks(
      write,
      location.id,
      body.service_id,
      settings.map(({ id, billId }) => ({ teamMemberId: id, billId })),
      can('tech_card_edit'),
      (index) => `team_member_settings.${index}.tech_card_id`,
    );
    const members = settings.map((member, index) => ({ ...member, billId: bills[index] }));
    const translations = body.translations.map(({ language_id, translation }) => ({
      languageId: language_id,
      title: translation,
    }));
    const links = { members, resourceIds: body.resource_ids, translations };
    await replaceLinks(write, location.id, body.service_id, links, {
      resources: can('settings_services_edit_services_related_resource_access'),
      title: can('settings_services_edit_title_access'),
    });
    return {};
  },
});

const getChainServiceCategoryList = operation({
  id: 'get_chain_service_category_list',
  method: 'GET',
  path: '/chain/{chain_id}/service_categories',
  tag: 'Services',
  summary: 'List chain service categories',
  access: partnerOnly(),
  params: Type.Object({ chain_id: Id('chain id') }),
  query: Type.Object({ include: Type.Optional(Type.String({ enum: ['services'] })) }),
  success: document(200, Type.Array(ServiceCategoryTitle)),
  example: { data: [{ id: 3, title: 'Haircuts' }] },
  errors: [403, 404],
  handle: ({ db, partner, params, query }) => listChainCategories(db, partner, params.chain_id, query.include === 'services'),
});

const CompositeService = named(
  'CompositeService',
  Type.Object({
    service_id: Type.Integer({ description: 'the composite service' }),
    duration: Type.Integer({ description: 'seconds of all parts' }),
    price_min: Type.Number({ description: 'of all parts' }),
    price_max: Type.Number({ description: 'of all parts' }),
    parts: Type.Array(
      Type.Object({
        position: Type.Integer({ description: 'from 1' }),
        service_id: Type.Integer(),
        title: Type.String(),
        duration: Type.Integer({ description: 'seconds' }),
        price_min: Type.Number(),
        price_max: Type.Number(),
      }),
    ),
  }),
);

const presentComposite = (id: number, parts: readonly ServicePart[]) => ({
  service_id: id,
  duration: parts.reduce((seconds, { duration }) => seconds + duration, 0),
  price_min: toWire(sum(parts.map(({ priceMin }) => priceMin))),
  price_max: toWire(sum(parts.map(({ priceMax }) => priceMax))),
  parts: parts.map((part) => ({
    position: part.position,
    service_id: part.serviceId,
    title: part.title,
    duration: part.duration,
    price_min: toWire(part.priceMin),
    price_max: toWire(part.priceMax),
  })),
});

const compositePath = '/company/{location_id}/services/{service_id}/parts';
const aboutComposites =
  'Its price and duration are the sums of its parts. Clients book it online as appointments of its parts, one after another, with one or several team members. The desk books all parts with one team member.';

const getCompositeService = operation({
  id: 'get_composite_service',
  method: 'GET',
  path: compositePath,
  tag: 'Services',
  summary: 'Read the parts of a composite service',
  description: aboutComposites,
  extension: true,
  access: locationUser(),
  params: Path,
  success: answer(200, CompositeService),
  errors: [403, 404],
  handle: async ({ db, location, params }) =>
    presentComposite(params.service_id, await getParts(db, location.id, params.service_id)),
});

const setCompositeService = operation({
  id: 'set_composite_service',
  method: 'PUT',
  path: compositePath,
  tag: 'Services',
  summary: 'Make a service a composite service, or replace its parts',
  description: `The parts are other services of the location, in this order. A part has no parts, and is not for group events. ${aboutComposites}`,
  extension: true,
  access: locationUser('services_edit'),
  params: Path,
  body: Type.Object({
    parts: Type.Array(Type.Object({ service_id: Id('service id') }), { minItems: 1, maxItems: 20, description: 'in order' }),
  }),
  success: answer(200, CompositeService),
  errors: [403, 404, 422],
  example: { body: { parts: [{ service_id: 2 }, { service_id: 3 }] } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    const partIds = body.parts.map(({ service_id }) => service_id);
    return presentComposite(params.service_id, await setParts(write, location.id, params.service_id, partIds));
  },
});

const deleteCompositeService = operation({
  id: 'delete_composite_service',
  method: 'DELETE',
  path: compositePath,
  tag: 'Services',
  summary: 'Make a composite service a plain one',
  description: 'The service and its former parts stay.',
  extension: true,
  access: locationUser('services_edit'),
  params: Path,
  success: empty(204),
  errors: [403, 404],
  handle: ({ write, location, params }) => removeParts(write, location.id, params.service_id),
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
  getCompositeService,
  setCompositeService,
  deleteCompositeService,
  setServiceTeamMemberBooking,
];
