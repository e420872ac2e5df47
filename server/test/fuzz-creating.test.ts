import { fuzz } from './fuzz.ts';
import { destroys } from './world.ts';

fuzz('bodies that create', ({ built, part }) => part === 'body' && built.operation.method === 'POST' && !destroys(built));
