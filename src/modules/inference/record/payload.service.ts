/**
 * What a prediction was about: personal data masked, sealed before it reaches the database, opened for those who may read it,
 * and every such reading is an event. The seal is bound to the prediction, so a payload cannot be moved to another one.
 */
import { bornAt } from '../../../kernel/id';
import type { Crypto } from '../../../platform/crypto';
import { type Database, SERVICE, type Scope } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { drawOf } from '../../deployments';
import { CONSENT_NOW_SQL, type MaskingService } from '../../privacy';
import { PAYLOAD_READ } from '../inference.events';
import { PAYLOAD_PURPOSE } from './inference.repository';

const PURPOSE = 'inference-payload';
export const PAYLOAD_LIFETIME_MS = 30 * 24 * 3_600_000;

/** What was kept is used no more once the person has said no. */
const KEPT = `select id, customer_id as "customerId", payload from inferences as kept
  where id = any($1) and created_at = any($2::timestamptz[]) and payload is not null and ${CONSENT_NOW_SQL('kept.customer_id', 'kept.end_user_id', PAYLOAD_PURPOSE)}`;

interface KeptPayload {
  readonly id: string;
  readonly customerId: string;
  readonly payload: string;
}

export interface Payload {
  readonly inputs: unknown;
  readonly outputs: unknown;
  /** Of a call that asked for one. */
  readonly explanation?: unknown;
}

export class PayloadService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly crypto: Crypto,
    private readonly masking: Pick<MaskingService, 'mask'>,
  ) {}

  /** Null for a prediction that is not among those of which a share of `sampleRate`, 0 to 1, is kept, and for what is too long to be masked. */
  seal(
    { id, customerId }: { readonly id: string; readonly customerId: string },
    payload: Payload,
    sampleRate: number,
  ): string | null {
    if (drawOf(`payload\n${id}`) >= sampleRate) return null;
    const masked = this.masking.mask(customerId, payload);
    if (masked === undefined) return null;
    return this.crypto.seal(PURPOSE, JSON.stringify(masked), contextOf(id));
  }

  /** The payloads of predictions that this scope may see, in the order of the ids; null where none is kept. */
  async read(scope: Scope, ids: readonly string[]): Promise<(Payload | null)[]> {
    const rows = await this.database.read.sql<KeptPayload>(scope, 'inference.payloads', KEPT, [
      ids,
      ids.map(bornAt),
    ]);
    const kept = new Map(rows.map((row) => [row.id, row]));
    if (kept.size > 0) {
      const events = [...kept.values()].map(({ id, customerId }) => ({
        type: PAYLOAD_READ,
        customerId,
        subject: id,
      }));
      await this.database.unitOfWork.run(SERVICE, () => this.events.emit(...events));
    }
    return ids.map((id) => {
      const sealed = kept.get(id)?.payload;
      return sealed ? openPayload(this.crypto, id, sealed) : null;
    });
  }
}

/** What was sealed with a prediction. The caller has asked for consent and tells of the reading. */
export function openPayload(crypto: Crypto, inferenceId: string, sealed: string): Payload {
  return JSON.parse(crypto.open(PURPOSE, sealed, contextOf(inferenceId)).toString()) as Payload;
}

function contextOf(inferenceId: string): string {
  return `inferences:${inferenceId}:payload`;
}
