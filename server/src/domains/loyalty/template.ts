import { and, asc, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { postgresError } from '../../platform/database.ts';
import { loyaltyTemplates, type TemplateKind } from './tables.ts';

export type TemplateRow = typeof loyaltyTemplates.$inferSelect;

const living = (chainId: number) => and(eq(loyaltyTemplates.chainId, chainId), isNull(loyaltyTemplates.deletedAt));

/** The texts of messages of a chain, by id. */
export const listTemplates = (db: Read, chainId: number): Promise<TemplateRow[]> =>
  db.select().from(loyaltyTemplates).where(living(chainId)).orderBy(asc(loyaltyTemplates.id));

/** @throws Invalid */
function textOf(body: string): string {
  if (body.trim() === '') throw new Invalid({ body: ['must not be empty'] });
  return body.trim();
}

/**
 * Adds a text. A chain has one text of each kind and standard variant, and any number of custom ones.
 * @throws Invalid for an empty text, and for a standard variant that is there
 */
export async function createTemplate(
  write: Write,
  chainId: number,
  { kind, variant, body }: { kind: TemplateKind; variant: TemplateRow['variant']; body: string },
): Promise<TemplateRow> {
  const text = textOf(body);
  try {
    return await write.savepoint(async (inner) => {
      const [made] = await inner.insert(loyaltyTemplates).values({ chainId, kind, variant, body: text }).returning();
      return made as TemplateRow;
    });
  } catch (error) {
    if (postgresError(error)?.constraint !== 'loyalty_templates_standard') throw error;
    throw new Invalid({ variant: ['exists for this kind already'] });
  }
}

/** Changes a text. @throws NotFound, Invalid for an empty one */
export async function updateTemplate(write: Write, chainId: number, id: number, body: string): Promise<TemplateRow> {
  const [row] = await write
    .update(loyaltyTemplates)
    .set({ body: textOf(body) })
    .where(and(living(chainId), eq(loyaltyTemplates.id, id)))
    .returning();
  if (!row) throw new NotFound();
  return row;
}

/** Deletes a text. What uses it sends no messages any more. @throws NotFound */
export async function deleteTemplate(write: Write, chainId: number, id: number): Promise<void> {
  const rows = await write
    .update(loyaltyTemplates)
    .set({ deletedAt: new Date() })
    .where(and(living(chainId), eq(loyaltyTemplates.id, id)))
    .returning({ id: loyaltyTemplates.id });
  if (rows.length === 0) throw new NotFound();
}

/** The standard texts that a chain without its own begins with. */
const standardTexts: Partial<Record<TemplateKind, string>> = {
  loyalty_discount_changed: 'Your discount has changed.',
  loyalty_cashback_changed: 'Your cashback has changed.',
  loyalty_discount_expiration: 'Your discount ends soon.',
  loyalty_cashback_expiration: 'Points on your card burn soon: {points}, from {date}.',
};

/** A text for a kind of messages: one of the chain's standard texts, an own text, or none. */
export interface TemplateChoice {
  variant: 'none' | TemplateRow['variant'];
  body?: string | undefined;
}

/**
 * The template of a choice. A missing standard one and an own text are added.
 * @param field the name of the choice, for errors
 * @returns null for none
 * @throws Invalid if an own text is missing
 */
export async function chooseTemplate(
  write: Write,
  chainId: number,
  kind: TemplateKind,
  { variant, body }: TemplateChoice,
  field: string,
): Promise<number | null> {
  if (variant === 'none') return null;
  const text = variant === 'custom' ? body?.trim() : standardTexts[kind];
  if (!text) throw new Invalid({ [field]: ['needs a text'] });
  const added = await write
    .insert(loyaltyTemplates)
    .values({ chainId, kind, variant, body: text })
    .onConflictDoNothing({
      target: [loyaltyTemplates.chainId, loyaltyTemplates.kind, loyaltyTemplates.variant],
      where: sql`variant <> 'custom' and deleted_at is null`,
    })
    .returning({ id: loyaltyTemplates.id });
  if (added[0]) return added[0].id;
  const [known] = await write
    .select({ id: loyaltyTemplates.id })
    .from(loyaltyTemplates)
    .where(and(living(chainId), eq(loyaltyTemplates.kind, kind), eq(loyaltyTemplates.variant, variant)));
  return (known as { id: number }).id;
}

/** The texts that chains have for kinds of messages: the first of each. @returns a function; undefined for a kind without a text */
export async function textsOf(
  db: Read,
  chainIds: readonly number[],
  kinds: readonly TemplateKind[],
): Promise<(chainId: number, kind: TemplateKind) => string | undefined> {
  if (chainIds.length === 0 || kinds.length === 0) return () => undefined;
  const rows = await db
    .select({ chainId: loyaltyTemplates.chainId, kind: loyaltyTemplates.kind, body: loyaltyTemplates.body })
    .from(loyaltyTemplates)
    .where(
      and(
        inArray(loyaltyTemplates.chainId, [...new Set(chainIds)]),
        inArray(loyaltyTemplates.kind, [...new Set(kinds)]),
        isNull(loyaltyTemplates.deletedAt),
      ),
    )
    .orderBy(desc(loyaltyTemplates.id));
  const texts = new Map(rows.map(({ chainId, kind, body }) => [`${chainId} ${kind}`, body]));
  return (chainId, kind) => texts.get(`${chainId} ${kind}`);
}

/** The standard text about points that burn, for chains that have none. */
export const standardBurning = standardTexts.loyalty_cashback_expiration as string;

/** A text with values in the place of their names in braces, such as `{points}`. Other words in braces stay. */
export const filled = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
