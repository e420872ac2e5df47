import { trySamples } from './demo-business.ts';

trySamples('node');
