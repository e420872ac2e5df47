import { and, asc, eq } from 'drizzle-orm';
import { Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import type { NoticeType } from '../notifications/types.ts';
import { linkPlaceholder } from './signed-link.ts';
import { notificationTemplates } from './tables.ts';

/** What a template can say about an appointment, its client and its location. The first seven are the published ones. */
export const variables = [
  'CLIENT_NAME',
  'CLIENT_PHONE',
  'SERVICE_TITLE',
  'MASTER_NAME',
  'POSITION_TITLE',
  'DATETIME',
  'DATETIME_SHORT',
  'DATE',
  'TIME',
  'COMPANY_NAME',
  'COMPANY_ADDRESS',
  'COMPANY_PHONE',
] as const;
/** What only a template of an offer can say: until when it is good, and where to take it. */
export const offerVariables = ['OFFER_UNTIL', 'LINK'] as const;
type Variable = (typeof variables)[number];
export type Values = Record<Variable, string> & { OFFER_UNTIL?: string };

const variable = /%([A-Z][A-Z_]*)%/g;

/** A text with its variables replaced. Values are not read again, so a client cannot be called `%CLIENT_PHONE%`. */
export const fill = (text: string, values: Values): string =>
  text.replace(variable, (whole, name: string) => (name in values ? values[name as Variable] : whole));

/** The languages that have usual texts. Others get the English ones. */
export const languages = ['en', 'de', 'es', 'fr', 'ru'] as const;

interface Text {
  subject: string;
  text: string;
}

const visit = '%SERVICE_TITLE%, %MASTER_NAME%, %DATETIME%';
/** In the order of the languages: the word for a visit that was booked, moved, cancelled, comes soon, and a birthday. */
const words = {
  create: ['You are booked', 'Sie haben einen Termin', 'Su cita está reservada', 'Votre rendez-vous est pris', 'Вы записаны'],
  move: [
    'Your visit has changed',
    'Ihr Termin hat sich geändert',
    'Su cita ha cambiado',
    'Votre rendez-vous a changé',
    'Ваш визит изменён',
  ],
  delete: [
    'Your visit is cancelled',
    'Ihr Termin ist abgesagt',
    'Su cita está cancelada',
    'Votre rendez-vous est annulé',
    'Ваш визит отменён',
  ],
  reminder: ['Your visit', 'Ihr Termin', 'Su cita', 'Votre rendez-vous', 'Ваш визит'],
  birthday: ['Happy birthday', 'Alles Gute zum Geburtstag', 'Feliz cumpleaños', 'Joyeux anniversaire', 'С днём рождения'],
  offer: [
    'A time is free for you',
    'Ein Termin ist frei für Sie',
    'Hay una hora libre para usted',
    'Une heure est libre pour vous',
    'Для вас есть время',
  ],
  until: ['Take it until', 'Annehmen bis', 'Acéptela antes de', 'Acceptez avant', 'Ответьте до'],
  booked: ['Booked', 'Gebucht', 'Reserva', 'Réservation', 'Новая запись'],
  moved: ['Changed', 'Geändert', 'Cambio', 'Modification', 'Запись изменена'],
  deleted: ['Cancelled', 'Abgesagt', 'Cancelación', 'Annulation', 'Запись отменена'],
} as const;

/** Which words a type has. */
function wordOf(type: NoticeType): keyof typeof words {
  const isClient = type.endsWith('_client');
  if (type.startsWith('birthday')) return 'birthday';
  if (type === 'waiting_offer_client') return 'offer';
  if (type.startsWith('record_reminder')) return 'reminder';
  if (type.startsWith('record_create')) return isClient ? 'create' : 'booked';
  if (type.startsWith('record_move')) return isClient ? 'move' : 'moved';
  return isClient ? 'delete' : 'deleted';
}

/** The text of a type that a location has not written itself. */
function usualText(type: NoticeType, channel: 'sms' | 'email', language: string): Text {
  const index = Math.max(0, (languages as readonly string[]).indexOf(language.slice(0, 2)));
  const word = wordOf(type);
  const title = words[word][index] as string;
  if (word === 'birthday') {
    const text = `${title}, %CLIENT_NAME%! %COMPANY_NAME%`;
    return { subject: title, text };
  }
  if (!type.endsWith('_client')) {
    return { subject: `${title}: %DATETIME%`, text: `${title}: %CLIENT_NAME% (%CLIENT_PHONE%), ${visit}` };
  }
  if (word === 'offer') {
    const until = `${words.until[index]} %OFFER_UNTIL%: %LINK%`;
    if (channel === 'sms') return { subject: '', text: `${title}: %DATETIME_SHORT%. ${until} %COMPANY_NAME%` };
    return {
      subject: `${title}: %DATETIME%`,
      text: `%CLIENT_NAME%,\n\n${title}: ${visit}\n\n${until}\n\n%COMPANY_NAME%\n%COMPANY_ADDRESS%\n%COMPANY_PHONE%`,
    };
  }
  if (channel === 'sms')
    return { subject: '', text: `${title}: %DATETIME_SHORT%, %SERVICE_TITLE%. %COMPANY_NAME% %COMPANY_PHONE%` };
  return {
    subject: `${title}: %DATETIME%`,
    text: `%CLIENT_NAME%,\n\n${title}: ${visit}\n\n%COMPANY_NAME%\n%COMPANY_ADDRESS%\n%COMPANY_PHONE%`,
  };
}

/** Where a template belongs. */
export interface TemplatePlace {
  type: NoticeType;
  channel: 'sms' | 'email';
  language: string;
}

/** The templates that a location has written, by type. */
export const listTemplates = (db: Read, locationId: number) =>
  db
    .select()
    .from(notificationTemplates)
    .where(eq(notificationTemplates.locationId, locationId))
    .orderBy(asc(notificationTemplates.type), asc(notificationTemplates.channel), asc(notificationTemplates.language));

export type TemplateRow = Awaited<ReturnType<typeof listTemplates>>[number];

/** The text of a type on a channel: that of the location in the language, or the usual one. */
export const textFor = (own: readonly TemplateRow[], { type, channel, language }: TemplatePlace): Text =>
  own.find((row) => row.type === type && row.channel === channel && row.language === language) ??
  usualText(type, channel, language);

/** Writes the template of a place. @throws Invalid for an unknown variable, or a mail without a subject */
export async function saveTemplate(
  write: Write,
  locationId: number,
  place: TemplatePlace,
  { subject, text }: Text,
): Promise<TemplateRow> {
  const known: readonly string[] = place.type === 'waiting_offer_client' ? [...variables, ...offerVariables] : variables;
  const unknown = (written: string) =>
    [...written.matchAll(variable)].map(([, name]) => name).find((name) => !known.includes(name ?? ''));
  for (const [field, written] of [
    ['text', text],
    ['subject', subject],
  ] as const) {
    const name = unknown(written);
    if (name)
      throw new Invalid({
        [field]: [`has the unknown variable %${name}%; there are ${known.map((each) => `%${each}%`).join(', ')}`],
      });
  }
  if (text.trim() === '') throw new Invalid({ text: ['must not be empty'] });
  if (place.type === 'waiting_offer_client' && !text.includes(linkPlaceholder)) {
    throw new Invalid({ text: [`must have ${linkPlaceholder}, by which the client takes the offer`] });
  }
  if (subject.includes(linkPlaceholder)) throw new Invalid({ subject: [`must not have ${linkPlaceholder}`] });
  if (place.channel === 'email' && subject.trim() === '') throw new Invalid({ subject: ['must not be empty'] });
  const values = { subject: place.channel === 'email' ? subject.trim() : '', text, changedAt: new Date() };
  const [row] = await write
    .insert(notificationTemplates)
    .values({ locationId, ...place, ...values })
    .onConflictDoUpdate({
      target: [
        notificationTemplates.locationId,
        notificationTemplates.type,
        notificationTemplates.channel,
        notificationTemplates.language,
      ],
      set: values,
    })
    .returning();
  return row as TemplateRow;
}

/** Removes a template, so that the usual text counts again. @throws NotFound */
export async function deleteTemplate(write: Write, locationId: number, id: number): Promise<void> {
  const gone = await write
    .delete(notificationTemplates)
    .where(and(eq(notificationTemplates.locationId, locationId), eq(notificationTemplates.id, id)))
    .returning({ id: notificationTemplates.id });
  if (gone.length === 0) throw new NotFound();
}
