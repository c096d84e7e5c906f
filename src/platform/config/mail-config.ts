/** How mail leaves: a folder needs nothing, a server of mail needs its host and who the mail is from. */
import path from 'node:path';
import { z } from 'zod';
import { ConfigError } from './config-error';
import { isLoopback } from './loopback';

const PORT = 'must be a whole number from 1 to 65535';
const ADDRESS = /^[^\s@<>,;:"()[\]\\]+@([a-z0-9-]+\.)*[a-z0-9-]+$/i;
const NAMED = /^([^\p{Cc}<>"]*?)\s*<([^<>]+)>$/u;

export const smtpVariables = {
  SMTP_HOST: z
    .string()
    .regex(/^[a-z0-9.:-]+$/i, 'must be the name or the address of a server, like smtp.example.com')
    .optional()
    .describe('Server that mail is handed to; default: each message becomes a file in the data folder.'),
  SMTP_PORT: z.coerce
    .number(PORT)
    .int(PORT)
    .min(1, PORT)
    .max(65535, PORT)
    .optional()
    .describe('Its port; default: 465 with SMTP_TLS=implicit, else 587.'),
  SMTP_TLS: z
    .enum(['starttls', 'implicit', 'none'])
    .optional()
    .describe(
      'How the way there is encrypted; default: starttls, implicit at port 465, none on this machine.',
    ),
  SMTP_USER: z.string().min(1).optional().describe('Login at the server; needed with SMTP_PASSWORD.'),
  SMTP_PASSWORD: z.string().min(1).optional().describe('Password of the login; needed with SMTP_USER.'),
  MAIL_FROM: z
    .string()
    .refine((text) => mailbox(text) !== undefined, 'must be like Flywheel <no-reply@example.com>')
    .optional()
    .describe('Who mail is from, like Flywheel <no-reply@example.com>; needed with SMTP_HOST.'),
};

type SmtpValues = z.infer<z.ZodObject<typeof smtpVariables>>;

export interface SmtpConfig {
  readonly kind: 'SMTP';
  readonly host: string;
  readonly port: number;
  /** `STARTTLS` is insisted on: a server that does not offer it gets no mail. */
  readonly tls: 'STARTTLS' | 'IMPLICIT' | 'NONE';
  readonly login: { readonly user: string; readonly password: string } | undefined;
  readonly from: Mailbox;
}

export type MailConfig = { readonly kind: 'FOLDER'; readonly folder: string } | SmtpConfig;

interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** @throws ConfigError that names what is missing. */
export function mailConfig(values: SmtpValues, dataDir: string): MailConfig {
  const { SMTP_HOST: host, SMTP_USER: user, SMTP_PASSWORD: password } = values;
  if (!host) {
    const other = (Object.keys(smtpVariables) as (keyof SmtpValues)[]).find(
      (variable) => values[variable] !== undefined,
    );
    if (other) throw new ConfigError(`${other} is set, so SMTP_HOST must be set too.`);
    return { kind: 'FOLDER', folder: path.join(dataDir, 'mail') };
  }
  const from = mailbox(values.MAIL_FROM ?? '');
  if (!from) throw new ConfigError('SMTP_HOST is set, so MAIL_FROM must be set too.');
  if ((user === undefined) !== (password === undefined))
    throw new ConfigError('SMTP_USER and SMTP_PASSWORD must be set together.');
  const isHere = isLoopback(host);
  const tls = (values.SMTP_TLS ?? usualTls(values.SMTP_PORT, isHere)).toUpperCase() as SmtpConfig['tls'];
  if (tls === 'NONE' && user !== undefined && !isHere)
    throw new ConfigError('SMTP_TLS=none would send SMTP_PASSWORD in the clear: use starttls or implicit.');
  return {
    kind: 'SMTP',
    host,
    port: values.SMTP_PORT ?? (tls === 'IMPLICIT' ? 465 : 587),
    tls,
    login: user !== undefined && password !== undefined ? { user, password } : undefined,
    from,
  };
}

function usualTls(port: number | undefined, isHere: boolean): 'starttls' | 'implicit' | 'none' {
  if (port === 465) return 'implicit';
  return isHere ? 'none' : 'starttls';
}

function mailbox(text: string): Mailbox | undefined {
  const [, name = '', address = text] = NAMED.exec(text.trim()) ?? [];
  return ADDRESS.test(address.trim()) ? { name, address: address.trim() } : undefined;
}
