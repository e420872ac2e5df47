import type { Operation, Surface } from '../api/operation.ts';

/** An operation with its place in the reference. */
export interface Entry {
  surface: Surface;
  operation: Operation;
  /** The page of the operation, `/en/b2b-v1/openapi/clients/create_client_comment`. */
  href: string;
  /** This server sends it: it cannot be called. */
  isWebhook: boolean;
}

/** The name of a tag in an address: `Users & Permissions` is `users-and-permissions`. */
export const slug = (tag: string): string =>
  tag
    .toLowerCase()
    .replaceAll('&', 'and')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** The reference of a surface. */
export const surfaceHref = (surface: Surface): string => `/en/${surface.name}/openapi`;

/** The page of a tag. */
export const tagHref = (surface: Surface, tag: string): string => `${surfaceHref(surface)}/${slug(tag)}`;

/** Every operation of the surfaces, in the order of their declaration. */
export const entriesOf = (surfaces: Surface[]): Entry[] =>
  surfaces.flatMap((surface) =>
    surface.operations.map((operation) => ({
      surface,
      operation,
      href: `${tagHref(surface, operation.tag)}/${operation.id}`,
      isWebhook: operation.webhook !== undefined,
    })),
  );

/** This server, or the mock server beside it. */
export type ServerName = 'this' | 'mock';

/** The address of an operation. */
export const serverPath = (surface: Surface, server: ServerName): string =>
  server === 'this' ? surface.basePath : `/_mock${surfaceHref(surface)}`;
