import type { EntryStatus, OfferState } from '../domains/waiting-list/tables.ts';
import type { PageLanguage } from './link-texts.ts';

/** What the page of the waiting list says. */
export interface WaitingTexts {
  title: string;
  about: string;
  open: string;
  visit: string;
  staff: string;
  anyone: string;
  time: string;
  until: string;
  days: string;
  take: string;
  decline: string;
  leave: string;
  /** By the state of an offer or an entry. `{location}` is filled by the page. */
  states: Record<OfferState | EntryStatus, string>;
  /** Of an entry whose last day is over; `expired` is about an offer. */
  over: string;
  /** After an answer. */
  booked: string;
  goOn: string;
  left: string;
  /** A link that is not known. */
  gone: string;
  /** The rules of the location do not allow the booking any more. */
  refused: string;
  failed: string;
}

export const waitingTexts = {
  en: {
    title: 'Waiting list',
    about: 'Take a time that is free for you',
    open: 'Open',
    visit: 'Visit',
    staff: 'With',
    anyone: 'Any team member',
    time: 'Time',
    until: 'Held until',
    days: 'Days',
    take: 'Book this time',
    decline: 'Not this time, go on waiting',
    leave: 'Wait no more',
    states: {
      open: '{location} has a time for you.',
      taken: 'You have booked this time at {location}.',
      declined: 'You have declined this time.',
      expired: 'It is too late: the time is not held for you any more.',
      withdrawn: 'This offer has ended.',
      waiting: 'You wait for a time at {location}.',
      offered: '{location} has offered you a time: see the message.',
      passed: 'You did not answer the offers, so you wait no more.',
      cancelled: 'You wait no more.',
    },
    over: 'The days for which you waited are over.',
    booked: 'The time is booked for you. We look forward to your visit.',
    goOn: 'You go on waiting for another time.',
    left: 'You wait no more.',
    gone: 'The link is not valid any more.',
    refused: 'The location cannot book this time for you any more. Please ask it.',
    failed: 'It did not work. Please try again.',
  },
  de: {
    title: 'Warteliste',
    about: 'Einen Termin annehmen, der für Sie frei ist',
    open: 'Öffnen',
    visit: 'Termin für',
    staff: 'Bei',
    anyone: 'Egal, bei wem',
    time: 'Zeit',
    until: 'Reserviert bis',
    days: 'Tage',
    take: 'Diesen Termin buchen',
    decline: 'Diesen nicht, weiter warten',
    leave: 'Nicht mehr warten',
    states: {
      open: '{location} hat einen Termin für Sie.',
      taken: 'Sie haben diesen Termin gebucht: {location}.',
      declined: 'Sie haben diesen Termin abgelehnt.',
      expired: 'Es ist zu spät: Der Termin ist nicht mehr für Sie reserviert.',
      withdrawn: 'Dieses Angebot gilt nicht mehr.',
      waiting: 'Sie warten auf einen Termin: {location}.',
      offered: '{location} hat Ihnen einen Termin angeboten: Lesen Sie die Nachricht.',
      passed: 'Sie haben auf die Angebote nicht geantwortet und warten nicht mehr.',
      cancelled: 'Sie warten nicht mehr.',
    },
    over: 'Die Tage, für die Sie gewartet haben, sind vorbei.',
    booked: 'Der Termin ist für Sie gebucht. Wir freuen uns auf Ihren Besuch.',
    goOn: 'Sie warten weiter auf einen anderen Termin.',
    left: 'Sie warten nicht mehr.',
    gone: 'Der Link gilt nicht mehr.',
    refused: 'Dieser Termin kann nicht mehr für Sie gebucht werden. Bitte fragen Sie am Standort nach.',
    failed: 'Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.',
  },
  lv: {
    title: 'Gaidīšanas saraksts',
    about: 'Pieņemt laiku, kas jums ir brīvs',
    open: 'Atvērt',
    visit: 'Vizīte',
    staff: 'Pie',
    anyone: 'Jebkurš speciālists',
    time: 'Laiks',
    until: 'Rezervēts līdz',
    days: 'Dienas',
    take: 'Rezervēt šo laiku',
    decline: 'Ne šo laiku, gaidīt tālāk',
    leave: 'Vairs negaidīt',
    states: {
      open: '{location}: jums ir brīvs laiks.',
      taken: 'Jūs esat rezervējis šo laiku: {location}.',
      declined: 'Jūs no šī laika atteicāties.',
      expired: 'Ir par vēlu: laiks jums vairs nav rezervēts.',
      withdrawn: 'Šis piedāvājums vairs nav spēkā.',
      waiting: 'Jūs gaidāt laiku: {location}.',
      offered: '{location} piedāvāja jums laiku: skatiet ziņu.',
      passed: 'Jūs neatbildējāt uz piedāvājumiem un vairs negaidāt.',
      cancelled: 'Jūs vairs negaidāt.',
    },
    over: 'Dienas, kuras jūs gaidījāt, ir pagājušas.',
    booked: 'Laiks jums ir rezervēts. Gaidīsim jūs.',
    goOn: 'Jūs turpināt gaidīt citu laiku.',
    left: 'Jūs vairs negaidāt.',
    gone: 'Saite vairs nav derīga.',
    refused: 'Šo laiku jums vairs nevar rezervēt. Lūdzu, sazinieties ar filiāli.',
    failed: 'Neizdevās. Lūdzu, mēģiniet vēlreiz.',
  },
  et: {
    title: 'Ootenimekiri',
    about: 'Võta vastu aeg, mis on teile vaba',
    open: 'Ava',
    visit: 'Külastus',
    staff: 'Kelle juures',
    anyone: 'Ükskõik kes',
    time: 'Aeg',
    until: 'Hoitakse kuni',
    days: 'Päevad',
    take: 'Broneeri see aeg',
    decline: 'Mitte see aeg, ootan edasi',
    leave: 'Ma ei oota enam',
    states: {
      open: '{location}: teile on vaba aeg.',
      taken: 'Olete selle aja broneerinud: {location}.',
      declined: 'Olete sellest ajast loobunud.',
      expired: 'On liiga hilja: seda aega teile enam ei hoita.',
      withdrawn: 'See pakkumine on lõppenud.',
      waiting: 'Te ootate aega: {location}.',
      offered: '{location} pakkus teile aega: vaadake sõnumit.',
      passed: 'Te ei vastanud pakkumistele ega oota enam.',
      cancelled: 'Te ei oota enam.',
    },
    over: 'Päevad, mida te ootasite, on möödas.',
    booked: 'Aeg on teile broneeritud. Ootame teid külla.',
    goOn: 'Te ootate edasi teist aega.',
    left: 'Te ei oota enam.',
    gone: 'Link enam ei kehti.',
    refused: 'Seda aega ei saa teile enam broneerida. Palun küsige asukohast.',
    failed: 'See ei õnnestunud. Palun proovige uuesti.',
  },
  lt: {
    title: 'Laukiančiųjų sąrašas',
    about: 'Priimti jums laisvą laiką',
    open: 'Atverti',
    visit: 'Vizitas',
    staff: 'Pas',
    anyone: 'Bet kuris specialistas',
    time: 'Laikas',
    until: 'Rezervuota iki',
    days: 'Dienos',
    take: 'Rezervuoti šį laiką',
    decline: 'Ne šį laiką, laukti toliau',
    leave: 'Nebelaukti',
    states: {
      open: '{location}: jums yra laisvas laikas.',
      taken: 'Rezervavote šį laiką: {location}.',
      declined: 'Šio laiko atsisakėte.',
      expired: 'Per vėlu: laikas jums neberezervuotas.',
      withdrawn: 'Šis pasiūlymas nebegalioja.',
      waiting: 'Laukiate laiko: {location}.',
      offered: '{location} pasiūlė jums laiką: žr. žinutę.',
      passed: 'Neatsakėte į pasiūlymus ir nebelaukiate.',
      cancelled: 'Nebelaukiate.',
    },
    over: 'Dienos, kurių laukėte, praėjo.',
    booked: 'Laikas jums rezervuotas. Lauksime jūsų.',
    goOn: 'Toliau laukiate kito laiko.',
    left: 'Nebelaukiate.',
    gone: 'Nuoroda nebegalioja.',
    refused: 'Šio laiko jums rezervuoti nebegalima. Kreipkitės į filialą.',
    failed: 'Nepavyko. Bandykite dar kartą.',
  },
  uk: {
    title: 'Список очікування',
    about: 'Прийняти вільний для вас час',
    open: 'Відкрити',
    visit: 'Візит',
    staff: 'У кого',
    anyone: 'Будь-який спеціаліст',
    time: 'Час',
    until: 'Зарезервовано до',
    days: 'Дні',
    take: 'Записатися на цей час',
    decline: 'Не цей час, чекати далі',
    leave: 'Більше не чекати',
    states: {
      open: '{location}: для вас є час.',
      taken: 'Ви записалися на цей час: {location}.',
      declined: 'Ви відмовилися від цього часу.',
      expired: 'Запізно: цей час для вас більше не зарезервовано.',
      withdrawn: 'Ця пропозиція більше не діє.',
      waiting: 'Ви чекаєте на час: {location}.',
      offered: '{location} пропонує вам час: дивіться повідомлення.',
      passed: 'Ви не відповіли на пропозиції, тому більше не чекаєте.',
      cancelled: 'Ви більше не чекаєте.',
    },
    over: 'Дні, на які ви чекали, минули.',
    booked: 'Вас записано на цей час. Чекаємо на вас.',
    goOn: 'Ви й далі чекаєте на інший час.',
    left: 'Ви більше не чекаєте.',
    gone: 'Посилання більше не дійсне.',
    refused: 'Записати вас на цей час більше неможливо. Будь ласка, зверніться до філії.',
    failed: 'Не вдалося. Будь ласка, спробуйте ще раз.',
  },
} as const satisfies Record<PageLanguage, WaitingTexts>;
