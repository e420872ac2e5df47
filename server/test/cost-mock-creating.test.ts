import { walkMocks } from './cost.ts';

walkMocks(({ operation: { method } }) => method === 'POST');
