import Type, { type Static } from 'typebox';
import { type Flag, locationUser } from '../../../api/access.ts';
import { BadRequest, type FieldErrors, Invalid } from '../../../api/errors.ts';
import { compilePartReader } from '../../../api/input.ts';
import { accepted, counted, created, empty, ok, operation } from '../../../api/operation.ts';
import { pageRange } from '../../../api/pagination.ts';
import { publicAddress } from '../../../api/public-address.ts';
import { AcceptedMeta, named, PageMeta } from '../../../api/schema.ts';
import { spelled } from '../../../api/spelling.ts';
import { parseDateTime } from '../../../platform/clock.ts';
import { noMoney, toMoney, toPercent } from '../../../platform/money.ts';
import { isLong, mapInSteps, pause } from '../../../platform/pause.ts';
import { expectVisible } from '../../appointments/visible-clients.ts';
import { balancesOfClients } from '../../client-accounts/account-list.ts';
import { type ClientFilter, type ClientOrder, invalidState, listClients, searchClients } from '../../client-search/search.ts';
import { discard } from '../../files/stored.ts';
import {
  type ClientFields,
  createClient,
  createClients,
  deleteClient,
  duplicatePhone,
  getClient,
  updateClient,
} from '../client.ts';
import { addComment, deleteComment, listComments } from '../comment.ts';
import { deleteFile, describeFile, type FileRow, listFiles } from '../file.ts';
import { fileLink } from '../file-link.ts';
import {
  columnsOfFields,
  presentBulkClient,
  presentClient,
  presentComment,
  presentFile,
  presentFoundClient,
  presentListedClient,
  presentWrittenClient,
  type Visibility,
} from './present.ts';
import {
  BulkClients,
  BulkResult,
  Client,
  ClientComment,
  ClientFile,
  ClientInput,
  ClientOwnedPath,
  ClientPath,
  ClientSearchBody,
  CommentPath,
  DeprecatedClientQuery,
  FileChanges,
  FilePath,
  FileUpload,
  FoundClient,
  ListedClient,
  LocationOnly,
  NewClientComment,
  WrittenClient,
} from './schemas.ts';
import { receiveUploads } from './upload.ts';

type Can = (flag: Flag) => boolean;

/** In lists, phone numbers and e-mails each need their own permission. In a client's card, only the phone number needs one. */
export const inList = (can: Can): Visibility => ({ ...guarded(can), phone: can('clients_phones_access') });
const inCard = (can: Can): Visibility => {
  let sees = seenInCards.get(can);
  if (!sees) seenInCards.set(can, (sees = { ...guarded(can), phone: can('clients_card_phone_access') }));
  return sees;
};
/** A grant that is remembered has one `can` for all requests. */
const seenInCards = new WeakMap<Can, Visibility>();
const guarded = (can: Can) => ({
  email: can('clients_phones_email_access'),
  surname: can('clients_surname_middle_name_access'),
  comment: can('clients_card_comment_access'),
  customFields: can('custom_fields_client_values_read_access'),
});

/**
 * Fields that the caller may not change keep their value, even if another one is sent. A caller who does not see a field writes it back
 * empty.
 */
const fieldsOf = (body: Partial<Static<typeof ClientInput>>, can: Can): ClientFields => ({
  name: body.name,
  ...(can('clients_surname_middle_name_edit_access') ? { surname: body.surname, middleName: body.middle_name } : {}),
  phone: body.phone,
  email: body.email,
  gender: body.gender_id,
  importance: body.importance_id,
  discount: toPercent(body.discount),
  card: body.card,
  birthDate: body.birth_date,
  ...(can('clients_card_comment_edit_access') ? { comment: body.comment } : {}),
  spent: toMoney(body.spent),
  openingBalance: toMoney(body.balance),
  birthdaySms: body.sms_check === undefined ? undefined : body.sms_check === 1,
  noMailings: body.sms_not === undefined ? undefined : body.sms_not === 1,
  ...(can('custom_fields_client_values_edit_access')
    ? { customFields: Array.isArray(body.custom_fields) ? {} : body.custom_fields }
    : {}),
  tagIds: body.categories ?? body.labels,
});

const exampleClient = {
  name: 'James',
  surname: 'Smith',
  phone: '+13155550179',
  email: 'j.smith@example.com',
  gender_id: 1,
  discount: 15,
};

export const deprecatedGetClientList = operation({
  id: 'deprecated_get_client_list',
  method: 'GET',
  path: '/clients/{location_id}',
  tag: 'Clients',
  summary: 'Get a list of clients (old)',
  description: 'Newest first. A client must match every given filter. New integrations should use the search.',
  deprecated: true,
  access: locationUser('clients_access'),
  params: LocationOnly,
  query: DeprecatedClientQuery,
  success: ok(Type.Array(ListedClient), PageMeta),
  handle: async ({ db, location, query, can, limit }) => {
    const moment = (name: 'changed_after' | 'changed_before') => {
      const text = query[name];
      if (text === undefined || text === '') return undefined;
      const at = parseDateTime(text, location.timeZone);
      if (!at) throw new Invalid({ [name]: ['must be a date and time, 2000-01-01T00:00:00'] });
      return at;
    };
    const { rows, total } = await listClients(
      db,
      location.id,
      {
        fullName: query.fullname,
        phone: query.phone,
        email: query.email,
        card: query.card,
        paidMin: toMoney(query.paid_min),
        paidMax: toMoney(query.paid_max),
        ids: query.id,
        changedAfter: moment('changed_after'),
        changedBefore: moment('changed_before'),
        visitedMember: limit('clients_visit_master_id'),
        searches: inList(can),
      },
      pageRange(query.page, query.count),
    );
    return {
      data: await mapInSteps(rows, (row) => presentListedClient(row, location, inList(can))),
      meta: { page: query.page, total_count: total },
    };
  },
});

export const createClientOperation = operation({
  id: 'create_client',
  method: 'POST',
  path: '/clients/{location_id}',
  tag: 'Clients',
  summary: 'Add a client',
  description: 'A phone number belongs to one client of a location: a second one with it is refused.',
  access: locationUser('clients_edit_access'),
  params: LocationOnly,
  body: ClientInput,
  success: created(WrittenClient),
  example: { body: exampleClient },
  handle: async ({ write, location, body, can }) => {
    const row = await createClient(write, location, fieldsOf(body, can));
    return presentWrittenClient(row, location, inCard(can));
  },
});

/** The order must not reveal a field that the caller may not see. */
const orderFor = (wanted: ClientOrder, sees: Visibility): ClientOrder =>
  (wanted === 'phone' && !sees.phone) || (wanted === 'email' && !sees.email) ? 'id' : wanted;

export const getClientList = operation({
  id: 'get_client_list',
  method: 'POST',
  path: '/company/{location_id}/clients/search',
  tag: 'Clients',
  summary: 'Search clients',
  description:
    'Answers the requested fields of the matching clients, with their total number in `meta.total_count`. The quick search finds a part of the name, the phone number or the e-mail. It ignores letter case and accents.',
  access: locationUser('clients_access'),
  params: LocationOnly,
  body: ClientSearchBody,
  bodyLimit: 1024 * 1024,
  success: ok(
    Type.Array(FoundClient),
    named('TotalMeta', Type.Object({ total_count: Type.Integer({ description: 'clients found' }) })),
  ),
  // 402 is published for locations whose license has ended. Locations of this server have no license.
  errors: [400, 402],
  invalid: (fields: FieldErrors) => {
    const isFilter = Object.keys(fields).some((field) => field.startsWith('filters'));
    const details = Object.entries(fields).map(([field, messages]) => `${field} ${messages.join(', ')}`);
    return isFilter ? invalidState(...details) : new BadRequest('Invalid search', fields);
  },
  transaction: 'read',
  example: {
    body: {
      page: 1,
      page_size: 25,
      fields: ['id', 'name'],
      order_by: 'name',
      order_by_direction: 'ASC',
      operation: 'AND',
      filters: [{ type: 'quick_search', state: { value: 'smith' } }],
    },
  },
  handle: async ({ db, location, body, can, limit }) => {
    const { rows, total } = await searchClients(db, location.id, {
      operation: body.operation.toUpperCase() as 'AND' | 'OR',
      filters: body.filters as ClientFilter[],
      orderBy: orderFor(body.order_by as ClientOrder, inList(can)),
      direction: body.order_by_direction.toUpperCase() as 'ASC' | 'DESC',
      page: pageRange(body.page, body.page_size),
      searches: inList(can),
      columns: columnsOfFields(body.fields),
      timeZone: location.timeZone,
      visitedMember: limit('clients_visit_master_id'),
    });
    const seesBalances = body.fields.includes('deposit_balance') && can('clients_deposits_access');
    const ids = seesBalances ? rows.flatMap(({ id }) => id ?? []) : [];
    const balances = seesBalances ? await balancesOfClients(db, location, ids) : undefined;
    const data = await mapInSteps(rows, (row) => {
      const depositBalance = balances && row.id !== undefined ? (balances.get(row.id) ?? noMoney) : null;
      return presentFoundClient({ ...row, depositBalance }, location, inList(can), body.fields);
    });
    return { data, meta: { total_count: total } };
  },
});

export const getClientOperation = operation({
  id: 'get_client',
  method: 'GET',
  path: '/client/{location_id}/{id}',
  tag: 'Clients',
  summary: 'Get a client',
  access: locationUser('clients_access'),
  params: ClientPath,
  success: ok(Client),
  handle: async (context) => {
    const { db, location, params, can } = context;
    await expectVisible(context, params.id);
    return presentClient(await getClient(db, location.id, params.id), location, inCard(can));
  },
});

export const updateClientOperation = operation({
  id: 'update_client',
  method: 'PUT',
  path: '/client/{location_id}/{id}',
  tag: 'Clients',
  summary: 'Change a client',
  description: 'Name and phone are required; other fields that are not sent stay as they are. `labels` replaces all tags.',
  access: locationUser('clients_edit_access'),
  params: ClientPath,
  body: ClientInput,
  success: ok(WrittenClient),
  example: { body: { ...exampleClient, phone: '+13155550186' } },
  handle: async (context) => {
    const { write, location, params, body, can } = context;
    await expectVisible(context, params.id);
    const fields = { ...fieldsOf(body, can), tagIds: body.labels ?? body.categories };
    const row = await updateClient(write, location, params.id, fields);
    return presentWrittenClient(row, location, inCard(can));
  },
});

export const deleteClientOperation = operation({
  id: 'delete_client',
  method: 'DELETE',
  path: '/client/{location_id}/{id}',
  tag: 'Clients',
  summary: 'Delete a client',
  description: 'Deletes the client with all comments and files.',
  access: locationUser('clients_delete_access'),
  params: ClientPath,
  success: empty(204),
  transaction: 'manual',
  handle: async (context) => {
    const { transact, conclude, location, params, services } = context;
    await expectVisible(context, params.id);
    await conclude(async (write) => {
      const keys = await deleteClient(write, location.id, params.id);
      write.afterCommit(() => discard(transact, services.files, keys));
    });
  },
});

const readBulkItem = compilePartReader(ClientInput);

export const bulkCreateClients = operation({
  id: 'bulk_create_clients',
  method: 'POST',
  path: '/clients/{location_id}/bulk',
  tag: 'Clients',
  summary: 'Add many clients',
  description:
    'Adds up to 10,000 clients in one request. Invalid clients are reported in `errors`, the others are added. The status is 200 in both cases.',
  access: locationUser('clients_edit_access'),
  params: LocationOnly,
  body: BulkClients,
  bodyLimit: 4 * 1024 * 1024,
  success: ok(BulkResult),
  example: { body: [exampleClient] },
  handle: async ({ write, location, body, can }) => {
    const valid: ClientFields[] = [];
    const refused: Refusal[] = [];
    for (const item of body) {
      if (isLong()) await pause();
      // The messages about a missing name or phone come from the rules.
      const complete: unknown = isRecord(item) ? { ...item, name: item.name ?? '', phone: item.phone ?? '' } : item;
      try {
        valid.push(fieldsOf(readBulkItem(complete) as Static<typeof ClientInput>, can));
      } catch (error) {
        if (!(error instanceof Invalid)) throw error;
        refused.push(refusal(item, describe(error.errors ?? {})));
      }
    }
    const { created, errors } = await createClients(write, location, valid);
    return {
      created: await mapInSteps(created, (row) => presentBulkClient(row, location, inCard(can))),
      errors: [
        ...refused,
        ...(await mapInSteps(errors, ({ fields, errors: messages }) => refusal(fields, soleMessage(messages)))),
      ],
    };
  },
});

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Refusal = Static<typeof BulkResult>['errors'][number];

/** The report about a client that is not added: the sent data that identifies the client, and the reason. */
function refusal(sent: unknown, error: string): Refusal {
  const { name, surname, phone } = isRecord(sent) ? sent : ({} as Record<string, unknown>);
  const [first, last, number] = [name, surname, phone].map((value) =>
    typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '',
  );
  const whole = [first, last].filter(Boolean).join(' ');
  return {
    ...(number ? { phone: /^\+?[1-9]\d{0,14}$/.test(number) ? Number(number) : number } : {}),
    ...(whole ? { name: whole } : {}),
    error,
  };
}

const describe = (errors: FieldErrors) =>
  Object.entries(spelled(errors))
    .map(([field, messages]) => `${field} ${messages.join(', ')}`)
    .join('; ');

/** The published texts name their field already. */
const soleMessage = (errors: FieldErrors) => {
  const messages = Object.values(errors).flat();
  return messages.every((message) => /^[A-Z]/.test(message)) || messages.includes(duplicatePhone)
    ? messages.join('; ')
    : describe(errors);
};

export const listClientComments = operation({
  id: 'list_client_comments',
  method: 'GET',
  path: '/clients/{location_id}/clients/{client_id}/comments',
  tag: 'Clients',
  summary: 'List the comments of a client',
  description:
    'Text comments and uploads in one history, newest first. Callers who may not see files get the history without them.',
  access: locationUser('client_comments_list_access'),
  params: ClientOwnedPath,
  success: counted(Type.Array(ClientComment)),
  handle: async (context) => {
    const { db, location, params } = context;
    await expectVisible(context, params.client_id);
    const rows = await listComments(db, { location: location.id, client: params.client_id });
    const link = linkInComment(context);
    return rows.map((row) => presentComment(row, location, link));
  },
});

export const createClientComment = operation({
  id: 'create_client_comment',
  method: 'POST',
  path: '/clients/{location_id}/clients/{client_id}/comments',
  tag: 'Clients',
  summary: 'Add a comment for a client',
  access: locationUser('client_comments_add_access'),
  params: ClientOwnedPath,
  body: NewClientComment,
  success: created(ClientComment),
  example: { body: { text: 'Prefers mornings' } },
  handle: async (context) => {
    const { write, location, user, params, body } = context;
    await expectVisible(context, params.client_id);
    const row = await addComment(write, { location: location.id, client: params.client_id, author: user.id, text: body.text });
    return presentComment(row, location, linkInComment(context));
  },
});

export const deleteClientComment = operation({
  id: 'delete_client_comment',
  method: 'DELETE',
  path: '/clients/{location_id}/clients/{client_id}/comments/{comment_id}',
  tag: 'Clients',
  summary: 'Delete a comment of a client',
  description:
    'One permission is for your own comments, another for comments of others. Deleting the entry of an upload keeps the file.',
  access: locationUser('client_comments_list_access'),
  params: CommentPath,
  success: empty(204),
  handle: async (context) => {
    const { write, location, user, params, can } = context;
    await expectVisible(context, params.client_id);
    await deleteComment(
      write,
      { location: location.id, client: params.client_id, id: params.comment_id },
      { user: user.id, may: { own: can('client_comments_own_edit_access'), others: can('client_comments_other_edit_access') } },
    );
  },
});

export const getClientFileList = operation({
  id: 'get_client_file_list',
  method: 'GET',
  path: '/company/{location_id}/clients/files/{client_id}',
  tag: 'Clients',
  summary: 'List the files of a client',
  description: 'Newest first. The links open in a browser, for a day and as long as you may see the files.',
  access: locationUser('client_files_list_access'),
  params: ClientOwnedPath,
  success: counted(Type.Array(ClientFile)),
  handle: async (context) => {
    const { db, location, params } = context;
    await expectVisible(context, params.client_id);
    const rows = await listFiles(db, { location: location.id, client: params.client_id });
    return rows.map((row) => presentFile(row, location, editor(context), linkFor(context, false)));
  },
});

export const uploadClientFiles = operation({
  id: 'upload_client_files',
  method: 'POST',
  path: '/company/{location_id}/clients/files/{client_id}',
  tag: 'Clients',
  summary: 'Upload files for a client',
  description:
    'A multipart form with one or several `file` parts and, before them, an optional `description` for all of them. Either every file is kept or none.',
  extension: true,
  access: locationUser('client_files_upload_access'),
  params: ClientOwnedPath,
  multipart: true,
  body: FileUpload,
  success: created(Type.Array(ClientFile)),
  transaction: 'manual',
  handle: async (context) => {
    const { location, user, params, request, services } = context;
    await expectVisible(context, params.client_id);
    const present = (rows: readonly FileRow[]) =>
      rows.map((row) => presentFile(row, location, editor(context), linkFor(context, false)));
    const target = { location: location.id, client: params.client_id, author: user.id };
    return present(await receiveUploads(context, services, request, target, present));
  },
});

export const updateClientFile = operation({
  id: 'update_client_file',
  method: 'PUT',
  path: '/company/{location_id}/clients/files/{client_id}/{file_id}',
  tag: 'Clients',
  summary: 'Change the description of a file',
  extension: true,
  access: locationUser('client_files_list_access'),
  params: FilePath,
  body: FileChanges,
  success: ok(ClientFile),
  example: { body: { description: 'Signed on the first visit' } },
  handle: async (context) => {
    const { write, location, params, body } = context;
    await expectVisible(context, params.client_id);
    const row = await describeFile(
      write,
      { location: location.id, client: params.client_id, id: params.file_id },
      editor(context),
      body.description,
    );
    return presentFile(row, location, editor(context), linkFor(context, false));
  },
});

export const deleteClientFile = operation({
  id: 'delete_client_file',
  method: 'DELETE',
  path: '/company/{location_id}/clients/files/{client_id}/{file_id}',
  tag: 'Clients',
  summary: 'Delete a file of a client',
  description:
    'Your own files, or any with the permission to delete. The entry in the history of comments stays, without the file.',
  access: locationUser('client_files_list_access'),
  params: FilePath,
  success: accepted(AcceptedMeta),
  transaction: 'manual',
  handle: async (context) => {
    const { transact, conclude, location, params, services } = context;
    await expectVisible(context, params.client_id);
    await conclude(async (write) => {
      const key = await deleteFile(
        write,
        { location: location.id, client: params.client_id, id: params.file_id },
        editor(context),
      );
      write.afterCommit(() => discard(transact, services.files, [key]));
    });
  },
});

type FileContext = Parameters<NonNullable<Parameters<typeof operation<typeof FilePath>>[0]['handle']>>[0];

const editor = ({ user, can }: Pick<FileContext, 'user' | 'can'>) => ({
  user: user.id,
  mayDelete: can('client_files_delete_access'),
});

/** A caller who may not see files does not see the history either. */
const linkInComment = (context: Parameters<typeof linkFor>[0] & { can: Can }) =>
  context.can('client_files_list_access') ? linkFor(context, true) : undefined;

/** Links of a list are relative, as in the published example. Links in comments are absolute. */
function linkFor(
  context: Pick<FileContext, 'user' | 'partner' | 'services' | 'request'> & { location: { id: number } | undefined },
  whole: boolean,
) {
  const { user, partner, services, request } = context;
  const base = whole ? publicAddress(request, services.config) : '';
  const location = (context.location as { id: number }).id;
  return (file: number) => base + fileLink(services.signingKey, { location, file, user: user.id, partner: partner.id });
}
