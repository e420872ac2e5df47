import type { Sources } from './structure.ts';

/** A place where a rule uses an exact number as a float, or its text as its value. */
export interface Inexact {
  file: string;
  text: string;
  rule: string;
}

const isRule = (file: string) => /^domains\/[^/]+\/[^/]+\.ts$/.test(file) && !file.endsWith('.test.ts');

const declared = /\b(\w+)\??: (?:(?:money|percent|quantity)\('|(?:Money|Percent|Quantity)\b)/g;

/** The properties of rules that are money, percents and quantities: columns of tables, and declarations with such a type. */
export const exactNames = (sources: Sources): Set<string> =>
  new Set(
    [...sources].flatMap(([file, text]) => (isRule(file) ? [...text.matchAll(declared)].map(([, name]) => name as string) : [])),
  );

const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Wrong uses of exact numbers that the compiler allows. It refuses `+`, `<`, `Math` and templates itself: see `platform/exact.ts`. */
export function inexactIn(sources: Sources): Inexact[] {
  const names = [...exactNames(sources)];
  // `may.price` is a right.
  const value = `(?<!\\bmay)\\.(?:${names.join('|')})\\b`;
  const column = `\\b(?:${[...new Set([...names, ...names.map(snake)])].join('|')})\\b`;
  const lines: [rule: string, pattern: RegExp][] = [
    [
      'compare() tells whether amounts are equal',
      RegExp(`${value} [!=]== (?!undefined|null)|(?<!typeof [\\w.]+) [!=]== [\\w?.]*${value}`),
    ],
    ['isZero() tells whether there is any', RegExp(`(?:!|if \\()[\\w?.]+${value}(?![\\w.]| [!=]==)|${value} (?:&&|\\|\\||\\? )`)],
    ['only toWire() makes a number', RegExp(`\\b(?:Number|parseFloat|parseInt)\\([\\w?.]+${value}\\)`)],
  ];
  const statements: [rule: string, parts: RegExp, wrong: RegExp][] = [
    ['an amount from SQL is no number', /sql<number[^`]*`[^`]*`/g, RegExp(column)],
    // Services are counted: their amount is an integer.
    ['in JSON an amount is text', /json_build_object\([^`]*/g, RegExp(`'\\w+', (?!used\\.amount\\b)\\w+\\.${column}(?!::text)`)],
  ];
  const found: Inexact[] = [];
  for (const [file, text] of sources) {
    if (!isRule(file)) continue;
    for (const line of text.split('\n'))
      for (const [rule, wrong] of lines) if (wrong.test(line)) found.push({ file, text: line.trim(), rule });
    for (const [rule, parts, wrong] of statements)
      for (const [part] of text.matchAll(parts)) {
        const match = wrong.exec(part);
        if (match) found.push({ file, text: match[0], rule });
      }
  }
  return found;
}
