import Type from 'typebox';
import { locationUser, partnerOnly, signedIn } from '../../../api/access.ts';
import { NotFound } from '../../../api/errors.ts';
import { answer, counted, empty, operation } from '../../../api/operation.ts';
import { Page, PageSize, pageRange } from '../../../api/pagination.ts';
import { AnyOfTypes, EmptyList, Id } from '../../../api/schema.ts';
import { allowedStorages, startOfDays } from '../../access/limits.ts';
import { periodFrom } from '../../money/wire/caller.ts';
import { calendarsOf } from '../../team/calendars.ts';
import { getFiscalTransaction, listFiscalTransactions } from '../list.ts';
import { printReceipt } from '../print.ts';
import { changeFiscalSettings, getFiscalSettings, sealToken } from '../settings.ts';
import { findTransaction, settleReceipt } from '../settle.ts';
import type { FiscalType } from '../tables.ts';
import { taxSystemsOf } from '../tax-systems.ts';
import { callbackUrl, expectDocumentVisible } from './caller.ts';
import { presentFiscalSettings, presentFiscalTransaction } from './present.ts';
import {
  FiscalizationRequest,
  FiscalReport,
  FiscalSettings,
  FiscalSettingsChanges,
  FiscalTransaction,
  LocationOnly,
  TaxSystem,
} from './schemas.ts';

const tag = 'Fiscalization';

/** Published codes go up to 13 and 5. Clients send greater ones for all. */
const known = (code: number | undefined, greatest: number) => (code !== undefined && code <= greatest ? code : undefined);

const getFiscalTransactionList = operation({
  id: 'get_fiscal_transaction_list',
  method: 'GET',
  path: '/kkm_transactions/{location_id}',
  tag,
  summary: 'List fiscal (POS) operations',
  description:
    'Newest first. `meta.count` is the number on all pages. Types above 13 and statuses above 5 stand for all of them.',
  access: locationUser('finances_kkm_transactions_access'),
  params: LocationOnly,
  query: Type.Object({
    page: Page,
    editable_length: PageSize(100, 25),
    type: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000, description: '0 sale, 1 sale return' })),
    status: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1000,
        description: '0 connection error, 1 success, 2 sent to print, 3 error, 4 the register did not report',
      }),
    ),
    start_date: Type.Optional(AnyOfTypes<number | string>(['number', 'string'], { maxLength: 20, description: 'YYYYMMDD' })),
    end_date: Type.Optional(AnyOfTypes<number | string>(['number', 'string'], { maxLength: 20, description: 'YYYYMMDD' })),
  }),
  success: answer(
    200,
    Type.Array(FiscalTransaction),
    Type.Object({ count: Type.Integer({ description: 'transactions found' }) }),
  ),
  errors: [403, 404],
  handle: async (context) => {
    const { db, location, query, limit } = context;
    const { rows, total } = await listFiscalTransactions(
      db,
      location.id,
      {
        type: known(query.type, 13),
        status: known(query.status, 5),
        ...periodFrom(location.timeZone, query.start_date, query.end_date),
      },
      {
        calendars: await calendarsOf(context),
        storages: allowedStorages(context),
        since: startOfDays(limit('finances_last_days_count'), location.timeZone),
      },
      pageRange(query.page, query.editable_length),
    );
    return { data: rows.map((row) => presentFiscalTransaction(row, location)), meta: { count: total } };
  },
});

const printFiscalReceipt = operation({
  id: 'print_fiscal_receipt',
  method: 'POST',
  path: '/kkm_transactions/{location_id}/print_document_bill',
  tag,
  summary: 'Print fiscal receipt for document',
  description:
    'Sends a sale, or the return of the sale receipt that stands, to the cash register of the location. The receipt of a visit covers all of its documents that have none. While the register works, the status is 2. After a sale is printed, nothing that it names can be changed until its return is printed.',
  access: locationUser('finances_print_check_access'),
  params: LocationOnly,
  body: Type.Object({
    document_id: Id('a sale of products, the document of an appointment, or the top-up of a client account'),
    type: Type.Integer({ enum: [0, 1], description: '0 sale, 1 sale return' }),
    is_pos_enabled: Type.Optional(Type.Boolean({ description: 'the terminal charges the card first', default: false })),
  }),
  success: answer(
    200,
    Type.Object({
      kkm_type: Type.Integer({ description: 'operation type' }),
      kkm_transactions: Type.Array(FiscalTransaction),
      status: Type.Integer({ description: '2: sent to print' }),
      bill_json: EmptyList,
    }),
  ),
  errors: [403, 404],
  example: { body: { document_id: 1, type: 0 } },
  handle: async (context) => {
    const { write, location, body, request, services } = context;
    await expectDocumentVisible({ ...context, db: write }, body.document_id);
    const id = await printReceipt(write, location, {
      documentId: body.document_id,
      type: body.type as FiscalType,
      usesTerminal: body.is_pos_enabled ?? false,
      callbackUrl: callbackUrl(request, services),
    });
    const row = await getFiscalTransaction(write, location.id, id);
    const shown = presentFiscalTransaction(row, location);
    return { kkm_type: row.type, kkm_transactions: [shown], status: row.status, bill_json: [] };
  },
});

const getTaxSystemList = operation({
  id: 'get_tax_system_list',
  method: 'GET',
  path: '/integration/kkm/references/tax_system/{country_id}',
  tag,
  summary: 'Tax systems and VATs of a country',
  description: 'Empty for a country whose tax systems the server does not know.',
  access: signedIn(),
  params: Type.Object({ country_id: Id('from the list of countries') }),
  success: counted(Type.Array(TaxSystem)),
  errors: [403, 404],
  handle: ({ params }) =>
    taxSystemsOf(params.country_id).map(({ title, slug, vats }) => ({
      title,
      slug,
      vats: vats.map((vat) => ({ title: vat.title, slug: vat.slug })),
    })),
});

const handleFiscalizationCallback = operation({
  id: 'handle_fiscalization_callback',
  method: 'POST',
  path: '/integration/kkm/callback',
  tag,
  summary: 'Report fiscalization result (success or error)',
  description:
    'The cash register, or its service, calls it with its partner token. A success counts while the receipt waits, an error at any time. The same report may come again.',
  access: partnerOnly(),
  body: FiscalReport,
  // The location is looked up before the transaction, because a transaction must not wait for another connection.
  transaction: 'manual',
  success: empty(200),
  errors: [403, 404],
  example: { body: { id: 'd72fece5-6825-4895-9395-0133195612a4', status: 'success', code: 0, message: 'OK' } },
  handle: async ({ db, conclude, gate, partner, body }) => {
    const found = await findTransaction(db, body.id);
    if (!found || !(await gate.partnerGrant(partner, found.locationId))) throw new NotFound();
    const { status, code = null, message = '' } = body;
    if (status === 'pending') return;
    const outcome = status === 'success' ? { isPrinted: true as const } : { isPrinted: false as const, code, message };
    await conclude((write) => settleReceipt(write, found.locationId, found.id, outcome));
  },
});

const fiscalizeDocument = operation({
  id: 'fiscalize_document',
  method: 'POST',
  path: '/https://your-api.url',
  tag,
  summary: 'Outbound fiscalization request to the partner URL',
  description:
    'Posted to the address in the fiscal settings of the location. The same request can come again, with the same id. An answer with the status `success` means that the receipt is printed, `pending` that its result will be reported to `callback_url`.',
  webhook: true,
  access: signedIn(),
  body: FiscalizationRequest,
  success: answer(200, Type.Object({ id: Type.String(), status: Type.String(), code: Type.Integer(), message: Type.String() })),
  errors: [403, 404],
});

const getFiscalSettingsOperation = operation({
  id: 'get_fiscal_settings',
  method: 'GET',
  path: '/company/{location_id}/fiscal_settings',
  tag,
  summary: 'Read how the location prints fiscal receipts',
  extension: true,
  access: locationUser('finances_kkm_settings_read_access'),
  params: LocationOnly,
  success: answer(200, FiscalSettings),
  errors: [403, 404],
  handle: async ({ db, location }) => presentFiscalSettings(await getFiscalSettings(db, location.id)),
});

const updateFiscalSettingsOperation = operation({
  id: 'update_fiscal_settings',
  method: 'PUT',
  path: '/company/{location_id}/fiscal_settings',
  tag,
  summary: 'Change how the location prints fiscal receipts',
  description:
    'Fields that are not sent stay as they are. The address must be public, unless the operator of the server allows its network. The token is stored encrypted and cannot be read again.',
  extension: true,
  access: locationUser('finances_kkm_settings_update_access'),
  params: LocationOnly,
  body: FiscalSettingsChanges,
  success: answer(200, FiscalSettings),
  errors: [403, 404],
  example: { body: { is_enabled: true, url: 'https://register.example.com/receipts', cashier_position: 'Cashier' } },
  handle: async ({ write, location, body, services }) =>
    presentFiscalSettings(
      await changeFiscalSettings(
        write,
        location,
        {
          isEnabled: body.is_enabled,
          url: body.url?.trim(),
          sealedToken: body.token === undefined ? undefined : sealToken(services.signingKey, location.id, body.token),
          taxSystem: body.tax_system,
          vat: body.vat,
          printsPaper: body.prints_paper,
          cashierUid: body.cashier_uid?.trim(),
          cashierName: body.cashier_name?.trim(),
          cashierPosition: body.cashier_position?.trim(),
          slipCount: body.slip_count,
          customText: body.custom_text?.trim(),
        },
        services.config.outsideNetworks,
      ),
    ),
});

/** The operations of the tag, in the order of the published documents, and then Foyer's own. */
export const fiscalizationOperations = [
  getFiscalTransactionList,
  printFiscalReceipt,
  getTaxSystemList,
  handleFiscalizationCallback,
  fiscalizeDocument,
  getFiscalSettingsOperation,
  updateFiscalSettingsOperation,
];
