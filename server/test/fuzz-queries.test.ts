import { fuzzQueries } from './fuzz.ts';

fuzzQueries();
