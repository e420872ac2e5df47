import { type Exact, exact } from './exact.ts';

/** How much there is of something that is weighed or measured. What is only counted, such as seats, is an integer. */
export type Quantity = Exact<'quantity'>;

export const toQuantity = (value: number): Quantity => exact(value);
