/**
 * Folds letter case, accents and compatibility forms, in every script: `Müller` and `MULLER` become `muller`. By way of the
 * capitals, so that `ß` is `ss`; a Greek sigma is one letter wherever in a word it stands.
 */
export const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .normalize('NFKC')
    .replace(/\s+/g, ' ')
    .trim();
