import Type from 'typebox';
import { Id, NullableNumber, named, PlainDate } from '../../../api/schema.ts';
import { Currency } from '../../../wire/schemas.ts';
import { meaning } from '../figures.ts';
import { mostLossDays } from '../tables.ts';

/** How many days a report may have. */
export const longestPeriod = 365;

const period = {
  date_from: PlainDate('the first day'),
  date_to: PlainDate(`the last day; at most ${longestPeriod} days in all`),
};
const creator = Type.Optional(
  Id('a user: only the appointments that this user has created, and the sales and top-ups that this user has entered'),
);
const member = Type.Optional(
  Id('a team member: only the appointments of this member, and the sales of which this member is the seller'),
);

export const PeriodOfMember = Type.Object({ ...period, team_member_id: member, user_id: creator });
export const PeriodOfPosition = Type.Object({
  ...period,
  team_member_id: member,
  position_id: Type.Optional(Id('a position: only those of the team members who have it now')),
  user_id: creator,
});

const count = (description: string) => Type.Integer({ description });
const former = 'the same in the period of as many days just before';
const whole = (description: string) => NullableNumber({ multipleOf: 1, description });
const change = whole(meaning.change);
const shareOfAll = (description: string) => whole(`${description} in percent of all appointments, null without appointments`);

const SumStats = named(
  'AnalyticsReportOverallSumStats',
  Type.Object({
    current_sum: Type.String({ description: 'an amount without padding', examples: ['338.1'] }),
    previous_sum: Type.String({ description: former, examples: ['0'] }),
    change_percent: change,
    currency: Currency,
  }),
);

const FullnessStats = named(
  'AnalyticsReportOverallFullnessStats',
  Type.Object({
    current_percent: Type.Number({ description: meaning.occupancy }),
    previous_percent: Type.Number({ description: former }),
    change_percent: change,
  }),
);

const RecordStats = named(
  'AnalyticsReportOverallRecordStats',
  Type.Object({
    current_completed_count: count(meaning.completed),
    current_completed_percent: shareOfAll('completed ones'),
    current_pending_count: count(meaning.pending),
    current_pending_percent: shareOfAll('pending ones'),
    current_canceled_count: count(meaning.canceled),
    current_canceled_percent: shareOfAll('canceled ones'),
    current_total_count: count(meaning.appointments),
    previous_total_count: count(former),
    change_percent: change,
  }),
);

const ClientStats = named(
  'AnalyticsReportOverallClientStats',
  Type.Object({
    total_count: count(meaning.cards),
    new_count: count(meaning.fresh),
    new_percent: count('in percent of the active ones, 0 without any'),
    return_count: count(meaning.returning),
    return_percent: count('in percent of the active ones, 0 without any'),
    active_count: count(meaning.active),
    lost_count: count(meaning.lost),
    lost_percent: count('in percent of all cards, 0 without any'),
  }),
);

export const OverallStats = named(
  'AnalyticsReportOverallStats',
  Type.Object({
    income_total_stats: SumStats,
    income_services_stats: SumStats,
    income_goods_stats: SumStats,
    income_average_stats: SumStats,
    income_average_services_stats: SumStats,
    fullness_stats: FullnessStats,
    record_stats: RecordStats,
    client_stats: ClientStats,
  }),
);

const points = Type.Array(
  Type.Array(Type.Number(), {
    minItems: 2,
    maxItems: 2,
    description: 'the midnight in UTC that begins the date, in milliseconds from 1970, and the value',
    examples: [[1_785_542_400_000, 89.7]],
  }),
  { description: 'one for each day, also for days without anything' },
);

/** A line of a chart by days. */
export const DailyRow = named(
  'AnalyticsReportOverallChartDailyRow',
  Type.Object({ label: Type.String({ description: 'for people' }), data: points }),
);

/** One with a name for programs. */
export const NamedDailyRow = named(
  'AnalyticsReportOverallChartNamedDailyRow',
  Type.Object({
    slug: Type.String({ description: 'for programs' }),
    label: Type.String({ description: 'for people' }),
    data: points,
  }),
);

export const ScalarItem = named(
  'AnalyticsReportOverallChartScalarItem',
  Type.Object({ label: Type.String({ description: 'for people' }), data: Type.Integer({ description: 'appointments' }) }),
);

const lossDays = {
  minimum: 1,
  maximum: mostLossDays,
  description: 'After so many days without a visit, a client is lost.',
  examples: [90],
};
const OwnLossDays = NullableNumber({
  ...lossDays,
  multipleOf: 1,
  description: `${lossDays.description} null: the number of the chain counts.`,
});

export const LocationAnalyticsSettings = named('LocationAnalyticsSettings', Type.Object({ loss_days: OwnLossDays }));

export const AnalyticsSettings = named(
  'AnalyticsSettings',
  Type.Object({
    loss_days: OwnLossDays,
    chain_loss_days: Type.Integer({ description: 'The number of the chain.', examples: [60] }),
  }),
);

export const ChainAnalyticsSettings = named('ChainAnalyticsSettings', Type.Object({ loss_days: Type.Integer(lossDays) }));
