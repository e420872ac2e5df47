import { fuzz } from './fuzz.ts';
import { destroys } from './world.ts';

fuzz('deletions', ({ built }) => destroys(built));
