import type { Surface } from '../api/operation.ts';
import * as dictionaries from '../domains/locations/wire/operations.developers.ts';
import { marketplaceOperations } from '../domains/marketplace/wire/operations.marketplace.developers.ts';
import { voipIntegrationOperations } from '../domains/telephony/wire/operations.voip-integration.developers.ts';
import { deliveryOperations } from '../domains/webhooks/wire/operations.deliveries.developers.ts';
import { webhooksOperations } from '../domains/webhooks/wire/operations.webhooks.developers.ts';

/** Developer tools: dictionaries now; the marketplace, webhooks and telephony with their capabilities. */
export const developers: Surface = {
  name: 'developers',
  title: 'Developer tools',
  version: '1.0.0',
  basePath: '/api/v1',
  description: 'Dictionaries and tools for integrations.',
  tags: [
    { name: 'Dictionaries', description: 'Countries, cities and business types. Cities are from GeoNames (CC BY 4.0).' },
    { name: 'Marketplace', description: 'Applications connected to locations.' },
    { name: 'VoIP Integration', description: 'Calls of a telephony service.' },
    {
      name: 'Webhooks',
      description: 'Notifications of changes, sent to your address, signed and tried again until you take them.',
    },
  ],
  operations: [
    dictionaries.getCountryList,
    dictionaries.getCityList,
    dictionaries.getBusinessTypesByGroup,
    ...marketplaceOperations,
    ...voipIntegrationOperations,
    ...webhooksOperations,
    ...deliveryOperations,
  ],
};
