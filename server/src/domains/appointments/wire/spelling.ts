import type { Spelling } from '../../../api/spelling.ts';

/** The names of the rules' fields in operations on appointments. */
export const appointmentSpelling: Spelling = {
  teamMemberId: 'staff_id',
  startsAt: 'datetime',
  duration: 'seance_length',
  technicalBreak: 'technical_break_duration',
  neededResources: 'services',
  clientId: 'client.id',
  tagIds: 'record_labels',
  seats: 'clients_count',
  eventId: 'activity_id',
  toEventId: 'reschedule_activity_id',
};

/** The names of the rules' fields in operations on group events. */
export const eventSpelling: Spelling = {
  ...appointmentSpelling,
  startsAt: 'date',
  duration: 'length',
  neededResources: 'service_id',
  tagIds: 'label_ids',
};

/** The names of the rules' fields in operations on recurring schedules. */
export const seriesSpelling: Spelling = {
  ...appointmentSpelling,
  teamMemberId: 'events_master_id',
  startsAt: 'events_time',
  duration: 'events_duration',
  weekday: 'day_of_week',
  dateTo: 'date_end',
  dayIds: 'schedule_days_ids',
  clientId: 'client_id',
  tagIds: 'labels_ids',
  resourceInstanceIds: 'resource_instances_ids',
};
