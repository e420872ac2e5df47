import { walkBodies } from './cost.ts';

walkBodies(({ operation: { method } }) => method !== 'POST');
