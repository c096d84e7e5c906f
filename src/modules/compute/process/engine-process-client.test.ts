import { EngineProcessClient } from './engine-process-client';
import { FrameError } from './frame';
import { Watchdog } from './watchdog';

/** Beyond what a frame holds. */
const NUMBERS = 2 ** 26 + 1;

test('a batch that no frame holds is refused, and the process is not kept waiting for it', async () => {
  const client = await EngineProcessClient.start({ args: { choice: 'onnx' }, watchdog: new Watchdog() }, {});
  try {
    const batch = { rows: new Float32Array(NUMBERS), count: 1 };
    await expect(client.infer('mdv_wide', batch)).rejects.toThrow(FrameError);
    const first = await Promise.race([
      client.idle().then(() => 'nothing is waited for'),
      client.health().then(() => 'the batch is waited for'),
    ]);
    expect(first).toBe('nothing is waited for');
  } finally {
    await client.close();
  }
});
