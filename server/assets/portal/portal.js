// The portal works without this script; it adds the search while typing, the tabs of the samples, and "Try it".
// It is served in one file with search.js, which has `findEntries`.

/** Makes an element with attributes and children. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** The reader's last choice, if the browser allows us to store it. */
const choice = {
  get(key) {
    try {
      return localStorage.getItem(`foyer.${key}`);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(`foyer.${key}`, value);
    } catch {
      // A browser that keeps nothing: the choice holds for this page.
    }
  },
};

/** The server that samples and "Try it" of the page are about: one choice for both. */
const server = {
  name: 'this',
  watchers: [],
  choose(name) {
    server.name = name;
    for (const watcher of server.watchers) watcher();
  },
};

for (const form of document.querySelectorAll('[data-try]')) nameOwnAddress(form);
for (const block of document.querySelectorAll('pre[data-copy]')) addCopyButton(block);
for (const form of document.querySelectorAll('[data-search]')) searchWhileTyping(form);
for (const section of document.querySelectorAll('[data-samples]')) showTabs(section);
for (const form of document.querySelectorAll('[data-try]')) enable(form);
showPresentPage();

/** Behind a proxy the server may not know its own address: samples name the one that this page came from, which "Try it" calls too. */
function nameOwnAddress(form) {
  const { base, isPublic } = JSON.parse(form.querySelector('script').textContent);
  if (isPublic || base === location.origin) return;
  for (const code of document.querySelectorAll('[data-language] code')) {
    code.textContent = code.textContent
      .replaceAll(base, location.origin)
      .replace(`Host: ${new URL(base).host}\n`, `Host: ${location.host}\n`);
  }
}

function addCopyButton(block) {
  if (!navigator.clipboard) return;
  const button = element('button', { type: 'button' }, 'Copy');
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(block.textContent);
    button.textContent = 'Copied';
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 1500);
  });
  const wrapper = element('div', { class: 'copied' });
  block.replaceWith(wrapper);
  wrapper.append(block, button);
}

function searchWhileTyping(form) {
  const input = form.elements.namedItem('q');
  const panel = form.querySelector('.results');
  const count = panel.querySelector('p');
  const list = panel.querySelector('ul');
  let index;
  const load = () => {
    index ??= fetch('/docs/search.json').then((answer) => answer.json());
    return index;
  };
  input.addEventListener('focus', load);
  input.addEventListener('input', async () => {
    const query = input.value;
    if (query.trim() === '') {
      panel.hidden = true;
      return;
    }
    const found = findEntries(await load(), query);
    // A slower answer to an earlier query.
    if (input.value !== query) return;
    const shown = found.slice(0, 20);
    count.textContent = `${found.length} ${found.length === 1 ? 'operation' : 'operations'} found`;
    list.replaceChildren(
      ...shown.map((entry) =>
        element(
          'li',
          {},
          element('a', { href: entry.href }, entry.summary),
          element('br'),
          element('small', {}, `${entry.method} ${entry.path} · ${entry.surface}`),
        ),
      ),
    );
    panel.hidden = false;
  });
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !panel.hidden) {
      // The first Escape keeps the text, the second one clears the field.
      event.preventDefault();
      panel.hidden = true;
      input.focus();
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const stops = [input, ...list.querySelectorAll('a')];
    const next = stops.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1);
    if (panel.hidden || !stops[next]) return;
    event.preventDefault();
    stops[next].focus();
  });
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target.closest('input, textarea, select');
    const isWanted =
      (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey) ||
      (event.key === 'k' && (event.ctrlKey || event.metaKey));
    if (!isWanted) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
  document.addEventListener('click', (event) => {
    if (!form.contains(event.target)) panel.hidden = true;
  });
}

/** Shows the samples as tabs of a server and a language. The choice is kept for the following pages. */
function showTabs(section) {
  const servers = [...section.querySelectorAll('[data-server]')];
  const samples = servers.flatMap((each) =>
    [...each.querySelectorAll('[data-language]')].map((sample) => ({
      server: each.dataset.server,
      serverTitle: each.querySelector('summary').textContent,
      language: sample.dataset.language,
      title: sample.querySelector('summary').textContent,
      block: sample.querySelector('.copied') ?? sample.querySelector('pre'),
    })),
  );
  const panel = element('div', { role: 'tabpanel', id: 'sample' });
  server.name = (servers.find((each) => each.open) ?? servers[0]).dataset.server;
  const chosen = { language: choice.get('language') ?? 'shell' };
  if (!samples.some((sample) => sample.language === chosen.language)) chosen.language = 'shell';

  const tabs = element('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Language' });
  for (const { language, title } of samples.filter((sample) => sample.server === server.name)) {
    const tab = element('button', { type: 'button', role: 'tab', 'aria-controls': 'sample', 'data-tab': language }, title);
    tab.addEventListener('click', () => choose({ language }));
    tabs.append(tab);
  }
  tabs.addEventListener('keydown', (event) => {
    const all = [...tabs.children];
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
    next.focus();
    next.click();
  });
  const switches = element('div', { class: 'tabs', role: 'group', 'aria-label': 'Server' });
  for (const each of servers) {
    const button = element(
      'button',
      { type: 'button', 'data-to': each.dataset.server },
      each.querySelector('summary').textContent,
    );
    button.addEventListener('click', () => server.choose(each.dataset.server));
    switches.append(button);
  }

  function choose(change) {
    Object.assign(chosen, change);
    if (change.language) choice.set('language', change.language);
    for (const tab of tabs.children) {
      const isChosen = tab.dataset.tab === chosen.language;
      tab.setAttribute('aria-selected', String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
    }
    for (const button of switches.children) button.setAttribute('aria-pressed', String(button.dataset.to === server.name));
    const sample = samples.find((each) => each.server === server.name && each.language === chosen.language);
    panel.setAttribute('aria-label', `${sample.title}, ${sample.serverTitle}`);
    panel.replaceChildren(sample.block);
  }
  for (const each of servers) each.remove();
  section.append(switches, tabs, panel);
  server.watchers.push(() => choose({}));
  choose({});
}

/** Shows the form and sends its request. */
function enable(form) {
  const operation = JSON.parse(form.querySelector('script').textContent);
  const field = (name) => form.elements.namedItem(name);
  const answer = form.querySelector('[data-answer]');
  const mockOnly = form.querySelector('[data-mock]');
  const showServer = () => {
    field('server').value = server.name;
    mockOnly.hidden = server.name !== 'mock';
    showAddress();
  };
  /** The request that the button will send, and a warning if the browser may block it. */
  const showAddress = () => {
    const { url } = requestOf(form, operation);
    const isElsewhere = new URL(url).origin !== location.origin;
    form
      .querySelector('[data-address]')
      .replaceChildren(
        element('span', { class: `method ${operation.method.toLowerCase()}` }, operation.method),
        ' ',
        element('code', {}, url),
        ...(isElsewhere
          ? [
              element('br'),
              'This page has another address than the server. If you get no answer, open ',
              element('a', { href: pageAt(operation.base) }, 'the page there'),
              '.',
            ]
          : []),
      );
  };
  field('server').addEventListener('change', () => server.choose(field('server').value));
  server.watchers.push(showServer);
  form.addEventListener('input', showAddress);
  for (const name of ['partner', 'user']) {
    // Tokens outlive a page but not the tab.
    const input = field(name);
    if (!input) continue;
    // Pages begin with different tokens: a typed one takes the place of the one that was there.
    const key = `foyer.${name} ${input.value}`;
    try {
      input.value = sessionStorage.getItem(key) ?? input.value;
      input.addEventListener('change', () => sessionStorage.setItem(key, input.value));
    } catch {
      // A browser that keeps nothing.
    }
  }
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button:not([type])');
    button.disabled = true;
    answer.replaceChildren(element('p', {}, 'Waiting for the answer …'));
    const began = performance.now();
    try {
      const { url, options } = requestOf(form, operation);
      const response = await fetch(url, options);
      await showAnswer(answer, `${operation.method} ${url}`, response, Math.round(performance.now() - began));
    } catch (error) {
      answer.replaceChildren(element('p', { class: 'note' }, `No answer: ${error.message}`));
    } finally {
      button.disabled = false;
    }
  });
  showServer();
  form.hidden = false;
}

/** This page at another address of the server. */
function pageAt(origin) {
  return origin + location.pathname + location.hash;
}

/** Scrolls the list of operations to the current one. */
function showPresentPage() {
  const list = document.querySelector('.side');
  const present = list?.querySelector('[aria-current="page"]');
  if (present) list.scrollTop = present.offsetTop - list.clientHeight / 3;
}

function requestOf(form, operation) {
  const entries = [...new FormData(form)];
  const value = (name) => form.elements.namedItem(name)?.value.trim() ?? '';
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(value(`path.${name}`)));
  const query = entries
    .filter(([name, given]) => name.startsWith('query.') && given !== '')
    .map(([name, given]) => `${encodeURIComponent(name.slice('query.'.length))}=${encodeURIComponent(given)}`);
  // The address that the samples name: the one that was set for this server, or else the one that this page came from.
  const origin = operation.isPublic ? operation.base : location.origin;
  const url = origin + operation.servers[value('server')] + path + (query.length ? `?${query.join('&')}` : '');
  const headers = { Accept: operation.accept };
  const [partner, user] = [value('partner'), value('user')];
  if (partner) headers.Authorization = `Bearer ${partner}${user ? `, User ${user}` : ''}`;
  if (value('server') === 'mock' && value('prefer')) headers.Prefer = value('prefer');
  let body;
  if (operation.body === 'json') {
    headers['Content-Type'] = 'application/json';
    body = value('body');
  }
  if (operation.body === 'form') {
    body = new FormData();
    const parts = entries.filter(([name, given]) => name.startsWith('form.') && given !== '');
    // The server reads a form from its beginning: texts come before files.
    parts.sort(([, a], [, b]) => (typeof a === 'string' ? 0 : 1) - (typeof b === 'string' ? 0 : 1));
    for (const [name, given] of parts) body.append(name.slice('form.'.length), given);
  }
  return { url, options: { method: operation.method, headers, ...(body === undefined ? {} : { body }) } };
}

async function showAnswer(target, title, response, milliseconds) {
  const type = response.headers.get('content-type') ?? '';
  const isText = /json|text|xml|^$/.test(type);
  const text = isText ? await response.text() : `${(await response.blob()).size} bytes of ${type}`;
  let shown = text;
  if (type.includes('json')) {
    try {
      shown = JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      // Shown as it came.
    }
  }
  const status = element(
    'span',
    { class: `status s${String(response.status).charAt(0)}`, 'data-status': '' },
    String(response.status),
  );
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
  const details = element(
    'details',
    {},
    element('summary', {}, 'Headers'),
    element('pre', { tabindex: '0' }, element('code', {}, headers)),
  );
  const shownBody = element('pre', { tabindex: '0', 'aria-label': 'Body of the answer' }, element('code', {}, shown));
  target.replaceChildren(
    element('p', {}, status, ` ${response.statusText} · ${milliseconds} ms · `, element('code', {}, title)),
    shown ? shownBody : element('p', {}, 'No body.'),
    details,
  );
  if (shown) addCopyButton(shownBody);
}
