// The portal works without this script; it adds the search while typing, the tabs of the samples, and "Try it".

/** Makes an element with attributes and children. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** What the reader chose last, when the browser lets us remember it. */
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

for (const block of document.querySelectorAll('pre[data-copy]')) addCopyButton(block);
for (const form of document.querySelectorAll('[data-search]')) searchWhileTyping(form);
for (const section of document.querySelectorAll('[data-samples]')) showTabs(section);
for (const form of document.querySelectorAll('[data-try]')) enable(form);

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
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) {
      panel.hidden = true;
      return;
    }
    const found = (await load()).filter((entry) => {
      const text = `${entry.summary} ${entry.path} ${entry.id} ${entry.tag}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    // A name that has the words in this order comes first, what is built before what is planned.
    const phrase = words.join(' ');
    const rank = (entry) => (entry.summary.toLowerCase().includes(phrase) ? 0 : 2) + (entry.planned ? 1 : 0);
    found.sort((a, b) => rank(a) - rank(b));
    const shown = found.slice(0, 20);
    count.textContent = `${found.length} ${found.length === 1 ? 'operation' : 'operations'} found`;
    list.replaceChildren(
      ...shown.map((entry) =>
        element(
          'li',
          {},
          element('a', { href: entry.href }, entry.summary),
          element('br'),
          element('small', {}, `${entry.method} ${entry.path} · ${entry.surface}${entry.planned ? ' · planned' : ''}`),
        ),
      ),
    );
    panel.hidden = false;
  });
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
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
  document.addEventListener('click', (event) => {
    if (!form.contains(event.target)) panel.hidden = true;
  });
}

/** The samples as tabs of a server and a language; the choice holds for the following pages. */
function showTabs(section) {
  const servers = [...section.querySelectorAll('[data-server]')];
  const samples = servers.flatMap((server) =>
    [...server.querySelectorAll('[data-language]')].map((sample) => ({
      server: server.dataset.server,
      serverTitle: server.querySelector('summary').textContent,
      language: sample.dataset.language,
      title: sample.querySelector('summary').textContent,
      block: sample.querySelector('.copied') ?? sample.querySelector('pre'),
    })),
  );
  const panel = element('div', { role: 'tabpanel', id: 'sample' });
  const chosen = { server: 'this', language: choice.get('language') ?? 'shell' };
  if (!samples.some((sample) => sample.language === chosen.language)) chosen.language = 'shell';

  const tabs = element('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Language' });
  for (const { language, title } of samples.filter((sample) => sample.server === 'this')) {
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
  for (const server of servers) {
    const button = element(
      'button',
      { type: 'button', 'data-to': server.dataset.server },
      server.querySelector('summary').textContent,
    );
    button.addEventListener('click', () => choose({ server: server.dataset.server }));
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
    for (const button of switches.children) button.setAttribute('aria-pressed', String(button.dataset.to === chosen.server));
    const sample = samples.find(({ server, language }) => server === chosen.server && language === chosen.language);
    panel.setAttribute('aria-label', `${sample.title}, ${sample.serverTitle}`);
    panel.replaceChildren(sample.block);
  }
  for (const server of servers) server.remove();
  section.append(switches, tabs, panel);
  choose({});
}

/** Shows the form and sends what it says. */
function enable(form) {
  const operation = JSON.parse(form.querySelector('script').textContent);
  const field = (name) => form.elements.namedItem(name);
  const answer = form.querySelector('[data-answer]');
  const mockOnly = form.querySelector('[data-mock]');
  const showMockOptions = () => {
    mockOnly.hidden = field('server').value !== 'mock';
  };
  field('server').addEventListener('change', showMockOptions);
  showMockOptions();
  for (const name of ['partner', 'user']) {
    // Tokens outlive a page but not the tab.
    const input = field(name);
    if (!input) continue;
    try {
      if (!input.value) input.value = sessionStorage.getItem(`foyer.${name}`) ?? '';
      input.addEventListener('change', () => sessionStorage.setItem(`foyer.${name}`, input.value));
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
  form.hidden = false;
}

function requestOf(form, operation) {
  const entries = [...new FormData(form)];
  const value = (name) => form.elements.namedItem(name)?.value.trim() ?? '';
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(value(`path.${name}`)));
  const query = entries
    .filter(([name, given]) => name.startsWith('query.') && given !== '')
    .map(([name, given]) => `${encodeURIComponent(name.slice('query.'.length))}=${encodeURIComponent(given)}`);
  const url = operation.servers[value('server')] + path + (query.length ? `?${query.join('&')}` : '');
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
  target.replaceChildren(
    element('p', {}, status, ` ${response.statusText} · ${milliseconds} ms · `, element('code', {}, title)),
    shown
      ? element('pre', { tabindex: '0', 'aria-label': 'Body of the answer' }, element('code', {}, shown))
      : element('p', {}, 'No body.'),
    details,
  );
}
