// The pages behind the links that people get: to join a location, and to choose a new password. The token of a link is the fragment of the
// address. The page takes it from there, so that it is in no history and no log.

const open = document.querySelector('[data-open]');
const join = document.querySelector('[data-join]');
const request = document.querySelector('[data-request]');
const reset = document.querySelector('[data-reset]');
const done = document.querySelector('[data-done]');
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

const onSubmit = (form, work) =>
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    change(form, work);
  });

if (join) {
  onSubmit(join, async () => {
    const [name, password] = [field(join, 'name').value.trim(), field(join, 'password').value];
    const body = { token: given.token, ...(name ? { name } : {}), ...(password ? { password } : {}) };
    await call('POST', '/user/invitation/accept', { body });
    finish('You are a user of the location now. You can sign in to it.');
  });
  const show = async () => {
    given.token = field(open, 'token').value.trim();
    const shown = await call('POST', '/user/invitation', { body: { token: given.token } });
    within(join, 'said').textContent = `${shown.location_title} invites you (${shown.contact}) as: ${shown.role_title}.`;
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
    await change(open, show);
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
    finish('If there is such an account, we have sent a link to its e-mail address or phone. It is good for an hour.');
  });
  onSubmit(reset, async () => {
    const token = given.token || field(reset, 'token').value.trim();
    await call('PUT', '/user/password/reset', { body: { token, password: field(reset, 'password').value } });
    finish('The new password is set, and you are signed out everywhere. Sign in with it.');
  });
  within(request, 'code').addEventListener('click', () => enterCode(true));
  if (given.token) enterCode(false);
  else request.hidden = false;
}
