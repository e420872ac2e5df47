import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { surfaces } from './surfaces/index.ts';

export const ownOperationsFile = join(import.meta.dirname, '../../docs/own-operations.md');

/** The list of all operations that the published API does not have; a test compares it with the file. */
export function ownOperations(): string {
  const parts = surfaces.flatMap((surface) => {
    const own = surface.operations.filter(({ extension }) => extension);
    const tags = [...new Set(own.map(({ tag }) => tag))];
    return tags.map((tag) => {
      const lines = own
        .filter((operation) => operation.tag === tag)
        .map(({ method, path, summary }) => `- \`${method} ${path}\`: ${summary}`);
      return `## ${surface.title}: ${tag}\n\n${lines.join('\n')}\n`;
    });
  });
  return `# Foyer's own operations\n\nThe published API does not have these operations. The documents mark them with \`x-foyer-extension\`. \`npm run generate\` writes this list.\n\n${parts.join('\n')}`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(ownOperationsFile, ownOperations());
