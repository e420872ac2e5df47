import type { Location } from '../../api/access.ts';
import type { ChangeKind, ChangeKinds, Read } from '../../api/write.ts';
import type { OutboxResource } from './tables.ts';

/** Publishes one kind of change for webhooks. */
export interface Publisher<Kind extends ChangeKind = ChangeKind> {
  /** Its name, if it is the same for all rows. */
  resource: OutboxResource | ((row: ChangeKinds[Kind]) => OutboxResource);
  /** The rows with these ids, including deleted ones if they keep their rows. */
  find(db: Read, locationId: number, ids: readonly number[]): Promise<(ChangeKinds[Kind] & { id: number })[]>;
  /**
   * The row as the operation that reads it answers.
   * @param address of this server, before the paths of pictures
   */
  present(row: ChangeKinds[Kind], location: Location, address: string): unknown;
}
