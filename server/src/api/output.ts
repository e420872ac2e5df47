import stringify from 'fast-json-stringify';
import { answerSchema } from './envelope.ts';
import type { Operation } from './operation.ts';
import { compileAnswer, type Validate } from './validation.ts';

/** How an operation's success answer is written; each part is compiled at its first use. */
class Output {
  readonly #schema: object | undefined;
  #write: ((payload: object) => string) | undefined;
  #check: Validate | undefined;

  constructor(operation: Operation) {
    this.#schema = answerSchema(operation);
  }

  /** The JSON of an answer, with what its declaration names and nothing else. */
  write(payload: object): string {
    this.#write ??= this.#schema ? (stringify(this.#schema) as (payload: object) => string) : JSON.stringify;
    return this.#write(payload);
  }

  /** @returns the first differences between an answer and its declaration; undefined when it is as declared */
  differences(payload: object): object[] | undefined {
    if (!this.#schema) return undefined;
    this.#check ??= compileAnswer(this.#schema);
    return this.#check(payload) ? undefined : this.#check.errors?.slice(0, 5);
  }
}

const outputs = new WeakMap<Operation, Output>();

/** The writer of an operation's answers, one for all of its paths: the start of the server pays nothing for it. */
export function outputOf(operation: Operation): Output {
  let output = outputs.get(operation);
  if (!output) {
    output = new Output(operation);
    outputs.set(operation, output);
  }
  return output;
}
