/**
 * The Merkle tree of RFC 6962 (sections 2.1–2.1.3), as pure rules over the hashes of complete subtrees: the root, the
 * proof that a leaf is in the tree, and the proof that a tree only grew. `node(level, index)` answers the hash over the
 * leaves [index · 2^level, (index + 1) · 2^level), which never changes once they are all there.
 */
import { hash } from 'node:crypto';

export type NodeHashes = (level: number, index: bigint) => Buffer;

const LEAF = Buffer.from([0]);
const NODE = 1;
const HASH_BYTES = 32;

export const EMPTY_ROOT = sha256(Buffer.alloc(0));

/** The prefixes keep a leaf from ever being taken for a node (second preimage). */
export function leafHash(content: string | Uint8Array): Buffer {
  return sha256(Buffer.concat([LEAF, Buffer.from(content)]));
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  const content = Buffer.allocUnsafe(1 + 2 * HASH_BYTES);
  content[0] = NODE;
  content.set(left, 1);
  content.set(right, 1 + HASH_BYTES);
  return sha256(content);
}

/** In one call: a proof hashes a thousand small nodes, and a hash object for each would cost more than the hashing. */
function sha256(content: Uint8Array): Buffer {
  return hash('sha256', content, 'buffer');
}

/** MTH: the root over the first `size` leaves. */
export function rootOf(size: bigint, node: NodeHashes): Buffer {
  return size === 0n ? EMPTY_ROOT : subtree(0n, size, node);
}

/** PATH(index, D[size]): the hashes that lead from the leaf to the root, lowest first. */
export function inclusionPath(index: bigint, size: bigint, node: NodeHashes): Buffer[] {
  if (index < 0n || index >= size) throw new RangeError('the leaf is not in a tree of this size');
  return pathWithin(index, 0n, size, node);
}

/** PROOF(first, D[second]): the hashes that show that the first tree is the beginning of the second. */
export function consistencyPath(first: bigint, second: bigint, node: NodeHashes): Buffer[] {
  if (first < 0n || first > second) throw new RangeError('a tree never shrinks');
  if (first === 0n || first === second) return [];
  return subproof(first, 0n, second, true, node);
}

function pathWithin(index: bigint, from: bigint, to: bigint, node: NodeHashes): Buffer[] {
  if (to - from === 1n) return [];
  const middle = from + splitOf(to - from);
  return index < middle
    ? [...pathWithin(index, from, middle, node), subtree(middle, to, node)]
    : [...pathWithin(index, middle, to, node), subtree(from, middle, node)];
}

function subproof(first: bigint, from: bigint, to: bigint, isWhole: boolean, node: NodeHashes): Buffer[] {
  if (first === to) return isWhole ? [] : [subtree(from, to, node)];
  const middle = from + splitOf(to - from);
  return first <= middle
    ? [...subproof(first, from, middle, isWhole, node), subtree(middle, to, node)]
    : [...subproof(first, middle, to, false, node), subtree(from, middle, node)];
}

/** MTH(D[from:to]). In every use `from` is a multiple of the power of two that covers the range, so complete halves are stored nodes. */
function subtree(from: bigint, to: bigint, node: NodeHashes): Buffer {
  const size = to - from;
  const split = splitOf(size);
  if (size === 1n || split * 2n === size) {
    const level = size.toString(2).length - 1;
    return node(level, from >> BigInt(level));
  }
  return nodeHash(subtree(from, from + split, node), subtree(from + split, to, node));
}

/** The largest power of two smaller than n (1 for n = 1). */
function splitOf(n: bigint): bigint {
  return n <= 2n ? 1n : 1n << BigInt((n - 1n).toString(2).length - 1);
}
