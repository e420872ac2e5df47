import { trySamples } from './demo-business.ts';

trySamples('shell', 'php', 'ruby');
