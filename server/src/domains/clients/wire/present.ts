import type { Location } from '../../../api/access.ts';
import { compactZonedDateTime, zonedDateTime } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import { humanSize } from '../../../platform/files.ts';
import type { Money } from '../../../platform/money.ts';
import type { ClientCard, ClientColumn, ClientRow } from '../client.ts';
import type { CommentRow } from '../comment.ts';
import { type FileRow, mayEdit } from '../file.ts';
import type { searchFields } from './schemas.ts';

const genders = ['unknown', 'Male', 'Female'] as const;
const importances = ['No importance class', 'Bronze', 'Silver', 'Gold'] as const;

/** The fields of a client that the reader may see. */
export interface Visibility {
  phone: boolean;
  email: boolean;
  /** Last and middle names. */
  surname: boolean;
  comment: boolean;
  customFields: boolean;
}

/** A client of a search, with what other rooms know of it. */
export type FoundClientRow = ClientRow & { depositBalance?: Money | null };

const wirePhone = (row: Pick<ClientRow, 'phone'>, _location: Location, sees: Visibility) =>
  sees.phone && row.phone ? Number(row.phone.slice(1)) : null;
const wireGender = (gender: number) => genders[gender] ?? genders[0];
const wireImportance = (importance: number) => importances[importance] ?? importances[0];
const wireCustomFields = (values: ClientRow['customFields']) => (Object.keys(values).length ? values : []);

/** Includes the card at once, because an object literal is faster than adding fields later. */
const withCard = <Card>(row: ClientCard, location: Location, sees: Visibility, card: Card) => ({
  id: row.id,
  name: row.name,
  surname: sees.surname ? row.surname : '',
  middle_name: sees.surname ? row.middleName : '',
  phone: wirePhone(row, location, sees),
  email: sees.email ? row.email : '',
  categories: row.tags,
  gender_id: row.gender,
  gender: wireGender(row.gender),
  discount: toWire(row.discount),
  importance_id: row.importance,
  importance: wireImportance(row.importance),
  birth_date: row.birthDate,
  comment: sees.comment ? row.comment : '',
  sms_check: Number(row.birthdaySms),
  sms_not: Number(row.noMailings),
  spent: toWire(row.spent),
  balance: toWire(row.balance),
  visits: row.visits,
  last_change_date: compactZonedDateTime(row.changedAt, location.timeZone),
  custom_fields: sees.customFields ? wireCustomFields(row.customFields) : [],
  card,
});

export const presentClient = (row: ClientCard, location: Location, sees: Visibility) => withCard(row, location, sees, row.card);

/** The older answers give a card number as a number. */
const numericCard = (card: string) => (card === '' ? null : /^[1-9]\d{0,14}$/.test(card) ? Number(card) : card);

/** A client in the older list, in the forms that its clients expect: the phone has its plus, and values are texts. */
export function presentListedClient(row: ClientRow, location: Location, sees: Visibility) {
  const client = presentClient(row, location, sees);
  return {
    ...client,
    phone: sees.phone ? (row.phone ?? '') : '',
    patronymic: client.middle_name,
    display_name: [client.name, client.surname].filter(Boolean).join(' '),
    sex: client.gender,
    sex_id: client.gender_id,
    paid: toWire(row.paid),
    sms_bot: client.sms_not,
    custom_fields: sees.customFields ? row.customFields : {},
  };
}

export const presentWrittenClient = (row: ClientCard, location: Location, sees: Visibility) =>
  withCard(row, location, sees, numericCard(row.card));

export const presentBulkClient = (row: ClientRow, location: Location, sees: Visibility) => ({
  ...presentWrittenClient(row, location, sees),
  paid: toWire(row.paid),
  sms_bot: Number(row.noMailings),
});

/** A field that a search can return: its columns and its presenter. */
interface FoundField {
  columns: readonly ClientColumn[];
  present(row: FoundClientRow, location: Location, sees: Visibility): unknown;
}

const column = <Name extends ClientColumn>(
  name: Name,
  present: (value: ClientRow[Name], location: Location) => unknown = (value) => value,
): FoundField => ({
  columns: [name],
  present: (row, location) => present(row[name], location),
});
const moment = (at: Date | null, location: Location) => (at ? zonedDateTime(at, location.timeZone) : null);

const foundFields: Record<keyof typeof searchFields, FoundField> = {
  id: column('id'),
  name: column('name'),
  surname: { columns: ['surname'], present: (row, _, sees) => (sees.surname ? row.surname : '') },
  middle_name: { columns: ['middleName'], present: (row, _, sees) => (sees.surname ? row.middleName : '') },
  phone: { columns: ['phone'], present: wirePhone },
  email: { columns: ['email'], present: (row, _, sees) => (sees.email ? row.email : '') },
  discount: column('discount', toWire),
  categories: column('tags'),
  gender_id: column('gender'),
  gender: column('gender', wireGender),
  importance_id: column('importance'),
  importance: column('importance', wireImportance),
  card: column('card'),
  birth_date: column('birthDate'),
  comment: { columns: ['comment'], present: (row, _, sees) => (sees.comment ? row.comment : '') },
  sms_check: column('birthdaySms', Number),
  sms_not: column('noMailings', Number),
  spent: column('spent', toWire),
  sold_amount: column('spent', toWire),
  balance: column('balance', toWire),
  deposit_balance: { columns: ['id'], present: (row) => toWire(row.depositBalance ?? null) },
  visits: column('visits'),
  visits_count: column('visits'),
  visit_count: column('visits'),
  first_visit_date: column('firstVisitAt', moment),
  last_visit_date: column('lastVisitAt', moment),
  last_change_date: column('changedAt', moment),
  custom_fields: {
    columns: ['customFields'],
    present: (row, _, sees) => (sees.customFields ? wireCustomFields(row.customFields) : []),
  },
};

const fieldsOf = (wanted: readonly string[]) =>
  wanted.flatMap((name) => (isFound(name) ? [[name, foundFields[name]] as const] : []));

const isFound = (name: string): name is keyof typeof foundFields => Object.hasOwn(foundFields, name);

/** The columns of the requested fields, at least one. */
export function columnsOfFields(wanted: readonly string[]): ClientColumn[] {
  const columns = new Set(fieldsOf(wanted).flatMap(([, field]) => field.columns));
  return columns.size ? [...columns] : ['id'];
}

/** The requested fields of a client. The row has at least their columns. */
export function presentFoundClient(
  row: Partial<FoundClientRow>,
  location: Location,
  sees: Visibility,
  wanted: readonly string[],
) {
  return Object.fromEntries(
    fieldsOf(wanted).map(([name, field]) => [name, field.present(row as FoundClientRow, location, sees)]),
  );
}

/** @param link undefined if the caller may not see files */
export const presentComment = (row: CommentRow, location: Location, link: ((fileId: number) => string) | undefined) => ({
  id: row.id,
  create_date: zonedDateTime(row.createdAt, location.timeZone),
  update_date: zonedDateTime(row.updatedAt, location.timeZone),
  type: row.type,
  text: row.text,
  files: row.file && link ? [{ link: link(row.file.id), filename: row.file.name }] : [],
  user: row.author,
});

export const presentFile = (
  row: FileRow,
  location: Location,
  by: { user: number; mayDelete: boolean },
  link: (fileId: number) => string,
) => ({
  id: row.id,
  client_id: row.clientId,
  name: row.name,
  description: row.description,
  date_create: compactZonedDateTime(row.createdAt, location.timeZone),
  extension: row.extension,
  mime: row.mime,
  link: link(row.id),
  user_name: row.uploader?.name ?? '',
  user_avatar: row.uploader?.avatar ?? '',
  size: humanSize(row.size),
  can_edit: mayEdit(row, by),
});
