/** Sends notices by mail: ordered in the transaction of what they tell of, sent after it, tried again until they leave. */
import type { JobDefinition, Jobs } from '../../../platform/jobs';
import type { Mail } from '../../../platform/mail';
import { type BillingNotice, noticeText } from './billing-notice';

interface OrderedNotice {
  readonly customerId: string;
  readonly notice: BillingNotice;
}

export class BillingNoticeService {
  constructor(
    private readonly jobs: Jobs,
    private readonly mail: Mail,
    private readonly contactsOf: (customerId: string) => Promise<string[]>,
  ) {}

  readonly job: JobDefinition<OrderedNotice> = {
    kind: 'billing.send-notice',
    run: async ({ customerId, notice }, { jobId }) => {
      const about = `billing notice ${jobId}`;
      for (const to of await this.contactsOf(customerId))
        await this.mail.send({ about, to, ...noticeText(notice) });
    },
  };

  /** In the open unit of work. */
  async send(customerId: string, notice: BillingNotice): Promise<void> {
    await this.jobs.enqueue<OrderedNotice>(this.job.kind, { customerId, notice }, { customerId });
  }
}
