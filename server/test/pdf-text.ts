import { getDocumentProxy } from 'unpdf';

/** The distance in points at which two pieces of text count as separate cells. */
const gap = 8;

/**
 * The text of a PDF document, as a list of its lines from top to bottom, as it appears on paper from left to right. Cells of a line are
 * separated by ` | `. Right-to-left words are in the order of their letters.
 */
export async function linesOfPdf(bytes: ArrayBuffer): Promise<string[]> {
  const document = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
  const lines: string[] = [];
  for (let number = 1; number <= document.numPages; number++) {
    const { items } = await (await document.getPage(number)).getTextContent();
    const byHeight = new Map<number, { text: string; from: number; to: number }[]>();
    for (const item of items) {
      if (!('str' in item) || item.str === '' || item.width === 0) continue;
      const [, , , , from, height] = item.transform as [number, number, number, number, number, number];
      const line = byHeight.get(Math.round(height)) ?? [];
      byHeight.set(Math.round(height), line);
      line.push({ text: item.str, from, to: from + item.width });
    }
    for (const pieces of byHeight.values()) {
      pieces.sort((a, b) => a.from - b.from);
      let line = '';
      for (const [index, { text, from }] of pieces.entries()) {
        // The reader of the document fills the gaps between cells with spaces.
        const isApart = index > 0 && (text.trim() === '' ? false : from - lastOf(pieces, index) > gap);
        line += isApart ? ` | ${text}` : text;
      }
      lines.push(line.replace(/\s+\|/g, ' |').trim());
    }
  }
  return lines;
}

/** The end of the last piece with letters before this one. */
function lastOf(pieces: { text: string; to: number }[], index: number): number {
  return pieces.slice(0, index).findLast(({ text }) => text.trim() !== '')?.to ?? Number.NEGATIVE_INFINITY;
}
