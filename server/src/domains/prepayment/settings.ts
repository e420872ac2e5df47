import { and, asc, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Location } from '../../api/access.ts';
import { Conflict, Invalid } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import { seal, unseal } from '../../platform/secrets.ts';
import { accounts } from '../money/tables.ts';
import { demoProvider } from './demo.ts';
import type { PaymentProvider } from './provider.ts';
import { type StripeKeys, stripeProvider } from './stripe.ts';
import { prepaymentRefunds, prepaymentSettings, prepayments } from './tables.ts';

/** What this server needs to talk to providers. */
export interface Payments {
  /** The server's own key. It seals the keys of providers and signs the callbacks of the demo. */
  signingKey: Buffer;
  /** See `Config`. */
  stripeUrl: string;
  /** Whether this server is a demo, which has a provider of its own. */
  isDemo: boolean;
  /** The address of this server, for the page of the demo's provider. */
  address: string;
}

export type ProviderName = 'demo' | 'stripe';

export type PrepaymentSettings = Omit<typeof prepaymentSettings.$inferSelect, 'locationId' | 'secrets'>;

/** Keys that are not sent stay, unless the provider changes. */
export interface SettingsFields extends Partial<StripeKeys> {
  provider: ProviderName;
  holdMinutes?: number | undefined;
  accountId?: number | null | undefined;
}

const ofLocation = (locationId: number) => eq(prepaymentSettings.locationId, locationId);
const aboutSecrets = (locationId: number) => `payment provider of location ${locationId}`;

/** Who takes online payments for a location; undefined for nobody. The keys are not among it. */
export async function getPrepaymentSettings(db: Read, locationId: number): Promise<PrepaymentSettings | undefined> {
  const [row] = await db.select().from(prepaymentSettings).where(ofLocation(locationId));
  if (!row) return undefined;
  const { locationId: _, secrets: __, ...settings } = row;
  return settings;
}

/** Locks the settings, so that no prepayment begins meanwhile. */
const lockSettings = async (write: Write, locationId: number, strength: 'share' | 'update') => {
  const query = write
    .select({ id: prepaymentSettings.locationId, provider: prepaymentSettings.provider, secrets: prepaymentSettings.secrets })
    .from(prepaymentSettings)
    .where(ofLocation(locationId));
  const [row] = await write.lock('prepayment settings', query, strength);
  return row;
};

/** Keeps the settings as they are until the transaction ends, for a prepayment that begins. */
export const keepSettings = async (write: Write, locationId: number): Promise<PrepaymentSettings | undefined> =>
  (await lockSettings(write, locationId, 'share')) && getPrepaymentSettings(write, locationId);

/**
 * Sets who takes online payments.
 * @throws Invalid for missing keys, a provider that this server does not have, and an unknown or archived account; Conflict if the provider
 * changes while clients pay
 */
export async function setPrepaymentSettings(
  write: Write,
  location: Pick<Location, 'id'>,
  fields: SettingsFields,
  { signingKey, isDemo }: Payments,
): Promise<PrepaymentSettings> {
  const { provider, holdMinutes, accountId } = fields;
  if (provider === 'demo' && !isDemo) throw new Invalid({ provider: ['is only for the demo'] });
  const current = await lockSettings(write, location.id, 'update');
  if (current && current.provider !== provider) await expectNothingOpen(write, location.id);
  if (accountId) {
    const isKnown = and(eq(accounts.locationId, location.id), eq(accounts.id, accountId), isNull(accounts.archivedAt));
    if ((await write.$count(accounts, isKnown)) === 0) throw new Invalid({ accountId: ['is unknown'] });
  }
  const known = current?.provider === provider ? openSecrets(signingKey, location.id, current.secrets) : undefined;
  const keys = provider === 'stripe' ? stripeKeys({ ...known, ...sent(fields) }) : {};
  const columns = {
    provider,
    secrets: seal(signingKey, JSON.stringify(keys), aboutSecrets(location.id)),
    changedAt: new Date(),
    ...(holdMinutes === undefined ? {} : { holdMinutes }),
    ...(accountId === undefined ? {} : { accountId }),
  };
  await write
    .insert(prepaymentSettings)
    .values({ ...columns, locationId: location.id })
    .onConflictDoUpdate({ target: prepaymentSettings.locationId, set: columns });
  return (await getPrepaymentSettings(write, location.id)) as PrepaymentSettings;
}

const sent = ({ secretKey, webhookSecret }: Partial<StripeKeys>) => ({
  ...(secretKey ? { secretKey } : {}),
  ...(webhookSecret ? { webhookSecret } : {}),
});

/** @throws Invalid for missing ones */
function stripeKeys({ secretKey, webhookSecret }: Partial<StripeKeys>): StripeKeys {
  if (!secretKey) throw new Invalid({ secretKey: ['is required'] });
  if (!webhookSecret) throw new Invalid({ webhookSecret: ['is required'] });
  return { secretKey, webhookSecret };
}

/** Forgets the provider and its keys. @throws Conflict while clients pay or money goes back */
export async function clearPrepaymentSettings(write: Write, locationId: number): Promise<void> {
  await lockSettings(write, locationId, 'update');
  await expectNothingOpen(write, locationId);
  await write.delete(prepaymentSettings).where(ofLocation(locationId));
}

async function expectNothingOpen(write: Write, locationId: number): Promise<void> {
  const open = await write.$count(
    prepayments,
    and(eq(prepayments.locationId, locationId), inArray(prepayments.status, ['open', 'capturing'])),
  );
  const refunds = await write.$count(
    prepaymentRefunds,
    and(eq(prepaymentRefunds.locationId, locationId), isNull(prepaymentRefunds.doneAt)),
  );
  if (open + refunds > 0) throw new Conflict('Payments are under way. Wait until they have ended, then change the provider.');
}

const openSecrets = (key: Buffer, locationId: number, secrets: Buffer) =>
  JSON.parse(unseal(key, secrets, aboutSecrets(locationId))) as Partial<StripeKeys>;

/**
 * The provider of a location.
 * @returns undefined if the location has none, or not the wanted one
 */
export async function providerOf(
  db: Read,
  locationId: number,
  wanted: ProviderName,
  payments: Payments,
): Promise<PaymentProvider | undefined> {
  const [row] = await db.select().from(prepaymentSettings).where(ofLocation(locationId));
  if (row?.provider !== wanted) return undefined;
  if (wanted === 'demo') return payments.isDemo ? demoProvider(payments) : undefined;
  return stripeProvider(stripeKeys(openSecrets(payments.signingKey, locationId, row.secrets)), payments.stripeUrl);
}

/**
 * The account that prepayments go to: the chosen one, else the default one of cards, else any other.
 * @throws Conflict if every account is archived
 */
export async function accountForPrepayments(db: Read, locationId: number): Promise<number> {
  const chosen = (await getPrepaymentSettings(db, locationId))?.accountId ?? null;
  const [first] = await db
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(eq(accounts.locationId, locationId), isNull(accounts.archivedAt)))
    .orderBy(
      desc(sql`${accounts.id} is not distinct from ${chosen}::int`),
      asc(accounts.isCash),
      desc(accounts.isDefault),
      asc(accounts.id),
    )
    .limit(1);
  if (!first) throw new Conflict('The location has no account for payments.');
  return first.id;
}
