import type { Gate, Limited, Location, Partner, User } from '../../../api/access.ts';
import { Forbidden, NotFound } from '../../../api/errors.ts';
import type { Read } from '../../../api/write.ts';
import { seesClient } from '../../appointments/visible-clients.ts';
import { clientWithPhone } from '../card.ts';

interface Caller extends Limited {
  db: Read;
  location: { id: number };
}

/** Whether the caller may see the owner of a phone number. A caller who sees only some clients sees no owner who is no client here. */
export async function seesOwner(caller: Caller, phone: string | null): Promise<boolean> {
  if (caller.limit('clients_visit_master_id') === 0) return true;
  const client = phone === null ? null : await clientWithPhone(caller.db, caller.location.id, phone);
  return client !== null && seesClient(caller, client);
}

/** @throws NotFound for the owner of a phone number whom the caller may not see */
export async function expectOwnerSeen(caller: Caller, phone: string | null): Promise<void> {
  if (!(await seesOwner(caller, phone))) throw new NotFound();
}

interface Named {
  db: Read;
  gate: Gate;
  partner: Partner;
  user: User | undefined;
  request: { ip: string };
}

/**
 * The location that a query names, for what belongs to a phone number there. A user must be a member who sees the loyalty of clients.
 * @returns the location, and a check of the owner of a phone number: it throws NotFound for one whom the user may not see
 * @throws NotFound, Forbidden
 */
export async function locationNamed({ db, gate, partner, user, request }: Named, id: number) {
  const grant = user ? await gate.userGrant(partner, user, id, request.ip) : await gate.partnerGrant(partner, id);
  if (!grant) throw new NotFound();
  if (user && !(grant.isAdmitted && grant.can('clients_loyalty_read_access'))) throw new Forbidden();
  const location: Location = grant.location;
  const expectOwner = async (phone: string) => {
    if (user) await expectOwnerSeen({ db, location, limit: (name) => grant.limit(name) }, phone);
  };
  return { location, expectOwner };
}
