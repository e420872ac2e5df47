import stringify from 'fast-json-stringify';
import { batches, isLong, pause } from '../platform/pause.ts';
import { chosenByType } from './alternatives.ts';
import { answerSchema } from './envelope.ts';
import type { Operation } from './operation.ts';
import { compileAnswer, type Validate } from './validation.ts';

/** The parts of a schema that a list is found by. */
interface Shape {
  type?: string | string[];
  properties?: Record<string, Shape>;
  items?: Shape;
  additionalProperties?: unknown;
}

type Write = (value: unknown) => string;

/** An answer as it is sent. */
export interface Sent {
  status: number;
  /** JSON */
  body: string | Buffer | undefined;
}

/** Lists with at least this many items are written in steps. */
const many = 100;
/** A list is looked for so deep in an answer: `{data: {created: […]}}`. */
const deepest = 3;

function isLarge(value: unknown, depth = deepest): boolean {
  if (typeof value !== 'object' || value === null || depth === 0) return false;
  if (Array.isArray(value)) return value.length >= many;
  return Object.values(value).some((inner) => isLarge(inner, depth - 1));
}

/** Keywords of an object's schema besides its properties, which decide how it is written. */
const isPlain = ({ type, properties, additionalProperties = false, ...others }: Shape): boolean =>
  type === 'object' &&
  properties !== undefined &&
  additionalProperties === false &&
  !['anyOf', 'oneOf', 'allOf', 'if', 'patternProperties', '$ref'].some((keyword) => keyword in others);

/** Characters of an answer from which on it is turned into bytes piece by piece. */
const veryLong = 1024 * 1024;
/** Pieces that are turned into bytes at once. */
const piecesAtOnce = 500;

async function joinInSteps(pieces: readonly string[]): Promise<string | Buffer> {
  if (pieces.reduce((sum, { length }) => sum + length, 0) < veryLong) return pieces.join('');
  const bytes: Buffer[] = [];
  for (const some of batches(pieces, piecesAtOnce)) {
    bytes.push(Buffer.from(some.join('')));
    await pause();
  }
  return Buffer.concat(bytes);
}

/** How an operation's success answer is written; each part is compiled at its first use. */
class Output {
  readonly #schema: object | undefined;
  /** The schema by which it is written. */
  #written: Shape | undefined;
  /** Writers of parts of large answers. */
  readonly #writers = new Map<object, Write>();
  #write: ((payload: object) => string) | undefined;
  #check: Validate | undefined;

  constructor(operation: Operation) {
    this.#schema = answerSchema(operation);
  }

  /** The JSON of an answer, with its declared fields only. */
  write(payload: object): string {
    this.#write ??= this.#schema ? (stringify(this.#shape() as object) as (payload: object) => string) : JSON.stringify;
    return this.#write(payload);
  }

  #shape(): Shape {
    this.#written ??= chosenByType(this.#schema) as Shape;
    return this.#written;
  }

  /** Like `write`, but long lists are written item by item, with pauses. A very long text is returned as bytes. */
  async writeInSteps(payload: object): Promise<string | Buffer> {
    if (!this.#schema || !isLarge(payload)) return this.write(payload);
    const pieces: string[] = [];
    await this.#writePart(this.#shape(), payload, deepest, pieces);
    return joinInSteps(pieces);
  }

  async #writePart(schema: Shape, value: unknown, depth: number, pieces: string[]): Promise<void> {
    if (Array.isArray(value) && value.length >= many && schema.items && !Array.isArray(schema.items)) {
      const write = this.#writerOf(schema.items);
      for (const [index, item] of value.entries()) {
        if (isLong()) await pause();
        pieces.push(index === 0 ? '[' : ',', write(item));
      }
      pieces.push(']');
    } else if (isLarge(value, depth) && !Array.isArray(value) && isPlain(schema)) {
      let opening = '{';
      for (const [name, property] of Object.entries(schema.properties ?? {})) {
        const inner = (value as Record<string, unknown>)[name];
        if (inner === undefined) continue;
        pieces.push(`${opening}${JSON.stringify(name)}:`);
        await this.#writePart(property, inner, depth - 1, pieces);
        opening = ',';
      }
      pieces.push('}');
    } else pieces.push(this.#writerOf(schema)(value));
  }

  #writerOf(schema: Shape): Write {
    let write = this.#writers.get(schema);
    if (!write) this.#writers.set(schema, (write = stringify(schema as object) as Write));
    return write;
  }

  /** @returns the first differences between an answer and its declaration; undefined when it is as declared */
  differences(payload: object): object[] | undefined {
    if (!this.#schema) return undefined;
    this.#check ??= compileAnswer(this.#schema);
    return this.#check(payload) ? undefined : this.#check.errors?.slice(0, 5);
  }
}

const outputs = new WeakMap<Operation, Output>();

/**
 * The writer of an operation's answers, shared by all of its paths. It is compiled at the first request, so that the server starts faster.
 */
export function outputOf(operation: Operation): Output {
  let output = outputs.get(operation);
  if (!output) {
    output = new Output(operation);
    outputs.set(operation, output);
  }
  return output;
}
