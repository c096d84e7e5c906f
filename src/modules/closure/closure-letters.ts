/** What the owners of an account are written when it closes, opens again, and is gone. */
import type { MailMessage } from '../../platform/mail';
import { DataAction } from '../privacy';
import type { ClosureOutcome } from './customer-closure.entity';

type Letter = Pick<MailMessage, 'subject' | 'text'>;

export function closedLetter(name: string, eraseAfter: Date, openInvoices: number): Letter {
  const until = eraseAfter.toISOString();
  const owed =
    openInvoices > 0
      ? ` Invoices that are open stay owed: ${openInvoices}. Each leads to where it is paid.`
      : '';
  return {
    subject: `${name} is closed at Flywheel`,
    text: `An owner closed the account of ${name}. Keys, tokens, webhooks and predictions stopped at once, and a paid plan ends now, with a last invoice of what was used.${owed}\n\nUntil ${until} you can sign in, take your data out, and open the account again: with the button at the top of the console, or with customerReopen. After that the data are deleted, and you are written what was deleted and what the law keeps.\n\nIf you did not expect this, sign in and open it again.`,
  };
}

export function reopenedLetter(name: string): Letter {
  return {
    subject: `${name} is open again at Flywheel`,
    text: `An owner opened the account of ${name} again. Its keys and webhooks work as before. The plan is Free: subscribe anew with subscriptionCheckoutCreate.`,
  };
}

/** The certificate, for who answers for the data (GDPR Art. 28(3)(g)). */
export function erasedLetter(name: string, at: Date, outcome: readonly ClosureOutcome[]): Letter {
  const line = ({ table, rows, holds, kept }: ClosureOutcome): string =>
    `- ${table} (${rows}): ${holds}${kept ? `. Kept: ${kept}` : ''}`;
  const lines = (action: DataAction): string =>
    outcome
      .filter((one) => one.action === action && one.rows > 0)
      .map(line)
      .join('\n') || '- nothing';
  return {
    subject: `The data of ${name} are deleted at Flywheel`,
    text: `At ${at.toISOString()} what Flywheel held of ${name} was deleted, as announced. Logins, this address among them, go right after this mail; the name of the organisation stays with its books.\n\nDeleted, with the number of rows:\n${lines(DataAction.ERASED)}\n\nKept, without what anybody said or asked, and why:\n${lines(DataAction.KEPT)}\n\nBackups are overwritten by and by; people whom one still holds are forgotten again where it is put back.`,
  };
}
