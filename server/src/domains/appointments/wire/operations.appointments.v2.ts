import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { Invalid, NotFound } from '../../../api/errors.ts';
import { document, empty, operation } from '../../../api/operation.ts';
import { PageAndLimit, pageRange } from '../../../api/pagination.ts';
import { Id, LocalDateTime, maxId, named } from '../../../api/schema.ts';
import { localDateTime } from '../../../platform/clock.ts';
import { AppointmentResource, IncludedResource, Pagination } from '../../../wire/schemas.ts';
import { resourcesOfServices } from '../../catalog/terms.ts';
import { instanceOccupations } from '../../schedule/occupation.ts';
import { calendarsOf } from '../../team/calendars.ts';
import { visitWithAppointments } from '../../visits/visit.ts';
import { appointmentsOfVisit, listAppointments as findAppointments, getAppointment } from '../appointment.ts';
import { deleteAppointment as remove } from '../delete.ts';
import { seesClient } from '../visible-clients.ts';
import { deletionRightsOf, momentIn } from './caller.ts';
import { presentAppointmentList } from './document.ts';
import { appointmentIncludes, Include } from './json-api.ts';
import { appointmentSpelling } from './spelling.ts';

const tag = 'Appointments';

const LocationOnly = Type.Object({ location_id: Id('location id') });
const IncludeQuery = Type.Object({ include: Include(appointmentIncludes) });

const AppointmentList = named(
  'AppointmentList',
  Type.Object({ data: Type.Array(AppointmentResource), included: Type.Array(IncludedResource) }),
);

const attendanceId = /^(record|visit)_(\d{1,10})$/;

const listAttendanceAppointments = operation({
  id: 'list_attendance_appointments',
  method: 'GET',
  path: '/locations/{location_id}/attendances/{attendance_id}/appointments',
  tag,
  summary: 'List appointments of one attendance group',
  description: 'The appointments of a visit, `visit_1`, or of the visit of an appointment, `record_1`.',
  access: locationUser('record_form_access'),
  params: Type.Object({
    location_id: Id('location id'),
    attendance_id: Type.String({
      minLength: 1,
      maxLength: 255,
      description: '`record_` and an appointment id, or `visit_` and a visit id',
      examples: ['record_1'],
    }),
  }),
  query: IncludeQuery,
  success: document(200, AppointmentList),
  handle: async (context) => {
    const { db, location, params, query } = context;
    const [, kind, text] = attendanceId.exec(params.attendance_id) ?? [];
    if (!kind) throw new NotFound(`Attendance ${params.attendance_id} was not found`);
    const id = Number(text);
    if (id > maxId) throw new NotFound(`Attendance ${params.attendance_id} was not found`);
    const calendars = await calendarsOf(context);
    const visitId = kind === 'visit' ? id : (await getAppointment(db, location.id, id, calendars)).visitId;
    const { rows } = await visitWithAppointments(db, location.id, visitId, calendars);
    return presentAppointmentList(context, rows, query.include);
  },
});

const localMoment = (description: string) => Type.Optional(Type.String({ maxLength: 40, description }));

const listAppointments = operation({
  id: 'list_appointments',
  method: 'GET',
  path: '/locations/{location_id}/appointments',
  tag,
  summary: 'List appointments of a location',
  description: 'By the time they begin, deleted ones left out.',
  access: locationUser('timetable_access'),
  params: LocationOnly,
  query: Type.Object({
    filter: Type.Optional(
      Type.Object({
        client_id: Type.Optional(Id('booking user profile id')),
        activity_id: Type.Optional(Id('event id')),
        date_intersect_from: localMoment('takes place after this time, YYYY-MM-DDTHH:MM:SS; together with date_intersect_to'),
        date_intersect_to: localMoment('takes place before this time, YYYY-MM-DDTHH:MM:SS'),
      }),
    ),
    ...PageAndLimit(),
    include: Include(appointmentIncludes),
  }),
  success: document(
    200,
    Type.Object({
      data: Type.Array(AppointmentResource),
      included: Type.Array(IncludedResource),
      meta: Type.Object({ pagination: Pagination }),
    }),
  ),
  handle: async (context) => {
    const { db, location, query } = context;
    const { client_id, activity_id, date_intersect_from: from, date_intersect_to: to } = query.filter ?? {};
    if ((from === undefined) !== (to === undefined)) {
      throw new Invalid({ 'filter.date_intersect_from': ['must come together with filter.date_intersect_to'] });
    }
    const intersects = from && to ? intervalOf(from, to, location.timeZone, '') : undefined;
    const page = pageRange(query.page, query.limit);
    const calendars = await calendarsOf(context);
    const filter = { clientId: client_id, eventId: activity_id, intersects, withDeleted: false, calendars };
    const isHidden = client_id !== undefined && !(await seesClient(context, client_id));
    const { rows } = isHidden ? { rows: [] } : await findAppointments(db, location.id, filter, page);
    const found = await presentAppointmentList(context, rows, query.include);
    return { ...found, meta: { pagination: { page: query.page, ...page } } };
  },
});

/** @throws Invalid naming the filter when one is no time, or they are out of order */
function intervalOf(from: string, to: string, timeZone: string, suffix: string): { start: Date; end: Date } {
  const start = momentIn(from, timeZone, `filter.date_intersect_from${suffix}`);
  const end = momentIn(to, timeZone, `filter.date_intersect_to${suffix}`);
  if (end <= start) {
    throw new Invalid({ [`filter.date_intersect_to${suffix}`]: [`must be later than filter.date_intersect_from${suffix}`] });
  }
  return { start, end };
}

const deleteAppointment = operation({
  id: 'delete_appointment',
  method: 'DELETE',
  path: '/locations/{location_id}/appointments/{appointment_id}',
  tag,
  summary: 'Delete an appointment',
  description: 'Its time, or its places in the event, are free again.',
  access: locationUser('delete_records_access'),
  params: Type.Object({ location_id: Id('location id'), appointment_id: Id('appointment id') }),
  success: empty(204),
  handle: async (context) => {
    const { write, location, params } = context;
    await remove(write, location.id, params.appointment_id, await deletionRightsOf(context));
  },
});

const deleteTimetableAppointment = operation({
  id: 'delete_timetable_appointment',
  method: 'POST',
  path: '/locations/{location_id}/timetable/appointments/delete',
  tag,
  summary: 'Delete one appointment from timetable',
  description: 'Answers the appointments that its visit has left.',
  access: locationUser('delete_records_access'),
  params: LocationOnly,
  query: IncludeQuery,
  body: Type.Object({ recordId: Id('appointment id') }),
  spelling: appointmentSpelling,
  success: document(200, AppointmentList),
  example: { body: { recordId: 5 } },
  handle: async (context) => {
    const { write, location, body, query } = context;
    const rights = await deletionRightsOf(context);
    const { visitId } = await remove(write, location.id, body.recordId, rights);
    return presentAppointmentList(
      context,
      await appointmentsOfVisit(write, location.id, visitId, rights.calendars),
      query.include,
    );
  },
});

const ResourceOccupation = named(
  'ResourceOccupationResource',
  Type.Object({
    type: Type.String({ enum: ['resource_occupation'] }),
    id: Type.String(),
    attributes: Type.Object({
      source_type: Type.String({ description: 'deprecated, use source_type_slug', enum: ['record', 'activity'] }),
      source_type_slug: Type.String({ description: 'record=appointment, activity=event', enum: ['record', 'activity'] }),
      source_id: Type.Integer({ description: 'appointment or event id' }),
      resource_id: Type.Integer(),
      resource_instance_id: Type.Integer(),
      from: LocalDateTime('start'),
      to: LocalDateTime('end'),
    }),
  }),
);

const listResourceOccupations = operation({
  id: 'list_resource_occupations',
  method: 'GET',
  path: '/locations/{location_id}/resource_occupations',
  tag,
  summary: 'List resource occupations in an interval',
  description: 'All that overlap it, by time; of the resources that some services need, when services are given.',
  access: locationUser('timetable_access'),
  params: LocationOnly,
  query: Type.Object({
    filter: Type.Object({
      service_id: Type.Optional(Id('service id')),
      service_ids: Type.Optional(Type.Array(Id('service id'), { maxItems: 1000 })),
      date_intersect_from_strict: Type.String({
        maxLength: 40,
        description: 'YYYY-MM-DDTHH:MM:SS, Location timezone, no offset',
        examples: ['2026-09-21T00:00:00'],
      }),
      date_intersect_to_strict: Type.String({
        maxLength: 40,
        description: 'YYYY-MM-DDTHH:MM:SS, Location timezone, no offset',
        examples: ['2026-09-28T00:00:00'],
      }),
    }),
  }),
  success: document(200, Type.Object({ data: Type.Array(ResourceOccupation) })),
  handle: async (context) => {
    const { db, location, query } = context;
    const { service_id, service_ids, date_intersect_from_strict: from, date_intersect_to_strict: to } = query.filter;
    const span = intervalOf(from, to, location.timeZone, '_strict');
    const services = [...(service_ids ?? []), ...(service_id === undefined ? [] : [service_id])];
    const resourceIds = services.length ? await resourcesOfServices(db, location.id, services) : undefined;
    const { since } = await calendarsOf(context);
    const rows = await instanceOccupations(db, location.id, span, { resourceIds, since });
    const time = (at: Date) => localDateTime(at, location.timeZone, ' ');
    return {
      data: rows.map((row) => {
        const source = row.source === 'event' ? 'activity' : 'record';
        return {
          type: 'resource_occupation',
          id: String(row.id),
          attributes: {
            source_type: source,
            source_type_slug: source,
            source_id: row.sourceId,
            resource_id: row.resourceId,
            resource_instance_id: row.resourceInstanceId,
            from: time(row.start),
            to: time(row.end),
          },
        };
      }),
    };
  },
});

/** The operations of the tag, in the order of the published documents. */
export const appointmentsOperations = [
  listAttendanceAppointments,
  listAppointments,
  deleteAppointment,
  deleteTimetableAppointment,
  listResourceOccupations,
];
