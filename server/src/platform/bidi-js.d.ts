declare module 'bidi-js' {
  interface Embedding {
    levels: Uint8Array;
    paragraphs: { start: number; end: number; level: number }[];
  }
  export interface Bidi {
    getEmbeddingLevels(text: string, direction: 'auto' | 'ltr' | 'rtl'): Embedding;
  }
  export default function bidiFactory(): Bidi;
}
