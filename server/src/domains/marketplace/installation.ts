import { and, asc, desc, eq, inArray, isNull, lt, ne, sql } from 'drizzle-orm';
import type { Flag, Partner } from '../../api/access.ts';
import { Forbidden, Invalid, NotFound } from '../../api/errors.ts';
import type { Read, Transact, Write } from '../../api/write.ts';
import { enqueue, Hopeless } from '../../platform/jobs.ts';
import type { Money } from '../../platform/money.ts';
import { type OutsideAnswer, refusalOf } from '../../platform/outside-request.ts';
import { seal } from '../../platform/secrets.ts';
import { users, userTokens } from '../access/tables.ts';
import { findUser, issueUserToken } from '../access/users.ts';
import { connectPartner, getLocation, lockLocation } from '../locations/location.ts';
import { locationPartners, locations, locationUsers } from '../locations/tables.ts';
import { type Application, getApplication, permissionsOf, rightsOf, tokenOf } from './application.ts';
import {
  applicationPayments,
  applications,
  type InstallationState,
  installationChanges,
  installations,
  type StateSource,
} from './tables.ts';

/** What the partner is told. */
export type ApplicationEvent = 'uninstall' | 'freeze';

declare module '../../platform/jobs.ts' {
  interface JobKinds {
    'tell a partner': { locationId: number; applicationId: number; event: ApplicationEvent };
  }
}

export type Installation = typeof installations.$inferSelect;

/** The callback must come so many minutes after the consent. */
const patience = 60;

const own = (locationId: number, applicationId: number) =>
  and(eq(installations.locationId, locationId), eq(installations.applicationId, applicationId));

/** Locks an application's place in a location, also a former one. */
async function lockInstallation(write: Write, locationId: number, applicationId: number): Promise<Installation | undefined> {
  const [row] = await write.lock(
    'installation',
    write
      .select({ id: installations.locationId, installation: installations })
      .from(installations)
      .where(own(locationId, applicationId)),
  );
  return row?.installation;
}

/** The location of an installation, unless it is deleted or does not have the application. */
export async function findInstallation(
  db: Read,
  locationId: number,
  applicationId: number,
): Promise<{ installation: Installation; timeZone: string } | undefined> {
  const [row] = await db
    .select({ installation: installations, timeZone: locations.timeZone })
    .from(installations)
    .innerJoin(locations, and(eq(locations.id, installations.locationId), isNull(locations.deletedAt)))
    .where(and(own(locationId, applicationId), ne(installations.state, 'uninstalled')));
  return row;
}

/** @throws NotFound if the location does not have the application */
export async function getInstallation(db: Read, locationId: number, applicationId: number) {
  const found = await findInstallation(db, locationId, applicationId);
  if (!found) throw new NotFound('The application is not installed.');
  return found;
}

/** Takes an installation from one state to another, and logs it. Give it locked. */
async function step(
  write: Write,
  { locationId, applicationId, state }: Pick<Installation, 'locationId' | 'applicationId' | 'state'>,
  to: InstallationState,
  source: StateSource,
  fields: Partial<Installation> = {},
): Promise<void> {
  await write
    .update(installations)
    .set({ ...fields, state: to })
    .where(own(locationId, applicationId));
  await write.insert(installationChanges).values({ locationId, applicationId, from: state, to, source });
}

/** A location that connects an application, and the user who agrees. */
export interface Consent {
  location: { id: number };
  userId: number;
  can(flag: Flag): boolean;
}

/** An application that a location has agreed to, with what its partner may know of the user who agreed. */
export interface Agreement {
  application: Application;
  locationId: number;
  /** Undefined unless the application asks for it. */
  user: (Awaited<ReturnType<typeof findUser>> & { locationTitle: string }) | undefined;
}

/**
 * A user of a location agrees to an application. The partner must confirm it within an hour. Agreeing again begins the hour again.
 * @throws NotFound, Forbidden if the application wants rights that the user does not have, Invalid if it is connected already
 */
export async function connect(write: Write, applicationId: number, consent: Consent): Promise<Agreement> {
  const application = await getApplication(write, applicationId);
  // A deletion waits, and afterwards sees this installation.
  const [offered] = await write.lock(
    'application',
    write
      .select({ id: applications.id })
      .from(applications)
      .where(and(eq(applications.id, applicationId), isNull(applications.deletedAt))),
    'share',
  );
  if (!offered) throw new NotFound('Application not found');
  if (rightsOf(application).some((flag) => !consent.can(flag)))
    throw new Forbidden('You may give an application only the rights that you have.');
  const locationId = consent.location.id;
  const now = new Date();
  await write
    .insert(installations)
    .values({ locationId, applicationId, state: 'uninstalled', consentedAt: now, createdAt: now })
    .onConflictDoNothing();
  const installation = (await lockInstallation(write, locationId, applicationId)) as Installation;
  const { state } = installation;
  if (state === 'active' || state === 'frozen') throw new Invalid({ applicationId: ['is connected already'] });
  // The rights that were checked above: a change at the same moment is not agreed to.
  const agreed = { consentedAt: now, agreedRights: application.rights };
  if (state === 'pending') {
    await write.update(installations).set(agreed).where(own(locationId, applicationId));
  } else {
    await step(write, installation, 'pending', 'marketplace', { ...agreed, createdAt: now });
  }
  const user = application.asksUserData
    ? { ...(await findUser(write, consent.userId)), locationTitle: (await getLocation(write, locationId)).title }
    : undefined;
  return { application, locationId, user };
}

/** What the partner sends when it has registered the location. */
export interface Registration {
  apiKey: string;
  webhookUrls: string[];
}

const mayNotBeReached = (url: string, allowed: readonly string[]) => refusalOf(url, { allowed }) !== undefined;

/**
 * The partner confirms that a location connects its application. The application gets a user with the rights that the location agreed to, and
 * the partner is connected to the location. Doing it again changes only what the partner sends.
 * @throws Invalid if no user of the location has agreed within the last hour
 */
export async function confirm(
  write: Write,
  application: Application,
  locationId: number,
  { apiKey, webhookUrls }: Registration,
  { signingKey, allowed }: { signingKey: Buffer; allowed: readonly string[] },
): Promise<void> {
  if (webhookUrls.some((url) => mayNotBeReached(url, allowed)))
    throw new Invalid({ webhookUrls: ['must be public addresses of the web'] });
  const installation = await lockInstalled(write, locationId, application.id);
  const isActivated = installation.state === 'pending';
  if (isActivated && Date.now() - installation.consentedAt.getTime() > patience * 60_000)
    throw new Invalid({ salonId: ['must connect the application again: the consent is older than an hour'] });
  const sealedApiKey = apiKey === '' ? null : seal(signingKey, apiKey, `application ${application.id} of location ${locationId}`);
  const sent = { sealedApiKey, webhookUrls };
  if (!isActivated) {
    await write.update(installations).set(sent).where(own(locationId, application.id));
    return;
  }
  // Several applications of a partner share its connection.
  await lockLocation(write, locationId);
  const userId = installation.userId ?? (await addSystemUser(write, application));
  await admit(write, installation, userId);
  const connected = await connectPartner(write, locationId, application.partnerId).returning({ id: locationPartners.partnerId });
  const madeConnection = connected.length > 0;
  await step(write, installation, 'active', 'partner_api', { ...sent, userId, madeConnection });
}

/** The locked installation. @throws Invalid if the location has not connected the application */
async function lockInstalled(write: Write, locationId: number, applicationId: number): Promise<Installation> {
  const isThere = await findInstallation(write, locationId, applicationId);
  const installation = isThere && (await lockInstallation(write, locationId, applicationId));
  if (!installation || installation.state === 'uninstalled')
    throw new Invalid({ salonId: ['has not connected the application'] });
  return installation;
}

/** An account without an owner, which nobody can sign in to. */
async function addSystemUser(write: Write, { name }: Application): Promise<number> {
  const [row] = await write.insert(users).values({ name }).returning({ id: users.id });
  return (row as { id: number }).id;
}

/** Makes the user of an application a member of the location, with the rights that the location agreed to and no others. */
const admit = (write: Write, { locationId, agreedRights }: Installation, userId: number) =>
  write
    .insert(locationUsers)
    .values({
      locationId,
      userId,
      role: 'worker',
      permissions: permissionsOf(agreedRights),
      information: 'Application',
      isNonDeletable: true,
    })
    .onConflictDoNothing();

const expel = (write: Write, locationId: number, userId: number) =>
  write.delete(locationUsers).where(and(eq(locationUsers.locationId, locationId), eq(locationUsers.userId, userId)));

/**
 * Gives the user of an application a new token; the former one ends. Forget the sessions after the commit.
 * @throws NotFound if it is not installed, Invalid until it is active
 */
export async function renewUserToken(write: Write, application: Application, locationId: number): Promise<string> {
  await getInstallation(write, locationId, application.id);
  const installation = await lockInstallation(write, locationId, application.id);
  if (installation?.state !== 'active' || installation.userId === null) throw new Invalid({ applicationId: ['must be active'] });
  const { userId } = installation;
  await write.delete(userTokens).where(eq(userTokens.userId, userId));
  return issueUserToken(write, { userId, partnerId: application.partnerId, note: application.name });
}

/**
 * Uninstalls an application. Its user, the user's token and the connection that was made for it end. Forget the access after the commit.
 * @param source the partner is told of it, unless it did it by itself
 * @throws NotFound if it is not installed
 */
export async function uninstall(write: Write, application: Application, locationId: number, source: StateSource): Promise<void> {
  await getInstallation(write, locationId, application.id);
  const installation = await lockInstallation(write, locationId, application.id);
  if (!installation || installation.state === 'uninstalled') throw new NotFound('The application is not installed.');
  await lockLocation(write, locationId);
  const { userId, madeConnection } = installation;
  if (userId !== null) {
    await expel(write, locationId, userId);
    await write.delete(userTokens).where(eq(userTokens.userId, userId));
  }
  await step(write, installation, 'uninstalled', source, {
    madeConnection: false,
    sealedApiKey: null,
    webhookUrls: [],
    channels: [],
    shortNames: [],
    discount: null,
  });
  if (madeConnection) await endConnection(write, application.partnerId, locationId);
  if (source === 'marketplace') await tell(write, application, locationId, 'uninstall');
}

/** Ends a connection that an installation made, or leaves it to another application of the partner. */
async function endConnection(write: Write, partnerId: number, locationId: number): Promise<void> {
  const others = await write
    .select({ id: installations.applicationId })
    .from(installations)
    .innerJoin(applications, eq(applications.id, installations.applicationId))
    .where(
      and(
        eq(installations.locationId, locationId),
        eq(applications.partnerId, partnerId),
        inArray(installations.state, ['active', 'frozen']),
      ),
    )
    .orderBy(asc(installations.applicationId))
    .limit(1);
  const [heir] = others;
  if (heir) {
    await write.update(installations).set({ madeConnection: true }).where(own(locationId, heir.id));
    return;
  }
  await write
    .delete(locationPartners)
    .where(and(eq(locationPartners.locationId, locationId), eq(locationPartners.partnerId, partnerId)));
}

/** Lets a job tell the partner. */
async function tell(write: Write, { id, webhookUrl }: Application, locationId: number, event: ApplicationEvent): Promise<void> {
  if (webhookUrl === '') return;
  await enqueue(write, 'tell a partner', { locationId, applicationId: id, event }, { locationId });
}

/** A payment, as the partner reports it. */
export interface PaymentReport {
  amount: Money;
  currency: string;
  paidAt: Date;
  periodFrom: Date;
  periodTo: Date;
}

/**
 * Records a payment for an application. It ends the freezing if its period is not over. A report that comes again is the same payment.
 * @returns its id
 * @throws Invalid if the location has not connected the application, or the period is reversed
 */
export async function recordPayment(
  write: Write,
  application: Application,
  locationId: number,
  report: PaymentReport,
): Promise<number> {
  if (report.periodFrom > report.periodTo) throw new Invalid({ periodTo: ['must not be before {periodFrom}'] });
  const installation = await lockInstalled(write, locationId, application.id);
  const place = { locationId, applicationId: application.id };
  const [made] = await write
    .insert(applicationPayments)
    .values({ ...place, ...report })
    .onConflictDoNothing()
    .returning({ id: applicationPayments.id });
  await updatePaidUntil(write, locationId, application.id);
  if (installation.state === 'frozen' && report.periodTo >= new Date()) {
    await admit(write, installation, installation.userId as number);
    await step(write, installation, 'active', 'partner_api');
  }
  if (made) return made.id;
  const { amount, currency, paidAt, periodFrom, periodTo } = report;
  const [known] = await write
    .select({ id: applicationPayments.id })
    .from(applicationPayments)
    .where(
      and(
        eq(applicationPayments.locationId, locationId),
        eq(applicationPayments.applicationId, application.id),
        eq(applicationPayments.paidAt, paidAt),
        eq(applicationPayments.periodFrom, periodFrom),
        eq(applicationPayments.periodTo, periodTo),
        eq(applicationPayments.amount, amount),
        eq(applicationPayments.currency, currency),
        isNull(applicationPayments.refundedAt),
      ),
    );
  return (known as { id: number }).id;
}

/**
 * Marks a payment as refunded. Doing it again changes nothing. If no other payment covers the present, the application will be frozen.
 * @throws Invalid for an unknown payment, Forbidden for one of another partner
 */
export async function refundPayment(write: Write, partner: Partner, paymentId: number): Promise<void> {
  const [payment] = await write
    .select({
      locationId: applicationPayments.locationId,
      applicationId: applicationPayments.applicationId,
      partnerId: applications.partnerId,
    })
    .from(applicationPayments)
    .innerJoin(applications, eq(applications.id, applicationPayments.applicationId))
    .where(eq(applicationPayments.id, paymentId));
  if (!payment) throw new Invalid({ paymentId: ['is unknown'] });
  if (payment.partnerId !== partner.id) throw new Forbidden('No access to application');
  await lockInstallation(write, payment.locationId, payment.applicationId);
  await write
    .update(applicationPayments)
    .set({ refundedAt: new Date() })
    .where(
      and(
        eq(applicationPayments.locationId, payment.locationId),
        eq(applicationPayments.applicationId, payment.applicationId),
        eq(applicationPayments.id, paymentId),
        isNull(applicationPayments.refundedAt),
      ),
    );
  await updatePaidUntil(write, payment.locationId, payment.applicationId);
}

/** Follows the payments that stand. Give the installation locked. */
const updatePaidUntil = (write: Write, locationId: number, applicationId: number) =>
  write
    .update(installations)
    .set({
      paidUntil: sql`coalesce((select paid.period_to from application_payments paid
        where paid.location_id = ${locationId} and paid.application_id = ${applicationId} and paid.refunded_at is null
        order by paid.period_to desc limit 1), now())`,
    })
    .where(own(locationId, applicationId));

const isUnpaid = and(eq(installations.state, 'active'), lt(installations.paidUntil, sql`now()`));

/** So many are frozen in one run; the next run goes on. */
const mostFrozen = 1000;

/**
 * Freezes the active applications whose paid time is over: their users lose access, and the partners are told. An application for which
 * nothing was ever paid is free.
 * @param forget forgets the access of an ended membership
 */
export async function freezeUnpaid(db: Read, transact: Transact, forget: () => void): Promise<string> {
  const due = await db
    .select({ locationId: installations.locationId, applicationId: installations.applicationId })
    .from(installations)
    .where(isUnpaid)
    .orderBy(asc(installations.paidUntil))
    .limit(mostFrozen);
  for (const { locationId, applicationId } of due) {
    await transact(async (write) => {
      const installation = await lockInstallation(write, locationId, applicationId);
      // A payment may have come in the meantime.
      const [still] = await write
        .select({ id: installations.applicationId, application: applications })
        .from(installations)
        .innerJoin(applications, eq(applications.id, installations.applicationId))
        .where(and(own(locationId, applicationId), isUnpaid));
      if (!installation || !still) return;
      await expel(write, locationId, installation.userId as number);
      await step(write, installation, 'frozen', 'marketplace');
      await tell(write, still.application, locationId, 'freeze');
    });
  }
  if (due.length) forget();
  return `${due.length} frozen`;
}

/** Sets the discount of an application in locations. @throws NotFound if one of them does not have it */
export async function setDiscount(
  write: Write,
  applicationId: number,
  locationIds: readonly number[],
  discount: Money,
): Promise<void> {
  const ids = [...new Set(locationIds)];
  const those = and(
    inArray(installations.locationId, ids),
    eq(installations.applicationId, applicationId),
    ne(installations.state, 'uninstalled'),
  );
  const found = await write.lock(
    'installation',
    write.select({ id: installations.locationId }).from(installations).where(those).orderBy(asc(installations.locationId)),
  );
  if (found.length < ids.length) throw new NotFound('The application is not installed.');
  await write.update(installations).set({ discount }).where(those);
}

/** Says whether a channel can be used. @throws Invalid for an application without channels, and if it is not installed */
export async function setChannel(
  write: Write,
  application: Application,
  locationId: number,
  channel: string,
  isAvailable: boolean,
): Promise<void> {
  if (application.kind === 'other') throw new Invalid({ applicationId: ['must be a chat bot or an SMS aggregator'] });
  const { channels } = await lockInstalled(write, locationId, application.id);
  const others = channels.filter((each) => each !== channel);
  await write
    .update(installations)
    .set({ channels: isAvailable ? [...others, channel].toSorted() : others })
    .where(own(locationId, application.id));
}

/** Sets the sender names of a location. @throws Invalid if the application is not installed */
export async function setShortNames(
  write: Write,
  application: Application,
  locationId: number,
  shortNames: string[],
): Promise<void> {
  await lockInstalled(write, locationId, application.id);
  await write.update(installations).set({ shortNames }).where(own(locationId, application.id));
}

/** So many of the latest entries are shown. */
const mostShown = 1000;

/** The payments and the changes of an installation, oldest first. */
export async function historyOf(db: Read, locationId: number, applicationId: number) {
  const payments = await db
    .select()
    .from(applicationPayments)
    .where(and(eq(applicationPayments.locationId, locationId), eq(applicationPayments.applicationId, applicationId)))
    .orderBy(desc(applicationPayments.id))
    .limit(mostShown);
  const changes = await db
    .select()
    .from(installationChanges)
    .where(and(eq(installationChanges.locationId, locationId), eq(installationChanges.applicationId, applicationId)))
    .orderBy(desc(installationChanges.id))
    .limit(mostShown);
  return { payments: payments.reverse(), changes: changes.reverse() };
}

/** The ids of the locations that have an application, by id. */
export async function locationsWith(
  db: Read,
  applicationId: number,
  { offset, limit }: { offset: number; limit: number },
): Promise<number[]> {
  const rows = await db
    .select({ id: installations.locationId })
    .from(installations)
    .innerJoin(locations, and(eq(locations.id, installations.locationId), isNull(locations.deletedAt)))
    .where(and(eq(installations.applicationId, applicationId), inArray(installations.state, ['active', 'frozen'])))
    .orderBy(asc(installations.locationId))
    .offset(offset)
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** All applications, by id, with their state in a location. */
export const listForLocation = (db: Read, locationId: number, { offset, limit }: { offset: number; limit: number }) =>
  db
    .select({ application: applications, state: installations.state, userId: installations.userId })
    .from(applications)
    .leftJoin(installations, and(eq(installations.applicationId, applications.id), eq(installations.locationId, locationId)))
    .where(isNull(applications.deletedAt))
    .orderBy(asc(applications.id))
    .offset(offset)
    .limit(limit);

/** What a partner is told of one of its installations. */
export interface Notice {
  locationId: number;
  applicationId: number;
  event: ApplicationEvent;
  /** The partner's token, by which it recognises this server. */
  token: string;
}

/** Refusals that may be over at the next attempt. */
const isPassing = new Set(['does not answer in time', 'cannot be reached']);

/**
 * Tells a partner of the end or the freezing of an installation.
 * @param post posts to the address of the application
 * @throws Error if it must be tried again, Hopeless if it cannot succeed
 */
export async function tellPartner(
  db: Read,
  { locationId, applicationId, event }: { locationId: number; applicationId: number; event: ApplicationEvent },
  signingKey: Buffer,
  post: (url: string, notice: Notice) => Promise<OutsideAnswer>,
): Promise<string> {
  const [application] = await db.select().from(applications).where(eq(applications.id, applicationId));
  if (!application?.webhookUrl) return 'no address';
  const token = tokenOf(signingKey, application);
  const answer = await post(application.webhookUrl, { locationId, applicationId, event, token });
  if ('refusal' in answer) {
    const message = `The address of the partner ${answer.refusal}`;
    throw isPassing.has(answer.refusal) ? new Error(message) : new Hopeless(message);
  }
  if (answer.status < 200 || answer.status >= 300) throw new Error(`The partner answered ${answer.status}`);
  return 'told';
}
