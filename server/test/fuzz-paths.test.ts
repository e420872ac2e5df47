import { fuzz } from './fuzz.ts';
import { destroys } from './world.ts';

fuzz('paths', ({ built, part }) => part === 'path' && !destroys(built));
