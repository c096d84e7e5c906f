/** The engine of mail that the configuration asks for. What SMTP needs is loaded only where a server is configured. */
import type { Clock } from '../../kernel/clock';
import type { MailConfig } from '../config';
import type { Log } from '../log';
import { FolderMail } from './folder-mail';
import type { MailEngine } from './mail';

/** A server that is away does not keep the process from starting: mail waits for it. */
export async function openMail(config: MailConfig, clock: Clock, log: Log): Promise<MailEngine> {
  if (config.kind === 'FOLDER') return new FolderMail(config.folder, clock, log);
  const { SmtpMail } = await import('./smtp-mail');
  return new SmtpMail(config, clock, log);
}

/** What `doctor` says of mail. @throws MailError in words. */
export async function mailReport(config: MailConfig, clock: Clock, log: Log): Promise<string[]> {
  if (config.kind === 'FOLDER')
    return [`nothing is sent, each message is a file in ${config.folder}: set SMTP_HOST`];
  const { SmtpMail } = await import('./smtp-mail');
  await new SmtpMail(config, clock, log).check();
  const login = config.login ? `signed in as ${config.login.user}` : 'without a login';
  return [`${config.host}:${config.port} answers, ${login}; mail is from ${config.from.address}`];
}
