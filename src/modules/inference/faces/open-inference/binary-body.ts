/** The binary tensor extension: a JSON header of a told length, and the tensors' bytes right behind it. */
import { invalidInput, type AppError } from '../../../../kernel/errors';

const NONE = Buffer.alloc(0);

export interface SplitBody {
  readonly header: unknown;
  readonly binary: Buffer;
}

/** @param length the header Inference-Header-Content-Length. @throws AppError INVALID_INPUT */
export function splitBody(body: unknown, length: string | string[] | undefined): SplitBody {
  if (!Buffer.isBuffer(body)) {
    if (length === undefined) return { header: body, binary: NONE };
    throw wrong('A body with binary tensors is sent as application/octet-stream.');
  }
  const end = length === undefined ? body.length : Number(length);
  if (!Number.isInteger(end) || end < 2 || end > body.length)
    throw wrong(`Inference-Header-Content-Length must be a whole number from 2 to ${body.length}.`);
  try {
    return { header: JSON.parse(body.toString('utf8', 0, end)) as unknown, binary: body.subarray(end) };
  } catch {
    throw wrong(`The first ${end} bytes of the body are not JSON.`);
  }
}

function wrong(message: string): AppError {
  return invalidInput(['body'], message, 'body');
}
