import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openapiDocument } from './api/openapi/document.ts';
import { surfaces } from './surfaces/index.ts';

const directory = join(import.meta.dirname, '../../openapi');

/** The committed documents by file name; a test compares them with the files. */
export function openapiFiles(): Map<string, string> {
  return new Map(
    surfaces.map((surface) => [
      join(directory, `${surface.name}.json`),
      `${JSON.stringify(openapiDocument(surface), null, 2)}\n`,
    ]),
  );
}

if (process.argv[1] === import.meta.filename) {
  mkdirSync(directory, { recursive: true });
  for (const [file, text] of openapiFiles()) writeFileSync(file, text);
}
