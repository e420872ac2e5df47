// The page of a partner. It is served in one file with caller.js, which asks the API and holds the token.

const signIn = document.querySelector('[data-sign-in]');
const desk = document.querySelector('[data-partner]');
const list = within(desk, 'list');
const edit = within(desk, 'edit');
const installs = within(desk, 'installs');
const token = within(desk, 'token');

/** The id of the application that the form changes; undefined for a new one. */
let edited;
/** The application whose installs are shown, and the page of them. */
let shown;
/** Counts the questions: answers that come after a newer question are not shown. */
let question = 0;

const say = (part, text) => {
  within(part, 'said').textContent = text;
};

/** A button that acts on one application. */
function action(text, { name }, act) {
  const button = element('button', { type: 'button', class: 'second', 'aria-label': `${text} ${name}` }, text);
  button.addEventListener('click', act);
  return button;
}

async function showApplications() {
  const rows = await call('GET', '/marketplace/applications');
  if (!session.authorization) return;
  within(list, 'rows').replaceChildren(
    ...rows.map((row) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, row.name),
        element('td', { class: 'number' }, row.id),
        element('td', {}, row.rights.join(' ') || '–'),
        element(
          'td',
          {},
          action('Change', row, () => openForm(row)),
          ' ',
          action('Installs', row, () => attempt(list, () => showInstalls({ application: row, page: 1 }))),
        ),
      ),
    ),
  );
  within(list, 'table').hidden = rows.length === 0;
  say(list, rows.length === 0 ? 'You have registered no application yet.' : '');
}

signIn.addEventListener('submit', (event) => {
  event.preventDefault();
  change(signIn, async () => {
    session.authorization = `Bearer ${field(signIn, 'token').value.trim()}`;
    await showApplications();
    field(signIn, 'token').value = '';
    signIn.hidden = true;
    desk.hidden = false;
    list.querySelector('h2').focus();
  });
});

// Not while something is changed: a token that is being made would be lost.
within(list, 'sign-out').addEventListener('click', () =>
  change(list, () => {
    session.authorization = undefined;
    close(edit);
    closeInstalls();
    within(list, 'rows').replaceChildren();
    say(list, '');
    showToken('');
    for (const form of [signIn, edit, token]) form.reset();
    for (const part of [edit, installs, token]) within(part, 'problem').textContent = '';
    desk.hidden = true;
    signIn.hidden = false;
    field(signIn, 'token').focus();
  }),
);

// Registering and changing.

const texts = ['name', 'short_description', 'kind', 'callback_url', 'webhook_url'];

/** Opens the form for an application, or for a new one. */
function openForm(application) {
  edited = application?.id;
  edit.reset();
  within(edit, 'problem').textContent = '';
  edit.querySelector('h2').textContent = application ? `Change ${application.name}` : 'Register an application';
  if (application) {
    for (const name of texts) field(edit, name).value = application[name];
    field(edit, 'asks_user_data').checked = application.asks_user_data;
    field(edit, 'rights').value = application.rights.join(' ');
  }
  edit.hidden = false;
  field(edit, 'name').focus();
}

function close(part) {
  part.hidden = true;
  if (!desk.hidden) list.querySelector('h2').focus();
}

within(list, 'register').addEventListener('click', () => openForm());
within(edit, 'close').addEventListener('click', () => close(edit));

edit.addEventListener('submit', (event) => {
  event.preventDefault();
  change(edit, async () => {
    const body = {
      ...Object.fromEntries(texts.map((name) => [name, field(edit, name).value.trim()])),
      asks_user_data: field(edit, 'asks_user_data').checked,
      rights: field(edit, 'rights')
        .value.split(/[\s,]+/)
        .filter(Boolean),
    };
    const saved = edited
      ? await call('PUT', `/marketplace/applications/${edited}`, { body })
      : await call('POST', '/marketplace/applications', { body });
    close(edit);
    await attempt(list, showApplications);
    say(list, `${saved.name} is saved.`);
  });
});

// Installs.

const pageSize = 10;
/** The waits between two questions, in milliseconds: servers answer some requests a second only. */
const pace = 250;

/** The last end of the payments that stand. */
const paidUntil = (payments) =>
  payments
    .filter((payment) => !payment.is_refunded)
    .map((payment) => payment.period_to)
    .sort()
    .at(-1) ?? '–';

async function showInstalls(wanted) {
  const mine = ++question;
  const { application, page } = wanted;
  const path = `/marketplace/application/${application.id}/salons?count=${pageSize}&page=${page}`;
  const places = await call('GET', path);
  if (mine !== question) return;
  shown = wanted;
  installs.querySelector('h2').textContent = `Installs of ${application.name}`;
  within(installs, 'problem').textContent = '';
  within(installs, 'rows').replaceChildren();
  within(installs, 'previous').hidden = page === 1;
  within(installs, 'next').hidden = places.length < pageSize;
  say(installs, places.length === 0 ? 'No location has it.' : `Page ${page}: ${places.length}`);
  installs.hidden = false;
  installs.querySelector('h2').focus();
  await attempt(installs, () => addRows(application, places, mine));
}

/** Asks for the state of one location after the other. */
async function addRows(application, places, mine) {
  for (const { id, title } of places) {
    if (within(installs, 'rows').childElementCount) await new Promise((resolve) => setTimeout(resolve, pace));
    if (mine !== question) return;
    const {
      connection_status: state,
      payments,
      logs,
    } = await call('GET', `/marketplace/salon/${id}/application/${application.id}`);
    if (mine !== question) return;
    const cells = [state.status, state.created_at, logs.at(-1)?.changed_at ?? '–', paidUntil(payments)];
    within(installs, 'rows').append(
      element('tr', {}, element('th', { scope: 'row' }, `${title} (${id})`), ...cells.map((text) => element('td', {}, text))),
    );
  }
}

function closeInstalls() {
  question++;
  close(installs);
  within(installs, 'rows').replaceChildren();
}

within(installs, 'close').addEventListener('click', closeInstalls);
for (const [name, step] of [
  ['previous', -1],
  ['next', 1],
]) {
  within(installs, name).addEventListener('click', () =>
    attempt(installs, () => showInstalls({ ...shown, page: shown.page + step })),
  );
}

// Tokens.

function showToken(text) {
  within(token, 'new').textContent = text;
  within(token, 'made').hidden = text === '';
}

token.addEventListener('submit', (event) => {
  event.preventDefault();
  change(token, async () => {
    showToken('');
    const body = { ends_others: field(token, 'ends_others').checked };
    const { partner_token: made } = await call('POST', '/marketplace/partner/token', { body });
    // Applications sign with the token of the request that changed them last, so this page changes over.
    session.authorization = `Bearer ${made}`;
    showToken(made);
    token.reset();
  });
});

signIn.hidden = false;
