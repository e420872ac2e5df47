import { and, eq } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import { NotFound } from '../api/errors.ts';
import { demoSignatureHeader, signDemoCallback } from '../domains/prepayment/demo.ts';
import type { Callback } from '../domains/prepayment/provider.ts';
import { prepayments } from '../domains/prepayment/tables.ts';
import { toWire } from '../platform/exact.ts';
import type { Services } from '../platform/services.ts';
import { html } from '../portal/html.ts';

type Row = typeof prepayments.$inferSelect;

/** What a visitor may let happen: the text of the button, and what the provider then tells. */
const actions: Record<string, { text: string; tells: readonly Callback['kind'][] }> = {
  pay: { text: 'Pay', tells: ['paid'] },
  fail: { text: 'Let the card be declined', tells: [] },
  leave: { text: 'Give up: the time to pay ends', tells: ['ended'] },
  late: { text: 'Pay after the time has ended: the money goes back', tells: ['ended', 'paid'] },
  twice: { text: 'Pay, and tell it twice', tells: ['paid', 'paid'] },
  disorder: { text: 'Pay, and tell the end of the time afterwards', tells: ['paid', 'ended'] },
  authorise: { text: 'Promise the money, which is then taken', tells: ['authorised'] },
};

const outcomes: Record<Row['status'], string> = {
  open: 'Nothing was paid yet. The time is held.',
  capturing: 'The money was promised and is being taken.',
  paid: 'It is paid.',
  ended: 'The time to pay is over.',
};

const policy = "default-src 'none'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** The page of the demo's payment provider. Its buttons send signed callbacks to this server, as a real provider would. */
export function registerDemoPayments(
  app: FastifyInstance,
  { database, signingKey }: Pick<Services, 'database' | 'signingKey'>,
): void {
  const url = '/demo/payments/:location/:key';
  type Params = { location: string; key: string };

  /** @throws NotFound */
  async function find({ location, key }: Params): Promise<Row> {
    const isPossible = /^[1-9]\d{0,8}$/.test(location) && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(key);
    const wanted = and(eq(prepayments.locationId, Number(location)), eq(prepayments.key, key));
    const [row] = isPossible ? await database.db.select().from(prepayments).where(wanted) : [];
    if (!row) throw new NotFound();
    return row;
  }

  /** Sends a callback through the door for providers. */
  async function tell({ locationId, key, minor, currency }: Row, kind: Callback['kind']): Promise<void> {
    const payload = JSON.stringify({ kind, key, paymentId: `demo-payment-${key}`, minor, currency });
    const headers = { 'content-type': 'application/json', [demoSignatureHeader]: signDemoCallback(signingKey, payload) };
    const { statusCode } = await app.inject({ method: 'POST', url: `/payments/demo/${locationId}`, headers, payload });
    if (statusCode !== 200) throw new Error(`The callback was answered with ${statusCode}`);
  }

  app.get<{ Params: Params }>(url, async (request, reply) =>
    reply
      .header('content-security-policy', policy)
      .type('text/html; charset=utf-8')
      .send(paymentPage(await find(request.params))),
  );

  app.post<{ Params: Params; Body: { action?: unknown } | undefined }>(url, async (request, reply) => {
    const row = await find(request.params);
    const name = String(request.body?.action);
    if (!Object.hasOwn(actions, name)) throw new NotFound();
    for (const kind of actions[name]?.tells ?? []) await tell(row, kind);
    return reply
      .header('content-security-policy', policy)
      .type('text/html; charset=utf-8')
      .send(paymentPage(await find(request.params), name === 'fail' ? 'The card was declined.' : ''));
  });
}

const paymentPage = (row: Row, news = ''): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Payment · demo</title>
<link rel="icon" href="data:,">
</head>
<body>
<main>
<h1>Pay ${new Intl.NumberFormat('en', { style: 'currency', currency: row.currency }).format(toWire(row.amount))}</h1>
<p>This is the demo: no money moves. Choose what happens.</p>
<p role="status">${news} ${outcomes[row.status]}</p>
${
  row.status === 'open' &&
  html`<form method="post">${Object.entries(actions).map(([name, { text }]) => html`<p><button name="action" value="${name}">${text}</button></p>\n`)}</form>`
}
${row.returnUrl && html`<p><a href="${row.returnUrl}">Back to the appointment</a></p>`}
</main>
</body>
</html>
`.text;
