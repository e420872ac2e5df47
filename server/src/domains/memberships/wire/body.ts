import type { Static } from 'typebox';
import { periodUnits } from '../../loyalty/period.ts';
import type { PeriodUnit } from '../../loyalty/tables.ts';
import type { NewVisits } from '../change.ts';
import type { PeriodBody, VisitsBody } from './schemas.ts';

/** How the wire spells the fields of visits that are set by hand. */
export const visitsSpelling = { shared: 'united_balance_services_count', own: 'services_balance_count' };

export const wantedVisits = (body: Static<typeof VisitsBody>): NewVisits => ({
  shared: body.united_balance_services_count,
  own: body.services_balance_count?.map(({ service_id, balance }) => ({ id: service_id, visits: balance })),
});

export const periodOf = (body: Static<typeof PeriodBody>) => ({
  period: body.period,
  periodUnit: periodUnits[body.period_unit_id - 1] as PeriodUnit,
});
