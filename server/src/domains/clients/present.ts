import type { Location } from '../../api/access.ts';
import { zonedDateTime } from '../../platform/clock.ts';
import { humanSize } from '../../platform/files.ts';
import type { ClientRow } from './client.ts';
import type { CommentRow } from './comment.ts';
import { type FileRow, mayEdit } from './file.ts';

const genders = ['unknown', 'Male', 'Female'] as const;
const importances = ['No importance class', 'Bronze', 'Silver', 'Gold'] as const;

/** What the reader may see of a client. */
export interface Visibility {
  phone: boolean;
  email: boolean;
}

const fields = (row: ClientRow, location: Location, sees: Visibility) => ({
  id: row.id,
  name: row.name,
  surname: row.surname,
  middle_name: row.middleName,
  phone: sees.phone && row.phone ? Number(row.phone.slice(1)) : null,
  email: sees.email ? row.email : '',
  categories: row.tags,
  gender_id: row.gender,
  gender: genders[row.gender] ?? genders[0],
  discount: row.discount,
  importance_id: row.importance,
  importance: importances[row.importance] ?? importances[0],
  birth_date: row.birthDate,
  comment: row.comment,
  sms_check: Number(row.birthdaySms),
  sms_not: Number(row.noMailings),
  spent: row.spent,
  balance: row.openingBalance + row.paid - row.spent,
  visits: row.visits,
  last_change_date: zonedDateTime(row.changedAt, location.timeZone),
  custom_fields: Object.keys(row.customFields).length ? row.customFields : [],
});

export const presentClient = (row: ClientRow, location: Location, sees: Visibility) => ({
  ...fields(row, location, sees),
  card: row.card,
});

/** The older answers give a card number as a number. */
const numericCard = (card: string) => (card === '' ? null : /^[1-9]\d{0,14}$/.test(card) ? Number(card) : card);

export const presentListedClient = (row: ClientRow, location: Location, sees: Visibility) => ({
  ...fields(row, location, sees),
  card: numericCard(row.card) ?? '',
});

export const presentWrittenClient = (row: ClientRow, location: Location, sees: Visibility) => ({
  ...fields(row, location, sees),
  card: numericCard(row.card),
});

export const presentBulkClient = (row: ClientRow, location: Location, sees: Visibility) => ({
  ...presentWrittenClient(row, location, sees),
  paid: row.paid,
  sms_bot: Number(row.noMailings),
});

/** The asked-for fields of a client. */
export function presentFoundClient(row: ClientRow, location: Location, sees: Visibility, wanted: readonly string[]) {
  const moment = (at: Date | null) => (at ? zonedDateTime(at, location.timeZone) : null);
  const all: Record<string, unknown> = {
    ...presentClient(row, location, sees),
    visits_count: row.visits,
    visit_count: row.visits,
    sold_amount: row.spent,
    first_visit_date: moment(row.firstVisitAt),
    last_visit_date: moment(row.lastVisitAt),
  };
  return Object.fromEntries(wanted.map((field) => [field, all[field]]));
}

export const presentComment = (row: CommentRow, location: Location, link: (fileId: number) => string) => ({
  id: row.id,
  create_date: zonedDateTime(row.createdAt, location.timeZone),
  update_date: zonedDateTime(row.updatedAt, location.timeZone),
  type: row.type,
  text: row.text,
  files: row.file ? [{ link: link(row.file.id), filename: row.file.name }] : [],
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
  date_create: zonedDateTime(row.createdAt, location.timeZone),
  extension: row.extension,
  mime: row.mime,
  link: link(row.id),
  user_name: row.uploader?.name ?? '',
  user_avatar: row.uploader?.avatar ?? '',
  size: humanSize(row.size),
  can_edit: mayEdit(row, by),
});
