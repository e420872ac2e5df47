import type { Location } from '../../api/access.ts';
import type { Write } from '../../api/write.ts';
import { type LineFields, updateLine } from '../inventory/line.ts';
import { getLine } from '../inventory/line-list.ts';
import { lockSaleOf } from './sale.ts';
import { countBuyers } from './totals.ts';

/** Changes a line of a document. If it gets another buyer, the former one has bought less. @throws as updateLine */
export async function changeLine(
  write: Write,
  location: Location,
  line: { id: number; documentId: number },
  fields: Partial<LineFields>,
): Promise<void> {
  await lockSaleOf(write, location, line.documentId, [fields.clientId ?? null]);
  const { clientId } = await getLine(write, location.id, line.id);
  await updateLine(write, location, line.id, fields);
  await countBuyers(write, location, [clientId]);
}
