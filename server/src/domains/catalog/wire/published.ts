import type { Publisher } from '../../outbox/publisher.ts';
import { categoriesById } from '../category.ts';
import { servicesById } from '../service.ts';
import { presentCategory, presentService } from './present.ts';

/** As get_service answers them. */
export const publishedServices: Publisher<'service'> = {
  resource: 'service',
  find: servicesById,
  present: (row, _location, address) => presentService(row, address),
};

/** As get_service_category_list answers them. */
export const publishedCategories: Publisher<'service category'> = {
  resource: 'service_category',
  find: categoriesById,
  present: presentCategory,
};
