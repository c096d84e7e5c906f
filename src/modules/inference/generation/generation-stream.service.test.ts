/** For how long the texts of a process are kept, and how one ends whose record cannot be written, with texts that nobody writes. */
import { setTimeout as pause } from 'node:timers/promises';
import { Cancellation } from '../../../kernel/cancellation';
import { ManualClock } from '../../../kernel/clock';
import { UnreachableError } from '../../../platform/database';
import type { ChunkLog } from './chunk-log';
import type { GenerationCall } from './generation';
import { GenerationStreams, type StreamDoors } from './generation-stream.service';

const OWNER = 'key_1';
const CALL = { customerId: 'cus_1', prompt: 'Once', signal: new Cancellation() } as unknown as GenerationCall;

function write(_call: unknown, log: ChunkLog): Promise<void> {
  log.push({ number: 1, text: 'upon', finishReason: null, versionId: 'mv_1' });
  log.push({ number: 2, text: ' a time', finishReason: 'STOP', versionId: 'mv_1' });
  log.close();
  return Promise.resolve();
}

const streams = new GenerationStreams(
  {
    generations: { write },
    kept: { ofPrediction: () => Promise.resolve(undefined) },
    clock: new ManualClock(),
  } as unknown as StreamDoors,
  { graceMs: 60_000, keepMs: 20, kept: 10 },
);

test('a text that has ended is kept for its time and no longer, however often it is read meanwhile', async () => {
  const first = await streams.begin(OWNER, CALL).next();
  const { streamId } = first.value!;
  const readAgain = async (): Promise<string[]> => {
    const texts: string[] = [];
    for await (const { text } of streams.resume(OWNER, { customerId: 'cus_1', streamId, from: 1 }))
      texts.push(text);
    return texts;
  };
  expect(await readAgain()).toEqual(['upon', ' a time']);
  const tillGone = async (): Promise<unknown> => {
    for (let looks = 0; looks < 200; looks++) {
      const error = await readAgain().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error) return error;
      await pause(10);
    }
    return 'it is still there';
  };
  expect(await tillGone()).toMatchObject({ code: 'NOT_FOUND' });
});

test('a stream whose record cannot be written says so at its end, and does not merely stop', async () => {
  async function* generate(): AsyncGenerator<object, void> {
    yield await Promise.resolve({ number: 1, text: 'upon', finishReason: null, versionId: 'mv_1' });
    throw new UnreachableError('The database is away.');
  }
  const broken = new GenerationStreams({ generations: { generate } } as unknown as StreamDoors);
  const chunks: object[] = [];
  for await (const chunk of broken.generate(CALL)) chunks.push(chunk);
  expect(chunks).toMatchObject([
    { number: 1, text: 'upon' },
    { number: 2, finishReason: 'ERROR', brokenBy: { code: 'UNAVAILABLE', data: { retryAfterMs: 1000 } } },
  ]);
});
