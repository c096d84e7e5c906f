/**
 * Forgets once more what went with a consent: a statement that found the consent standing may have committed after the withdrawal was
 * heard, and what it kept would stay for as long as if nobody had said no.
 */
import type { Clock } from '../../kernel/clock';
import { type Database, SERVICE } from '../../platform/database';
import { eachApart, type JobDefinition } from '../../platform/jobs';
import type { Log } from '../../platform/log';
import type { ConsentPurpose } from './consent-purpose';
import type { Withdrawal, WithdrawalSubscriber } from './withdrawal.subscriber';

/** No statement is under way for as long, and the job comes by every ten minutes. */
const SWEEP_MS = 3_600_000;

const RECENT = `select customer_id as "customerId", data->>'endUserId' as "endUserId", data->>'purpose' as purpose, max(created_at) as at
  from outbox_events where type = 'consent.withdrawn' and created_at > $1 and data->>'purpose' = any($2)
  group by 1, 2, 3 order by 1, 2, 3`;

type Recent = Withdrawal & { readonly purpose: ConsentPurpose };

export class WithdrawalSweep {
  private subscribers: readonly WithdrawalSubscriber[] = [];

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Said once by the composition: those of every module. */
  useSubscribers(subscribers: readonly WithdrawalSubscriber[]): void {
    this.subscribers = subscribers;
  }

  job(): JobDefinition<object> {
    return {
      kind: 'privacy.sweep-withdrawn',
      cron: '*/10 * * * *',
      run: async (_payload, { signal }) => {
        const { unitOfWork } = this.database;
        const since = new Date(this.clock.millis() - SWEEP_MS);
        const purposes = this.subscribers.map(({ purpose }) => purpose);
        const recent = await unitOfWork.run(SERVICE, () => unitOfWork.sql<Recent>(RECENT, [since, purposes]));
        const failure = 'what was written behind a withdrawal could not be swept up';
        const of = ({ customerId, endUserId, purpose }: Recent) => ({ customerId, endUserId, purpose });
        await eachApart(recent, { log: this.log, failure, of, signal }, async (withdrawal) => {
          const concerned = this.subscribers.filter(({ purpose }) => purpose === withdrawal.purpose);
          for (const { forget } of concerned) await unitOfWork.run(SERVICE, () => forget(withdrawal));
        });
      },
    };
  }
}
