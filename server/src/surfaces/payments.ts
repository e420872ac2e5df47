import type { FastifyInstance } from 'fastify';
import { BadRequest, NotFound } from '../api/errors.ts';
import { publicAddress } from '../api/public-address.ts';
import type { Begin } from '../api/write.ts';
import { getPlace } from '../domains/locations/location.ts';
import { settle } from '../domains/prepayment/prepayment.ts';
import { BadSignature } from '../domains/prepayment/provider.ts';
import { providerOf } from '../domains/prepayment/settings.ts';
import { paymentsOf } from '../domains/prepayment/wire/caller.ts';
import { byTurns } from '../platform/database.ts';
import type { Services } from '../platform/services.ts';

/** Bytes of a callback. */
const bodyLimit = 256 * 1024;

/**
 * The addresses for payment providers: `POST /payments/<provider>/<location>` takes what a provider tells, and `/payments/done` is where clients
 * land who were not sent anywhere else. Not part of the API: signatures are checked over the bytes of the body, so nothing parses it before.
 */
export async function registerPayments(app: FastifyInstance, services: Services, begin: Begin): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) => done(null, body));

    scope.post<{ Params: { provider: string; location: string } }>('/payments/:provider/:location', async (request, reply) => {
      const { provider: name, location: place } = request.params;
      const isKnown = (name === 'stripe' || name === 'demo') && /^[1-9]\d{0,8}$/.test(place);
      if (!isKnown) throw new NotFound();
      const locationId = Number(place);
      const { db } = byTurns(services.database, `location ${locationId} changes`);
      const address = publicAddress(request, services.config);
      const provider = await providerOf(db, locationId, name, paymentsOf(services, address));
      if (!provider) throw new NotFound();
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const callback = await provider.readCallback(body, request.headers).catch((error: unknown) => {
        throw error instanceof BadSignature ? new BadRequest('The signature is wrong.') : error;
      });
      if (callback) {
        const location = await getPlace(db, locationId);
        await begin(db, { userId: null, address, location })((write) => settle(write, location, callback));
      }
      return reply.send({ received: true });
    });

    scope.get('/payments/done', async (_request, reply) =>
      reply.type('text/plain; charset=utf-8').send('Thank you. You can close this page.'),
    );
  });
}
