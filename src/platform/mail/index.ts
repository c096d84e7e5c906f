export { FolderMail } from './folder-mail';
export type { Mail } from './mail';
