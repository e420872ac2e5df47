import type { Surface } from '../api/operation.ts';

/** Business management, second generation (JSON:API). Its operations come with their capabilities. */
export const b2bV2 = (): Surface => ({
  name: 'b2b-v2',
  title: 'Business management V2',
  version: '2.0.0',
  basePath: '/api/v2',
  description: 'The second generation of business management. No operation of it is built yet.',
  tags: [],
  operations: [],
});
