/**
 * Links that a browser can open without a token: the address carries until when it works and a code that only we can
 * make. Whoever may see a link by the API may follow it, for a while; nobody can make one for something else.
 */
import type { Clock } from '../../kernel/clock';
import type { Crypto } from '../crypto';

const PURPOSE = 'signed-link';
const DEFAULT_SECONDS = 15 * 60;

export class SignedLinks {
  constructor(
    private readonly crypto: Crypto,
    private readonly clock: Clock,
    private readonly publicUrl: () => string,
  ) {}

  /** The full address of `path`, good for so many seconds. */
  sign(path: string, seconds = DEFAULT_SECONDS): string {
    const until = Math.floor(this.clock.millis() / 1000) + seconds;
    const code = this.crypto.mac(PURPOSE, `${path} ${until}`);
    return `${this.publicUrl()}${path}?until=${until}&code=${code}`;
  }

  /** Whether this request's address (path and query, as it came) is one of ours and still good. */
  verify(address: string): boolean {
    const [path = '', query = ''] = address.split('?');
    const parameters = new URLSearchParams(query);
    const until = parameters.get('until') ?? '';
    const isOurs = this.crypto.verifyMac(PURPOSE, `${path} ${until}`, parameters.get('code') ?? '');
    return isOurs && Number(until) * 1000 > this.clock.millis();
  }
}
