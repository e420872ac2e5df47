import Type from 'typebox';
import { locationUser, signedIn } from '../../../api/access.ts';
import { answer, empty, operation } from '../../../api/operation.ts';
import { Id, named } from '../../../api/schema.ts';
import { DocumentWithType, IdAndName, Titled } from '../../../wire/schemas.ts';

const FiscalizationRequest = named(
  'FiscalizationRequest',
  Type.Object({
    id: Type.Optional(Type.String({ description: 'unique id of the sales document' })),
    date: Type.Optional(Type.String({ description: 'date-time; when sent to print' })),
    document_id: Type.Optional(Type.Integer({ description: 'internal document id' })),
    type: Type.Optional(Type.String({ enum: ['sale', 'return'] })),
    print_receipt: Type.Optional(Type.Boolean({ description: 'paper receipt wanted' })),
    customer: Type.Optional(Type.Object({ email: Type.Optional(Type.String()), phone: Type.Optional(Type.String()) })),
    positions: Type.Optional(
      Type.Array(
        Type.Object({
          type: Type.Optional(Type.String({ description: 'service | commodity | payment' })),
          title: Type.Optional(Type.String()),
          price: Type.Optional(Type.Number({ description: '2 decimals' })),
          quantity: Type.Optional(Type.Integer()),
          discount_amount: Type.Optional(Type.Number({ description: '2 decimals' })),
          vat: Type.Optional(Type.String({ description: 'VAT slug' })),
          payment_method: Type.Optional(Type.String({ description: 'payment | prepayment' })),
          barcode: Type.Optional(Type.String()),
        }),
      ),
    ),
    payments: Type.Optional(
      Type.Array(
        Type.Object({
          type: Type.Optional(Type.String({ description: 'card | cash | prepaid' })),
          sum: Type.Optional(Type.Number({ description: '2 decimals' })),
        }),
      ),
    ),
    tax: Type.Optional(Type.String({ description: 'tax system slug' })),
    cashier: Type.Optional(
      Type.Object({
        uid: Type.Optional(Type.String()),
        name: Type.Optional(Type.String()),
        position: Type.Optional(Type.String({ description: 'max 64 chars' })),
      }),
    ),
    pos: Type.Optional(
      Type.Object({
        enabled: Type.Optional(Type.Boolean({ description: 'charge card on POS terminal first' })),
        slip_count: Type.Optional(Type.Integer({ description: 'slips printed after POS success' })),
      }),
    ),
    callback_url: Type.Optional(Type.String({ description: 'status update URL' })),
    custom_text: Type.Optional(Type.String({ description: 'printed on receipt' })),
  }),
);

const FiscalTransaction = named(
  'FiscalTransaction',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    print_date: Type.Optional(Type.String({ description: 'date-time' })),
    printed_count: Type.Optional(Type.Number()),
    sum: Type.Optional(Type.Integer()),
    type: Type.Optional(Titled),
    status: Type.Optional(Titled),
    document: Type.Optional(DocumentWithType),
    cashier: Type.Optional(IdAndName),
  }),
);

const getFiscalTransactionList = operation({
  id: 'get_fiscal_transaction_list',
  method: 'GET',
  path: '/kkm_transactions/{location_id}',
  tag: 'Fiscalization',
  summary: 'List fiscal (POS) operations',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    page: Type.Optional(Type.Number()),
    editable_length: Type.Optional(Type.Number({ description: 'page size' })),
    type: Type.Optional(Type.Number({ description: 'operation type code' })),
    status: Type.Optional(Type.Number({ description: 'operation status code' })),
    start_date: Type.Optional(Type.Number({ description: 'YYYYMMDD, e.g. 20251201' })),
    end_date: Type.Optional(Type.Number({ description: 'YYYYMMDD, e.g. 20251231' })),
  }),
  success: answer(
    200,
    Type.Array(FiscalTransaction),
    Type.Object({ count: Type.Optional(Type.Integer({ description: 'transactions found' })) }),
  ),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 1059,
        print_date: '2026-09-21T23:00:00.000-05:00',
        printed_count: 1,
        sum: 10,
        type: { id: 1, title: 'Sales return operation' },
        status: { id: 3, title: 'Runtime error' },
        document: { id: 2045, type: 7, type_title: 'Visit' },
        cashier: { id: 746310, name: 'Jack Smith' },
      },
    ],
    meta: { count: 1 },
  },
});

const printFiscalReceipt = operation({
  id: 'print_fiscal_receipt',
  method: 'POST',
  path: '/kkm_transactions/{location_id}/print_document_bill',
  tag: 'Fiscalization',
  summary: 'Print fiscal receipt for document',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  body: Type.Object({
    document_id: Type.Integer(),
    type: Type.Number({ description: 'operation type code' }),
    is_pos_enabled: Type.Optional(Type.Boolean({ description: 'use POS terminal', default: false })),
  }),
  success: answer(
    200,
    Type.Object({
      kkm_type: Type.Optional(Type.Integer({ description: 'operation type' })),
      kkm_transactions: Type.Optional(Type.Array(FiscalTransaction)),
      status: Type.Optional(Type.Integer()),
      bill_json: Type.Optional(Type.Array(Type.Union([Type.Record(Type.String(), Type.Any()), Type.Array(Type.Any())]))),
    }),
  ),
  errors: [403, 404],
  example: {
    data: {
      kkm_type: 0,
      kkm_transactions: [
        {
          id: 1954,
          print_date: '2026-09-21T23:00:00.000-05:00',
          printed_count: 0,
          sum: 0,
          type: { id: 0, title: 'Sale operation' },
          status: { id: 2, title: 'Sent for printing' },
          document: { id: 164, type: 9, type_title: 'Deposit replenishment' },
          cashier: { id: 1138453, name: 'Jack Smith' },
        },
      ],
      status: 2,
      bill_json: [[]],
    },
  },
});

const getTaxSystemList = operation({
  id: 'get_tax_system_list',
  method: 'GET',
  path: '/integration/kkm/references/tax_system/{country_id}',
  tag: 'Fiscalization',
  summary: 'Tax systems and VATs of a country',
  access: signedIn(),
  params: Type.Object({ country_id: Id('from the list of countries') }),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        title: Type.Optional(Type.String()),
        slug: Type.Optional(Type.String({ description: 'e.g. ru_osn, ru_usn, ru_usnr, ru_envd, ru_esn, ru_psn' })),
        vats: Type.Optional(
          Type.Array(
            Type.Object({
              title: Type.Optional(Type.String()),
              slug: Type.Optional(Type.String({ description: 'e.g. ru_vat_0, ru_vat_10, ru_vat_20, ru_vat_none' })),
            }),
          ),
        ),
      }),
    ),
    Type.Object({ count: Type.Optional(Type.Integer()) }),
  ),
  errors: [403, 404],
  example: { data: [{ title: 'General DOS', slug: 'ru_osn', vats: [{ title: '0%', slug: 'ru_vat_0' }] }], meta: { count: 6 } },
});

const handleFiscalizationCallback = operation({
  id: 'handle_fiscalization_callback',
  method: 'POST',
  path: '/integration/kkm/callback',
  tag: 'Fiscalization',
  summary: 'Report fiscalization result (success or error)',
  access: signedIn(),
  body: Type.Record(Type.String(), Type.Any(), { description: 'report of the cash register' }),
  success: answer(200, Type.Any({ description: 'what was taken' })),
  errors: [403, 404],
});

const fiscalizeDocument = operation({
  id: 'fiscalize_document',
  method: 'POST',
  path: '/https://your-api.url',
  tag: 'Fiscalization',
  summary: 'Outbound fiscalization request to the partner URL',
  webhook: 'planned',
  access: signedIn(),
  body: FiscalizationRequest,
  success: empty(200),
  errors: [403, 404],
});

/** The operations of the tag, in the order of the published documents. */
export const fiscalizationOperations = [
  getFiscalTransactionList,
  printFiscalReceipt,
  getTaxSystemList,
  handleFiscalizationCallback,
  fiscalizeDocument,
];
