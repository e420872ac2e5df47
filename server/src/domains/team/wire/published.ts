import type { FastifyRequest } from 'fastify';
import type { Location, User } from '../../../api/access.ts';
import { publicAddress } from '../../../api/public-address.ts';
import type { Tx } from '../../../platform/database.ts';
import type { Services } from '../../../platform/services.ts';
import { publish } from '../../outbox/outbox.ts';
import type { OutboxStatus } from '../../outbox/tables.ts';
import type { TeamMemberRow } from '../team-member.ts';
import { presentMember } from './present.ts';

/** The context of a writing handler, as far as webhooks need it. */
interface Writing {
  tx: Tx;
  location: Location;
  user: User;
  request: FastifyRequest;
  services: Services;
}

/** Notes a change of a team member for the webhooks, as get_team_member answers it. @returns the team member */
export async function publishMember(context: Writing, row: TeamMemberRow, status: OutboxStatus): Promise<TeamMemberRow> {
  const { tx, location, user, request, services } = context;
  const data = presentMember(row, publicAddress(request, services.config));
  await publish(tx, location.id, user.id, [{ resource: 'staff', resourceId: row.id, status, data }]);
  return row;
}
