import type { Publisher } from '../../outbox/publisher.ts';
import { appointmentsById } from '../appointment.ts';
import { everything, presentAppointment } from './present.ts';

/** In the form of get_appointment. */
export const publishedAppointments: Publisher<'appointment'> = {
  resource: 'record',
  find: appointmentsById,
  present: (row, location, address) => presentAppointment(row, { location, sees: everything, address }),
};
