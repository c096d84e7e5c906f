/** Chance that repeats itself: the key stream of AES in counter mode under a key that the seed gives. */
import { createCipheriv, createHash } from 'node:crypto';
import { integersFrom, type RandomIntegers } from '../../src/modules/privacy/releases/random-integers';

const BLOCK = 1 << 16;

export function seededIntegers(seed: string): RandomIntegers {
  const key = createHash('sha256').update(seed).digest().subarray(0, 16);
  const cipher = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  let block = Buffer.alloc(0);
  return integersFrom((count) => {
    if (block.length < count) block = cipher.update(Buffer.alloc(BLOCK));
    const bytes = block.subarray(0, count);
    block = block.subarray(count);
    return bytes;
  });
}
