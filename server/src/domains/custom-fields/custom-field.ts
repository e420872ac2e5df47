import { and, asc, eq, type InferSelectModel } from 'drizzle-orm';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { postgresError } from '../../platform/database.ts';
import { type CustomFieldEntity, type CustomFieldType, customFields } from './tables.ts';

export type CustomFieldRow = InferSelectModel<typeof customFields>;

/** The properties of a field. */
export interface CustomFieldInput {
  type: CustomFieldType;
  code: string;
  title: string;
  isEditable: boolean;
  isVisible: boolean;
  /** The options of a list. */
  options: string[];
}

/** The fields of a location, or those of one entity, in their display order: by weight, then by id. */
export const listCustomFields = (db: Read, locationId: number, entity?: CustomFieldEntity): Promise<CustomFieldRow[]> =>
  db
    .select()
    .from(customFields)
    .where(and(eq(customFields.locationId, locationId), entity === undefined ? undefined : eq(customFields.entity, entity)))
    .orderBy(asc(customFields.weight), asc(customFields.id));

/** @throws Invalid when another field of the entity has the code, or a list has no options */
export async function createCustomField(
  write: Write,
  of: { locationId: number; entity: CustomFieldEntity },
  input: CustomFieldInput,
): Promise<CustomFieldRow> {
  try {
    const [row] = await write
      .insert(customFields)
      .values({ ...of, ...checked(input) })
      .returning();
    return row as CustomFieldRow;
  } catch (error) {
    if (postgresError(error)?.constraint !== 'custom_fields_code') throw error;
    throw new Invalid({ code: ['is the code of another field'] });
  }
}

/**
 * Changes everything but the type and the code, which values hang on.
 * @throws NotFound, Invalid
 */
export async function updateCustomField(
  write: Write,
  of: { locationId: number; entity: CustomFieldEntity; id: number },
  input: CustomFieldInput,
): Promise<CustomFieldRow> {
  const own = ownField(of);
  const [current] = await write.lock('custom field', write.select().from(customFields).where(own), 'update');
  if (!current) throw new NotFound();
  if (current.type !== input.type) throw new Invalid({ type: ['cannot be changed'] });
  if (current.code !== input.code) throw new Invalid({ code: ['cannot be changed'] });
  const [row] = await write.update(customFields).set(checked(input)).where(own).returning();
  return row as CustomFieldRow;
}

/** Stored values of the field stay in their rows. They appear again if a new field gets the same code. @throws NotFound */
export async function deleteCustomField(
  write: Write,
  of: { locationId: number; entity: CustomFieldEntity; id: number },
): Promise<void> {
  const gone = await write.delete(customFields).where(ownField(of)).returning({ id: customFields.id });
  if (gone.length === 0) throw new NotFound();
}

const ownField = ({ locationId, entity, id }: { locationId: number; entity: CustomFieldEntity; id: number }) =>
  and(eq(customFields.locationId, locationId), eq(customFields.entity, entity), eq(customFields.id, id));

function checked(input: CustomFieldInput): CustomFieldInput {
  const options = [...new Set(input.options.map((option) => option.trim()).filter(Boolean))];
  if (input.type === 'list' && options.length === 0) throw new Invalid({ values: ['must have at least one line for a list'] });
  return { ...input, title: input.title.trim(), options: input.type === 'list' ? options : [] };
}
