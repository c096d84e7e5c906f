/** A server of mail on the loopback, that keeps what it takes and refuses what a test tells it to. */
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { CERTIFICATE, KEY } from './loopback-certificate';

export interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly isEncrypted: boolean;
  readonly source: string;
}

export interface SmtpSettings {
  readonly offersTls?: boolean;
  readonly login?: { readonly user: string; readonly password: string };
}

type Step = 'CONNECT' | 'MAIL' | 'RCPT' | 'DATA';

export class SmtpHouse {
  readonly received: Received[] = [];
  /** What is answered, once each, in place of a yes. */
  readonly refusals: { readonly at: Step; readonly code: number; readonly words: string }[] = [];

  private constructor(private readonly server: SMTPServer) {}

  static async open({ offersTls = false, login }: SmtpSettings = {}): Promise<SmtpHouse> {
    const refused = (at: Step): Error | null => {
      const found = house.refusals.findIndex((one) => one.at === at);
      const [refusal] = found < 0 ? [] : house.refusals.splice(found, 1);
      return refusal ? Object.assign(new Error(refusal.words), { responseCode: refusal.code }) : null;
    };
    const server = new SMTPServer({
      key: KEY,
      cert: CERTIFICATE,
      disabledCommands: offersTls ? [] : ['STARTTLS'],
      authOptional: login === undefined,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) => {
        const isRight = username === login?.user && password === login?.password;
        done(isRight ? null : new Error('wrong'), isRight ? { user: username } : undefined);
      },
      onConnect: (_session, done) => done(refused('CONNECT')),
      onMailFrom: (_address, _session, done) => done(refused('MAIL')),
      onRcptTo: (_address, _session, done) => done(refused('RCPT')),
      onData: (stream, { envelope, secure }, done) => {
        void text(stream).then((source) => {
          const refusal = refused('DATA');
          const { mailFrom, rcptTo } = envelope;
          if (!refusal)
            house.received.push({
              from: mailFrom ? mailFrom.address : '',
              to: rcptTo.map(({ address }) => address),
              isEncrypted: secure,
              source,
            });
          done(refusal);
        });
      },
    });
    const house = new SmtpHouse(server);
    // A client that leaves in the middle is no fault of the server.
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return house;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
