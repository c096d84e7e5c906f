/** Writes to the owners of an account: ordered in the transaction of what it tells of, sent after it, tried again until it leaves. */
import type { JobDefinition, Jobs } from '../../platform/jobs';
import type { Mail, MailMessage } from '../../platform/mail';
import type { IdentityService } from '../identity';

interface OrderedLetter {
  readonly customerId: string;
  readonly letter: Pick<MailMessage, 'subject' | 'text'>;
}

export class OwnerMailService {
  constructor(
    private readonly jobs: Jobs,
    private readonly mail: Mail,
    private readonly identity: Pick<IdentityService, 'ownerContacts'>,
  ) {}

  readonly job: JobDefinition<OrderedLetter> = {
    kind: 'closure.write-owners',
    run: async ({ customerId, letter }, { jobId }) => this.write(customerId, letter, `closure ${jobId}`),
  };

  /** In the open unit of work. */
  async order(customerId: string, letter: OrderedLetter['letter']): Promise<void> {
    await this.jobs.enqueue<OrderedLetter>(this.job.kind, { customerId, letter }, { customerId });
  }

  /** At once, as long as there are addresses. */
  async write(customerId: string, letter: OrderedLetter['letter'], about: string): Promise<void> {
    for (const to of await this.identity.ownerContacts(customerId))
      await this.mail.send({ about, to, ...letter });
  }
}
