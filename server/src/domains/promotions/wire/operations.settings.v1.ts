import Type, { type Static } from 'typebox';
import { chainUser } from '../../../api/access.ts';
import { ok, operation } from '../../../api/operation.ts';
import { Id, named } from '../../../api/schema.ts';
import type { Read } from '../../../api/write.ts';
import { referralOf, setReferral } from '../settings.ts';

const tag = 'Chain Loyalty Programs';
const path = '/chain/{chain_id}/loyalty/settings/referral';
const ChainPath = Type.Object({ chain_id: Id('chain id') });

const ReferralSettings = named(
  'LoyaltyReferralSettings',
  Type.Object({
    is_enabled: Type.Boolean(),
    guest_program_id: Type.Integer({
      minimum: 0,
      maximum: 2_147_483_647,
      description: 'fixed discount of the guest; 0 for none',
    }),
    inviter_program_id: Type.Integer({
      minimum: 0,
      maximum: 2_147_483_647,
      description: 'fixed cashback of the inviter; 0 for none',
    }),
    card_type_id: Type.Integer({
      minimum: 0,
      maximum: 2_147_483_647,
      description: 'type of the card of the inviter, who gets one if there is none; 0 for none',
    }),
    is_for_every_visit: Type.Boolean({
      description: 'the inviter gets points for every visit of the guest; the discount of the guest is for the first visit',
    }),
  }),
);

async function answerReferral(db: Read, chainId: number): Promise<Static<typeof ReferralSettings>> {
  const program = await referralOf(db, chainId);
  return {
    is_enabled: program !== null,
    guest_program_id: program?.guestProgramId ?? 0,
    inviter_program_id: program?.inviterProgramId ?? 0,
    card_type_id: program?.cardTypeId ?? 0,
    is_for_every_visit: program?.isForEveryVisit ?? false,
  };
}

const getReferralSettings = operation({
  id: 'get_referral_settings',
  method: 'GET',
  path,
  tag,
  summary: 'Read the referral program of a chain',
  extension: true,
  access: chainUser('loyalty_programs_access'),
  params: ChainPath,
  success: ok(ReferralSettings),
  errors: [403, 404],
  handle: async ({ db, chain }) => answerReferral(db, chain.id),
});

const updateReferralSettings = operation({
  id: 'update_referral_settings',
  method: 'PUT',
  path,
  tag,
  summary: 'Set the referral program of a chain',
  description: 'Without `is_enabled`, the chain has no referral program, and the other fields are ignored.',
  extension: true,
  access: chainUser('loyalty_programs_access'),
  params: ChainPath,
  body: ReferralSettings,
  success: ok(ReferralSettings),
  errors: [403, 404, 422],
  example: { body: { is_enabled: true, guest_program_id: 1, inviter_program_id: 2, card_type_id: 1, is_for_every_visit: false } },
  handle: async ({ write, chain, body }) => {
    const program = {
      guestProgramId: body.guest_program_id,
      inviterProgramId: body.inviter_program_id,
      cardTypeId: body.card_type_id,
      isForEveryVisit: body.is_for_every_visit,
    };
    await setReferral(write, chain.id, body.is_enabled ? program : null);
    return answerReferral(write, chain.id);
  },
});

/** Foyer's own operations of the tag. */
export const referralSettingsOperations = [getReferralSettings, updateReferralSettings];
