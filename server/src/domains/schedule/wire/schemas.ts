import Type, { type Static } from 'typebox';
import { AnyOfTypes, Bit, Id, named } from '../../../api/schema.ts';

/** How much one request may change, and how far one may look. */
export const maxDays = 50_000;
export const maxRange = 366;

const WorkDate = (description: string) => Type.String({ minLength: 1, maxLength: 40, description });

export const TeamMemberPath = { location_id: Id('location id'), team_member_id: Id('team member id') };
export const DateInPath = (description: string) =>
  Type.String({
    pattern: '^\\d{4}-?\\d{2}-?\\d{2}$',
    description: `${description}, YYYY-MM-DD or YYYYMMDD`,
    examples: ['2026-09-21'],
  });

export const Slot = named(
  'WorkSlot',
  Type.Object({
    from: Type.String({ maxLength: 10, description: 'HH:MM', examples: ['10:00'] }),
    to: Type.String({ maxLength: 10, description: 'HH:MM, up to 24:00', examples: ['14:00'] }),
  }),
);
const Slots = Type.Array(Slot, { maxItems: 50 });

export const ScheduledDate = named(
  'ScheduledDate',
  Type.Object({ date: Type.String({ description: 'YYYY-MM-DD' }), is_working: Bit('1: works'), slots: Type.Array(Slot) }),
);

export const DateChange = named(
  'ScheduledDateInput',
  Type.Object({
    date: WorkDate('YYYY-MM-DD; of a date-time, its date'),
    is_working: Type.Boolean({ description: 'false: a day off, even with slots' }),
    slots: Slots,
  }),
);
export const DateChanges = Type.Array(DateChange, { maxItems: 1000 });

const Dates = Type.Array(WorkDate('YYYY-MM-DD'), { minItems: 1, maxItems: 1000 });

export const ScheduleChanges = Type.Object({
  schedules_to_set: Type.Optional(
    Type.Array(
      Type.Object({
        team_member_id: Id('team member id'),
        dates: Dates,
        slots: Type.Array(Slot, { maxItems: 50, description: 'the hours of each of the dates; none: a day off' }),
      }),
      { maxItems: 10_000 },
    ),
  ),
  schedules_to_delete: Type.Optional(
    Type.Array(Type.Object({ team_member_id: Id('team member id'), dates: Dates }), {
      maxItems: 10_000,
      description: 'the dates become days off',
    }),
  ),
});

export const SetDay = named(
  'SetWorkDay',
  Type.Object({
    team_member_id: Type.Integer(),
    date: Type.String({ description: 'YYYY-MM-DD' }),
    slots: Type.Array(Slot),
  }),
);

export const ListedDay = named(
  'ListedWorkDay',
  Type.Object({
    staff_id: Type.Integer({ description: 'team member id' }),
    team_member_id: Type.Integer({ description: 'the same' }),
    date: Type.String({ description: 'YYYY-MM-DD' }),
    slots: Type.Array(Slot),
    busy_intervals: Type.Optional(
      Type.Array(
        Type.Object({
          entity_type: Type.String({ enum: ['record', 'activity'], description: 'appointment or event' }),
          entity_id: Type.Integer(),
          from: Type.String({ description: 'HH:MM:SS' }),
          to: Type.String({ description: 'HH:MM:SS' }),
        }),
        { description: 'with include[]=busy_intervals' },
      ),
    ),
    off_day_type: Type.Optional(
      AnyOfTypes<number | null>(['integer', 'null'], { description: 'with include[]=off_day_type: why the day is off' }),
    ),
  }),
);

export const ScheduleQuery = Type.Object({
  start_date: Type.Optional(WorkDate('YYYY-MM-DD; today when left out')),
  end_date: Type.Optional(WorkDate(`YYYY-MM-DD, at most ${maxRange} days later; 30 days later when left out`)),
  staff_ids: Type.Optional(Type.Array(Id('team member id'), { maxItems: 1000, description: 'everyone when left out' })),
  include: Type.Optional(Type.Array(Type.String({ enum: ['busy_intervals', 'off_day_type'] }), { maxItems: 2 })),
});

export type SlotInput = Static<typeof Slot>;
