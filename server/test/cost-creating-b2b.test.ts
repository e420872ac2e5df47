import { walkBodies } from './cost.ts';

walkBodies(({ surface, operation: { method } }) => method === 'POST' && surface.name === 'b2b-v1');
