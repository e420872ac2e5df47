import type { Limited } from '../../../api/access.ts';
import { NotFound } from '../../../api/errors.ts';
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
