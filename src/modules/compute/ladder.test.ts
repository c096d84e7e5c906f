import { climb, LADDER, NoEngineError, rungsFor } from './ladder';
import { EngineKind, type Engine } from './engine';
import { GOLDEN_OUTPUTS, selfTest } from './golden';

const fake = (name: string): Engine => ({ info: () => ({ device: name }) }) as unknown as Engine;

const holding = (...names: string[]) => {
  const tried: string[] = [];
  return {
    tried,
    attempt: (rung: { name: string }) => {
      tried.push(rung.name);
      return names.includes(rung.name)
        ? Promise.resolve(fake(rung.name))
        : Promise.reject(new Error(`no ${rung.name}\nand a page of advice`));
    },
  };
};

test('the best rung that holds is taken, and nothing below it is tried', async () => {
  const { attempt, tried } = holding('onnx-cpu', 'tensorflow-wasm');
  const result = await climb('auto', LADDER, attempt);
  expect(result.rung.name).toBe('onnx-cpu');
  expect(tried).toEqual(['tensorflow-gpu', 'tensorflow-webgpu', 'onnx-cuda', 'onnx-webgpu', 'onnx-cpu']);
});

test('a graphics card always stands before the processor', () => {
  expect(LADDER.map((rung) => rung.device.startsWith('CPU'))).toEqual([
    false,
    false,
    false,
    false,
    true,
    true,
    true,
    true,
  ]);
});

test('every refusal keeps its reason in one line', async () => {
  const { refused } = await climb('auto', LADDER, holding('onnx-cpu').attempt);
  expect(refused).toHaveLength(4);
  expect(refused[0]).toEqual({
    kind: EngineKind.TENSORFLOW,
    device: 'CUDA through tfjs-node-gpu',
    reason: 'no tensorflow-gpu',
  });
});

test('a rung that killed an earlier process is not tried again', async () => {
  const { attempt, tried } = holding('onnx-cpu');
  const { refused } = await climb(
    'auto',
    LADDER,
    attempt,
    new Map([['tensorflow-webgpu', 'it took the process']]),
  );
  expect(tried).not.toContain('tensorflow-webgpu');
  expect(refused.map((refusal) => refusal.reason)).toContain('it took the process');
});

test('an engine forced by configuration is the only one tried, and its absence is an error that says what to do', async () => {
  expect(rungsFor('onnx').map((rung) => rung.name)).toEqual(['onnx-cuda', 'onnx-webgpu', 'onnx-cpu']);
  const climbing = climb('tensorflow-gpu', rungsFor('tensorflow-gpu'), holding('onnx-cpu').attempt);
  await expect(climbing).rejects.toThrow(NoEngineError);
  await expect(climbing).rejects.toThrow(
    'FLYWHEEL_ENGINE is tensorflow-gpu, but it does not work on this machine (CUDA through tfjs-node-gpu: no tensorflow-gpu). Repair it, or set FLYWHEEL_ENGINE=auto',
  );
});

test('an engine that computes wrongly fails the self-test with the size of its error', async () => {
  const answering = (outputs: number[]): Engine =>
    ({
      load: () => Promise.resolve(),
      infer: () => Promise.resolve({ outputs: Float32Array.from(outputs), deviceMs: 0 }),
      unload: () => Promise.resolve(),
    }) as unknown as Engine;
  await expect(selfTest(answering(GOLDEN_OUTPUTS))).resolves.toBeUndefined();
  await expect(selfTest(answering(GOLDEN_OUTPUTS.map(() => 0.5)))).rejects.toThrow(/off by 0\.308/);
  await expect(selfTest(answering(GOLDEN_OUTPUTS.slice(1)))).rejects.toThrow('computes wrongly');
  await expect(selfTest(answering(GOLDEN_OUTPUTS.map(() => NaN)))).rejects.toThrow('computes wrongly');
});
