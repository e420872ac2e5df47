// The search of the portal, in the browser, and on the server for visitors without scripts.

/** Words of readers, with the words of the documents for them, the nearest first. */
const synonyms = {
  booking: ['appointment'],
  branch: ['location'],
  cancel: ['delete appointment', 'delete'],
  customer: ['client'],
  employee: ['team member'],
  login: ['sign', 'auth'],
  master: ['team member'],
  photo: ['image', 'picture'],
  remove: ['delete'],
  salon: ['location'],
  slot: ['times'],
  slots: ['times'],
  staff: ['team member'],
};

const wordsOf = (text) => text.toLowerCase().match(/[\p{L}\p{N}_-]+/gu) ?? [];

/** How well a word fits one of a list: as a whole or in the plural, as the beginning, not at all. */
function rate(word, list, whole, beginning) {
  if (list.some((each) => each === word || each === `${word}s`)) return whole;
  return list.some((each) => each.startsWith(word)) ? beginning : 0;
}

/** How well a word fits an entry; 0 where it does not. */
function scoreOf(word, entry) {
  const path = entry.path.toLowerCase();
  if (word.startsWith('/')) {
    if (!path.includes(word)) return 0;
    return 10 + (path.startsWith(word) ? 5 : 0) + (path === word ? 5 : 0);
  }
  const id = entry.id.toLowerCase();
  if (id === word) return 30;
  const summary = wordsOf(entry.summary);
  const place = summary.findIndex((each) => each.startsWith(word));
  const inTag = rate(word, wordsOf(entry.tag), 8, 6);
  const scores = [
    // The beginning of a name counts most.
    place < 0 ? 0 : rate(word, summary, 12, 10) - Math.min(place, 8) / 2 + (inTag > 0 ? 3 : 0),
    inTag,
    id.startsWith(word) ? 9 : rate(word, id.split('_'), 8, 6),
    rate(word, path.split(/[^a-z0-9]+/), 8, 6),
    rate(word, [entry.method.toLowerCase()], 6, 0),
    rate(word, wordsOf(entry.text), 5, 3),
    id.includes(word) || path.includes(word) || entry.summary.toLowerCase().includes(word) ? 1 : 0,
  ];
  return Math.max(...scores);
}

/**
 * The entries with every word of a query, the best first. A name counts more than a path, a path more than a description.
 */
export function findEntries(entries, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const phrase = words.join(' ');
  const rated = entries.map((entry) => {
    const scores = words.map((word) => {
      const others = (Object.hasOwn(synonyms, word) ? synonyms[word] : []).map((other, index) => {
        const parts = other.split(' ').map((part) => scoreOf(part, entry));
        return Math.min(...parts) * (index === 0 ? 0.9 : 0.6);
      });
      return Math.max(scoreOf(word, entry), ...others);
    });
    if (scores.includes(0)) return { entry, score: 0 };
    const at = words.length > 1 ? entry.summary.toLowerCase().indexOf(phrase) : -1;
    const bonus = at < 0 ? 0 : at === 0 ? 8 : 5;
    const sum = scores.reduce((total, score) => total + score, bonus);
    return { entry, score: sum };
  });
  return rated
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ entry }) => entry);
}
