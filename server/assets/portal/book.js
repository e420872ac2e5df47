// The booking page: it asks the published online-booking API of this server, as any other widget would.

const config = JSON.parse(document.querySelector('[data-config]').textContent);
const { words, locale } = config;
const form = document.querySelector('[data-book]');
const booked = document.querySelector('[data-booked]');
const field = (name) => form.elements.namedItem(name);
const within = (part, name) => part.querySelector(`[data-${name}]`);

/** An answer without success; `errors` are those of the envelope. */
class Refused extends Error {
  constructor(status, meta) {
    super(meta?.message ?? words.failed);
    this.status = status;
    this.errors = Array.isArray(meta?.errors) ? meta.errors : [];
  }
}

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${config.token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  } catch {
    throw new Error(words.offline);
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, answer.meta);
  return answer.data;
}

// The choices, in the order of the page. Each list depends on the lists before it.

const lists = ['service', 'member', 'date', 'time'];
const fields = [...lists, 'fullname', 'phone', 'code'];
const option = (value, text) => new Option(text, value);

const day = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' });
const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone: 'UTC' });
const dayText = (date) => day.format(new Date(`${date}T00:00:00Z`));
const clockText = (time) => clock.format(new Date(`1970-01-01T${time}:00Z`));
const money = new Intl.NumberFormat(locale, {
  style: 'currency',
  currency: config.currency,
  trailingZeroDisplay: 'stripIfInteger',
});
const priceText = ({ price_min: low, price_max: high }) => {
  if (high > low) return `${money.format(low)} – ${money.format(high)}`;
  return low > 0 ? money.format(low) : '';
};

/** Fills a list; without anything to choose it stays closed, and says so. */
function offer(name, options, empty) {
  const list = field(name);
  const former = list.value;
  list.replaceChildren(option('', words.choose[name]), ...options);
  list.disabled = options.length === 0;
  list.value = former;
  if (list.selectedIndex < 0) list.value = '';
  mark(name, options.length === 0 ? empty : '');
}

/** Closes the lists that depend on one. */
function closeAfter(name) {
  for (const later of lists.slice(lists.indexOf(name) + 1)) {
    field(later).replaceChildren(option('', words.choose[later]));
    field(later).disabled = true;
    mark(later, '');
  }
}

const query = () => `service_ids[]=${field('service').value}`;

/** The items of each list, and the text for an empty one. */
const load = {
  async service() {
    const { services, category: categories } = await call('GET', `/book_services/${config.location}`);
    const groups = categories.map(({ id, title }) => {
      const group = document.createElement('optgroup');
      group.label = title;
      const own = services.filter((service) => service.category_id === id);
      group.append(...own.map((each) => option(each.id, [each.title, priceText(each)].filter(Boolean).join(' · '))));
      return group;
    });
    return [groups, words.nothing];
  },
  async member() {
    const members = await call('GET', `/book_staff/${config.location}?${query()}`);
    const free = members.filter((member) => member.bookable);
    const named = free.map(({ id, name, specialization }) => option(id, [name, specialization].filter(Boolean).join(', ')));
    return [free.length ? [option(0, words.anyone), ...named] : [], words.nobody];
  },
  async date() {
    const found = await call('GET', `/book_dates/${config.location}?staff_id=${field('member').value}&${query()}`);
    return [found.booking_dates.map((date) => option(date, dayText(date))), words.noTimes];
  },
  async time() {
    const slots = await call('GET', `/book_times/${config.location}/${field('member').value}/${field('date').value}?${query()}`);
    return [slots.map((slot) => option(slot.datetime, clockText(slot.time))), words.noTimes];
  },
};

let question = 0;

/** Answers that come after a newer question are not shown. */
async function refresh(name) {
  const mine = ++question;
  try {
    const [options, empty] = await load[name]();
    if (mine === question) offer(name, options, empty);
  } catch (error) {
    if (mine === question) problem(error);
  }
}

for (const [index, name] of lists.entries()) {
  field(name).addEventListener('change', () => {
    mark(name, '');
    closeAfter(name);
    within(form, 'problem').textContent = '';
    const next = lists[index + 1];
    if (next && field(name).value !== '') refresh(next);
  });
}
for (const name of fields.slice(lists.length)) field(name).addEventListener('input', () => mark(name, ''));

// Error messages, beside their fields.

/** Shows the error of a field. Without a text there is no error. */
function mark(name, text) {
  document.getElementById(`${name}-error`).textContent = text;
  if (text) field(name).setAttribute('aria-invalid', 'true');
  else field(name).removeAttribute('aria-invalid');
}

/** Goes to the first field that something is wrong with. @returns whether there is one */
function goToError() {
  const first = fields.map(field).find((each) => each.getAttribute('aria-invalid') === 'true' && !each.disabled);
  first?.focus();
  return first !== undefined;
}

function problem(error) {
  const isClosed = error.status === 401 || error.status === 404;
  within(form, 'problem').textContent = isClosed ? words.closed : error.message;
}

/** The fields that the published codes are about. */
const codes = {
  422: ['service', words.choose.service],
  431: ['phone', words.wrongPhone],
  432: ['code', words.wrongCode],
  433: ['time', words.taken],
  435: ['fullname', words.name],
  436: ['time', words.nobodyFree],
  437: ['time', words.overlaps],
  438: ['service', words.gone],
};

/** The errors of the fields in a refused request. */
const faultsOf = (error) =>
  (error.errors ?? []).flatMap((each) => {
    if (codes[each.code]) return [codes[each.code]];
    const [[name, messages] = []] = Object.entries(each);
    if (!fields.includes(name) || !Array.isArray(messages)) return [];
    return [[name, name === 'phone' ? words.wrongPhone : messages.join(', ')]];
  });

async function show(error) {
  const faults = faultsOf(error);
  // Somebody was faster: the times that are left are offered, everything else stays.
  if (faults.some(([name]) => name === 'time')) await refresh('time');
  for (const [name, text] of faults) mark(name, text);
  if (faults.length === 0) problem(error);
  goToError();
}

let isBusy = false;

/** Does one thing at a time, and says so. @returns whether it was done: nothing is, while another thing is under way */
async function once(progress, work, text = '…') {
  if (isBusy) return false;
  isBusy = true;
  progress.textContent = text;
  try {
    await work();
    return true;
  } finally {
    isBusy = false;
    progress.textContent = '';
  }
}

const needsCode = () => !within(form, 'code').hidden;

/** The required fields that are empty. */
function missing() {
  // The lists after the first empty one wait for it.
  const list = lists.find((name) => field(name).value === '');
  const faults = list ? [[list, words.choose[list]]] : [];
  if (field('fullname').value.trim() === '') faults.push(['fullname', words.name]);
  if (field('phone').value.trim() === '') faults.push(['phone', words.phone]);
  if (needsCode() && field('code').value.trim() === '') faults.push(['code', words.code]);
  return faults;
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  for (const name of fields) mark(name, '');
  within(form, 'problem').textContent = '';
  for (const [name, text] of missing()) mark(name, text);
  if (goToError()) return;
  once(
    within(form, 'progress'),
    async () => {
      const value = (name) => field(name).value.trim();
      const wish = { id: 1, services: [Number(value('service'))], staff_id: Number(value('member')), datetime: value('time') };
      const contact = { phone: value('phone'), fullname: value('fullname'), ...(needsCode() ? { code: value('code') } : {}) };
      try {
        const body = { ...contact, type: matchMedia('(pointer: coarse)').matches ? 'mobile' : 'desktop', appointments: [wish] };
        const made = await call('POST', `/book_record/${config.location}`, body);
        // A composite service may have an appointment with each of several team members.
        const keys = made.map(({ record_id, record_hash }) => `${record_id}/${record_hash}`);
        // The secrets are in the address, so that the visitor can see and cancel the appointments after a reload. Browsers do not send the
        // part after #.
        history.replaceState(null, '', `#${keys.join(',')}`);
        // It is booked, even when the answer cannot be read now.
        await showBooked(keys).catch(() => location.reload());
      } catch (error) {
        await show(error);
      }
    },
    words.busy,
  );
});

within(form, 'send-code').addEventListener('click', () => {
  mark('phone', field('phone').value.trim() === '' ? words.phone : '');
  if (field('phone').getAttribute('aria-invalid')) return field('phone').focus();
  const sent = within(form, 'sent');
  return once(sent, async () => {
    await call('POST', `/book_code/${config.location}`, { phone: field('phone').value.trim() });
  }).then((isDone) => {
    if (!isDone) return;
    sent.textContent = words.sent;
    field('code').focus();
  }, show);
});

// The booked appointments: one, or several of a composite service.

/** The keys of those that are not cancelled, `id/secret`, by time. */
let own = [];
/** The key of the one whose prepayment is open. It is paid for all of them. */
let unpaid = '';

/** Shows appointments by their secrets, and lets the client take them back. */
async function showBooked(keys) {
  const all = await Promise.all(
    keys.map(async (key) => ({ key, ...(await call('GET', `/book_record/${config.location}/${key}`)) })),
  );
  const living = all.filter(({ deleted }) => !deleted);
  const shown = living.length > 0 ? living : all;
  own = living.map(({ key }) => key);
  const [{ datetime, company }] = shown;
  const joined = (texts) => [...new Set(texts)].join(', ');
  within(booked, 'what').textContent = joined(shown.flatMap(({ services }) => services.map(({ title }) => title)));
  within(booked, 'who').textContent = joined(shown.map(({ staff }) => staff.name));
  within(booked, 'when').textContent = `${dayText(datetime.slice(0, 10))}, ${clockText(datetime.slice(11, 16))}`;
  within(booked, 'where').textContent = [company.title, company.address].filter(Boolean).join(', ');
  within(booked, 'cancel').hidden = living.length === 0 || !company.allow_delete_record;
  if (living.length === 0) booked.querySelector('h2').textContent = words.cancelled;
  const open = living.find(({ prepaid, prepaid_confirmed }) => prepaid && !prepaid_confirmed);
  if (open) {
    unpaid = open.key;
    await showPayment();
  }
  const isPaid = !open && shown.some(({ prepaid_confirmed }) => prepaid_confirmed);
  within(booked, 'pay').hidden = !open;
  within(booked, 'paid').textContent = isPaid ? words.paid : '';
  within(booked, 'paid').hidden = !isPaid;
  form.hidden = true;
  booked.hidden = false;
  booked.querySelector('h2').focus();
}

/** Cancels what is booked. One that is gone already needs nothing: an open prepayment takes its appointments with it. */
async function cancelAll() {
  for (const key of own) {
    await call('DELETE', `/user/records/${key}`).catch((error) => {
      if (error.status !== 404) throw error;
    });
  }
}

// Paying in advance. The address of the return has no secret, because the provider learns it; this tab remembers the appointment.

const memory = `booked ${location.pathname}`;
const payment = () => `/book_record/${config.location}/${unpaid}/prepayment`;

/** Shows what is to be paid now, and until when. */
async function showPayment() {
  const { amount, expires_at: until } = await call('GET', payment());
  const last = clockText(until.slice(11, 16));
  within(booked, 'sum').textContent = `${words.prepay}. ${words.toPay}: ${money.format(amount)} (≤ ${last})`;
}

within(booked, 'go').addEventListener('click', () =>
  once(within(booked, 'progress'), async () => {
    const body = { return_url: location.origin + location.pathname };
    const { payment_url: address } = await call('POST', payment(), body);
    if (address === null) return location.reload();
    sessionStorage.setItem(memory, own.join(','));
    location.assign(address);
  }).catch((error) => {
    within(booked, 'problem').textContent = error.message;
  }),
);

within(booked, 'ask').addEventListener('click', () => {
  within(booked, 'ask').parentElement.hidden = true;
  within(booked, 'sure').hidden = false;
  within(booked, 'yes').focus();
});

within(booked, 'yes').addEventListener('click', () =>
  once(within(booked, 'progress'), async () => {
    await cancelAll();
    within(booked, 'cancel').hidden = true;
  }).then(
    (isDone) => {
      if (!isDone) return;
      const heading = booked.querySelector('h2');
      heading.textContent = words.cancelledNow;
      heading.focus();
    },
    (error) => {
      within(booked, 'problem').textContent = error.message;
    },
  ),
);

within(booked, 'new').addEventListener('click', () => {
  history.replaceState(null, '', location.pathname);
  location.reload();
});

async function start() {
  const remembered = sessionStorage.getItem(memory);
  sessionStorage.removeItem(memory);
  if (remembered && location.hash === '') history.replaceState(null, '', `#${remembered}`);
  const keys = /^#\d+\/\w+(,\d+\/\w+)*$/.test(location.hash) ? location.hash.slice(1).split(',') : [];
  if (
    keys.length > 0 &&
    (await showBooked(keys).then(
      () => true,
      () => false,
    ))
  )
    return;
  form.hidden = false;
  try {
    const settings = await call('GET', `/bookform/${config.form}`);
    within(form, 'code').hidden = !settings.phone_confirmation;
    if (settings.is_show_privacy_policy) {
      const policy = await call('GET', `/privacy_policy/${config.location}`);
      within(form, 'policy').textContent = policy.agreement.content;
    }
    await refresh('service');
  } catch (error) {
    problem(error);
  }
}

start();
