import type { Location } from '../../../api/access.ts';
import { compactZonedDateTime, localDateTime, zonedDateTime } from '../../../platform/clock.ts';
import { toWire } from '../../../platform/exact.ts';
import { reviewTokenOf } from '../../reviews/review-token.ts';
import type { TeamMemberCard } from '../../team/team-member.ts';
import type { AppointmentProduct, AppointmentRow, AppointmentService, Label } from '../appointment.ts';
import { isPaid } from '../payment.ts';

/** The fields of an appointment that the reader may see. */
export interface Visibility {
  /** The client. */
  client: boolean;
  phone: boolean;
  email: boolean;
  surname: boolean;
  clientComment: boolean;
  clientFields: boolean;
  customFields: boolean;
  /** The products that were sold. */
  products: boolean;
}

/** Webhooks see everything. */
export const everything: Visibility = {
  client: true,
  phone: true,
  email: true,
  surname: true,
  clientComment: true,
  clientFields: true,
  customFields: true,
  products: true,
};

/** Data that a presenter needs besides the row. */
export interface View {
  location: Pick<Location, 'id' | 'timeZone' | 'currency'>;
  sees: Visibility;
  /** The address of this server, before the paths of pictures. */
  address: string;
}

/** Black or white, whichever is easier to read on a colour, by the luminance of sRGB. @param hex rrggbb */
export function fontColor(hex: string): string {
  const [red, green, blue] = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [number, number, number];
  return red * 0.299 + green * 0.587 + blue * 0.114 > 160 ? '#000000' : '#ffffff';
}

export const presentLabel = ({ id, title, color, icon }: Label) => ({
  id,
  title,
  color,
  icon,
  font_color: fontColor(color.slice(1)),
});

export function avatar(member: Pick<TeamMemberCard, 'picture'>, version: 'sm' | 'norm', address: string): string {
  const image = member.picture?.images.find((each) => each.version === version);
  return image ? address + image.path : '';
}

const presentPosition = (member: TeamMemberCard) => ({
  id: member.position?.id ?? 0,
  title: member.position?.title ?? '',
  services_binding_type: member.position?.servicesBinding ?? 0,
});

export const presentStaff = (member: TeamMemberCard, address: string) => ({
  id: member.id,
  api_id: member.apiId || null,
  name: member.name,
  specialization: member.specialization,
  position: presentPosition(member),
  avatar: avatar(member, 'sm', address),
  avatar_big: avatar(member, 'norm', address),
  rating: member.rating,
  votes_count: member.votes,
});

/** The team member as timetable operations show them. */
export const presentMaster = (member: TeamMemberCard, address: string) => ({
  id: member.id,
  name: member.name,
  company_id: member.locationId,
  specialization: member.specialization,
  avatar: avatar(member, 'sm', address),
  avatar_big: avatar(member, 'norm', address),
  position: member.position ? { id: member.position.id, title: member.position.title } : null,
  is_paid_staff: member.isPaid,
});

const presentService = (service: AppointmentService) => ({
  id: service.id,
  title: service.title,
  cost: toWire(service.cost),
  cost_to_pay: toWire(service.cost),
  manual_cost: toWire(service.cost),
  cost_per_unit: toWire(service.costPerUnit),
  discount: toWire(service.discount),
  first_cost: toWire(service.firstCost),
  amount: service.amount,
  assistants: null,
  staff_service_link: { length: service.duration },
  company_service_link: { price_min: toWire(service.priceMin), price_max: toWire(service.priceMax) },
});

function presentClient(row: AppointmentRow, sees: Visibility) {
  const { client } = row;
  if (!sees.client) return null;
  if (!client) return row.guestName || row.guestEmail ? presentGuest(row, sees) : null;
  const surname = sees.surname ? client.surname : '';
  const middleName = sees.surname ? client.middleName : '';
  return {
    id: client.id,
    name: client.name,
    surname,
    middle_name: middleName,
    patronymic: middleName,
    display_name: [client.name, surname].filter(Boolean).join(' '),
    comment: sees.clientComment ? client.comment : '',
    phone: sees.phone ? (client.phone ?? '') : '',
    card: client.card,
    email: sees.email ? client.email : '',
    success_visits_count: client.visits,
    fail_visits_count: client.missedVisits,
    discount: toWire(client.discount),
    is_new: client.visits === 0,
    custom_fields: sees.clientFields ? Object.entries(client.customFields).map(([code, value]) => ({ code, value })) : [],
    gender: client.gender,
    sex: client.gender,
    birthday: client.birthDate ?? '',
    client_tags: row.clientTags.map(presentLabel),
    phone_country_id: 0,
  };
}

/** A client of whom only the name is known. */
const presentGuest = (row: AppointmentRow, sees: Visibility) => ({
  id: 0,
  name: row.guestName,
  surname: '',
  middle_name: '',
  patronymic: '',
  display_name: row.guestName,
  comment: '',
  phone: '',
  card: '',
  email: sees.email ? row.guestEmail : '',
  success_visits_count: 0,
  fail_visits_count: 0,
  discount: 0,
  is_new: true,
  custom_fields: [],
  gender: 0,
  sex: 0,
  birthday: '',
  client_tags: [],
  phone_country_id: 0,
});

const presentProduct = (product: AppointmentProduct) => ({
  id: product.id,
  title: product.title,
  barcode: product.barcode,
  article: product.article,
  amount: toWire(product.amount),
  cost_per_unit: toWire(product.costPerUnit),
  price: toWire(product.costPerUnit),
  cost: toWire(product.cost),
  operation_unit_type: product.isInSaleUnits ? 1 : 2,
  master_id: product.teamMemberId ?? 0,
  storage_id: product.storageId,
  good_id: product.productId,
  discount: toWire(product.discount),
});

/** The documents that hold the products and payments of an appointment, and its consumables. */
const presentDocuments = (row: AppointmentRow, { id, timeZone }: View['location']) =>
  [
    { id: row.documentId, type: 7, title: 'Visit' },
    ...(row.consumablesDocumentId === null
      ? []
      : [{ id: row.consumablesDocumentId, type: 8, title: 'Write-off of consumables' }]),
  ].map((document) => ({
    id: document.id,
    type_id: document.type,
    storage_id: 0,
    user_id: row.createdBy ?? 0,
    company_id: id,
    number: document.id,
    comment: '',
    date_created: zonedDateTime(row.createdAt, timeZone),
    category_id: 0,
    visit_id: document.type === 7 ? row.visitId : 0,
    record_id: row.id,
    type_title: document.title,
    is_sale_bill_printed: document.type === 7 && row.isReceiptPrinted,
  }));

/** The form of an appointment in V1 answers. */
export function presentAppointment(row: AppointmentRow, { location, sees, address }: View) {
  const start = zonedDateTime(row.startsAt, location.timeZone);
  return {
    id: row.id,
    company_id: location.id,
    staff_id: row.teamMemberId,
    services: row.services.map(presentService),
    goods_transactions: sees.products ? row.products.map(presentProduct) : [],
    staff: presentStaff(row.teamMember, address),
    client: presentClient(row, sees),
    clients_count: row.seats,
    date: start,
    datetime: start,
    create_date: compactZonedDateTime(row.createdAt, location.timeZone),
    comment: row.comment,
    online: row.isOnline,
    visit_attendance: row.visitAttendance,
    attendance: row.attendance,
    confirmed: 1,
    seance_length: row.duration,
    length: row.duration,
    technical_break_duration: row.technicalBreak,
    sms_before: row.smsReminder,
    sms_now: 0,
    sms_now_text: '',
    email_now: 0,
    notified: 0,
    master_request: Number(row.isMemberChosen),
    api_id: row.apiId,
    from_url: row.fromUrl,
    review_requested: 0,
    is_remind_sms_sent: false,
    visit_id: row.visitId,
    created_user_id: row.createdBy ?? 0,
    deleted: row.deletedAt !== null,
    paid_full: Number(isPaid(row)),
    payment_status: Number(isPaid(row)),
    prepaid: row.prepayment !== null,
    prepaid_confirmed: row.prepayment === 'paid',
    is_update_blocked: false,
    last_change_date: compactZonedDateTime(row.changedAt, location.timeZone),
    custom_color: row.color,
    custom_font_color: row.color && fontColor(row.color),
    record_labels: row.labels.map(presentLabel),
    activity_id: row.eventId ?? 0,
    custom_fields: sees.customFields && Object.keys(row.customFields).length ? row.customFields : [],
    documents: presentDocuments(row, location),
    sms_remain_hours: row.smsReminder,
    email_remain_hours: row.emailReminder,
    bookform_id: row.bookingFormId,
    record_from: '',
    is_mobile: row.device,
    is_sale_bill_printed: row.isReceiptPrinted,
    consumables: [],
    finance_transactions: [],
    acceptance_free: null,
    comer: null,
    comer_person_info: null,
    resource_instance_ids: row.resourceInstanceIds,
    short_link: `${address}/api/v1/master_record_review/${reviewTokenOf(row.id, row.hash)}`,
  };
}

/** An appointment in a list of V1, in which documents have local dates. */
export const presentListedAppointment = (row: AppointmentRow, view: View) => {
  const appointment = presentAppointment(row, view);
  const date_created = localDateTime(row.createdAt, view.location.timeZone, ' ');
  return { ...appointment, documents: appointment.documents.map((document) => ({ ...document, date_created })) };
};

/** An appointment of V1 with all of its timestamps in RFC 3339: after an update, and in a visit. */
export const withPlainMoments = (row: AppointmentRow, view: View) => ({
  ...presentAppointment(row, view),
  create_date: zonedDateTime(row.createdAt, view.location.timeZone),
  last_change_date: zonedDateTime(row.changedAt, view.location.timeZone),
});

export function presentUpdatedAppointment(row: AppointmentRow, view: View) {
  const appointment = withPlainMoments(row, view);
  return { ...appointment, staff: { ...appointment.staff, spec: row.teamMember.specialization } };
}
