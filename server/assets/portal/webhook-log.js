// The log of webhooks. It is served in one file with caller.js, which asks the API and holds the tokens.

const signIn = document.querySelector('[data-sign-in]');
const log = document.querySelector('[data-log]');
const filter = within(log, 'filter');
const list = log.querySelector('section');
const delivery = within(log, 'delivery');
const failed = within(log, 'failed');

const nothing = { place: '', address: '', state: '', page: 1 };
/** What the list shows. */
let view = nothing;
/** The id of the open delivery. */
let opened;

const say = (part, text) => {
  within(part, 'said').textContent = text;
};
const timeText = (at) => (at === null ? '–' : at.replace('T', ' '));
const answerText = (status, reason) => String(status ?? reason ?? '–');
const changeText = (row) => `${row.resource} ${row.resource_id} ${row.status}`;

// Signing in and out.

const largestPage = 300;

async function places() {
  const all = [];
  for (let page = 1; ; page++) {
    const some = await call('GET', `/companies?my=1&count=${largestPage}&page=${page}`);
    all.push(...some);
    if (some.length < largestPage) return all;
  }
}

signIn.addEventListener('submit', (event) => {
  event.preventDefault();
  change(signIn, async () => {
    const partner = field(signIn, 'partner').value.trim();
    const body = { login: field(signIn, 'login').value.trim(), password: field(signIn, 'password').value };
    const user = await call('POST', '/auth', { body, as: `Bearer ${partner}` });
    session.authorization = `Bearer ${partner}, User ${user.user_token}`;
    const managed = await places();
    field(signIn, 'password').value = '';
    within(log, 'name').textContent = user.name;
    field(filter, 'place').replaceChildren(...managed.map(({ id, title }) => new Option(`${title} (${id})`, id)));
    signIn.hidden = true;
    log.hidden = false;
    list.querySelector('h2').focus();
    if (managed.length) await attempt(list, choosePlace);
    else say(list, 'You manage no location that is connected to this partner.');
  });
});

within(log, 'sign-out').addEventListener('click', () => {
  const as = session.authorization;
  const ended = call('GET', '/user/tokens', { as }).then((tokens) => {
    const { id } = tokens.find((token) => token.is_current);
    return call('DELETE', `/user/tokens/${id}`, { as });
  });
  session.authorization = undefined;
  view = nothing;
  closeDelivery();
  clearList();
  field(filter, 'place').replaceChildren();
  for (const form of [signIn, filter, failed]) form.reset();
  for (const part of [list, delivery, failed]) {
    within(part, 'problem').textContent = '';
    say(part, '');
  }
  log.hidden = true;
  signIn.hidden = false;
  field(signIn, 'partner').focus();
  attempt(signIn, () => ended);
});

// The list.

/** Counts the questions: answers that come after a newer question are not shown. */
let question = 0;

function clearList() {
  question++;
  within(list, 'rows').replaceChildren();
  for (const part of list.querySelectorAll('[data-empty], [data-table], [data-later], [data-earlier]')) part.hidden = true;
  say(list, '');
}

const pageSize = 25;

/** Shows a page of deliveries. */
async function showList(wanted) {
  if (!session.authorization) return;
  const mine = ++question;
  const query = new URLSearchParams({ count: pageSize, page: wanted.page });
  if (wanted.address) query.set('address_id', wanted.address);
  if (wanted.state) query.set('state', wanted.state);
  const rows = await call('GET', `/hooks_settings/${wanted.place}/deliveries?${query}`);
  if (mine !== question) return;
  view = wanted;
  clearList();
  within(list, 'rows').append(...rows.map(rowOf));
  within(list, 'table').hidden = rows.length === 0;
  within(list, 'later').hidden = view.page === 1;
  within(list, 'earlier').hidden = rows.length < pageSize;
  if (rows.length === 0) list.querySelector(`[data-empty="${whyEmpty()}"]`).hidden = false;
  say(list, `Page ${view.page}: ${rows.length} ${rows.length === 1 ? 'delivery' : 'deliveries'}`);
  const chosen = field(filter, 'address').querySelector(`[value="${view.address}"]`);
  within(failed, 'whom').textContent = view.address ? `to ${chosen.textContent}` : 'to all addresses that are on';
}

function whyEmpty() {
  if (view.page > 1) return 'page';
  if (field(filter, 'address').options.length === 1) return 'addresses';
  return view.address || view.state ? 'filter' : 'changes';
}

function rowOf(row) {
  const button = element('button', { type: 'button', class: 'second', 'data-id': row.id }, changeText(row));
  button.addEventListener('click', () => attempt(list, () => openDelivery(row.id)));
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, button),
    element('td', {}, timeText(row.created_at)),
    element('td', { class: 'address' }, row.url),
    element('td', {}, row.state),
    element('td', { class: 'number' }, row.try_count),
    element('td', {}, answerText(row.last_status, row.last_refusal)),
  );
}

/** Shows the chosen location: its addresses and its latest deliveries. */
async function choosePlace() {
  closeDelivery();
  clearList();
  view = { place: field(filter, 'place').value, address: '', state: field(filter, 'state').value, page: 1 };
  field(filter, 'address').replaceChildren(new Option('all', ''));
  within(failed, 'whom').textContent = 'to all addresses that are on';
  const mine = question;
  const addresses = await call('GET', `/hooks_settings/${view.place}/addresses`);
  if (mine !== question) return;
  const named = addresses.map(({ id, url, off_reason: off }) => new Option(off ? `${url} (off: ${off})` : url, id));
  field(filter, 'address').append(...named);
  await showList(view);
}

field(filter, 'place').addEventListener('change', () => attempt(list, choosePlace));

filter.addEventListener('submit', (event) => {
  event.preventDefault();
  if (!view.place) return;
  attempt(list, () =>
    showList({ ...view, address: field(filter, 'address').value, state: field(filter, 'state').value, page: 1 }),
  );
});

for (const [name, step] of [
  ['later', -1],
  ['earlier', 1],
]) {
  within(list, name).addEventListener('click', () =>
    attempt(list, async () => {
      await showList({ ...view, page: view.page + step });
      // The button may be gone.
      list.querySelector('h2').focus();
    }),
  );
}

// One delivery.

const pathOf = (id) => `/hooks_settings/${view.place}/deliveries/${encodeURIComponent(id)}`;

async function openDelivery(id) {
  opened = id;
  const found = await call('GET', pathOf(id));
  if (opened !== id) return;
  within(delivery, 'problem').textContent = '';
  say(delivery, '');
  showDelivery(found);
  delivery.hidden = false;
  delivery.querySelector('h2').focus();
}

function closeDelivery() {
  opened = undefined;
  delivery.hidden = true;
}

/** A body with its lines; anything else as it is. */
function readable(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function showDelivery(found) {
  delivery.querySelector('h2').textContent = changeText(found);
  const facts = {
    'webhook-id': found.id,
    Address: found.url,
    State: found.state,
    Time: timeText(found.created_at),
    'Next try': timeText(found.next_try_at),
    Ended: timeText(found.finished_at),
  };
  const pairs = Object.entries(facts).flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]);
  within(delivery, 'facts').replaceChildren(...pairs);
  within(delivery, 'body').textContent = readable(found.body);
  within(delivery, 'answer').textContent = found.answer || 'No text.';
  const tries = found.tries.map((each) =>
    element(
      'tr',
      {},
      element('td', {}, timeText(each.at)),
      element('td', {}, answerText(each.status, each.refusal)),
      element('td', { class: 'number' }, each.milliseconds),
    ),
  );
  within(delivery, 'tries').replaceChildren(...tries);
}

within(delivery, 'close').addEventListener('click', () => {
  const id = opened;
  closeDelivery();
  (list.querySelector(`[data-id="${CSS.escape(id)}"]`) ?? list.querySelector('h2')).focus();
});

/** Waits between looks for the next try of a delivery, in milliseconds. */
const looks = [300, 700, 1500, 3000, 6000];

/** Follows a delivery that is sent again, while it is open. */
async function follow(id, triesBefore) {
  for (const wait of looks) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    if (opened !== id) return;
    const found = await call('GET', pathOf(id));
    if (opened !== id) return;
    showDelivery(found);
    if (found.try_count === triesBefore) continue;
    say(delivery, `Sent again: ${found.state}.`);
    break;
  }
  await showList(view);
}

within(delivery, 'resend').addEventListener('click', () => {
  const id = opened;
  say(delivery, '');
  change(delivery, async () => {
    const { try_count: tries } = await call('POST', `${pathOf(id)}/resend`);
    if (opened !== id) return;
    say(delivery, 'It is sent again …');
    attempt(delivery, () => follow(id, tries));
  });
});

// All that failed.

/** The time of a field, with its seconds, which browsers leave out if they are 0. */
const timeOf = (name) => field(failed, name).value.padEnd('2026-09-01T10:00:00'.length, ':00');

failed.addEventListener('submit', (event) => {
  event.preventDefault();
  say(failed, '');
  if (!view.place) return;
  change(failed, async () => {
    const body = { from: timeOf('from'), to: timeOf('to'), ...(view.address ? { address_id: Number(view.address) } : {}) };
    const { count } = await call('POST', `/hooks_settings/${view.place}/deliveries/resend`, { body });
    say(failed, `${count} ${count === 1 ? 'delivery is' : 'deliveries are'} sent again.`);
    await showList(view);
  });
});

signIn.hidden = false;
