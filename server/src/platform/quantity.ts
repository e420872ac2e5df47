import { type Exact, exact } from './exact.ts';

/** An amount of something that is weighed or measured. Counts, such as seats, are integers. */
export type Quantity = Exact<'quantity'>;

export const toQuantity = (value: number): Quantity => exact(value);
