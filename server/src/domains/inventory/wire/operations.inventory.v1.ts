import Type from 'typebox';
import { locationUser } from '../../../api/access.ts';
import { answer, operation } from '../../../api/operation.ts';
import { Id, named } from '../../../api/schema.ts';
import {
  createDocumentOperation,
  createInventoryOperation,
  createTransaction,
  deleteDocumentOperation,
  deleteTransaction,
  getDocumentOperation,
  getDocumentProductTransactions,
  getLocationInventories,
  getTransaction,
  searchForProductTransactions,
  updateDocumentOperation,
  updateTransaction,
} from './operations.documents.v1.ts';
import { ownInventoryOperations } from './operations.storages.v1.ts';

const Consumables = named(
  'Consumables',
  Type.Object({
    consumables: Type.Optional(
      Type.Array(
        Type.Object({
          goods_transaction_id: Type.Integer(),
          record_id: Type.Integer(),
          service_id: Type.Integer(),
          storage_id: Type.Integer(),
          good_id: Type.Integer(),
          price: Type.Number({ description: 'cost within appointment' }),
          amount: Type.Number(),
        }),
      ),
    ),
  }),
);

const TechnologicalCardItem = named(
  'TechnologicalCardItem',
  Type.Object({
    id: Type.Optional(Type.Integer({ description: 'consumable id' })),
    technological_card_id: Type.Optional(Type.Integer()),
    storage_id: Type.Optional(Type.Integer()),
    good_id: Type.Optional(Type.Integer()),
    amount: Type.Optional(Type.Number()),
    unit: Type.Optional(Type.String()),
    price: Type.Optional(Type.Number()),
    title: Type.Optional(Type.String()),
  }),
);

const BillOfMaterials = named(
  'BillOfMaterials',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    title: Type.Optional(Type.String()),
    technological_card_items: Type.Optional(Type.Array(TechnologicalCardItem)),
  }),
);

const getBillOfMaterialsList = operation({
  id: 'get_bill_of_materials_list',
  method: 'GET',
  path: '/technological_cards/{location_id}',
  tag: 'Inventory',
  summary: 'List bills of materials with consumables',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id') }),
  query: Type.Object({
    search: Type.Optional(Type.String({ description: 'match on card title' })),
    page: Type.Optional(Type.Number()),
    count: Type.Optional(Type.Number({ description: 'page size' })),
  }),
  success: answer(200, Type.Array(BillOfMaterials)),
  errors: [403, 404],
  example: {
    data: [
      {
        id: 1,
        title: 'Tech map 1',
        technological_card_items: [
          {
            id: 3,
            technological_card_id: 1,
            storage_id: 4234,
            good_id: 34234,
            amount: 12,
            unit: 'l',
            price: 0.0742,
            title: 'Consumable 3',
          },
        ],
      },
    ],
  },
});

const getTeamMemberServiceBillOfMaterials = operation({
  id: 'get_team_member_service_bill_of_materials',
  method: 'GET',
  path: '/technological_cards/default_for_staff_and_service/{location_id}/{team_member_id}/{service_id}',
  tag: 'Inventory',
  summary: 'Default bill of materials for staff+service pair',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), team_member_id: Id('team member id'), service_id: Id('service id') }),
  success: answer(200, Type.Union([Type.Array(BillOfMaterials), Type.Record(Type.String(), Type.Any())])),
  errors: [403, 404],
  example: {
    data: {
      id: 1,
      title: 'Tech map 1',
      technological_card_items: [
        {
          id: 3,
          technological_card_id: 1,
          storage_id: 4234,
          good_id: 34234,
          amount: 12,
          unit: 'l',
          price: 0.0742,
          title: 'Consumable 3',
        },
      ],
    },
  },
});

const TechnologicalCardItemGood = named(
  'TechnologicalCardItemGood',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    title: Type.Optional(Type.String()),
    unit: Type.Optional(Type.String()),
  }),
);

const Consumable = named(
  'Consumable',
  Type.Object({
    goods_transaction_id: Type.Optional(Type.Integer()),
    record_id: Type.Optional(Type.Integer()),
    service_id: Type.Optional(Type.Integer()),
    storage_id: Type.Optional(Type.Integer()),
    good_id: Type.Optional(Type.Integer()),
    price: Type.Optional(Type.Number()),
    amount: Type.Optional(Type.Number()),
    good: Type.Optional(TechnologicalCardItemGood),
  }),
);

const TechnologicalCardTechnologicalCardItem = named(
  'TechnologicalCardTechnologicalCardItem',
  Type.Object({
    id: Type.Optional(Type.Integer({ description: 'consumable id' })),
    technological_card_id: Type.Optional(Type.Integer()),
    storage_id: Type.Optional(Type.Integer()),
    good_id: Type.Optional(Type.Integer()),
    amount: Type.Optional(Type.Number()),
    price: Type.Optional(Type.Number()),
    good: Type.Optional(TechnologicalCardItemGood),
  }),
);

const TechnologicalCard = named(
  'TechnologicalCard',
  Type.Object({
    id: Type.Optional(Type.Integer()),
    title: Type.Optional(Type.String()),
    technological_card_items: Type.Optional(Type.Array(TechnologicalCardTechnologicalCardItem)),
  }),
);

const AppointmentConsumables = named(
  'AppointmentConsumables',
  Type.Object({
    service_id: Type.Optional(Type.Integer()),
    record_id: Type.Optional(Type.Integer()),
    technological_cards: Type.Optional(Type.Array(TechnologicalCard)),
    consumables: Type.Optional(Type.Array(Consumable)),
  }),
);

const getAppointmentConsumables = operation({
  id: 'get_appointment_consumables',
  method: 'GET',
  path: '/technological_cards/record_consumables/{location_id}/{record_id}',
  tag: 'Inventory',
  summary: 'Consumables and cards per appointment service',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), record_id: Id('appointment id') }),
  success: answer(200, Type.Array(AppointmentConsumables)),
  errors: [403, 404],
  example: {
    data: [
      {
        service_id: 21558,
        record_id: 1233243,
        technological_cards: [
          {
            id: 36069,
            title: 'Tech map',
            technological_card_items: [
              {
                id: 208568,
                technological_card_id: 36069,
                storage_id: 91303,
                good_id: 6858783,
                amount: 10,
                price: 1000,
                good: { id: 6858783, title: 'Product', unit: 'G' },
              },
            ],
          },
        ],
        consumables: [
          {
            goods_transaction_id: 2180771,
            record_id: 121793129,
            service_id: 695486,
            storage_id: 91303,
            good_id: 6858783,
            price: 1000,
            amount: 10,
            good: { id: 6858783, title: 'Product', unit: 'G' },
          },
        ],
      },
    ],
  },
});

const updateAppointmentServiceConsumables = operation({
  id: 'update_appointment_service_consumables',
  method: 'PUT',
  path: '/technological_cards/record_consumables/consumables/{location_id}/{record_id}/{service_id}',
  tag: 'Inventory',
  summary: 'Set consumables of appointment service',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), record_id: Id('appointment id'), service_id: Id('service id') }),
  body: Consumables,
  success: answer(200, Type.Array(AppointmentConsumables)),
  errors: [403, 404],
  example: {
    data: [
      {
        service_id: 21558,
        record_id: 1233243,
        technological_cards: [
          {
            id: 36069,
            title: 'Tech map',
            technological_card_items: [
              {
                id: 208568,
                technological_card_id: 36069,
                storage_id: 91303,
                good_id: 6858783,
                amount: 10,
                price: 1000,
                good: { id: 6858783, title: 'Product', unit: 'G' },
              },
            ],
          },
        ],
        consumables: [
          {
            goods_transaction_id: 2180771,
            record_id: 121793129,
            service_id: 695486,
            storage_id: 91303,
            good_id: 6858783,
            price: 1000,
            amount: 10,
            good: { id: 6858783, title: 'Product', unit: 'G' },
          },
        ],
      },
    ],
  },
});

const unlinkAppointmentServiceAssociation = operation({
  id: 'unlink_appointment_service_association',
  method: 'DELETE',
  path: '/technological_cards/record_consumables/technological_cards/{location_id}/{record_id}/{service_id}',
  tag: 'Inventory',
  summary: 'Unlink bill of materials from appointment service',
  access: locationUser(),
  params: Type.Object({ location_id: Id('location id'), record_id: Id('appointment id'), service_id: Id('service id') }),
  query: Type.Object({
    delete_consumables: Type.Optional(Type.Number({ description: 'also remove consumables when set', default: 0 })),
  }),
  body: Type.Union([Type.Object({ delete_consumables: Type.Optional(Type.Number({ default: 0 })) }), Type.Array(Type.Any())]),
  success: answer(
    200,
    Type.Array(
      Type.Object({
        service_id: Type.Optional(Type.Integer()),
        record_id: Type.Optional(Type.Integer()),
        technological_cards: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any()))),
        consumables: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Any()))),
      }),
    ),
    Type.Object({ count: Type.Optional(Type.Integer()) }),
  ),
  errors: [403, 404],
  example: {
    data: [{ service_id: 7224099, record_id: 310013764, technological_cards: [], consumables: [] }],
    meta: { count: 1 },
    body: [],
  },
});

/** The operations of the tag: the published ones in the order of the documents, and then Foyer's own. */
export const inventoryOperations = [
  getLocationInventories,
  searchForProductTransactions,
  createInventoryOperation,
  createDocumentOperation,
  getDocumentOperation,
  updateDocumentOperation,
  deleteDocumentOperation,
  createTransaction,
  getTransaction,
  updateTransaction,
  deleteTransaction,
  getDocumentProductTransactions,
  getBillOfMaterialsList,
  getTeamMemberServiceBillOfMaterials,
  getAppointmentConsumables,
  updateAppointmentServiceConsumables,
  unlinkAppointmentServiceAssociation,
  ...ownInventoryOperations,
];
