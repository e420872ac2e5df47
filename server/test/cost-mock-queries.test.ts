import { walkMockQueries } from './cost.ts';

walkMockQueries();
