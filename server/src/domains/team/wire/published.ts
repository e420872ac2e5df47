import type { Publisher } from '../../outbox/publisher.ts';
import { teamMembersById } from '../team-member.ts';
import { presentMember } from './present.ts';

/** In the form of get_team_member. */
export const publishedTeamMembers: Publisher<'team member'> = {
  resource: 'staff',
  find: teamMembersById,
  present: (row, _location, address) => presentMember(row, address),
};
