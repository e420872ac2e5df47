/** Latin letters that Unicode does not split into a letter and a mark. */
const plain: Record<string, string> = { ø: 'o', ł: 'l', đ: 'd', ð: 'd', ħ: 'h', ı: 'i', ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th' };

/**
 * The key under which a name is found and sorted: lower case, without accents and apostrophes, words parted by one space
 * (`Coeur d’Alene` and `coeur dalene`, `Saint-Étienne` and `saint etienne` are the same).
 */
export const fold = (name: string): string =>
  name
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\p{M}'`´\u2018\u2019\u02bb\u02bc]/gu, '')
    .replace(/[øłđðħıßæœþ]/g, (letter) => plain[letter] ?? letter)
    .replace(/[\s-]+/g, ' ')
    .trim();
