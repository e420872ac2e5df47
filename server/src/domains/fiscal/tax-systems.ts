import { NotFound } from '../../api/errors.ts';
import { country } from '../locations/dictionaries.ts';

export interface Vat {
  /** The id that products and services name it by: its place among all VATs of the country, from 1. */
  id: number;
  title: string;
  slug: string;
}

export interface TaxSystem {
  title: string;
  slug: string;
  vats: readonly Vat[];
}

const none: Vat = { id: 4, title: 'is not a subject to a tax', slug: 'ru_vat_none' };
const russia: readonly TaxSystem[] = [
  {
    title: 'General DOS',
    slug: 'ru_osn',
    vats: [
      { id: 1, title: '0%', slug: 'ru_vat_0' },
      { id: 2, title: '10%', slug: 'ru_vat_10' },
      { id: 3, title: '20%', slug: 'ru_vat_20' },
      none,
    ],
  },
  { title: 'Simplified taxation system (income)', slug: 'ru_usn', vats: [none] },
  { title: 'Simplified taxation system (income minus expense)', slug: 'ru_usnr', vats: [none] },
  { title: 'Single tax on imputed income UTII', slug: 'ru_envd', vats: [none] },
  { title: 'Unified agricultural tax UST', slug: 'ru_esn', vats: [none] },
  { title: 'Patent taxation system', slug: 'ru_psn', vats: [none] },
];

/** By ISO 3166-1 alpha-2 code. Source: the published example, which has one country. */
const systems: Record<string, readonly TaxSystem[]> = { RU: russia };

/** The tax systems of a country with their VATs. Empty for a country whose tax systems the server does not know. */
export const taxSystemsIn = (countryCode: string): readonly TaxSystem[] => systems[countryCode] ?? [];

/** The tax systems of a country by its id in the list of countries. @throws NotFound for an unknown country */
export function taxSystemsOf(countryId: number): readonly TaxSystem[] {
  const found = country(countryId);
  if (!found) throw new NotFound();
  return taxSystemsIn(found.isoCode);
}

/** The VAT of an item: its own, if the tax system has it, or else that of the location. @param vatId 0 for none */
export const vatOf = (countryCode: string, { taxSystem, vat }: { taxSystem: string; vat: string }, vatId: number): string =>
  taxSystemsIn(countryCode)
    .find(({ slug }) => slug === taxSystem)
    ?.vats.find(({ id }) => id === vatId)?.slug ?? vat;
