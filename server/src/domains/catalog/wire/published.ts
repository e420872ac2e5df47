import type { Publisher } from '../../outbox/publisher.ts';
import { categoriesById } from '../category.ts';
import { servicesById } from '../service.ts';
import { presentCategory, presentService } from './present.ts';

/** In the form of get_service. */
export const publishedServices: Publisher<'service'> = {
  resource: 'service',
  find: servicesById,
  present: (row, _location, address) => presentService(row, address),
};

/** In the form of get_service_category_list. */
export const publishedCategories: Publisher<'service category'> = {
  resource: 'service_category',
  find: categoriesById,
  present: presentCategory,
};
