/**
 * Bytes become text that may be shown: a character only when it is whole, and nothing that may yet turn out to be the
 * beginning of a stop string. A shown character is never taken back.
 */
import { StringDecoder } from 'node:string_decoder';

export class TextCutter {
  private readonly decoder = new StringDecoder('utf8');
  private readonly stops: readonly string[];
  private held = '';
  private isStopped = false;

  constructor(stop: readonly string[]) {
    this.stops = stop.filter((text) => text !== '');
  }

  /** Whether a stop string was met: what comes after it is no part of the text. */
  get stopped(): boolean {
    return this.isStopped;
  }

  /** Answers what may be shown now. */
  push(bytes: Uint8Array): string {
    return this.show(this.decoder.write(bytes), false);
  }

  /** Nothing follows: answers the rest, a character that was never finished as U+FFFD. */
  end(): string {
    return this.show(this.decoder.end(), true);
  }

  private show(text: string, isLast: boolean): string {
    if (this.isStopped) return '';
    this.held += text;
    const at = this.firstStop();
    if (at >= 0) {
      this.isStopped = true;
      return this.take(at);
    }
    return this.take(isLast ? this.held.length : this.held.length - this.doubtful());
  }

  private take(length: number): string {
    const shown = this.held.slice(0, length);
    this.held = this.isStopped ? '' : this.held.slice(length);
    return shown;
  }

  private firstStop(): number {
    const found = this.stops.map((stop) => this.held.indexOf(stop)).filter((at) => at >= 0);
    return found.length > 0 ? Math.min(...found) : -1;
  }

  /** How many of the last characters may be the beginning of a stop string. */
  private doubtful(): number {
    let most = 0;
    for (const stop of this.stops) {
      for (let length = Math.min(stop.length - 1, this.held.length); length > most; length--) {
        if (this.held.endsWith(stop.slice(0, length))) most = length;
      }
    }
    return most;
  }
}
