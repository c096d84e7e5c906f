/**
 * The reference tree of the Certificate Transparency project: eight leaves, its roots by size and its published proofs.
 * Source: google/certificate-transparency, cpp/merkletree/merkle_tree_test.cc and transparency-dev/merkle, testonly.
 */
import { verifyConsistency, verifyInclusion } from './merkle-proof';
import {
  consistencyPath,
  EMPTY_ROOT,
  inclusionPath,
  leafHash,
  nodeHash,
  type NodeHashes,
  rootOf,
} from './merkle-tree';

const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => Buffer.from(hex, 'hex'));

const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** The nodes over these leaves, straight from the definition. */
function nodesOver(leaves: readonly Buffer[]): NodeHashes {
  const node: NodeHashes = (level, index) =>
    level === 0
      ? leafHash(leaves[Number(index)]!)
      : nodeHash(node(level - 1, index * 2n), node(level - 1, index * 2n + 1n));
  return node;
}

const node = nodesOver(LEAVES);
const hex = (hashes: readonly Buffer[]): string[] => hashes.map((hash) => hash.toString('hex'));

test('the empty tree has the hash of nothing', () => {
  expect(EMPTY_ROOT.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(rootOf(0n, node)).toEqual(EMPTY_ROOT);
});

test('the roots of the reference tree are the published ones', () => {
  expect(ROOTS.map((_root, i) => rootOf(BigInt(i + 1), node).toString('hex'))).toEqual(ROOTS);
});

test('the inclusion proofs of the reference tree are the published ones', () => {
  expect(hex(inclusionPath(0n, 1n, node))).toEqual([]);
  expect(hex(inclusionPath(0n, 8n, node))).toEqual([
    '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
    '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
    '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
  ]);
  expect(hex(inclusionPath(5n, 8n, node))).toEqual([
    'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  ]);
  expect(hex(inclusionPath(2n, 3n, node))).toEqual([
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  ]);
  expect(hex(inclusionPath(1n, 5n, node))).toEqual([
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
    'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
  ]);
});

test('the consistency proofs of the reference tree are the published ones', () => {
  expect(hex(consistencyPath(1n, 1n, node))).toEqual([]);
  expect(hex(consistencyPath(1n, 8n, node))).toEqual([
    '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
    '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
    '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
  ]);
  expect(hex(consistencyPath(6n, 8n, node))).toEqual([
    '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
    'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  ]);
  expect(hex(consistencyPath(2n, 5n, node))).toEqual([
    '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
    'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
  ]);
});

test('every proof of every tree up to 40 leaves verifies, and none verifies for another leaf, place, size or root', () => {
  const leaves = Array.from({ length: 40 }, (_, i) => Buffer.from(`leaf ${i}`));
  const nodes = nodesOver(leaves);
  for (let size = 1n; size <= 40n; size++) {
    const root = rootOf(size, nodes);
    for (let index = 0n; index < size; index++) {
      const leaf = nodes(0, index);
      const path = inclusionPath(index, size, nodes);
      expect(verifyInclusion(index, size, leaf, path, root)).toBe(true);
      expect(verifyInclusion(index, size, leafHash('other'), path, root)).toBe(false);
      expect(verifyInclusion(index ^ 1n, size, leaf, path, root)).toBe(false);
      expect(verifyInclusion(index, size, leaf, [...path, leaf], root)).toBe(false);
      if (path.length > 0) expect(verifyInclusion(index, size, leaf, path.slice(1), root)).toBe(false);
    }
    for (let first = 1n; first <= size; first++) {
      const path = consistencyPath(first, size, nodes);
      const before = rootOf(first, nodes);
      expect(verifyConsistency(first, size, path, before, root)).toBe(true);
      if (first < size) {
        expect(verifyConsistency(first, size, path, leafHash('other'), root)).toBe(false);
        expect(verifyConsistency(first, size, path, before, leafHash('other'))).toBe(false);
        expect(verifyConsistency(first, size, [...path, before], before, root)).toBe(false);
      }
    }
  }
});
