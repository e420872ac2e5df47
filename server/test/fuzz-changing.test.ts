import { fuzzBodies } from './fuzz.ts';

fuzzBodies('GET', 'PUT', 'PATCH', 'DELETE');
