import Type from 'typebox';
import { locationPartner, locationUser, partnerOnly, partnerOrUser, signedIn } from '../../../api/access.ts';
import { missingToken } from '../../../api/authorization.ts';
import { Forbidden } from '../../../api/errors.ts';
import { counted, created, empty, ok, operation } from '../../../api/operation.ts';
import { pageRange } from '../../../api/pagination.ts';
import { publicAddress } from '../../../api/public-address.ts';
import { Bit, named } from '../../../api/schema.ts';
import { isValidPhone } from '../../../platform/phone.ts';
import {
  DeprecatedAccessSchema,
  deprecatedAccess,
  PermissionListSchema,
  type Permissions,
  presentPermissionList,
  resolvePermissions,
} from '../../access/permissions.ts';
import { getBookingForm } from '../../booking-settings/form.ts';
import { isAdmitted } from '../grants.ts';
import { checkMayCreate, createLocation, deleteLocation, getLocation, listLocations, updateLocation } from '../location.ts';
import { getMembership, listLocationUsers } from '../location-user.ts';
import { loadKnowledge } from './knowledge.ts';
import { presentCreatedLocation, presentListedLocation, presentLocation } from './present.ts';
import {
  CreatedLocation,
  ListedLocation,
  LocationChanges,
  LocationDetails,
  LocationListQuery,
  LocationPath,
  LocationQuery,
  NewLocation,
} from './schemas.ts';

const userPermissions = async (...of: Parameters<typeof getMembership>): Promise<Permissions> => {
  const membership = await getMembership(...of);
  return resolvePermissions(membership.role, membership.permissions);
};

const askedBy = ({ showBookforms, forBooking }: { showBookforms?: number; forBooking?: number }) => ({
  bookingForms: showBookforms === 1,
  nextSlot: forBooking === 1,
});

export const getLocationList = operation({
  id: 'get_location_list',
  method: 'GET',
  path: '/companies',
  tag: 'Locations',
  summary: 'Get a list of locations',
  description: 'The locations connected to your integration, by id. With `my=1` only those that the signed-in user manages.',
  access: partnerOrUser(),
  query: LocationListQuery,
  success: ok(Type.Array(ListedLocation)),
  handle: async ({ db, partner, user, query, request, services }) => {
    if (query.my === 1 && !user) throw missingToken('user_token');
    // Every location offers individual booking until group events exist. Nothing else can be hidden.
    if (query.hide_record_type_single === 1) return [];
    const rows = await listLocations(
      db,
      partner,
      {
        id: query.id,
        chainId: query.group_id,
        managedBy: query.my === 1 ? user?.id : undefined,
        activeOnly: query.active === 1,
        cityId: query.city_id,
        minId: query.min_id,
        withDeleted: query.show_deleted === 1,
        businessGroupId: query.business_group_id,
        businessTypeId: query.business_type_id,
      },
      pageRange(query.page, query.count),
    );
    const known = await loadKnowledge(db, rows, publicAddress(request, services.config), askedBy(query));
    return rows.map((row) => presentListedLocation(row, known(row), { chains: query.show_groups === 1 }));
  },
});

export const createLocationOperation = operation({
  id: 'create_location',
  method: 'POST',
  path: '/companies',
  tag: 'Locations',
  summary: 'Create a location',
  description:
    'Creates a location in the chain that you own, or in a new chain. You become its owner. The city and country determine its time zone and currency. Without both, it gets the place of your first location. If you have none, it gets the country of your phone number, else the United States. A setting of the server decides who may create locations.',
  access: signedIn(),
  body: NewLocation,
  success: created(CreatedLocation),
  example: { body: { title: 'Lavender Studio, Brooklyn', country_id: 840, city_id: 5128581, address: '7 Example Road' } },
  handle: async ({ write, partner, user, body, services }) => {
    write.afterCommit(services.forgetAccess);
    await checkMayCreate(write, user.id, services.config.whoCreatesLocations);
    const row = await createLocation(
      write,
      {
        title: body.title,
        countryId: body.country_id,
        cityId: body.city_id,
        address: body.address,
        site: body.site,
        latitude: body.coordinate_lat,
        longitude: body.coordinate_lot,
        businessTypeId: body.business_type_id,
        shortDescription: body.short_descr,
      },
      { user, partner },
    );
    return presentCreatedLocation(row);
  },
});

export const getLocationOperation = operation({
  id: 'get_location',
  method: 'GET',
  path: '/company/{location_id}',
  tag: 'Locations',
  summary: 'Get a location',
  access: locationPartner(),
  legacyErrors: true,
  params: LocationPath,
  query: LocationQuery,
  success: ok(LocationDetails),
  handle: async ({ db, location, user, query, request, services }) => {
    if (query.my === 1 && !user) throw missingToken('user_token');
    const permissions = query.my === 1 && user ? await userPermissions(db, location.id, user.id) : undefined;
    if (permissions && !isAdmitted(permissions, request.ip)) throw new Forbidden();
    const row = await getLocation(db, location.id);
    const known = await loadKnowledge(db, [row], publicAddress(request, services.config), askedBy(query));
    if (query.bookform_id !== undefined) await getBookingForm(db, location.id, query.bookform_id);
    const added = {
      chains: query.show_groups === 1,
      ...(permissions ? { permissions: deprecatedAccess(permissions) } : {}),
    };
    return presentLocation(row, known(row), added, query.bookform_id);
  },
});

export const updateLocationOperation = operation({
  id: 'update_location',
  method: 'PUT',
  path: '/company/{location_id}',
  tag: 'Locations',
  summary: 'Change a location',
  description:
    'Changes the fields that are sent and leaves the others. Another city or country changes the time zone and the currency with it.',
  access: locationUser('settings_basis_access'),
  legacyErrors: true,
  params: LocationPath,
  body: LocationChanges,
  success: ok(LocationDetails),
  example: { body: { title: 'Lavender Studio, Midtown', address: '9 Example Street', zip: '10002' } },
  handle: async ({ write, location, user, body, request, services }) => {
    write.afterCommit(services.forgetAccess);
    const row = await updateLocation(write, location.id, {
      ...(body.title === undefined ? {} : { title: body.title }),
      countryId: body.country_id,
      country: body.country,
      cityId: body.city_id,
      city: body.city,
      address: body.address,
      zip: body.zip,
      phones: body.phones,
      social: body.social,
      site: body.site,
      latitude: body.coordinate_lat,
      longitude: body.coordinate_lon,
      description: body.description,
      businessTypeId: body.business_type_id,
      shortDescription: body.short_descr,
    });
    const known = await loadKnowledge(write, [row], publicAddress(request, services.config));
    const permissions = deprecatedAccess(await userPermissions(write, location.id, user.id));
    return presentLocation(row, known(row), { permissions });
  },
});

export const deleteLocationOperation = operation({
  id: 'delete_location',
  method: 'DELETE',
  path: '/company/{location_id}',
  tag: 'Locations',
  summary: 'Delete a location',
  description: 'Only an owner may. The data is kept, but no operation reaches it any more.',
  access: locationUser('settings_access'),
  legacyErrors: true,
  params: LocationPath,
  success: empty(202),
  handle: async ({ write, location, user, services }) => {
    write.afterCommit(services.forgetAccess);
    await deleteLocation(write, location.id, user);
  },
});

const LocationUser = named(
  'LocationUser',
  Type.Object({
    id: Type.Integer({ description: 'user id' }),
    name: Type.String(),
    phone: Type.String(),
    email: Type.String(),
    information: Type.String({ description: 'position in the location' }),
    is_approved: Type.Boolean({ description: 'accepted the invitation' }),
    is_non_deletable: Type.Boolean({
      description: 'cannot be removed from the location: its founder, its only owner, or the user of an application',
    }),
  }),
);

export const getLocationUsers = operation({
  id: 'get_location_users',
  method: 'GET',
  path: '/company/{location_id}/users',
  tag: 'Users & Permissions',
  summary: 'Get the users of a location',
  access: locationUser('users_access'),
  params: LocationPath,
  query: Type.Object({
    filter: Type.Optional(Type.Object({ is_approved: Type.Optional(Bit('1: invitation accepted, 0: not yet')) })),
  }),
  success: counted(Type.Array(LocationUser)),
  handle: async ({ db, location, query }) => {
    const approved = query.filter?.is_approved;
    const rows = await listLocationUsers(db, location.id, approved === undefined ? undefined : approved === 1);
    return rows.map(({ user, membership, isOnlyOwner }) => ({
      id: user.id,
      name: user.name,
      phone: user.phone,
      email: user.email,
      information: membership.information,
      is_approved: membership.isApproved,
      is_non_deletable: membership.isNonDeletable || isOnlyOwner,
    }));
  },
});

export const deprecatedGetLocationUsers = operation({
  id: 'deprecated_get_location_users',
  method: 'GET',
  path: '/company_users/{location_id}',
  tag: 'Users & Permissions',
  summary: 'Get the users of a location (old)',
  deprecated: true,
  access: locationUser('users_access'),
  params: LocationPath,
  success: ok(
    Type.Array(
      named(
        'DeprecatedLocationUser',
        Type.Object({
          id: Type.Integer({ description: 'user id' }),
          firstname: Type.String(),
          login: Type.String(),
          email: Type.String(),
          phone: Type.String(),
          information: Type.String({ description: 'position in the location' }),
          access: DeprecatedAccessSchema,
        }),
      ),
    ),
  ),
  handle: async ({ db, location }) =>
    (await listLocationUsers(db, location.id, true)).map(({ user, membership }) => ({
      id: user.id,
      firstname: user.name,
      login: user.login,
      email: user.email,
      phone: user.phone,
      information: membership.information,
      access: deprecatedAccess(resolvePermissions(membership.role, membership.permissions)) as never,
    })),
});

export const getPermissionList = operation({
  id: 'get_permission_list',
  method: 'GET',
  path: '/user/permissions/{location_id}',
  tag: 'Users & Permissions',
  summary: 'Get your permissions in a location',
  access: locationUser(),
  params: LocationPath,
  success: ok(PermissionListSchema),
  handle: async ({ db, location, user }) => presentPermissionList(await userPermissions(db, location.id, user.id)) as never,
});

export const phoneNumberFormatCheck = operation({
  id: 'phone_number_format_check',
  method: 'GET',
  path: '/validation/validate_phone/{phone}',
  tag: 'Utilities',
  summary: 'Check the format of a phone number',
  description:
    'Whether the number is valid in the numbering plan of its country. Write it in the international form, with or without `+`.',
  access: partnerOnly(),
  params: Type.Object({ phone: Type.String({ minLength: 1, maxLength: 100 }) }),
  success: ok(Type.Object({ is_valid: Type.Boolean() })),
  handle: ({ params }) => ({ is_valid: isValidPhone(params.phone) }),
});
