// The pages behind the links that people get: to join a location, and to choose a new password. The token of a link is the fragment of the
// address. The page takes it from there, so that it is in no history and no log.

const open = document.querySelector('[data-open]');
const join = document.querySelector('[data-join]');
const request = document.querySelector('[data-request]');
const reset = document.querySelector('[data-reset]');
const done = document.querySelector('[data-done]');
const words = JSON.parse(document.querySelector('[data-words]').textContent);
const given = { token: location.hash.slice(1) };
history.replaceState(null, '', location.pathname);
// A link that is opened where the page is open already changes only the fragment.
addEventListener('hashchange', () => location.reload());

/** Shows the last words of the page. */
function finish(text) {
  for (const form of [open, join, request, reset]) if (form) form.hidden = true;
  within(done, 'said').textContent = text;
  done.hidden = false;
  done.querySelector('h2').focus();
}

/** Does something, and says in the language of the page that a link is not valid any more. */
const changeBy = (form, work) =>
  change(form, async () => {
    try {
      await work();
    } catch (error) {
      throw error.status === 404 ? new Error(words.gone) : error;
    }
  });

const onSubmit = (form, work) =>
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    changeBy(form, work);
  });

if (join) {
  onSubmit(join, async () => {
    const [name, password] = [field(join, 'name').value.trim(), field(join, 'password').value];
    const body = { token: given.token, ...(name ? { name } : {}), ...(password ? { password } : {}) };
    await call('POST', '/user/invitation/accept', { body });
    finish(words.joined);
  });
  const show = async () => {
    given.token = field(open, 'token').value.trim();
    const shown = await call('POST', '/user/invitation', { body: { token: given.token } });
    const values = { location: shown.location_title, contact: shown.contact, role: shown.role_title };
    within(join, 'said').textContent = words.invites.replace(/\{(\w+)\}/g, (_, name) => values[name]);
    for (const name of ['name', 'password']) {
      const isNeeded = name === 'name' ? !shown.has_account : shown.needs_password;
      field(join, name).closest('.field').hidden = !isNeeded;
      field(join, name).required = isNeeded;
    }
    if (!shown.has_account) field(join, 'name').value = shown.name;
    join.hidden = false;
    open.hidden = true;
  };
  onSubmit(open, show);
  if (given.token) {
    field(open, 'token').value = given.token;
    await changeBy(open, show);
  }
  open.hidden = !join.hidden;
}

if (request) {
  const enterCode = (asksToken) => {
    request.hidden = true;
    reset.hidden = false;
    within(reset, 'token').hidden = !asksToken;
    field(reset, 'token').required = asksToken;
  };
  onSubmit(request, async () => {
    await call('POST', '/user/password/reset', { body: { login: field(request, 'login').value } });
    finish(words.sent);
  });
  onSubmit(reset, async () => {
    const token = given.token || field(reset, 'token').value.trim();
    await call('PUT', '/user/password/reset', { body: { token, password: field(reset, 'password').value } });
    finish(words.changed);
  });
  within(request, 'code').addEventListener('click', () => enterCode(true));
  if (given.token) enterCode(false);
  else request.hidden = false;
}
