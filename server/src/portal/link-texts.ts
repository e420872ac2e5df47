/** What all pages say that people reach by a link. */
export interface SharedTexts {
  code: string;
  needsScript: string;
  done: string;
}

/** The languages of the booking page, by their BCP 47 tags. */
export const sharedTexts = {
  en: {
    code: 'Code from the message',
    needsScript: 'This page needs JavaScript.',
    done: 'Done',
  },
  de: {
    code: 'Code aus der Nachricht',
    needsScript: 'Diese Seite braucht JavaScript.',
    done: 'Erledigt',
  },
  lv: {
    code: 'Kods no ziņas',
    needsScript: 'Šai lapai ir vajadzīgs JavaScript.',
    done: 'Gatavs',
  },
  et: {
    code: 'Kood sõnumist',
    needsScript: 'See leht vajab JavaScripti.',
    done: 'Valmis',
  },
  lt: {
    code: 'Kodas iš žinutės',
    needsScript: 'Šiam puslapiui reikia „JavaScript“.',
    done: 'Atlikta',
  },
  uk: {
    code: 'Код із повідомлення',
    needsScript: 'Для цієї сторінки потрібен JavaScript.',
    done: 'Готово',
  },
} as const satisfies Record<string, SharedTexts>;

export type PageLanguage = keyof typeof sharedTexts;

/** The first wanted language that the pages speak, or English. @param wanted BCP 47, the best first */
export const pageLanguage = (wanted: readonly string[]): PageLanguage =>
  wanted.map((tag) => tag.toLowerCase().split('-')[0] as PageLanguage).find((tag) => Object.hasOwn(sharedTexts, tag)) ?? 'en';
