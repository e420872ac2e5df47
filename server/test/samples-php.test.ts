import { trySamples } from './demo-business.ts';

trySamples('php');
