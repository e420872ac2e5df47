import { fold } from '../../platform/text.ts';

/**
 * The text that a search looks through: title, article and barcode, folded, one line each. The application makes it, because the database's
 * folding depends on its locale.
 */
export const productSearchText = (product: { title: string; article: string; barcode: string }): string =>
  [product.title, product.article, product.barcode].map(fold).join('\n');
