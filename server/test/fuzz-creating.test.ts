import { fuzzBodies } from './fuzz.ts';

fuzzBodies('POST');
