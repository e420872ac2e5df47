import { and, eq } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Invalid } from '../../api/errors.ts';
import type { Write } from '../../api/write.ts';
import { compare } from '../../platform/exact.ts';
import type { Money } from '../../platform/money.ts';
import { expectCurrencyDigits } from '../locations/amount.ts';
import { getService, lockService, type ServiceRow } from './service.ts';
import { services } from './tables.ts';

/** What a service asks for in advance when it is booked online. An undefined field stays unchanged. */
export interface PrepaidTerms {
  prepaid?: 'forbidden' | 'optional' | 'required' | undefined;
  /** For one; 0 if the percentage counts. */
  amount?: Money | undefined;
  /** Percent of the price. */
  percent?: number | undefined;
}

/** Sets what a service asks for in advance. @throws NotFound, Invalid for an amount above the highest price */
export async function setPrepaidTerms(
  write: Write,
  location: Pick<Location, 'id' | 'currency'>,
  id: number,
  { prepaid, amount, percent }: PrepaidTerms,
): Promise<ServiceRow> {
  const { priceMin, priceMax } = await lockService(write, location.id, id);
  if (amount !== undefined) {
    expectCurrencyDigits(location, { amount });
    const highest = compare(priceMax, priceMin) > 0 ? priceMax : priceMin;
    if (compare(amount, highest) > 0) throw new Invalid({ amount: ['must not be more than the price'] });
  }
  await write
    .update(services)
    .set({
      ...(prepaid === undefined ? {} : { prepaid }),
      ...(amount === undefined ? {} : { prepaidAmount: amount }),
      ...(percent === undefined ? {} : { prepaidPercent: percent }),
      changedAt: new Date(),
    })
    .where(and(eq(services.locationId, location.id), eq(services.id, id)));
  const row = await getService(write, location.id, id);
  write.changed('service', location.id, id, 'update', row);
  return row;
}
