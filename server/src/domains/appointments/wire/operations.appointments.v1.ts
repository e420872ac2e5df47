import Type from 'typebox';
import {
  type Flag,
  type Gate,
  type Grant,
  locationUser,
  locationUserOrClient,
  type Partner,
  signedIn,
  type User,
} from '../../../api/access.ts';
import { type FieldErrors, Forbidden, Invalid, NotFound } from '../../../api/errors.ts';
import { answer, created, empty, ok, operation, streamed } from '../../../api/operation.ts';
import { Page, PageAndCount, PageSize, pageRange } from '../../../api/pagination.ts';
import { Id, PageMeta } from '../../../api/schema.ts';
import type { Read, Write } from '../../../api/write.ts';
import { toMoney, toPercent } from '../../../platform/money.ts';
import { mapInSteps } from '../../../platform/pause.ts';
import { receiptStateOf } from '../../fiscal/list.ts';
import { callbackUrl, printAfterPayment } from '../../fiscal/wire/caller.ts';
import { listLocations } from '../../locations/location.ts';
import { transactionsOfVisit } from '../../loyalty-transactions/list.ts';
import { presentTransaction } from '../../redemption/wire/transaction.ts';
import { addReview, addReviewOfClient, listReviews, ReviewedAlready } from '../../reviews/review.ts';
import { presentReview } from '../../reviews/wire/present.ts';
import { changeVisitSale } from '../../sales/visit-sale.ts';
import { type Calendars, calendarsOf, expectOfMember } from '../../team/calendars.ts';
import { receiptPdf } from '../../visits/receipt.ts';
import { updateVisit as changeVisit, locationOfVisit, visitWithAppointments } from '../../visits/visit.ts';
import { presentVisit, presentVisitDetails } from '../../visits/wire/present.ts';
import {
  type AppointmentFilter,
  type AppointmentRow,
  appointmentsOfVisit,
  changedAppointments,
  getAppointment as findAppointment,
  listAppointments,
} from '../appointment.ts';
import { type Booked, createAppointment as book } from '../create.ts';
import { deleteAppointment as remove } from '../delete.ts';
import type { AppointmentDetails, BookedClient, BookedService, Origin } from '../fields.ts';
import { documentsOfAppointments } from '../of-documents.ts';
import { partnerAppointments } from '../partner-list.ts';
import type { ChangeRights } from '../rights.ts';
import { createEventAppointment, eventOf, updateEventAppointment } from '../seats.ts';
import type { Attendance } from '../tables.ts';
import { updateAppointment as replace } from '../update.ts';
import { hideClients, seesClient } from '../visible-clients.ts';
import {
  type Authorized,
  colorOf,
  deletionRightsOf,
  momentIn,
  originOf,
  periodOf,
  rightsOf,
  viewFor,
  visibilityOf,
} from './caller.ts';
import { consumablesByAppointment } from './consumables.ts';
import { paymentsByAppointment } from './payments.ts';
import { presentAppointment, presentListedAppointment, presentUpdatedAppointment } from './present.ts';
import { PartnerAppointment, presentPartnerAppointment } from './present-partner.ts';
import {
  Appointment,
  type AppointmentBody,
  AppointmentInput,
  AppointmentPath,
  AppointmentQuery,
  IncludeQuery,
  ListedAppointment,
  LocationOnly,
  Review,
  UpdatedAppointment,
  Visit,
  VisitDetails,
  VisitInput,
} from './schemas.ts';
import { appointmentSpelling } from './spelling.ts';
import { printsReceipt, saleChangesOf, saleRightsOf } from './visit-sale.ts';

const tag = 'Appointments';

const exampleInput = {
  staff_id: 1,
  services: [{ id: 1, first_cost: 60, discount: 10, cost: 54 }],
  client: { phone: '+13155550179', name: 'James', email: 'j.smith@example.com' },
  datetime: '2026-09-21T10:00:00',
  seance_length: 3600,
  save_if_busy: true,
  comment: 'Prefers the window seat',
  custom_color: 'f44336',
};

const getAppointmentList = operation({
  id: 'get_appointment_list',
  method: 'GET',
  path: '/records/{location_id}',
  tag,
  summary: 'List appointments of a location',
  description:
    'Sorted by start time. With `changed_after` or `changed_before`, the latest change comes first. To follow changes, send the latest `last_change_date` that you have seen as `changed_after`, with `with_deleted=1`. You then miss no change. Changes of the same second are answered again.',
  access: locationUser('timetable_access'),
  params: LocationOnly,
  query: AppointmentQuery,
  success: ok(Type.Array(ListedAppointment), PageMeta),
  handle: async (context) => {
    const { db, location, query } = context;
    const { page, count } = query;
    const moment = (name: 'changed_after' | 'changed_before') =>
      query[name] ? momentIn(query[name], location.timeZone, name) : undefined;
    const [changedAfter, changedBefore] = [moment('changed_after'), moment('changed_before')];
    if (query.client_id && !(await seesClient(context, query.client_id))) return { data: [], meta: { page, total_count: 0 } };
    const filter: AppointmentFilter = {
      teamMemberId: query.team_member_id,
      clientId: query.client_id,
      createdBy: query.created_user_id,
      starts: periodOf(location.timeZone, ['start_date', query.start_date], ['end_date', query.end_date]),
      created: periodOf(location.timeZone, ['c_start_date', query.c_start_date], ['c_end_date', query.c_end_date]),
      changed: changedAfter || changedBefore ? { from: changedAfter, to: changedBefore } : undefined,
      withDeleted: Boolean(query.with_deleted),
      calendars: await calendarsOf(context),
    };
    const { rows, total } = await listAppointments(db, location.id, filter, pageRange(page, count));
    const view = viewFor(context);
    const shown = await hideClients(context, rows);
    const included = await includedIn(context, query, shown);
    const data = await mapInSteps(shown, (row) => ({ ...presentListedAppointment(row, view), ...included(row) }));
    return { data, meta: { page, total_count: total } };
  },
});

/** What a query adds to appointments. */
async function includedIn(
  caller: Authorized,
  query: { include_consumables?: number; include_finance_transactions?: number },
  rows: readonly AppointmentRow[],
) {
  const payments = query.include_finance_transactions ? await paymentsByAppointment(caller, rows) : undefined;
  const consumables = query.include_consumables ? await consumablesByAppointment(caller, rows) : undefined;
  return ({ id }: AppointmentRow) => ({
    finance_transactions: payments?.get(id) ?? [],
    consumables: consumables?.get(id) ?? [],
  });
}

/** A list of one option of custom fields is no values; without the permission they are not looked at. */
const customFieldsOf = (body: AppointmentBody, can: (flag: Flag) => boolean) =>
  body.custom_fields && can('custom_fields_record_values_read_access') && can('custom_fields_record_values_edit_access')
    ? { customFields: Array.isArray(body.custom_fields) ? {} : body.custom_fields }
    : {};

function detailsOf(body: AppointmentBody, can: (flag: Flag) => boolean): AppointmentDetails {
  const { comment, attendance, api_id, custom_color, record_labels, sms_remain_hours, email_remain_hours } = body;
  return {
    comment,
    attendance: attendance as Attendance | undefined,
    apiId: api_id,
    color: colorOf(custom_color),
    tagIds: record_labels?.map(Number),
    smsReminder: sms_remain_hours,
    emailReminder: email_remain_hours,
    ...customFieldsOf(body, can),
  };
}

const clientOf = ({ client: { patronymic, ...client } }: AppointmentBody): BookedClient => ({
  ...client,
  middleName: patronymic,
});

const bookedService = (service: NonNullable<AppointmentBody['services']>[number]): BookedService => ({
  id: service.id,
  amount: service.amount,
  costPerUnit: toMoney(service.cost_per_unit),
  firstCost: toMoney(service.first_cost),
  discount: toPercent(service.discount),
  cost: toMoney(service.cost),
});

/** The fields of an appointment that does not belong to a group event. @throws Invalid naming the missing field */
function ownFields(body: AppointmentBody, timeZone: string, can: (flag: Flag) => boolean) {
  const { staff_id, services, datetime, seance_length } = body;
  const missing = Object.entries({ staff_id, services, datetime, seance_length }).filter(([, value]) => value === undefined);
  if (missing.length) throw new Invalid(Object.fromEntries(missing.map(([name]) => [name, ['is required']])) as FieldErrors);
  return {
    ...detailsOf(body, can),
    teamMemberId: staff_id as number,
    services: (services ?? []).map(bookedService),
    client: clientOf(body),
    startsAt: momentIn(datetime as string, timeZone, 'datetime'),
    duration: seance_length as number,
    technicalBreak: body.technical_break_duration,
  };
}

const createAppointment = operation({
  id: 'create_appointment',
  method: 'POST',
  path: '/records/{location_id}',
  tag,
  summary: 'Create standard or group-event appointment',
  description:
    'With `activity_id` the appointment takes places in a group event, and has its time, team member and service. Without it, `staff_id`, `services`, `datetime` and `seance_length` are required. Two requests never get the same time of a team member or a resource, nor the last place of an event: one gets 201, the others get 422. `save_if_busy` overrides this. A composite service is replaced by its parts, which the team member must all provide.',
  access: locationUser('create_records_access'),
  params: LocationOnly,
  body: AppointmentInput,
  spelling: appointmentSpelling,
  success: answer(201, Type.Array(Appointment), PageMeta),
  example: { body: exampleInput },
  handle: async (context) => {
    const { write, location, body, can } = context;
    const rights = await rightsOf(context, body.save_if_busy ?? false);
    const origin: Origin = originOf(context);
    const booked: Booked = body.activity_id
      ? await createEventAppointment(
          write,
          location,
          body.activity_id,
          { ...detailsOf(body, can), client: clientOf(body), seats: body.clients_count ?? 1 },
          origin,
          rights,
        )
      : await book(write, location, ownFields(body, location.timeZone, can), origin, rights);
    const rows = await hideClients(context, await changedAppointments(write, location.id, [booked.id]));
    const view = viewFor(context);
    return { data: await mapInSteps(rows, (row) => presentAppointment(row, view)), meta: { page: 1, total_count: 1 } };
  },
});

const getAppointment = operation({
  id: 'get_appointment',
  method: 'GET',
  path: '/record/{location_id}/{record_id}',
  tag,
  summary: 'One appointment',
  description: 'A deleted one too; `deleted` says so.',
  access: locationUser('record_form_access'),
  params: AppointmentPath,
  query: IncludeQuery,
  success: ok(Appointment),
  handle: async (context) => {
    const { db, location, params } = context;
    const row = await findAppointment(db, location.id, params.record_id, await calendarsOf(context));
    const [shown] = await hideClients(context, [row]);
    const included = await includedIn(context, context.query, [shown as AppointmentRow]);
    return { ...presentAppointment(shown as AppointmentRow, viewFor(context)), ...included(row) };
  },
});

/** Replaces an appointment, with or without a group event. */
async function replaceAny(
  write: Write,
  context: Parameters<typeof viewFor>[0] & { params: { record_id: number }; body: AppointmentBody },
  rights: ChangeRights,
): Promise<Booked> {
  const { location, params, body, can } = context;
  const eventId = await eventOf(write, location.id, params.record_id, rights.calendars);
  if ((eventId ?? 0) !== body.activity_id) {
    throw new Invalid({ activity_id: [`must be ${eventId ?? 0}, the event of this appointment`] });
  }
  if (eventId === null) return replace(write, location, params.record_id, ownFields(body, location.timeZone, can), rights);
  const changes = { ...detailsOf(body, can), client: clientOf(body), seats: body.clients_count };
  return updateEventAppointment(write, location, eventId, params.record_id, changes, rights);
}

const updateAppointment = operation({
  id: 'update_appointment',
  method: 'PUT',
  path: '/record/{location_id}/{record_id}',
  tag,
  summary: 'Full update of an appointment',
  description:
    'Requires the same fields as a new appointment. Missing optional fields stay unchanged. `activity_id` must be the present event of the appointment.',
  access: locationUser('edit_records_access'),
  params: AppointmentPath,
  query: IncludeQuery,
  body: AppointmentInput,
  spelling: appointmentSpelling,
  success: created(UpdatedAppointment),
  errors: [400],
  example: { body: { ...exampleInput, datetime: '2026-09-21T11:30:00' } },
  handle: async (context) => {
    const { write, location, body } = context;
    const booked = await replaceAny(write, context, await rightsOf(context, body.save_if_busy ?? false));
    const [row] = await hideClients(context, await changedAppointments(write, location.id, [booked.id]));
    const consumables = context.query.include_consumables
      ? await consumablesByAppointment({ ...context, db: write }, [row as AppointmentRow])
      : undefined;
    return {
      ...presentUpdatedAppointment(row as AppointmentRow, viewFor(context)),
      consumables: consumables?.get(booked.id) ?? [],
    };
  },
});

const deleteAppointment = operation({
  id: 'delete_appointment',
  method: 'DELETE',
  path: '/record/{location_id}/{record_id}',
  tag,
  summary: 'Delete an appointment',
  description: 'Its time is free again. It stays readable and in lists with `with_deleted`.',
  access: locationUser('delete_records_access'),
  params: AppointmentPath,
  query: IncludeQuery,
  success: empty(204),
  handle: async (context) => {
    const { write, location, params } = context;
    await remove(write, location.id, params.record_id, await deletionRightsOf(context));
  },
});

/** The location of a visit that the caller may see. @throws NotFound, Forbidden without the permission */
async function placeOfVisit(
  { db, gate, partner, user, request }: { db: Read; gate: Gate; partner: Partner; user: User; request: { ip: string } },
  visitId: number,
  flag: Flag,
) {
  const locationId = await locationOfVisit(db, visitId);
  const grant = locationId === undefined ? undefined : await gate.userGrant(partner, user, locationId, request.ip);
  if (!grant) throw new NotFound(`Visit ${visitId} was not found`);
  if (!grant.can(flag)) throw new Forbidden();
  return grant;
}

/** No user works in more. */
const mostLocations = 1000;

const getPartnerAppointmentList = operation({
  id: 'get_partner_appointment_list',
  method: 'GET',
  path: '/records/partner',
  tag,
  summary: 'List appointments of the partner',
  description:
    'Lists the appointments that were created with your partner token, in the locations of the user, sorted by start time.',
  access: signedIn(),
  query: Type.Object({
    page: Page,
    editable_length: PageSize(100, 25),
    salon_id: Type.Optional(Id('location id')),
    start_date: Type.Optional(Type.String({ maxLength: 40, description: 'takes place on this date or later, DD.MM.YYYY' })),
    end_date: Type.Optional(Type.String({ maxLength: 40, description: 'takes place on this date or earlier' })),
    created_start_date: Type.Optional(Type.String({ maxLength: 40, description: 'made on this date or later' })),
    created_end_date: Type.Optional(Type.String({ maxLength: 40, description: 'made on this date or earlier' })),
    user_id: Type.Optional(Id('who made it')),
  }),
  success: answer(200, Type.Array(PartnerAppointment), Type.Object({ count: Type.Integer({ description: 'on all pages' }) })),
  errors: [403, 404],
  handle: async ({ db, gate, partner, user, query, request }) => {
    const grants = new Map<number, Grant>();
    const places = await listLocations(
      db,
      partner,
      { managedBy: user.id, id: query.salon_id },
      { offset: 0, limit: mostLocations },
    );
    const seen: ((typeof places)[number] & { calendars: Calendars })[] = [];
    for (const place of places) {
      const grant = await gate.userGrant(partner, user, place.id, request.ip);
      if (!grant?.can('timetable_access')) continue;
      grants.set(place.id, grant);
      seen.push({ ...place, calendars: await calendarsOf({ ...grant, db }) });
    }
    const { rows, total } = await partnerAppointments(db, partner, seen, query);
    const shown = new Map<number, AppointmentRow>();
    for (const [id, grant] of grants) {
      const there = rows.flatMap(({ row, location }) => (location.id === id ? [row] : []));
      for (const row of await hideClients({ ...grant, db }, there)) shown.set(row.id, row);
    }
    const sees = (id: number) => visibilityOf((flag) => grants.get(id)?.can(flag) ?? false);
    return {
      data: await mapInSteps(rows, ({ row, location }) =>
        presentPartnerAppointment({ row: shown.get(row.id) as AppointmentRow, location }, sees(location.id)),
      ),
      meta: { count: total },
    };
  },
});

const getVisit = operation({
  id: 'get_visit',
  method: 'GET',
  path: '/visits/{visit_id}',
  tag,
  summary: 'A visit with its appointments',
  description: 'The appointments of one client on one day, deleted ones left out.',
  access: signedIn(),
  params: Type.Object({ visit_id: Id('visit id') }),
  success: ok(Visit),
  errors: [403, 404],
  handle: async (context) => {
    const { db, params } = context;
    const grant = await placeOfVisit(context, params.visit_id, 'record_form_access');
    const calendars = await calendarsOf({ ...grant, db });
    const { visit, rows } = await visitWithAppointments(db, grant.location.id, params.visit_id, calendars);
    const consumables = await consumablesByAppointment({ ...grant, db }, rows);
    return presentVisit(visit, await hideClients({ ...grant, db }, rows), consumables, viewFor({ ...context, ...grant }));
  },
});

const getVisitDetails = operation({
  id: 'get_visit_details',
  method: 'GET',
  path: '/visit/details/{location_id}/{record_id}/{visit_id}',
  tag,
  summary: 'Payments, loyalty, receipts and items of a visit',
  description:
    'The services, products and payments of the visit, by appointment. What loyalty did is there for callers who may see it.',
  access: locationUser('record_form_access'),
  params: Type.Object({ location_id: Id('location id'), record_id: Id('appointment id'), visit_id: Id('visit id') }),
  success: ok(VisitDetails),
  handle: async (context) => {
    const { db, location, params } = context;
    const rows = await appointmentsOfVisit(db, location.id, params.visit_id, await calendarsOf(context));
    if (!rows.some((row) => row.id === params.record_id)) {
      throw new NotFound(`Visit ${params.visit_id} has no appointment ${params.record_id}`);
    }
    const seesLoyalty = context.can('loyalty_access');
    const loyalty = seesLoyalty ? await transactionsOfVisit(db, location, params.visit_id) : [];
    return presentVisitDetails(
      rows,
      await paymentsByAppointment(context, await hideClients(context, rows)),
      loyalty.map(presentTransaction),
      await receiptStateOf(
        db,
        location.id,
        rows.map(({ documentId }) => documentId),
      ),
      { seesProducts: context.can('records_goods_access'), timeZone: location.timeZone },
    );
  },
});

const updateVisit = operation({
  id: 'update_visit',
  method: 'PUT',
  path: '/visits/{visit_id}/{record_id}',
  tag,
  summary: 'Edit a visit',
  description:
    'Sets the state of all appointments of the visit, the comment of the one in the path, and the services of those in the body. Then the products of the appointment in the path are replaced, payments are cancelled, and new ones are made: all or nothing.',
  access: signedIn(),
  params: Type.Object({ visit_id: Id('visit id'), record_id: Id('appointment id') }),
  body: VisitInput,
  // The rights are looked up before the transaction, because a transaction must not wait for another connection.
  transaction: 'manual',
  spelling: { ...appointmentSpelling, code: 'good_special_number' },
  success: empty(200),
  errors: [400, 403, 404],
  example: { body: { attendance: 1, comment: 'Was pleased' } },
  handle: async (context) => {
    const { db, conclude, params, body } = context;
    const grant = await placeOfVisit(context, params.visit_id, 'edit_records_access');
    const rights = await rightsOf({ ...grant, db }, false);
    const services = body.services?.map(({ record_id = params.record_id, ...service }) => ({
      ...bookedService(service),
      appointmentId: record_id,
    }));
    const changes = { attendance: body.attendance as Attendance, comment: body.comment, services };
    const sale = saleChangesOf(body);
    await conclude(async (write) => {
      await changeVisit(write, grant.location, params.visit_id, params.record_id, changes, rights);
      const [documentId] = await documentsOfAppointments(write, grant.location.id, [params.record_id]);
      await changeVisitSale(write, grant.location, documentId as number, sale, saleRightsOf({ ...grant, db: write }));
      if (printsReceipt(body)) {
        await printAfterPayment(write, grant, documentId as number, callbackUrl(context.request, context.services));
      }
    });
  },
});

const getVisitReceiptPdf = operation({
  id: 'get_visit_receipt_pdf',
  method: 'GET',
  path: '/attendance/receipt_print/{visit_id}',
  tag,
  summary: 'Receipt of a visit as PDF',
  description: 'The services and products of the visit and their prices, in the currency of the location.',
  access: signedIn(),
  params: Type.Object({ visit_id: Id('visit id') }),
  success: streamed('A PDF document'),
  errors: [403, 404],
  handle: async (context) => {
    const { db, params, reply } = context;
    const grant = await placeOfVisit(context, params.visit_id, 'record_form_access');
    const calendars = await calendarsOf({ ...grant, db });
    const { visit, rows } = await visitWithAppointments(db, grant.location.id, params.visit_id, calendars);
    const pdf = await receiptPdf(
      db,
      grant.location,
      visit,
      await hideClients({ ...grant, db }, rows),
      grant.can('record_form_client_access'),
    );
    return reply
      .type('application/pdf')
      .header('content-disposition', `inline; filename="visit-${visit.id}.pdf"`)
      .header('cache-control', 'private, no-store')
      .send(pdf);
  },
});

const getComments = operation({
  id: 'get_comments',
  method: 'GET',
  path: '/comments/{location_id}',
  tag,
  summary: 'Reviews of a location and its staff',
  description: 'Latest first.',
  access: locationUser('dash_reviews_access'),
  params: LocationOnly,
  query: Type.Object({
    start_date: Type.Optional(Type.String({ maxLength: 40, description: 'written on this date or later, YYYY-MM-DD' })),
    end_date: Type.Optional(Type.String({ maxLength: 40, description: 'written on this date or earlier' })),
    team_member_id: Type.Optional(Id('team member id')),
    rating: Type.Optional(Type.Integer({ minimum: 1, maximum: 5, description: 'only this mark' })),
    ...PageAndCount(25, 300),
  }),
  success: ok(Type.Array(Review)),
  handle: async (context) => {
    const { db, location, query } = context;
    const period = periodOf(location.timeZone, ['start_date', query.start_date], ['end_date', query.end_date]);
    const { memberIds } = await calendarsOf(context);
    const filter = { teamMemberId: query.team_member_id, rating: query.rating, memberIds, ...period };
    const rows = await listReviews(db, location.id, filter, pageRange(query.page, query.count));
    return mapInSteps(rows, (row) => presentReview(row, location));
  },
});

/**
 * A caller limited to calendars reads and writes only reviews of their members. @throws NotFound, Forbidden for reviews of the location
 * itself
 */
function expectReviewed(calendars: Calendars, teamMemberId: number | undefined): void {
  if (teamMemberId !== undefined) expectOfMember(calendars, teamMemberId);
  else if (calendars.memberIds) throw new Forbidden();
}

const leaveComment = operation({
  id: 'leave_comment',
  method: 'POST',
  path: '/comments/{location_id}/{team_member_id}',
  optionalLast: true,
  tag,
  summary: 'Leave a review',
  description:
    "Of a team member, whose rating follows; without the last part of the path, of the location. With a client's token it is about their latest visit, which has one review.",
  access: locationUserOrClient('dash_reviews_delete_access'),
  params: Type.Object({
    location_id: Id('location id'),
    team_member_id: Type.Optional(Id('team member id; the location itself without it')),
  }),
  body: Type.Object({
    mark: Type.Integer({ minimum: 1, maximum: 5, description: '1 to 5' }),
    text: Type.String({ maxLength: 10_000 }),
    name: Type.String({ minLength: 1, maxLength: 255, description: 'name of the author, as it is shown' }),
  }),
  spelling: appointmentSpelling,
  success: created(Review),
  example: { body: { mark: 5, text: 'Always on time', name: 'Victor' } },
  handle: async (context) => {
    const { write, location, user, params, body } = context;
    const fields = {
      teamMemberId: params.team_member_id,
      rating: body.mark,
      text: body.text.trim(),
      authorName: body.name.trim(),
      userId: user.id,
    };
    if (fields.authorName === '') throw new Invalid({ name: ['must not be empty'] });
    if (!user.isClient) {
      expectReviewed(await calendarsOf(context), fields.teamMemberId);
      return presentReview(await addReview(write, location.id, fields), location);
    }
    try {
      return presentReview(await addReviewOfClient(write, location.id, fields, new Date()), location);
    } catch (error) {
      if (error instanceof ReviewedAlready) throw new ReviewedAlready('mark');
      throw error;
    }
  },
});

/** The operations of the tag, in the order of the published documents, without those of client schedules. */
export const appointmentsOperations = [
  getAppointmentList,
  createAppointment,
  getAppointment,
  updateAppointment,
  deleteAppointment,
  getPartnerAppointmentList,
  getVisit,
  getVisitDetails,
  updateVisit,
  getVisitReceiptPdf,
  getComments,
  leaveComment,
];
