import { periodUnits } from '../period.ts';
import type { PeriodUnit } from '../tables.ts';

/** @param id 1 to 4 */
export const periodUnitOf = (id: number): PeriodUnit => periodUnits[id - 1] as PeriodUnit;

export const periodUnitId = (unit: PeriodUnit): number => periodUnits.indexOf(unit) + 1;
