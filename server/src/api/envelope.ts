import { closed } from './closed.ts';
import type { Operation } from './operation.ts';
import { EmptyList } from './schema.ts';

/** The JSON schema of an operation's success answer with its envelope, closed; undefined when it has no JSON body. */
export function answerSchema(operation: Operation): object | undefined {
  const { body, data, meta } = operation.success;
  if (body === 'document') return data && closed(data);
  if (body !== 'envelope') return undefined;
  return closed({
    type: 'object',
    required: ['success', 'data', 'meta'],
    properties: { success: { type: 'boolean', const: true }, data: data ?? { type: 'null' }, meta: meta ?? EmptyList },
  });
}
