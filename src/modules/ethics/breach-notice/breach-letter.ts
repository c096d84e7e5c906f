/** The mail that tells a customer of a breach: the facts are in it, so that whoever reads it at night need not sign in first. */
import type { MailMessage } from '../../../platform/mail';
import type { BreachNotice } from './breach-notice.entity';

export function breachLetter(notice: BreachNotice, link: string): Pick<MailMessage, 'subject' | 'text'> {
  const facts: readonly (readonly [string, string])[] = [
    ['What happened', notice.nature],
    ['Who is concerned', notice.affectedPeople],
    ['What is concerned', notice.affectedRecords],
    ['What is likely to come of it', notice.consequences],
    ['What was done, and what is going to be', notice.measures],
    ['Who can be asked for more', notice.contact],
  ];
  const told = facts.map(([title, text]) => `${title}\n${text}`).join('\n\n');
  return {
    subject: 'A personal data breach concerns your people',
    text: `We process personal data for you, and there was a breach of them. We became aware of it at ${new Date(notice.becameAwareAt).toISOString()}. You are the controller: judge whether your supervisory authority has to be told, within 72 hours, and whether the people themselves have to be (GDPR Art. 33 and 34).\n\n${told}\n\nIt stands in your account, too, where you can say that you took note of it:\n\n${link}`,
  };
}
