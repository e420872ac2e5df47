import Type from 'typebox';

/** A page number, from 1. */
export const Page = Type.Integer({ default: 1, minimum: 1, maximum: 1_000_000, description: 'page number, from 1' });

/** Marks a number that means its maximum when it is above it. */
export const clamped = 'x-clamped';

/** A page size. More than the largest means the largest, as in the published service: `clamped` says so to `api/leniency.ts`. */
export const PageSize = (maxSize: number, defaultSize?: number) =>
  Type.Integer({
    ...(defaultSize === undefined ? {} : { default: defaultSize }),
    minimum: 1,
    maximum: maxSize,
    [clamped]: true,
    description: `page size; more than ${maxSize} means ${maxSize}`,
  });

/** `page` and `count` of the older lists. */
export const PageAndCount = (defaultSize: number, maxSize: number) => ({ page: Page, count: PageSize(maxSize, defaultSize) });

/** `page` and `page_size` of the newer lists. */
export const PageAndPageSize = (defaultSize: number, maxSize: number) => ({
  page: Page,
  page_size: PageSize(maxSize, defaultSize),
});

/** `page` and `limit` of V2. */
export const PageAndLimit = () => ({ page: Page, limit: PageSize(250, 250) });

/** The number of rows to skip and to return. */
export const pageRange = (page: number, size: number) => ({ offset: (page - 1) * size, limit: size });
