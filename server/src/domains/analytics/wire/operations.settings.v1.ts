import Type from 'typebox';
import { chainUser, type Location, locationUser } from '../../../api/access.ts';
import { Forbidden } from '../../../api/errors.ts';
import { ok, operation } from '../../../api/operation.ts';
import { Id } from '../../../api/schema.ts';
import type { Read } from '../../../api/write.ts';
import { lossDaysOfChain, ownLossDays, setLossDays, setLossDaysOfChain } from '../settings.ts';
import { AnalyticsSettings, ChainAnalyticsSettings, LocationAnalyticsSettings } from './schemas.ts';

const tag = 'Analytics & Reports';
const path = '/company/{location_id}/analytics/settings';
const chainPath = '/chain/{chain_id}/analytics/settings';
const LocationPath = Type.Object({ location_id: Id('location id') });
const ChainPath = Type.Object({ chain_id: Id('chain id') });

const present = async (db: Read, { id, chainId }: Location) => ({
  loss_days: await ownLossDays(db, id),
  chain_loss_days: await lossDaysOfChain(db, chainId),
});

const getAnalyticsSettings = operation({
  id: 'get_analytics_settings',
  method: 'GET',
  path,
  tag,
  summary: 'Read the settings of analytics',
  extension: true,
  access: locationUser('stat_access'),
  params: LocationPath,
  success: ok(AnalyticsSettings),
  errors: [403, 404],
  handle: async ({ db, location }) => present(db, location),
});

const updateAnalyticsSettings = operation({
  id: 'update_analytics_settings',
  method: 'PUT',
  path,
  tag,
  summary: 'Change the settings of analytics',
  description:
    'Reports show the change at once, also those of the past. The permission `stat_access` is needed too, because the answer has what only it shows.',
  extension: true,
  access: locationUser('settings_basis_access'),
  params: LocationPath,
  body: LocationAnalyticsSettings,
  success: ok(AnalyticsSettings),
  errors: [403, 404, 422],
  example: { body: { loss_days: 90 } },
  handle: async ({ write, location, body, can }) => {
    if (!can('stat_access')) throw new Forbidden();
    await setLossDays(write, location.id, body.loss_days);
    return present(write, location);
  },
});

const getChainAnalyticsSettings = operation({
  id: 'get_chain_analytics_settings',
  method: 'GET',
  path: chainPath,
  tag,
  summary: 'Read the settings of analytics of a chain',
  description: 'They count in the locations of the chain that have none of their own.',
  extension: true,
  access: chainUser('settings_access'),
  params: ChainPath,
  success: ok(ChainAnalyticsSettings),
  errors: [403, 404],
  handle: async ({ db, chain }) => ({ loss_days: await lossDaysOfChain(db, chain.id) }),
});

const updateChainAnalyticsSettings = operation({
  id: 'update_chain_analytics_settings',
  method: 'PUT',
  path: chainPath,
  tag,
  summary: 'Change the settings of analytics of a chain',
  description: 'They count in the locations of the chain that have none of their own. Reports show the change at once.',
  extension: true,
  access: chainUser('settings_access'),
  params: ChainPath,
  body: ChainAnalyticsSettings,
  success: ok(ChainAnalyticsSettings),
  errors: [403, 404, 422],
  example: { body: { loss_days: 90 } },
  handle: async ({ write, chain, body }) => {
    await setLossDaysOfChain(write, chain.id, body.loss_days);
    return { loss_days: body.loss_days };
  },
});

/** Foyer's own operations of the tag. */
export const analyticsSettingsOperations = [
  getAnalyticsSettings,
  updateAnalyticsSettings,
  getChainAnalyticsSettings,
  updateChainAnalyticsSettings,
];
