import { NotFound } from '../../api/errors.ts';
import { aboutOf, type SignedLink, signedToken } from '../messaging/signed-link.ts';

/** What a link is about: an entry, which its client can leave, or an offer, which its client can take. */
export interface LinkedThing {
  kind: 'entry' | 'offer';
  locationId: number;
  id: number;
  /** A thing with the same number that is made after a reset of the data has another time, so old links do not open it. */
  createdAt: Date;
}

const letters = { entry: 'e', offer: 'o' } as const;

const about = ({ kind, locationId, id, createdAt }: LinkedThing) => `${letters[kind]}-${locationId}-${id}-${createdAt.getTime()}`;

/** The page that shows entries and offers. */
export const waitingPagePath = '/waiting';

/** The secret of a client's own entry. It follows from the server's key and is not stored. */
export const entryToken = (key: Buffer, entry: Omit<LinkedThing, 'kind'>): string =>
  signedToken(key, about({ kind: 'entry', ...entry }));

/** The link of an offer, as messages have it. */
export const offerLink = (offer: Omit<LinkedThing, 'kind'>): SignedLink =>
  `${waitingPagePath}#${about({ kind: 'offer', ...offer })}`;

/** What a token is about. @throws NotFound for one that is wrong or of the other kind */
export function thingOf(key: Buffer, token: string, kind: LinkedThing['kind']): Omit<LinkedThing, 'kind'> {
  const [letter, ...numbers] = (aboutOf(key, token) ?? '').split('-');
  const [locationId, id, created] = numbers.map(Number);
  if (letter !== letters[kind] || !locationId || !id || !created) throw new NotFound('The link is not known.');
  return { locationId, id, createdAt: new Date(created) };
}
