import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { Forbidden, Invalid } from '../../../api/errors.ts';
import { answer, operation } from '../../../api/operation.ts';
import { EmptyList, Id, named } from '../../../api/schema.ts';
import { daysBetween, startOfDay, today } from '../../../platform/clock.ts';
import type { Attendance } from '../../appointments/tables.ts';
import { clientVisibilityOf, dateFrom, seenBy } from '../../money/wire/caller.ts';
import { IdOrZero } from '../../money/wire/schemas.ts';
import { calendarsOf } from '../../team/calendars.ts';
import { dayEndReport } from '../day-end.ts';
import { presentDayEnd } from './present.ts';

const TitledAmount = named('TitledAmount', Type.Object({ title: Type.String(), amount: Type.Number() }));

const DayEndItem = named(
  'DayEndItem',
  Type.Object({
    item_title: Type.String(),
    first_cost: Type.Number({ description: 'before the discount' }),
    discount: Type.Number({ description: 'an amount' }),
    result_cost: Type.Number({ description: 'after the discount' }),
    transactions: Type.Array(
      Type.Object({
        accounts_amount: Type.Number({ description: 'paid into an account of the location' }),
        loyalty_amount: Type.Number({
          description: 'paid from an account of the client or by loyalty, or taken off by a promotion',
        }),
        payment_type: Type.String({ description: 'the account, the promotion, or the type of the card' }),
      }),
    ),
  }),
);

const DayEndGroup = named(
  'DayEndGroup',
  Type.Object({
    client_id: Type.Integer({ description: '0 without a client card' }),
    client_name: Type.String(),
    client_phone: Type.String(),
    client_email: Type.String(),
    masters: Type.Array(
      Type.Object({
        master_id: Type.Integer({ description: '0 for nobody' }),
        master_name: Type.String(),
        service: Type.Array(DayEndItem),
        good: Type.Array(DayEndItem),
        others: DayEndItem,
      }),
    ),
  }),
);

const count = (description: string) => Type.Integer({ description });
const average = Type.Number({ description: 'the average payment for one of them' });

const DayEndReport = named(
  'DayEndReport',
  Type.Object({
    stats: Type.Object({
      clients: count('each is counted once'),
      clients_average: average,
      records: count('appointments'),
      records_average: average,
      visit_records: count('with a client'),
      visit_records_average: average,
      non_visit_records: count('without a client'),
      non_visit_records_average: average,
      targets: count('services'),
      targets_paid: Type.Number(),
      goods: count('products, without gift cards and memberships'),
      goods_paid: Type.Number(),
      certificates: count('gift cards that were sold'),
      certificates_paid: Type.Number(),
      abonement: count('memberships that were sold'),
      abonement_paid: Type.Number(),
    }),
    paids: Type.Object({
      accounts: Type.Array(TitledAmount),
      discount: Type.Array(TitledAmount),
      total: Type.Object({ accounts: Type.Number(), discount: Type.Number() }),
    }),
    z_data: Type.Union([
      Type.Record(Type.String(), Type.Array(DayEndGroup), {
        description: 'by the time on the wall clock, as unix seconds of the same time in UTC',
      }),
      EmptyList,
    ]),
    currency: Type.String({ description: 'symbol' }),
  }),
);

/** A busy location has some thousands of appointments in a month. */
const longestPeriod = 31;

const states: Record<string, Attendance> = { '-1': -1, '0': 0, '1': 1, '2': 2 };

/** @param text empty for all. @throws Invalid */
function stateFrom(text: string | undefined): Attendance | undefined {
  if (!text) return undefined;
  const state = states[text];
  if (state === undefined) throw new Invalid({ status: ['must be -1, 0, 1 or 2'] });
  return state;
}

/** @returns dates of the location's calendar, both included. @throws Invalid */
function datesFrom(timeZone: string, start: string | undefined, end: string | undefined): { first: string; last: string } {
  const first = start ? dateFrom(start, 'start_date') : today(timeZone);
  const last = end ? dateFrom(end, 'end_date') : first;
  const days = daysBetween(first, last) + 1;
  if (days < 1) throw new Invalid({ end_date: ['must not be before start_date'] });
  if (days > longestPeriod) throw new Invalid({ end_date: [`must be at most ${longestPeriod} days after the start`] });
  return { first, last };
}

export const getDayEndReportData = operation({
  id: 'get_day_end_report_data',
  method: 'GET',
  path: '/reports/z_report/{location_id}',
  tag: 'Analytics & Reports',
  summary: 'Day-end (Z) report',
  description:
    'What was done, sold and paid on a day of the location. Appointments and sales of products count on their day, and payments on the day that they bear. Payments from client accounts count with what they pay. What loyalty pays or takes off is listed with its item, and is no money of the day. Dates are DD.MM.YYYY or YYYY-MM-DD. Users who are limited to today get a 403 for other days.',
  access: locationUser('finances_z_report_access'),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    start_date: Type.Optional(Type.String({ maxLength: 20, description: 'today by default', examples: ['31.01.2026'] })),
    end_date: Type.Optional(
      Type.String({
        maxLength: 20,
        description: 'included; at most 31 days in all; the same day by default',
        examples: ['31.01.2026'],
      }),
    ),
    master_id: Type.Optional(IdOrZero('team member')),
    status: Type.Optional(
      Type.String({
        maxLength: 2,
        description: 'only appointments in this state: -1 did not come, 0 expected, 1 came, 2 confirmed',
        examples: ['1'],
      }),
    ),
  }),
  success: answer(200, DayEndReport),
  errors: [403, 404],
  handle: async (context) => {
    const { db, location, query, can, limit } = context;
    const money = seenBy(context);
    const { timeZone } = location;
    const { first, last } = datesFrom(timeZone, query.start_date, query.end_date);
    const now = today(timeZone);
    if (!can('finances_z_report_no_limit_today_access') && (first !== now || last !== now)) throw new Forbidden();
    const filter = {
      from: startOfDay(first, timeZone),
      until: startOfDay(last, timeZone, 1),
      attendance: stateFrom(query.status),
      teamMemberId: query.master_id || undefined,
    };
    const reader = { calendars: await calendarsOf(context), money, clientsOf: limit('clients_visit_master_id') };
    const sees = { ...clientVisibilityOf(can), ofAppointments: can('record_form_client_access') };
    return presentDayEnd(await dayEndReport(db, location, filter, reader), location, sees);
  },
});
