import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';
import { rooms } from '../src/domains/order.ts';
import { tablesOf, violationsOf } from './structure.ts';

const source = join(import.meta.dirname, '../src');
const sources = new Map(
  globSync('**/*.ts', { cwd: source })
    .sort()
    .map((file) => [file, readFileSync(join(source, file), 'utf8')]),
);

/** What is wrong once a file has been added to the code as it is, or has taken the place of one. */
const withFile = (file: string, text: string) =>
  violationsOf(new Map([...sources, [file, text]]), rooms).filter((each) => each.file === file);

test('the code keeps to its structure', () => {
  expect(violationsOf(sources, rooms)).toEqual([]);
});

test('every room of the list is there', () => {
  expect(rooms.filter((room) => ![...sources.keys()].some((file) => file.startsWith(`domains/${room}/`)))).toEqual([]);
});

test('every table belongs to a room', () => {
  expect(tablesOf(sources).size).toBeGreaterThan(50);
});

describe('refused structures', () => {
  test.each([
    ['platform/probe.ts', '../api/errors.ts', 'platform that knows the kernel'],
    ['api/probe.ts', '../domains/clients/client.ts', 'a kernel that knows the business'],
    ['api/probe.ts', '../wire/schemas.ts', 'a kernel that knows the shapes of the business'],
    ['wire/probe.ts', '../domains/team/tables.ts', 'shared shapes that know a room'],
    ['domains/clients/probe.ts', '../appointments/book.ts', 'a rule that knows a later room'],
    ['domains/tags/probe.ts', '../team/tables.ts', 'a rule that knows a table of a later room'],
    ['domains/team/tables.ts', '../schedule/tables.ts', 'a table that refers to a later room'],
    ['domains/clients/probe.ts', './wire/present.ts', 'a rule that knows how its own room is shown'],
    ['domains/appointments/probe.ts', '../clients/wire/present.ts', 'a rule that knows how another room is shown'],
    ['domains/clients/probe.ts', '../../wire/schemas.ts', 'a rule that knows the shapes of the wire'],
    ['domains/clients/probe.ts', '../../surfaces/index.ts', 'a rule that knows the surfaces'],
    ['domains/clients/wire/probe.ts', '../../../surfaces/index.ts', 'a wire that knows the surfaces'],
    ['domains/clients/wire/probe.ts', '../../../demo/accounts.ts', 'a wire that knows the demo'],
    ['surfaces/probe.ts', '../portal/portal.ts', 'surfaces that know the portal'],
    ['portal/probe.ts', '../demo/accounts.ts', 'a portal that knows the demo'],
    ['portal/probe.ts', '../domains/clients/wire/present.ts', 'a portal that shows a room in its own way'],
    ['demo/probe.ts', '../commands/serve.ts', 'a demo that knows the command line'],
  ])('%s that imports %s: %s', (file, path) => {
    for (const text of [`import { x } from '${path}';`, `const x = await import('${path}');`, `import '${path}';`])
      expect(withFile(file, text)).toHaveLength(1);
  });

  test.each([
    ['domains/clients/probe.ts', 'select 1 from appointments where location_id = 1'],
    ['domains/clients/probe.ts', 'select 1 from clients left join "appointment_services" using (id)'],
    ['domains/team/probe.ts', 'select max(work_days.date) from (select 1) days'],
    ['domains/tags/probe.ts', 'UPDATE clients SET name = $1'],
    ['platform/probe.ts', 'delete from users'],
    ['domains/clients/wire/probe.ts', 'select 1 from clients'],
  ])("%s that names another room's table in SQL: %s", (file, sql) => {
    const text = `const query = sql\`${sql}\`;`;
    expect(withFile(file, text)).toHaveLength(1);
  });

  test.each([
    "throw new Invalid({ staff_id: ['is unknown'] });",
    "throw new Invalid({ 'staff_id': ['is unknown'] });",
    "errors.staff_id = ['is unknown'];",
    "errors['staff_id'] = [];",
  ])('a rule whose error names a field as the wire spells it: %s', (text) => {
    expect(withFile('domains/clients/probe.ts', text)).toMatchObject([{ rule: 'rules name fields in their own words' }]);
    expect(withFile('domains/clients/wire/probe.ts', text)).toEqual([]);
  });

  test('a room that is not in the list', () => {
    expect(withFile('domains/probe/rule.ts', 'export const x = 1;')).toEqual([
      { file: 'domains/probe/rule.ts', uses: 'probe', rule: 'every room has a place in domains/order.ts' },
    ]);
  });
});

describe('allowed structures', () => {
  test.each([
    ['domains/appointments/probe.ts', "import { x } from '../clients/client.ts';"],
    ['domains/clients/wire/probe.ts', "import { x } from '../../appointments/book.ts';"],
    ['domains/clients/probe.test.ts', "import { x } from '../appointments/book.ts';"],
    ['domains/appointments/probe.ts', 'const query = sql`select 1 from clients`;'],
    ['domains/clients/probe.ts', 'const text = `a visit of clients`;'],
  ])('%s: %s', (file, text) => {
    expect(withFile(file, text)).toEqual([]);
  });
});
