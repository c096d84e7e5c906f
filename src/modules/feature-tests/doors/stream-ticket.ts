/**
 * The address of a stream for EventSource, which sends no headers: a ticket in it says who reads, and until when. It opens
 * that stream and nothing else, and is worth nothing once the credential that it was given for is revoked.
 */
import type { Clock } from '../../../kernel/clock';
import type { Principal } from '../../../kernel/principal';
import type { Crypto } from '../../../platform/crypto';
import type { FlagCaller } from './flag-answers.service';

const PURPOSE = 'flag-stream';
/** Tickets of the same hour are the same, so that a client which fetches again keeps its connection. */
const STEP_MS = 60 * 60 * 1000;

export interface StreamTicket {
  readonly reader: FlagCaller;
  /** Milliseconds since 1970. */
  readonly until: number;
}

export class StreamTickets {
  constructor(
    private readonly crypto: Crypto,
    private readonly clock: Clock,
    private readonly stands: (principal: Principal) => Promise<boolean>,
  ) {}

  /** Good for one to two hours. */
  issue(reader: FlagCaller): string {
    const until = (Math.floor(this.clock.millis() / STEP_MS) + 2) * STEP_MS;
    const text = Buffer.from(JSON.stringify({ reader, until })).toString('base64url');
    return `${text}.${this.crypto.mac(PURPOSE, text)}`;
  }

  /** Undefined for one that is not ours, is over, or whose credential was revoked. */
  async read(ticket: string): Promise<StreamTicket | undefined> {
    const [text = '', code = ''] = ticket.split('.');
    if (!this.crypto.verifyMac(PURPOSE, text, code)) return undefined;
    const read = JSON.parse(Buffer.from(text, 'base64url').toString()) as StreamTicket;
    return (await this.isGood(read)) ? read : undefined;
  }

  async isGood({ reader, until }: StreamTicket): Promise<boolean> {
    return until > this.clock.millis() && this.stands(reader);
  }
}
