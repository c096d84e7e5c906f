/** The default engine of mail: one file a message in a folder, so that a developer can open what would have been sent. */
import fs from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../kernel/clock';
import { newId } from '../../kernel/id';
import type { Log } from '../log';
import { type MailEngine, mailIdOf, type MailMessage } from './mail';

export class FolderMail implements MailEngine {
  constructor(
    private readonly folder: string,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async send(message: MailMessage): Promise<void> {
    const now = this.clock.now();
    const id = mailIdOf(message);
    await fs.promises.mkdir(this.folder, { recursive: true, mode: 0o700 });
    const sent = await fs.promises.readdir(this.folder);
    if (sent.some((name) => name.endsWith(`-${id}.eml`))) return;
    // In the order in which they were sent.
    const file = path.join(this.folder, `${newId('evt', now)}-${id}.eml`);
    const { to, subject, text } = message;
    // Nobody's domain, reserved for that: a sender of mail puts its own there.
    const head = [
      `Message-ID: <${id}@flywheel.invalid>`,
      `To: ${to}`,
      `Subject: ${subject}`,
      `Date: ${now.toUTCString()}`,
      'Auto-Submitted: auto-generated',
    ].map((line) => line.replace(/[\r\n]+/g, ' '));
    // It counts as sent by its name, so it gets that when it is whole; what a killed process left is written over.
    const draft = path.join(this.folder, `${id}.draft`);
    const whole = `${head.join('\r\n')}\r\n\r\n${text}\r\n`;
    await fs.promises.writeFile(draft, whole, { mode: 0o600, flush: true });
    await fs.promises.rename(draft, file);
    this.log.info({ file }, 'a mail was written to a file; set SMTP_HOST to send it');
  }
}
