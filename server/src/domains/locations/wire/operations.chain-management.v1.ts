import Type from 'typebox';
import { partnerOrUser, signedIn } from '../../../api/access.ts';
import { Forbidden, NotFound } from '../../../api/errors.ts';
import { answer, operation } from '../../../api/operation.ts';
import { Id, named } from '../../../api/schema.ts';
import { offsetHours } from '../../../platform/clock.ts';
import { normalizePhone } from '../../../platform/phone.ts';
import { chainRightNames, chainRights } from '../../access/chain-rights.ts';
import { type BookingSettings, bookingSettingsOf } from '../../booking-settings/settings.ts';
import { clientsOfChain } from '../../clients/of-chain.ts';
import { seesOwner } from '../../loyalty/wire/caller.ts';
import { type ChainRow, listChains } from '../chain-list.ts';
import { seesChain } from '../chain-sight.ts';
import { businessType, country, currencySymbol } from '../dictionaries.ts';
import { getLocation, type LocationRow } from '../location.ts';
import { locationsOfChain } from '../of-chain.ts';

const tag = 'Chain Management';

const Company = named(
  'ChainCompany',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    public_title: Type.String(),
    business_group_id: Type.Integer(),
    business_type_id: Type.Integer(),
    country_id: Type.Integer(),
    city_id: Type.Integer(),
    timezone: Type.Number({ description: 'hours from UTC, such as -5' }),
    timezone_name: Type.String(),
    address: Type.String(),
    currency_short_title: Type.String(),
    coordinate_lat: Type.Number(),
    coordinate_lon: Type.Number(),
    logo: Type.String({ description: 'URL' }),
    zip: Type.String(),
    phone: Type.String(),
    phones: Type.Array(Type.String()),
    site: Type.String(),
    allow_delete_record: Type.Boolean({ description: 'clients may cancel online' }),
    allow_change_record: Type.Boolean({ description: 'clients may move appointments online' }),
  }),
);

const Rights = named(
  'ChainRights',
  Type.Object(
    Object.fromEntries(
      chainRightNames.map((right) => [right, Type.Integer({ description: `0 or 1: ${chainRights[right]}` })]),
    ) as Record<(typeof chainRightNames)[number], ReturnType<typeof Type.Integer>>,
  ),
);

const Chain = named(
  'Chain',
  Type.Object({ id: Type.Integer(), title: Type.String(), companies: Type.Array(Company), access: Rights }),
);

const presentCompany = (row: LocationRow, rules: BookingSettings | undefined) => ({
  id: row.id,
  title: row.title,
  public_title: row.publicTitle || row.title,
  business_group_id: businessType(row.businessTypeId)?.businessGroupId ?? 0,
  business_type_id: row.businessTypeId,
  country_id: row.countryId,
  city_id: row.cityId,
  timezone: offsetHours(row.timeZone),
  timezone_name: row.timeZone,
  address: row.address,
  currency_short_title: currencySymbol(row.currency),
  coordinate_lat: row.latitude,
  coordinate_lon: row.longitude,
  logo: row.logo,
  zip: row.zip,
  phone: row.phones[0] ?? '',
  phones: row.phones,
  site: row.site,
  allow_delete_record: rules?.clientsMayCancel ?? true,
  allow_change_record: rules?.clientsMayMove ?? true,
});

const presentRights = (rights: ChainRow['rights']) =>
  Object.fromEntries(chainRightNames.map((right) => [right, rights.includes(right) ? 1 : 0])) as Record<
    (typeof chainRightNames)[number],
    number
  >;

const getChainList = operation({
  id: 'get_chain_list',
  method: 'GET',
  path: '/groups',
  tag,
  summary: 'Chains available to the user',
  description:
    'The chains of the user, with what the user may do there, and with the locations that the partner is connected to. Without a user, the chains of all these locations.',
  access: partnerOrUser(),
  success: answer(200, Type.Array(Chain)),
  errors: [403, 404],
  handle: async ({ db, partner, user }) => {
    const chains = await listChains(db, partner, user);
    const rules = await bookingSettingsOf(
      db,
      chains.flatMap((chain) => chain.locations.map(({ id }) => id)),
    );
    return chains.map((chain) => ({
      id: chain.id,
      title: chain.title,
      companies: chain.locations.map((row) => presentCompany(row, rules.get(row.id))),
      access: presentRights(chain.rights),
    }));
  },
});

const ChainClients = named(
  'ChainClients',
  Type.Object({
    salon_group_id: Type.Integer({ description: 'chain id' }),
    phone: Type.String({ examples: ['+13155550175'] }),
    clients: Type.Array(
      named(
        'ChainClient',
        Type.Object({
          id: Type.Integer(),
          company_id: Type.Integer({ description: 'location id' }),
          name: Type.String(),
          email: Type.String(),
        }),
      ),
    ),
  }),
);

const getChainClientByPhoneNumber = operation({
  id: 'get_chain_client_by_phone_number',
  method: 'GET',
  path: '/group/{chain_id}/clients',
  tag,
  summary: 'Clients of a chain by phone',
  description:
    'The client of each location that knows the phone number. National numbers are read in the country of the first location. For users of the chain with the right `clients_access`, and for members of one of its locations who have `records_group_id_access` for this chain there. A member who sees only the clients of a team member sees nobody else here either.',
  access: signedIn(),
  params: Type.Object({ chain_id: Id('chain id') }),
  query: Type.Object({ phone: Type.String({ minLength: 1, maxLength: 50, description: 'phone to look up' }) }),
  success: answer(200, ChainClients),
  errors: [403, 404],
  handle: async ({ db, gate, partner, user, params, query, request }) => {
    const { chain_id: chainId } = params;
    const chain = await gate.chainGrant(partner, user, chainId);
    const members = chain?.can('clients_access') ? [] : await seesChain(db, partner, user, chainId, request.ip);
    if (!chain && members.length === 0) throw new NotFound();
    if (chain && !chain.can('clients_access') && members.length === 0) throw new Forbidden();
    const [place] = await locationsOfChain(db, chainId);
    const home = place && country((await getLocation(db, place.id)).countryId)?.isoCode;
    const phone = normalizePhone(query.phone, home);
    const found = phone ? await clientsOfChain(db, chainId, phone) : [];
    if (!phone || found.length === 0) throw new NotFound('Client not found');
    const member =
      members.find(({ limit }) => limit('clients_visit_master_id') === 0) ??
      members.find(({ location }) => found.some(({ locationId }) => locationId === location.id)) ??
      members[0];
    if (member && !(await seesOwner({ db, ...member }, phone))) throw new NotFound('Client not found');
    const showsEmail = !member || member.can('clients_phones_email_access');
    return {
      salon_group_id: chainId,
      phone,
      clients: found.map(({ id, locationId, name, email }) => ({
        id,
        company_id: locationId,
        name,
        email: showsEmail ? email : '',
      })),
    };
  },
});

/** The operations of the tag, in the order of the published documents. */
export const chainManagementOperations = [getChainList, getChainClientByPhoneNumber];
