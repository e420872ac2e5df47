import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { json } from 'node:stream/consumers';
import type { FiscalRequest } from '../src/domains/fiscal/request.ts';
import { call, testDatabase, testServer } from './harness.ts';
import { runDueJobs } from './jobs.ts';
import { openSalon } from './salon.ts';

/** Starts the service of a cash register. @param answer to each request; a status and a body */
async function startRegister(answer: (request: FiscalRequest) => [number, string]) {
  const received: { headers: IncomingHttpHeaders; body: FiscalRequest }[] = [];
  const server = createServer(async (request, response) => {
    const body = (await json(request)) as FiscalRequest;
    received.push({ headers: request.headers, body });
    const [status, text] = answer(body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}/receipts`,
    received,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A salon with a cash desk and a cash register, which says `pending` unless a test says otherwise. */
export async function openFiscalSalon(options: Parameters<typeof openSalon>[0] & { settings?: object } = {}) {
  const salon = await openSalon(options);
  const { shop, place } = salon;
  const { query } = await testDatabase();
  const answers = { next: [200, '{"status":"pending","code":0}'] as [number, string] };
  const register = await startRegister(() => answers.next);
  const [cash, card] = (
    await query<{ id: number }>({
      text: 'select id from accounts where location_id = $1 order by is_cash desc',
      values: [place],
    })
  ).map(({ id }) => id) as [number, number];
  const [, forSale] = (await shop.call('GET', `/storages/${place}`)).data.map(({ id }: { id: number }) => id);
  /** Sells a product without a visit. @returns the document and its line */
  const sellProduct = async (price: number, type = 1) => {
    const line = {
      good_id: await shop.addProduct({ price }),
      amount: 1,
      operation_unit_type: 1,
      cost_per_unit: price,
      discount: 0,
      cost: price,
    };
    const answer = await shop.call('POST', `/storage_operations/operation/${place}`, {
      body: { type_id: type, storage_id: forSale, create_date: '2030-05-06 10:00:00', goods_transactions: [line] },
    });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return {
      document: answer.data.document.id as number,
      line: answer.data.goods_transactions[0].id as number,
      product: line.good_id,
    };
  };
  const settings = (body: object, authorization = shop.owner.authorization) =>
    shop.call('PUT', `/company/${place}/fiscal_settings`, { body, authorization });
  const connected = await settings({ is_enabled: true, url: register.url, ...options.settings });
  if (connected.status !== 200) throw new Error(JSON.stringify(connected.body));
  const pay = async (document: number, amount: number, account = cash) => {
    const path = `/company/${place}/sale/${document}/payment`;
    const body = { payment: { method: { slug: 'account', account_id: account }, amount } };
    const answer = await shop.call('POST', path, { body });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return answer.data.state.payment_transactions as { id: number }[];
  };
  const print = (document: number, type = 0, authorization = shop.owner.authorization, more: object = {}) =>
    shop.call('POST', `/kkm_transactions/${place}/print_document_bill`, {
      body: { document_id: document, type, ...more },
      authorization,
    });
  const send = async () => runDueJobs(await testServer(), { locationId: place });
  const report = (id: string, body: object, authorization = `Bearer ${shop.partner.token}`) =>
    call('POST', '/integration/kkm/callback', { body: { id, ...body }, authorization });
  /** The request that the register got last. */
  const asked = () => (register.received.at(-1) as (typeof register.received)[number]).body;
  /** Prints a receipt that must succeed. */
  const printed = async (document: number, type = 0) => {
    const answer = await print(document, type);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    await send();
    const result = await report(asked().id, { status: 'success', code: 0 });
    if (result.status !== 200) throw new Error(JSON.stringify(result.body));
  };
  /** An appointment that is paid and whose sale receipt is printed. */
  const printedVisit = async (fields: Record<string, unknown> = {}, price = 60) => {
    const services = [{ id: salon.service, first_cost: price, cost: price, discount: 0 }];
    const appointment = await salon.booked({ services, save_if_busy: true, attendance: 2, ...fields });
    const document = appointment.documents[0].id as number;
    const [payment] = await pay(document, price);
    await printed(document);
    return { appointment, document, payment: payment as { id: number } };
  };
  const receipts = async () => (await shop.call('GET', `/kkm_transactions/${place}`)).data;
  return {
    ...salon,
    register,
    answers,
    cash,
    card,
    settings,
    pay,
    sellProduct,
    forSale,
    print,
    send,
    report,
    asked,
    printed,
    printedVisit,
    receipts,
  };
}

export type FiscalSalon = Awaited<ReturnType<typeof openFiscalSalon>>;
