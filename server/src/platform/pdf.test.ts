import bidiFactory from 'bidi-js';
import { getDocumentProxy } from 'unpdf';
import { expect, test } from 'vitest';
import { linesOfPdf } from '../../test/pdf-text.ts';
import { makePdf, type Page, visualPieces } from './pdf.ts';

/** A piece of text from the reader of the document. The fifth number of the matrix is its start. */
interface TextItem {
  str: string;
  width: number;
  transform: [number, number, number, number, number, number];
}

/** Room for a text on a page of A5. */
const whole = { x: 48, width: 320 };

async function drawn(draw: (page: Page) => void) {
  // The reader of documents takes over the bytes, so each call gets its own copy.
  const bytes = Uint8Array.from(await makePdf('A title', draw));
  const document = await getDocumentProxy(bytes.slice());
  const { items } = await (await document.getPage(1)).getTextContent();
  return {
    pages: document.numPages,
    lines: await linesOfPdf(bytes.buffer),
    items: (items as TextItem[]).map(({ str, transform, width }) => ({ text: str, end: transform[4] + width })),
  };
}

const oneLine = async (text: string, width = whole.width) =>
  (await drawn((page) => page.line([{ ...whole, text, width }]))).lines.join('\n');

// As it appears on paper: right-to-left words have their letters in order, and the words of a line run from left to right.
test.each([
  ['Latin', 'Zoë Łukasz Ñandú Çelik', 'Zoë Łukasz Ñandú Çelik'],
  ['Cyrillic', 'Їжак Щербина Ёлка', 'Їжак Щербина Ёлка'],
  ['Greek', 'Ελένη Ώρα', 'Ελένη Ώρα'],
  ['Hebrew', 'שרה כהן', 'כהן שרה'],
  ['Arabic', 'سارة يوسف', 'يوسف سارة'],
  ['currencies', '$ € £ ₽ ₴ ₪ zł', '$ € £ ₽ ₴ ₪ zł'],
])('text in %s is found again', async (_, text, expected) => {
  expect(await oneLine(text)).toBe(expected);
});

test('a number in a text from right to left keeps its order, and marks of direction leave no trace', async () => {
  expect(await oneLine('חשבון 1234 שולם')).toBe('שולם 1234 חשבון');
  // Readers of a document leave out marks as well. This test is about the drawing.
  const bidi = bidiFactory();
  for (const text of ['\u200eTotal 12\u200e', '\u2067שלום\u2069'])
    expect(visualPieces(bidi, text).join('')).toMatch(/^[\wא-ת ]+$/);
});

test('a text that is too long for its place ends in an ellipsis, and takes no other line', async () => {
  const text = 'A long haircut with a wash, a dryer and a special treatment';
  const cut = await oneLine(text, 120);
  expect(cut).toMatch(/^A long haircut[^\n]*…$/);
  expect(await oneLine(text)).toBe(text);
});

test('cells are side by side; a right-aligned one ends where its place ends', async () => {
  const { lines, items } = await drawn((page) => {
    for (const price of ['$1.00', '$1,000.00'])
      page.line([
        { text: 'Haircut', x: 48, width: 150 },
        { text: price, x: 250, width: 100, align: 'right' },
      ]);
  });
  expect(lines).toEqual(['Haircut | $1.00', 'Haircut | $1,000.00']);
  const ends = items.filter(({ text }) => text.startsWith('$')).map(({ end }) => Math.round(end));
  expect(ends).toEqual([350, 350]);
});

test('long lists go on over the pages, with every line once and in order', async () => {
  const texts = Array.from({ length: 120 }, (_, index) => `Line ${index + 1}`);
  const { pages, lines } = await drawn((page) => {
    for (const text of texts) {
      page.line([{ ...whole, text }]);
      page.rule();
    }
  });
  expect(lines).toEqual(texts);
  expect(pages).toBeGreaterThan(3);
});

test('without lines it is one empty page', async () => {
  expect(await drawn(() => {})).toMatchObject({ pages: 1, lines: [] });
});
