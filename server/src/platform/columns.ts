import { customType, numeric, timestamp } from 'drizzle-orm/pg-core';
import type { Money, Percent } from './money.ts';
import type { Quantity } from './quantity.ts';

/** Bytes, as a Buffer. */
export const bytea = customType<{ data: Buffer; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  fromDriver: (value) => Buffer.from(value),
});

/** An instant, as a Date. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** An amount in the currency of the location, to the ten-thousandth. */
export const money = (name: string) => numeric(name, { precision: 18, scale: 4 }).$type<Money>();

/** A share of a hundred, to the thousandth. */
export const percent = (name: string) => numeric(name, { precision: 6, scale: 3 }).$type<Percent>();

/** A quantity, to the billionth. */
export const quantity = (name: string) => numeric(name, { precision: 20, scale: 9 }).$type<Quantity>();

/** The default 0 of an exact number, in the form that migrations have it in. Inserts leave it to the database. */
export const zero = 0 as never;
