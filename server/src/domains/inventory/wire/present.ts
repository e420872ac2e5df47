import type { Location } from '../../../api/access.ts';
import { compactZonedDateTime, localDateTime, offsetHours, zonedDateTime } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import { noMoney } from '../../../platform/money.ts';
import { inLargerUnit } from '../../../platform/quantity.ts';
import type { Authorized } from '../../appointments/wire/caller.ts';
import type { BookingSettings } from '../../booking-settings/settings.ts';
import { businessType } from '../../locations/dictionaries.ts';
import type { LocationRow } from '../../locations/location.ts';
import { presentProduct } from '../../products/wire/present.ts';
import type { DocumentRow } from '../document.ts';
import { inWriteOffUnits } from '../line.ts';
import type { LineRow } from '../line-list.ts';
import type { DocumentType, LineType } from '../tables.ts';

export const documentTitles: Record<DocumentType, string> = {
  1: 'Sale of goods',
  2: 'Provision of services',
  3: 'Arrival of goods',
  4: 'Write-off of goods',
  5: 'Transfer of goods',
  6: 'Stocktaking',
  7: 'Visit',
  8: 'Write-off of consumables',
  9: 'Top-up of a client account',
};

const lineTitles: Record<LineType, string> = {
  1: 'Sale of goods',
  2: 'Write-off of consumables',
  3: 'Arrival of goods',
  4: 'Write-off of goods',
  5: 'Transfer of goods',
  6: 'Stocktaking',
};

/** What the reader may see, and where. */
export interface StockView {
  location: Location;
  sees: { costPrice: boolean; phone: boolean; email: boolean; surname: boolean };
}

export const stockViewOf = ({ location, can }: Pick<Authorized, 'location' | 'can'>): StockView => ({
  location,
  sees: {
    costPrice: can('storages_goods_prime_cost_view_access'),
    phone: can('clients_phones_access'),
    email: can('clients_phones_email_access'),
    surname: can('clients_surname_middle_name_access'),
  },
});

/** The location of a document with its rules for clients. */
export interface Company {
  row: LocationRow;
  rules: BookingSettings;
}

/** The part of the location that all documents have. */
const presentPlace = ({ row }: Company) => ({
  id: row.id,
  title: row.title,
  country_id: row.countryId,
  city_id: row.cityId,
  address: row.address,
  coordinate_lat: row.latitude,
  coordinate_lon: row.longitude,
  logo: row.logo,
  zip: row.zip,
  phones: row.phones,
  site: row.site,
});

const presentCompany = (company: Company) => ({
  ...presentPlace(company),
  public_title: company.row.publicTitle || company.row.title,
  business_group_id: businessType(company.row.businessTypeId)?.businessGroupId ?? 0,
  business_type_id: company.row.businessTypeId,
  timezone: offsetHours(company.row.timeZone),
  timezone_name: company.row.timeZone,
  phone: company.row.phones[0] ?? '',
  allow_delete_record: company.rules.clientsMayCancel,
  allow_change_record: company.rules.clientsMayMove,
});

/** @param typeId the type as the request has named it */
const presentBase = (row: DocumentRow, typeId: number) => ({
  id: row.id,
  type_id: typeId,
  type: { id: typeId, title: documentTitles[row.type] },
  storage_id: row.storageId ?? 0,
  user_id: row.userId ?? 0,
  company_id: row.locationId,
  // Documents of appointments are numbered by their ids.
  number: row.number ?? row.id,
  comment: row.comment,
  storage: row.storage ?? { id: 0, title: '' },
});

const presentPerson = ({ user }: DocumentRow) => ({ id: user?.id ?? 0, name: user?.name ?? '', phone: user?.phone ?? '' });

/** A document by itself. The published answers write its time in two ways. */
export function presentDocument(row: DocumentRow, company: Company, form: 'local' | 'zoned', typeId: number = row.type) {
  const { timeZone } = company.row;
  return {
    ...presentBase(row, typeId),
    create_date: form === 'local' ? localDateTime(row.at, timeZone, ' ') : zonedDateTime(row.at, timeZone),
    bill_print_status: row.receiptStatus,
    company: presentCompany(company),
    user: {
      ...presentPerson(row),
      email: row.user?.email ?? '',
      is_approved: row.user?.isApproved ?? false,
      avatar: row.user?.avatar ?? '',
    },
  };
}

/** A document with its lines. */
export const presentOperation = (row: DocumentRow, company: Company) => ({
  ...presentBase(row, row.type),
  create_date: zonedDateTime(row.at, company.row.timeZone),
  company: { ...presentPlace(company), timezone: String(offsetHours(company.row.timeZone)) },
  user: presentPerson(row),
});

/** The unit that the amount of a line is in. */
const unitOf = (row: LineRow) => (row.isInSaleUnits ? row.saleUnit : row.writeOffUnit);

const presentUnit = ({ id, title, shortTitle }: LineRow['saleUnit'], location: Location) => ({
  id,
  company_id: location.id,
  title,
  short_title: shortTitle,
});

/** All but a sale is at cost price, which is 0 for a reader who may not see it. */
const presentPrices = (row: LineRow, { sees }: StockView) => {
  const isShown = row.type === 1 || sees.costPrice;
  return {
    cost_per_unit: toWire(isShown ? row.costPerUnit : noMoney),
    cost: toWire(isShown ? row.cost : noMoney),
    discount: toWire(row.discount),
  };
};

const nameOf = ({ client }: LineRow, { sees }: StockView) =>
  [client?.name, sees.surname ? client?.surname : ''].filter(Boolean).join(' ');

const presentClient = (row: LineRow, view: StockView) => ({
  id: row.clientId ?? 0,
  name: nameOf(row, view),
  phone: view.sees.phone ? (row.client?.phone ?? '') : '',
});

/** The ids that a line names; 0 for none. */
const presentIds = (row: LineRow) => ({
  storage_id: row.storageId,
  supplier_id: row.supplierId ?? 0,
  client_id: row.clientId ?? 0,
  master_id: row.teamMemberId ?? 0,
});

/** What every form of a line has in common. */
const presentLine = (row: LineRow, view: StockView) => ({
  id: row.id,
  document_id: row.documentId,
  type_id: row.type,
  company_id: view.location.id,
  good_id: row.productId,
  amount: toWire(row.amount),
  ...presentPrices(row, view),
  unit_id: unitOf(row).id,
  ...presentIds(row),
  create_date: zonedDateTime(row.at, view.location.timeZone),
  comment: row.comment,
  deleted: row.deletedAt !== null,
});

const suppliersOf = ({ supplierId, supplier }: LineRow) =>
  supplierId === null ? [] : [{ id: supplierId, title: supplier ?? '' }];
const memberOf = ({ teamMemberId, teamMember }: LineRow) => ({ id: teamMemberId ?? 0, name: teamMember ?? '' });
const typeOf = ({ type }: LineRow) => ({ id: type, title: lineTitles[type] });

/** A line of an operation, whose people are lists of at most one. */
export const presentOperationLine = (row: LineRow, view: StockView) => ({
  ...presentLine(row, view),
  type: typeOf(row),
  good: { id: row.productId, title: row.product },
  storage: { id: row.storageId, title: row.storage },
  supplier: suppliersOf(row),
  client: row.clientId === null ? [] : [presentClient(row, view)],
  master: row.teamMemberId === null ? [] : [memberOf(row)],
  unit: { id: unitOf(row).id, title: unitOf(row).title },
});

/** A line in the list of a document. */
export const presentDocumentLine = (row: LineRow, view: StockView) => ({
  ...presentLine(row, view),
  operation_unit_type: row.isInSaleUnits ? 1 : 2,
  record_id: row.appointmentId ?? 0,
  service_id: row.serviceId ?? 0,
  user_id: row.userId ?? 0,
  pkg_amount: 0,
});

type Product = Parameters<typeof presentProduct>[0];

/** A product with the fields that a line has of it. */
function presentLineProduct(product: Product, { location, sees }: StockView) {
  const { print_title, netto, brutto, tax_variant, vat_id, is_archived, ...shown } = presentProduct(product, {
    location,
    seesCostPrice: sees.costPrice,
  });
  return { id: product.id, unit: product.saleUnit, ...shown };
}

/** A line by itself, with its product. The published answers write the time of the last change in two ways. */
export function presentTransaction(row: LineRow, product: Product, view: StockView, form: 'compact' | 'zoned') {
  const { location, sees } = view;
  const moved = inWriteOffUnits(row);
  return {
    ...presentLine(row, view),
    type: typeOf(row),
    last_change_date: (form === 'compact' ? compactZonedDateTime : zonedDateTime)(row.changedAt, location.timeZone),
    good_special_number: row.code,
    service_amount: toWire(moved),
    sale_amount: toWire(row.isInSaleUnits ? row.amount : inLargerUnit(moved, row.unitRatio)),
    service_unit_id: row.writeOffUnit.id,
    sale_unit_id: row.saleUnit.id,
    operation_unit_type: row.isInSaleUnits ? 1 : 2,
    good: presentLineProduct(product, view),
    sale_unit: presentUnit(row.saleUnit, location),
    service_unit: presentUnit(row.writeOffUnit, location),
    goods_marks: [],
    storage: { id: row.storageId, title: row.storage },
    supplier: suppliersOf(row),
    client: row.clientId === null ? [] : { ...presentClient(row, view), email: sees.email ? (row.client?.email ?? '') : '' },
    master: row.teamMemberId === null ? [] : memberOf(row),
    unit: presentUnit(unitOf(row), location),
  };
}

/** A line in the list of the location. What it does not name has the id 0. */
export const presentFoundLine = (row: LineRow, view: StockView) => ({
  id: row.id,
  document_id: row.documentId,
  type_id: row.type,
  type: lineTitles[row.type],
  good: { id: row.productId, title: row.product },
  storage: { id: row.storageId, title: row.storage },
  unit: { id: unitOf(row).id, title: unitOf(row).title },
  operation_unit_type: row.isInSaleUnits ? 1 : 2,
  create_date: compactZonedDateTime(row.at, view.location.timeZone),
  last_change_date: compactZonedDateTime(row.changedAt, view.location.timeZone),
  ...presentPrices(row, view),
  master: { id: row.teamMemberId ?? 0, title: row.teamMember ?? '' },
  supplier: { id: row.supplierId ?? 0, title: row.supplier ?? '' },
  record_id: row.appointmentId ?? 0,
  service: { id: row.serviceId ?? 0, title: row.service ?? '' },
  clients: presentClient(row, view),
});

/** A line in a webhook, which sees everything. */
export function presentPublishedLine(row: LineRow, location: Location) {
  const view = { location, sees: { costPrice: true, phone: true, email: true, surname: true } };
  const { clients, operation_unit_type, unit, ...found } = presentFoundLine(row, view);
  return {
    ...found,
    operation_unit_type: String(operation_unit_type),
    amount: toWire(row.amount),
    comment: row.comment,
    loyalty_abonement_id: null,
    loyalty_certificate_id: null,
    unit: { ...unit, short_title: unitOf(row).shortTitle },
    client: clients,
  };
}
