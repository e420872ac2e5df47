import { closed } from './closed.ts';

const OlderError = {
  title: 'OlderError',
  type: 'object',
  required: ['code', 'message'],
  properties: { code: { type: 'integer' }, message: { type: 'string' } },
  description: 'older operations only',
};

const OperatorFieldErrors = {
  title: 'OperatorFieldErrors',
  type: 'array',
  items: {
    type: 'object',
    required: ['field_name', 'field_value', 'error_message'],
    properties: { field_name: { type: 'string' }, field_value: { type: 'null' }, error_message: { type: 'string' } },
  },
  description: 'reports of SMS operators only',
};

const messages = { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } };

const RefusedAppointment = {
  title: 'RefusedAppointment',
  type: 'object',
  required: ['code', 'message'],
  properties: { code: { type: 'integer' }, message: { type: 'string' }, id: { type: 'integer' } },
  description: 'online booking: the errors, each with the id of its appointment',
};

const enveloped = (title: string, meta: object, more: object = {}) =>
  closed({
    title,
    type: 'object',
    required: ['success', 'data', 'meta'],
    properties: {
      success: { type: 'boolean', const: false },
      data: { type: 'null' },
      errors: OlderError,
      meta,
      ...more,
    },
  });

const PlainError = enveloped(
  'Error',
  {
    type: 'object',
    required: ['message'],
    properties: {
      message: { type: 'string' },
      errors: { anyOf: [messages, { type: 'array', items: RefusedAppointment }], description: 'messages by field' },
      conflict: { type: 'boolean', const: true, description: 'the time of an event is taken' },
    },
  },
  {
    errors: { anyOf: [OlderError, OperatorFieldErrors] },
    error_code: { type: 'integer', description: 'reports of SMS operators only' },
    error_message: { type: 'string', description: 'reports of SMS operators only' },
  },
);

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
