import type { FastifyRequest } from 'fastify';
import { BadRequest, TooLarge } from '../../../api/errors.ts';
import { FileTooLargeError } from '../../../platform/files.ts';

type Parts = ReturnType<FastifyRequest['parts']>;

interface FormOptions {
  /** The field of the file, which errors name. */
  field: string;
  /** Bytes of a file. */
  maxBytes: number;
}

/**
 * Reads a multipart form part by part. `read` must consume or skip every file.
 * @throws BadRequest if the body is not a valid form, and TooLarge if `read` throws a FileTooLargeError
 */
export async function readForm<Result>(
  request: FastifyRequest,
  { field, maxBytes }: FormOptions,
  read: (parts: Parts) => Promise<Result>,
): Promise<Result> {
  const noForm = () => new BadRequest('The request body cannot be read.', { [field]: ['must be sent as multipart/form-data'] });
  if (!request.isMultipart()) throw noForm();
  try {
    return await read(request.parts({ limits: { fileSize: maxBytes } }));
  } catch (error) {
    if (error instanceof FileTooLargeError)
      throw new TooLarge(`A file is larger than ${error.maxBytes} bytes.`, { [field]: ['is too large'] });
    throw isBrokenForm(error) ? noForm() : error;
  }
}

/** The parser reports a broken form with plain errors, which differ only in their texts. */
const isBrokenForm = (error: unknown): boolean =>
  error instanceof Error && /unexpected end of multipart data|^Multipart: |^The needle/i.test(error.message);
