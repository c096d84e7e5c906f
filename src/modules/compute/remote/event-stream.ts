/** Server-sent events out of pieces of bytes: lines may be cut anywhere, also within a character. Only `data` matters here. */
import { StringDecoder } from 'node:string_decoder';
import { remoteNonsense } from './remote-failure';

const LONGEST_EVENT = 1024 * 1024;

export class EventReader {
  private readonly decoder = new StringDecoder('utf8');
  /** A line that has not ended, and the data of the event that it belongs to. */
  private rest = '';
  private data: string[] = [];
  private length = 0;

  /** The data of the events that this piece completes. @throws RemoteFault for an event beyond all measure. */
  take(piece: Buffer): string[] {
    const text = this.rest + this.decoder.write(piece);
    const events: string[] = [];
    let start = 0;
    for (let end = text.indexOf('\n', this.rest.length); end >= 0; end = text.indexOf('\n', start)) {
      this.line(text.slice(start, text[end - 1] === '\r' && end > start ? end - 1 : end), events);
      start = end + 1;
    }
    this.rest = text.slice(start);
    if (this.rest.length + this.length > LONGEST_EVENT) throw remoteNonsense('an event without end');
    return events;
  }

  private line(line: string, events: string[]): void {
    if (line.startsWith('data:')) {
      this.data.push(line.slice(line[5] === ' ' ? 6 : 5));
      this.length += line.length;
    } else if (line === '' && this.data.length > 0) {
      events.push(this.data.length === 1 ? this.data[0]! : this.data.join('\n'));
      this.data = [];
      this.length = 0;
    }
  }
}
