import { readFileSync } from 'node:fs';
import { Instrumenter } from '@stryker-mutator/instrumenter';

/** A fault that can be switched on while the program runs. */
export interface Mutant {
  id: string;
  /** Below `src/`. */
  file: string;
  line: number;
  column: number;
  /** The last line of the replaced code. */
  endLine: number;
  mutator: string;
  original: string;
  replacement: string;
}

/** The parts of Stryker's logger that the instrumenter calls. */
const silent = Object.fromEntries(
  ['trace', 'debug', 'info', 'warn', 'error', 'fatal'].flatMap((level) => [
    [level, (): void => {}],
    [`is${level[0]?.toUpperCase()}${level.slice(1)}Enabled`, (): boolean => false],
  ]),
);

/**
 * Puts all faults that Stryker knows into files, each behind a switch.
 * @param source the directory that the files are named from
 * @returns the code of each file, by its path, and the faults
 */
export async function instrument(source: string, files: string[]): Promise<{ code: Map<string, string>; mutants: Mutant[] }> {
  const contents = new Map(files.map((file) => [`${source}/${file}`, readFileSync(`${source}/${file}`, 'utf8')]));
  const result = await new Instrumenter(silent as never).instrument(
    [...contents].map(([name, content]) => ({ name, content, mutate: true })),
    { plugins: null, excludedMutations: [], ignorers: [], noHeader: false } as never,
  );
  return {
    code: new Map(result.files.map(({ name, content }) => [name, content])),
    mutants: result.mutants.map(({ id, fileName, location: { start, end }, mutatorName, replacement }) => ({
      id,
      file: fileName.slice(source.length + 1),
      line: start.line + 1,
      column: start.column + 1,
      endLine: end.line + 1,
      mutator: mutatorName,
      original: short(between(contents.get(fileName) as string, start, end)),
      replacement: short(replacement ?? ''),
    })),
  };
}

interface Position {
  line: number;
  column: number;
}

function between(text: string, start: Position, end: Position): string {
  const lines = text.split('\n').slice(start.line, end.line + 1);
  const last = lines.length - 1;
  lines[last] = (lines[last] as string).slice(0, end.column);
  lines[0] = (lines[0] as string).slice(start.column);
  return lines.join('\n');
}

function short(code: string): string {
  const line = code.replace(/\s+/g, ' ').trim();
  return line.length > 160 ? `${line.slice(0, 160)} …` : line;
}
