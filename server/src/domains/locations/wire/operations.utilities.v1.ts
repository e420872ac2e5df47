import Type from 'typebox';
import { locationPartner } from '../../../api/access.ts';
import { ok, operation } from '../../../api/operation.ts';
import { Id } from '../../../api/schema.ts';
import { dateIn } from '../../../platform/clock.ts';
import { Titled } from '../../../wire/schemas.ts';
import { getLocation } from '../location.ts';

/** The published form of dates here, `08.11.2019`. */
const dotted = (date: string) => date.split('-').reverse().join('.');

export const getLocationSubscriptionInformation = operation({
  id: 'get_location_subscription_information',
  method: 'GET',
  path: '/license/{location_id}',
  tag: 'Utilities',
  summary: 'License of a location',
  description: 'Your own server needs no license: everything is included, for any number of team members and any time.',
  access: locationPartner(),
  params: Type.Object({ location_id: Id('location id') }),
  success: ok(
    Type.Object({
      id: Type.Integer({ description: 'the id of the location' }),
      salon_id: Type.Integer({ description: 'location id' }),
      staff_limit: Type.Number({ description: 'always 0: any number of team members' }),
      deactivation_date: Type.String({ description: 'always 31.12.9999: it does not expire' }),
      start_date: Type.String({ description: 'when the location was created, `08.11.2019`' }),
      name: Type.String(),
      active: Type.Number({ description: 'always 1' }),
      is_paid_rights_model: Type.Boolean({ description: 'always false' }),
      options: Type.Array(Titled, { description: 'always empty: nothing is sold apart' }),
    }),
  ),
  errors: [404],
  example: {
    data: {
      id: 4564,
      salon_id: 4564,
      staff_limit: 0,
      deactivation_date: '31.12.9999',
      start_date: '07.05.2025',
      name: 'Foyer',
      active: 1,
      is_paid_rights_model: false,
      options: [],
    },
  },
  handle: async ({ db, location }) => {
    const { createdAt, timeZone } = await getLocation(db, location.id);
    return {
      id: location.id,
      salon_id: location.id,
      staff_limit: 0,
      deactivation_date: '31.12.9999',
      start_date: dotted(dateIn(createdAt, timeZone)),
      name: 'Foyer',
      active: 1,
      is_paid_rights_model: false,
      options: [],
    };
  },
});
