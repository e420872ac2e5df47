import { and, asc, eq, isNull, ne } from 'drizzle-orm';
import type { Flag, Partner } from '../../api/access.ts';
import { type FieldErrors, Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Write } from '../../api/write.ts';
import type { Money } from '../../platform/money.ts';
import { refusalOf } from '../../platform/outside-request.ts';
import { seal, unseal } from '../../platform/secrets.ts';
import { roles } from '../access/permissions.ts';
import { partnerTokens } from '../access/tables.ts';
import { issuePartnerToken } from '../access/users.ts';
import { type ApplicationKind, applications, applicationTariffOptions, installations } from './tables.ts';

export type Application = typeof applications.$inferSelect;

/** An option of a tariff. */
export interface TariffOption {
  tariffId: number;
  tariff: string;
  title: string;
  price: Money;
  currency: string;
  months: number;
  freeMonths: number;
  teamMembers: number;
}

export interface ApplicationFields {
  name?: string | undefined;
  shortDescription?: string | undefined;
  kind?: ApplicationKind | undefined;
  callbackUrl?: string | undefined;
  webhookUrl?: string | undefined;
  asksUserData?: boolean | undefined;
  rights?: string[] | undefined;
}

const aboutToken = (partnerId: number) => `token of partner ${partnerId} for its applications`;

/** The token that signs the data of an application's users, and that its webhooks contain. */
export const tokenOf = (signingKey: Buffer, { partnerId, sealedToken }: Pick<Application, 'partnerId' | 'sealedToken'>): string =>
  unseal(signingKey, sealedToken, aboutToken(partnerId));

/** A partner, with the token of its request. */
export interface PartnerWithToken extends Partner {
  token: string;
}

/** The applications of a partner, by id. */
export const listApplications = (db: Read, partnerId: number): Promise<Application[]> =>
  db
    .select()
    .from(applications)
    .where(and(eq(applications.partnerId, partnerId), isNull(applications.deletedAt)))
    .orderBy(asc(applications.id));

/** @throws NotFound */
export async function getApplication(db: Read, id: number): Promise<Application> {
  const [row] = await db
    .select()
    .from(applications)
    .where(and(eq(applications.id, id), isNull(applications.deletedAt)));
  if (!row) throw new NotFound('Application not found');
  return row;
}

/** An application of the partner. @throws NotFound, and Forbidden for that of another one */
export async function ownApplication(db: Read, partner: Pick<Partner, 'id'>, id: number): Promise<Application> {
  const application = await getApplication(db, id);
  if (application.partnerId !== partner.id) throw new Forbidden('No access to application');
  return application;
}

const flags: Readonly<Record<string, unknown>> = roles.owner.preset;

/** @throws Invalid */
function check({ callbackUrl, webhookUrl, rights = [] }: ApplicationFields, allowed: readonly string[]): void {
  const errors: FieldErrors = {};
  // A browser goes there, so it may lead anywhere in the web.
  if (callbackUrl !== undefined && !(URL.canParse(callbackUrl) && /^https?:$/.test(new URL(callbackUrl).protocol)))
    errors.callbackUrl = ['must be an address of the web'];
  const refusal = webhookUrl ? refusalOf(webhookUrl, { allowed }) : undefined;
  if (refusal) errors.webhookUrl = [refusal];
  const unknown = rights.filter((name) => typeof flags[name] !== 'boolean');
  if (unknown.length) errors.rights = [`must be names of permissions: ${unknown.slice(0, 5).join(', ')}`];
  if (Object.keys(errors).length) throw new Invalid(errors);
}

/** Registers an application. @throws Invalid */
export async function addApplication(
  write: Write,
  partner: PartnerWithToken,
  fields: ApplicationFields & { name: string; callbackUrl: string },
  options: readonly TariffOption[],
  { signingKey, allowed }: { signingKey: Buffer; allowed: readonly string[] },
): Promise<Application> {
  check(fields, allowed);
  const sealedToken = seal(signingKey, partner.token, aboutToken(partner.id));
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as typeof fields;
  const [row] = await write
    .insert(applications)
    .values({ ...given, partnerId: partner.id, sealedToken })
    .returning();
  const application = row as Application;
  await replaceTariffs(write, application.id, options);
  return application;
}

const lockApplication = (write: Write, id: number) =>
  write.lock('application', write.select({ id: applications.id }).from(applications).where(eq(applications.id, id)));

/** Changes an application. Undefined fields stay as they are. @throws NotFound, Forbidden, Invalid */
export async function changeApplication(
  write: Write,
  partner: PartnerWithToken,
  id: number,
  fields: ApplicationFields,
  options: readonly TariffOption[] | undefined,
  { signingKey, allowed }: { signingKey: Buffer; allowed: readonly string[] },
): Promise<Application> {
  await ownApplication(write, partner, id);
  check(fields, allowed);
  await lockApplication(write, id);
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const sealedToken = seal(signingKey, partner.token, aboutToken(partner.id));
  const [row] = await write
    .update(applications)
    .set({ ...given, sealedToken })
    .where(eq(applications.id, id))
    .returning();
  if (options) await replaceTariffs(write, id, options);
  return row as Application;
}

async function replaceTariffs(write: Write, applicationId: number, options: readonly TariffOption[]): Promise<void> {
  await write.delete(applicationTariffOptions).where(eq(applicationTariffOptions.applicationId, applicationId));
  if (options.length)
    await write.insert(applicationTariffOptions).values(options.map((option) => ({ ...option, applicationId })));
}

/** Deletes an application that no location has. @throws NotFound, Forbidden, Invalid while a location has it */
export async function deleteApplication(write: Write, partner: Partner, id: number): Promise<void> {
  await ownApplication(write, partner, id);
  await lockApplication(write, id);
  const [installed] = await write
    .select({ id: installations.locationId })
    .from(installations)
    .where(and(eq(installations.applicationId, id), ne(installations.state, 'uninstalled')))
    .limit(1);
  if (installed) throw new Invalid({ applicationId: ['must be uninstalled in all locations first'] });
  await write.update(applications).set({ deletedAt: new Date() }).where(eq(applications.id, id));
}

/** The options of an application's tariffs, in the order in which they were given. */
export const tariffsOf = (db: Read, applicationId: number) =>
  db
    .select()
    .from(applicationTariffOptions)
    .where(eq(applicationTariffOptions.applicationId, applicationId))
    .orderBy(asc(applicationTariffOptions.id));

/**
 * Gives a partner another token, by which its applications sign from now on. The one of the request stays, so that the partner can change
 * over. Forget the sessions after the commit.
 * @param endsOthers ends all other tokens of the partner, also that of the request
 * @returns the token, which is shown only now
 */
export async function addPartnerToken(write: Write, partnerId: number, endsOthers: boolean, signingKey: Buffer): Promise<string> {
  // Locked, so that of two requests at the same moment one has the last word for all applications.
  await write.lock(
    'application',
    write
      .select({ id: applications.id })
      .from(applications)
      .where(eq(applications.partnerId, partnerId))
      .orderBy(asc(applications.id)),
  );
  if (endsOthers) await write.delete(partnerTokens).where(eq(partnerTokens.partnerId, partnerId));
  const token = await issuePartnerToken(write, { partnerId, note: 'marketplace' });
  const sealedToken = seal(signingKey, token, aboutToken(partnerId));
  await write.update(applications).set({ sealedToken }).where(eq(applications.partnerId, partnerId));
  return token;
}

/** The rights of an application, as flags. */
export const rightsOf = ({ rights }: Pick<Application, 'rights'>): Flag[] =>
  rights.filter((name) => typeof flags[name] === 'boolean') as Flag[];

/** The differences of an application's user from a worker: it has these rights and no others. */
export function permissionsOf(rights: readonly string[]): Record<string, boolean> {
  const own = new Set(rights);
  return Object.fromEntries(
    Object.entries(flags).flatMap(([name, value]) => (typeof value === 'boolean' ? [[name, own.has(name)]] : [])),
  );
}
