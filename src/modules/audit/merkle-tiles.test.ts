import { appendLeaves, growingTiles, nodesIn, type Tile, tileKey, tilesFor } from './merkle-tiles';
import { consistencyPath, inclusionPath, leafHash, nodeHash, type NodeHashes, rootOf } from './merkle-tree';

const hashes = Array.from({ length: 70_000 }, (_, i) => leafHash(`leaf ${i}`));
const known = new Map<string, Buffer>();
const byDefinition: NodeHashes = (level, index) => {
  if (level === 0) return hashes[Number(index)]!;
  const key = `${level}/${index}`;
  const hash =
    known.get(key) ?? nodeHash(byDefinition(level - 1, index * 2n), byDefinition(level - 1, index * 2n + 1n));
  known.set(key, hash);
  return hash;
};

/** A log as the database keeps it: appending sees the growing tiles and nothing else. */
function grow(batches: readonly number[]): Map<string, Tile> {
  const stored = new Map<string, Tile>();
  let size = 0;
  for (const count of batches) {
    const refs = growingTiles(BigInt(size));
    const tiles = new Map(
      refs.flatMap((ref) => (stored.has(tileKey(ref)) ? [[tileKey(ref), stored.get(tileKey(ref))!]] : [])),
    );
    for (const tile of appendLeaves(tiles, BigInt(size), hashes.slice(size, size + count)))
      stored.set(tileKey(tile), tile);
    size += count;
  }
  return stored;
}

test('the tree in tiles is the tree, however its leaves came in', () => {
  const batches = [1, 1, 253, 1, 1, 255, 512, 3, 64_000, 500, 1, 500];
  const size = BigInt(batches.reduce((a, b) => a + b));
  const node = nodesIn(grow(batches));
  expect(rootOf(size, node)).toEqual(rootOf(size, byDefinition));
  for (const index of [0n, 1n, 255n, 256n, 511n, 65_000n, size - 1n]) {
    expect(inclusionPath(index, size, node)).toEqual(inclusionPath(index, size, byDefinition));
    expect(consistencyPath(index + 1n, size, node)).toEqual(consistencyPath(index + 1n, size, byDefinition));
  }
});

test('every size up to 600 has its root, appended one leaf at a time', () => {
  const stored = new Map<string, Tile>();
  for (let size = 0n; size < 600n; size++) {
    const tiles = new Map(
      growingTiles(size).flatMap((ref) =>
        stored.has(tileKey(ref)) ? [[tileKey(ref), stored.get(tileKey(ref))!]] : [],
      ),
    );
    for (const tile of appendLeaves(tiles, size, [hashes[Number(size)]!])) stored.set(tileKey(tile), tile);
    expect(rootOf(size + 1n, nodesIn(stored))).toEqual(rootOf(size + 1n, byDefinition));
  }
});

test('a proof and a root read a handful of tiles, in a log of a billion too', () => {
  const size = 1_000_000_007n;
  for (const index of [0n, 5n, 123_456_789n, size - 1n])
    expect(tilesFor((node) => inclusionPath(index, size, node)).length).toBeLessThanOrEqual(8);
  expect(tilesFor((node) => rootOf(size, node)).length).toBeLessThanOrEqual(4);
  expect(growingTiles(size).length).toBeLessThanOrEqual(4);
});

test('a tile that lacks what it should hold is said so', () => {
  expect(() => rootOf(3n, nodesIn(new Map()))).toThrow(/incomplete/);
});
