import { fuzz } from './fuzz.ts';
import { destroys } from './world.ts';

fuzz('forms', ({ built, part }) => part === 'form' && !destroys(built));
