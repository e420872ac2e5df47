import { and, asc, eq, getTableColumns, isNull, type SQL } from 'drizzle-orm';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { isWebAddress } from '../../platform/web-address.ts';
import { users } from '../access/tables.ts';
import { imageGroupOf } from '../images/image-group.ts';
import { shownUser } from '../locations/location-user.ts';
import { locationUsers } from '../locations/tables.ts';
import { keepTeamMember } from '../team/keep.ts';
import { positions, teamMembers } from '../team/tables.ts';
import { tipSettings } from './tables.ts';

const selectSettings = (db: Read, ...where: SQL[]) =>
  db
    .select({
      ...getTableColumns(tipSettings),
      member: {
        id: teamMembers.id,
        name: teamMembers.name,
        specialization: teamMembers.specialization,
        picture: imageGroupOf('team_member', 'team_members'),
      },
      position: { id: positions.id, title: positions.title },
      // The account of a person who has not accepted an invitation yet is not shown to the location.
      user: { id: shownUser.id, name: shownUser.name, email: shownUser.email, phone: shownUser.phone },
    })
    .from(tipSettings)
    .innerJoin(
      teamMembers,
      and(
        eq(teamMembers.locationId, tipSettings.locationId),
        eq(teamMembers.id, tipSettings.teamMemberId),
        isNull(teamMembers.deletedAt),
      ),
    )
    .leftJoin(positions, eq(positions.id, teamMembers.positionId))
    .leftJoin(
      locationUsers,
      and(
        eq(locationUsers.locationId, teamMembers.locationId),
        eq(locationUsers.userId, teamMembers.userId),
        eq(locationUsers.isApproved, true),
      ),
    )
    .leftJoin(users, eq(users.id, locationUsers.userId))
    .where(and(...where))
    .orderBy(asc(tipSettings.id));

/** How clients tip a team member, with the member. */
export type TipSettingsRow = Awaited<ReturnType<typeof selectSettings>>[number];

/** The step of the set-up: `new` without a page, `pending` while the member has no account with the provider, then `ready`. */
export type TipStatus = 'new' | 'pending' | 'ready';

export function tipStatus({ landing, hasAccount }: Pick<TipSettingsRow, 'landing' | 'hasAccount'>): TipStatus {
  if (hasAccount) return 'ready';
  return landing === '' ? 'new' : 'pending';
}

/** The settings of all team members who have some, by id, without deleted members. */
export const listTipSettings = (db: Read, locationId: number): Promise<TipSettingsRow[]> =>
  selectSettings(db, eq(tipSettings.locationId, locationId));

/** @throws NotFound for a deleted team member too */
export async function getTipSettings(db: Read, locationId: number, id: number): Promise<TipSettingsRow> {
  const [row] = await selectSettings(db, eq(tipSettings.locationId, locationId), eq(tipSettings.id, id));
  if (!row) throw new NotFound();
  return row;
}

/** The fields of the settings. An undefined field stays unchanged. */
export interface TipSettingsFields {
  /** An address of the web, or empty for none. */
  landing?: string | undefined;
  /** An address of the web, or empty for none. */
  form?: string | undefined;
  /** Needs a page where clients tip. */
  hasAccount?: boolean | undefined;
}

/** @throws Invalid */
function expectComplete(fields: Required<{ [Name in 'landing' | 'form']: string }> & { hasAccount: boolean }): void {
  for (const field of ['landing', 'form'] as const) {
    if (fields[field] !== '' && !isWebAddress(fields[field])) {
      throw new Invalid({ [field]: ['must be an address such as https://example.com/tips'] });
    }
  }
  if (fields.hasAccount && fields.landing === '') throw new Invalid({ hasAccount: ['needs {landing}'] });
}

/**
 * Begins to set up tips for a team member. They are not enabled yet.
 * @throws Invalid for an unknown team member, and for one who has settings already
 */
export async function createTipSettings(
  write: Write,
  locationId: number,
  teamMemberId: number,
  { landing = '', form = '', hasAccount = false }: TipSettingsFields,
): Promise<TipSettingsRow> {
  if (!(await keepTeamMember(write, locationId, teamMemberId))) {
    throw new Invalid({ teamMemberId: ['must be a team member of this location'] });
  }
  const fields = { landing: landing.trim(), form: form.trim(), hasAccount };
  expectComplete(fields);
  const [made] = await write
    .insert(tipSettings)
    .values({ ...fields, locationId, teamMemberId })
    .onConflictDoNothing()
    .returning({ id: tipSettings.id });
  if (!made) throw new Invalid({ teamMemberId: ['has tip settings already'] });
  write.made('tip settings', [made.id]);
  return getTipSettings(write, locationId, made.id);
}

const own = (locationId: number, id: number) => and(eq(tipSettings.locationId, locationId), eq(tipSettings.id, id));

/** Locks the settings until the transaction ends. @throws NotFound */
async function lockSettings(write: Write, locationId: number, id: number): Promise<TipSettingsRow> {
  const found = await write.lock(
    'tip settings',
    write.select({ id: tipSettings.id }).from(tipSettings).where(own(locationId, id)),
  );
  if (found.length === 0) throw new NotFound();
  return getTipSettings(write, locationId, id);
}

/** Changes the fields that are given. @throws NotFound, Invalid */
export async function updateTipSettings(
  write: Write,
  locationId: number,
  id: number,
  { landing, form, hasAccount }: TipSettingsFields,
): Promise<TipSettingsRow> {
  const current = await lockSettings(write, locationId, id);
  const fields = {
    landing: landing?.trim() ?? current.landing,
    form: form?.trim() ?? current.form,
    hasAccount: hasAccount ?? current.hasAccount,
  };
  expectComplete(fields);
  await write
    .update(tipSettings)
    .set({ ...fields, changedAt: new Date() })
    .where(own(locationId, id));
  return { ...current, ...fields };
}

/** Enables or disables tips, whatever the step of the set-up. Nothing is written if they are already. @throws NotFound */
export async function enableTips(write: Write, locationId: number, id: number, isEnabled: boolean): Promise<TipSettingsRow> {
  const current = await lockSettings(write, locationId, id);
  if (current.isEnabled === isEnabled) return current;
  await write.update(tipSettings).set({ isEnabled, changedAt: new Date() }).where(own(locationId, id));
  return { ...current, isEnabled };
}

/** @throws NotFound */
export async function deleteTipSettings(write: Write, locationId: number, id: number): Promise<void> {
  await lockSettings(write, locationId, id);
  await write.delete(tipSettings).where(own(locationId, id));
}
