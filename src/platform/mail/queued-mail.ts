/**
 * Orders mail in the transaction of what it tells of, and hands each message to the engine in a job of its own: what rolls back is
 * never told of, a server of mail that is away holds up nobody, and who refuses a message keeps no other one back. Messages name people
 * and carry links that open accounts, so they lie sealed until they have left.
 */
import type { Clock } from '../../kernel/clock';
import type { Crypto } from '../crypto';
import { SERVICE, type UnitOfWork } from '../database';
import type { JobDefinition, Jobs } from '../jobs';
import { type Mail, type MailEngine, mailIdOf, type MailMessage, type MailTerms } from './mail';

/** With the queue's pauses, which grow to six hours, a little over a day. */
const ATTEMPTS = 14;

interface OrderedMail {
  readonly id: string;
  readonly sealed: string;
  readonly until: string | null;
}

export interface MailDoors {
  readonly unitOfWork: UnitOfWork;
  readonly jobs: Pick<Jobs, 'enqueue'>;
  readonly crypto: Crypto;
  readonly clock: Clock;
}

export class QueuedMail implements Mail {
  readonly job: JobDefinition<OrderedMail> = {
    kind: 'mail.send',
    maxAttempts: ATTEMPTS,
    waitsOutside: true,
    run: async ({ id, sealed, until }) => {
      if (until !== null && Date.parse(until) <= this.doors.clock.millis()) return;
      const text = this.doors.crypto.open('mail', sealed, id).toString();
      await this.engine.send(JSON.parse(text) as MailMessage);
    },
  };

  constructor(
    private readonly engine: MailEngine,
    private readonly doors: MailDoors,
  ) {}

  async send(message: MailMessage, { customerId, until }: MailTerms = {}): Promise<void> {
    const { unitOfWork, jobs, crypto } = this.doors;
    const { about, to, subject, text } = message;
    const id = mailIdOf(message);
    const sealed = crypto.seal('mail', JSON.stringify({ about, to, subject, text }), id);
    const order: OrderedMail = { id, sealed, until: until?.toISOString() ?? null };
    const enqueue = () => jobs.enqueue(this.job.kind, order, { customerId, jobKey: id });
    await (unitOfWork.isOpen() ? enqueue() : unitOfWork.run(SERVICE, enqueue));
  }
}
