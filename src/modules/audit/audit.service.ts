/** The log itself: it appends what happened, signs where it stands, and proves that a record is in it and that it only grew. */
import type { Clock } from '../../kernel/clock';
import type { Period } from '../../kernel/period';
import type { Crypto } from '../../platform/crypto';
import type { Stretch } from '../../platform/events';
import type { ActivityCount, AuditLogRepository } from './audit-log.repository';
import type { AuditRecord } from './audit-record.entity';
import { appendLeaves, growingTiles, nodesIn, tilesFor } from './merkle-tiles';
import { consistencyPath, EMPTY_ROOT, inclusionPath, type NodeHashes, rootOf } from './merkle-tree';
import type { ConsistencyProof, InclusionProof } from './proof.type';
import { type SignedTreeHead, treeHeadText } from './tree-head.entity';

type Leaf = Pick<AuditRecord, 'index' | 'leafHash'>;

export class AuditService {
  constructor(
    private readonly log: AuditLogRepository,
    private readonly crypto: Crypto,
    private readonly clock: Clock,
  ) {}

  /** One leaf an event, in their order, inside the caller's unit of work. */
  async append(stretch: Stretch): Promise<void> {
    await this.log.lock();
    const size = BigInt((await this.log.latestHead())?.size ?? 0);
    const tiles = await this.log.tiles(growingTiles(size));
    const leaves = await this.log.append(stretch, size);
    const changed = appendLeaves(tiles, size, leaves);
    const newSize = size + BigInt(leaves.length);
    await this.log.grow(changed, this.sign(newSize, rootOf(newSize, nodesIn(tiles))));
  }

  /** Where the log stands, signed. An empty log has the root of nothing. */
  async treeHead(): Promise<SignedTreeHead> {
    return (await this.log.latestHead()) ?? this.sign(0n, EMPTY_ROOT);
  }

  /** Where the log stood at that moment; null when it was still empty. */
  treeHeadAt(instant: Date): Promise<SignedTreeHead | null> {
    return this.log.headAt(instant);
  }

  /** How often each thing was done in a period; of one customer or of all. */
  activity(period: Period, customerId: string | null): Promise<ActivityCount[]> {
    return this.log.activity(period, customerId);
  }

  /** Proofs that the first record about each object is in the log as it stands; null where there is none yet. */
  async proofsFor(objects: readonly string[]): Promise<(InclusionProof | null)[]> {
    const [records, head] = await Promise.all([this.log.firstRecords(objects), this.treeHead()]);
    // Both were read at once: a record that came in between is proven a moment later.
    const taken = records.filter(({ index }) => BigInt(index) < BigInt(head.size));
    const proofs = await this.proveUnder(head, taken);
    const proofOf = new Map(taken.map(({ object }, i) => [object, proofs[i]!]));
    return objects.map((object) => proofOf.get(object) ?? null);
  }

  /** Proofs that these records are in the log as it stands. */
  async prove(records: readonly Leaf[]): Promise<InclusionProof[]> {
    return this.proveUnder(await this.treeHead(), records);
  }

  /** Proof that the log of the first size is the beginning of the log of the second. @throws RangeError when it cannot be. */
  async consistency(first: bigint, second: bigint): Promise<ConsistencyProof> {
    const [firstRoot, secondRoot] = await Promise.all([this.rootAt(first), this.rootAt(second)]);
    const path = await this.overTiles((node) => consistencyPath(first, second, node));
    return {
      firstSize: first.toString(),
      firstRootHash: firstRoot.toString('hex'),
      secondSize: second.toString(),
      secondRootHash: secondRoot.toString('hex'),
      path: path.map((hash) => hash.toString('hex')),
    };
  }

  /** The root of the log when it had this size. */
  rootAt(size: bigint): Promise<Buffer> {
    return this.overTiles((node) => rootOf(size, node));
  }

  private async proveUnder(
    { size, rootHash }: SignedTreeHead,
    records: readonly Leaf[],
  ): Promise<InclusionProof[]> {
    const paths = await this.overTiles((node) =>
      records.map(({ index }) => inclusionPath(BigInt(index), BigInt(size), node)),
    );
    return records.map(({ index, leafHash }, i) => ({
      index,
      leafHash,
      treeSize: size,
      rootHash,
      path: paths[i]!.map((hash) => hash.toString('hex')),
    }));
  }

  /** Runs a rule of the tree over the few tiles that it needs. */
  private async overTiles<T>(rule: (node: NodeHashes) => T): Promise<T> {
    return rule(nodesIn(await this.log.tiles(tilesFor(rule))));
  }

  private sign(size: bigint, root: Buffer): SignedTreeHead {
    const head = { size: size.toString(), rootHash: root.toString('hex'), at: this.clock.now() };
    return { ...head, signature: this.crypto.sign(treeHeadText(head)), keyId: this.crypto.keyId };
  }
}
