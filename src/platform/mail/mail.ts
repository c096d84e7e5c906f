/** Mail leaves by this port. The default writes each message to a folder and names it in the log. */
import { sha256 } from '../../kernel/hash';

export interface Mail {
  /**
   * Orders a message, in the open unit of work if there is one: it leaves once that is committed, by a job that tries again until it
   * does. Nobody waits for a server of mail. At least once, never at most once; what is sent twice bears the same Message-ID, by which
   * whoever receives it knows it again.
   */
  send(message: MailMessage, terms?: MailTerms): Promise<void>;
}

export interface MailMessage {
  /** What it is about, the same each time that this very message is sent and never that of another one to the same person. */
  readonly about: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface MailTerms {
  /** The tenant in whose unit of work it is ordered. */
  readonly customerId?: string;
  /** When it is of no use any more. */
  readonly until?: Date;
}

/** What carries a message to the person. @throws Error when trying again may help. */
export interface MailEngine {
  send(message: MailMessage): Promise<void>;
}

const ID_DIGITS = 32;

/** The part of its Message-ID before the @. Says nothing of whom or what it is about. */
export function mailIdOf({ about, to }: Pick<MailMessage, 'about' | 'to'>): string {
  return sha256(JSON.stringify([about, to])).slice(0, ID_DIGITS);
}
