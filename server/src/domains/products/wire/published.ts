import { withGiftCardTypes } from '../../gift-cards/of-products.ts';
import { withAmounts } from '../../inventory/storage-amounts.ts';
import type { Publisher } from '../../outbox/publisher.ts';
import { productsById } from '../product.ts';
import { presentProduct } from './present.ts';

/** In the form of get_product, with the cost price and all storages. */
export const publishedProducts: Publisher<'product'> = {
  resource: 'good',
  find: async (db, locationId, ids) =>
    withGiftCardTypes(db, locationId, await withAmounts(db, locationId, await productsById(db, locationId, ids))),
  present: (row, location) => presentProduct(row, { location, seesCostPrice: true }),
};
