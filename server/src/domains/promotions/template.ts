import { and, eq, isNull, sql } from 'drizzle-orm';
import { Invalid } from '../../api/errors.ts';
import type { Write } from '../../api/write.ts';
import { loyaltyTemplates, type TemplateKind } from '../loyalty/tables.ts';

/** The message that a promotion shall send: one of the chain's standard texts, an own text, or none. */
export interface TemplateChoice {
  variant: 'none' | 'big' | 'mid' | 'small' | 'custom';
  body?: string | undefined;
}

/** The standard texts that a chain without its own begins with. */
const standardTexts: Partial<Record<TemplateKind, string>> = {
  loyalty_discount_changed: 'Your discount has changed.',
  loyalty_cashback_changed: 'Your cashback has changed.',
  loyalty_discount_expiration: 'Your discount ends soon.',
  loyalty_cashback_expiration: 'Your points expire soon.',
};

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
    .where(
      and(
        eq(loyaltyTemplates.chainId, chainId),
        eq(loyaltyTemplates.kind, kind),
        eq(loyaltyTemplates.variant, variant),
        isNull(loyaltyTemplates.deletedAt),
      ),
    );
  return (known as { id: number }).id;
}
