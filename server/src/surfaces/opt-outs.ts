import type { FastifyInstance } from 'fastify';
import { NotFound } from '../api/errors.ts';
import { publicAddress } from '../api/public-address.ts';
import type { Begin } from '../api/write.ts';
import { updateClient } from '../domains/clients/client.ts';
import { getPlace } from '../domains/locations/location.ts';
import { clientOfToken } from '../domains/messaging/opt-out.ts';
import { byTurns } from '../platform/database.ts';
import type { Services } from '../platform/services.ts';

const page = (content: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>Mailings</title><body><main>${content}</main></body></html>`;

/**
 * The address in mailings where a client ends them without signing in: `/u/<token>`. GET only asks, because programs of mail services
 * open the addresses in mails; POST ends mailings, also that of a mailbox with one click (RFC 8058).
 */
export async function registerOptOuts(app: FastifyInstance, services: Services, begin: Begin): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 4096 }, (_request, body, done) => done(null, body));
    const clientOf = (token: string) => {
      const client = clientOfToken(services.signingKey, token);
      if (!client) throw new NotFound();
      return client;
    };
    scope.get<{ Params: { token: string } }>('/u/:token', async (request, reply) => {
      clientOf(request.params.token);
      const form = '<form method="post"><p>Do you want to end mailings?</p><button>End mailings</button></form>';
      return reply.type('text/html; charset=utf-8').send(page(form));
    });
    scope.post<{ Params: { token: string } }>('/u/:token', async (request, reply) => {
      const { locationId, clientId } = clientOf(request.params.token);
      const { db } = byTurns(services.database, `location ${locationId} changes`);
      const location = await getPlace(db, locationId);
      const author = { userId: null, address: publicAddress(request, services.config), location };
      await begin(db, author)((write) => updateClient(write, location, clientId, { noMailings: true }));
      return reply.type('text/html; charset=utf-8').send(page('<p>You get no mailings any more.</p>'));
    });
  });
}
