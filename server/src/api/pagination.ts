import Type from 'typebox';

/** `page` (from 1) and `count` of the older lists. */
export const PageAndCount = (defaultSize: number, maxSize: number) => ({
  page: Type.Integer({ default: 1, minimum: 1, maximum: 1_000_000, description: 'page number, from 1' }),
  count: Type.Integer({ default: defaultSize, minimum: 1, maximum: maxSize, description: 'page size' }),
});

/** `page` (from 1) and `page_size` of the newer lists. */
export const PageAndPageSize = (defaultSize: number, maxSize: number) => ({
  page: Type.Integer({ default: 1, minimum: 1, maximum: 1_000_000, description: 'page number, from 1' }),
  page_size: Type.Integer({ default: defaultSize, minimum: 1, maximum: maxSize, description: `page size, at most ${maxSize}` }),
});

/** Rows to skip and to take. */
export const pageRange = (page: number, size: number) => ({ offset: (page - 1) * size, limit: size });
