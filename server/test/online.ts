import { eq } from 'drizzle-orm';
import { users } from '../src/domains/access/tables.ts';
import { issueUserToken } from '../src/domains/access/users.ts';
import { type CallOptions, type Shop, somePhone, testDatabase } from './harness.ts';
import { openSalon } from './salon.ts';

/** Lets a member provide a service online. */
export async function linkOnline(shop: Shop, memberId: number, serviceId: number, duration = 3600) {
  const answer = await shop.call('POST', `/company/${shop.locationId}/services/${serviceId}/staff`, {
    body: { master_id: memberId, seance_length: duration, technological_card_id: null },
  });
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
}

/** A salon whose member provides its service online, and calls like those of a booking widget. */
export async function openOnlineSalon(options: Parameters<typeof openSalon>[0] = {}) {
  const salon = await openSalon(options);
  const { shop, place, member, service } = salon;
  const widget = { authorization: `Bearer ${shop.partner.token}` };
  const get = (path: string, callOptions: CallOptions = {}) => shop.call('GET', path, { ...widget, ...callOptions });
  const post = (path: string, body: unknown, callOptions: CallOptions = {}) =>
    shop.call('POST', path, { ...widget, body, ...callOptions });
  const link = (memberId: number, serviceId: number, duration = 3600) => linkOnline(shop, memberId, serviceId, duration);
  await link(member, service);
  const wish = (fields: Record<string, unknown> = {}) => ({
    id: 1,
    staff_id: member,
    services: [service],
    datetime: '2030-05-06T10:00:00',
    ...fields,
  });
  /** Books online; `fields` of the request, `wishes` of its appointments. */
  const bookOnline = (wishes = [wish()], fields: Record<string, unknown> = {}, callOptions: CallOptions = {}) =>
    post(`/book_record/${place}`, { phone: somePhone(), fullname: 'Ada', appointments: wishes, ...fields }, callOptions);
  /** The times of a date that are offered, `10:00`. */
  const times = async (date: string, { of = member, services = [service] }: { of?: number; services?: number[] } = {}) => {
    const answer = await get(`/book_times/${place}/${of}/${date}?service_ids[]=${services.join(',')}`);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return (answer.data as { time: string }[]).map(({ time }) => time);
  };
  const setBooking = async (fields: Record<string, unknown>, path = 'online') => {
    const usual = { confirm_number: false, any_master: true, seance_delay_step: 0, activity_online_record_clients_count_max: 1 };
    const body = path === 'online' ? { ...usual, ...fields } : fields;
    const answer = await shop.call('PATCH', `/company/${place}/settings/${path}`, { body });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  };
  return { ...salon, widget, get, post, link, wish, bookOnline, times, setBooking };
}

/** An online salon with a booking form, whose page is at `/book/<form>`. */
export async function openSalonWithForm(options: Parameters<typeof openSalon>[0] = {}) {
  const salon = await openOnlineSalon(options);
  const forms = `/company/${salon.place}/booking_forms`;
  const body = {
    title: 'Website',
    is_default: true,
    description: '',
    without_menu: false,
    service_step_default: 0,
    service_step_hide: false,
    master_step_default: 0,
    master_step_hide: false,
    service_step_num: 2,
    master_step_num: 1,
    datetime_step_num: 3,
    show_button: true,
    button_position: 'bottom right',
    form_position: 'right',
    button_color: '#1c84c6',
    button_animation: true,
  };
  const { data } = await salon.shop.call('POST', forms, { body });
  return { ...salon, form: data.id as number, forms };
}

/** Signs in a client with a phone number. @returns the whole Authorization header */
export async function signInClient(partner: { id: number; token: string }, phone: string): Promise<string> {
  const { db } = await testDatabase();
  const [known] = await db.select({ id: users.id }).from(users).where(eq(users.phone, phone));
  const [user] = known ? [known] : await db.insert(users).values({ name: 'Ada', phone }).returning({ id: users.id });
  const token = await issueUserToken(db, { userId: (user as { id: number }).id, partnerId: partner.id, scope: 'client' });
  return `Bearer ${partner.token}, User ${token}`;
}
