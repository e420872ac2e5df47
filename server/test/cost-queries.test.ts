import { walkQueries } from './cost.ts';

walkQueries();
