import { appendFileSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { and, eq } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import { inject } from 'vitest';
import { errorSchema } from '../src/api/error-schema.ts';
import { compileAnswer, type Validate } from '../src/api/validation.ts';
import { type Write, writeOn } from '../src/api/write.ts';
import { createApp } from '../src/app.ts';
import type { PermissionValue, Role } from '../src/domains/access/permissions.ts';
import { partners } from '../src/domains/access/tables.ts';
import { createUser, issuePartnerToken, issueUserToken } from '../src/domains/access/users.ts';
import { appointmentsOfDocuments, documentsOfAppointments } from '../src/domains/appointments/of-documents.ts';
import { serviceCategories, services } from '../src/domains/catalog/tables.ts';
import { createBill } from '../src/domains/consumables/bill.ts';
import { addLines } from '../src/domains/inventory/line.ts';
import { listStorages } from '../src/domains/inventory/storage.ts';
import { addChainOwner } from '../src/domains/locations/chain-user.ts';
import { cityByTitle, country } from '../src/domains/locations/dictionaries.ts';
import { connectPartner, createChain, getPlace } from '../src/domains/locations/location.ts';
import { addLocationUser } from '../src/domains/locations/location-user.ts';
import { locations, locationUsers } from '../src/domains/locations/tables.ts';
import { productSearchText } from '../src/domains/products/search-text.ts';
import { productCategories, products } from '../src/domains/products/tables.ts';
import { resourceInstances, resources } from '../src/domains/resources/tables.ts';
import { lockSale } from '../src/domains/sales/sale.ts';
import { teamMembers } from '../src/domains/team/tables.ts';
import { type Config, readConfig } from '../src/platform/config.ts';
import { type Database, openEmbedded, openPostgres } from '../src/platform/database.ts';
import { type DatabaseLimits, usualLimits } from '../src/platform/limits.ts';
import { toMoney } from '../src/platform/money.ts';
import { toQuantity } from '../src/platform/quantity.ts';
import { beginAlone, beginUntold } from '../src/surfaces/changes.ts';
import { dateFaults } from './date-forms.ts';

export interface Server {
  app: FastifyInstance;
  url: string;
  database: Database;
  config: Config;
}

/** Resources of a test file. Shared resources live as long as the worker. */
const started: (() => Promise<void>)[] = [];

/** Failed logins count by address, so every test file has its own. */
let address: string;

/** Begins a test file. */
export function beginFile(): void {
  address = `10.${[1, 2, 3].map(() => Math.floor(Math.random() * 250)).join('.')}`;
}

/** Ends a test file: stops everything it started. */
export async function endFile(): Promise<void> {
  for (const stop of started.splice(0).reverse()) await stop();
}

/** A database that tests prepare things in without a transaction. */
export type TestDatabase = Omit<Database, 'db'> & { db: Write };

let shared: Promise<TestDatabase> | undefined;

/** The database of this worker. */
export const testDatabase = (): Promise<TestDatabase> => (shared ??= openTestDatabase());

async function openTestDatabase(): Promise<TestDatabase> {
  const url = inject('databaseUrl');
  const database = url
    ? await openPostgres(url, 20)
    : await openEmbedded(new Blob([new Uint8Array(await readFile(inject('embeddedDump')))]));
  return { ...database, db: writeOn(database.db, { userId: null, address: 'http://localhost' }).write };
}

/** Whether this run uses a PostgreSQL server, where statements really run in parallel. */
export const onPostgres = (): boolean => inject('databaseUrl') !== '';

let server: Promise<Server> | undefined;

/** The server of this worker, on its own port. */
export const testServer = (): Promise<Server> => (server ??= listening({}));

/** Starts another server on the same database, with other settings. It stops with the test file. */
export async function startServer(settings: Partial<Config> = {}): Promise<Server> {
  const made = await listening(settings);
  started.push(() => made.app.close());
  return made;
}

/** Like startServer, with its own connections on PostgreSQL. The embedded database has one connection for all servers. */
export async function startServerApart(poolSize: number, limits: Partial<DatabaseLimits>): Promise<Server> {
  if (!onPostgres()) return startServer();
  const database = await openPostgres(inject('databaseUrl'), poolSize, { ...usualLimits, ...limits });
  const made = await listening({}, database);
  started.push(async () => {
    await made.app.close();
    await database.close();
  });
  return made;
}

async function listening(settings: Partial<Config>, own?: Database): Promise<Server> {
  const database = own ?? (await testDatabase());
  const dataDirectory = await mkdtemp(join(inject('directory'), 'data-'));
  const config: Config = {
    ...readConfig('demo', { FOYER_LOG_LEVEL: process.env.FOYER_LOG_LEVEL ?? 'silent' }),
    dataDirectory,
    trustProxy: true,
    // Tests run them by themselves: `runDueJobs`.
    jobsAtOnce: 0,
    ...settings,
  };
  const app = await createApp(config, database, { checkAnswers: true });
  checkDates(app);
  checkErrors(app);
  recordTraffic(app);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { app, url, database, config };
}

/** Fails a request if its answer has a date in another format than clients rely on. */
function checkDates(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const { operation, surface } = request.routeOptions.config;
    if (!operation || reply.statusCode >= 300 || typeof payload !== 'string' || !payload.startsWith('{')) return payload;
    const faults = dateFaults(`${surface} ${operation.id}`, JSON.parse(payload));
    if (faults.length) throw new Error(`Dates in the answer of ${operation.id}: ${faults.join('; ')}`);
    return payload;
  });
}

/** Fails a request if its error answer does not match its declaration. */
function checkErrors(app: FastifyInstance): void {
  const checks = new Map([400, 422].map((status) => [status, compileAnswer(errorSchema(status))]));
  app.addHook('onSend', async (request, reply, payload) => {
    const { operation } = request.routeOptions.config;
    if (!operation || reply.statusCode < 400 || reply.statusCode >= 500 || typeof payload !== 'string' || !payload)
      return payload;
    const fits = checks.get(reply.statusCode === 422 ? 422 : 400) as Validate;
    if (fits(JSON.parse(payload))) return payload;
    throw new Error(`The error of ${operation.id} differs from its declaration: ${JSON.stringify(fits.errors)} ${payload}`);
  });
}

/** RECORD_TRAFFIC=FILE appends every answer of a declared operation. */
function recordTraffic(app: FastifyInstance): void {
  const file = process.env.RECORD_TRAFFIC;
  if (!file) return;
  app.addHook('onSend', async (request, reply, payload) => {
    const { operation, surface } = request.routeOptions.config;
    if (!operation) return payload;
    const isJson = String(reply.getHeader('content-type')).includes('json');
    const body = typeof payload === 'string' && payload && isJson ? JSON.parse(payload) : undefined;
    appendFileSync(file, `${JSON.stringify({ surface, operationId: operation.id, status: reply.statusCode, body })}\n`);
    return payload;
  });
}

/** An answer. `data` and `meta` are those of the envelope. */
export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  data: any;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  meta: any;
}

export interface CallOptions {
  body?: unknown;
  /** Sent as it is, without a content type of ours. */
  rawBody?: NonNullable<RequestInit['body']>;
  headers?: Record<string, string>;
  authorization?: string | undefined;
  server?: Server;
}

/** Calls an operation below /api/v1 (or any path that begins with `//`, below the root). */
export async function call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
  const { url } = options.server ?? (await testServer());
  const response = await fetch(path.startsWith('//') ? url + path.slice(1) : `${url}/api/v1${path}`, {
    method,
    headers: {
      'x-forwarded-for': address,
      ...(options.authorization === undefined ? {} : { authorization: options.authorization }),
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    ...(options.rawBody === undefined ? {} : { body: options.rawBody }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const body = isJson && text ? JSON.parse(text) : text;
  return { status: response.status, headers: response.headers, body, data: body?.data, meta: body?.meta };
}

export interface Person {
  id: number;
  token: string;
  email: string;
  password: string;
  /** The whole Authorization header. */
  authorization: string;
}

/** Columns of a service, with prices as numbers. */
type ServiceFields = Omit<Partial<typeof services.$inferInsert>, 'priceMin' | 'priceMax'> & {
  priceMin?: number;
  priceMax?: number;
};

/** Columns of a product, with prices and the ratio of units as numbers. */
type ProductFields = Omit<Partial<typeof products.$inferInsert>, 'price' | 'costPrice' | 'unitRatio'> & {
  price?: number;
  costPrice?: number;
  unitRatio?: number;
};

/** A separate business for one test. */
export interface Shop {
  chainId: number;
  locationId: number;
  timeZone: string;
  partner: { id: number; token: string };
  owner: Person;
  /** Calls as the owner, or as the user of `options.authorization`. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Adds a member. `permissions` are the differences from the role. */
  hire(role: Role, permissions?: Record<string, PermissionValue>): Promise<Person>;
  /** Changes a member's permissions. Every server of this process sees it when its cache expires, this one at once. */
  addClient(fields?: Record<string, unknown>): Promise<{ id: number; phone: number } & Record<string, unknown>>;
  /** Adds a team member who may have a schedule. `fields` are columns. @returns the id */
  addTeamMember(fields?: Partial<typeof teamMembers.$inferInsert>): Promise<number>;
  /** Adds a service, in a new category unless the fields name one. `fields` are columns. @returns the id */
  addService(fields?: ServiceFields): Promise<number>;
  /**
   * Adds a product, in a new category unless the fields name one: sold by the piece and written off in grams, 1 gram a piece unless the
   * fields say otherwise. `fields` are columns. @returns the id
   */
  addProduct(fields?: ProductFields): Promise<number>;
  /** Adds a bill of materials: 10 write-off units of a new product, from the storage for services. @returns the id */
  addBill(title?: string): Promise<number>;
  /** Sells one of a product in an appointment, from the storage for sales. @returns the id of the line */
  addSale(appointmentId: number, productId: number): Promise<number>;
  /** Adds a resource with as many instances. */
  addResource(title: string, instances: number): Promise<{ id: number; instanceIds: number[] }>;
}

let counter = 0;
const unique = () => `${process.pid}${Date.now() % 1e6}${++counter}`;

/** Opens a business with one location, an owner and a connected partner. */
export async function openShop(options: { city?: string; chainId?: number; partner?: Shop['partner'] } = {}): Promise<Shop> {
  const { db } = await testDatabase();
  const city = cityByTitle(undefined, options.city ?? 'New York');
  const home = city && country(city.countryId);
  if (!city || !home) throw new Error(`No city ${options.city}`);
  // Neither the feed nor the audit trail has the beginning of the business: it is not the subject of tests.
  const { owner, ...made } = await beginUntold(db)(async (write) => {
    const chainId = options.chainId ?? (await createChain(write, 'Test chain'));
    const [location] = await write
      .insert(locations)
      .values({
        chainId,
        title: 'Test location',
        countryId: home.id,
        cityId: city.id,
        city: city.title,
        timeZone: city.timeZone,
        currency: home.currency,
      })
      .returning({ id: locations.id });
    const locationId = (location as { id: number }).id;
    write.changed('location', locationId, locationId, 'create');
    let partner = options.partner;
    if (!partner) {
      const [row] = await write
        .insert(partners)
        .values({ name: `Partner ${unique()}` })
        .returning({ id: partners.id });
      const partnerId = (row as { id: number }).id;
      partner = { id: partnerId, token: await issuePartnerToken(write, { partnerId }) };
    }
    await connectPartner(write, locationId, partner.id);
    const owner = await addPerson(write, locationId, partner, 'owner');
    if (options.chainId === undefined) await addChainOwner(write, chainId, owner.id);
    return { chainId, locationId, partner, owner };
  });
  const hire = (role: Role, permissions: Record<string, PermissionValue> = {}) =>
    beginAlone(db)((write) => addPerson(write, made.locationId, made.partner, role, permissions));
  const shop: Shop = {
    ...made,
    timeZone: city.timeZone,
    owner,
    hire,
    call: (method, path, callOptions = {}) => call(method, path, { authorization: owner.authorization, ...callOptions }),
    addClient: async (fields = {}) => {
      const answer = await shop.call('POST', `/clients/${made.locationId}`, {
        body: { name: 'Ada', phone: somePhone(), ...fields },
      });
      if (answer.status !== 201) throw new Error(`The client is refused: ${JSON.stringify(answer.body)}`);
      return answer.data;
    },
    addTeamMember: async (fields = {}) => {
      const values = { name: 'Basil', hasSchedule: true, ...fields, locationId: made.locationId };
      return inserted(await db.insert(teamMembers).values(values).returning({ id: teamMembers.id }));
    },
    addService: async (fields = {}) => {
      const { locationId } = made;
      const categoryId =
        fields.categoryId ??
        inserted(
          await db.insert(serviceCategories).values({ locationId, title: 'Hair' }).returning({ id: serviceCategories.id }),
        );
      const { priceMin = 30, priceMax = 50, ...rest } = fields;
      const prices = { priceMin: toMoney(priceMin), priceMax: toMoney(priceMax) };
      const values = { title: 'Haircut', ...rest, ...prices, categoryId, locationId };
      return inserted(await db.insert(services).values(values).returning({ id: services.id }));
    },
    addProduct: async (fields = {}) => {
      const { locationId } = made;
      const categoryId =
        fields.categoryId ??
        inserted(
          await db.insert(productCategories).values({ locationId, title: 'Care' }).returning({ id: productCategories.id }),
        );
      const { price = 20, costPrice = 8, unitRatio = 1, title = 'Shampoo', article = '', barcode = '', ...rest } = fields;
      const exact = { price: toMoney(price), costPrice: toMoney(costPrice), unitRatio: toQuantity(unitRatio) };
      const named = { title, article, barcode, search: productSearchText({ title, article, barcode }) };
      const values = { saleUnitId: 1, writeOffUnitId: 2, ...rest, ...exact, ...named, categoryId, locationId };
      return inserted(await db.insert(products).values(values).returning({ id: products.id }));
    },
    addBill: async (title = 'Bill') => {
      const productId = await shop.addProduct({ title });
      return beginAlone(db)(async (write) => {
        const storages = await listStorages(write, made.locationId);
        const storageId = storages.find(({ isForServices }) => isForServices)?.id as number;
        const items = [{ productId, storageId, amount: toQuantity(10) }];
        return (await createBill(write, made.locationId, { title, items })).id;
      });
    },
    addSale: (appointmentId, productId) =>
      beginAlone(db)(async (write) => {
        const location = await getPlace(write, made.locationId);
        const [id] = await documentsOfAppointments(write, location.id, [appointmentId]);
        const sale = await lockSale(write, location, id as number);
        const seller = (await appointmentsOfDocuments(write, location.id, [sale.documentId])).get(sale.documentId);
        const line = { productId, amount: toQuantity(1), isInSaleUnits: true, teamMemberId: seller?.teamMemberId };
        const [lineId] = await addLines(write, location, { id: sale.documentId }, [line]);
        return lineId as number;
      }),
    addResource: async (title, count) => {
      const { locationId } = made;
      const id = inserted(await db.insert(resources).values({ locationId, title }).returning({ id: resources.id }));
      const values = Array.from({ length: count }, (_, index) => ({
        locationId,
        resourceId: id,
        title: `${title} #${index + 1}`,
      }));
      const rows = count ? await db.insert(resourceInstances).values(values).returning({ id: resourceInstances.id }) : [];
      return { id, instanceIds: rows.map((row) => row.id) };
    },
  };
  return shop;
}

function inserted([row]: { id: number }[]): number {
  if (!row) throw new Error('Nothing was inserted');
  return row.id;
}

async function addPerson(
  write: Write,
  locationId: number,
  partner: Shop['partner'],
  role: Role,
  permissions: Record<string, PermissionValue> = {},
): Promise<Person> {
  const email = `user${unique()}@example.com`;
  // Hashing a password costs 30 ms: tests that sign in set one.
  const user = await createUser(write, { name: 'Test User', email });
  await addLocationUser(write, { locationId, userId: user.id, role });
  if (Object.keys(permissions).length) {
    await write
      .update(locationUsers)
      .set({ permissions })
      .where(and(eq(locationUsers.locationId, locationId), eq(locationUsers.userId, user.id)));
  }
  const token = await issueUserToken(write, { userId: user.id, partnerId: partner.id });
  return { id: user.id, token, email, password: '', authorization: `Bearer ${partner.token}, User ${token}` };
}

let phones = Math.floor(Math.random() * 9e6);

/** A phone number that no other test uses: +1 212 555 xxxx shaped, eleven digits. */
export const somePhone = (): string => `+1646${String(2_000_000 + (phones++ % 7_900_000)).padStart(7, '0')}`;
