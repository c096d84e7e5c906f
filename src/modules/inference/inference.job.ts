/** Forgets in time: payloads after their retention, idempotency keys after a day. */
import type { Clock } from '../../kernel/clock';
import { type Database, SERVICE } from '../../platform/database';
import type { Events } from '../../platform/events';
import type { JobDefinition } from '../../platform/jobs';
import { PAYLOADS_EXPIRED } from './inference.events';
import { KEY_LIFETIME_MS } from './record/inference.repository';

const EXPIRE = `with gone as (update inferences set payload = null, payload_until = null where payload_until <= $1 returning 1)
  select count(*)::int as count from gone`;

export function retentionJob({ unitOfWork }: Database, events: Events, clock: Clock): JobDefinition<object> {
  return {
    kind: 'inference.expire',
    cron: '17 3 * * *',
    run: () =>
      unitOfWork.run(SERVICE, async () => {
        const now = clock.now();
        const [expired] = await unitOfWork.sql<{ count: number }>(EXPIRE, [now]);
        const keys = new Date(now.getTime() - KEY_LIFETIME_MS);
        await unitOfWork.sql('delete from inference_keys where created_at <= $1', [keys]);
        const count = expired?.count ?? 0;
        if (count > 0) await events.emit({ type: PAYLOADS_EXPIRED, subject: 'inferences', data: { count } });
      }),
  };
}
