import type { FastifyInstance } from 'fastify';
import type { Config } from '../../platform/config.ts';
import type { Surface } from '../operation.ts';
import { openapiDocument } from './document.ts';

/** Serves the document of each surface at `/openapi/<surface>.json`, with this server's address in it. */
export function registerOpenapi(app: FastifyInstance, surfaces: Surface[], config: Config): void {
  for (const surface of surfaces) {
    let text: string | undefined;
    app.get(`/openapi/${surface.name}.json`, async (_request, reply) => {
      text ??= JSON.stringify({ ...openapiDocument(surface), servers: [{ url: config.publicUrl + surface.basePath }] });
      return reply.type('application/json; charset=utf-8').header('access-control-allow-origin', '*').send(text);
    });
  }
}
