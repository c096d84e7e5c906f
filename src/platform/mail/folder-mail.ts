/** The default mail: one file a message in a folder, so that a developer can open what would have been sent. */
import fs from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../kernel/clock';
import { newId } from '../../kernel/id';
import type { Log } from '../log';
import type { Mail } from './mail';

export class FolderMail implements Mail {
  constructor(
    private readonly folder: string,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async send({ to, subject, text }: { to: string; subject: string; text: string }): Promise<void> {
    const now = this.clock.now();
    const file = path.join(this.folder, `${newId('evt', now)}.eml`);
    await fs.promises.mkdir(this.folder, { recursive: true, mode: 0o700 });
    const head = [`To: ${to}`, `Subject: ${subject}`, `Date: ${now.toUTCString()}`].map((line) =>
      line.replace(/[\r\n]+/g, ' '),
    );
    await fs.promises.writeFile(file, `${head.join('\r\n')}\r\n\r\n${text}\r\n`, { mode: 0o600 });
    this.log.info({ file }, 'a mail was written to a file; configure a mail server to send it');
  }
}
