import { embeddedJson, type Html, html } from './html.ts';
import type { Assets } from './layout.ts';

/** The data that the booking page needs before the visitor has chosen anything. */
export interface BookingPage {
  form: number;
  /** Calls the public surface for the location. */
  token: string;
  location: { id: number; title: string; address: string; phone: string; currency: string; country: string };
  /** BCP 47 */
  language: string;
  texts: BookingTexts;
}

/** The texts of a booking form that the page has, as the published operation answers them. */
interface BookingTexts {
  online_record_disabled_long_text: string;
  record: {
    service: string;
    master: string;
    date: string;
    time: string;
    place: string;
    book_visit: string;
    booking_success: string;
    is_canceled: string;
    is_canceled_success: string;
    cancel_record: string;
    cancel_record_warning: string;
    confirm_cancel_record: string;
    create_new_record: string;
  };
  header: {
    online_record: string;
    input_personal: string;
    select_service: string;
    select_master: string;
    select_date: string;
    select_time: string;
  };
  time: { noTimes: string };
  service: { noServicesAndEvents: string };
  master: { any_master: string; no_master: string };
  prepaid: { required: string; prepaid_sum: string };
  cart: { 'go-to-pay': string; 'pay-success': string };
  login: { code_confirm: string; get_code: string; input_code_confirm: string };
  notification: { sent: string };
  confirm: {
    first_name: string;
    phone: string;
    will_be_used_to_confirm: string;
    recording: string;
    defaultError: string;
    errors: { name: { required: string }; phone: { required: string; incorrect: string }; code: { incorrect: string } };
    orderErrors: { bigLetter: Record<'server' | 'code_433' | 'code_436' | 'code_437' | 'code_438', string> };
  };
}

/** A field with its label, a hint, and a place for its error message. */
const field = (name: string, label: string, control: Html, hint = '') =>
  html`<p class="field"><label for="${name}">${label}</label>${control}${hint && html`<small id="${name}-hint">${hint}</small>`}<span class="error" id="${name}-error"></span></p>\n`;

const choice = (name: string, label: string, first: string) =>
  field(
    name,
    label,
    html`<select id="${name}" name="${name}" required disabled aria-describedby="${name}-error"><option value="">${first}</option></select>`,
  );

const entry = (name: string, label: string, attributes: Html, hint = '') =>
  field(
    name,
    label,
    html`<input id="${name}" name="${name}" aria-describedby="${name}-error${hint && ` ${name}-hint`}" ${attributes}>`,
    hint,
  );

/** The texts that the script shows, by their names in the script. */
const words = ({
  header,
  record,
  confirm,
  master,
  time,
  service,
  login,
  notification,
  prepaid,
  cart,
  ...texts
}: BookingTexts) => ({
  choose: { service: header.select_service, member: header.select_master, date: header.select_date, time: header.select_time },
  anyone: master.any_master,
  nobody: master.no_master,
  noTimes: time.noTimes,
  nothing: service.noServicesAndEvents,
  closed: texts.online_record_disabled_long_text,
  busy: confirm.recording,
  sent: notification.sent,
  name: confirm.errors.name.required,
  phone: confirm.errors.phone.required,
  wrongPhone: confirm.errors.phone.incorrect,
  code: login.input_code_confirm,
  wrongCode: confirm.errors.code.incorrect,
  taken: confirm.orderErrors.bigLetter.code_433,
  nobodyFree: confirm.orderErrors.bigLetter.code_436,
  overlaps: confirm.orderErrors.bigLetter.code_437,
  gone: confirm.orderErrors.bigLetter.code_438,
  offline: confirm.orderErrors.bigLetter.server,
  failed: confirm.defaultError,
  cancelled: record.is_canceled,
  cancelledNow: record.is_canceled_success,
  toPay: prepaid.prepaid_sum,
  prepay: prepaid.required,
  paid: cart['pay-success'],
});

/** The page that books for people: plain HTML that a script fills from the published API. */
export function bookingPage(
  { form, token, location, language, texts }: BookingPage,
  { css, icon, script, isDemo }: Pick<Assets, 'css' | 'icon'> & { script: string; isDemo: boolean },
): string {
  const { record, header, confirm, login, cart } = texts;
  const config = { form, token, location: location.id, currency: location.currency, words: words(texts) };
  const locale = location.country ? `${language}-${location.country}` : language;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${header.online_record} · ${location.title}</title>
<link rel="icon" type="image/svg+xml" href="${icon}">
<link rel="stylesheet" href="${css}">
<script type="module" src="${script}"></script>
</head>
<body>
<main class="booking">
<h1>${location.title}</h1>
<p class="path">${location.address}${location.phone && html` · <a href="tel:${location.phone.replaceAll(' ', '')}">${location.phone}</a>`}</p>
${isDemo && html`<p class="note" lang="en">This is the demo: nothing here is real. It sends no messages but <a href="/demo/messages">shows them here</a>.</p>\n`}<noscript><p class="note" lang="en">Booking needs JavaScript.</p></noscript>
<form data-book novalidate hidden>
<h2>${header.online_record}</h2>
${choice('service', record.service, header.select_service)}${choice('member', record.master, header.select_master)}${choice('date', record.date, header.select_date)}${choice('time', record.time, header.select_time)}<h2>${header.input_personal}</h2>
${entry('fullname', confirm.first_name, html`autocomplete="name" maxlength="200" required`)}${entry('phone', confirm.phone, html`type="tel" autocomplete="tel" maxlength="40" required`, confirm.will_be_used_to_confirm)}<div data-code hidden><p><button type="button" class="second" data-send-code>${login.get_code}</button> <span role="status" data-sent></span></p>
${entry('code', login.code_confirm, html`inputmode="numeric" autocomplete="one-time-code" maxlength="20"`)}</div>
<p class="policy" data-policy></p>
<p class="error" role="alert" data-problem></p>
<p><button data-submit>${record.book_visit}</button> <span role="status" data-progress></span></p>
</form>
<section data-booked hidden aria-labelledby="booked"><h2 id="booked" tabindex="-1">${record.booking_success}</h2>
<dl class="facts"><dt>${record.service}</dt><dd data-what></dd><dt>${record.master}</dt><dd data-who></dd><dt>${record.date}</dt><dd data-when></dd><dt>${record.place}</dt><dd data-where></dd></dl>
<div data-pay hidden><p data-sum></p><p><button type="button" data-go>${cart['go-to-pay']}</button></p></div>
<p data-paid hidden></p>
<div data-cancel><p><button type="button" class="second" data-ask>${record.cancel_record}</button></p>
<p data-sure hidden>${record.cancel_record_warning}<br><button type="button" data-yes>${record.confirm_cancel_record}</button></p></div>
<p class="error" role="alert" data-problem></p>
<p role="status" data-progress></p>
<p><button type="button" class="second" data-new>${record.create_new_record}</button></p></section>
</main>
<script type="application/json" data-config>${embeddedJson({ ...config, locale })}</script>
</body>
</html>
`.text;
}

/** A message as the demo shows it. */
export interface ShownMessage {
  channel: string;
  recipient: string;
  text: string;
  createdAt: Date;
}

/** The page with the messages that this server would have sent to people. */
export const messagesPage = (messages: readonly ShownMessage[]): Html => html`<h1>Messages</h1>
<p class="lead">These are the messages that the demo would have sent. It has no provider for messages. A message disappears from this page when it expires.</p>
${
  messages.length
    ? html`<div class="scroll" role="region" aria-label="Messages" tabindex="0"><table class="messages">
<thead><tr><th scope="col">Sent</th><th scope="col">To</th><th scope="col">Text</th></tr></thead>
<tbody>${messages.map(({ channel, recipient, text, createdAt }) => html`<tr><td>${createdAt.toISOString().slice(0, 19).replace('T', ' ')} UTC</td><td>${recipient} (${channel})</td><td>${text}</td></tr>\n`)}</tbody></table></div>`
    : html`<p>There are no messages.</p>`
}`;
