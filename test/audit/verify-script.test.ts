/** What the script in docs must not believe, whoever signed it: a log that was cut, bent or numbered otherwise. */
import { leafHash, nodeHash } from '../../src/modules/audit/merkle-tree';
import { treeHeadText } from '../../src/modules/audit/tree-head.entity';
import { Keyring } from '../../src/platform/crypto/keyring';
import { verifiedByScript } from './verified-by-script';

const crypto = new Keyring(Buffer.alloc(32, 7));

function signed(of: { size: string; rootHash: string }): object {
  const head = { ...of, at: new Date() };
  return { ...head, signature: crypto.sign(treeHeadText(head)), publicKey: crypto.publicKey };
}

test('a log that shrank is not the beginning of itself', () => {
  const rootHash = '11'.repeat(32);
  const treeHead = signed({ size: '1', rootHash });
  const kept = { size: '2', rootHash };
  expect(verifiedByScript({ consistency: { path: [] }, treeHead, keptHead: kept })).toMatchObject({
    status: 1,
  });
});

test('a proof that is longer than the two sizes allow proves nothing: it would let the last records be left out', () => {
  const [left, fourth, fifth, other] = ['1', '2', '3', '4'].map((letter) => leafHash(letter)) as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ];
  const kept = { size: '6', rootHash: nodeHash(left, nodeHash(fourth, fifth)).toString('hex') };
  const forged = nodeHash(left, nodeHash(fourth, nodeHash(fifth, other)));
  const path = [fifth, other, fourth, left].map((hash) => hash.toString('hex'));
  const treeHead = signed({ size: '7', rootHash: forged.toString('hex') });
  expect(verifiedByScript({ consistency: { path }, treeHead, keptHead: kept })).toMatchObject({
    status: 1,
    text: expect.stringContaining('is the beginning of'),
  });
});

test('no record stands in a place before the first', () => {
  const content = { id: 'aud_1', action: 'test.told' };
  const leaf = leafHash(JSON.stringify({ action: content.action, id: content.id }));
  const second = leafHash('second');
  const treeHead = signed({ size: '2', rootHash: nodeHash(leaf, second).toString('hex') });
  const at = (index: string): object => ({
    record: { ...content, index, leafHash: leaf.toString('hex') },
    proof: { index, path: [second.toString('hex')] },
    treeHead,
  });
  expect(verifiedByScript(at('0'))).toMatchObject({ status: 0 });
  expect(verifiedByScript(at('-1'))).toMatchObject({ status: 1 });
});
