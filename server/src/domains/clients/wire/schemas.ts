import Type from 'typebox';
import { PageAndCount, PageAndPageSize } from '../../../api/pagination.ts';
import {
  AnyOfTypes,
  Bit,
  CompactDateTime,
  DateTime,
  Id,
  Money,
  maxId,
  NullableDate,
  NullableDateTime,
  NullableNumber,
  named,
} from '../../../api/schema.ts';
import { CustomFieldValues, Tag } from '../../../wire/schemas.ts';

export const LocationOnly = Type.Object({ location_id: Id('location id') });
export const ClientPath = Type.Object({ location_id: Id('location id'), id: Id('client id') });
export const ClientOwnedPath = Type.Object({ location_id: Id('location id'), client_id: Id('client id') });
export const CommentPath = Type.Object({
  location_id: Id('location id'),
  client_id: Id('client id'),
  comment_id: Id('comment id'),
});
export const FilePath = Type.Object({ location_id: Id('location id'), client_id: Id('client id'), file_id: Id('file id') });

const phone = NullableNumber({
  description: 'digits of the international number; null when you may not see phone numbers',
  examples: [13155550179],
});
const card = AnyOfTypes<number | string | null>(['number', 'string', 'null'], {
  description: 'card number; a number when it has only digits',
});
const gender = Type.String({ description: '`unknown`, `Male` or `Female`' });
const importance = Type.String({ description: '`No importance class`, `Bronze`, `Silver` or `Gold`' });

const fields = {
  id: Type.Integer({ description: 'client id' }),
  name: Type.String(),
  surname: Type.String(),
  middle_name: Type.String(),
  phone,
  email: Type.String(),
  categories: Type.Array(Tag, { description: 'tags' }),
  gender_id: Type.Integer({ description: '0 unknown, 1 male, 2 female' }),
  gender,
  discount: Type.Number({ description: 'percent' }),
  importance_id: Type.Integer({ description: '0 none, 1 bronze, 2 silver, 3 gold' }),
  importance,
  birth_date: NullableDate('yyyy-mm-dd'),
  comment: Type.String(),
  sms_check: Type.Integer({ description: '1: greets by SMS on the birthday' }),
  sms_not: Type.Integer({ description: '1: left out of SMS mailings' }),
  spent: Type.Number({ description: 'sum of the purchases' }),
  balance: Type.Number({ description: 'opening balance + paid - spent' }),
  visits: Type.Integer({ description: 'number of visits' }),
  last_change_date: CompactDateTime('time of the last change'),
  custom_fields: CustomFieldValues,
};

/** The answer of create_client and update_client. */
export const WrittenClient = named('WrittenClient', Type.Object({ ...fields, card }));

/** A client in the older list. */
export const ListedClient = named(
  'ListedClient',
  Type.Object({
    ...fields,
    phone: Type.String({ description: 'empty when you may not see phone numbers', examples: ['+13155550177'] }),
    patronymic: Type.String({ description: 'same as middle_name' }),
    display_name: Type.String({ description: 'name and surname' }),
    card: Type.String({ description: 'card number, empty without a card' }),
    sex: gender,
    sex_id: Type.Integer({ description: 'same as gender_id' }),
    paid: Type.Number({ description: 'sum of the payments' }),
    sms_bot: Type.Integer({ description: 'same as sms_not' }),
    custom_fields: Type.Record(Type.String(), Type.Any(), { description: 'values by key' }),
  }),
);

/** The answer of get_client. */
export const Client = named('Client', Type.Object({ ...fields, card: Type.String({ description: 'card number' }) }));

export const BulkClient = named(
  'BulkClient',
  Type.Object({
    ...fields,
    card,
    paid: Type.Number(),
    sms_bot: Type.Integer({ description: 'same as sms_not, as the published API spells it' }),
  }),
);

const text = (maxLength: number, description?: string) =>
  Type.Optional(Type.String({ maxLength, ...(description ? { description } : {}) }));
const tagIds = (description: string) =>
  Type.Optional(Type.Array(Type.Integer({ minimum: 0, maximum: 2_147_483_647 }), { maxItems: 200, description }));

const input = {
  surname: text(255),
  middle_name: text(255),
  email: text(320),
  gender_id: Type.Optional(Type.Integer({ minimum: 0, maximum: 2, description: '0 unknown, 1 male, 2 female' })),
  importance_id: Type.Optional(Type.Integer({ minimum: 0, maximum: 3, description: '0 none, 1 bronze, 2 silver, 3 gold' })),
  discount: Type.Optional(Type.Number({ minimum: 0, maximum: 100, description: 'percent' })),
  card: text(100, 'card number'),
  birth_date: text(20, 'yyyy-mm-dd; unix seconds are understood too'),
  comment: text(10_000),
  spent: Type.Optional(Money('what the client was sold before')),
  balance: Type.Optional(Money('opening balance')),
  sms_check: Type.Optional(Bit('1: greet by SMS on the birthday')),
  sms_not: Type.Optional(Bit('1: leave out of SMS mailings')),
  custom_fields: Type.Optional(
    Type.Unsafe<Record<string, unknown> | never[]>({
      type: ['object', 'array'],
      additionalProperties: true,
      maxProperties: 100,
      propertyNames: { maxLength: 100 },
      maxItems: 0,
      description: 'values by key; an empty list for none, as it is answered',
    }),
  ),
};

const name = Type.String({ maxLength: 255, description: 'first name' });
const inputPhone = Type.String({
  maxLength: 50,
  description: 'in any common spelling; national spellings are read in the country of the location',
});

export const ClientInput = named(
  'ClientInput',
  Type.Object({
    name,
    phone: inputPhone,
    ...input,
    categories: tagIds('tag ids; replace all of the client'),
    labels: tagIds('the same, as update_client calls them'),
  }),
);

/** Anything is let in and checked item by item by the operation, so that one bad client does not refuse the others. */
export const BulkClients = Type.Array(
  Type.Unsafe<unknown>({ anyOf: [ClientInput, { description: 'Any other value is reported in `errors`.' }] }),
  { minItems: 1, maxItems: 10_000 },
);

export const BulkResult = named(
  'BulkResult',
  Type.Object({
    created: Type.Array(BulkClient),
    errors: Type.Array(
      Type.Object({
        phone: Type.Optional(
          AnyOfTypes<number | string>(['number', 'string'], { description: 'the sent value; absent if none was sent' }),
        ),
        name: Type.Optional(Type.String({ description: 'name and surname; absent when not sent' })),
        error: Type.String(),
      }),
    ),
  }),
);

const contains = Type.Optional(Type.String({ maxLength: 255 }));

export const DeprecatedClientQuery = Type.Object({
  fullname: contains,
  phone: contains,
  email: contains,
  card: contains,
  paid_min: Type.Optional(Money('paid at least this much')),
  paid_max: Type.Optional(Money('paid at most this much')),
  id: Type.Optional(Type.Array(Id('client id'), { maxItems: 1000, description: 'one client, or several as id[]' })),
  location_id: Type.Optional(Type.Any({ description: 'ignored: the location is in the path' })),
  changed_after: Type.Optional(
    Type.String({ maxLength: 40, description: 'created or changed from this moment on, 2000-01-01T00:00:00' }),
  ),
  changed_before: Type.Optional(Type.String({ maxLength: 40, description: 'created or changed up to this moment' })),
  ...PageAndCount(25, 1000),
});

const ids = Type.Object({
  value: Type.Array(Type.Integer({ minimum: 0, maximum: 9_007_199_254_740_991 }), { maxItems: 10_000 }),
});
const amount = named('AmountRange', Type.Object({ from: Type.Optional(Money('at least')), to: Type.Optional(Money('at most')) }));
const number = (description: string) => Type.Optional(Type.Integer({ minimum: 0, maximum: maxId, description }));
const numberRange = named('NumberRange', Type.Object({ from: number('at least'), to: number('at most') }));
const moment = named(
  'MomentRange',
  Type.Object({
    from: Type.Optional(Type.String({ maxLength: 40, description: 'YYYY-MM-DD HH:MM:SS' })),
    to: Type.Optional(Type.String({ maxLength: 40, description: 'YYYY-MM-DD HH:MM:SS' })),
  }),
);
const yesNo = Type.Object({ value: Type.Boolean() });
const choice = (...values: number[]) => Type.Object({ value: Type.Array(Type.Integer({ enum: values }), { maxItems: 100 }) });
const filter = (type: string, state: Type.TSchema) => Type.Object({ type: Type.String({ const: type, enum: [type] }), state });

export const ClientFilters = Type.Array(
  Type.Unsafe<never>({
    type: 'object',
    required: ['type', 'state'],
    discriminator: { propertyName: 'type' },
    oneOf: [
      filter('id', ids),
      filter('sold_amount', amount),
      filter('quick_search', Type.Object({ value: Type.String({ maxLength: 255 }) })),
      filter('importance', choice(0, 1, 2, 3)),
      filter('has_mobile_app', yesNo),
      filter('category', ids),
      filter('has_passteam_card', yesNo),
      filter('passteam_card_ids', Type.Object({ value: Type.Array(Type.String({ maxLength: 255 }), { maxItems: 10_000 }) })),
      filter('birthday', moment),
      filter('gender', choice(0, 1, 2)),
      filter(
        'record',
        Type.Object({
          staff: Type.Optional(ids),
          service: Type.Optional(ids),
          service_category: Type.Optional(ids),
          status: Type.Optional(choice(-1, 0, 1, 2)),
          created: Type.Optional(moment),
          records_count: Type.Optional(numberRange),
          sold_amount: Type.Optional(amount),
        }),
      ),
      filter('client', Type.Object({ id: Type.Optional(ids), birthday: Type.Optional(moment) })),
      filter('sale', Type.Object({ abonement_balance: Type.Optional(amount) })),
    ],
  }),
  { maxItems: 100, default: [], description: 'conditions; an empty list finds all clients' },
);

/** The fields that a search can return. */
export const searchFields = {
  id: Type.Integer(),
  name: Type.String(),
  surname: Type.String(),
  middle_name: Type.String(),
  phone,
  email: Type.String(),
  discount: Type.Number(),
  categories: Type.Array(Tag),
  gender_id: Type.Integer(),
  gender,
  importance_id: Type.Integer(),
  importance,
  card: Type.String(),
  birth_date: NullableDate('yyyy-mm-dd'),
  comment: Type.String(),
  sms_check: Type.Integer(),
  sms_not: Type.Integer(),
  spent: Type.Number(),
  balance: Type.Number(),
  deposit_balance: NullableNumber({ description: 'the sum of the client accounts; null without the right to see them' }),
  visits: Type.Integer(),
  visits_count: Type.Integer(),
  visit_count: Type.Integer(),
  sold_amount: Type.Number(),
  first_visit_date: NullableDateTime('start of the first visit'),
  last_visit_date: NullableDateTime('start of the latest visit'),
  last_change_date: DateTime('time of the last change'),
  custom_fields: CustomFieldValues,
} as const;

export const ClientSearchBody = named(
  'ClientSearch',
  Type.Object({
    ...PageAndPageSize(25, 200),
    fields: Type.Array(Type.String({ maxLength: 100 }), {
      default: ['id', 'name'],
      minItems: 1,
      maxItems: 100,
      description: `the fields to return; other names than these are ignored: ${Object.keys(searchFields).join(', ')}`,
    }),
    order_by: Type.String({
      default: 'id',
      enum: ['id', 'name', 'phone', 'email', 'discount', 'first_visit_date', 'last_visit_date', 'sold_amount', 'visit_count'],
    }),
    order_by_direction: Type.String({ default: 'ASC', enum: ['ASC', 'DESC', 'asc', 'desc'] }),
    operation: Type.String({ default: 'AND', enum: ['AND', 'OR', 'and', 'or'], description: 'how the filters combine' }),
    filters: ClientFilters,
  }),
);

export const FoundClient = named('FoundClient', Type.Partial(Type.Object(searchFields)));

export const ClientComment = named(
  'ClientComment',
  Type.Object({
    id: Type.Integer({ description: 'comment id' }),
    create_date: DateTime('time it was added'),
    update_date: DateTime('time of the last change'),
    type: Type.String({ enum: ['default', 'file'], description: '`default`: a text; `file`: an upload' }),
    text: Type.String({ description: 'empty for an upload' }),
    files: Type.Array(
      Type.Object({
        link: Type.String({ description: 'address to download from' }),
        filename: Type.String({ description: 'original name' }),
      }),
      { description: 'empty for a text, and for an upload whose file has been deleted' },
    ),
    user: Type.Unsafe<{ id: number; name: string; avatar: string } | null>({
      type: ['object', 'null'],
      description: 'the author; null when that user no longer exists',
      required: ['id', 'name', 'avatar'],
      properties: { id: { type: 'integer' }, name: { type: 'string' }, avatar: { type: 'string' } },
    }),
  }),
);

export const NewClientComment = named(
  'NewClientComment',
  Type.Object({ text: Type.String({ minLength: 1, maxLength: 10_000, pattern: '\\S', examples: ['Prefers mornings'] }) }),
);

export const ClientFile = named(
  'ClientFile',
  Type.Object({
    id: Type.Integer({ description: 'file id' }),
    client_id: Type.Integer(),
    name: Type.String({ description: 'with its extension' }),
    description: Type.String(),
    date_create: CompactDateTime('time of the upload'),
    extension: Type.String({ description: 'lower case, without the dot' }),
    mime: Type.String({ description: 'detected from the content, not from the name' }),
    link: Type.String({ description: 'signed address to download from, good for a day' }),
    user_name: Type.String({ description: 'the uploader' }),
    user_avatar: Type.String(),
    size: Type.String({ examples: ['96.65 KB'] }),
    can_edit: Type.Boolean({ description: 'you may change and delete it' }),
  }),
);

export const FileUpload = Type.Object({
  file: Type.Unsafe<unknown>({ type: 'string', format: 'binary', description: 'one or several' }),
  description: Type.Optional(Type.String({ maxLength: 1000 })),
});

export const FileChanges = named('ClientFileChanges', Type.Object({ description: Type.String({ maxLength: 1000 }) }));
