/** The hash of a file that may be larger than memory: read piece by piece. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';

const CHUNK_BYTES = 1024 * 1024;

/** SHA-256, hexadecimal. @throws Error ENOENT when there is no such file. */
export async function sha256OfFile(file: string): Promise<string> {
  const digest = createHash('sha256');
  const chunks = fs.createReadStream(file, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>;
  for await (const chunk of chunks) digest.update(chunk);
  return digest.digest('hex');
}
