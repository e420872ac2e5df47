import Type from 'typebox';
import { anyone, type Location, locationPartnerOrClient } from '../../../api/access.ts';
import { Forbidden, NotFound } from '../../../api/errors.ts';
import { answer, created, empty, ok, operation } from '../../../api/operation.ts';
import { linkAddress } from '../../../api/public-address.ts';
import type { Read } from '../../../api/write.ts';
import { getLocation, getPlace } from '../../locations/location.ts';
import { refuseBlacklisted, visitorOf } from '../../online-booking/booking.ts';
import { hashesOf, invalidContact, phoneVerification } from '../../online-booking/wire/operations.booking.public.ts';
import { allCalendars } from '../../team/calendars.ts';
import { addEntry, closeEntry, getEntry } from '../entry.ts';
import { entryToken, type LinkedThing, thingOf, waitingPagePath } from '../link.ts';
import { declineOffer, getOffer, takeOffer } from '../offer.ts';
import { getWaitingSettings } from '../settings.ts';
import { newWishOf, waitingSpelling } from './input.ts';
import { presentOwnEntry, presentOwnOffer } from './present.ts';
import { DeclineRequest, JoinedEntry, JoinRequest, LocationPath, OwnEntry, OwnOffer, TakeRequest, Token } from './schemas.ts';

const tag = 'Waiting list';
const TokenOnly = Type.Object({ token: Token });
const exampleToken = 'o-1-7-1790000000000-n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg';

const titleOf = async (db: Read, locationId: number): Promise<string> => {
  const { title, publicTitle } = await getLocation(db, locationId);
  return publicTitle || title;
};

const joinWaitingList = operation({
  id: 'join_waiting_list',
  method: 'POST',
  path: '/waiting_list/{location_id}',
  tag,
  summary: 'Join the waiting list of a location',
  description:
    'For clients who find no time on the days they want. Without a user, as for a booking: where the location confirms phones, `book_code` sends the code. 403 where clients cannot join online. When a time becomes free, the first client whom it fits gets a message with a link. 409 if the list is full, or the client waits for 10 times already.',
  extension: true,
  access: locationPartnerOrClient(),
  params: LocationPath,
  body: JoinRequest,
  transaction: 'manual',
  invalid: invalidContact,
  spelling: waitingSpelling,
  success: created(JoinedEntry),
  errors: [403, 404, 409],
  example: {
    body: {
      phone: '+13155550175',
      fullname: 'James Smith',
      email: 'j.smith@example.com',
      service_ids: [1],
      team_member_id: 0,
      date_from: '2026-09-25',
      date_to: '2026-09-26',
      time_from: '14:00',
      time_to: '18:00',
    },
  },
  handle: async ({ db, transact, conclude, user, location, body, services, request }) => {
    if (!(await getWaitingSettings(db, location.id)).isOnline) throw new Forbidden('This location has no waiting list online.');
    const visitor = visitorOf(location, body);
    const wish = newWishOf(body);
    const prove = await phoneVerification({ db, transact, services }, location, user, visitor.phone, body.code);
    return conclude(async (write) => {
      await prove(write);
      await refuseBlacklisted(write, location.id, visitor.phone);
      const { phone, name, email = '' } = visitor;
      const entry = await addEntry(write, location, { phone, name, email }, wish, true);
      const token = entryToken(services.signingKey, { locationId: location.id, ...entry });
      const address = linkAddress(request, services.config);
      return { token, link: address && `${address}${waitingPagePath}#${token}` };
    });
  },
});

/** The entry of a link. @throws NotFound */
async function entryOf(db: Read, { locationId, id, createdAt }: Omit<LinkedThing, 'kind'>) {
  const location = await getPlace(db, locationId);
  const entry = await getEntry(db, location, id, allCalendars);
  if (entry.createdAt.getTime() !== createdAt.getTime()) throw new NotFound('The link is not known.');
  return { location, entry };
}

const showOwnWaitingEntry = operation({
  id: 'show_own_waiting_entry',
  method: 'POST',
  path: '/waiting_list/entry',
  tag,
  summary: 'Show an entry to the client who has its token',
  description: 'The token goes into the body, so that no log has it.',
  extension: true,
  access: anyone(),
  body: TokenOnly,
  transaction: 'read',
  success: ok(OwnEntry),
  errors: [404],
  example: { body: { token: exampleToken } },
  handle: async ({ db, body, services }) => {
    const { location, entry } = await entryOf(db, thingOf(services.signingKey, body.token, 'entry'));
    return presentOwnEntry(entry, location, await titleOf(db, location.id));
  },
});

const leaveWaitingList = operation({
  id: 'leave_waiting_list',
  method: 'POST',
  path: '/waiting_list/entry/leave',
  tag,
  summary: 'Leave the waiting list',
  description: 'A time that was offered is free for the next one. 409 for an entry that has ended.',
  extension: true,
  access: anyone(),
  ignoresKeys: true,
  body: TokenOnly,
  success: empty(204),
  errors: [404, 409],
  example: { body: { token: exampleToken } },
  handle: async ({ write, body, services }) => {
    const { location, entry } = await entryOf(write, thingOf(services.signingKey, body.token, 'entry'));
    await closeEntry(write, location, entry.id, allCalendars);
  },
});

const showOwnWaitingOffer = operation({
  id: 'show_own_waiting_offer',
  method: 'POST',
  path: '/waiting_list/offer',
  tag,
  summary: 'Show an offer to the client who has its link',
  description: 'The page behind the link uses it. It only shows: programs that open links in mails take nothing.',
  extension: true,
  access: anyone(),
  body: TokenOnly,
  transaction: 'read',
  success: ok(OwnOffer),
  errors: [404],
  example: { body: { token: exampleToken } },
  handle: async ({ db, body, services }) => {
    const thing = thingOf(services.signingKey, body.token, 'offer');
    const location = await getPlace(db, thing.locationId);
    const offer = await getOffer(db, thing);
    const entry = await getEntry(db, location, offer.entryId, allCalendars);
    return presentOwnOffer(offer, entry, location, await titleOf(db, location.id));
  },
});

const takeWaitingOffer = operation({
  id: 'take_waiting_offer',
  method: 'POST',
  path: '/waiting_list/offer/take',
  tag,
  summary: 'Take an offered time',
  description:
    'An online booking like any other: the rules of the location count, and integrations are told of the appointment. The link works once. 409 if the offer has ended, 422 with the codes of `create_online_booking` if the rules do not allow the booking any more.',
  extension: true,
  access: anyone(),
  ignoresKeys: true,
  body: TakeRequest,
  success: answer(
    201,
    Type.Object({
      record_id: Type.Integer(),
      record_hash: Type.String({ description: 'lets the client read and delete the appointment without signing in' }),
    }),
  ),
  errors: [403, 404, 409],
  example: {
    body: { token: exampleToken },
    data: { record_id: 2820023, record_hash: '567df655304da9b98487769426d4e76e' },
  },
  handle: async ({ write, body, services }) => {
    const thing = thingOf(services.signingKey, body.token, 'offer');
    const location: Location = await getPlace(write, thing.locationId);
    const origin = { userId: null, partnerId: null, isOnline: true };
    const { id } = await takeOffer(write, location, thing, origin, body.prepay, new Date());
    const hashes = await hashesOf(write, location, [{ id }]);
    return { record_id: id, record_hash: hashes.get(id) as string };
  },
});

const declineWaitingOffer = operation({
  id: 'decline_waiting_offer',
  method: 'POST',
  path: '/waiting_list/offer/decline',
  tag,
  summary: 'Decline an offered time',
  description:
    'The time is free for the next one. The client waits for another time: 409 if the offer has ended. Or the client leaves the list, after the end of the offer too: 409 if the entry has ended.',
  extension: true,
  access: anyone(),
  ignoresKeys: true,
  body: DeclineRequest,
  success: empty(204),
  errors: [404, 409],
  example: { body: { token: exampleToken, leave: false } },
  handle: async ({ write, body, services }) => {
    const thing = thingOf(services.signingKey, body.token, 'offer');
    await declineOffer(write, await getPlace(write, thing.locationId), thing, body.leave ?? false);
  },
});

/** Foyer's own operations for clients who wait. */
export const ownWaitingOperations = [
  joinWaitingList,
  showOwnWaitingEntry,
  leaveWaitingList,
  showOwnWaitingOffer,
  takeWaitingOffer,
  declineWaitingOffer,
];
