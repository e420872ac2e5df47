import { afterAll, beforeAll } from 'vitest';
import { beginFile, endFile } from './harness.ts';

beforeAll(beginFile);
afterAll(endFile);
