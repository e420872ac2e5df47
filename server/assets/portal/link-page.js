// What the pages behind links share. The token of a link is the fragment of the address. The page takes it from there, so that it is in no
// history and no log.

export const part = (name) => document.querySelector(`[data-${name}]`);
export const words = JSON.parse(part('words').textContent);
export const done = part('done');
export const given = { token: location.hash.slice(1) };
history.replaceState(null, '', location.pathname);
// A link that is opened where the page is open already changes only the fragment.
addEventListener('hashchange', () => location.reload());

/** A text of the page with its values. */
export const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** Shows the last words of the page, instead of its parts. */
export function finish(text, parts) {
  for (const each of parts) if (each) each.hidden = true;
  within(done, 'said').textContent = text;
  done.hidden = false;
  done.querySelector('h2').focus();
}

/** Does something, and says in the language of the page that a link is not valid any more. */
export const changeBy = (place, work) =>
  change(place, async () => {
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

/** Opens what the link is about, or asks for the code of a message. @param isOpen whether it is shown */
export async function openByToken(form, work, isOpen) {
  onSubmit(form, work);
  if (given.token) {
    field(form, 'token').value = given.token;
    await changeBy(form, work);
  }
  form.hidden = isOpen();
}
