import type { FastifyInstance } from 'fastify';
import type { Database } from '../platform/database.ts';

/** `/health`: the process answers; `/ready`: the database answers too. */
export function registerHealth(app: FastifyInstance, database: Database): void {
  app.get('/health', { config: { isUncounted: true } }, async () => ({ status: 'ok' }));
  app.get('/ready', { config: { isUncounted: true } }, async (request, reply) => {
    try {
      await database.ping();
      return { status: 'ready' };
    } catch (error) {
      request.log.error({ err: error }, 'the database does not answer');
      return reply.code(503).send({ status: 'unavailable' });
    }
  });
}
