export type { Mail, MailMessage } from './mail';
export { mailReport, openMail } from './open-mail';
export { QueuedMail } from './queued-mail';
