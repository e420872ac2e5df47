import { walkMocks } from './cost.ts';

walkMocks(({ surface, operation: { method } }) => method === 'POST' && surface.name === 'b2b-v1');
