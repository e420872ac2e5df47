import type { FastifyRequest } from 'fastify';
import { Forbidden, NotFound } from '../../../api/errors.ts';
import { publicAddress } from '../../../api/public-address.ts';
import type { Read, Write } from '../../../api/write.ts';
import type { Services } from '../../../platform/services.ts';
import { seesClient } from '../../appointments/visible-clients.ts';
import type { Authorized } from '../../appointments/wire/caller.ts';
import { getDocument } from '../../inventory/document.ts';
import { getSale } from '../../sales/sale.ts';
import { expectVisible } from '../../sales/wire/caller.ts';
import { clientOfTopUp, printReceipt } from '../print.ts';
import { getFiscalSettings } from '../settings.ts';

/** Where cash registers report results: `handle_fiscalization_callback`. */
export const callbackUrl = (request: FastifyRequest, { config }: Pick<Services, 'config'>): string =>
  `${publicAddress(request, config)}/api/v1/integration/kkm/callback`;

/**
 * Whether the caller sees what a document sells.
 * @throws NotFound, also outside of the caller's limits, and Forbidden without the right to see such documents
 */
export async function expectDocumentVisible(caller: Authorized, documentId: number): Promise<void> {
  const { db, location, can } = caller;
  const document = await getDocument(db, location.id, documentId);
  if (document.type === 1 || document.type === 7) return expectVisible(caller, await getSale(db, location, documentId));
  if (document.type !== 9) return;
  if (!can('clients_deposits_access')) throw new Forbidden();
  const clientId = await clientOfTopUp(db, location.id, documentId);
  if (clientId !== null && !(await seesClient(caller, clientId))) throw new NotFound();
}

/**
 * Prints the sale receipt of a visit that was paid in the same request, as a fast payment asks. A location without a cash register prints
 * nothing.
 * @throws Forbidden without the right to print, and as printReceipt
 */
export async function printAfterPayment(
  write: Write,
  { location, can }: Pick<Authorized, 'location' | 'can'>,
  documentId: number,
  url: string,
): Promise<void> {
  if (!(await hasRegister(write, location.id))) return;
  if (!can('finances_print_check_access')) throw new Forbidden('You may not print receipts.');
  await printReceipt(write, location, { documentId, type: 0, usesTerminal: false, callbackUrl: url });
}

const hasRegister = async (db: Read, locationId: number) => (await getFiscalSettings(db, locationId)).isEnabled;
