import { closed } from './closed.ts';

const OlderError = {
  title: 'OlderError',
  type: 'object',
  required: ['code', 'message'],
  properties: { code: { type: 'integer' }, message: { type: 'string' } },
  description: 'older operations only',
};

const messages = { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } };

const RefusedAppointment = {
  title: 'RefusedAppointment',
  type: 'object',
  required: ['code', 'message'],
  properties: { code: { type: 'integer' }, message: { type: 'string' }, id: { type: 'integer' } },
  description: 'online booking: the errors, each with the id of its appointment',
};

const enveloped = (title: string, meta: object) =>
  closed({
    title,
    type: 'object',
    required: ['success', 'data', 'meta'],
    properties: { success: { type: 'boolean', const: false }, data: { type: 'null' }, errors: OlderError, meta },
  });

const PlainError = enveloped('Error', {
  type: 'object',
  required: ['message'],
  properties: {
    message: { type: 'string' },
    errors: { anyOf: [messages, { type: 'array', items: RefusedAppointment }], description: 'messages by field' },
    conflict: { type: 'boolean', const: true, description: 'the time of an event is taken' },
  },
});

const ValidationError = enveloped('ValidationError', {
  type: 'object',
  required: ['message', 'errors'],
  properties: {
    message: { type: 'string' },
    errors: { type: 'array', items: { anyOf: [messages, RefusedAppointment] }, description: 'messages by field' },
  },
});

/** The JSON schema of the error answers with a status. */
export const errorSchema = (status: number) => (status === 422 ? ValidationError : PlainError);
