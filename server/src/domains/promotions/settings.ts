import { eq } from 'drizzle-orm';
import { Invalid } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { loyaltySettings } from '../loyalty/tables.ts';
import { expectCardTypes, promotionsWithDeleted } from './promotion.ts';

/** How a chain thanks for new clients. */
export interface ReferralProgram {
  /** The fixed discount of the guest. */
  guestProgramId: number;
  /** The fixed cashback of the inviter. */
  inviterProgramId: number;
  /** The type of the inviter's card. */
  cardTypeId: number;
  /** The inviter gets points for every visit of the guest. The guest's discount is for the first one. */
  isForEveryVisit: boolean;
}

/** The referral program of a chain. @returns null if it has none */
export async function referralOf(db: Read, chainId: number): Promise<ReferralProgram | null> {
  const [row] = await db.select().from(loyaltySettings).where(eq(loyaltySettings.chainId, chainId));
  if (!row || row.referralGuestProgramId === null) return null;
  return {
    guestProgramId: row.referralGuestProgramId,
    inviterProgramId: row.referralInviterProgramId as number,
    cardTypeId: row.referralCardTypeId as number,
    isForEveryVisit: row.isReferralForEveryVisit,
  };
}

/**
 * Sets the referral program of a chain, or ends it with null.
 * @throws Invalid for `guestProgramId`, `inviterProgramId` or `cardTypeId`, if the chain does not have it or it does not fit
 */
export async function setReferral(write: Write, chainId: number, program: ReferralProgram | null): Promise<void> {
  if (program) await expectPrograms(write, chainId, program);
  const values = {
    referralGuestProgramId: program?.guestProgramId ?? null,
    referralInviterProgramId: program?.inviterProgramId ?? null,
    referralCardTypeId: program?.cardTypeId ?? null,
    isReferralForEveryVisit: program?.isForEveryVisit ?? false,
    changedAt: new Date(),
  };
  await write
    .insert(loyaltySettings)
    .values({ chainId, ...values })
    .onConflictDoUpdate({ target: loyaltySettings.chainId, set: values });
  write.locked('loyalty settings', [chainId]);
}

async function expectPrograms(write: Write, chainId: number, program: ReferralProgram): Promise<void> {
  const rows = await promotionsWithDeleted(write, chainId, [program.guestProgramId, program.inviterProgramId]);
  const living = (id: number) => {
    const row = rows.get(id);
    return row && row.deletedAt === null ? row.type : undefined;
  };
  if (living(program.guestProgramId) !== 'discount_static') {
    throw new Invalid({ guestProgramId: ['must be a fixed discount of this chain'] });
  }
  if (!['cashback_static_sold', 'cashback_static_paid'].includes(living(program.inviterProgramId) ?? '')) {
    throw new Invalid({ inviterProgramId: ['must be a fixed cashback of this chain'] });
  }
  await expectCardTypes(write, chainId, [program.cardTypeId], 'cardTypeId');
}
