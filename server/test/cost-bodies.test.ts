import { walkReaders } from './cost.ts';

walkReaders();
