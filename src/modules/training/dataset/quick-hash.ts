/**
 * A fast hash of texts, for buckets and for finding equal rows; nothing that must withstand an attacker hangs on it.
 * FNV-1a (Fowler, Noll, Vo) over UTF-16 units, mixed at the end as MurmurHash3 does (Appleby), so that low bits are even.
 */
const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

/** 32 bits, unsigned. Another seed is another hash. */
export function quickHash(text: string, seed = 0): number {
  let hash = (OFFSET ^ seed) | 0;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), PRIME);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
