import type { FastifyRequest } from 'fastify';
import { FileTooLargeError } from '../../../platform/files.ts';
import { readForm } from '../../files/wire/form.ts';
import { maxImageBytes } from '../image.ts';

/** Reads a multipart form with one `image` and other fields. @throws BadRequest, TooLarge */
export function receiveImage(
  request: FastifyRequest,
  fileLimit: number,
): Promise<{ image: Buffer | undefined; fields: Record<string, unknown> }> {
  const maxBytes = Math.min(maxImageBytes, fileLimit);
  return readForm(request, { field: 'image', maxBytes }, async (parts) => {
    const fields: Record<string, unknown> = {};
    let image: Buffer | undefined;
    for await (const part of parts) {
      if (part.type === 'field') {
        fields[part.fieldname] = part.value;
        continue;
      }
      if (part.fieldname !== 'image' || image) {
        part.file.resume();
        continue;
      }
      image = await part.toBuffer();
      if (part.file.truncated) throw new FileTooLargeError(maxBytes);
    }
    return { image, fields };
  });
}
