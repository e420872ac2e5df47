import Type from 'typebox';
import { partnerOrUser, signedIn } from '../../../api/access.ts';
import { answer, operation } from '../../../api/operation.ts';
import { AnyOfTypes, Id } from '../../../api/schema.ts';

const getChainList = operation({
  id: 'get_chain_list',
  method: 'GET',
  path: '/groups',
  tag: 'Chain Management',
  summary: 'Chains available to the user',
  access: partnerOrUser(),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        id: Type.Optional(Type.Integer()),
        title: Type.Optional(Type.String()),
        companies: Type.Optional(
          Type.Array(
            Type.Object({
              id: Type.Optional(Type.Integer()),
              title: Type.Optional(Type.String()),
              public_title: Type.Optional(Type.String()),
              business_group_id: Type.Optional(Type.Integer()),
              business_type_id: Type.Optional(Type.Integer()),
              country_id: Type.Optional(Type.Integer()),
              city_id: Type.Optional(Type.Integer()),
              timezone: Type.Optional(Type.Number({ description: 'timezone id' })),
              timezone_name: Type.Optional(Type.String()),
              address: Type.Optional(Type.String()),
              currency_short_title: Type.Optional(Type.String()),
              coordinate_lat: Type.Optional(Type.Number()),
              coordinate_lon: Type.Optional(Type.Number()),
              logo: Type.Optional(Type.String({ description: 'URL' })),
              zip: Type.Optional(Type.String()),
              phone: Type.Optional(Type.String()),
              phones: Type.Optional(Type.Array(Type.String())),
              site: Type.Optional(Type.String()),
              allow_delete_record: Type.Optional(Type.Boolean()),
              allow_change_record: Type.Optional(Type.Boolean()),
            }),
          ),
        ),
        access: Type.Optional(
          Type.Object({
            settings_access: Type.Optional(
              AnyOfTypes<number | string>(['number', 'string'], {
                description: '0 or 1, as a number or a text, like all of these',
              }),
            ),
            clients_access: Type.Optional(AnyOfTypes<number | string>(['number', 'string'])),
            deposits_access: Type.Optional(Type.Number()),
            deposit_types_access: Type.Optional(Type.Number()),
            users_access: Type.Optional(AnyOfTypes<number | string>(['number', 'string'])),
            loyalty_access: Type.Optional(AnyOfTypes<number | string>(['number', 'string'])),
            loyalty_abonement_types_access: Type.Optional(Type.Number()),
            loyalty_abonement_balance_edit_access: Type.Optional(Type.Number()),
            loyalty_abonement_period_edit_access: Type.Optional(Type.Number()),
            loyalty_abonement_history_access: Type.Optional(Type.Number()),
            loyalty_cards_manual_transactions_access: Type.Optional(AnyOfTypes<number | string>(['number', 'string'])),
            loyalty_certificate_types_access: Type.Optional(Type.Number()),
            loyalty_programs_access: Type.Optional(Type.Number()),
            network_services_access: Type.Optional(Type.Number()),
            chain_services_access: Type.Optional(Type.String({ description: 'same as network_services_access' })),
            analytics_access: Type.Optional(Type.Number()),
          }),
        ),
      }),
    ),
  ),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 509,
        title: 'Chain of locations',
        companies: [{ id: 38726, title: 'Location in New York' }],
        access: {
          settings_access: '1',
          clients_access: '1',
          users_access: '1',
          loyalty_access: '1',
          loyalty_cards_manual_transactions_access: '1',
          chain_services_access: '1',
        },
      },
    ],
  },
});

const getChainClientByPhoneNumber = operation({
  id: 'get_chain_client_by_phone_number',
  method: 'GET',
  path: '/group/{chain_id}/clients',
  tag: 'Chain Management',
  summary: 'Clients of a chain by phone',
  access: signedIn(),
  params: Type.Object({ chain_id: Id('chain id') }),
  query: Type.Object({ phone: Type.String({ description: 'phone to look up' }) }),
  success: answer(
    200,
    Type.Object({
      salon_group_id: Type.Optional(Type.Integer({ description: 'chain id' })),
      phone: Type.Optional(Type.String()),
      clients: Type.Optional(
        Type.Array(
          Type.Object({
            id: Type.Optional(Type.Integer()),
            company_id: Type.Optional(Type.Integer()),
            name: Type.Optional(Type.String()),
            email: Type.Optional(Type.String()),
          }),
        ),
      ),
    }),
  ),
  errors: [404],
  example: {
    data: {
      salon_group_id: 312,
      phone: '+13155550175',
      clients: [{ id: 4240880, company_id: 4564, name: 'lx', email: 'client@example.com' }],
    },
  },
});

/** The operations of the tag, in the order of the published documents. */
export const chainManagementOperations = [getChainList, getChainClientByPhoneNumber];
