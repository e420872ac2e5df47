import type { Surface } from '../api/operation.ts';
import * as dictionaries from '../domains/locations/operations.developers.ts';

/** Developer tools: dictionaries now; the marketplace, webhooks and telephony with their capabilities. */
export const developers = (): Surface => ({
  name: 'developers',
  title: 'Developer tools',
  version: '1.0.0',
  basePath: '/api/v1',
  description: 'Dictionaries and tools for integrations.',
  tags: [{ name: 'Dictionaries', description: 'Countries, cities and business types. Cities are from GeoNames (CC BY 4.0).' }],
  operations: [dictionaries.getCountryList, dictionaries.getCityList, dictionaries.getBusinessTypesByGroup],
});
