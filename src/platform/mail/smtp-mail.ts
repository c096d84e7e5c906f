/**
 * Mail by SMTP. What the server refuses for this message for good is put down in the log and left; everything else (it is away, it
 * says "later", the login is wrong) is thrown, so that the job tries again. The library's own errors repeat addresses: they end here.
 */
import { createTransport } from 'nodemailer';
import type { Clock } from '../../kernel/clock';
import type { SmtpConfig } from '../config';
import type { Log } from '../log';
import { type MailEngine, mailIdOf, type MailMessage } from './mail';
import { MailError } from './mail-error';

const CONNECT_MS = 10_000;
/** Servers that check for spam may take their time with each answer. */
const SILENCE_MS = 60_000;
/** Commands about this one message; what is refused before them concerns all mail. */
const OF_MESSAGE = new Set(['RCPT TO', 'DATA']);
/** Enhanced status codes (RFC 3463) tell more than the code, and nothing of whom it is about. */
const ENHANCED = /\b[245]\.\d{1,3}\.\d{1,3}\b/;
/** An address that holds one of these is a list, or begins another header. */
const NOT_ONE_ADDRESS = /[\s,;<>\p{Cc}]/u;

/** What node says of certificates, which the library hands on in words alone. */
const CERTIFICATE = /certificate|altnames/i;

interface SmtpFault {
  readonly message?: string;
  readonly code?: string;
  readonly command?: string;
  readonly response?: string;
  readonly responseCode?: number;
}

export class SmtpMail implements MailEngine {
  private readonly transport;
  private readonly domain: string;

  /** @param ca whose certificates are believed, in place of those that node believes. */
  constructor(
    private readonly config: SmtpConfig,
    private readonly clock: Clock,
    private readonly log: Log,
    ca?: string,
  ) {
    const { host, port, tls, login, from } = config;
    this.transport = createTransport({
      host,
      port,
      secure: tls === 'IMPLICIT',
      requireTLS: tls === 'STARTTLS',
      ignoreTLS: tls === 'NONE',
      auth: login && { user: login.user, pass: login.password },
      tls: { minVersion: 'TLSv1.2', ca },
      dnsTimeout: CONNECT_MS,
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    this.domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  }

  async send(message: MailMessage): Promise<void> {
    const { to, subject, text } = message;
    const id = mailIdOf(message);
    if (NOT_ONE_ADDRESS.test(to)) {
      this.log.error({ id }, 'a mail to what is not one address was not sent');
      return;
    }
    try {
      await this.transport.sendMail({
        messageId: `<${id}@${this.domain}>`,
        date: this.clock.now(),
        from: this.config.from,
        to: { name: '', address: to },
        envelope: { from: this.config.from.address, to: [to] },
        subject: subject.replace(/\p{Cc}+/gu, ' '),
        text,
        // Nobody's holiday reply is wanted (RFC 3834).
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    } catch (error) {
      const fault = error as SmtpFault;
      if (!isFinal(fault)) throw new MailError(this.words(fault));
      const { command, responseCode } = fault;
      this.log.error({ id, command, responseCode }, `a mail was refused for good: ${said(fault)}`);
    }
  }

  /** Connects and signs in, and sends nothing. @throws MailError that says what to mend. */
  async check(): Promise<void> {
    try {
      await this.transport.verify();
    } catch (error) {
      throw new MailError(this.words(error as SmtpFault));
    }
  }

  private words(fault: SmtpFault): string {
    const { host, port } = this.config;
    const server = `The mail server at ${host}:${port}`;
    if (fault.code === 'EAUTH' || fault.code === 'ENOAUTH')
      return `${server} does not accept SMTP_USER and SMTP_PASSWORD (${said(fault)}).`;
    if (CERTIFICATE.test(fault.message ?? ''))
      return `${server} has no certificate that is good for ${host}. NODE_EXTRA_CA_CERTS names a CA of your own.`;
    if (fault.code === 'ETLS')
      return `${server} does not offer STARTTLS. SMTP_TLS=implicit is for a port that begins encrypted.`;
    if (fault.responseCode !== undefined)
      return `${server} answered ${said(fault)} to ${fault.command ?? 'a command'}.`;
    return `${server} does not answer (${fault.code ?? 'unknown'}): check SMTP_HOST, SMTP_PORT and SMTP_TLS.`;
  }
}

function isFinal({ command = '', responseCode = 0 }: SmtpFault): boolean {
  return responseCode >= 500 && OF_MESSAGE.has(command);
}

function said({ responseCode, response = '' }: SmtpFault): string {
  return [responseCode ?? 'no code', ENHANCED.exec(response)?.[0]].filter(Boolean).join(' ');
}
