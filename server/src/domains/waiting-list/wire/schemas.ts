import Type from 'typebox';
import { PageAndCount } from '../../../api/pagination.ts';
import { AnyOfTypes, DateTime, Id, maxId, NullableDateTime, NullableNumber, named, PlainDate } from '../../../api/schema.ts';
import { IdAndName, Titled } from '../../../wire/schemas.ts';
import { Code } from '../../online-booking/wire/operations.booking.public.ts';
import { entryStatuses } from '../tables.ts';

export const LocationPath = Type.Object({ location_id: Id('location id') });
export const EntryPath = Type.Object({ location_id: Id('location id'), waiting_entry_id: Id('entry id') });

const Status = Type.String({ enum: [...entryStatuses] });
const nullableMember = (description: string) => Type.Union([IdAndName, Type.Null()], { description });
const ClockTime = (description: string) =>
  Type.String({ maxLength: 8, description: `${description}, HH:MM`, examples: ['14:00'] });

export const EntryQuery = Type.Object({
  status: Type.Optional(Status),
  start_date: Type.Optional(PlainDate('entries with a day from this one on')),
  end_date: Type.Optional(PlainDate('entries with a day up to this one')),
  client_id: Type.Optional(Id('client id')),
  team_member_id: Type.Optional(Id('entries for this team member')),
  ...PageAndCount(50, 200),
});

const Offer = Type.Object({
  id: Type.Integer(),
  staff: IdAndName,
  datetime: DateTime('start'),
  seance_length: Type.Integer({ description: 'seconds' }),
  expires_at: DateTime('until when the time is held'),
});

export const WaitingEntry = named(
  'WaitingListEntry',
  Type.Object({
    id: Type.Integer(),
    status: Status,
    client_id: NullableNumber({ description: 'null without a client card' }),
    name: Type.String({ description: 'empty if you may not see clients' }),
    phone: Type.String({ description: 'empty if you may not see phone numbers', examples: ['+13155550175'] }),
    email: Type.String({ description: 'empty if you may not see e-mail addresses', examples: ['olivia@example.com'] }),
    services: Type.Array(Titled),
    staff: nullableMember('null for any team member'),
    date_from: PlainDate('first day'),
    date_to: PlainDate('last day'),
    time_from: ClockTime('the visit begins at this time or later'),
    time_to: ClockTime('the visit begins at this time or earlier'),
    comment: Type.String(),
    is_online: Type.Boolean({ description: 'the client joined by online booking' }),
    missed_offers: Type.Integer({ description: 'offers that ended without an answer' }),
    offer: Type.Union([Offer, Type.Null()], { description: 'the time that is held now' }),
    record_id: NullableNumber({ description: 'the appointment, when the client has taken an offer' }),
    created_at: DateTime('the order of the list'),
    ended_at: NullableDateTime('when nothing is waited for any more'),
  }),
);

const services = Type.Array(Type.Integer({ minimum: 1, maximum: maxId }), {
  minItems: 1,
  maxItems: 20,
  description: 'service ids, for one visit',
});
const staff = AnyOfTypes<number | null>(['integer', 'null'], {
  minimum: 1,
  maximum: maxId,
  description: 'null for any team member',
});
const wish = {
  service_ids: services,
  team_member_id: Type.Optional(staff),
  date_from: PlainDate('first day'),
  date_to: Type.Optional(PlainDate('last day; the first one if not sent')),
  time_from: Type.Optional(ClockTime('the visit begins at this time or later')),
  time_to: Type.Optional(ClockTime('the visit begins at this time or earlier')),
  comment: Type.Optional(Type.String({ maxLength: 1000 })),
};

export const NewWaitingEntry = named(
  'NewWaitingListEntry',
  Type.Object({
    client_id: Type.Optional(Id('a client with a phone number; else a name and a phone number are needed')),
    name: Type.Optional(Type.String({ maxLength: 200 })),
    phone: Type.Optional(Type.String({ maxLength: 40 })),
    email: Type.Optional(Type.String({ maxLength: 200 })),
    ...wish,
  }),
);

export const WaitingEntryChanges = named(
  'WaitingListEntryChanges',
  Type.Object({ ...wish, service_ids: Type.Optional(services), date_from: Type.Optional(PlainDate('first day')) }),
);

const settings = {
  is_online: Type.Boolean({ description: 'clients may join by online booking' }),
  hold_minutes: Type.Integer({ minimum: 5, maximum: 1440, description: 'how long an offered time is held' }),
  most_offers: Type.Integer({
    minimum: 1,
    maximum: 20,
    description: 'after so many offers without an answer a client is passed over',
  }),
};
export const WaitingSettings = named('WaitingListSettings', Type.Object(settings));
export const WaitingSettingsChanges = named('WaitingListSettingsChanges', Type.Partial(Type.Object(settings)));

export const Token = Type.String({ minLength: 1, maxLength: 200, description: 'the part of the link after `#`' });

export const JoinRequest = named(
  'WaitingListJoin',
  Type.Object({
    phone: Type.String({ maxLength: 40 }),
    fullname: Type.String({ maxLength: 200 }),
    email: Type.Optional(Type.String({ maxLength: 200, description: 'for offers' })),
    code: Code,
    ...wish,
    team_member_id: Type.Optional(Type.Integer({ minimum: 0, maximum: maxId, description: '0 for any team member' })),
  }),
);

/** What a client sees of the own entry: nothing of the client card, because a link can be passed on. */
export const OwnEntry = named(
  'OwnWaitingListEntry',
  Type.Object({
    location_title: Type.String(),
    status: Status,
    services: Type.Array(Titled),
    staff: nullableMember('null for any team member'),
    date_from: PlainDate('first day'),
    date_to: PlainDate('last day'),
    time_from: ClockTime('the visit begins at this time or later'),
    time_to: ClockTime('the visit begins at this time or earlier'),
    offered_until: NullableDateTime('until when a time is held; its link is in the message'),
  }),
);

export const JoinedEntry = named(
  'JoinedWaitingList',
  Type.Object({
    token: Type.String({ description: 'reads and ends the entry; keep it secret', examples: ['e-1-5-1790000000000-mV0'] }),
    link: Type.String({
      description: 'the page for the token; empty if the address of the server is not configured',
      examples: ['https://foyer.example.com/waiting#e-1-5-1790000000000-mV0'],
    }),
  }),
);

export const OwnOffer = named(
  'OwnWaitingListOffer',
  Type.Object({
    location_id: Type.Integer(),
    location_title: Type.String(),
    state: Type.String({ enum: ['open', 'taken', 'declined', 'expired', 'withdrawn'] }),
    services: Type.Array(Titled),
    staff: IdAndName,
    datetime: DateTime('start'),
    expires_at: DateTime('until when the time is held'),
  }),
);

export const DeclineRequest = named(
  'WaitingListDecline',
  Type.Object({ token: Token, leave: Type.Optional(Type.Boolean({ description: 'wait no more; else for another time' })) }),
);

export const TakeRequest = named(
  'WaitingListTake',
  Type.Object({
    token: Token,
    prepay: Type.Optional(Type.Boolean({ description: 'the client chooses to pay in advance, where it is allowed' })),
  }),
);
