import Type from 'typebox';
import { partnerOnly } from '../../../api/access.ts';
import { NotFound } from '../../../api/errors.ts';
import { ok, operation } from '../../../api/operation.ts';
import { Id, NullableNumber, named } from '../../../api/schema.ts';
import { businessGroups, cities, city, countries, country } from '../dictionaries.ts';
import { getLocation, isConnected } from '../location.ts';

const Country = named(
  'Country',
  Type.Object({
    id: Type.Integer({ description: 'ISO 3166-1 numeric code' }),
    title: Type.String(),
    full_title: Type.String(),
    iso_code: Type.String({ description: 'ISO 3166-1 alpha-2 code' }),
    phone_code: Type.String({ description: 'without +' }),
    phone_template: Type.String({ description: 'an x for every digit of the national number' }),
    phone_example: Type.String(),
    currency: Type.String({ description: 'currency sign' }),
    exchange: NullableNumber({ description: 'always null: this server knows no exchange rates' }),
    lang_id: Type.Integer({ description: 'always 2, English: the language of the names' }),
    group_type: Type.Integer({ description: 'always 1' }),
    is_eu: Type.Boolean({ description: 'member of the European Union' }),
  }),
);

export const getCountryList = operation({
  id: 'get_country_list',
  method: 'GET',
  path: '/countries',
  tag: 'Dictionaries',
  summary: 'Get the countries',
  access: partnerOnly(),
  success: ok(Type.Array(Country)),
  handle: () =>
    countries().map((item) => ({
      id: item.id,
      title: item.title,
      full_title: item.fullTitle,
      iso_code: item.isoCode,
      phone_code: item.phoneCode,
      phone_template: item.phoneTemplate,
      phone_example: item.phoneExample,
      currency: item.currencySymbol,
      exchange: null,
      lang_id: 2,
      group_type: 1,
      is_eu: item.isEu,
    })),
});

export const getCityList = operation({
  id: 'get_city_list',
  method: 'GET',
  path: '/cities',
  tag: 'Dictionaries',
  summary: 'Get the cities',
  access: partnerOnly(),
  query: Type.Object({
    country_id: Type.Optional(Id('only cities of this country')),
    company_id: Type.Optional(Id('the city of this location too, whatever its country')),
  }),
  success: ok(Type.Array(named('City', Type.Object({ id: Type.Integer(), country_id: Type.Integer(), title: Type.String() })))),
  handle: async ({ db, partner, query }) => {
    const list = query.country_id === undefined ? cities() : country(query.country_id) ? cities(query.country_id) : [];
    const own = query.company_id === undefined ? undefined : await cityOfLocation(db, partner, query.company_id);
    const all = own && !list.some((item) => item.id === own.id) ? [own, ...list] : list;
    return all.map((item) => ({ id: item.id, country_id: item.countryId, title: item.title }));
  },
});

async function cityOfLocation(...[db, partner, locationId]: Parameters<typeof isConnected>) {
  if (!(await isConnected(db, partner, locationId))) throw new NotFound();
  return city((await getLocation(db, locationId)).cityId);
}

export const getBusinessTypesByGroup = operation({
  id: 'get_business_types_by_group',
  method: 'GET',
  path: '/references/business_groups_with_types',
  tag: 'Dictionaries',
  summary: 'Get the business types by group',
  access: partnerOnly(),
  success: ok(
    Type.Array(
      named(
        'BusinessGroup',
        Type.Object({
          id: Type.Integer(),
          title: Type.String(),
          image: Type.String(),
          image_small: Type.String(),
          types: Type.Array(Type.Object({ id: Type.Integer(), title: Type.String(), business_group_id: Type.Integer() })),
        }),
      ),
    ),
    Type.Object({ count: Type.Integer({ description: 'number of business types' }) }),
  ),
  handle: () => ({
    data: businessGroups().map((group) => ({
      id: group.id,
      title: group.title,
      image: group.image,
      image_small: group.image,
      types: group.types.map((type) => ({ id: type.id, title: type.title, business_group_id: type.businessGroupId })),
    })),
    meta: { count: businessGroups().reduce((sum, group) => sum + group.types.length, 0) },
  }),
});
