import type { FastifyInstance } from 'fastify';
import { Forbidden, NotFound } from '../api/errors.ts';
import { publicAddress } from '../api/public-address.ts';
import type { Begin } from '../api/write.ts';
import { getPlace } from '../domains/locations/location.ts';
import { type DeliveryReport, locationsOfReports, recordDelivery } from '../domains/messaging/delivery.ts';
import { byTurns } from '../platform/database.ts';
import { isOfTwilio, twilioCallback } from '../platform/messages.ts';
import type { Services } from '../platform/services.ts';

/** Bytes of a report. */
const bodyLimit = 16 * 1024;

/** The statuses of Twilio that say more than that it has the message, as those of SMS operators. */
const statuses: Record<string, DeliveryReport['status']> = {
  sent: 8,
  delivered: 1,
  read: 1,
  undelivered: 2,
  failed: 16,
  canceled: 16,
};

/**
 * The address where Twilio reports what became of a message: `POST /callbacks/twilio/<message>`. Not part of the API: its proof is the signature
 * over the address and the form, made with the token of the account.
 */
export async function registerDeliveryReports(app: FastifyInstance, services: Services, begin: Begin): Promise<void> {
  const { twilio, publicUrl } = services.config;
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit }, (_request, body, done) => done(null, body));
    scope.post<{ Params: { message: string } }>(
      twilioCallback(':message'),
      // A campaign has as many reports as messages, from few addresses. What is not signed costs next to nothing.
      { config: { isUncounted: true } },
      async (request, reply) => {
        if (!twilio || !publicUrl) throw new NotFound();
        const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
        const isSigned = isOfTwilio(twilio.authToken, `${publicUrl}${request.url}`, form, request.headers['x-twilio-signature']);
        if (!isSigned) throw new Forbidden('The signature is wrong.');
        const status = statuses[form.get('MessageStatus') ?? ''];
        if (status === undefined) return reply.code(204).send();
        const error = form.get('ErrorCode');
        const reports = [
          { id: request.params.message, status, detail: error && /^\d{1,9}$/.test(error) ? `Twilio says ${error}` : undefined },
        ];
        for (const [locationId] of await locationsOfReports(services.database.db, reports)) {
          const { db } = byTurns(services.database, `location ${locationId} changes`);
          const author = {
            userId: null,
            address: publicAddress(request, services.config),
            location: await getPlace(db, locationId),
          };
          await begin(db, author)((write) => recordDelivery(write, [locationId], reports));
        }
        return reply.code(204).send();
      },
    );
  });
}
