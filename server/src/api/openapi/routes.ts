import type { FastifyInstance } from 'fastify';
import type { Config } from '../../platform/config.ts';
import { nextTurn } from '../../platform/pause.ts';
import type { Surface } from '../operation.ts';
import { openapiDocument } from './document.ts';
import { daysToPresent, withExamplesNearToday } from './near-today.ts';

/** Serves the document of each surface at `/openapi/<surface>.json`, with this server's address in it. */
export function registerOpenapi(app: FastifyInstance, surfaces: Surface[], config: Config): void {
  for (const surface of surfaces) {
    let made: { days: number; text: Promise<string> } | undefined;
    app.get(`/openapi/${surface.name}.json`, async (_request, reply) => {
      const days = daysToPresent();
      if (made?.days !== days) made = { days, text: write(surface, config) };
      const text = await made.text;
      return reply.type('application/json; charset=utf-8').header('access-control-allow-origin', '*').send(text);
    });
  }
}

/** In steps, with others in between. */
async function write(surface: Surface, config: Config): Promise<string> {
  const document = openapiDocument(surface);
  await nextTurn();
  const shown = withExamplesNearToday(document);
  await nextTurn();
  return JSON.stringify({ ...shown, servers: [{ url: config.publicUrl + surface.basePath }] });
}
