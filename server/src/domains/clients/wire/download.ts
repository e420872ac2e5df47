import { create as contentDisposition } from 'content-disposition';
import Type from 'typebox';
import { anyone, type Gate, type Grant } from '../../../api/access.ts';
import { parseAuthorization } from '../../../api/authorization.ts';
import { NotFound } from '../../../api/errors.ts';
import { operation, streamed } from '../../../api/operation.ts';
import { Id } from '../../../api/schema.ts';
import { FileMissingError } from '../../../platform/files.ts';
import type { Services } from '../../../platform/services.ts';
import { expectVisible } from '../../appointments/visible-clients.ts';
import { getFile } from '../file.ts';
import { isGoodLink } from '../file-link.ts';

interface Download {
  params: { location_id: number; file_id: number };
  query: {
    user?: number | undefined;
    partner?: number | undefined;
    expires?: number | undefined;
    signature?: string | undefined;
  };
  authorization: string | undefined;
  /** The address of the request. */
  address: string;
}

/** The grant of the user in the link or the header, if they may see the location's files now. */
async function grantOf(
  gate: Gate,
  services: Services,
  { params, query, authorization, address }: Download,
): Promise<Grant | undefined> {
  const location = params.location_id;
  const ifSees = async (partner: Parameters<Gate['userGrant']>[0], user: number) => {
    const grant = await gate.userGrant(partner, { id: user }, location, address);
    return grant?.can('client_files_list_access') ? grant : undefined;
  };

  const { user, partner, expires, signature } = query;
  if (user && partner && expires && signature) {
    if (!isGoodLink(services.signingKey, { location, file: params.file_id, user, partner }, expires, signature)) return undefined;
    const known = await gate.partnerById(partner);
    return known && ifSees(known, user);
  }
  const credentials = parseAuthorization(authorization);
  const caller = credentials?.partnerToken ? await gate.partner(credentials.partnerToken) : undefined;
  const signedIn = caller && credentials?.userToken ? await gate.user(credentials.userToken, caller) : undefined;
  return caller && signedIn && !signedIn.isClient ? ifSees(caller, signedIn.id) : undefined;
}

/** Its links name the user who may open them, so it checks access itself. */
export const downloadClientFile = operation({
  id: 'download_client_file',
  method: 'GET',
  path: '/client_files/download/{location_id}/{file_id}',
  atRoot: true,
  tag: 'Clients',
  summary: 'Download a file of a client',
  description: 'Open the `link` of a file list as it is, or send the usual Authorization header.',
  extension: true,
  access: anyone(),
  params: Type.Object({ location_id: Id('location id'), file_id: Id('file id') }),
  query: Type.Object({
    user: Type.Optional(Id('for whom the link was made')),
    partner: Type.Optional(Id('through which integration')),
    expires: Type.Optional(Type.Integer({ description: 'unix seconds' })),
    signature: Type.Optional(Type.String({ maxLength: 200 })),
  }),
  success: streamed('The content'),
  errors: [404],
  handle: async ({ db, gate, params, query, request, reply, services }) => {
    const { ip: address, headers } = request;
    const grant = await grantOf(gate, services, { params, query, authorization: headers.authorization, address });
    if (!grant) throw new NotFound();
    const file = await getFile(db, { location: params.location_id, id: params.file_id });
    await expectVisible({ ...grant, db }, file.clientId);
    const content = await services.files.open(file.storageKey).catch((error: unknown) => {
      if (error instanceof FileMissingError) throw new NotFound();
      throw error;
    });
    return reply
      .type(file.mime)
      .header('content-length', file.size)
      .header('content-disposition', contentDisposition(file.name, { type: 'attachment' }))
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'private, no-store')
      .send(content);
  },
});
