import type { Location } from '../../api/access.ts';
import type { Read } from '../../api/write.ts';
import { absolute, isZero, toWire } from '../../platform/exact.ts';
import { currencyDigits, type Money } from '../../platform/money.ts';
import { makePdf } from '../../platform/pdf.ts';
import type { AppointmentRow } from '../appointments/appointment.ts';
import { costOf, coveredOf, paidOf } from '../appointments/payment.ts';
import { getLocation } from '../locations/location.ts';

interface Words {
  receipt: string;
  date: string;
  client: string;
  amount: string;
  price: string;
  total: string;
  /** What loyalty has paid or taken off. */
  loyalty: string;
  paid: string;
  empty: string;
}

/** The texts on a receipt, in the language of the location's country. English for other languages. */
const languages: Record<string, Words> = {
  en: {
    receipt: 'Receipt',
    date: 'Date',
    client: 'Client',
    amount: 'Quantity',
    price: 'Price',
    total: 'Total',
    loyalty: 'Loyalty',
    paid: 'Paid',
    empty: 'Nothing was provided.',
  },
  de: {
    receipt: 'Beleg',
    date: 'Datum',
    client: 'Kunde',
    amount: 'Menge',
    price: 'Preis',
    total: 'Summe',
    loyalty: 'Treueprogramm',
    paid: 'Bezahlt',
    empty: 'Keine Leistungen.',
  },
  fr: {
    receipt: 'Reçu',
    date: 'Date',
    client: 'Client',
    amount: 'Quantité',
    price: 'Prix',
    total: 'Total',
    loyalty: 'Fidélité',
    paid: 'Payé',
    empty: 'Aucune prestation.',
  },
  es: {
    receipt: 'Recibo',
    date: 'Fecha',
    client: 'Cliente',
    amount: 'Cantidad',
    price: 'Precio',
    total: 'Total',
    loyalty: 'Fidelización',
    paid: 'Pagado',
    empty: 'Ningún servicio.',
  },
  pt: {
    receipt: 'Recibo',
    date: 'Data',
    client: 'Cliente',
    amount: 'Quantidade',
    price: 'Preço',
    total: 'Total',
    loyalty: 'Fidelização',
    paid: 'Pago',
    empty: 'Nenhum serviço.',
  },
  it: {
    receipt: 'Ricevuta',
    date: 'Data',
    client: 'Cliente',
    amount: 'Quantità',
    price: 'Prezzo',
    total: 'Totale',
    loyalty: 'Fedeltà',
    paid: 'Pagato',
    empty: 'Nessun servizio.',
  },
  pl: {
    receipt: 'Pokwitowanie',
    date: 'Data',
    client: 'Klient',
    amount: 'Ilość',
    price: 'Cena',
    total: 'Razem',
    loyalty: 'Program lojalnościowy',
    paid: 'Zapłacono',
    empty: 'Brak usług.',
  },
  el: {
    receipt: 'Απόδειξη',
    date: 'Ημερομηνία',
    client: 'Πελάτης',
    amount: 'Ποσότητα',
    price: 'Τιμή',
    total: 'Σύνολο',
    loyalty: 'Επιβράβευση',
    paid: 'Πληρώθηκε',
    empty: 'Καμία υπηρεσία.',
  },
  ru: {
    receipt: 'Квитанция',
    date: 'Дата',
    client: 'Клиент',
    amount: 'Количество',
    price: 'Цена',
    total: 'Итого',
    loyalty: 'Программа лояльности',
    paid: 'Оплачено',
    empty: 'Услуг нет.',
  },
  uk: {
    receipt: 'Квитанція',
    date: 'Дата',
    client: 'Клієнт',
    amount: 'Кількість',
    price: 'Ціна',
    total: 'Разом',
    loyalty: 'Програма лояльності',
    paid: 'Сплачено',
    empty: 'Послуг немає.',
  },
  he: {
    receipt: 'קבלה',
    date: 'תאריך',
    client: 'לקוח',
    amount: 'כמות',
    price: 'מחיר',
    total: 'סך הכול',
    loyalty: 'מועדון לקוחות',
    paid: 'שולם',
    empty: 'אין שירותים.',
  },
  ar: {
    receipt: 'إيصال',
    date: 'التاريخ',
    client: 'العميل',
    amount: 'الكمية',
    price: 'السعر',
    total: 'المجموع',
    loyalty: 'برنامج الولاء',
    paid: 'مدفوع',
    empty: 'لا توجد خدمات.',
  },
};

/**
 * The locale of a country: the language that most people there read, or English if there are no texts in it. The font lacks the letters of
 * most missing languages.
 * @param countryCode ISO 3166-1 alpha-2
 */
function localeOf(countryCode: string): Intl.Locale {
  try {
    const { language, region } = new Intl.Locale(`und-${countryCode}`).maximize();
    const known = language in languages ? language : 'en';
    return new Intl.Locale(known, { numberingSystem: 'latn', ...(region ? { region } : {}) });
  } catch {
    return new Intl.Locale('en');
  }
}

const left = 48;
const width = 324;

/**
 * The receipt of a visit, in the language, the date format and the currency of its location.
 * @param rows the appointments of the visit
 * @param showsClient whether the reader may know the client
 */
export async function receiptPdf(
  db: Read,
  location: Location,
  visit: { id: number; date: string },
  rows: readonly AppointmentRow[],
  showsClient: boolean,
): Promise<Buffer> {
  const place = await getLocation(db, location.id);
  const locale = localeOf(location.countryCode);
  const words = languages[locale.language] ?? (languages['en'] as Words);
  const digits = currencyDigits(location.currency);
  const money = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: location.currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(`${visit.date}T00:00:00Z`),
  );
  const client = rows.map((row) => row.client?.name ?? row.guestName).find(Boolean);
  const items = rows.flatMap((row) => [
    ...row.services,
    ...row.products.map((product) => ({ ...product, amount: toWire(absolute(product.amount)) })),
  ]);
  return makePdf(`${words.receipt} ${visit.id}`, (page) => {
    const whole = (text: string) => [{ text, x: left, width }];
    page.line(whole(place.publicTitle || place.title), { size: 14, bold: true });
    if (place.address) page.line(whole([place.address, place.city].filter(Boolean).join(', ')));
    for (const phone of place.phones.slice(0, 2)) page.line(whole(phone));
    page.space(8);
    page.line(whole(`${words.receipt} № ${visit.id}`), { size: 11, bold: true });
    page.line(whole(`${words.date}: ${date}`));
    if (showsClient && client) page.line(whole(`${words.client}: ${client}`));
    page.space(6);
    page.rule();
    if (items.length === 0) page.line(whole(words.empty));
    for (const item of items) {
      page.line([
        { text: item.title, x: left, width: 170 },
        { text: `× ${item.amount}`, x: left + 175, width: 45, align: 'right' },
        { text: money.format(toWire(item.cost)), x: left + 224, width: 100, align: 'right' },
      ]);
      if (!isZero(item.discount))
        page.line([{ text: `−${toWire(item.discount)}%`, x: left + 224, width: 100, align: 'right' }], { size: 7 });
    }
    page.rule();
    const sumLine = (label: string, amount: Money, size: number) =>
      page.line(
        [
          { text: label, x: left, width: 170 },
          { text: money.format(toWire(amount)), x: left + 174, width: 150, align: 'right' },
        ],
        { size, bold: size > 9 },
      );
    sumLine(words.total, costOf(rows), 11);
    const [covered, paid] = [coveredOf(rows), paidOf(rows)];
    if (!isZero(covered)) sumLine(words.loyalty, covered, 9);
    if (!isZero(paid)) sumLine(words.paid, paid, 9);
  });
}
