import { EventReader } from './event-stream';

function read(pieces: readonly Buffer[]): string[] {
  const reader = new EventReader();
  return pieces.flatMap((piece) => reader.take(piece));
}

const TEXT =
  ': a comment\r\ndata: {"a":"é"}\r\n\r\nevent: x\ndata:one\ndata: two\n\nid: 7\n\ndata: [DONE]\n\ndata: unfinished';
const EVENTS = ['{"a":"é"}', 'one\ntwo', '[DONE]'];

test('events come out the same wherever the bytes were cut', () => {
  const bytes = Buffer.from(TEXT);
  for (let size = 1; size <= bytes.length; size++) {
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
    expect(read(pieces)).toEqual(EVENTS);
  }
});

test('an event without end is not gathered for ever', () => {
  const pieces = Array.from({ length: 20 }, () => Buffer.alloc(100_000, 'x'));
  expect(() => read(pieces)).toThrow('an event without end');
});
