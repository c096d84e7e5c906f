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
    await fs.promises.writeFile(file, `${head.join('\r\n')}\r\n\r\n${text}\r\n`, { mode: 0o600 });
    this.log.info({ file }, 'a mail was written to a file; set SMTP_HOST to send it');
  }
}
