import type { FastifyInstance } from 'fastify';
import createRouter from 'find-my-way';
import { MethodNotAllowed, NotFound } from './errors.ts';

type Router = ReturnType<typeof createRouter>;

/** HEAD is answered like GET. */
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Options of all routers, so that they match paths in the same way. */
export const routerOptions = { ignoreTrailingSlash: true, maxParamLength: 500 };

/**
 * The error for a method and path without an answer: the path has other methods, or is unknown. If a route has the method and still found
 * nothing, the path names something that does not exist.
 */
export function nothingAt(router: Router, method: string, path: string): MethodNotAllowed | NotFound {
  const others = methods.filter((method) => router.find(method, path));
  const allowed = others.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  return allowed.length && !allowed.includes(method) ? new MethodNotAllowed(allowed) : new NotFound();
}

/**
 * Records the routes that are registered from now on.
 * @returns a function that gives the error for a request that no route answers
 */
export function watchRoutes(app: FastifyInstance): (method: string, url: string) => MethodNotAllowed | NotFound {
  const routes: { method: string | string[]; url: string }[] = [];
  app.addHook('onRoute', ({ method, url }) => void routes.push({ method, url }));
  // A separate router, built at its first use, so that the server starts faster.
  let router: Router | undefined;
  return (method, url) => nothingAt((router ??= routerOf(routes)), method, url);
}

function routerOf(routes: readonly { method: string | string[]; url: string }[]): Router {
  const router = createRouter(routerOptions);
  for (const { method, url } of routes) {
    // The wildcards are the mock, which has its own router, and the answers to preflight requests.
    if (url.endsWith('*')) continue;
    for (const each of methods) if ([method].flat().includes(each) && !router.hasRoute(each, url)) router.on(each, url, () => {});
  }
  return router;
}
