/** Mail leaves by this port. The default writes each message to a folder and names it in the log. */
import { sha256 } from '../../kernel/hash';

export interface Mail {
  /**
   * Sends a message. A job that died between sending and noting it sends it again: at least once, never at most once. It then
   * bears the same Message-ID, by which a sender of mail and whoever receives it know it again.
   */
  send(message: MailMessage): Promise<void>;
}

export interface MailMessage {
  /** What it is about, the same each time that this very message is sent and never that of another one to the same person. */
  readonly about: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

const ID_DIGITS = 32;

/** The part of its Message-ID before the @. Says nothing of whom or what it is about. */
export function mailIdOf({ about, to }: Pick<MailMessage, 'about' | 'to'>): string {
  return sha256(JSON.stringify([about, to])).slice(0, ID_DIGITS);
}
