/**
 * Fast hashes of texts, for buckets and for finding equal rows; nothing that must withstand an attacker hangs on them.
 * FNV-1a (Fowler, Noll, Vo) over UTF-16 units, mixed at the end as MurmurHash3 does (Appleby), so that low bits are even.
 */
const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;
/** For the second half: 2³² over the golden ratio (Knuth), so that the halves do not collide together. */
const OTHER_PRIME = 0x9e3779b1;

/** 32 bits, unsigned. Another seed is another hash. */
export function quickHash(text: string, seed = 0): number {
  let hash = (OFFSET ^ seed) | 0;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), PRIME);
  return mixed(hash);
}

/** 64 bits into the first two places of `target`. */
export function quickHash64(text: string, target: Uint32Array): void {
  let low = OFFSET | 0;
  let high = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, PRIME);
    high = Math.imul(high ^ (high >>> 15) ^ unit, OTHER_PRIME);
  }
  target[0] = mixed(low);
  target[1] = mixed(high);
}

function mixed(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
