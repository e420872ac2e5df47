// A small booking widget: it asks the published online-booking API of this server, as any other widget would.

const form = document.querySelector('[data-book]');
const config = JSON.parse(form.querySelector('[data-config]').textContent);
const field = (name) => form.elements.namedItem(name);
const status = form.querySelector('[role=status]');
const say = (text) => {
  status.textContent = text;
};

async function call(method, path, body) {
  const response = await fetch(`/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${config.token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  const answer = text ? JSON.parse(text) : { success: response.ok };
  if (!answer.success) throw new Error(answer.meta?.message ?? 'Something went wrong.');
  return answer.data;
}

const option = (value, text) => new Option(text, value);

/** Fills a list and opens it; without anything to choose it stays closed. */
function offer(name, first, options) {
  const list = field(name);
  list.replaceChildren(option('', first), ...options);
  list.disabled = options.length === 0;
}

/** Closes what depends on a choice that changed. */
function close(...names) {
  for (const name of names) offer(name, '–', []);
  form.querySelector('[data-contact]').disabled = true;
}

let location = 0;
/** Answers that come after a newer question are not shown. */
let question = 0;

async function ask(work) {
  const mine = ++question;
  say('One moment …');
  try {
    await work(() => mine === question);
    if (mine === question) say('');
  } catch (error) {
    if (mine === question) say(error.message);
  }
}

const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' });
const serviceQuery = () => `service_ids[]=${field('service').value}`;

const start = () =>
  ask(async () => {
    const settings = await call('GET', `/bookform/${config.form}`);
    location = settings.company_id;
    form.querySelector('[data-code]').hidden = !settings.phone_confirmation;
    const policy = settings.is_show_privacy_policy ? (await call('GET', `/privacy_policy/${location}`)).agreement.content : '';
    form.querySelector('[data-policy]').textContent = policy;
    const { services } = await call('GET', `/book_services/${location}`);
    offer(
      'service',
      'Choose a service',
      services.map((service) => option(service.id, `${service.title} (${service.price_min})`)),
    );
  });

field('service').addEventListener('change', () => {
  close('member', 'date', 'time');
  if (!field('service').value) return;
  ask(async (isCurrent) => {
    const members = await call('GET', `/book_staff/${location}?${serviceQuery()}`);
    if (!isCurrent()) return;
    const free = members.filter((member) => member.bookable);
    offer('member', 'Choose a team member', [
      ...(free.length ? [option(0, 'Anyone')] : []),
      ...free.map((member) => option(member.id, member.name)),
    ]);
  });
});

field('member').addEventListener('change', () => {
  close('date', 'time');
  if (!field('member').value) return;
  ask(async (isCurrent) => {
    const { booking_dates: dates } = await call(
      'GET',
      `/book_dates/${location}?staff_id=${field('member').value}&${serviceQuery()}`,
    );
    if (!isCurrent()) return;
    offer(
      'date',
      'Choose a date',
      dates.map((date) => option(date, day.format(new Date(`${date}T00:00:00Z`)))),
    );
  });
});

const showTimes = () => {
  close('time');
  if (!field('date').value) return;
  ask(async (isCurrent) => {
    const slots = await call('GET', `/book_times/${location}/${field('member').value}/${field('date').value}?${serviceQuery()}`);
    if (!isCurrent()) return;
    offer(
      'time',
      'Choose a time',
      slots.map((slot) => option(slot.datetime, slot.time)),
    );
  });
};
field('date').addEventListener('change', showTimes);
field('time').addEventListener('change', () => {
  form.querySelector('[data-contact]').disabled = !field('time').value;
});

form.querySelector('[data-send-code]').addEventListener('click', () =>
  ask(async () => {
    await call('POST', `/book_code/${location}`, { phone: field('phone').value });
  }).then(() => status.textContent || say('The code was sent.')),
);

form.addEventListener('submit', (event) => {
  event.preventDefault();
  ask(async () => {
    const chosen = {
      id: 1,
      services: [Number(field('service').value)],
      staff_id: Number(field('member').value),
      datetime: field('time').value,
    };
    const code = field('code').value.trim();
    const contact = { phone: field('phone').value, fullname: field('fullname').value, ...(code ? { code } : {}) };
    try {
      const [booked] = await call('POST', `/book_record/${location}`, { ...contact, appointments: [chosen] });
      await confirm(booked);
    } catch (error) {
      // Somebody may have been faster: what is left is shown.
      showTimes();
      throw error;
    }
  });
});

/** Shows what was booked, and lets the client take it back. */
async function confirm({ record_id: id, record_hash: hash }) {
  const booked = await call('GET', `/book_record/${location}/${id}/${hash}`);
  const section = document.querySelector('[data-booked]');
  section.querySelector('[data-what]').textContent = booked.services.map((service) => service.title).join(', ');
  section.querySelector('[data-who]').textContent = booked.staff.name;
  section.querySelector('[data-when]').textContent =
    `${day.format(new Date(`${booked.datetime.slice(0, 10)}T00:00:00Z`))}, ${booked.datetime.slice(11, 16)}`;
  section.querySelector('[data-where]').textContent = `${booked.company.title}, ${booked.company.address}`;
  form.hidden = true;
  section.hidden = false;
  section.querySelector('h2').focus();
  section.querySelector('button').addEventListener('click', async ({ target }) => {
    const told = section.querySelector('[role=status]');
    try {
      await call('DELETE', `/user/records/${id}/${hash}`);
      target.disabled = true;
      told.textContent = 'Your appointment is cancelled.';
    } catch (error) {
      told.textContent = error.message;
    }
  });
}

start();
