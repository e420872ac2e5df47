import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { type CallOptions, openShop, type Shop, testDatabase } from '../../../test/harness.ts';
import { tags } from './tables.ts';
import { fontColor } from './wire/present.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});

const v2 = (method: string, path = '', options: CallOptions = {}) =>
  shop.call(method, `//api/v2/locations/${shop.locationId}/tags${path}`, {
    ...options,
    headers: { accept: 'application/vnd.api.v2+json' },
  });
const created = async (body: object) => (await v2('POST', '', { body })).data as { id: string };
const v1 = (method: string, path: string, options: CallOptions = {}) =>
  shop.call(method, `/labels/${shop.locationId}${path}`, options);

describe('a tag', () => {
  test('is made, read, changed and deleted by V2', async () => {
    const made = await v2('POST', '', { body: { title: ' VIP ', color: '#ff2828', entity: 1, icon: 'star' } });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      data: {
        type: 'tag',
        id: expect.any(String),
        attributes: {
          company_id: shop.locationId,
          title: 'VIP',
          color: '#ff2828',
          font_color: '#000000',
          icon: 'star',
          entity_type: 'client',
          is_deleted: false,
          is_editable: true,
          salon_id: shop.locationId,
          entity: 1,
          entity_slug: 'client',
          deleted: 0,
          not_editable: 0,
        },
      },
      meta: [],
    });
    const path = `/${made.data.id}`;
    expect((await v2('GET', path)).body).toEqual(made.body);
    expect((await v2('PUT', path, { body: { title: 'Дорогой клиент' } })).status).toBe(204);
    expect((await v2('GET', path)).data.attributes).toMatchObject({ title: 'Дорогой клиент', color: '#ff2828', icon: 'star' });
    expect((await v2('PUT', path, { body: {} })).status).toBe(204);
    expect((await v2('DELETE', path)).status).toBe(204);
    for (const method of ['GET', 'DELETE']) expect((await v2(method, path)).status).toBe(404);
    expect((await v2('PUT', path, { body: { title: 'Again' } })).status).toBe(404);
  });

  test('is made, listed, changed and deleted by V1', async () => {
    const made = await v1('POST', '?title=Regular&color=%2300ff11&entity=1&icon=heart');
    expect(made.body).toEqual({
      success: true,
      data: { title: 'Regular', salon_id: shop.locationId, color: '#00ff11', entity: 1, id: expect.any(Number) },
      meta: [],
    });
    const { id } = made.data;
    const changed = await v1('PUT', `/${id}`, { body: { title: 'Regular guest', color: '#000000', entity: 2, icon: '' } });
    expect([changed.status, changed.body]).toEqual([202, { success: true, data: null, meta: { message: 'Accepted' } }]);
    expect((await v1('GET', '/record')).data).toContainEqual({
      id,
      salon_id: shop.locationId,
      title: 'Regular guest',
      color: '#000000',
      icon: '',
      slug: '',
      entity: 2,
      deleted: 0,
      not_editable: 0,
      font_color: '#ffffff',
    });
    expect((await v1('DELETE', `/${id}`)).status).toBe(200);
    expect((await v1('DELETE', `/${id}`)).status).toBe(404);
  });

  test('is listed by its entity, by name and by number, and not after it is deleted', async () => {
    const other = await openShop();
    const call = (path: string) => other.call('GET', `/labels/${other.locationId}/${path}`);
    expect((await call('client')).data).toEqual([]);
    for (const [index, title] of ['A', 'B', 'C', 'D'].entries()) {
      await other.call('POST', `/labels/${other.locationId}?title=${title}&color=%23ffffff&entity=${index}`);
    }
    for (const [index, name] of ['common', 'client', 'record', 'activity'].entries()) {
      const expected = [['A', 'B', 'C', 'D'][index]];
      for (const path of [name, String(index)]) {
        expect((await call(path)).data.map((tag: { title: string }) => tag.title)).toEqual(expected);
        const list = await other.call('GET', `//api/v2/locations/${other.locationId}/tags?entity=${path}`, {
          headers: { accept: 'application/vnd.api.v2+json' },
        });
        expect(list.data.map((tag: { attributes: { title: string } }) => tag.attributes.title)).toEqual(expected);
      }
    }
    expect((await call('nonsense')).status).toBe(404);
    const [{ id }] = (await call('client')).data;
    await other.call('DELETE', `/labels/${other.locationId}/${id}`);
    expect((await call('client')).data).toEqual([]);
  });

  test('leaves the clients that it marked when it is deleted', async () => {
    const { id } = await created({ title: 'Late', color: '#123456', entity: 1 });
    const client = await shop.addClient({ categories: [Number(id)] });
    const search = () =>
      shop.call('POST', `/company/${shop.locationId}/clients/search`, {
        body: { fields: ['id'], filters: [{ type: 'category', state: { value: [Number(id)] } }] },
      });
    const card = () => shop.call('GET', `/client/${shop.locationId}/${client.id}`);
    expect((await card()).data.categories).toEqual([{ id: Number(id), title: 'Late', color: '#123456' }]);
    expect((await search()).meta.total_count).toBe(1);
    await v2('DELETE', `/${id}`);
    expect((await card()).data.categories).toEqual([]);
    expect((await search()).meta.total_count).toBe(0);
  });

  test('of appointments or events is not put on clients', async () => {
    const ids: number[] = [];
    for (const entity of [0, 1, 2, 3]) ids.push(Number((await created({ title: 'X', color: '#123456', entity })).id));
    const client = await shop.addClient({ categories: ids });
    const { data } = await shop.call('GET', `/client/${shop.locationId}/${client.id}`);
    expect(data.categories.map((tag: { id: number }) => tag.id)).toEqual(ids.slice(0, 2));
  });

  test('of the system is not changed', async () => {
    const { db } = await testDatabase();
    const [row] = await db
      .insert(tags)
      .values({ locationId: shop.locationId, title: 'System', color: '#000000', isLocked: true })
      .returning();
    const path = `/${row?.id}`;
    for (const answer of [
      await v2('PUT', path, { body: { title: 'Mine' } }),
      await v2('DELETE', path),
      await v1('DELETE', path),
    ]) {
      expect(answer).toMatchObject({ status: 403, body: { success: false, data: null } });
    }
    expect((await v2('GET', path)).data.attributes).toMatchObject({ title: 'System', is_editable: false, not_editable: 1 });
    const [after] = await db
      .select()
      .from(tags)
      .where(eq(tags.id, row?.id as number));
    expect(after).toMatchObject({ title: 'System', deletedAt: null });
  });

  test('is managed only with the permission, and seen by every member', async () => {
    const member = await shop.hire('owner', { settings_clients_labels_access: false });
    const as = { authorization: member.authorization };
    const { id } = await created({ title: 'Seen', color: '#123456' });
    expect((await v2('GET', `/${id}`, as)).status).toBe(200);
    expect((await v2('POST', '', { ...as, body: { title: 'No', color: '#123456' } })).status).toBe(403);
    expect((await v2('PUT', `/${id}`, { ...as, body: { title: 'No' } })).status).toBe(403);
    expect((await v1('DELETE', `/${id}`, as)).status).toBe(403);
  });

  test('must have a title and a colour', async () => {
    const fieldsOf = async (body: object) => {
      const answer = await v2('POST', '', { body });
      return [answer.status, answer.meta.errors?.map((error: object) => Object.keys(error)[0])];
    };
    expect(await fieldsOf({})).toEqual([422, ['title', 'color']]);
    expect(await fieldsOf({ title: ' ', color: '#12345' })).toEqual([422, ['title', 'color']]);
    expect(await fieldsOf({ title: 'a\u0000', color: '#123456' })).toEqual([422, ['title']]);
    const entity = await v2('POST', '', { body: { title: 'X', color: '#123456', entity: 9 } });
    expect([entity.status, Object.keys(entity.meta.errors)]).toEqual([400, ['entity']]);
    expect((await v1('POST', '?title=X')).status).toBe(422);
  });

  test('needs the media type of V2', async () => {
    const answer = await shop.call('GET', `//api/v2/locations/${shop.locationId}/tags`);
    expect(answer).toMatchObject({ status: 400, meta: { message: 'Send the header Accept: application/vnd.api.v2+json' } });
  });
});

test.each([
  ['#ffffff', '#000000'],
  ['#000000', '#ffffff'],
  ['#ffff00', '#000000'],
  ['#0000ff', '#ffffff'],
  ['#9c36b5', '#ffffff'],
])('on %s the text is %s', (background, font) => expect(fontColor(background)).toBe(font));
