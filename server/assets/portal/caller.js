// What pages share that ask the API of this server, as any other program would. The tokens are in the memory of the page only.

export const within = (part, name) => part.querySelector(`[data-${name}]`);
export const field = (form, name) => form.elements.namedItem(name);

/** The header of a reader who has given tokens. */
export const session = { authorization: undefined };

/** Makes an element with attributes and children; data becomes text. */
export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.map((child) => (child instanceof Node ? child : String(child))));
  return made;
}

/** An answer without success, as the API words it. */
function refusal(response, meta) {
  const errors = [meta?.errors ?? []].flat().flatMap(Object.entries);
  const fields = errors.map(([name, value]) => `${name}: ${[value].flat().join(', ')}`);
  const error = new Error([`${response.status}: ${meta?.message ?? response.statusText}`, ...fields].join(' · '));
  return Object.assign(error, { status: response.status });
}

export async function call(method, path, { body, as = session.authorization } = {}) {
  let response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers: { ...(as ? { authorization: as } : {}), ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  } catch (error) {
    throw new Error(`No answer: ${error.message}`);
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw refusal(response, answer.meta);
  return answer.data;
}

/** Does something, and shows its error in the part of the page that it belongs to. */
export async function attempt(part, work) {
  within(part, 'problem').textContent = '';
  try {
    await work();
  } catch (error) {
    within(part, 'problem').textContent = error.message;
  }
}

let isBusy = false;

/** Changes one thing at a time: nothing is sent twice by a second click. */
export async function change(part, work) {
  if (isBusy) return;
  isBusy = true;
  await attempt(part, work);
  isBusy = false;
}
