import { eq } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { type FieldErrors, Invalid } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { refusalOf } from '../../platform/outside-request.ts';
import { seal, unseal } from '../../platform/secrets.ts';
import { lockLocation } from '../locations/location.ts';
import { fiscalSettings } from './tables.ts';
import { taxSystemsIn } from './tax-systems.ts';

export type FiscalSettings = Omit<typeof fiscalSettings.$inferSelect, 'locationId'>;

/** An undefined field stays unchanged. */
export type FiscalSettingsChanges = { [Field in keyof FiscalSettings]?: FiscalSettings[Field] | undefined };

const defaults: FiscalSettings = {
  isEnabled: false,
  url: '',
  sealedToken: null,
  taxSystem: '',
  vat: '',
  printsPaper: true,
  cashierUid: '',
  cashierName: '',
  cashierPosition: '',
  slipCount: 1,
  customText: '',
};

export async function getFiscalSettings(db: Read, locationId: number): Promise<FiscalSettings> {
  const [row] = await db.select().from(fiscalSettings).where(eq(fiscalSettings.locationId, locationId));
  return row ?? defaults;
}

const aboutToken = (locationId: number) => `cash register of location ${locationId}`;

/** The token for the cash register of a location as it is stored: encrypted with the server's key. Null for an empty one. */
export const sealToken = (signingKey: Buffer, locationId: number, token: string): Buffer | null =>
  token === '' ? null : seal(signingKey, token, aboutToken(locationId));

/** The token for the cash register of a location; empty without one. */
export const tokenFor = (signingKey: Buffer, locationId: number, { sealedToken }: FiscalSettings): string =>
  sealedToken ? unseal(signingKey, sealedToken, aboutToken(locationId)) : '';

/**
 * Changes how a location prints fiscal receipts.
 * @param allowed networks that the address may lead to although they are not public
 * @throws Invalid for an address that must not be asked, for a tax system or a VAT that the country does not have, and for printing without
 * an address
 */
export async function changeFiscalSettings(
  write: Write,
  location: Pick<Location, 'id' | 'countryCode'>,
  changes: FiscalSettingsChanges,
  allowed: readonly string[],
): Promise<FiscalSettings> {
  await lockLocation(write, location.id);
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const next: FiscalSettings = { ...(await getFiscalSettings(write, location.id)), ...given };
  const errors = { ...addressErrors(next, allowed), ...taxErrors(next, location.countryCode) };
  if (Object.keys(errors).length) throw new Invalid(errors);
  await write
    .insert(fiscalSettings)
    .values({ ...next, locationId: location.id })
    .onConflictDoUpdate({ target: fiscalSettings.locationId, set: { ...next, locationId: location.id } });
  return next;
}

function addressErrors({ url, isEnabled }: FiscalSettings, allowed: readonly string[]): FieldErrors {
  if (url === '') return isEnabled ? { url: ['is required'] } : {};
  const refusal = refusalOf(url, { allowed });
  return refusal === undefined ? {} : { url: [refusal] };
}

function taxErrors({ taxSystem, vat, isEnabled }: FiscalSettings, countryCode: string): FieldErrors {
  const systems = taxSystemsIn(countryCode);
  if (systems.length === 0) return {};
  const mayBeEmpty = (slug: string) => slug === '' && !isEnabled;
  const found = systems.find(({ slug }) => slug === taxSystem);
  if (!found) return mayBeEmpty(taxSystem) ? {} : { taxSystem: ['must be a tax system of the country'] };
  return mayBeEmpty(vat) || found.vats.some(({ slug }) => slug === vat) ? {} : { vat: ['must be a VAT of the tax system'] };
}
