import { fuzz } from './fuzz.ts';
import { destroys } from './world.ts';

fuzz('queries', ({ built, part }) => part === 'query' && !destroys(built));
