/**
 * The tree in tiles (after C2SP tlog-tiles): a tile holds up to 256 neighbouring hashes of one level, the level above
 * holds one hash for each full tile, and what lies between is computed. A log of a billion leaves has tiles on four
 * levels, so appending touches four rows and a proof reads at most eight, however old the leaf is.
 */
import { nodeHash, type NodeHashes } from './merkle-tree';

const TILE_HEIGHT = 8;
export const TILE_WIDTH = 1 << TILE_HEIGHT;
export const HASH_BYTES = 32;

export interface TileRef {
  readonly level: number;
  readonly number: bigint;
}

export interface Tile extends TileRef {
  /** Its hashes, one after another. */
  readonly hashes: Buffer;
}

export const tileKey = ({ level, number }: TileRef): string => `${level}/${number}`;

/** The tile that answers for a node, and the range of its hashes that the node covers. */
function placeOf(level: number, index: bigint): TileRef & { from: number; count: number } {
  const height = level % TILE_HEIGHT;
  const first = index << BigInt(height);
  return {
    level: (level - height) / TILE_HEIGHT,
    number: first / BigInt(TILE_WIDTH),
    from: Number(first % BigInt(TILE_WIDTH)),
    count: 1 << height,
  };
}

/** The tree lacks a node that it should have. */
export class IncompleteTree extends Error {
  override readonly name = 'IncompleteTree';
}

/** The nodes as these tiles hold them. @throws IncompleteTree for a node whose tile is missing or not full enough. */
export function nodesIn(tiles: ReadonlyMap<string, Tile>): NodeHashes {
  return (level, index) => {
    const place = placeOf(level, index);
    const hashes = tiles.get(tileKey(place))?.hashes;
    const end = (place.from + place.count) * HASH_BYTES;
    if (!hashes || hashes.length < end)
      throw new IncompleteTree(`tile ${tileKey(place)} of the audit log is incomplete`);
    return combine(hashes.subarray(place.from * HASH_BYTES, end));
  };
}

/** Which tiles a rule over nodes will ask for: the rule is run once with hashes that mean nothing. */
export function tilesFor(rule: (node: NodeHashes) => unknown): TileRef[] {
  const refs = new Map<string, TileRef>();
  rule((level, index) => {
    const { level: tileLevel, number } = placeOf(level, index);
    const ref = { level: tileLevel, number };
    refs.set(tileKey(ref), ref);
    return Buffer.alloc(HASH_BYTES);
  });
  return [...refs.values()];
}

/** The last, growing tile of each level of a log of this size: what appending needs to know. */
export function growingTiles(size: bigint): TileRef[] {
  const refs: TileRef[] = [];
  for (let level = 0, hashes = size; level === 0 || hashes > 0n; level++, hashes /= BigInt(TILE_WIDTH))
    refs.push({ level, number: hashes / BigInt(TILE_WIDTH) });
  return refs;
}

/** Adds leaves after the first `size`; answers the tiles that are new or changed. `tiles` holds the growing ones, and gets them. */
export function appendLeaves(tiles: Map<string, Tile>, size: bigint, leaves: readonly Buffer[]): Tile[] {
  const changed = new Map<string, Tile>();
  const append = (level: number, start: bigint, hashes: readonly Buffer[]): void => {
    const carried: Buffer[] = [];
    let at = 0;
    while (at < hashes.length) {
      const place = start + BigInt(at);
      const ref = { level, number: place / BigInt(TILE_WIDTH) };
      const before = tiles.get(tileKey(ref))?.hashes ?? Buffer.alloc(0);
      const some = hashes.slice(at, at + TILE_WIDTH - before.length / HASH_BYTES);
      const tile = { ...ref, hashes: Buffer.concat([before, ...some]) };
      tiles.set(tileKey(ref), tile);
      changed.set(tileKey(ref), tile);
      if (tile.hashes.length === TILE_WIDTH * HASH_BYTES) carried.push(combine(tile.hashes));
      at += some.length;
    }
    if (carried.length > 0) append(level + 1, start / BigInt(TILE_WIDTH), carried);
  };
  append(0, size, leaves);
  return [...changed.values()];
}

/** The root over a power of two of hashes. */
export function combine(hashes: Buffer): Buffer {
  let row = Array.from({ length: hashes.length / HASH_BYTES }, (_, i) =>
    hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  );
  while (row.length > 1)
    row = Array.from({ length: row.length / 2 }, (_, i) => nodeHash(row[2 * i]!, row[2 * i + 1]!));
  return row[0]!;
}
