import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { type FieldErrors, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { rowsOf } from '../../platform/database.ts';
import { compare } from '../../platform/exact.ts';
import { type Money, toMoney } from '../../platform/money.ts';
import { expectCurrencyDigits } from '../locations/amount.ts';
import { lockLocation } from '../locations/location.ts';
import { teamMembers } from '../team/tables.ts';
import { type Assignment, type Criterion, grouped, type Rate } from './engine.ts';
import { payAssignments, payCriteria, payRuleRates, payRules, payrollSettings, paySchemes, type RateTarget } from './tables.ts';

type Place = Pick<Location, 'id' | 'currency'>;

/** A rate for a service, a product, or a category of these. */
export interface TargetRate extends Rate {
  target: RateTarget;
  targetId: number;
}

type RuleColumns = Omit<typeof payRules.$inferSelect, 'locationId' | 'createdAt' | 'deletedAt'>;

/** A pay rule with its rates. */
export interface PayRule extends RuleColumns {
  rates: TargetRate[];
}

/** Undefined fields have their default in a new rule, and stay as they are in a changed one. */
export type PayRuleFields = { [Field in Exclude<keyof PayRule, 'id'>]?: PayRule[Field] | undefined };

/** A pay scheme with its criteria, in their order. */
export interface PayScheme {
  id: number;
  title: string;
  ruleId: number;
  criteria: Criterion[];
}

/** As many as a form can reasonably hold. */
const most = { rules: 500, schemes: 500, rates: 1000, criteria: 20, assignments: 200 };

const ownRule = (locationId: number, id: number) => and(eq(payRules.locationId, locationId), eq(payRules.id, id));
const ownScheme = (locationId: number, id: number) => and(eq(paySchemes.locationId, locationId), eq(paySchemes.id, id));

/** The pay rules of a location, by id; deleted ones only by their id. */
export async function listRules(db: Read, locationId: number, ids?: readonly number[]): Promise<PayRule[]> {
  const rows = await db
    .select()
    .from(payRules)
    .where(and(eq(payRules.locationId, locationId), ids ? inArray(payRules.id, [...ids]) : isNull(payRules.deletedAt)))
    .orderBy(asc(payRules.id));
  const rates = await db
    .select()
    .from(payRuleRates)
    .where(
      and(
        eq(payRuleRates.locationId, locationId),
        inArray(
          payRuleRates.ruleId,
          rows.map(({ id }) => id),
        ),
      ),
    )
    .orderBy(asc(payRuleRates.ruleId), asc(payRuleRates.target), asc(payRuleRates.targetId));
  const byRule = grouped(rates, ({ ruleId }) => [ruleId]);
  return rows.map(({ locationId: _, createdAt: __, deletedAt: ___, ...row }) => ({
    ...row,
    rates: (byRule.get(row.id) ?? []).map(({ target, targetId, kind, rateValue: value }) => ({ target, targetId, kind, value })),
  }));
}

async function getRule(db: Read, locationId: number, id: number): Promise<PayRule> {
  const [rule] = await listRules(db, locationId, [id]);
  if (!rule) throw new NotFound();
  return rule;
}

async function lockRule(write: Write, locationId: number, id: number): Promise<void> {
  const [rule] = await write.lock(
    'pay rule',
    write
      .select({ id: payRules.id })
      .from(payRules)
      .where(and(ownRule(locationId, id), isNull(payRules.deletedAt))),
  );
  if (!rule) throw new NotFound();
}

/** @throws Invalid for values that are no rate, or have too many digits */
function expectRates(location: Place, fields: PayRuleFields): void {
  const errors: FieldErrors = {};
  const checked = (field: string, kind: string | null | undefined, value: Money | null | undefined) => {
    if (kind === 'percent' && value && compare(value, toMoney(100)) > 0) errors[field] = ['must be at most 100 percent'];
    else if (kind !== 'percent' && value) expectCurrencyDigits(location, { [field]: value });
  };
  checked('service', fields.serviceKind, fields.serviceValue);
  checked('product', fields.productKind, fields.productValue);
  checked('time', fields.timeUnit, fields.timeValue);
  for (const { kind, value } of fields.rates ?? []) checked('rates', kind, value);
  const named = new Set(fields.rates?.map(({ target, targetId }) => `${target} ${targetId}`));
  if (named.size < (fields.rates?.length ?? 0)) errors.rates = ['must name each service, product and category once'];
  if ((fields.rates?.length ?? 0) > most.rates) errors.rates = [`must be at most ${most.rates}`];
  if (fields.title !== undefined && fields.title.trim() === '') errors.title = ['must not be empty'];
  if (Object.keys(errors).length > 0) throw new Invalid(errors);
}

/** @throws Invalid for a service, a product or a category that the location does not have */
async function expectTargets(db: Read, locationId: number, rates: readonly TargetRate[]): Promise<void> {
  if (rates.length === 0) return;
  const input = JSON.stringify(rates.map(({ target, targetId }) => ({ target, id: targetId })));
  const [unknown] = await rowsOf(
    db,
    sql`
    select input.id from jsonb_to_recordset(${input}::jsonb) as input(target text, id int)
    where not case input.target
      when 'service' then exists (select from services where location_id = ${locationId} and id = input.id and deleted_at is null)
      when 'service category' then exists (select from service_categories where location_id = ${locationId} and id = input.id and deleted_at is null)
      when 'product' then exists (select from products where location_id = ${locationId} and id = input.id and deleted_at is null)
      else exists (select from product_categories where location_id = ${locationId} and id = input.id and deleted_at is null) end
    limit 1`,
  );
  if (unknown) throw new Invalid({ rates: ['must name services, products and categories of the location'] });
}

/** @throws Invalid */
export async function createRule(write: Write, location: Place, fields: PayRuleFields & { title: string }): Promise<PayRule> {
  expectRates(location, fields);
  await expectTargets(write, location.id, fields.rates ?? []);
  await expectRoom(write, location.id, payRules, most.rules);
  const { rates = [], ...columns } = fields;
  const [made] = await write
    .insert(payRules)
    .values({ ...definedIn(columns), title: fields.title.trim(), locationId: location.id })
    .returning({ id: payRules.id });
  const { id } = made as { id: number };
  await writeRates(write, location.id, id, rates);
  return getRule(write, location.id, id);
}

/** Changes a pay rule, for everything that is not in a statement. @throws NotFound, Invalid */
export async function updateRule(write: Write, location: Place, id: number, fields: PayRuleFields): Promise<PayRule> {
  expectRates(location, fields);
  await lockRule(write, location.id, id);
  const { rates, ...columns } = fields;
  const given = definedIn(columns.title === undefined ? columns : { ...columns, title: columns.title.trim() });
  if (Object.keys(given).length > 0) await write.update(payRules).set(given).where(ownRule(location.id, id));
  if (rates) {
    await expectTargets(write, location.id, rates);
    await write.delete(payRuleRates).where(and(eq(payRuleRates.locationId, location.id), eq(payRuleRates.ruleId, id)));
    await writeRates(write, location.id, id, rates);
  }
  return getRule(write, location.id, id);
}

async function writeRates(write: Write, locationId: number, ruleId: number, rates: readonly TargetRate[]): Promise<void> {
  if (rates.length === 0) return;
  await write
    .insert(payRuleRates)
    .values(rates.map(({ value: rateValue, ...rate }) => ({ ...rate, rateValue, locationId, ruleId })));
}

/** @throws NotFound; Invalid for a rule that a scheme names */
export async function deleteRule(write: Write, locationId: number, id: number): Promise<void> {
  await lockRule(write, locationId, id);
  const [used] = await rowsOf(
    write,
    sql`
    select schemes.id from pay_schemes schemes
    where schemes.location_id = ${locationId} and schemes.deleted_at is null and (schemes.rule_id = ${id} or exists (
      select from pay_criteria criteria where criteria.location_id = schemes.location_id and criteria.scheme_id = schemes.id
        and criteria.rule_id = ${id})) limit 1`,
  );
  if (used) throw new Invalid({ ruleId: ['belongs to a pay scheme: change the scheme first'] });
  await write.update(payRules).set({ deletedAt: new Date() }).where(ownRule(locationId, id));
}

const definedIn = <Fields extends object>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Field in keyof Fields]: Exclude<Fields[Field], undefined>;
  };

/** Locks the location, so that two new ones never pass the limit together. @throws Invalid if the location has as many as it can */
async function expectRoom(
  write: Write,
  locationId: number,
  table: typeof payRules | typeof paySchemes,
  limit: number,
): Promise<void> {
  await lockLocation(write, locationId);
  const rows = await write
    .select({ id: table.id })
    .from(table)
    .where(and(eq(table.locationId, locationId), isNull(table.deletedAt)))
    .limit(limit);
  if (rows.length >= limit) throw new Invalid({ title: [`is one too many: a location has at most ${limit}`] });
}

/** The pay schemes of a location, by id; deleted ones only by their id. */
export async function listSchemes(db: Read, locationId: number, ids?: readonly number[]): Promise<PayScheme[]> {
  const rows = await db
    .select({ id: paySchemes.id, title: paySchemes.title, ruleId: paySchemes.ruleId })
    .from(paySchemes)
    .where(and(eq(paySchemes.locationId, locationId), ids ? inArray(paySchemes.id, [...ids]) : isNull(paySchemes.deletedAt)))
    .orderBy(asc(paySchemes.id));
  const criteria = await db
    .select()
    .from(payCriteria)
    .where(
      and(
        eq(payCriteria.locationId, locationId),
        inArray(
          payCriteria.schemeId,
          rows.map(({ id }) => id),
        ),
      ),
    )
    .orderBy(asc(payCriteria.schemeId), asc(payCriteria.position));
  const byScheme = grouped(criteria, ({ schemeId }) => [schemeId]);
  return rows.map((row) => ({
    ...row,
    criteria: (byScheme.get(row.id) ?? []).map(({ locationId: _, position: __, schemeId: ___, ...criterion }) => criterion),
  }));
}

async function getScheme(db: Read, locationId: number, id: number): Promise<PayScheme> {
  const [scheme] = await listSchemes(db, locationId, [id]);
  if (!scheme) throw new NotFound();
  return scheme;
}

async function lockScheme(write: Write, locationId: number, id: number): Promise<void> {
  const [scheme] = await write.lock(
    'pay scheme',
    write
      .select({ id: paySchemes.id })
      .from(paySchemes)
      .where(and(ownScheme(locationId, id), isNull(paySchemes.deletedAt))),
  );
  if (!scheme) throw new NotFound();
}

interface SchemeFields {
  title?: string | undefined;
  ruleId?: number | undefined;
  criteria?: readonly Criterion[] | undefined;
}

/** @throws Invalid */
async function expectScheme(write: Write, location: Place, { title, ruleId, criteria = [] }: SchemeFields): Promise<void> {
  const errors: FieldErrors = {};
  if (title !== undefined && title.trim() === '') errors.title = ['must not be empty'];
  if (criteria.length > most.criteria) errors.criteria = [`must be at most ${most.criteria}`];
  if (criteria.some((one) => one.title.trim() === '')) errors.criteria = ['must have a title'];
  if (criteria.some((one) => !one.countsServices && !one.countsProducts)) errors.criteria = ['must count services or products'];
  if (criteria.some((one) => one.isRetroactive && one.period === 'month')) {
    errors.criteria = ['of a month hold for the whole month already: only those of a day can be retroactive'];
  }
  for (const { measure, threshold } of criteria)
    if (measure !== 'quantity') expectCurrencyDigits(location, { criteria: threshold });
  const wanted = [...new Set([...(ruleId === undefined ? [] : [ruleId]), ...criteria.map((one) => one.ruleId)])];
  const rules = await write.lock(
    'pay rule',
    write
      .select({ id: payRules.id })
      .from(payRules)
      .where(and(eq(payRules.locationId, location.id), inArray(payRules.id, wanted), isNull(payRules.deletedAt)))
      .orderBy(asc(payRules.id)),
    'share',
  );
  const known = new Set(rules.map(({ id }) => id));
  if (ruleId !== undefined && !known.has(ruleId)) errors.ruleId = ['is unknown'];
  if (criteria.some((one) => !known.has(one.ruleId))) errors.criteria = ['must name pay rules of the location'];
  if (Object.keys(errors).length > 0) throw new Invalid(errors);
}

async function writeCriteria(write: Write, locationId: number, schemeId: number, criteria: readonly Criterion[]): Promise<void> {
  if (criteria.length === 0) return;
  await write
    .insert(payCriteria)
    .values(criteria.map((one, position) => ({ ...one, title: one.title.trim(), position, locationId, schemeId })));
}

/** @throws Invalid */
export async function createScheme(
  write: Write,
  location: Place,
  fields: { title: string; ruleId: number; criteria?: readonly Criterion[] | undefined },
): Promise<PayScheme> {
  await expectRoom(write, location.id, paySchemes, most.schemes);
  await expectScheme(write, location, fields);
  const [made] = await write
    .insert(paySchemes)
    .values({ locationId: location.id, title: fields.title.trim(), ruleId: fields.ruleId })
    .returning({ id: paySchemes.id });
  const { id } = made as { id: number };
  await writeCriteria(write, location.id, id, fields.criteria ?? []);
  return getScheme(write, location.id, id);
}

/** Changes a pay scheme. Its criteria are replaced as a whole. @throws NotFound, Invalid */
export async function updateScheme(write: Write, location: Place, id: number, fields: SchemeFields): Promise<PayScheme> {
  await getScheme(write, location.id, id);
  await expectScheme(write, location, fields);
  await lockScheme(write, location.id, id);
  const given = definedIn({ title: fields.title?.trim(), ruleId: fields.ruleId });
  if (Object.keys(given).length > 0) await write.update(paySchemes).set(given).where(ownScheme(location.id, id));
  if (fields.criteria) {
    await write.delete(payCriteria).where(and(eq(payCriteria.locationId, location.id), eq(payCriteria.schemeId, id)));
    await writeCriteria(write, location.id, id, fields.criteria);
  }
  return getScheme(write, location.id, id);
}

/** @throws NotFound; Invalid for a scheme that holds for a team member */
export async function deleteScheme(write: Write, locationId: number, id: number): Promise<void> {
  await lockScheme(write, locationId, id);
  const [used] = await write
    .select({ id: payAssignments.teamMemberId })
    .from(payAssignments)
    .where(and(eq(payAssignments.locationId, locationId), eq(payAssignments.schemeId, id)))
    .limit(1);
  if (used) throw new Invalid({ schemeId: ['holds for a team member: end it there first'] });
  await write.update(paySchemes).set({ deletedAt: new Date() }).where(ownScheme(locationId, id));
}

/** A scheme of a team member, with its title. */
export interface AssignedScheme extends Assignment {
  title: string;
}

/** The schemes of team members, by member and start. @param dates only those that hold on one of these dates, both included */
export const listAssignments = (
  db: Read,
  locationId: number,
  memberIds: readonly number[],
  dates?: { first: string; last: string },
): Promise<AssignedScheme[]> =>
  db
    .select({
      teamMemberId: payAssignments.teamMemberId,
      schemeId: payAssignments.schemeId,
      dateFrom: payAssignments.dateFrom,
      dateTo: payAssignments.dateTo,
      title: paySchemes.title,
    })
    .from(payAssignments)
    .innerJoin(paySchemes, and(eq(paySchemes.locationId, payAssignments.locationId), eq(paySchemes.id, payAssignments.schemeId)))
    .where(
      and(
        eq(payAssignments.locationId, locationId),
        sql`${payAssignments.teamMemberId} = any(${sql.param([...memberIds])}::int[])`,
        dates &&
          sql`${payAssignments.dateFrom} <= ${dates.last} and coalesce(${payAssignments.dateTo}, 'infinity') >= ${dates.first}`,
      ),
    )
    .orderBy(asc(payAssignments.teamMemberId), asc(payAssignments.dateFrom));

/**
 * Sets all schemes of a team member. They may overlap: the one with the latest start holds.
 * @throws NotFound for an unknown member; Invalid for two with the same start, an end before its start, and unknown schemes
 */
export async function setAssignments(
  write: Write,
  locationId: number,
  teamMemberId: number,
  wanted: readonly Omit<Assignment, 'teamMemberId'>[],
): Promise<void> {
  const [member] = await write.lock(
    'team member',
    write
      .select({ id: teamMembers.id })
      .from(teamMembers)
      .where(and(eq(teamMembers.locationId, locationId), eq(teamMembers.id, teamMemberId), isNull(teamMembers.deletedAt))),
  );
  if (!member) throw new NotFound();
  const errors: FieldErrors = {};
  if (wanted.length > most.assignments) errors.assignments = [`must be at most ${most.assignments}`];
  if (wanted.some(({ dateFrom, dateTo }) => dateTo !== null && dateTo < dateFrom)) {
    errors.assignments = ['must not end before they start'];
  }
  if (new Set(wanted.map(({ dateFrom }) => dateFrom)).size < wanted.length) {
    errors.assignments = ['must start on different days'];
  }
  const ids = [...new Set(wanted.map(({ schemeId }) => schemeId))];
  const known = await write.lock(
    'pay scheme',
    write
      .select({ id: paySchemes.id })
      .from(paySchemes)
      .where(and(eq(paySchemes.locationId, locationId), inArray(paySchemes.id, ids), isNull(paySchemes.deletedAt)))
      .orderBy(asc(paySchemes.id)),
    'share',
  );
  if (known.length < ids.length) errors.assignments = ['must name pay schemes of the location'];
  if (Object.keys(errors).length > 0) throw new Invalid(errors);
  const own = and(eq(payAssignments.locationId, locationId), eq(payAssignments.teamMemberId, teamMemberId));
  await write.delete(payAssignments).where(own);
  if (wanted.length > 0) await write.insert(payAssignments).values(wanted.map((one) => ({ ...one, locationId, teamMemberId })));
}

/** How the location counts pay. */
export async function getSettings(db: Read, locationId: number): Promise<{ countsClientAccounts: boolean }> {
  const [row] = await db
    .select({ countsClientAccounts: payrollSettings.countsClientAccounts })
    .from(payrollSettings)
    .where(eq(payrollSettings.locationId, locationId));
  return row ?? { countsClientAccounts: true };
}

export async function setSettings(write: Write, locationId: number, settings: { countsClientAccounts: boolean }): Promise<void> {
  await write
    .insert(payrollSettings)
    .values({ locationId, ...settings })
    .onConflictDoUpdate({ target: payrollSettings.locationId, set: settings });
}
