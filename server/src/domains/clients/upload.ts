import type { FastifyRequest } from 'fastify';
import { BadRequest, Invalid, TooLarge } from '../../api/errors.ts';
import type { Tx } from '../../platform/database.ts';
import { FileTooLargeError } from '../../platform/files.ts';
import type { Services } from '../../platform/services.ts';
import { addFiles, checkUploadTarget, discard, type FileRow, storeUpload, type Upload } from './file.ts';

/**
 * Reads a multipart form of files, streaming each into the store, and enters them all at the end. Whatever goes wrong on
 * the way (a broken connection, a file over the limit, a client deleted meanwhile), nothing is left.
 */
export async function receiveUploads(
  db: Tx,
  services: Services,
  request: FastifyRequest,
  target: { location: number; client: number; author: number },
): Promise<FileRow[]> {
  await checkUploadTarget(db, target.location, target.client);
  if (!request.isMultipart()) throw noForm();
  const { fileLimit } = services.config;
  const stored: Omit<Upload, 'description'>[] = [];
  let description = '';
  try {
    for await (const part of request.parts()) {
      if (part.type === 'field') {
        if (part.fieldname === 'description') description = String(part.value);
        continue;
      }
      if (!/^file(\[\d*\])?$/.test(part.fieldname)) {
        part.file.resume();
        continue;
      }
      stored.push({ ...target, name: part.filename ?? '', stored: await storeUpload(db, services.files, part.file, fileLimit) });
      if (part.file.truncated) throw new FileTooLargeError(fileLimit);
    }
    if (stored.length === 0) throw new Invalid({ file: ['is required'] });
    if (description.length > 1000) throw new Invalid({ description: ['must have at most 1000 characters'] });
    return await addFiles(
      db,
      stored.map((upload) => ({ ...upload, description })),
    );
  } catch (error) {
    await discard(
      db,
      services.files,
      stored.map((upload) => upload.stored.key),
    );
    if (error instanceof FileTooLargeError)
      throw new TooLarge(`A file is larger than ${fileLimit} bytes.`, { file: ['is too large'] });
    throw isBrokenForm(error) ? noForm() : error;
  }
}

const noForm = () => new BadRequest('The request body cannot be read.', { file: ['must be sent as multipart/form-data'] });

/** The parser reports a broken form with plain errors, which only their texts tell apart. */
const isBrokenForm = (error: unknown): boolean =>
  error instanceof Error && /unexpected end of multipart data|^Multipart: |^The needle/i.test(error.message);
