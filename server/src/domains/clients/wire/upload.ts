import type { FastifyRequest } from 'fastify';
import { Invalid } from '../../../api/errors.ts';
import type { Conclude, Read, Transact } from '../../../api/write.ts';
import { FileTooLargeError } from '../../../platform/files.ts';
import type { Services } from '../../../platform/services.ts';
import { discard, storeUpload } from '../../files/stored.ts';
import { readForm } from '../../files/wire/form.ts';
import { addFiles, checkUploadTarget, type FileRow, type Upload } from '../file.ts';

/**
 * Reads a multipart form of files, streams each file into the store, and adds all of them at the end. If anything fails before (a broken
 * connection, a file over the limit, a client deleted in the meantime), nothing is kept.
 * @param present makes the answer from the files
 */
export async function receiveUploads(
  { db, transact, conclude }: { db: Read; transact: Transact; conclude: Conclude },
  services: Services,
  request: FastifyRequest,
  target: { location: number; client: number; author: number },
  present: (rows: FileRow[]) => unknown,
): Promise<FileRow[]> {
  await checkUploadTarget(db, target.location, target.client);
  const { fileLimit } = services.config;
  return readForm(request, { field: 'file', maxBytes: fileLimit }, async (parts) => {
    const stored: Omit<Upload, 'description'>[] = [];
    let description = '';
    try {
      for await (const part of parts) {
        if (part.type === 'field') {
          if (part.fieldname === 'description') description = String(part.value);
          continue;
        }
        if (!/^file(\[\d*\])?$/.test(part.fieldname)) {
          part.file.resume();
          continue;
        }
        stored.push({
          ...target,
          name: part.filename ?? '',
          stored: await storeUpload(transact, services.files, part.file, fileLimit),
        });
        if (part.file.truncated) throw new FileTooLargeError(fileLimit);
      }
      if (stored.length === 0) throw new Invalid({ file: ['is required'] });
      if (description.length > 1000) throw new Invalid({ description: ['must have at most 1000 characters'] });
      return await addFiles(
        conclude,
        stored.map((upload) => ({ ...upload, description })),
        present,
      );
    } catch (error) {
      await discard(
        transact,
        services.files,
        stored.map((upload) => upload.stored.key),
      );
      throw error;
    }
  });
}
