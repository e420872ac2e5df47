import type { Location } from '../api/access.ts';
import type { Write } from '../api/write.ts';
import { listAccounts } from '../domains/money/account.ts';
import { listPaidMembers } from '../domains/payroll/calculation.ts';
import { createPriorityPayment } from '../domains/payroll/settlement.ts';
import { createRule, createScheme, setAssignments } from '../domains/payroll/setup.ts';
import { addItem, confirmStatement, createStatements, getStatements, payStatement } from '../domains/payroll/statement.ts';
import { addDays, today } from '../platform/clock.ts';
import { compare } from '../platform/exact.ts';
import { noMoney, toMoney } from '../platform/money.ts';

/** How the team of a location is paid, a paid and a confirmed statement, and a draft. */
export async function seedPayroll(write: Write, place: Location): Promise<void> {
  const members = (await listPaidMembers(write, place.id)).filter(({ isFired }) => !isFired);
  const scheme = await seedSchemes(write, place);
  const now = today(place.timeZone);
  for (const { id } of members) {
    await setAssignments(write, place.id, id, [{ schemeId: scheme, dateFrom: addDays(now, -365), dateTo: null }]);
  }
  const ids = members.slice(0, 3).map(({ id }) => id);
  const weekOf = async (from: number, memberIds: number[], comment: string) => {
    const period = { first: addDays(now, from), last: addDays(now, from + 6) };
    return getStatements(write, place.id, await createStatements(write, place, { ...period, memberIds, comment }));
  };
  const [cash] = await listAccounts(write, place.id, { allowed: undefined });
  const former = await weekOf(-14, ids, 'The week before last');
  for (const { id, teamMemberId, dateTo } of former) {
    const named = { id, teamMemberId };
    await addItem(write, place, named, { type: 'bonus', amount: toMoney(25), date: dateTo, title: 'Five stars in every review' });
    await confirmStatement(write, place, named);
    const [row] = await getStatements(write, place.id, [id]);
    if (!cash || !row || compare(row.amount, noMoney) <= 0 || teamMemberId !== ids[0]) continue;
    const payout = { accountId: cash.id, at: new Date(), comment: 'Salary of a week', amount: undefined };
    await payStatement(write, place, named, payout, {});
  }
  for (const { id, teamMemberId, dateTo } of await weekOf(-7, ids, 'Last week')) {
    const penalty = { type: 'penalty', amount: toMoney(10), date: dateTo, title: 'A broken dryer' } as const;
    await addItem(write, place, { id, teamMemberId }, penalty);
  }
  const [first] = ids;
  if (first !== undefined) {
    const vacation = { kind: 'vacation', amount: toMoney(180), date: addDays(now, -3), comment: 'Three days' } as const;
    await createPriorityPayment(write, place, first, vacation);
  }
}

/** @returns the scheme of stylists */
async function seedSchemes(write: Write, place: Location): Promise<number> {
  const percent = (value: number) => ({ serviceKind: 'percent' as const, serviceValue: toMoney(value) });
  const products = { productKind: 'percent' as const, productValue: toMoney(10) };
  const usual = await createRule(write, place, { title: '40% of services, 10% of products', ...percent(40), ...products });
  const high = await createRule(write, place, { title: '45% of services, 10% of products', ...percent(45), ...products });
  const desk = await createRule(write, place, { title: 'Reception', timeUnit: 'hour', timeValue: toMoney(18), ...products });
  // Of no scheme, so that it may be deleted.
  await createRule(write, place, { title: 'Trainees', ...percent(20) });
  await createScheme(write, place, { title: 'Reception by the hour', ruleId: desk.id });
  const { id } = await createScheme(write, place, {
    title: 'Stylists',
    ruleId: usual.id,
    criteria: [
      {
        title: 'Turnover above 6000 in a month',
        measure: 'turnover',
        scope: 'member',
        period: 'day',
        isRetroactive: true,
        countsServices: true,
        countsProducts: true,
        countsDiscounts: false,
        threshold: toMoney(6000),
        ruleId: high.id,
      },
    ],
  });
  return id;
}
