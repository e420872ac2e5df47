import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { and, eq, inArray } from 'drizzle-orm';
import { exampleOf } from '../src/api/openapi/example.ts';
import { type Operation, type Surface, transactionOf } from '../src/api/operation.ts';
import { appointments } from '../src/domains/appointments/tables.ts';
import { auditEntries } from '../src/domains/audit/tables.ts';
import { createType } from '../src/domains/client-accounts/type.ts';
import { type FiscalStatus, fiscalDocuments, fiscalSettings, fiscalTransactions } from '../src/domains/fiscal/tables.ts';
import { giftCards } from '../src/domains/gift-cards/tables.ts';
import { createGiftCardType } from '../src/domains/gift-cards/type.ts';
import { documents } from '../src/domains/inventory/tables.ts';
import { getPlace } from '../src/domains/locations/location.ts';
import { addTransactions } from '../src/domains/money/transaction.ts';
import { payStatementItems, payStatements } from '../src/domains/payroll/tables.ts';
import { prepaymentParts, prepayments } from '../src/domains/prepayment/tables.ts';
import { products } from '../src/domains/products/tables.ts';
import { ringingCalls } from '../src/domains/telephony/tables.ts';
import { toMoney } from '../src/platform/money.ts';
import { beginAlone } from '../src/surfaces/changes.ts';
import { surfaces } from '../src/surfaces/index.ts';
import { type Answer, type CallOptions, call, type Shop, testDatabase } from './harness.ts';
import { addMembershipType, productOfType } from './memberships.ts';
import { someEmail } from './people.ts';

/** An operation and the surface it belongs to. */
export interface Built {
  surface: Surface;
  operation: Operation;
}

/** Every operation that others call, so that no later one escapes the tests that walk them all. */
export const builtOperations: Built[] = surfaces.flatMap((surface) =>
  surface.operations.filter((operation) => !operation.webhook).map((operation) => ({ surface, operation })),
);

/** Whether the operation may change something. Some GETs of the published API do. */
export const mayWrite = ({ operation }: Built): boolean => operation.method !== 'GET' || transactionOf(operation) === 'write';

/** The rows for `describe.each`: a title, and its operation. */
export const titled = (built: Built) => [`${built.surface.name} ${built.operation.id}`, built] as const;

/** Ids by the name of the path parameter, or by `Tag.name` if the name means something else in a tag. */
export type Things = Record<string, number | string>;

/**
 * One object of every kind that a path can name.
 * @param mark appears in the names of all of them @param clientFields the fields of the client
 */
export async function things(of: Shop, mark = 'Private', clientFields: Record<string, unknown> = {}): Promise<Things> {
  const client = await of.addClient(clientFields);
  const comment = await of.call('POST', `/clients/${of.locationId}/clients/${client.id}/comments`, { body: { text: mark } });
  const form = new FormData();
  form.append('file', new Blob([mark]), `${mark.toLowerCase()}.txt`);
  const files = await of.call('POST', `/company/${of.locationId}/clients/files/${client.id}`, { rawBody: form });
  const tokens = await of.call('GET', '/user/tokens');
  const tag = await of.call('POST', `/labels/${of.locationId}?title=${mark}&color=%23ff2828&entity=1`);
  const position = await of.call('POST', `/company/${of.locationId}/positions/quick`, { body: { title: mark } });
  const team_member_id = await of.addTeamMember({ name: mark });
  const category = await of.call('POST', `/service_categories/${of.locationId}`, { body: { title: mark } });
  const category_id: number = category.data.id;
  const service_id = await of.addService({ title: mark, categoryId: category_id });
  const technological_card_id = await of.addBill(mark);
  await of.call('POST', `/company/${of.locationId}/services/${service_id}/staff`, {
    body: { master_id: team_member_id, seance_length: 3600, technological_card_id },
  });
  const field = await of.call('POST', `/custom_fields/client/${of.locationId}`, {
    body: { type: 'text', code: 'private', title: mark, user_can_edit: true, show_in_ui: true },
  });
  const widget = await of.call('POST', `/company/${of.locationId}/booking_forms`, { body: { title: mark } });
  const event = await of.call('POST', `/activity/${of.locationId}`, {
    body: { date: '2030-05-06 10:00', service_id, staff_id: team_member_id, capacity: 500, length: 3600, force: true },
  });
  const event_id: number = event.data.id;
  const appointment = await of.call('POST', `/records/${of.locationId}`, {
    body: { activity_id: event_id, client: { id: client.id } },
  });
  const [{ id: record_id, visit_id, short_link }] = appointment.data;
  const { db } = await testDatabase();
  const [secret] = await db.select({ hash: appointments.hash }).from(appointments).where(eq(appointments.id, record_id));
  const strategy = await of.call('POST', `/activity/${of.locationId}/duplication_strategy`, {
    body: { title: mark, repeat_mode_id: 1 },
  });
  const schedule = await of.call('POST', `/company/${of.locationId}/schedules`, {
    body: {
      original_entity_type: 'activity',
      original_entity_id: event_id,
      date_end: '2030-05-20',
      add_clients_from_original_entity: false,
      days: [
        { day_of_week: 'mon', events_master_id: team_member_id, events_time: '10:00', events_duration: 3600, events_capacity: 5 },
      ],
    },
  });
  const day_id: number = schedule.data.days[0].id;
  const clientSchedule = await of.call('POST', `/company/${of.locationId}/schedules/${schedule.data.id}/client_schedules`, {
    body: { client_id: client.id, schedule_days_ids: [day_id] },
  });
  const user = await of.hire('worker');
  const template = await of.call('PUT', `/notification_settings/${of.locationId}/templates`, {
    body: { type: 'record_reminder_client', channel: 'sms', language: 'en', text: mark },
  });
  await of.call('PUT', `/group/${of.chainId}/users/${user.id}`, { body: { access: { clients_access: true } } });
  await of.call('POST', `/user/invite/${of.locationId}`, { body: { invites: [{ name: mark, search: someEmail() }] } });
  const invitations = await of.call('GET', `/user/invite/${of.locationId}`);
  const account = await of.call('POST', `/company/${of.locationId}/accounts`, { body: { title: mark, type: 1 } });
  const expense = await of.call('POST', `/company/${of.locationId}/expenses`, { body: { title: mark, is_income: true } });
  const depositType = await beginAlone(db)((write) =>
    createType(write, of.chainId, { title: mark, locationIds: [of.locationId] }),
  );
  const deposit = await of.call('POST', `/company/${of.locationId}/deposits`, {
    body: { client_id: client.id, deposit_type_id: depositType.id, initial_balance: 50 },
  });
  const loyalty = await addLoyaltyCards(of, mark, client.phone);
  // An appointment that is paid in part, of its own, because paid ones are deleted by few.
  const sold = await of.call('POST', `/records/${of.locationId}`, {
    body: {
      staff_id: team_member_id,
      services: [{ id: service_id }],
      client: { id: client.id },
      datetime: '2030-05-09T15:00:00',
      seance_length: 3600,
      save_if_busy: true,
    },
  });
  const document_id: number = sold.data[0].documents[0].id;
  // A payment in the document of the appointment, as a sale makes it.
  const [transaction_id] = await beginAlone(db)(async (write) =>
    addTransactions(write, await getPlace(write, of.locationId), [
      {
        accountId: account.data.id,
        expenseId: expense.data.id,
        amount: toMoney(5),
        at: new Date(),
        documentId: document_id,
        clientId: client.id,
        teamMemberId: team_member_id,
        comment: mark,
      },
    ]),
  );
  const picture = pictureForm({ company_id: of.locationId, service_id });
  const { data: uploaded } = await of.call('POST', '/images/service', { rawBody: picture });
  const tips = await of.call('POST', `/tips/${of.locationId}/settings`, {
    body: { staff_id: team_member_id, landing_external: `https://example.com/${mark}` },
  });
  const spareResource = await of.call('POST', `/resources/${of.locationId}`, { body: { title: mark, count: 2 } });
  const productCategory = await of.call('POST', `/goods_categories/${of.locationId}`, { body: { title: mark } });
  const product_category_id: number = productCategory.data.id;
  const [product_id, other_product_id, archived_product_id, restored_product_id] = await addProducts(
    of,
    product_category_id,
    mark,
  );
  const unit = await of.call('POST', `/company/${of.locationId}/product_units`, { body: { title: mark, short_title: 'u' } });
  const stock = await addStock(of, mark, client.id, team_member_id, product_id);
  const [entry] = await db
    .select({ id: auditEntries.id })
    .from(auditEntries)
    .where(and(eq(auditEntries.locationId, of.locationId), eq(auditEntries.kind, 'client'), eq(auditEntries.thingId, client.id)))
    .orderBy(auditEntries.id)
    .limit(1);
  const giftCards = await addGiftCards(of, mark, client.id);
  const feeds = await Promise.all(
    [`staff/${team_member_id}`, `clients/${client.id}`].map((whose) =>
      of.call('PUT', `/company/${of.locationId}/${whose}/calendar_feed`, { body: {} }),
    ),
  );
  return {
    ...giftCards,
    feed_token: basename(feeds[0]?.data.address),
    entry_id: entry?.id as number,
    ...stock,
    ...loyalty,
    ...(await addMembershipTypes(of, { service: service_id, client: client.id, storage: stock.storage_id as number }, mark)),
    ...(await addWebhooks(of, mark)),
    ...(await addReceipts(of, mark, document_id)),
    ...(await addCalls(of, mark, `+${client.phone}`)),
    ...(await addApplications(of, mark)),
    ...(await addWaiting(of, { client_id: client.id, team_member_id, title: mark })),
    ...(await addPayroll(of, mark, team_member_id)),
    country_id: 643,
    resource_id: spareResource.data.id,
    instance_id: spareResource.data.instances[0].id,
    spare_resource_id: spareResource.data.id,
    spare_instance_id: spareResource.data.instances[1].id,
    image_group_id: uploaded.image_group.id,
    master_tips_settings_id: tips.data.id,
    'Products.category_id': product_category_id,
    parent_category_id: product_category_id,
    product_category_id,
    product_id,
    other_product_id,
    archived_product_id,
    restored_product_id,
    unit_id: unit.data.id,
    attendance_product_item_id: await of.addSale(sold.data[0].id, other_product_id),
    ...(await payInPart(of, {
      document: document_id,
      account: account.data.id,
      clientAccount: deposit.data.deposit.id,
      card: loyalty.card_id as number,
    })),
    location_id: of.locationId,
    company_id: of.locationId,
    id: client.id,
    client_id: client.id,
    comment_id: comment.data.id,
    'Notifications.template_id': template.data.id,
    file_id: files.data[0].id,
    token_id: tokens.data[0].id,
    user_id: user.id,
    invited_id: invitations.data[0].user_id,
    tag_id: tag.data.id,
    field_category: 'client',
    lang_code: 'en-US',
    field_id: field.data.id,
    form_id: widget.data.id,
    'Utilities.entity': 'service',
    image_name: basename(uploaded.image_group.images.basic.path),
    position_id: position.data.id,
    entity: 'client',
    phone: '13155550175',
    'Deposits.phone': client.phone,
    'Loyalty Cards.phone': client.phone,
    team_member_id,
    service_id,
    technological_card_id,
    other_technological_card_id: await of.addBill(mark),
    'Services.id': category_id,
    'Online Booking.id': widget.data.id,
    chain_id: of.chainId,
    start_date: '2026-09-21',
    end_date: '2026-09-27',
    date: '2026-09-21',
    event_id,
    record_id,
    sold_record_id: sold.data[0].id,
    sold_visit_id: sold.data[0].visit_id,
    record_hash: secret?.hash as string,
    'Prepayment.record_id': sold.data[0].id,
    'Prepayment.record_hash': await prepaid(of, sold.data[0].id),
    record_token: basename(short_link),
    appointment_id: record_id,
    visit_id,
    attendance_id: `visit_${visit_id}`,
    strategy_id: strategy.data.id,
    schedule_id: schedule.data.id,
    day_id,
    client_schedule_id: clientSchedule.data.id,
    entity_type: 'activity',
    entity_id: event_id,
    account_id: account.data.id,
    expense_id: expense.data.id,
    document_id,
    transaction_id: transaction_id as number,
    deposit_type_id: depositType.id,
    deposit_id: deposit.data.deposit.id,
    ...(await addPromotions(of, mark, {
      service_id,
      product_id,
      product_category_id,
      card_type_id: loyalty.card_type_id as number,
    })),
  };
}

/** A discount for a chosen service and chosen products, and a referral program with it and a cashback, and somebody who invites. */
async function addPromotions(
  of: Shop,
  mark: string,
  ids: { service_id: number; product_id: number; product_category_id: number; card_type_id: number },
): Promise<Things> {
  const must = async (method: string, path: string, body: object) => {
    const answer = await of.call(method, path, { body });
    if (answer.status !== 200) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.data;
  };
  const programs = `/chain/${of.chainId}/loyalty/programs`;
  const common = {
    title: mark,
    service_item_type: 'custom_allowed',
    good_item_type: 'custom_allowed',
    value_unit: 'percent',
    rules: [{ parameter: 0, value: 10 }],
    company_ids: [of.locationId],
    loyalty_card_type_ids: [ids.card_type_id],
    allowed_service_ids: [ids.service_id],
    allowed_good_ids: [ids.product_id],
    allowed_good_category_ids: [ids.product_category_id],
  };
  const { id: guest } = await must('POST', programs, { ...common, type: 'discount_static' });
  const { id: inviter } = await must('POST', programs, { ...common, type: 'cashback_static_sold' });
  await must('PUT', `/chain/${of.chainId}/loyalty/settings/referral`, {
    is_enabled: true,
    guest_program_id: guest,
    inviter_program_id: inviter,
    card_type_id: ids.card_type_id,
    is_for_every_visit: true,
  });
  const { phone } = await of.addClient({ name: mark });
  return { loyalty_program_id: guest, program_id: guest, inviter_program_id: inviter, inviter_phone: phone };
}

/** Two types of loyalty cards, and a card of the client with points. */
async function addLoyaltyCards({ call, chainId, locationId }: Shop, title: string, phone: number): Promise<Things> {
  const must = async (path: string, body: object) => {
    const answer = await call('POST', path, { body });
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.data;
  };
  const types = `/chain/${chainId}/loyalty/card_types`;
  const type = await must(types, { title, company_ids: [locationId] });
  const spare = await must(types, { title, company_ids: [locationId] });
  const card = await must(`/loyalty/cards/${locationId}`, { loyalty_card_type_id: type.id, phone });
  await must(`/company/${locationId}/loyalty/cards/${card.id}/manual_transaction`, { amount: 50, title });
  const path = `/chain/${chainId}/loyalty/notification_message_templates`;
  const template = await must(path, { type: 'custom', body: title, message_type: 'loyalty_card_manual' });
  return { template_id: template.id, card_type_id: type.id, spare_card_type_id: spare.id, card_id: card.id };
}

/** A type of gift cards that nobody has yet, and a gift card of another type. */
async function addGiftCards(of: Shop, mark: string, clientId: number) {
  const fields = {
    title: mark,
    balance: toMoney(100),
    isMulti: true,
    itemType: 0,
    allowsEmptyCode: false,
    isBalanceEditable: true,
    categoryId: null,
    serviceIds: [],
    locationIds: [of.locationId],
    expiration: { type: 'never' as const },
    online: { isSold: false, title: mark, description: mark, price: toMoney(0) },
  };
  const { db } = await testDatabase();
  const product = async (typeId: number) => {
    const [row] = await db
      .select({ id: products.id })
      .from(products)
      .where(and(eq(products.locationId, of.locationId), eq(products.giftCardTypeId, typeId)));
    return (row as { id: number }).id;
  };
  const add = () => beginAlone(db)((write) => createGiftCardType(write, of.chainId, fields));
  const [free, issued] = [await add(), await add()];
  const storages = (await of.call('GET', `/storages/${of.locationId}`)).data as { id: number; for_sale: number }[];
  const sold = await of.call('POST', `/storage_operations/operation/${of.locationId}`, {
    body: {
      type_id: 1,
      create_date: '2030-06-06 12:00:00',
      storage_id: storages.find(({ for_sale }) => for_sale === 1)?.id,
      goods_transactions: [
        { good_id: await product(issued.id), amount: 1, client_id: clientId, good_special_number: `${mark}${free.id}` },
      ],
    },
  });
  if (sold.status !== 200) throw new Error(JSON.stringify(sold.body));
  const [card] = await db
    .select({ id: giftCards.id, number: giftCards.number })
    .from(giftCards)
    .where(and(eq(giftCards.chainId, of.chainId), eq(giftCards.typeId, issued.id)));
  const gift_product_id = await product(free.id);
  return {
    'Chain Loyalty Programs.type_id': free.id,
    'Loyalty Programs.product_id': gift_product_id,
    gift_product_id,
    certificate_id: (card as { id: number }).id,
    certificate_number: (card as { number: string }).number,
  };
}

/** Makes an appointment one that its client has paid in advance. @returns its hash */
async function prepaid({ call, locationId }: Shop, appointmentId: number): Promise<string> {
  const set = await call('PUT', `/company/${locationId}/settings/prepayment`, { body: { provider: 'demo' } });
  if (set.status !== 200) throw new Error(JSON.stringify(set.body));
  const { db } = await testDatabase();
  const [key, amount, at] = [randomUUID(), toMoney(5), new Date()];
  const received = { receivedMinor: 500, receivedCurrency: 'USD', receivedAt: at, paymentId: 'demo' };
  const [made] = await db
    .insert(prepayments)
    .values({
      locationId,
      provider: 'demo',
      status: 'paid',
      amount,
      minor: 500,
      currency: 'USD',
      key,
      expiresAt: at,
      ...received,
    })
    .returning({ id: prepayments.id });
  await db.insert(prepaymentParts).values({ locationId, prepaymentId: (made as { id: number }).id, appointmentId, amount });
  const [row] = await db
    .update(appointments)
    .set({ prepayment: 'paid' })
    .where(eq(appointments.id, appointmentId))
    .returning({ hash: appointments.hash });
  return (row as { hash: string }).hash;
}

/** Pays a part of a visit into an account, a part from an account of the client, and a part with points. @returns the ids of the payments */
async function payInPart(
  shop: Shop,
  sale: { document: number; account: number; clientAccount: number; card: number },
): Promise<Things> {
  const pay = async (method: object) => {
    const answer = await shop.call('POST', `/company/${shop.locationId}/sale/${sale.document}/payment`, {
      body: { payment: { method, amount: 0.02 } },
    });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return answer.data.state;
  };
  const { payment_transactions } = await pay({ slug: 'account', account_id: sale.account });
  const { loyalty_transactions } = await pay({ slug: 'deposit', deposit_id: sale.clientAccount });
  await pay({ slug: 'loyalty_card', loyalty_card_id: sale.card });
  return {
    payment_transaction_id: payment_transactions.at(-1).id,
    client_account_payment_id: loyalty_transactions[0].id,
  };
}

/** Types of memberships: one, one that is to end, and a deleted one; and memberships of the first: one, and one that is frozen. */
async function addMembershipTypes(
  of: Shop,
  { service, client, storage }: { service: number; client: number; storage: number },
  mark: string,
): Promise<Things> {
  const type = (title: string) =>
    addMembershipType(of, service, {
      title,
      expiration_type_id: 2,
      period: 20,
      period_unit_id: 4,
      allow_freeze: true,
      balance_edit_type_id: 2,
    });
  const [used, spare, deleted] = [await type(mark), await type(`${mark} spare`), await type(`${mark} past`)];
  await of.call('DELETE', `/chain/${of.chainId}/loyalty/abonement_types/${deleted.id}`);
  const product = await productOfType(of, used.id);
  const sold = await of.call('POST', `/storage_operations/operation/${of.locationId}`, {
    body: {
      type_id: 1,
      create_date: new Date().toISOString(),
      storage_id: storage,
      goods_transactions: [1, 2].map(() => ({ good_id: product, amount: 1, client_id: client, comment: mark })),
    },
  });
  if (sold.status !== 200) throw new Error(JSON.stringify(sold.body));
  const chain = `/chain/${of.chainId}/loyalty/abonements`;
  const [one, frozen] = (await of.call('GET', `${chain}?created_after=2000-01-01`)).data;
  await of.call('POST', `${chain}/${frozen.id}/freeze`, { body: { freeze_till: '2030-05-06T12:00:00Z' } });
  return {
    membership_id: one.id,
    frozen_membership_id: frozen.id,
    loyalty_membership_type_id: used.id,
    spare_membership_type_id: spare.id,
    deleted_membership_type_id: deleted.id,
    membership_product_id: product,
    spare_membership_product_id: await productOfType(of, spare.id),
  };
}

/** Registers applications of the partner: one that the location has, one that it is to lose, and one that it does not have. */
async function addApplications({ call, locationId, partner }: Shop, mark: string): Promise<Things> {
  const authorization = `Bearer ${partner.token}`;
  const register = async (): Promise<number> => {
    const body = { name: mark, callback_url: 'https://partner.example/', kind: 'chat_bot' };
    return (await call('POST', '/marketplace/applications', { body, authorization })).data.id;
  };
  const install = async (): Promise<number> => {
    const id = await register();
    await call('POST', `/company/${locationId}/marketplace/applications/${id}/connect`);
    await call('POST', '/marketplace/partner/callback', { body: { salon_id: locationId, application_id: id }, authorization });
    return id;
  };
  const application_id = await install();
  const payment = await call('POST', '/marketplace/partner/payment', {
    body: {
      salon_id: locationId,
      application_id,
      currency_iso: 'USD',
      payment_sum: 5,
      payment_date: '2030-05-01 09:00:00',
      period_from: '2030-05-01',
      period_to: '2030-06-01',
    },
    authorization,
  });
  const query = `salon_id=${locationId}&application_id=${application_id}`;
  const link = await call('GET', `/marketplace/application/payment_link?${query}`, { authorization });
  return {
    application_id,
    spare_application_id: await install(),
    new_application_id: await register(),
    payment_id: payment.data.id,
    payment_link_sign: new URL(link.data.url).searchParams.get('sign') as string,
  };
}

/** Connects telephony, with a call of a client, and another one that rings for long. @returns its token */
async function addCalls({ call, chainId, locationId, partner }: Shop, mark: string, phone: string): Promise<Things> {
  const { data } = await call('POST', `/chain/${chainId}/voip_settings/token`);
  const { crm_token } = data;
  await call('PUT', `/chain/${chainId}/voip_settings`, { body: { is_enabled: true } });
  const body = {
    command: 'history',
    type: 'incoming',
    crm_token,
    phone,
    user: mark,
    diversion: mark,
    date: '2030-05-06T09:00:00Z',
  };
  const answer = await call('POST', '/voip/integration', { body, authorization: `Bearer ${partner.token}` });
  if (answer.status !== 202) throw new Error(JSON.stringify(answer.body));
  const { db } = await testDatabase();
  const at = new Date(Date.now() + 3_600_000);
  await db.insert(ringingCalls).values({ locationId, phone, diversion: mark, at });
  return { crm_token };
}

/** Connects a cash register, with a receipt of a sale that has failed, and one of a top-up that waits. @returns the ids of the latter */
async function addReceipts({ locationId, owner }: Shop, name: string, documentId: number): Promise<Things> {
  const { db } = await testDatabase();
  const uid = randomUUID();
  await db.insert(fiscalSettings).values({ locationId, isEnabled: true, url: 'https://register.example.com/receipts' });
  const [topUp] = await db.insert(documents).values({ locationId, type: 9, at: new Date() }).returning({ id: documents.id });
  const receipt = (document: number, id: string, status: FiscalStatus) => ({
    locationId,
    documentId: document,
    uid: id,
    status,
    type: 0 as const,
    amount: toMoney(5),
    userId: owner.id,
    request: {
      id,
      date: '2030-05-09T15:00:00-04:00',
      document_id: document,
      type: 'sale' as const,
      print_receipt: true,
      customer: { email: '', phone: '' },
      positions: [],
      payments: [],
      tax: '',
      cashier: { uid: '', name, position: '' },
      pos: { enabled: false, slip_count: 1 },
      callback_url: '',
      custom_text: '',
    },
  });
  const rows = [receipt(documentId, randomUUID(), 3), receipt((topUp as { id: number }).id, uid, 2)];
  const made = await db.insert(fiscalTransactions).values(rows).returning();
  await db
    .insert(fiscalDocuments)
    .values(made.map((row) => ({ locationId, transactionId: row.id, documentId: row.documentId, isStanding: row.status === 2 })));
  return { fiscal_uid: uid, fiscal_id: made[1]?.id as number };
}

/** Opens the waiting list to clients, and adds one. */
async function addWaiting(
  { call, locationId, addService }: Shop,
  { client_id, team_member_id, title }: { client_id: number; team_member_id: number; title: string },
): Promise<Things> {
  // Of its own, because it must be offered online.
  const online_service_id = await addService({ title });
  await call('POST', `/company/${locationId}/services/${online_service_id}/staff`, {
    body: { master_id: team_member_id, seance_length: 3600, technological_card_id: null },
  });
  await call('PUT', `/company/${locationId}/settings/waiting_list`, { body: { is_online: true } });
  const body = { client_id, service_ids: [online_service_id], team_member_id, date_from: '2030-05-09', date_to: '2030-05-10' };
  const entry = await call('POST', `/company/${locationId}/waiting_list`, { body });
  if (entry.status !== 201) throw new Error(JSON.stringify(entry.body));
  return { waiting_entry_id: entry.data.id, online_service_id };
}

/** Nobody listens there, so deliveries fail at once. */
const hookUrl = 'http://127.0.0.1:9/hooks';

/** An address of webhooks with a delivery that waits. */
async function addWebhooks(of: Shop, mark: string): Promise<Things> {
  const path = `/hooks_settings/${of.locationId}`;
  const hook_url = `${hookUrl}/${mark}`;
  const body = { urls: [hook_url], active: 1, service_category: 1, self_sending: 1 };
  const saved = await of.call('POST', path, { body });
  if (saved.status !== 201) throw new Error(JSON.stringify(saved.body));
  await of.call('POST', `/service_categories/${of.locationId}`, { body: { title: mark } });
  const [addresses, deliveries] = [await of.call('GET', `${path}/addresses`), await of.call('GET', `${path}/deliveries`)];
  return { address_id: addresses.data[0].id, delivery_id: deliveries.data[0].id, hook_url };
}

/** A sale with its line, a stocktaking, an archived storage and suppliers. */
async function addStock(of: Shop, mark: string, client: number, member: number, product: number): Promise<Things> {
  const { locationId } = of;
  const must = async (method: string, path: string, body?: object) => {
    const answer = await of.call(method, path, { body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.data;
  };
  const [services, sales] = await must('GET', `/storages/${locationId}`);
  const spare = await must('POST', `/company/${locationId}/storages`, { title: mark });
  const archived = await must('POST', `/company/${locationId}/storages`, { title: mark });
  await must('DELETE', `/company/${locationId}/storages/${archived.id}`);
  const supplier = await must('POST', `/company/${locationId}/suppliers`, { title: mark });
  const gone = await must('POST', `/company/${locationId}/suppliers`, { title: mark });
  await must('DELETE', `/company/${locationId}/suppliers/${gone.id}`);
  const sold = await must('POST', `/storage_operations/operation/${locationId}`, {
    type_id: 1,
    create_date: new Date().toISOString(),
    comment: mark,
    storage_id: sales.id,
    master_id: member,
    transactions: [{ good_id: product, amount: 1, client_id: client, supplier_id: supplier.id, comment: mark }],
  });
  const counted = await must('POST', `/company/${locationId}/stocktakings`, {
    storage_id: services.id,
    comment: mark,
    goods: [{ good_id: product, amount: 3 }],
  });
  return {
    storage_id: sales.id,
    services_storage_id: services.id,
    spare_storage_id: spare.id,
    archived_storage_id: archived.id,
    supplier_id: supplier.id,
    archived_supplier_id: gone.id,
    'Inventory.document_id': sold.document_id,
    'Inventory.transaction_id': sold.transactions[0].id,
    stocktaking_id: counted.id,
  };
}

/** Four products: two are archived. */
async function addProducts(of: Shop, categoryId: number, title: string): Promise<[number, number, number, number]> {
  const add = (archivedAt: Date | null) => of.addProduct({ title, categoryId, archivedAt });
  return [await add(null), await add(null), await add(new Date()), await add(new Date())];
}

/** An upload of the smallest PNG, with further fields. */
export function pictureForm(fields: Record<string, unknown>): FormData {
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=';
  const form = new FormData();
  form.append('image', new Blob([Buffer.from(png, 'base64')]), 'picture.png');
  for (const [name, value] of Object.entries(fields)) form.append(name, String(value));
  return form;
}

/** A team member with a pay scheme, a draft statement with a bonus, a confirmed one, and a priority payment. */
async function addPayroll({ call, locationId }: Shop, title: string, member: number): Promise<Things> {
  const path = `/company/${locationId}/salary`;
  const must = async (method: string, to: string, body?: unknown) => {
    const answer = await call(method, path + to, { body });
    if (answer.status >= 300) throw new Error(`${method} ${path}${to}: ${JSON.stringify(answer.body)}`);
    return answer.data;
  };
  const rule = await must('POST', '/rules', { title, service: { type_slug: 'percent', value: 40 } });
  const scheme = await must('POST', '/schemes', { title, rule_id: rule.id });
  const spare = await must('POST', '/rules', { title });
  const unused = await must('POST', '/schemes', { title, rule_id: rule.id });
  await must('PUT', `/staff/${member}/salary_schemes`, {
    salary_schemes: [{ salary_scheme_id: scheme.id, date_start: '2020-01-01' }],
  });
  const { db } = await testDatabase();
  const amount = toMoney(50);
  const of = { locationId, teamMemberId: member };
  const may = { ...of, amount, comment: title, madeOn: '2030-05-31', dateFrom: '2030-05-01', dateTo: '2030-05-31' };
  const empty = { ...may, amount: toMoney(0) };
  const [draft, fresh, spareDraft, reopened, unpaid] = (
    await db.insert(payStatements).values([empty, may, may, may, may]).returning({ id: payStatements.id })
  ).map(({ id }) => id) as [number, number, number, number, number];
  const byHand = { ...of, type: 'bonus', itemId: 0, date: '2030-05-31', time: '12:00', salary: amount } as const;
  await db
    .insert(payStatementItems)
    .values([fresh, spareDraft, reopened, unpaid].map((statementId) => ({ ...byHand, statementId })));
  await db
    .update(payStatements)
    .set({ status: 'confirmed', confirmedOn: '2030-05-31' })
    .where(and(eq(payStatements.locationId, locationId), inArray(payStatements.id, [reopened, unpaid])));
  const bonus = { item_type_slug: 'bonus', amount: 50, title, date: '2030-05-06' };
  const { item_id } = await must('POST', `/payroll/staff/${member}/calculation/${draft}/items`, bonus);
  const payment = await must('POST', `/staff/${member}/priority_payments`, {
    type_slug: 'bonus',
    amount: 10,
    date: '2030-05-06',
    comment: title,
  });
  return {
    rule_id: rule.id,
    scheme_id: scheme.id,
    spare_rule_id: spare.id,
    spare_scheme_id: unused.id,
    calculation_id: draft,
    fresh_calculation_id: fresh,
    spare_calculation_id: spareDraft,
    confirmed_calculation_id: reopened,
    unpaid_calculation_id: unpaid,
    'Salary.item_id': item_id,
    'Salary.payment_id': payment.id,
  };
}

/** The path of an operation, about these things. @throws Error when one is missing */
export const pathOf = (operation: Operation, ids: Things): string =>
  operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = ids[`${operation.tag}.${name}`] ?? ids[name];
    if (value === undefined) throw new Error(`things() has nothing for {${name}} of ${operation.id}: add it there`);
    return String(value);
  });

/** The path of an operation's mock, below the root of the server, with the examples of its parameters. */
export function mockPath({ surface, operation }: Built): string {
  const { properties = {} } = (operation.params ?? {}) as { properties?: Record<string, object> };
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(exampleOf(properties[name] ?? { type: 'integer' }))),
  );
  return `/_mock/en/${surface.name}/openapi${path}`;
}

/** Calls an operation at a path below its surface's base, with the media type that the surface requires. */
export const callBuilt = ({ surface, operation }: Built, path: string, options: CallOptions): Promise<Answer> =>
  call(operation.method, `/${surface.basePath}${path}`, {
    ...options,
    headers: { ...(surface.mediaType ? { accept: surface.mediaType } : {}), ...options.headers },
  });
