export type { Mail } from './mail';
export { mailReport, openMail } from './open-mail';
export { QueuedMail } from './queued-mail';
