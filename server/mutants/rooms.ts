/** A part of the business whose rules are mutated, and the tests that are to notice. Both are patterns below `src/`. */
export interface Room {
  rules: string[];
  tests: string[];
}

const appointmentTests = 'domains/appointments/*.test.ts';

/** Rules only: what the wire looks like (schemas, presenters, operations) and tables are checked elsewhere. */
export const rooms: Record<string, Room> = {
  access: {
    rules: [
      'domains/access/{login-throttle,passwords,permissions,server-keys,sessions,sign-in,users}.ts',
      'domains/locations/{grants,location-user}.ts',
    ],
    tests: [
      'domains/access/*.test.ts',
      'domains/locations/location-user.test.ts',
      'domains/booking-users/*.test.ts',
      'domains/team/*.test.ts',
      'domains/appointments/rights*.test.ts',
      'api/authorization.test.ts',
    ],
  },
  schedule: {
    rules: ['domains/schedule/{input,intervals,occupation,work-schedule}.ts'],
    tests: ['domains/schedule/*.test.ts', 'domains/availability/*.test.ts', 'domains/resources/*.test.ts', appointmentTests],
  },
  availability: {
    rules: ['domains/availability/{busy,engine,load}.ts'],
    tests: ['domains/availability/*.test.ts', 'domains/online-booking/*.test.ts'],
  },
  appointments: {
    rules: [
      'domains/appointments/{appointment,book,changes,client-history,context,duplication,partner-list,receipt,review,rights,visit}.ts',
    ],
    tests: [appointmentTests, 'domains/outbox/*.test.ts', 'domains/notifications/*.test.ts'],
  },
  events: {
    rules: ['domains/appointments/{event,series,series-parts}.ts'],
    tests: [appointmentTests, 'domains/outbox/*.test.ts'],
  },
  'client-search': {
    rules: ['domains/clients/{search,search-text,statistics}.ts'],
    tests: ['domains/clients/{search,client,statistics}*.test.ts', 'domains/appointments/visit*.test.ts'],
  },
  'online-booking': {
    rules: ['domains/online-booking/{book,input,own,refusal,review,slots}.ts', 'domains/booking/{form,settings,timeslot}.ts'],
    tests: ['domains/online-booking/*.test.ts', 'domains/booking/*.test.ts', 'domains/availability/*.test.ts'],
  },
};
