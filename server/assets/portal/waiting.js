// The page behind the links of the waiting list. Showing an offer takes nothing: only a button does.

const [open, offer, entry] = ['open', 'offer', 'entry'].map(part);

// The reader's way to write times, if it is one of the page's language.
const pageLanguage = document.documentElement.lang;
const locale = navigator.languages.find((tag) => tag.toLowerCase().split('-')[0] === pageLanguage) ?? pageLanguage;
/** A local time of the location, as the answer has it: the offset is the location's, not the reader's. */
const localTime = (text) =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' }).format(
    new Date(`${text.slice(0, 19)}Z`),
  );
const days = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
const dayRange = (from, to) => days.formatRange(new Date(`${from}T00:00:00Z`), new Date(`${to}T00:00:00Z`));
const titles = (services) => services.map(({ title }) => title).join(', ');

/** Shows a fact with its name, or hides both. */
function tell(place, name, text) {
  const value = within(place, name);
  value.textContent = text;
  value.hidden = value.previousElementSibling.hidden = text === '';
}

/** The problem of an answer, in the language of the page. */
function problemOf({ status }) {
  if (status === 404) return words.gone;
  return status === 403 || status === 422 ? words.refused : words.failed;
}

const post = async (path, body = {}) => {
  try {
    return await call('POST', `/waiting_list/${path}`, { body: { token: given.token, ...body } });
  } catch (error) {
    throw Object.assign(new Error(problemOf(error)), { status: error.status });
  }
};

/** Answers, and says so. What has ended meanwhile is shown as it is now, and cannot be left. */
const onAnswer = (place, name, path, body, text) =>
  within(place, name).addEventListener('click', () =>
    change(place, async () => {
      try {
        await post(path, body);
      } catch (error) {
        if (error.status !== 409) throw error;
        if (name !== 'leave') return show();
      }
      finish(text, [open, offer, entry]);
    }),
  );
onAnswer(offer, 'take', 'offer/take', {}, words.booked);
onAnswer(offer, 'decline', 'offer/decline', {}, words.goOn);
onAnswer(offer, 'leave', 'offer/decline', { leave: true }, words.left);
onAnswer(entry, 'leave', 'entry/leave', {}, words.left);

async function show() {
  given.token = field(open, 'token').value.trim();
  const isOffer = given.token.startsWith('o-');
  const place = isOffer ? offer : entry;
  const shown = await post(isOffer ? 'offer' : 'entry');
  const state = isOffer ? shown.state : shown.status;
  const text = state === 'expired' && !isOffer ? words.over : words.states[state];
  within(place, 'said').textContent = filled(text, { location: shown.location_title });
  tell(place, 'what', titles(shown.services));
  tell(place, 'who', shown.staff?.name ?? words.anyone);
  if (isOffer) {
    tell(place, 'when', localTime(shown.datetime));
    tell(place, 'until', state === 'open' ? localTime(shown.expires_at) : '');
    for (const name of ['take', 'decline']) within(place, name).hidden = state !== 'open';
  } else {
    tell(place, 'when', `${dayRange(shown.date_from, shown.date_to)}, ${shown.time_from} – ${shown.time_to}`);
    tell(place, 'until', shown.offered_until ? localTime(shown.offered_until) : '');
  }
  // Whoever reads the message too late can still leave the list.
  within(place, 'answers').hidden = !['open', 'declined', 'expired', 'waiting', 'offered'].includes(state);
  place.hidden = false;
  open.hidden = true;
}

await openByToken(open, show, () => !(offer.hidden && entry.hidden));
