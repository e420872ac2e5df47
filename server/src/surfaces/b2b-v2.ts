import type { Surface } from '../api/operation.ts';
import { appointmentsOperations } from '../domains/appointments/wire/operations.appointments.v2.ts';
import { servicesOperations } from '../domains/catalog/wire/operations.services.v2.ts';
import { bookingUsersOperations } from '../domains/clients/wire/operations.booking-users.v2.ts';
import { customFieldsOperations } from '../domains/custom-fields/wire/operations.custom-fields.v2.ts';
import { eventsOperations } from '../domains/events/wire/operations.events.v2.ts';
import { productsOperations } from '../domains/products/wire/operations.products.v2.ts';
import { tagsOperations } from '../domains/tags/wire/operations.tags.v2.ts';
import { teamMembersOperations } from '../domains/team/wire/operations.team-members.v2.ts';

/** Business management, second generation (JSON:API). Its operations come with their capabilities. */
export const b2bV2: Surface = {
  name: 'b2b-v2',
  title: 'Business management V2',
  version: '2.0.0',
  basePath: '/api/v2',
  mediaType: 'application/vnd.api.v2+json',
  description: 'The second generation of business management: JSON:API documents.',
  tags: [
    { name: 'Appointments', description: 'The calendar: appointments, visits and reviews.' },
    { name: 'Booking Users', description: 'Clients as bookings know them.' },
    { name: 'Custom Fields', description: 'Fields that a business adds to appointments and clients.' },
    { name: 'Events', description: 'Group events: search, strategies, duplication.' },
    { name: 'Products', description: 'Products and their categories.' },
    { name: 'Services', description: 'Services and their categories.' },
    { name: 'Tags', description: 'Labels of clients, appointments and events.' },
    { name: 'Team Members', description: 'The people who serve clients.' },
  ],
  operations: [
    ...appointmentsOperations,
    ...bookingUsersOperations,
    ...customFieldsOperations,
    ...eventsOperations,
    ...productsOperations,
    ...servicesOperations,
    ...tagsOperations,
    ...teamMembersOperations,
  ],
};
