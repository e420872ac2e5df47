/** Messages by the name of the field they are about. */
export type FieldErrors = Record<string, string[]>;

/**
 * The errors that rules throw if a request cannot be answered, one class for each status. A rule names the outcome, and the server writes
 * the envelope.
 */
export abstract class ApiError extends Error {
  abstract readonly status: number;
  errors: FieldErrors | undefined;
  /** Additional response headers, such as Retry-After. */
  readonly headers: Record<string, string>;
  /** Fields of `meta` besides the message and the errors. */
  readonly meta: Record<string, unknown>;

  constructor(message: string, errors?: FieldErrors, headers: Record<string, string> = {}, meta: Record<string, unknown> = {}) {
    super(message);
    this.errors = errors;
    this.headers = headers;
    this.meta = meta;
  }
}

/** 400: the request cannot be understood. */
export class BadRequest extends ApiError {
  readonly status = 400;
}

/** 401: no valid partner or user token; `errors` may name the token. */
export class Unauthorized extends ApiError {
  readonly status = 401;
  constructor(message = 'Authentication needed.', errors?: FieldErrors) {
    super(message, errors);
  }
}

/** 402: there is not enough money for it. */
export class PaymentRequired extends ApiError {
  readonly status = 402;
}

/** 403: the caller is known and may not do this. */
export class Forbidden extends ApiError {
  readonly status = 403;
  constructor(message = 'Access denied.') {
    super(message);
  }
}

/** 404: the object does not exist, or the caller may not know that it exists. */
export class NotFound extends ApiError {
  readonly status = 404;
  constructor(message = 'Not found') {
    super(message);
  }
}

/** 405: the path is known, and has other methods. */
export class MethodNotAllowed extends ApiError {
  readonly status = 405;
  constructor(allowed: readonly string[]) {
    super(`This path takes ${allowed.join(', ')}.`, undefined, { allow: allowed.join(', ') });
  }
}

/** 408: the request did not arrive in time; the connection ends with the answer. */
export class RequestTimeout extends ApiError {
  readonly status = 408;
  constructor(message = 'The request took too long to arrive.') {
    super(message, undefined, { connection: 'close' });
  }
}

/** 409: the request disagrees with the present state. */
export class Conflict extends ApiError {
  readonly status = 409;
}

/** 410: it was there, and is no longer kept. */
export class Gone extends ApiError {
  readonly status = 410;
}

/** 413: the body or a file is larger than this server accepts. */
export class TooLarge extends ApiError {
  readonly status = 413;
}

/** 414: the URL is longer than this server accepts. */
export class AddressTooLong extends ApiError {
  readonly status = 414;
}

/** 422: the request is understood and breaks a rule; `errors` names the fields. */
export class Invalid extends ApiError {
  readonly status = 422;
  constructor(errors: FieldErrors, message = 'An error has occurred.') {
    super(message, errors);
  }
}

/** 429: too many requests; `retryAfter` is in seconds. */
export class TooManyRequests extends ApiError {
  readonly status = 429;
  constructor(retryAfter: number, message = 'Too many requests. Try again later.') {
    super(message, undefined, { 'retry-after': String(Math.max(1, Math.ceil(retryAfter))) });
  }
}

/** 503: the server has too much to do at the moment, or its database does not answer; `retryAfter` is in seconds. */
export class Unavailable extends ApiError {
  readonly status = 503;
  constructor(retryAfter: number, message = 'The server is busy. Try again later.') {
    super(message, undefined, { 'retry-after': String(Math.max(1, Math.ceil(retryAfter))) });
  }
}

/**
 * The error answer of every surface. Generations of the published API differ: the older operations (Locations) have `errors: {code,
 * message}` beside the envelope, and that of SMS operators has codes of its own, so both are sent there. The messages by field are a list of objects with 422, and one object with other
 * statuses, as in the contract.
 */
export function errorBody(
  status: number,
  message: string,
  errors?: FieldErrors,
  form: ErrorForm = 'usual',
  more: object = {},
): object {
  const meta: { message: string; errors?: FieldErrors | FieldErrors[] } = { message, ...more };
  if (errors) meta.errors = status === 422 ? Object.entries(errors).map(([field, messages]) => ({ [field]: messages })) : errors;
  return {
    success: false,
    data: null,
    ...(form === 'older' ? { errors: { code: status, message } } : {}),
    ...(form === 'operator' ? operatorError(status, message, errors) : {}),
    meta,
  };
}

/** `older`: with `errors: {code, message}`. `operator`: with the code that SMS operators know. */
export type ErrorForm = 'usual' | 'older' | 'operator';

/** The codes of errors that SMS operators know, by status. 5 is a body that cannot be read, and 10 a field that is wrong. */
const operatorCodes: Record<number, number> = { 400: 5, 401: 20, 403: 15, 404: 30 };

const operatorError = (status: number, message: string, errors?: FieldErrors) => ({
  error_code: errors && status === 400 ? 10 : (operatorCodes[status] ?? 5),
  error_message: message,
  ...(errors && {
    errors: Object.entries(errors).map(([field, messages]) => ({
      field_name: field,
      field_value: null,
      error_message: messages.join(' '),
    })),
  }),
});

const usualMessages: Record<number, string> = {
  400: 'The request body cannot be read.',
  401: 'Authentication needed.',
  402: 'It is necessary to renew the license.',
  403: 'Access denied.',
  404: 'Not found',
  409: 'This already exists.',
  410: 'This is no longer kept.',
  413: 'The request is too large.',
  422: 'An error has occurred.',
  429: 'Too many requests. Try again later.',
};

/** The form of an error of a status, for the documents and the mock. */
export const errorExample = (status: number, form: ErrorForm = 'usual'): object =>
  errorBody(status, usualMessages[status] ?? 'Error', status === 422 ? { name: ['is required'] } : undefined, form);
