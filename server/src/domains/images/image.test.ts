import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { call, openShop, type Person, type Shop, startServer, testDatabase, testServer } from '../../../test/harness.ts';
import { newFileKey } from '../../platform/files.ts';
import { services as serviceTable } from '../catalog/tables.ts';
import { locations } from '../locations/tables.ts';
import { imagesOf } from './image.ts';
import { images } from './tables.ts';

let shop: Shop;
let service: number;
beforeEach(async () => {
  shop = await openShop();
  service = await shop.addService();
});

/** A PNG as far as its header, with anything behind it. */
function png(width: number, height: number, rest = ''): Buffer {
  const header = Buffer.alloc(33);
  header.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  return Buffer.concat([header, Buffer.from(rest)]);
}

/** A JPEG as far as its frame header, behind as many bytes of other segments as cameras write. */
function jpeg(width: number, height: number): Buffer {
  const metadata = Buffer.alloc(60_000);
  metadata.set([0xff, 0xe1]);
  metadata.writeUInt16BE(metadata.length - 2, 2);
  const frame = Buffer.from([0xff, 0xc0, 0, 11, 8, 0, 0, 0, 0, 1, 1, 0x11, 0, 0xff, 0xd9]);
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), metadata, metadata, frame]);
}

interface Sent {
  entity?: string;
  fields?: Record<string, string | number>;
  image?: Buffer;
  by?: Person;
  /** The file before the fields, as some clients send it. */
  imageFirst?: boolean;
}

function upload({ entity = 'service', fields, image = png(373, 280), by = shop.owner, imageFirst = false }: Sent = {}) {
  const form = new FormData();
  const file = () => form.append('image', new Blob([new Uint8Array(image)], { type: 'text/html' }), '../me.html');
  if (imageFirst) file();
  for (const [name, value] of Object.entries(fields ?? { company_id: shop.locationId, service_id: service })) {
    form.append(name, String(value));
  }
  if (!imageFirst) file();
  return call('POST', `/images/${entity}`, { rawBody: form, authorization: by.authorization });
}

const open = async (path: string) => {
  const response = await fetch(path);
  return { status: response.status, headers: response.headers, content: Buffer.from(await response.arrayBuffer()) };
};

async function stored(): Promise<string[]> {
  const { dataDirectory } = (await testServer()).config;
  const entries = await readdir(join(dataDirectory, 'files'), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();
}

describe('uploading an image', () => {
  test('makes it the picture of a service', async () => {
    const answer = await upload();
    expect(answer).toMatchObject({ status: 200, body: { success: true, meta: [] } });
    const { id } = answer.data.image_group;
    expect(answer.data).toEqual({
      image_binded: true,
      image_group: {
        id,
        entity: 'settings_service',
        entity_id: service,
        images: {
          basic: {
            id: expect.any(Number),
            path: expect.stringMatching(
              new RegExp(`^http://127\\.0\\.0\\.1:\\d+/uploads/${shop.locationId}/[0-9a-f-]{36}\\.png$`),
            ),
            width: '373',
            height: '280',
            type: 'png',
            image_group_id: id,
            version: 'basic',
          },
        },
      },
    });
  });

  test.each(['team_member', 'master'])('makes it the picture of a team member, called %s, in three versions', async (entity) => {
    const member = await shop.addTeamMember();
    const fields = { company_id: shop.locationId, master_id: member };
    const { data } = await upload({ entity, fields, image: jpeg(800, 600), imageFirst: true });
    expect(data.image_group).toMatchObject({ entity: 'master', entity_id: member });
    const versions = data.image_group.images;
    expect(Object.keys(versions)).toEqual(['sm', 'norm', 'origin']);
    for (const version of Object.values(versions)) {
      expect(version).toMatchObject({ path: versions.sm.path, width: '800', height: '600', type: 'jpeg' });
    }
    expect((await open(versions.sm.path)).headers.get('content-type')).toBe('image/jpeg');
  });

  test('takes the other names of its fields', async () => {
    const member = await shop.addTeamMember();
    const answer = await upload({ entity: 'team_member', fields: { location_id: shop.locationId, staff_id: member } });
    expect(answer).toMatchObject({ status: 200, data: { image_group: { entity_id: member } } });
  });

  test('replaces the former one, whose content is gone', async () => {
    const before = (await upload({ image: png(10, 20) })).data.image_group;
    const after = (await upload({ image: jpeg(30, 40) })).data.image_group;
    expect(after).toMatchObject({ id: before.id, images: { basic: { width: '30', height: '40', type: 'jpeg' } } });
    expect((await open(before.images.basic.path)).status).toBe(404);
    expect((await open(after.images.basic.path)).status).toBe(200);
    expect(await stored()).not.toContain(/[0-9a-f-]{36}/.exec(before.images.basic.path)?.[0]);
  });

  test('of one service by ten requests at the same moment leaves one, and no other content', async () => {
    const before = await stored();
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => upload({ image: png(index + 1, 1) })));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    const { db } = await testDatabase();
    const left = (await imagesOf(db, shop.locationId, 'service', [service])).get(service);
    expect(left?.images).toHaveLength(1);
    const name = /[0-9a-f-]{36}/.exec(left?.images[0]?.path ?? '')?.[0] as string;
    expect((await stored()).filter((key) => !before.includes(key))).toEqual([name]);
  });

  test('while its service is deleted is done or refused, and leaves nothing when refused', async () => {
    const before = await stored();
    const { db } = await testDatabase();
    const deleting = db.update(serviceTable).set({ deletedAt: new Date() }).where(eq(serviceTable.id, service));
    const [answer] = await Promise.all([upload(), deleting]);
    expect([200, 404]).toContain(answer.status);
    if (answer.status === 404) expect(await stored()).toEqual(before);
    expect((await upload()).status).toBe(404);
  });
});

describe('uploading leaves nothing when it is refused:', () => {
  async function refused(sent: Sent, status: number, field?: string): Promise<void> {
    const before = await stored();
    const answer = await upload(sent);
    expect([answer.status, answer.body.success]).toEqual([status, false]);
    if (field) expect(JSON.stringify(answer.meta.errors)).toContain(`"${field}"`);
    expect(await stored()).toEqual(before);
    const { db } = await testDatabase();
    expect(await db.select().from(images).where(eq(images.locationId, shop.locationId))).toEqual([]);
  }

  test('content that is neither a JPEG nor a PNG, with any declared type', async () => {
    const gif = Buffer.from('474946383961010001000000002c00000000010001000002', 'hex');
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><script>alert(1)</script></svg>');
    const cut = png(1, 1).subarray(0, 20);
    for (const image of [gif, svg, cut, Buffer.from('<html>'), Buffer.alloc(0)]) await refused({ image }, 422, 'image');
  });

  test('an image without pixels, or with too many', async () => {
    for (const image of [png(0, 10), jpeg(10, 0), png(10_001, 1), jpeg(1, 65_535), png(4_000_000_000, 1)]) {
      await refused({ image }, 422, 'image');
    }
    expect((await upload({ image: png(10_000, 10_000) })).status).toBe(200);
  });

  test('an image of more than 10 MB', async () => {
    await refused({ image: png(1, 1, 'x'.repeat(10 * 1024 * 1024)) }, 413, 'image');
  });

  test('an image for nothing: the location and the service or team member are needed', async () => {
    await refused({ fields: {} }, 422, 'company_id');
    await refused({ fields: { service_id: service } }, 422, 'company_id');
    await refused({ fields: { company_id: shop.locationId } }, 422, 'service_id');
    await refused({ fields: { company_id: shop.locationId, master_id: 1 } }, 422, 'service_id');
    await refused({ entity: 'master', fields: { company_id: shop.locationId, service_id: service } }, 422, 'master_id');
    await refused({ fields: { company_id: 'x', service_id: '0' } }, 422, 'service_id');
  });

  test('a service or team member that the location does not have', async () => {
    const other = await openShop({ chainId: shop.chainId, partner: shop.partner });
    const deletedAt = new Date();
    for (const id of [await other.addService(), await shop.addService({ deletedAt }), 2_000_000_000]) {
      await refused({ fields: { company_id: shop.locationId, service_id: id } }, 404);
    }
    for (const id of [await other.addTeamMember(), await shop.addTeamMember({ deletedAt }), 2_000_000_000]) {
      await refused({ entity: 'master', fields: { company_id: shop.locationId, master_id: id } }, 404);
    }
  });

  test('an image for a missing subject, or for another business', async () => {
    await refused({ entity: 'client' }, 404);
    const stranger = await openShop();
    await refused({ by: stranger.owner }, 404);
    await refused({ by: { ...shop.owner, authorization: `Bearer ${shop.partner.token}` } }, 401);
  });

  test('an image by a member without the permission', async () => {
    const member = await shop.addTeamMember();
    const onlyMembers = await shop.hire('worker', { master_edit: true });
    const onlyServices = await shop.hire('worker', { settings_services_edit_image_access: true });
    const fields = { company_id: shop.locationId, master_id: member };
    await refused({ by: onlyMembers }, 403);
    await refused({ entity: 'master', fields, by: onlyServices }, 403);
    expect((await upload({ entity: 'master', fields, by: onlyMembers })).status).toBe(200);
    expect((await upload({ by: onlyServices })).status).toBe(200);
  });

  test('a form without an image, and a body that is not a form', async () => {
    const form = new FormData();
    form.append('company_id', String(shop.locationId));
    form.append('service_id', String(service));
    form.append('file', new Blob([new Uint8Array(png(1, 1))]), 'elsewhere.png');
    const answer = await shop.call('POST', '/images/service', { rawBody: form });
    expect(answer).toMatchObject({ status: 422, meta: { errors: [{ image: ['is required'] }] } });
    expect((await shop.call('POST', '/images/service', { body: { image: 'x' } })).status).toBe(400);
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    expect((await shop.call('POST', '/images/service', { rawBody: '--x\r\nbroken', headers })).status).toBe(400);
  });
});

describe('an image', () => {
  test('is served to everybody, byte by byte, for good', async () => {
    const image = png(3, 2, 'שלום');
    const { path } = (await upload({ image })).data.image_group.images.basic;
    const { status, headers, content } = await open(path);
    expect(status).toBe(200);
    expect(content.equals(image)).toBe(true);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(image.length),
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      'cache-control': 'public, max-age=31536000, immutable',
    });
  });

  test('is found by its whole name in its location only', async () => {
    const { path } = (await upload()).data.image_group.images.basic;
    const other = await openShop();
    for (const wrong of [
      path.replace(`/${shop.locationId}/`, `/${other.locationId}/`),
      path.replace('.png', '.jpeg'),
      path.replace('.png', ''),
      path.replace(/[0-9a-f-]{36}/, '00000000-0000-4000-8000-000000000000'),
      path.replace(/[0-9a-f-]{36}/, '------------------------------------'),
      path.replace(/[0-9a-f-]{36}/, '%2e%2e%2fserver'),
    ]) {
      expect([wrong, (await open(wrong)).status]).toEqual([wrong, 404]);
    }
  });

  test('cannot be taken for another file of the location', async () => {
    const client = await shop.addClient();
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(png(1, 1))]), 'private.png');
    await shop.call('POST', `/company/${shop.locationId}/clients/files/${client.id}`, { rawBody: form });
    const { query } = await testDatabase();
    const [row] = await query<{ key: string }>({
      text: 'select storage_key as key from client_files where location_id = $1',
      values: [shop.locationId],
    });
    expect((await call('GET', `//uploads/${shop.locationId}/${row?.key.slice(3)}.png`)).status).toBe(404);
  });

  test('is a 404 when its location is closed, and when its content is lost', async () => {
    const { path } = (await upload()).data.image_group.images.basic;
    const { db } = await testDatabase();
    await db.update(locations).set({ deletedAt: new Date() }).where(eq(locations.id, shop.locationId));
    expect((await open(path)).status).toBe(404);
    await db.update(locations).set({ deletedAt: null }).where(eq(locations.id, shop.locationId));
    expect((await open(path)).status).toBe(200);

    const lost = newFileKey();
    await db.update(images).set({ storageKey: lost }).where(eq(images.locationId, shop.locationId));
    expect((await call('GET', `//uploads/${shop.locationId}/${lost.slice(3)}.png`)).status).toBe(404);
  });

  test('has the address that is configured', async () => {
    const server = await startServer({ publicUrl: 'https://salon.example.com' });
    const form = new FormData();
    form.append('company_id', String(shop.locationId));
    form.append('service_id', String(service));
    form.append('image', new Blob([new Uint8Array(png(1, 1))]), 'a.png');
    const { data } = await shop.call('POST', '/images/service', { rawBody: form, server });
    expect(data.image_group.images.basic.path).toMatch(/^https:\/\/salon\.example\.com\/uploads\//);
  });
});

test('pictures of many services are read at once, by service', async () => {
  const second = await shop.addService();
  const without = await shop.addService();
  const member = await shop.addTeamMember();
  await upload();
  await upload({ fields: { company_id: shop.locationId, service_id: second }, image: png(7, 8) });
  await upload({ entity: 'master', fields: { company_id: shop.locationId, master_id: member } });
  const { db } = await testDatabase();
  const groups = await imagesOf(db, shop.locationId, 'service', [service, second, without]);
  expect([...groups.keys()].sort()).toEqual([service, second].sort());
  expect(groups.get(second)).toMatchObject({ entity: 'service', entityId: second, images: [{ version: 'basic', width: 7 }] });
  expect(await imagesOf(db, shop.locationId, 'service', [])).toEqual(new Map());
  const other = await openShop();
  expect(await imagesOf(db, other.locationId, 'service', [service, second])).toEqual(new Map());
});

describe('deleting a picture', () => {
  const remove = (group: number | string, { entity = 'service', by = shop.owner }: { entity?: string; by?: Person } = {}) => {
    const form = new FormData();
    form.append('image_group_id', String(group));
    return call('DELETE', `/images/${entity}`, { rawBody: form, authorization: by.authorization });
  };

  test('leaves the service without one, and removes its content', async () => {
    const before = await stored();
    const { image_group } = (await upload()).data;
    const answer = await remove(image_group.id);
    expect([answer.status, answer.body]).toEqual([200, { success: true, data: null, meta: [] }]);
    expect((await open(image_group.images.basic.path)).status).toBe(404);
    expect(await stored()).toEqual(before);
    expect((await remove(image_group.id)).status).toBe(404);
    expect((await upload()).status).toBe(200);
  });

  test('needs the right to change pictures of its kind, and a group of that kind', async () => {
    const { image_group } = (await upload()).data;
    const trainee = await shop.hire('owner', { settings_services_edit_image_access: false });
    const other = await openShop();
    expect((await remove(image_group.id, { by: trainee })).status).toBe(403);
    expect((await remove(image_group.id, { by: other.owner })).status).toBe(404);
    expect((await remove(image_group.id, { entity: 'team_member' })).status).toBe(404);
    expect((await remove(2_100_000_000)).status).toBe(404);
    const odd = await remove('first');
    expect([odd.status, Object.keys(odd.body.meta.errors[0])]).toEqual([422, ['image_group_id']]);
    expect((await open(image_group.images.basic.path)).status).toBe(200);
  });

  test('happens once, whoever else deletes or replaces it', async () => {
    const { image_group } = (await upload()).data;
    const statuses = (await Promise.all([1, 2, 3].map(() => remove(image_group.id)))).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 404, 404]);
    const again = (await upload()).data.image_group;
    const answers = await Promise.all([remove(again.id), upload(), remove(again.id), upload()]);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  });
});
