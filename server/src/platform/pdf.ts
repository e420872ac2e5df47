import { createRequire } from 'node:module';
import type { Bidi } from 'bidi-js';

const { resolve } = createRequire(import.meta.url);
/** DejaVu Sans: Latin, Cyrillic, Greek, Hebrew and Arabic in one file. */
const regular = resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');
const bold = resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf');

/**
 * A line in the order in which its runs stand on paper. The layout engine turns the letters of a right-to-left word around, and
 * lays words from left to right: runs, and the words of right-to-left runs, are put in order here.
 */
export function visualOrder(bidi: Bidi, text: string): string {
  const { levels, paragraphs } = bidi.getEmbeddingLevels(text, 'auto');
  if (levels.every((level) => level % 2 === 0)) return text;
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
  return runs.map((run) => (run.level % 2 ? run.text.split(/(\s+)/).reverse().join('') : run.text)).join('');
}

/** A cell of a line of text. */
interface Cell {
  text: string;
  /** Points from the left of the page. */
  x: number;
  width: number;
  align?: 'left' | 'right';
}

/** What can be drawn upon a document. */
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
        document.text(visualOrder(bidi, text), x, y, { width, height: size * 1.4, align, lineBreak: false, ellipsis: true });
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
