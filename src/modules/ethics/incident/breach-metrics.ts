/** How many personal data breaches the authority should know of by now, and does not: whoever watches the figures is told in time. */
import type { Clock } from '../../../kernel/clock';
import { type Database, SERVICE } from '../../../platform/database';
import type { Metrics } from '../../../platform/metrics';
import { overdueIfAwareBefore } from './breach-clock';

const OVERDUE = `select count(*)::int as overdue from incidents where is_personal_data_breach and authority_notified_at is null
  and authority_not_needed_reason is null and became_aware_at < $1`;

export function tellOverdueBreaches({ read }: Database, clock: Clock, metrics: Metrics): void {
  const gauge = metrics.gauge(
    'breach_notifications_overdue',
    'Personal data breaches that the authority should have been notified of within 72 hours, and was not.',
  );
  metrics.beforeReading(async () => {
    gauge.reset();
    const values = [overdueIfAwareBefore(clock.now())];
    const [found] = await read.sql<{ overdue: number }>(SERVICE, 'ethics overdue breaches', OVERDUE, values);
    gauge.set(found!.overdue);
  });
}
