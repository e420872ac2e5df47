import type { FastifyInstance } from 'fastify';
import type { Config } from '../../platform/config.ts';
import type { Surface } from '../operation.ts';
import { openapiDocument } from './document.ts';
import { daysToPresent, withExamplesNearToday } from './near-today.ts';

/** Serves the document of each surface at `/openapi/<surface>.json`, with this server's address in it. */
export function registerOpenapi(app: FastifyInstance, surfaces: Surface[], config: Config): void {
  for (const surface of surfaces) {
    let made: { days: number; text: string } | undefined;
    app.get(`/openapi/${surface.name}.json`, async (_request, reply) => {
      const days = daysToPresent();
      if (made?.days !== days) {
        const document = withExamplesNearToday(openapiDocument(surface));
        made = { days, text: JSON.stringify({ ...document, servers: [{ url: config.publicUrl + surface.basePath }] }) };
      }
      const { text } = made;
      return reply.type('application/json; charset=utf-8').header('access-control-allow-origin', '*').send(text);
    });
  }
}
