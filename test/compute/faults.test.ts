import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { AppError } from '../../src/kernel/errors';
import { EngineRefused } from '../../src/modules/compute/compute.errors';
import type { ComputeLimits } from '../../src/modules/compute/compute-limits';
import { ComputeService } from '../../src/modules/compute';
import { createLog } from '../../src/platform/log';
import { Metrics } from '../../src/platform/metrics';
import type { Fault } from './faulty-engine-process';

const POISON = 13;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-faults-'));
const services: ComputeService[] = [];

afterEach(async () => {
  for (const service of services.splice(0)) await service.stop();
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

async function started(limits: Partial<ComputeLimits> = {}) {
  const metrics = new Metrics();
  const compute = new ComputeService('onnx', createLog({ logLevel: 'silent' }), metrics, {
    program: path.join(__dirname, 'faulty-engine-process'),
    ...limits,
  });
  services.push(compute);
  await compute.start();
  const load = (versionId: string, fault: Fault) =>
    compute.load({
      versionId,
      inputWidth: 1,
      outputWidth: 1,
      files: [{ format: 'ONNX', source: { bytes: Buffer.from(JSON.stringify(fault)) } }],
    });
  const ask = async (versionId: string, number: number) =>
    (await compute.infer(versionId, { rows: Float32Array.of(number), count: 1 })).outputs[0];
  await load('mdv_well', {});
  return { compute, metrics, load, ask };
}

const marker = (name: string) => path.join(folder, name);
const poisoned = (fault: Fault['fault']): Fault => ({ at: 'RUN', fault, poison: POISON });

test('an engine that hangs is killed and restarted, and the request is answered by the next one', async () => {
  const { ask, load, compute, metrics } = await started({ patienceMs: 500 });
  await load('mdv_hangs', { ...poisoned('HANG'), marker: marker('hang') });
  expect(await ask('mdv_hangs', 1)).toBe(2);
  const [before] = await compute.health();
  expect(await ask('mdv_hangs', POISON)).toBe(26);
  const [after] = await compute.health();
  expect(after!.pid).not.toBe(before!.pid);
  expect(() => process.kill(before!.pid, 0)).toThrow('ESRCH');
  expect(await metrics.text()).toContain('flywheel_engine_retries_total 1');
});

test('an input on which every engine hangs is refused as its fault; who waited behind it is answered', async () => {
  const { ask, load } = await started({ patienceMs: 500 });
  await load('mdv_hangs', poisoned('HANG'));
  expect(await ask('mdv_hangs', 1)).toBe(2);
  const refused = ask('mdv_hangs', POISON);
  await expect(refused).rejects.toMatchObject({ code: 'ENGINE_FAULT', message: /ended twice.*hung/ });
  expect(await ask('mdv_well', 4)).toBe(8);
});

test('an input that kills every engine is refused after two, and the next request finds a third', async () => {
  const { ask, load } = await started();
  await load('mdv_dies', poisoned('DIE'));
  await expect(ask('mdv_dies', POISON)).rejects.toMatchObject({ code: 'ENGINE_FAULT' });
  expect(await ask('mdv_dies', 1)).toBe(2);
});

test.each([
  ['NAN', 'The model answers NaN in row 0, which is no number.'],
  ['SHORT', 'The model answers 0 numbers a row; its signature says 1.'],
] as const)(
  'nonsense (%s) is refused in words and counted, and the process lives on',
  async (fault, words) => {
    const { ask, load, compute, metrics } = await started();
    await load('mdv_nonsense', poisoned(fault));
    const [before] = await compute.health();
    await expect(ask('mdv_nonsense', POISON)).rejects.toMatchObject({
      code: 'ENGINE_FAULT',
      message: `${words} Nothing was billed; sending the same input again will not help.`,
    });
    expect(await ask('mdv_nonsense', 1)).toBe(2);
    expect((await compute.health())[0]!.pid).toBe(before!.pid);
    expect(await metrics.text()).toContain('flywheel_engine_faults_total 1');
  },
);

test('when the only rung takes its process with it, as where memory is short, it is tried again and serves', async () => {
  const { ask, compute } = await started();
  process.env['DEADLY_RUNG'] = marker('deadly');
  fs.writeFileSync(marker('deadly'), '');
  const [engine] = await compute.health();
  process.kill(engine!.pid, 'SIGKILL');
  const answered = (): Promise<number | undefined> =>
    ask('mdv_well', 1).catch((error: AppError) => {
      expect(error.code).toBe('ENGINE_UNAVAILABLE');
      return delay(20).then(answered);
    });
  expect(await answered()).toBe(2);
  expect(fs.existsSync(marker('deadly'))).toBe(false);
});

test('a lost device ends the process, because only a new one finds it again', async () => {
  const { ask, load, compute } = await started();
  await load('mdv_lost', { ...poisoned('DEVICE_LOST'), marker: marker('lost') });
  const [before] = await compute.health();
  expect(await ask('mdv_lost', POISON)).toBe(26);
  expect((await compute.health())[0]!.pid).not.toBe(before!.pid);
});

describe('a load that fails leaves the version out and the others as they were', () => {
  test('out of memory', async () => {
    const { ask, load, compute } = await started();
    const [before] = await compute.health();
    await expect(load('mdv_greedy', { at: 'LOAD', fault: 'OUT_OF_MEMORY' })).rejects.toThrow(EngineRefused);
    expect(compute.isLoaded('mdv_greedy')).toBe(false);
    expect(await ask('mdv_well', 3)).toBe(6);
    expect((await compute.health())[0]!.pid).toBe(before!.pid);
  });

  test('the process is killed for it, as systems do when memory ends', async () => {
    const { ask, load, compute } = await started();
    await expect(load('mdv_killer', { at: 'LOAD', fault: 'DIE' })).rejects.toThrow(
      'The engine process ended twice while it loaded mdv_killer',
    );
    expect(compute.isLoaded('mdv_killer')).toBe(false);
    expect(await ask('mdv_well', 3)).toBe(6);
  });

  test('more than the budget', async () => {
    const { load, ask } = await started({ modelBytes: 64 });
    await expect(load('mdv_large', { marker: 'x'.repeat(100) })).rejects.toThrow(/FLYWHEEL_ENGINE_MODEL_MB/);
    expect(await ask('mdv_well', 3)).toBe(6);
  });
});

test('versions over the budget leave and come back when they are asked for; all are answered', async () => {
  const size = JSON.stringify({}).length;
  const { load, ask, compute, metrics } = await started({ modelBytes: 2 * size });
  const versions = ['mdv_well', 'mdv_1', 'mdv_2', 'mdv_3'];
  for (const id of versions.slice(1)) await load(id, {});
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) => ask(versions[index % versions.length]!, index)),
  );
  expect(answers).toEqual(Array.from({ length: 40 }, (_, index) => index * 2));
  expect((await compute.health())[0]!.loaded.length).toBeLessThanOrEqual(2);
  expect(versions.every((id) => compute.isLoaded(id))).toBe(true);
  expect(await metrics.text()).toMatch(/flywheel_engine_evictions_total [1-9]/);
});

test('a process that holds too much is replaced while requests go on', async () => {
  const { load, ask, compute, metrics } = await started({ recycleBytes: 256 * 2 ** 20, lookMs: 50 });
  await load('mdv_leaks', poisoned('LEAK'));
  const [before] = await compute.health();
  expect(await ask('mdv_leaks', POISON)).toBe(26);
  for (let tries = 0; (await compute.health())[0]!.pid === before!.pid && tries < 5_000; tries++)
    expect(await ask('mdv_well', tries)).toBe(tries * 2);
  expect((await compute.health())[0]!.pid).not.toBe(before!.pid);
  expect(await metrics.text()).toContain('flywheel_engine_restarts_total{reason="RECYCLED"} 1');
});

test('replaced on wish: nobody waits, nothing is lost, the versions are there', async () => {
  const { ask, compute } = await started();
  const [before] = await compute.health();
  const asked = Array.from({ length: 20 }, (_, index) => ask('mdv_well', index));
  await compute.recycle();
  expect(await Promise.all(asked)).toEqual(Array.from({ length: 20 }, (_, index) => index * 2));
  expect(await ask('mdv_well', 5)).toBe(10);
  expect((await compute.health())[0]!.pid).not.toBe(before!.pid);
});

test('several processes share the batches, and the death of one is not felt', async () => {
  const { ask, compute } = await started({ perDevice: 2 });
  const [first, second] = await compute.health();
  expect(first!.loaded).toEqual(['mdv_well']);
  expect(second!.loaded).toEqual(['mdv_well']);
  expect(compute.parallel).toBe(2);
  process.kill(first!.pid, 'SIGSTOP');
  // The first one takes one and is silent; the others go to the one that answers.
  const asked = Array.from({ length: 10 }, (_, index) => ask('mdv_well', index));
  await Promise.race(asked);
  process.kill(first!.pid, 'SIGKILL');
  expect(await Promise.all(asked)).toEqual(Array.from({ length: 10 }, (_, index) => index * 2));
});

test('a version that the best rung cannot read runs in a process of its own', async () => {
  const { ask, compute } = await started();
  const bytes = Buffer.from('{}');
  const { kind } = await compute.load({
    versionId: 'mdv_graph',
    inputWidth: 1,
    outputWidth: 1,
    files: [{ format: 'TFJS_GRAPH', source: { bytes } }],
  });
  expect([kind, compute.info('mdv_graph').kind, compute.info().kind]).toEqual([
    'TENSORFLOW',
    'TENSORFLOW',
    'ONNX',
  ]);
  const processes = await compute.health();
  expect(processes.map(({ loaded }) => loaded)).toEqual([['mdv_well'], ['mdv_graph']]);
  process.kill(processes[1]!.pid, 'SIGKILL');
  expect(await ask('mdv_well', 4)).toBe(8);
  expect(await ask('mdv_graph', 4)).toBe(8);
});
