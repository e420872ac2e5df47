/**
 * Folds letter case, accents and compatibility forms, in every script: `Müller` and `MULLER` become `muller`. It converts to capitals
 * first, so that `ß` becomes `ss`. All forms of a Greek sigma become one letter.
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
