import { customType, numeric, timestamp } from 'drizzle-orm/pg-core';

/** Bytes, as a Buffer. */
export const bytea = customType<{ data: Buffer; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  fromDriver: (value) => Buffer.from(value),
});

/** An instant, as a Date. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** An amount in the currency of the location, to the ten-thousandth. */
export const money = (name: string) => numeric(name, { precision: 18, scale: 4, mode: 'number' });

/** A share of a hundred, to the thousandth. */
export const percent = (name: string) => numeric(name, { precision: 6, scale: 3, mode: 'number' });
