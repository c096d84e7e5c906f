/** The hand-over of usage to Stripe, put together: how it is flushed, and how it is compared. */
import type { JobDefinition } from '../../../platform/jobs';
import type { Platform } from '../../../platform/module';
import type { CustomerTermsService } from '../usage/customer-terms.service';
import { CustomerMeterResolver } from './customer-meter.resolver';
import { MeterFlushService } from './meter-flush.service';
import type { MeterGateway } from './meter-gateway';
import { MeterReconciliationService } from './meter-reconciliation.service';
import { MeterRetryResolver } from './meter-retry.resolver';
import { MeterRetryService } from './meter-retry.service';
import { MeterRepository } from './meter.repository';
import { ReturnedChargesService } from './returned-charges.service';
import { createChargesLeftLoader } from './taken-back.loader';
import { TakenBackRepository } from './taken-back.repository';

export interface Meter {
  /** Hands over what is due, at once instead of within ten minutes. */
  readonly flush: MeterFlushService['flush'];
  /** Hands over all that one customer has used, before the subscription ends that bills it. */
  readonly handOver: MeterFlushService['handOver'];
  /** What of reversed charges is left. */
  readonly takenBack: Pick<TakenBackRepository, 'left'>;
  readonly returned: ReturnedChargesService;
  readonly resolvers: readonly object[];
  readonly jobs: readonly JobDefinition<never>[];
}

export function createMeter(
  { database, events, jobs, clock, log }: Platform,
  terms: CustomerTermsService,
  gateway: MeterGateway,
): Meter {
  const meters = new MeterRepository(database);
  const takenBack = new TakenBackRepository(database);
  const flushing = new MeterFlushService(meters, takenBack, clock, log, gateway);
  const retry = new MeterRetryService(database, events, jobs, meters, flushing.job.kind);
  const reconciliation = new MeterReconciliationService(database, terms, gateway, log);
  return {
    flush: () => flushing.flush(),
    handOver: (customerId) => flushing.handOver(customerId),
    takenBack,
    returned: new ReturnedChargesService(database, clock, takenBack),
    resolvers: [
      new CustomerMeterResolver(reconciliation, createChargesLeftLoader(takenBack)),
      new MeterRetryResolver(retry),
    ],
    jobs: [flushing.job as JobDefinition<never>],
  };
}
