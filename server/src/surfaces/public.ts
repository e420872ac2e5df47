import type { Surface } from '../api/operation.ts';
import { publicCalendarFeedsOperations } from '../domains/calendar-feeds/wire/operations.calendar-feeds.public.ts';
import { accountOperations } from '../domains/customers/wire/operations.account.public.ts';
import { authenticationB2cOperations } from '../domains/customers/wire/operations.authentication-b2c.public.ts';
import { cabinetOperations } from '../domains/online-booking/wire/operations.cabinet.public.ts';
import { onlineBookingOperations } from '../domains/online-booking/wire/operations.public.ts';
import { ownPrepaymentOperations } from '../domains/prepayment/wire/operations.prepayment.public.ts';
import { ownWaitingOperations } from '../domains/waiting-list/wire/operations.public.ts';

/** Online booking, for the clients of a business. Its operations come with their capabilities. */
export const publicSurface: Surface = {
  name: 'public',
  title: 'Online booking',
  version: '1.0.0',
  basePath: '/api/v1',
  description: 'The operations that a booking widget calls for a client.',
  tags: [
    { name: 'Authentication B2C', description: 'Signing clients of a business in.' },
    { name: 'Client Personal Cabinet', description: 'The account and the appointments of a client.' },
    { name: 'Online Booking', description: 'The settings and texts of a booking form.' },
    { name: 'Prepayment', description: 'Paying in advance for an online booking.' },
    { name: 'Calendar Feeds', description: 'Appointments in the calendar programs of clients and team members.' },
    { name: 'Waiting list', description: 'Waiting for a time on days that are full.' },
  ],
  operations: [
    ...authenticationB2cOperations,
    ...accountOperations,
    ...cabinetOperations,
    ...onlineBookingOperations,
    ...ownPrepaymentOperations,
    ...publicCalendarFeedsOperations,
    ...ownWaitingOperations,
  ],
};
