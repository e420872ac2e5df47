import { compileAnswer } from './validation.ts';

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

interface ObjectSchema {
  properties?: Record<string, object>;
  items?: object;
  anyOf?: object[];
  oneOf?: object[];
}

const checks = new WeakMap<object, (value: unknown) => boolean>();

function fits(schema: object, value: unknown): boolean {
  let check = checks.get(schema);
  if (!check) checks.set(schema, (check = compileAnswer(schema) as (value: unknown) => boolean));
  return check(value);
}

/**
 * Returns the example answer with the values of the request filled in. If a field of the request and a field of the answer have the same
 * name, the answer gets the value of the request, if its schema allows it. In a list, the first item gets the values. Attributes of a V2
 * document are found too.
 * @param example the answer's data, which is not changed
 * @param schema the schema of the answer's data
 * @param sent the fields of the body, and the parameters of the path
 */
export function echo(example: unknown, schema: object, sent: Fields): unknown {
  const { properties, items, anyOf, oneOf } = schema as ObjectSchema;
  const alternative = (anyOf ?? oneOf)?.find((each) => fits(each, example));
  if (alternative) return echo(example, alternative, sent);
  if (Array.isArray(example)) {
    const [first, ...others] = example;
    return items && isFields(first) ? [echo(first, items, sent), ...others] : example;
  }
  if (!isFields(example)) return example;
  const repeated: Fields = { ...example };
  // If the schema does not list the fields, those of the example are used.
  for (const name of Object.keys(example)) {
    const part = properties ? properties[name] : {};
    if (!part) continue;
    if (name === 'data' || name === 'attributes') {
      repeated[name] = echo(example[name], part, sent);
      continue;
    }
    if (!Object.hasOwn(sent, name)) continue;
    const value = isFields(example[name]) && isFields(sent[name]) ? echo(example[name], part, sent[name]) : sent[name];
    if (fits(part, value)) repeated[name] = value;
  }
  return repeated;
}
