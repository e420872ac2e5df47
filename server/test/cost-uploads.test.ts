import { walkUploads } from './cost.ts';

walkUploads();
