import type { Surface } from '../api/operation.ts';

/** Online booking, for the clients of a business. Its operations come with their capabilities. */
export const publicSurface = (): Surface => ({
  name: 'public',
  title: 'Online booking',
  version: '1.0.0',
  basePath: '/api/v1',
  description: 'What a booking widget calls on behalf of a client. No operation of it is built yet.',
  tags: [],
  operations: [],
});
