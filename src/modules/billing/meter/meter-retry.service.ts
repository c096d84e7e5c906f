/** Puts refused meter events back among those that wait. A refusal is Stripe's certain no, so none of them is counted twice. */
import { AppError, notFound } from '../../../kernel/errors';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { Jobs } from '../../../platform/jobs';
import type { MeterRepository } from './meter.repository';

export class MeterRetryService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly jobs: Jobs,
    private readonly meters: Pick<MeterRepository, 'waitAgain'>,
    /** The kind of the job that hands over. */
    private readonly flushing: string,
  ) {}

  /** Answers how many wait again. @throws AppError NOT_FOUND; CONFLICT when Stripe refused nothing. */
  async retry(customerId: string): Promise<number> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      const known = await unitOfWork.sql('select 1 from billing_accounts where customer_id = $1', [
        customerId,
      ]);
      if (known.length === 0) throw notFound(['input', 'customerId']);
      const retried = await this.meters.waitAgain(customerId);
      if (retried === 0)
        throw new AppError(
          'CONFLICT',
          'Stripe refused none of this customer’s usage: what is unbilled is handed over by itself.',
          ['input', 'customerId'],
        );
      const event = { type: 'meter-events.retried', customerId, subject: customerId };
      await this.events.emit({ ...event, data: { events: retried } });
      await this.jobs.enqueue(this.flushing, {});
      return retried;
    });
  }
}
