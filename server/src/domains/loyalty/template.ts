import { and, asc, eq, isNull } from 'drizzle-orm';
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
