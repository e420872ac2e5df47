import { and, eq } from 'drizzle-orm';
import { loadSigningKey } from '../src/domains/access/server-keys.ts';
import { signDemoCallback } from '../src/domains/prepayment/demo.ts';
import { prepayments } from '../src/domains/prepayment/tables.ts';
import { beginAlone } from '../src/surfaces/changes.ts';
import { call, type Server, testDatabase, testServer } from './harness.ts';
import { makeDue, runDueJobs } from './jobs.ts';
import { openOnlineSalon } from './online.ts';

/** An online salon whose service asks for half of its price of 30 in advance, with the provider of the demo. */
export async function openPrepaidSalon(terms: Record<string, unknown> = { prepaid: 'required', percent: 50 }) {
  const salon = await openOnlineSalon();
  const { shop, place, service } = salon;
  const settings = `/company/${place}/settings/prepayment`;
  const setUp = async (method: string, path: string, body: unknown) => {
    const answer = await shop.call(method, path, { body });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  };
  await setUp('PUT', settings, { provider: 'demo' });
  await setUp('PUT', `/company/${place}/services/${service}/prepayment`, terms);
  const { db } = await testDatabase();
  const signingKey = await beginAlone(db)(loadSigningKey);

  /** Books for the client. @returns the appointments */
  const hold = async (...parameters: Parameters<typeof salon.bookOnline>) => {
    const answer = await salon.bookOnline(...parameters);
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.data as { record_id: number; record_hash: string }[];
  };
  type Held = Awaited<ReturnType<typeof hold>>[number];
  const own = ({ record_id, record_hash }: Held) => `/book_record/${place}/${record_id}/${record_hash}/prepayment`;
  const start = (held: Held, body: unknown = {}, server?: Server) => salon.post(own(held), body, server ? { server } : {});
  const status = async (held: Held) => (await salon.get(own(held))).data;
  /** The row of the only prepayment, or of the one with an id. */
  const row = async (id?: number) => {
    const where = and(eq(prepayments.locationId, place), id === undefined ? undefined : eq(prepayments.id, id));
    return (await db.select().from(prepayments).where(where))[0] as typeof prepayments.$inferSelect;
  };
  const callback = async (fields: Record<string, unknown>) => {
    const { key, minor, currency } = await row();
    return JSON.stringify({ kind: 'paid', key, paymentId: 'pay-1', minor, currency, ...fields });
  };
  /** The signature of a callback with these fields. */
  const sign = async (fields: Record<string, unknown>, at?: number) => signDemoCallback(signingKey, await callback(fields), at);
  /** Sends a callback of the demo's provider. */
  const tell = async (fields: Record<string, unknown> = {}, signature?: string) => {
    const body = await callback(fields);
    const headers = { 'demo-signature': signature ?? signDemoCallback(signingKey, body), 'content-type': 'application/json' };
    return call('POST', `//payments/demo/${place}`, { rawBody: body, headers });
  };
  /** Runs the jobs of the location. Those of later count as due. */
  const work = async (server?: Server) => runDueJobs(server ?? (await testServer()), { locationId: place });
  /** Ends the time to pay. */
  const timeOut = async () => {
    await db
      .update(prepayments)
      .set({ expiresAt: new Date(Date.now() - 1000) })
      .where(eq(prepayments.locationId, place));
    await makeDue({ locationId: place });
  };
  const appointment = async ({ record_id }: Held) =>
    (await shop.call('GET', `/record/${place}/${record_id}?include_finance_transactions=1`)).data;
  const money = async () => {
    const { data } = await shop.call('GET', `/transactions/${place}`);
    return (data as { amount: number; deleted?: boolean }[]).map(({ amount }) => amount);
  };
  const business = ({ record_id }: Held) => `/record/${place}/${record_id}/prepayment`;
  const refunds = async (held: Held) => (await shop.call('GET', business(held))).data.refund;
  return {
    ...salon,
    settings,
    signingKey,
    hold,
    own,
    start,
    status,
    row,
    tell,
    sign,
    work,
    timeOut,
    appointment,
    money,
    business,
    refunds,
  };
}
