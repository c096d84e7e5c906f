import { eventsOf } from './event-stream';

async function read(pieces: readonly Buffer[]): Promise<string[]> {
  const events: string[] = [];
  for await (const together of eventsOf(
    (async function* () {
      yield* pieces;
    })(),
  ))
    events.push(...together);
  return events;
}

const TEXT =
  ': a comment\r\ndata: {"a":"é"}\r\n\r\nevent: x\ndata:one\ndata: two\n\nid: 7\n\ndata: [DONE]\n\ndata: unfinished';
const EVENTS = ['{"a":"é"}', 'one\ntwo', '[DONE]'];

test('events come out the same wherever the bytes were cut', async () => {
  const bytes = Buffer.from(TEXT);
  for (let size = 1; size <= bytes.length; size++) {
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
    expect(await read(pieces)).toEqual(EVENTS);
  }
});

test('an event without end is not gathered for ever', async () => {
  const pieces = Array.from({ length: 20 }, () => Buffer.alloc(100_000, 'x'));
  await expect(read(pieces)).rejects.toThrow('an event without end');
});
