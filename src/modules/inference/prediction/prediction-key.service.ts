/**
 * Idempotency of predictions: the same key with the same input is the same prediction, computed and billed once. What is
 * under way in this process is shared; what was answered is looked up, one read for those calls alone that carry a key.
 */
import type { Clock } from '../../../kernel/clock';
import { type CancelSignal, untilAborted } from '../../../kernel/cancellation';
import { AppError } from '../../../kernel/errors';
import { canonicalJson } from '../../../kernel/hash';
import { actorOf, type Principal } from '../../../kernel/principal';
import type { Crypto } from '../../../platform/crypto';
import { type Database, SERVICE } from '../../../platform/database';
import { keyReused } from '../inference.errors';
import { KEY_LIFETIME_MS } from '../record/inference.repository';
import { ownWait, type Waiter } from '../cache/own-wait';

const KNOWN = `select input_hash as "inputHash", inference_id as "inferenceId" from inference_keys
  where customer_id = $1 and key = $2 and created_at > $3`;

interface KnownKey {
  readonly inputHash: string;
  readonly inferenceId: string;
}

interface KeyedInput {
  readonly key: string;
  readonly inputHash: string;
}

interface UnderWay<T> {
  readonly inputHash: string;
  /** What it answers those who wait; undefined when it has left, or its time was up. */
  readonly shared: Promise<{ readonly answer: T } | undefined>;
}

export class PredictionKeys<T> {
  private readonly underWay = new Map<string, UnderWay<T>>();

  constructor(
    private readonly database: Database,
    private readonly crypto: Crypto,
    private readonly clock: Clock,
  ) {}

  /** A key is its principal's own: two people of a customer who choose the same one do not meet. */
  keyOf(principal: Principal, chosen: string): string {
    return `${actorOf(principal)} ${chosen}`;
  }

  /** A keyed hash, because a plain one of a short input could be found by trying. */
  hash(input: object): string {
    return this.crypto.mac('prediction-input', canonicalJson(input));
  }

  /**
   * Runs `act` for the first call of a key; for others `replay` gets the id of the prediction that it made. Who comes
   * meanwhile waits for the first, and acts itself when that one left or had no time left.
   * @throws AppError IDEMPOTENCY_KEY_REUSED when the key came with another input. A call that fails leaves its key free.
   */
  once(
    customerId: string,
    { key, inputHash }: KeyedInput,
    caller: Waiter,
    act: () => Promise<T>,
    replay: (inferenceId: string) => Promise<T>,
  ): Promise<T> {
    const name = `${customerId}\n${key}`;
    return ownWait(caller, async (leaving) => {
      for (;;) {
        const first = this.underWay.get(name);
        if (!first) break;
        if (first.inputHash !== inputHash) throw keyReused();
        const shared = await untilAborted(first.shared, leaving);
        if (shared) return shared.answer;
      }
      const result = this.known(customerId, key, inputHash)
        .then((inferenceId) => (inferenceId === undefined ? act() : replay(inferenceId)))
        .finally(() => this.underWay.delete(name));
      this.underWay.set(name, { inputHash, shared: sharedOf(result, caller.signal) });
      return result;
    });
  }

  /** The prediction that a key made; undefined for a free key. @throws AppError IDEMPOTENCY_KEY_REUSED. */
  async known(customerId: string, key: string, inputHash: string): Promise<string | undefined> {
    const since = new Date(this.clock.millis() - KEY_LIFETIME_MS);
    const values = [customerId, key, since];
    const [known] = await this.database.read.sql<KnownKey>(SERVICE, 'inference.key', KNOWN, values);
    if (known && known.inputHash !== inputHash) throw keyReused();
    return known?.inferenceId;
  }
}

function sharedOf<T>(result: Promise<T>, signal: CancelSignal): UnderWay<T>['shared'] {
  const shared = result.then(
    (answer) => ({ answer }),
    (error: unknown) => {
      if (signal.aborted || (error instanceof AppError && error.code === 'DEADLINE_UNREACHABLE'))
        return undefined;
      throw error;
    },
  );
  // Often nobody waits; its own caller hears of the failure in any case.
  shared.catch(() => undefined);
  return shared;
}
