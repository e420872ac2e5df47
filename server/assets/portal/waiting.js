// The page behind the links of the waiting list. The token of a link is the fragment of the address. The page takes it from there, so that it
// is in no history and no log. Showing an offer takes nothing: only a button does.

const open = document.querySelector('[data-open]');
const offer = document.querySelector('[data-offer]');
const entry = document.querySelector('[data-entry]');
const done = document.querySelector('[data-done]');
let token = location.hash.slice(1);
history.replaceState(null, '', location.pathname);
// A link that is opened where the page is open already changes only the fragment.
addEventListener('hashchange', () => location.reload());

/** A local time of the location, as the answer has it: the offset is the location's, not the reader's. */
const localTime = (text) =>
  new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' }).format(
    new Date(`${text.slice(0, 19)}Z`),
  );
const titles = (services) => services.map(({ title }) => title).join(', ');

const states = {
  open: (place) => `${place} has a time for you.`,
  taken: (place) => `You have booked this time at ${place}.`,
  declined: () => 'You have declined this time.',
  expired: () => 'It is too late: the time is not held for you any more.',
  withdrawn: () => 'This offer has ended.',
  waiting: (place) => `You wait for a time at ${place}.`,
  offered: (place) => `${place} has offered you a time: see the message.`,
  passed: () => 'You did not answer the offers, so you wait no more.',
  cancelled: () => 'You wait no more.',
};

/** Shows the last words of the page. */
function finish(text) {
  for (const part of [open, offer, entry]) part.hidden = true;
  within(done, 'said').textContent = text;
  done.hidden = false;
  done.querySelector('h2').focus();
}

const onClick = (part, name, work) => within(part, name).addEventListener('click', () => change(part, work));
const post = (path, body = {}) => call('POST', `/waiting_list/${path}`, { body: { token, ...body } });

onClick(offer, 'take', async () => {
  await post('offer/take');
  finish('The time is booked for you. We look forward to your visit.');
});
onClick(offer, 'decline', async () => {
  await post('offer/decline');
  finish('You go on waiting for another time.');
});
onClick(offer, 'leave', async () => {
  await post('offer/decline', { leave: true });
  finish('You wait no more.');
});
onClick(entry, 'leave', async () => {
  await post('entry/leave');
  finish('You wait no more.');
});

async function show() {
  token = field(open, 'token').value.trim();
  const isOffer = token.startsWith('o-');
  const part = isOffer ? offer : entry;
  const shown = await post(isOffer ? 'offer' : 'entry');
  const state = isOffer ? shown.state : shown.status;
  within(part, 'said').textContent = (states[state] ?? (() => 'The days for which you waited are over.'))(shown.location_title);
  within(part, 'what').textContent = titles(shown.services);
  within(part, 'who').textContent = shown.staff?.name ?? 'Any team member';
  if (isOffer) {
    within(part, 'when').textContent = localTime(shown.datetime);
    within(part, 'until').textContent = localTime(shown.expires_at);
  } else {
    within(part, 'when').textContent = `${shown.date_from} – ${shown.date_to}, ${shown.time_from} – ${shown.time_to}`;
  }
  if (isOffer) for (const name of ['take', 'decline']) within(part, name).hidden = state !== 'open';
  // Whoever reads the message too late can still leave the list.
  within(part, 'answers').hidden = !['open', 'declined', 'expired', 'waiting', 'offered'].includes(state);
  part.hidden = false;
  open.hidden = true;
}

open.addEventListener('submit', (event) => {
  event.preventDefault();
  change(open, show);
});
if (token) {
  field(open, 'token').value = token;
  await change(open, show);
}
open.hidden = !(offer.hidden && entry.hidden);
