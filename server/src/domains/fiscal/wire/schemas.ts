import Type from 'typebox';
import { DateTime, Id, named } from '../../../api/schema.ts';
import { DocumentWithType, IdAndName, Titled } from '../../../wire/schemas.ts';

export const LocationOnly = Type.Object({ location_id: Id('location id') });

/** The body of the request that a cash register gets. */
export const FiscalizationRequest = named(
  'FiscalizationRequest',
  Type.Object({
    id: Type.String({ description: 'unique id of the sales document' }),
    date: DateTime('when it was sent to print'),
    document_id: Type.Integer({ description: 'internal document id' }),
    type: Type.String({ enum: ['sale', 'return'] }),
    print_receipt: Type.Boolean({ description: 'paper receipt wanted' }),
    customer: Type.Object({ email: Type.String(), phone: Type.String() }),
    positions: Type.Array(
      Type.Object({
        type: Type.String({ enum: ['service', 'commodity', 'payment'] }),
        title: Type.String(),
        price: Type.Number({ description: '2 decimals' }),
        quantity: Type.Integer(),
        discount_amount: Type.Number({ description: '2 decimals' }),
        vat: Type.String({ description: 'VAT slug' }),
        payment_method: Type.String({ enum: ['payment', 'prepayment'] }),
        barcode: Type.String(),
      }),
    ),
    payments: Type.Array(
      Type.Object({
        type: Type.String({ enum: ['card', 'cash', 'prepaid'] }),
        sum: Type.Number({ description: '2 decimals' }),
      }),
    ),
    tax: Type.String({ description: 'tax system slug' }),
    cashier: Type.Object({
      uid: Type.String(),
      name: Type.String(),
      position: Type.String({ maxLength: 64 }),
    }),
    pos: Type.Object({
      enabled: Type.Boolean({ description: 'charge card on POS terminal first' }),
      slip_count: Type.Integer({ description: 'slips printed after POS success' }),
    }),
    callback_url: Type.String({ description: 'status update URL' }),
    custom_text: Type.String({ description: 'printed on receipt' }),
  }),
);

export const FiscalTransaction = named(
  'FiscalTransaction',
  Type.Object({
    id: Type.Integer(),
    print_date: DateTime('when it was sent to print'),
    printed_count: Type.Number({ description: '1 if it was printed' }),
    sum: Type.Number(),
    type: Titled,
    status: Titled,
    document: DocumentWithType,
    cashier: IdAndName,
  }),
);

const text = (maxLength: number, description: string) => Type.String({ maxLength, description });

const settings = {
  is_enabled: Type.Boolean({ description: 'receipts are printed' }),
  url: text(2000, 'where requests to print are posted: fiscalize_document'),
  tax_system: Type.String({ maxLength: 50, pattern: '^[A-Za-z0-9_-]*$', description: 'slug', examples: ['ru_osn'] }),
  vat: Type.String({
    maxLength: 50,
    pattern: '^[A-Za-z0-9_-]*$',
    description: 'slug, of items without a VAT of their own',
    examples: ['ru_vat_20'],
  }),
  prints_paper: Type.Boolean(),
  cashier_uid: text(64, 'id of the cashier of all receipts'),
  cashier_name: text(200, 'name of the cashier of all receipts; empty for the user who prints'),
  cashier_position: text(64, 'position of the cashier'),
  slip_count: Type.Integer({ minimum: 0, maximum: 10, description: 'slips of the terminal' }),
  custom_text: text(1000, 'printed on receipts'),
};

export const FiscalSettings = named(
  'FiscalSettings',
  Type.Object({ ...settings, has_token: Type.Boolean({ description: 'a token is sent; it cannot be read' }) }),
);

export const FiscalSettingsChanges = named(
  'FiscalSettingsChanges',
  Type.Partial(
    Type.Object({
      ...settings,
      token: Type.String({
        maxLength: 500,
        pattern: '^[!-~]*$',
        description: 'sent as `Authorization: Bearer`; empty for none',
      }),
    }),
  ),
);

export const FiscalReport = named(
  'FiscalReport',
  Type.Object({
    id: Type.String({ maxLength: 100, description: 'id of the request' }),
    status: Type.String({ enum: ['success', 'error', 'pending'] }),
    code: Type.Optional(
      Type.Integer({
        minimum: -2_147_483_648,
        maximum: 2_147_483_647,
        description:
          '0 success, 1001 document, 1002 positions, 1003 payments, 1004 client, 1005 cashier, 2001 device, 2002 unavailable',
      }),
    ),
    message: Type.Optional(Type.String({ maxLength: 10_000 })),
  }),
);

export const TaxSystem = named(
  'TaxSystem',
  Type.Object({
    title: Type.String(),
    slug: Type.String({ description: 'e.g. ru_osn, ru_usn, ru_usnr, ru_envd, ru_esn, ru_psn' }),
    vats: Type.Array(
      Type.Object({
        title: Type.String(),
        slug: Type.String({ description: 'e.g. ru_vat_0, ru_vat_10, ru_vat_20, ru_vat_none' }),
      }),
    ),
  }),
);
