import { fuzz } from './fuzz.ts';
import { destroys } from './world.ts';

fuzz('bodies that change', ({ built, part }) => part === 'body' && built.operation.method !== 'POST' && !destroys(built));
