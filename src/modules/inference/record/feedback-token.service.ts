/**
 * The token that comes with every answer and lets its holder rate just that answer: an inference id, whose it is and until
 * when, under a keyed hash. It is made and read without the database, and it opens nothing else.
 */
import type { Clock } from '../../../kernel/clock';
import { prefixOf } from '../../../kernel/id';
import type { Crypto } from '../../../platform/crypto';

const PURPOSE = 'feedback-token';
const VERSION = 'fb1';
const LIFETIME_MS = 90 * 24 * 3_600_000;

export interface FeedbackClaim {
  readonly inferenceId: string;
  readonly customerId: string;
  /** null when the prediction named no end user. */
  readonly endUserId: string | null;
}

export class FeedbackTokenService {
  constructor(
    private readonly crypto: Crypto,
    private readonly clock: Clock,
  ) {}

  /** The same inference has the same token: it expires a fixed time after `bornAt`. */
  issue({ inferenceId, customerId, endUserId }: FeedbackClaim, bornAt: Date): string {
    const expires = (bornAt.getTime() + LIFETIME_MS).toString(36);
    const text = [VERSION, inferenceId, customerId, endUserId ?? '', expires].join('.');
    return `${text}.${this.crypto.mac(PURPOSE, text)}`;
  }

  /** Undefined for what is forged, changed, expired or no token at all. */
  verify(token: string): FeedbackClaim | undefined {
    const end = token.lastIndexOf('.');
    const text = token.slice(0, Math.max(0, end));
    if (!this.crypto.verifyMac(PURPOSE, text, token.slice(end + 1))) return undefined;
    const [version, inferenceId = '', customerId = '', endUserId = '', expires = ''] = text.split('.');
    if (version !== VERSION || prefixOf(inferenceId) !== 'inf') return undefined;
    if (parseInt(expires, 36) <= this.clock.millis()) return undefined;
    return { inferenceId, customerId, endUserId: endUserId || null };
  }
}
