import Type from 'typebox';
import { locationPartner } from '../../../api/access.ts';
import { Invalid, Unavailable } from '../../../api/errors.ts';
import { ok, operation } from '../../../api/operation.ts';
import { publicAddress } from '../../../api/public-address.ts';
import { Id, named } from '../../../api/schema.ts';
import { locationOfOwn } from '../../online-booking/booking.ts';
import { prepaymentOf } from '../prepayment.ts';
import { ProviderFailed } from '../provider.ts';
import { startPayment } from '../work.ts';
import { paymentsOf } from './caller.ts';
import { ClientPrepayment, presentForClient } from './schemas.ts';

const tag = 'Prepayment';
const path = '/book_record/{location_id}/{record_id}/{record_hash}/prepayment';
const OwnPath = Type.Object({
  location_id: Id('location id'),
  record_id: Id('record id'),
  record_hash: Type.String({ minLength: 1, maxLength: 255, description: 'as booking answers it' }),
});

const example = {
  status: 'open',
  amount: 30,
  currency: 'USD',
  expires_at: '2026-09-25T10:15:00-04:00',
  paid_at: null,
  payment_url: 'https://checkout.stripe.com/c/pay/cs_test_a1',
};

const getOwnPrepayment = operation({
  id: 'get_own_prepayment',
  method: 'GET',
  path,
  tag,
  summary: 'Read the prepayment of an appointment',
  description: 'Of all appointments that were booked together. 404 if nothing is to be paid in advance.',
  extension: true,
  access: locationPartner(),
  params: OwnPath,
  success: ok(ClientPrepayment),
  errors: [403, 404],
  example: { data: example },
  handle: async ({ db, location, params }) => {
    await locationOfOwn(db, { id: params.record_id, locationId: location.id, hash: params.record_hash });
    return presentForClient(await prepaymentOf(db, location.id, params.record_id), location.timeZone);
  },
});

/** @throws Invalid unless it is the address of a web page */
function expectWebAddress(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new Invalid({ returnUrl: ['must be the address of a web page'] });
  }
  return text;
}

const startOwnPrepayment = operation({
  id: 'start_own_prepayment',
  method: 'POST',
  path,
  tag,
  summary: 'Start to pay for an appointment in advance',
  description:
    'Answers the address of the page on which the client pays. Repeated calls answer the same one. When it is paid, or the time to pay is over, there is no address any more. 503 when the provider does not answer: call again.',
  extension: true,
  access: locationPartner(),
  params: OwnPath,
  body: named(
    'PrepaymentStart',
    Type.Object({
      return_url: Type.Optional(
        Type.String({ minLength: 1, maxLength: 2000, description: 'page to which the client returns; the first one counts' }),
      ),
    }),
  ),
  transaction: 'manual',
  success: ok(ClientPrepayment),
  errors: [403, 404],
  example: { body: { return_url: 'https://example.com/booked' }, data: example },
  handle: async ({ db, transact, conclude, location, params, body, services, request }) => {
    const appointmentId = params.record_id;
    await locationOfOwn(db, { id: appointmentId, locationId: location.id, hash: params.record_hash });
    const address = publicAddress(request, services.config);
    const returnUrl = expectWebAddress(body?.return_url ?? `${address}/payments/done`);
    const payments = paymentsOf(services, address);
    try {
      await startPayment({ db, transact }, { locationId: location.id, appointmentId }, returnUrl, payments, new Date());
    } catch (error) {
      if (!(error instanceof ProviderFailed)) throw error;
      request.log.error({ request: request.id, reason: (error.cause as Error).message }, 'the payment provider does not answer');
      throw new Unavailable(5, 'The payment provider does not answer. Try again later.');
    }
    // Repeating what is above makes no second page, so the answer may be stored after it.
    return conclude(async (write) => presentForClient(await prepaymentOf(write, location.id, appointmentId), location.timeZone));
  },
});

/** Foyer's own operations for paying in advance, for clients. */
export const ownPrepaymentOperations = [getOwnPrepayment, startOwnPrepayment];
