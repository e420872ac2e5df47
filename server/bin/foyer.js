#!/usr/bin/env node
import module from 'node:module';

// From Node.js 22 on, the second start need not compile again what the first one did.
module.enableCompileCache?.();
await import('../dist/main.js');
