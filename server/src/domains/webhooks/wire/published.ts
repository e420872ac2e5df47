import type { Told } from '../told.ts';

/** The published body, the same bytes at each try. */
export const presentChange = ({ locationId, resource, resourceId, status, data }: Told): Buffer =>
  Buffer.from(JSON.stringify({ company_id: locationId, resource, resource_id: resourceId, status, data }));
