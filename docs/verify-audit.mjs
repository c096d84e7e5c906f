#!/usr/bin/env node
/**
 * Verifies what Flywheel claims about its audit log, without Flywheel: nothing but Node's own crypto.
 *
 *   node verify-audit.mjs proof.json [public-key.pem]
 *
 * proof.json holds `treeHead`, and `record` with its `proof` (the record is in the log), or `consistency` with the
 * `keptHead` of an earlier day (the log only grew). docs/verify-audit.md shows the queries that answer these objects.
 * Give the public key that you were handed at another time by another way; the one in the file proves little.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import fs from 'node:fs';

const [file, keyFile] = process.argv.slice(2);
if (!file) fail('usage: node verify-audit.mjs proof.json [public-key.pem]');
const { record, proof, consistency, treeHead, keptHead } = JSON.parse(fs.readFileSync(file, 'utf8'));

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const leafHash = (content) => sha256(Buffer.from([0]), content);
const nodeHash = (left, right) => sha256(Buffer.from([1]), left, right);
const bytes = (hex) => Buffer.from(hex, 'hex');

const publicKey = keyFile ? fs.readFileSync(keyFile, 'utf8') : treeHead.publicKey;
verifyHead(treeHead, publicKey, keyFile ? 'the key' : 'the key that came with it, which proves little');
if (record) verifyRecord(record, proof, treeHead);
if (consistency) verifyConsistency(consistency, keptHead, treeHead);
if (!record && !consistency)
  fail('nothing to verify: give `record` and `proof`, or `consistency` and `keptHead`');

/** The signature covers four lines: origin, size, root in base64, and the moment. */
function verifyHead({ size, rootHash, at, signature }, key, whose) {
  const text = `flywheel/audit\n${size}\n${bytes(rootHash).toString('base64')}\nat ${new Date(at).toISOString()}\n`;
  const isSigned = verify(null, Buffer.from(text), createPublicKey(key), Buffer.from(signature, 'base64'));
  say(isSigned, `the tree head of ${size} records, ${at}, carries the signature of ${whose}`);
}

/** RFC 9162, section 2.1.3.2, over the canonical JSON of the record (keys sorted, no spaces, without leafHash and index). */
function verifyRecord({ leafHash: claimed, index, ...content }, { index: place, path }, head) {
  const sorted = Object.fromEntries(Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1)));
  let hash = leafHash(JSON.stringify(sorted));
  say(
    hash.equals(bytes(claimed)),
    `record ${content.id} (${content.action}) has the leaf hash that was logged`,
  );
  let [at, last] = [BigInt(place), BigInt(head.size) - 1n];
  let fits = BigInt(index) === at && at >= 0n && at <= last;
  for (const sibling of path.map(bytes)) {
    fits &&= last > 0n;
    if (at % 2n === 1n || at === last) {
      hash = nodeHash(sibling, hash);
      while (at % 2n === 0n && at !== 0n) [at, last] = [at >> 1n, last >> 1n];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [at, last] = [at >> 1n, last >> 1n];
  }
  say(
    fits && last === 0n && hash.equals(bytes(head.rootHash)),
    `it stands at place ${place} of the signed log`,
  );
}

/** RFC 9162, section 2.1.4.2: the earlier log is the beginning of the later one. */
function verifyConsistency({ path }, earlier, later) {
  const [first, second] = [BigInt(earlier.size), BigInt(later.size)];
  const claim = `the log of ${first} records is the beginning of the log of ${second}`;
  if (first > second) return say(false, claim);
  if (first === second) return say(earlier.rootHash === later.rootHash, claim);
  if (first === 0n) return say(path.length === 0, claim);
  const isComplete = (first & (first - 1n)) === 0n;
  const [start, ...rest] = isComplete ? [earlier.rootHash, ...path] : path;
  let [at, last] = [first - 1n, second - 1n];
  while (at % 2n === 1n) [at, last] = [at >> 1n, last >> 1n];
  let [before, after] = [bytes(start), bytes(start)];
  let fits = true;
  for (const sibling of rest.map(bytes)) {
    // A path that is too long leads to trees of another shape, from which records are gone.
    fits &&= last > 0n;
    if (at % 2n === 1n || at === last) {
      [before, after] = [nodeHash(sibling, before), nodeHash(sibling, after)];
      while (at % 2n === 0n && at !== 0n) [at, last] = [at >> 1n, last >> 1n];
    } else {
      after = nodeHash(after, sibling);
    }
    [at, last] = [at >> 1n, last >> 1n];
  }
  const meets = before.equals(bytes(earlier.rootHash)) && after.equals(bytes(later.rootHash));
  say(fits && last === 0n && meets, claim);
}

function say(holds, claim) {
  if (!holds) fail(`NOT TRUE: ${claim}.`);
  console.log(`verified: ${claim}.`);
}

function fail(words) {
  console.error(words);
  process.exit(1);
}
