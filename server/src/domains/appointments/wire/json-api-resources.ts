import { localDateTime } from '../../../platform/clock.ts';
import { absolute, toWire } from '../../../platform/exact.ts';
import { presentDuration } from '../../events/wire/present.ts';
import { known } from '../../series/wire/present.ts';
import type { TeamMemberCard } from '../../team/team-member.ts';
import type { AppointmentRow, Label } from '../appointment.ts';
import { isPaid, paymentStatusOf } from '../payment.ts';
import { goodItemResource } from './good-items.ts';
import { avatar, fontColor, type View, type Visibility } from './present.ts';

/** A resource of a JSON:API document. */
export interface Resource {
  type: string;
  id: string;
  attributes: Record<string, unknown>;
}

const identify = ({ type, id }: Resource) => ({ type, id });

const one = (resource: Resource | null) => ({ data: resource && identify(resource) });

const many = (resources: readonly Resource[]) => ({ data: resources.map(identify) });

/** Each resource once. */
const unique = (resources: readonly Resource[]) => [
  ...new Map(resources.map((resource) => [`${resource.type} ${resource.id}`, resource])).values(),
];

type Related = Record<string, Resource | null | readonly Resource[]>;

type Identifier = Pick<Resource, 'type' | 'id'>;

/** Related resources by name. `client.custom_field_values` is related to the client, and appears only under `included`. */
type Relationships<Of extends Related> = {
  [Name in keyof Of as Name extends `${string}.${string}` ? never : Name]: {
    data: Exclude<Of[Name], undefined> extends readonly Resource[] ? Identifier[] : Identifier | null;
  };
};

/** Rows with their relationships, and the requested related resources. */
export function documentOf<Row extends Resource, Of extends Related>(
  rows: readonly { resource: Row; related: Of }[],
  include: readonly string[],
) {
  const data = rows.map(({ resource, related }) => ({
    ...resource,
    relationships: Object.fromEntries(
      Object.entries(related)
        .filter(([name]) => !name.includes('.'))
        .map(([name, value]) => [name, Array.isArray(value) ? many(value as Resource[]) : one(value as Resource | null)]),
    ) as Relationships<Of>,
  }));
  const included = unique(rows.flatMap(({ related }) => include.flatMap((name) => related[name] ?? [])));
  return { data, included: included.map((resource) => ({ ...resource, relationships: {} })) };
}

export const tagResource = (label: Label): Resource => ({
  type: 'tag',
  id: String(label.id),
  attributes: { title: label.title, color: label.color, icon: label.icon, font_color: fontColor(label.color.slice(1)) },
});

export const staffResource = (member: TeamMemberCard, address: string, type = 'staff'): Resource => ({
  type,
  id: String(member.id),
  attributes: {
    name: member.name,
    specialization: member.specialization,
    image: avatar(member, 'norm', address),
    rating: member.rating,
    position_id: member.position?.id ?? 0,
  },
});

export const instanceResource = ({ id, title, resourceId }: { id: number; title: string; resourceId: number }): Resource => ({
  type: 'resource_instance',
  id: String(id),
  attributes: { title, resource_id: resourceId },
});

export const durationResource = (row: { id: number; duration: number; technicalBreak: number }): Resource => {
  const { id, ...attributes } = presentDuration(row);
  return { type: 'duration_details', id: String(id), attributes };
};

const statusSlugs = { '-1': 'absent', '0': 'waiting', '1': 'attended', '2': 'confirmed' } as const;

function clientResource(row: AppointmentRow, sees: Visibility): Resource | null {
  const { client } = row;
  if (!client || !sees.client) return null;
  return {
    type: 'client',
    id: String(client.id),
    attributes: {
      name: client.name,
      surname: sees.surname ? client.surname : '',
      patronymic: sees.surname ? client.middleName : '',
      phone: sees.phone ? (client.phone ?? '') : '',
      email: sees.email ? client.email : '',
      comment: sees.clientComment ? client.comment : '',
      birthday: client.birthDate && `${client.birthDate}T00:00:00`,
      card_number: client.card,
      gender: client.gender,
      discount_percent: toWire(client.discount),
    },
  };
}

const fieldResources = (values: Record<string, unknown>, owner: number): Resource[] =>
  Object.entries(values).map(([code, value]) => ({
    type: 'custom_field_value',
    id: `${owner}_${code}`,
    attributes: { code, value },
  }));

/** What other rooms know of appointments, by id. */
export interface Beside {
  /** The resource instances of the appointments. */
  instances: Map<number, { id: number; title: string; resourceId: number }>;
  /** The products that are sold in them, as resources; those that are not included need only an id. */
  products: ReadonlyMap<number, Resource & { saleUnitId: number; writeOffUnitId: number }>;
  /** The payments of the appointments, if they are included. */
  payments: ReadonlyMap<number, readonly ({ id: number } & Record<string, unknown>)[]>;
}

/** The products of an appointment. Without the included products, their items have no units. */
function goodsOf(row: AppointmentRow, products: Beside['products'], location: View['location']) {
  const ids = [...new Set(row.products.map(({ productId }) => productId))];
  return {
    goods: ids.map((id) => {
      const { type, attributes } = products.get(id) ?? { type: 'good', attributes: {} };
      return { type, id: String(id), attributes };
    }),
    items: row.products.map((line) => {
      const { saleUnitId = 0, writeOffUnitId = 0 } = products.get(line.productId) ?? {};
      return goodItemResource(
        { ...line, amount: absolute(line.amount), appointmentId: row.id, saleUnitId, writeOffUnitId },
        location,
      );
    }),
  };
}

/** The document of the products and payments of an appointment. */
const documentResource = (row: AppointmentRow): Resource => ({
  type: 'attendance_document',
  id: String(row.documentId),
  attributes: { type_id: 7, number: row.documentId, visit_id: row.visitId, record_id: row.id },
});

const transactionResource = ({ id, ...attributes }: { id: number } & Record<string, unknown>): Resource => ({
  type: 'transaction',
  id: String(id),
  attributes,
});

/** Appointments as resources of V2. */
export function presentAppointmentResources(
  rows: readonly AppointmentRow[],
  include: readonly string[],
  { location, sees, address }: View,
  { instances, products, payments }: Beside,
) {
  return documentOf(
    rows.map((row) => {
      const { goods, items } = sees.products ? goodsOf(row, products, location) : { goods: [], items: [] };
      return {
        resource: {
          type: 'record',
          id: String(row.id),
          attributes: {
            company_id: location.id,
            external_id: row.apiId,
            visit_id: row.visitId,
            booking_user_id: 0,
            bookform_id: row.bookingFormId,
            master_id: row.teamMemberId,
            staff_id: row.teamMemberId,
            client_id: (sees.client && row.clientId) || 0,
            comer_id: null,
            source: Number(row.isOnline),
            attendance: row.attendance,
            attendance_status: row.attendance,
            attendance_status_slug: statusSlugs[`${row.attendance}`],
            client_fictive_name: sees.client ? row.guestName || null : null,
            client_fictive_phone: null,
            client_fictive_email: sees.client && sees.email ? row.guestEmail || null : null,
            clients_count: row.seats,
            activity_id: row.eventId ?? 0,
            custom_color: row.color,
            custom_font_color: row.color && fontColor(row.color).slice(1),
            length: row.duration,
            duration: row.duration,
            paid_full: Number(isPaid(row)),
            is_paid: isPaid(row),
            is_overpaid: paymentStatusOf([row]) === 'paid_over',
            timestamp: Math.floor(row.startsAt.getTime() / 1000),
            date: localDateTime(row.startsAt, location.timeZone),
            created_datetime: localDateTime(row.createdAt, location.timeZone),
            from_url: row.fromUrl,
            is_mobile: row.device,
            comment: row.comment,
            prepaid_status: 0,
            record_from: '',
            payment_status: null,
            is_sale_bill_printed: row.isReceiptPrinted,
            is_client_notification_sent: false,
          },
        },
        related: {
          client: clientResource(row, sees),
          'client.custom_field_values':
            row.client && sees.client && sees.clientFields ? fieldResources(row.client.customFields, row.client.id) : [],
          staff: staffResource(row.teamMember, address),
          services: row.services.map((service) => ({
            type: 'service',
            id: String(service.id),
            attributes: {
              title: service.title,
              category_id: service.categoryId,
              price_min: toWire(service.priceMin),
              price_max: toWire(service.priceMax),
            },
          })),
          goods,
          resource_instances: known(row.resourceInstanceIds, instances).map(instanceResource),
          labels: row.labels.map(tagResource),
          attendance_service_items: row.services.map((service, position) => ({
            type: 'attendance_service_item',
            id: `${row.id}_${position}`,
            attributes: {
              service_id: service.id,
              quantity: service.amount,
              cost_per_unit: toWire(service.costPerUnit),
              first_cost: toWire(service.firstCost),
              discount_percent: toWire(service.discount),
              manual_cost: toWire(service.cost),
              cost: toWire(service.cost),
            },
          })),
          attendance_good_items: items,
          attendance_document: documentResource(row),
          transactions: (payments.get(row.id) ?? []).map(transactionResource),
          fast_payment_settings: null,
          acceptance_free: null,
          custom_field_values: sees.customFields ? fieldResources(row.customFields, row.id) : [],
          comer: null,
          client_notification_settings: {
            type: 'client_notification_settings',
            id: String(row.id),
            attributes: { sms_remain_hours: row.smsReminder, email_remain_hours: row.emailReminder },
          },
          client_schedule: row.clientSeriesId
            ? { type: 'client_schedule', id: String(row.clientSeriesId), attributes: {} }
            : null,
          duration_details: durationResource(row),
        },
      };
    }),
    include,
  );
}
