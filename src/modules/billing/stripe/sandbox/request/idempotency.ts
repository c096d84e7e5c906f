/**
 * Stripe's promise about `Idempotency-Key`: the same key with the same request gives the same answer and one effect for
 * 24 hours; with another request it is refused. The answer is kept in the transaction of its effect.
 */
import { contentHash } from '../../../../../kernel/hash';
import { SERVICE, type UnitOfWork } from '../../../../../platform/database';
import { Refusal } from './refusal';

export interface KeptAnswer {
  readonly requestId: string;
  readonly status: number;
  readonly body: string;
}

const KEPT_SECONDS = 24 * 3600;
const LONGEST_KEY = 255;

export class IdempotencyKeys {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** The answer that this key already got. @throws Refusal when it was used for another request. */
  async answer(key: string, request: object, at: number): Promise<KeptAnswer | undefined> {
    if (key.length > LONGEST_KEY)
      throw new Refusal(400, `Idempotency keys may have at most ${LONGEST_KEY} characters.`);
    await this.sql('delete from stripe_sandbox_idempotency where created < $1', [at - KEPT_SECONDS]);
    const [kept] = await this.sql<KeptAnswer & { fingerprint: string }>(
      `select fingerprint, request_id as "requestId", status, body from stripe_sandbox_idempotency where key = $1`,
      [key],
    );
    if (kept && kept.fingerprint !== contentHash(request)) {
      const message = `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`;
      throw new Refusal(400, message, { type: 'idempotency_error' });
    }
    return kept;
  }

  async keep(key: string, request: object, answer: KeptAnswer, at: number): Promise<void> {
    const { requestId, status, body } = answer;
    await this.sql(
      `insert into stripe_sandbox_idempotency (key, fingerprint, request_id, status, body, created)
       values ($1, $2, $3, $4, $5, $6) on conflict (key) do nothing`,
      [key, contentHash(request), requestId, status, body, at],
    );
  }

  private sql<R>(text: string, values: readonly unknown[]): Promise<R[]> {
    return this.unitOfWork.run(SERVICE, () => this.unitOfWork.sql<R>(text, values));
  }
}
