// The pages behind the links that people get: to join a location, and to choose a new password.

const [open, join, request, reset] = ['open', 'join', 'request', 'reset'].map(part);
const end = (text) => finish(text, [open, join, request, reset]);

if (join) {
  onSubmit(join, async () => {
    const [name, password] = [field(join, 'name').value.trim(), field(join, 'password').value];
    const body = { token: given.token, ...(name ? { name } : {}), ...(password ? { password } : {}) };
    await call('POST', '/user/invitation/accept', { body });
    end(words.joined);
  });
  const show = async () => {
    given.token = field(open, 'token').value.trim();
    const shown = await call('POST', '/user/invitation', { body: { token: given.token } });
    const values = { location: shown.location_title, contact: shown.contact, role: words.roles[shown.user_role] };
    within(join, 'said').textContent = filled(words.invites, values);
    for (const name of ['name', 'password']) {
      const isNeeded = name === 'name' ? !shown.has_account : shown.needs_password;
      field(join, name).closest('.field').hidden = !isNeeded;
      field(join, name).required = isNeeded;
    }
    if (!shown.has_account) field(join, 'name').value = shown.name;
    join.hidden = false;
    open.hidden = true;
  };
  await openByToken(open, show, () => !join.hidden);
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
    end(words.sent);
  });
  onSubmit(reset, async () => {
    const token = given.token || field(reset, 'token').value.trim();
    await call('PUT', '/user/password/reset', { body: { token, password: field(reset, 'password').value } });
    end(words.changed);
  });
  within(request, 'code').addEventListener('click', () => enterCode(true));
  if (given.token) enterCode(false);
  else request.hidden = false;
}
