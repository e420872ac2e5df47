import { createRequire } from 'node:module';
import type { Bidi } from 'bidi-js';

const { resolve } = createRequire(import.meta.url);
/** DejaVu Sans: Latin, Cyrillic, Greek, Hebrew and Arabic in one file. */
const regular = resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');
const bold = resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf');

/** Marks that say how to order a text, and are not seen themselves. */
const marks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Numbers run from left to right, but the layout engine treats these characters as words. */
const arabicNumber = /^[\s\u0660-\u066c\u06f0-\u06f9.,]*[\u0660-\u0669\u06f0-\u06f9][\s\u0660-\u066c\u06f0-\u06f9.,]*$/;
const rightToLeftLetter = /[\p{Script=Hebrew}\p{Script=Arabic}]/u;

/**
 * Splits a line into the pieces that appear side by side on paper, from left to right. A piece is a run of one direction; right-to-left
 * runs are split into words. The layout engine reverses the letters of a right-to-left word, but also its digits and spaces.
 */
export function visualPieces(bidi: Bidi, text: string): string[] {
  const { levels, paragraphs } = bidi.getEmbeddingLevels(text, 'auto');
  if (levels.every((level) => level % 2 === 0)) return [text.replace(marks, '')];
  const runs: { level: number; text: string }[] = [];
  for (let index = 0; index < text.length; index++) {
    const level = levels[index] as number;
    const last = runs.at(-1);
    if (last?.level === level) last.text += text[index];
    else runs.push({ level, text: text[index] as string });
  }
  const lowest = paragraphs[0]?.level ?? 0;
  const highest = Math.max(...levels);
  // Rule L2 of the bidirectional algorithm, on runs.
  for (let level = highest; level > lowest || (level === lowest && level % 2 === 1); level--) {
    for (let from = 0; from < runs.length; from++) {
      if ((runs[from] as { level: number }).level < level) continue;
      let to = from;
      while (to + 1 < runs.length && (runs[to + 1] as { level: number }).level >= level) to++;
      runs.splice(from, to - from + 1, ...runs.slice(from, to + 1).reverse());
      from = to;
    }
  }
  return runs
    .map((run) => ({ ...run, text: run.text.replace(marks, '') }))
    .flatMap((run) =>
      run.level % 2
        ? run.text
            .split(/(\s+)/)
            .reverse()
            .map((word) => turned(bidi, word))
        : [arabicNumber.test(run.text) ? [...run.text].reverse().join('') : run.text],
    )
    .filter((piece) => piece !== '');
}

/** Prepares a right-to-left word for the layout engine: brackets are mirrored, and words without letters are reversed here. */
function turned(bidi: Bidi, word: string): string {
  const characters = [...word].map((character) => bidi.getMirroredCharacter(character) ?? character);
  return (rightToLeftLetter.test(word) ? characters : characters.reverse()).join('');
}

/** A cell of a line of text. */
interface Cell {
  text: string;
  /** Points from the left of the page. */
  x: number;
  width: number;
  align?: 'left' | 'right';
}

/** The drawing functions of a document. */
export interface Page {
  /** One line of cells; a text that is too long ends in an ellipsis. */
  line(cells: readonly Cell[], options?: { size?: number; bold?: boolean }): void;
  rule(): void;
  /** Points to the next line. */
  space(points: number): void;
}

const margin = 48;

/** Makes a PDF document of A5 pages. @param title of the document @param draw fills it; new pages begin by themselves */
export async function makePdf(title: string, draw: (page: Page) => void): Promise<Buffer> {
  // Loaded with the first document: the start of the server pays nothing for them.
  const [{ default: PDFDocument }, { default: bidiFactory }] = await Promise.all([import('pdfkit'), import('bidi-js')]);
  const bidi = bidiFactory();
  const document = new PDFDocument({
    size: 'A5',
    margin,
    info: { Title: title, Producer: 'Foyer', Creator: 'Foyer' },
    lang: 'en',
  });
  document.registerFont('regular', regular).registerFont('bold', bold);
  const chunks: Buffer[] = [];
  const done = new Promise<Buffer>((fulfil, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.on('end', () => fulfil(Buffer.concat(chunks)));
    document.on('error', reject);
  });
  const widthOf = (pieces: readonly string[]) => pieces.reduce((sum, piece) => sum + document.widthOfString(piece), 0);
  /** The pieces of a text, up to the available width. */
  const fitting = (text: string, width: number): string[] => {
    let pieces = visualPieces(bidi, text);
    for (let length = text.length; pieces.length > 1 && widthOf(pieces) > width && length > 0; ) {
      pieces = visualPieces(bidi, `${text.slice(0, --length).trimEnd()}…`);
    }
    return pieces;
  };
  let y = margin;
  const advance = (height: number) => {
    y += height;
    if (y > document.page.height - margin - 20) {
      document.addPage();
      y = margin;
    }
  };
  draw({
    line(cells, { size = 9, bold: isBold = false } = {}) {
      document.font(isBold ? 'bold' : 'regular').fontSize(size);
      for (const { text, x, width, align = 'left' } of cells) {
        const pieces = fitting(text, width);
        if (pieces.length === 1) {
          document.text(pieces[0] as string, x, y, { width, height: size * 1.4, align, lineBreak: false, ellipsis: true });
          continue;
        }
        let at = align === 'right' ? x + width - widthOf(pieces) : x;
        for (const piece of pieces) {
          document.text(piece, at, y, { lineBreak: false });
          at += document.widthOfString(piece);
        }
      }
      advance(size * 1.6);
    },
    rule() {
      document
        .moveTo(margin, y)
        .lineTo(document.page.width - margin, y)
        .lineWidth(0.5)
        .stroke();
      advance(6);
    },
    space: advance,
  });
  document.end();
  return done;
}
