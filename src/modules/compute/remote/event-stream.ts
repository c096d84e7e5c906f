/** Server-sent events out of pieces of bytes: lines may be cut anywhere, also within a character. Only `data` matters here. */
import { StringDecoder } from 'node:string_decoder';
import { remoteNonsense } from './remote-failure';

const LONGEST_EVENT = 1024 * 1024;

/** The data of the events that each piece completes: what came together goes on together. @throws RemoteFault for an event beyond all measure. */
export async function* eventsOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<readonly string[], void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let data: string[] = [];
  for await (const piece of pieces) {
    rest += decoder.write(piece);
    const events: string[] = [];
    let start = 0;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', start)) {
      const line = rest.slice(start, rest[end - 1] === '\r' && end > start ? end - 1 : end);
      start = end + 1;
      if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5));
      else if (line === '' && data.length > 0) {
        events.push(data.join('\n'));
        data = [];
      }
    }
    rest = rest.slice(start);
    if (events.length > 0) yield events;
    if (rest.length + data.reduce((sum, { length }) => sum + length, 0) > LONGEST_EVENT)
      throw remoteNonsense('an event without end');
  }
}
