import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoBusiness } from './demo-business.ts';
import type { RunningDemo } from './run-samples.ts';
import { takeTour } from './tour.ts';

let server: RunningDemo;
beforeAll(async () => {
  server = await (await demoBusiness()).start();
});
afterAll(() => server.stop());

const isThere = ['bash', 'curl', 'python3'].every((program) => spawnSync(program, ['--version']).error === undefined);

/** Requests of the tour that show a refusal. */
const refusals = [
  'b2b-v1 create_appointment 422',
  'b2b-v1 create_client 422',
  'b2b-v1 get_online_booking_settings 403',
  'b2b-v1 get_online_booking_settings 403',
];

test.runIf(isThere)('the tour of the README works, and a second time on the same demo too', { timeout: 180_000 }, async () => {
  const runs: string[][] = [];
  for (const round of ['first', 'second']) {
    server.answers.length = 0;
    expect((await takeTour(server.url)).failures, round).toEqual([]);
    const refused = server.answers.filter(({ status }) => status >= 400);
    expect(refused.map(({ key, status }) => `${key} ${status}`).sort(), JSON.stringify(refused)).toEqual(refusals);
    // Some calls wait for something, and ask more than once.
    const said = server.answers.map(({ key, status }) => `${key} ${status}`);
    runs.push(said.filter((each, index) => each !== said[index - 1]));
  }
  expect(runs[0]?.length).toBeGreaterThan(35);
  expect(runs[1]).toEqual(runs[0]);
});
