import type { Gate } from '../api/access.ts';
import type { Surface } from '../api/operation.ts';
import * as access from '../domains/access/operations.v1.ts';
import { downloadClientFile } from '../domains/clients/download.ts';
import * as clients from '../domains/clients/operations.v1.ts';
import * as locations from '../domains/locations/operations.v1.ts';

/** Business management, first generation: what the back office of a location works with. */
export const b2bV1 = (gate: Gate): Surface => ({
  name: 'b2b-v1',
  title: 'Business management',
  version: '1.0.0',
  basePath: '/api/v1',
  description: 'The back office of a location: its users, clients and everything they work with.',
  tags: [
    { name: 'Authentication B2B', description: 'Signing users in.' },
    { name: 'Locations', description: 'The places where clients are served. Locations of one business make a chain.' },
    { name: 'Users & Permissions', description: 'Who manages a location, and what they may do there.' },
    { name: 'Clients', description: 'The clients of a location, with comments and files.' },
    { name: 'Utilities', description: 'Small helpers.' },
  ],
  operations: [
    access.authorizeUser,
    locations.getLocationList,
    locations.createLocationOperation,
    locations.getLocationOperation,
    locations.updateLocationOperation,
    locations.deleteLocationOperation,
    access.getUserData,
    access.updateUserPassword,
    access.listUserTokensOperation,
    access.deleteUserToken,
    locations.getLocationUsers,
    locations.deprecatedGetLocationUsers,
    locations.getPermissionList,
    clients.deprecatedGetClientList,
    clients.createClientOperation,
    clients.getClientList,
    clients.getClientOperation,
    clients.updateClientOperation,
    clients.deleteClientOperation,
    clients.bulkCreateClients,
    clients.listClientComments,
    clients.createClientComment,
    clients.deleteClientComment,
    clients.getClientFileList,
    clients.uploadClientFiles,
    clients.updateClientFile,
    clients.deleteClientFile,
    downloadClientFile(gate),
    locations.phoneNumberFormatCheck,
  ],
});
