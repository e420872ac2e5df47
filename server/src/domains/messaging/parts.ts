/** The characters of the alphabet of GSM 03.38 that take one place, and those that take two. */
const single = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const double = new Set('^{}\\[~]|€\f');

/** How many SMS a text takes: 160 characters of the GSM alphabet, or 70 of any other; a little fewer each if there are several. */
export function partsOf(text: string): number {
  const characters = [...text];
  const isGsm = characters.every((character) => single.has(character) || double.has(character));
  const places = isGsm ? characters.reduce((sum, character) => sum + (double.has(character) ? 2 : 1), 0) : text.length;
  const [alone, joined] = isGsm ? [160, 153] : [70, 67];
  return places <= alone ? 1 : Math.ceil(places / joined);
}
