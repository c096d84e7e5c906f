import { createLog } from '../../platform/log';
import { Metrics } from '../../platform/metrics';
import { ComputeService } from './compute.service';
import { EngineRefused } from './compute.errors';
import { EngineKind } from './engine';
import { engineReport } from './engine-report';
import { GOLDEN_NETWORK, GOLDEN_OUTPUTS, GOLDEN_ROWS } from './golden';
import { denseToOnnx } from './onnx/dense-to-onnx';
import { denseToTfjs } from './tensorflow/tfjs-bundle';

const log = createLog({ logLevel: 'silent' });
const batch = { rows: GOLDEN_ROWS, count: 3 };
const widths = { inputWidth: 3, outputWidth: 2 };
const ONNX = { format: 'ONNX' as const, source: { bytes: denseToOnnx(GOLDEN_NETWORK) } };
const TFJS = { format: 'TFJS' as const, source: { bytes: denseToTfjs(GOLDEN_NETWORK) } };

const close = (outputs: Float32Array, tolerance = 1e-3) => {
  expect(outputs).toHaveLength(GOLDEN_OUTPUTS.length);
  GOLDEN_OUTPUTS.forEach((value, index) => expect(Math.abs(outputs[index]! - value)).toBeLessThan(tolerance));
};

describe('a real engine process', () => {
  const metrics = new Metrics();
  const compute = new ComputeService('auto', log, metrics);

  beforeAll(() => compute.start());
  afterAll(() => compute.stop());

  test('says which engine it chose, and why each better one was refused', () => {
    const info = compute.info();
    expect(info.device).not.toBe('');
    for (const refusal of info.refused) expect(refusal.reason).not.toBe('');
    expect(engineReport(info)).toHaveLength(1 + info.refused.length);
  });

  test('answers from an ONNX file what the network answers', async () => {
    const engine = await compute.load({ versionId: 'mdv_onnx', ...widths, files: [ONNX] });
    expect(engine.kind).toBe(EngineKind.ONNX);
    const outcome = await compute.infer('mdv_onnx', batch);
    close(outcome.outputs);
    expect(outcome.deviceMs).toBeGreaterThan(0);
  });

  test('answers from a TensorFlow.js bundle too, whichever engine was chosen first', async () => {
    const engine = await compute.load({ versionId: 'mdv_tfjs', ...widths, files: [TFJS] });
    expect(engine.kind).toBe(EngineKind.TENSORFLOW);
    close((await compute.infer('mdv_tfjs', batch)).outputs);
  });

  test('fetches what was only offered when it is first run, once however many ask, and no more when it is taken back', async () => {
    let fetched = 0;
    compute.offer('mdv_offered', () => {
      fetched++;
      return Promise.resolve({ versionId: 'mdv_offered', ...widths, files: [ONNX] });
    });
    expect(fetched).toBe(0);
    const answers = await Promise.all([1, 2, 3].map(() => compute.infer('mdv_offered', batch)));
    for (const { outputs } of answers) close(outputs);
    expect(fetched).toBe(1);
    await compute.unload('mdv_offered');
    await expect(compute.infer('mdv_offered', batch)).rejects.toThrow('mdv_offered is not loaded');
  });

  test('answers a hundred requests in flight each with its own rows', async () => {
    await compute.load({ versionId: 'mdv_many', ...widths, files: [ONNX] });
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        compute.infer('mdv_many', {
          rows: GOLDEN_ROWS.slice((index % 3) * 3, (index % 3) * 3 + 3),
          count: 1,
        }),
      ),
    );
    answers.forEach(({ outputs }, index) =>
      expect(Math.abs(outputs[0]! - GOLDEN_OUTPUTS[(index % 3) * 2]!)).toBeLessThan(1e-3),
    );
  });

  test('refuses in words: an unknown version, rows of the wrong width, a signature that lies, bytes that are no model', async () => {
    await compute.load({ versionId: 'mdv_strict', ...widths, files: [ONNX] });
    await expect(compute.infer('mdv_unknown', batch)).rejects.toThrow('mdv_unknown is not loaded');
    await expect(compute.infer('mdv_strict', { rows: new Float32Array(4), count: 1 })).rejects.toThrow(
      '1 rows of 3 numbers were expected, 4 numbers came',
    );
    const lying = { versionId: 'mdv_lying', inputWidth: 3, outputWidth: 5, files: [ONNX] };
    await expect(compute.load(lying)).rejects.toThrow('answers 2 numbers a row; its signature says 5');
    const broken = { format: 'ONNX' as const, source: { bytes: Buffer.from('no model') } };
    await expect(compute.load({ versionId: 'mdv_broken', ...widths, files: [broken] })).rejects.toThrow(
      EngineRefused,
    );
    close((await compute.infer('mdv_strict', batch)).outputs);
  });

  test('an unloaded version is gone', async () => {
    await compute.load({ versionId: 'mdv_gone', ...widths, files: [ONNX] });
    await compute.unload('mdv_gone');
    expect(compute.isLoaded('mdv_gone')).toBe(false);
    expect((await compute.health())[0]!.loaded).not.toContain('mdv_gone');
    await expect(compute.infer('mdv_gone', batch)).rejects.toThrow('not loaded');
  });

  test('a client that left gets its own reason at once', async () => {
    await compute.load({ versionId: 'mdv_left', ...widths, files: [ONNX] });
    const left = new AbortController();
    const { pid } = (await compute.health())[0]!;
    process.kill(pid, 'SIGSTOP');
    const waiting = compute.infer('mdv_left', batch, { signal: left.signal });
    left.abort(new Error('the client left'));
    await expect(waiting).rejects.toThrow('the client left');
    process.kill(pid, 'SIGCONT');
    close((await compute.infer('mdv_left', batch)).outputs);
  });

  test('killed in the middle of a request: restarted, the version loaded again, the request answered once', async () => {
    await compute.load({ versionId: 'mdv_kill', ...widths, files: [ONNX] });
    const { pid } = (await compute.health())[0]!;
    process.kill(pid, 'SIGSTOP');
    const answers = Promise.all([compute.infer('mdv_kill', batch), compute.infer('mdv_kill', batch)]);
    await new Promise<void>((resolve) => setImmediate(resolve));
    process.kill(pid, 'SIGKILL');
    for (const { outputs } of await answers) close(outputs);
    const health = (await compute.health())[0]!;
    expect(health.pid).not.toBe(pid);
    expect(health.loaded).toEqual(['mdv_kill']);
    expect(await metrics.text()).toContain('flywheel_engine_restarts_total{reason="DIED"} 1');
  });

  test('after stop nothing is answered, and the process is gone', async () => {
    const { pid } = (await compute.health())[0]!;
    await compute.stop();
    await expect(compute.infer('mdv_kill', batch)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});

test.each(['tensorflow-wasm', 'tensorflow-cpu', 'onnx'] as const)(
  'FLYWHEEL_ENGINE=%s is obeyed',
  async (choice) => {
    const compute = new ComputeService(choice, log, new Metrics());
    await compute.start();
    try {
      expect(compute.info().kind).toBe(choice === 'onnx' ? EngineKind.ONNX : EngineKind.TENSORFLOW);
      await compute.load({ versionId: 'mdv_both', ...widths, files: [ONNX, TFJS] });
      close((await compute.infer('mdv_both', batch)).outputs);
    } finally {
      await compute.stop();
    }
  },
);

test('an engine that is forced and missing is an error in words, not another engine', async () => {
  const compute = new ComputeService('tensorflow-gpu', log, new Metrics());
  const outcome = await compute.start().then(
    () => compute.info().device,
    (error: Error) => error.message,
  );
  await compute.stop();
  // On a machine where CUDA really stands, the very same choice works.
  if (outcome !== 'CUDA') expect(outcome).toMatch(/FLYWHEEL_ENGINE is tensorflow-gpu, but it does not work/);
});
