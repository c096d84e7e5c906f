/** What releases tell the house: which question was answered, and for which loss. */
import type { NewEvent } from '../../../platform/events';
import type { AggregateRelease } from './aggregate-release.entity';
import { monthName } from './release-month';

export function aggregateReleaseCreated(release: AggregateRelease): NewEvent {
  const { id, dataset, measure, statistic, periodFrom, epsilon, rho, charged, accounting } = release;
  const data = {
    dataset,
    measure,
    statistic,
    month: monthName(periodFrom),
    epsilon,
    rho,
    accounting,
    charged,
  };
  return { type: 'aggregate-release.created', customerId: null, subject: id, after: release, data };
}
