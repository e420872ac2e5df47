import type { FastifyInstance } from 'fastify';
import createRouter from 'find-my-way';
import { MethodNotAllowed, NotFound } from './errors.ts';

type Router = ReturnType<typeof createRouter>;

/** HEAD goes with GET. */
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** How paths are told apart, wherever. */
export const routerOptions = { ignoreTrailingSlash: true, maxParamLength: 500 };

/**
 * Why nothing answers a method on a path: the router has others there, or does not know the path. A route that has the method and still found
 * nothing does not know what the path names.
 */
export function nothingAt(router: Router, method: string, path: string): MethodNotAllowed | NotFound {
  const others = methods.filter((method) => router.find(method, path));
  const allowed = others.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  return allowed.length && !allowed.includes(method) ? new MethodNotAllowed(allowed) : new NotFound();
}

/**
 * Remembers the routes that are registered from now on.
 * @returns why none of them answers a request
 */
export function watchRoutes(app: FastifyInstance): (method: string, url: string) => MethodNotAllowed | NotFound {
  const routes: { method: string | string[]; url: string }[] = [];
  app.addHook('onRoute', ({ method, url }) => void routes.push({ method, url }));
  // A router of its own, made when it is first needed: the start of the server pays nothing for it.
  let router: Router | undefined;
  return (method, url) => nothingAt((router ??= routerOf(routes)), method, url);
}

function routerOf(routes: readonly { method: string | string[]; url: string }[]): Router {
  const router = createRouter(routerOptions);
  for (const { method, url } of routes) {
    // The wildcards are the mock, which knows its paths by itself, and the answers to preflight requests.
    if (url.endsWith('*')) continue;
    for (const each of methods) if ([method].flat().includes(each) && !router.hasRoute(each, url)) router.on(each, url, () => {});
  }
  return router;
}
