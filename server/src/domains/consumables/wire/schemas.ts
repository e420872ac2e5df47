import Type from 'typebox';
import { Id, maxId, named } from '../../../api/schema.ts';

export const LocationOnly = Type.Object({ location_id: Id('location id') });
export const BillPath = Type.Object({ location_id: Id('location id'), technological_card_id: Id('bill of materials id') });
export const UsedPath = Type.Object({ location_id: Id('location id'), record_id: Id('appointment id') });
export const UsedByServicePath = Type.Object({ ...UsedPath.properties, service_id: Id('service id') });

const Price = Type.Number({ description: 'the cost price of the amount; 0 for a reader who may not see it' });
const OneService = Type.Number({ description: 'write-off units for one service' });

const itemFields = {
  id: Type.Integer({ description: 'id of the item' }),
  technological_card_id: Type.Integer({ description: 'bill of materials id' }),
  storage_id: Type.Integer(),
  good_id: Type.Integer({ description: 'product id' }),
  amount: OneService,
  price: Price,
};

const BillItem = named(
  'TechnologicalCardItem',
  Type.Object({
    ...itemFields,
    unit: Type.String({ description: 'short title of the write-off unit' }),
    title: Type.String({ description: 'of the product' }),
  }),
);

export const BillOfMaterials = named(
  'BillOfMaterials',
  Type.Object({ id: Type.Integer(), title: Type.String(), technological_card_items: Type.Array(BillItem) }),
);

const NewAmount = Type.Number({ minimum: 0, maximum: 1e9, description: 'write-off units for one service, more than 0' });

const NewItem = named(
  'NewTechnologicalCardItem',
  Type.Object({
    good_id: Id('product id'),
    storage_id: Id('the storage from which it is written off'),
    amount: NewAmount,
  }),
);
const Items = Type.Array(NewItem, { minItems: 1, maxItems: 100 });
const Title = Type.String({ minLength: 1, maxLength: 255 });

export const NewBillOfMaterials = named('NewBillOfMaterials', Type.Object({ title: Title, technological_card_items: Items }));

export const BillOfMaterialsChanges = named(
  'BillOfMaterialsChanges',
  Type.Object({ title: Type.Optional(Title), technological_card_items: Type.Optional(Items) }),
);

const UsedProduct = named(
  'TechnologicalCardItemGood',
  Type.Object({
    id: Type.Integer({ description: 'product id' }),
    title: Type.String(),
    unit: Type.String({ description: 'short title of the write-off unit' }),
  }),
);

const UsedBill = named(
  'TechnologicalCard',
  Type.Object({
    id: Type.Integer(),
    title: Type.String(),
    technological_card_items: Type.Array(
      named('TechnologicalCardTechnologicalCardItem', Type.Object({ ...itemFields, good: UsedProduct })),
    ),
  }),
);

const Consumable = named(
  'Consumable',
  Type.Object({
    goods_transaction_id: Type.Integer({ description: 'the product transaction that has written it off; 0 until then' }),
    record_id: Type.Integer({ description: 'appointment id' }),
    service_id: Type.Integer(),
    storage_id: Type.Integer(),
    good_id: Type.Integer({ description: 'product id' }),
    price: Price,
    amount: OneService,
    good: UsedProduct,
  }),
);

export const AppointmentConsumables = named(
  'AppointmentConsumables',
  Type.Object({
    service_id: Type.Integer(),
    record_id: Type.Integer({ description: 'appointment id' }),
    technological_cards: Type.Array(UsedBill),
    consumables: Type.Array(Consumable),
  }),
);

export const Consumables = named(
  'Consumables',
  Type.Object({
    consumables: Type.Optional(
      Type.Array(
        Type.Object({
          goods_transaction_id: Type.Integer({
            minimum: 0,
            maximum: maxId,
            description: 'as it was answered; 0 for a new one, and before it is written off',
          }),
          record_id: Id('appointment id, as in the path'),
          service_id: Id('service id, as in the path'),
          storage_id: Id('storage id'),
          good_id: Id('product id'),
          price: Type.Number({ minimum: 0, maximum: 1e12, description: 'cost within appointment: of the amount' }),
          amount: NewAmount,
        }),
        { maxItems: 100, description: 'all of them: those that are missing are not used up. Without the list, all stay.' },
      ),
    ),
  }),
);

const Flag = Type.Number({ description: '1: what the service uses up goes too', default: 0 });
export const DetachQuery = Type.Object({ delete_consumables: Type.Optional(Flag) });
/** Clients of the published service send an empty list, too. */
export const DetachBody = Type.Union([
  Type.Object({ delete_consumables: Type.Optional(Type.Number({ default: 0 })) }),
  Type.Array(Type.Any()),
]);
