import { presentImageGroup } from '../../../wire/images.ts';
import type { PositionRow } from '../position.ts';
import type { TeamMemberRow } from '../team-member.ts';

/** The path of a picture's size, below this server's address. Empty without a picture. */
function avatar(row: TeamMemberRow, version: 'sm' | 'norm', address: string): string {
  const image = row.picture?.images.find((each) => each.version === version);
  return image ? address + image.path : '';
}

/** An external id as a number if it is one, as in the published answers. */
const numericId = (text: string) => (text === '' ? null : /^[1-9]\d{0,14}$/.test(text) ? Number(text) : text);

const common = (row: TeamMemberRow, address: string) => ({
  id: row.id,
  name: row.name,
  specialization: row.specialization,
  position: row.position ?? [],
  avatar: avatar(row, 'sm', address),
  avatar_big: avatar(row, 'norm', address),
  user_id: row.userId,
});

const rating = (row: TeamMemberRow) => ({
  show_rating: Number(row.showRating),
  rating: row.rating,
  votes_count: row.votes,
  comments_count: row.comments,
});

const status = (row: TeamMemberRow) => ({
  hidden: Number(row.isHidden),
  fired: Number(row.isFired),
  status: Number(row.deletedAt !== null),
});

/** The form of the list of all members. @param address of this server, before the paths of pictures */
export const presentListedMember = (row: TeamMemberRow, lastWorkDay: string | undefined, address: string) => ({
  ...common(row, address),
  api_id: numericId(row.apiId),
  ...rating(row),
  has_access_timetable: row.hasSchedule,
  bookable: row.hasSchedule && !row.isHidden && !row.isFired,
  image_group: row.picture ? [presentImageGroup(row.picture, address)] : [],
  information: row.information,
  position_id: row.positionId ?? 0,
  schedule_till: lastWorkDay ?? '',
  weight: row.weight,
  ...status(row),
  user: row.user ? [row.user] : [],
  prepaid: row.prepaid,
});

/** A member in the operations of the location path, and in answers to changes. */
export const presentMember = (row: TeamMemberRow, address: string) => ({
  ...common(row, address),
  company_id: row.locationId,
  api_id: numericId(row.apiId) ?? '',
  ...rating(row),
  weight: row.weight,
  information: row.information,
  ...status(row),
  has_access_timetable: row.hasSchedule,
  is_paid_staff: row.isPaid,
  is_included_in_payment_policy: true,
});

/** The older spellings write some numbers as texts. */
const asTexts = (row: TeamMemberRow) => ({
  weight: String(row.weight),
  hidden: String(Number(row.isHidden)),
  fired: String(Number(row.isFired)),
  status: String(Number(row.deletedAt !== null)),
});

export const presentUpdatedMember = (row: TeamMemberRow, address: string) => ({
  ...presentMember(row, address),
  ...asTexts(row),
});

export const presentOlderMember = (row: TeamMemberRow, address: string) => ({
  ...common(row, address),
  api_id: row.apiId,
  ...rating(row),
  information: row.information,
  ...asTexts(row),
  image_group: row.picture ? presentImageGroup(row.picture, address) : [],
});

export const presentQuickMember = (row: TeamMemberRow, address: string) => ({
  id: row.id,
  name: row.name,
  company_id: row.locationId,
  specialization: row.specialization,
  avatar: avatar(row, 'sm', address),
  avatar_big: avatar(row, 'norm', address),
  position: row.position,
  is_paid_staff: row.isPaid,
});

export const presentPosition = (row: PositionRow) => ({
  id: row.id,
  chain_id: row.chainId,
  title: row.title,
  description: row.description,
  services_binding_type: row.servicesBinding,
  rules_required_fields: row.requiredFields,
  only_chain_appointment: row.onlyInChain,
});

/** A member as a resource of V2. */
export function presentPositionResource(row: PositionRow) {
  const { id, ...attributes } = presentPosition(row);
  return { type: 'position', id: String(id), attributes: { ...attributes, salon_ids: row.locationIds } };
}

/** A member as a resource of V2. There are no employment profiles. */
export const presentMemberResource = (row: TeamMemberRow, address: string) => ({
  type: 'staff',
  id: String(row.id),
  attributes: {
    name: row.name,
    tt_markup: 15,
    specialization: row.specialization,
    image: avatar(row, 'norm', address),
    position_id: row.positionId ?? 0,
    is_available_as_assistant: false,
  },
  relationships: {
    position: { data: row.position ? { type: 'staff_position', id: String(row.position.id) } : null },
    employee: { data: null },
  },
});

/** The positions of the members, each once. */
export const presentHeldPositions = (rows: readonly TeamMemberRow[]) =>
  [...new Map(rows.flatMap(({ position }) => (position ? [[position.id, position] as const] : []))).values()].map(
    ({ id, title }) => ({ type: 'staff_position', id: String(id), attributes: { title } }),
  );
