import Type, { type Static, type TSchema } from 'typebox';

/** The largest id that the tables can store. */
export const maxId = 2_147_483_647;

/** The maximum number of items of a list in the input, if its schema declares no `maxItems`. */
export const defaultMaxItems = 1000;

/** An id in a path, query or body. */
export const Id = (description: string) => Type.Integer({ minimum: 1, maximum: maxId, description });

/**
 * Gives a schema the name under which the OpenAPI documents declare it once in their components and refer to it.
 * Names are PascalCase.
 */
export const named = <Schema extends TSchema>(name: string, schema: Schema): Schema => ({ ...schema, title: name });

/** A value of one of several JSON types, as the published API has them (`card` is a number or a text). */
export const AnyOfTypes = <T>(types: ('string' | 'number' | 'integer' | 'boolean' | 'null')[], options: object = {}) =>
  Type.Unsafe<T>({ type: types, ...options });

export const NullableString = (options: object = {}) => AnyOfTypes<string | null>(['string', 'null'], options);
export const NullableNumber = (options: object = {}) => AnyOfTypes<number | null>(['number', 'null'], options);

/** 0 or 1, as the older operations write booleans. true and false are accepted too. */
export const Bit = (description: string) => Type.Integer({ minimum: 0, maximum: 1, description });

/** A number of money in the location's currency. */
export const Money = (description: string) => Type.Number({ minimum: -1e12, maximum: 1e12, description });

/** An instant in the location's offset, as RFC 3339 has it: `2026-02-01T12:00:00-05:00`. */
export const DateTime = (description: string) =>
  Type.String({ format: 'date-time', description, examples: ['2026-02-01T12:00:00-05:00'] });

/** Like DateTime, or null. */
export const NullableDateTime = (description: string) =>
  NullableString({ format: 'date-time', description, examples: ['2026-02-01T12:00:00-05:00'] });

/** The same without a colon in the offset, which is not RFC 3339: `2026-02-01T12:00:00-0500`. */
export const CompactDateTime = (description: string) =>
  Type.String({
    pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d[+-]\\d{4}$',
    description: `${description}; the offset has no colon`,
    examples: ['2026-02-01T12:00:00-0500'],
  });

/** A time in the location's time zone without an offset: `2026-02-01 12:00:00`. */
export const LocalDateTime = (description: string) =>
  Type.String({ description: `${description}, in the time of the location`, examples: ['2026-02-01 12:00:00'] });

/** Like LocalDateTime, with a T: `2026-02-01T12:00:00`. */
export const LocalIsoDateTime = (description: string) =>
  Type.String({ description: `${description}, in the time of the location`, examples: ['2026-02-01T12:00:00'] });

/** An instant as seconds from 1970. */
export const UnixSeconds = (description: string) =>
  Type.Integer({ description: `${description}, unix seconds`, examples: [1_769_965_200] });

/** A calendar date: `2026-02-01`. */
export const PlainDate = (description: string) => Type.String({ format: 'date', description, examples: ['2026-02-01'] });

/** Like PlainDate, or null. */
export const NullableDate = (description: string) => NullableString({ format: 'date', description, examples: ['2026-02-01'] });

/** `[]`, which the published API writes for an empty object. */
export const EmptyList = Type.Unsafe<never[]>({ type: 'array', items: {}, maxItems: 0, description: 'always empty' });

export const AcceptedMeta = named('AcceptedMeta', Type.Object({ message: Type.String({ examples: ['Accepted'] }) }));
export const CountMeta = named('CountMeta', Type.Object({ count: Type.Integer({ description: 'number of objects in data' }) }));

export type StaticOf<Schema extends TSchema | undefined> = Schema extends TSchema ? Static<Schema> : undefined;

/** `meta` of operations that answer a list with its length, or a single object with an empty `meta`. */
export const TotalOfList = Type.Union([
  named('ListTotalMeta', Type.Object({ total_count: Type.Integer({ description: 'length of the list' }) })),
  EmptyList,
]);

/** `meta` of the older lists with pages. */
export const PageMeta = named(
  'PageMeta',
  Type.Object({ page: Type.Integer(), total_count: Type.Integer({ description: 'objects that match, on all pages' }) }),
);
