/** The texts of each language of the published operation (get_i18n_options), read at their first use. */
const languages = {
  'en-US': () => import('./data/i18n.en-US.json', { with: { type: 'json' } }),
  'de-DE': () => import('./data/i18n.de-DE.json', { with: { type: 'json' } }),
  'lv-LV': () => import('./data/i18n.lv-LV.json', { with: { type: 'json' } }),
  'ee-EE': () => import('./data/i18n.ee-EE.json', { with: { type: 'json' } }),
  'lt-LT': () => import('./data/i18n.lt-LT.json', { with: { type: 'json' } }),
  'uk-UK': () => import('./data/i18n.uk-UK.json', { with: { type: 'json' } }),
};

export type LanguageCode = keyof typeof languages;

type Texts = typeof import('./data/i18n.en-US.json', { with: { type: 'json' }});

/** The texts of a booking form in a language. */
export const bookingFormTexts = async (code: LanguageCode): Promise<Texts> => (await languages[code]()).default;
