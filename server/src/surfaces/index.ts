import type { Surface } from '../api/operation.ts';
import { b2bV1 } from './b2b-v1.ts';
import { b2bV2 } from './b2b-v2.ts';
import { developers } from './developers.ts';
import { publicSurface } from './public.ts';

/** Every surface of this server. */
export const surfaces: Surface[] = [b2bV1, b2bV2, publicSurface, developers];
