// Sets the clock of a process (`node --import`) to the one in a file, which holds the milliseconds since 1970 in 13 digits.
import { openSync, readSync } from 'node:fs';

const file = openSync(process.env.SIMULATED_CLOCK, 'r');
const digits = Buffer.alloc(13);

function now() {
  readSync(file, digits, 0, digits.length, 0);
  return Number(digits.toString('latin1'));
}

const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length) super(...parts);
    else super(now());
  }

  static now() {
    return now();
  }
};
