/** How an outsider checks a proof with nothing but hashes (RFC 9162, sections 2.1.3.2 and 2.1.4.2; the same trees as RFC 6962). */
import { nodeHash } from './merkle-tree';

/** Whether the path leads from this leaf at this place to this root. */
export function verifyInclusion(
  index: bigint,
  size: bigint,
  leaf: Uint8Array,
  path: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (index < 0n || index >= size) return false;
  let place = index;
  let last = size - 1n;
  let hash: Buffer = Buffer.from(leaf);
  for (const sibling of path) {
    if (last === 0n) return false;
    if (place % 2n === 1n || place === last) {
      hash = nodeHash(sibling, hash);
      while (place % 2n === 0n && place !== 0n) [place, last] = [place >> 1n, last >> 1n];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  return last === 0n && hash.equals(root);
}

/** Whether the tree with the first root is the beginning of the tree with the second. */
export function verifyConsistency(
  first: bigint,
  second: bigint,
  path: readonly Uint8Array[],
  firstRoot: Uint8Array,
  secondRoot: Uint8Array,
): boolean {
  if (first < 0n || first > second) return false;
  if (first === second) return path.length === 0 && Buffer.from(firstRoot).equals(secondRoot);
  if (first === 0n) return path.length === 0;
  // When the first tree is complete its root is the start of the path, and is left out of it.
  const isComplete = (first & (first - 1n)) === 0n;
  const [start, ...rest] = isComplete ? [firstRoot, ...path] : path;
  if (!start || (!isComplete && rest.length === 0)) return false;
  let place = first - 1n;
  let last = second - 1n;
  while (place % 2n === 1n) [place, last] = [place >> 1n, last >> 1n];
  let before: Buffer = Buffer.from(start);
  let after: Buffer = Buffer.from(start);
  for (const sibling of rest) {
    if (last === 0n) return false;
    if (place % 2n === 1n || place === last) {
      before = nodeHash(sibling, before);
      after = nodeHash(sibling, after);
      while (place % 2n === 0n && place !== 0n) [place, last] = [place >> 1n, last >> 1n];
    } else {
      after = nodeHash(after, sibling);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  return last === 0n && before.equals(firstRoot) && after.equals(secondRoot);
}
