import 'reflect-metadata';
import { AppError } from '../../../kernel/errors';
import { EngineKind } from '../../compute';
import type { WarmVersion } from '../../deployments';
import { DType } from '../../models';
import type { BatchRequest } from '../batching/batching.service';
import { VersionLoad } from './version-load.service';

const number = (name: string) => ({ name, dtype: DType.FLOAT32, optional: false });
const version = {
  id: 'mdv_a',
  preparation: null,
  inputWidth: 1,
  outputWidth: 1,
  signature: { inputs: [number('x')], outputs: [number('y')] },
} as unknown as WarmVersion;
const never = new AbortController().signal;

function house(leavesHouse: boolean) {
  const asked: BatchRequest[] = [];
  const told: (readonly [string, number])[] = [];
  let released = 0;
  const load = new VersionLoad({
    routes: {
      holdVersion: (id) => (id === version.id ? { version, release: () => released++ } : undefined),
    },
    execution: {
      of: () => ({
        runs: () => true,
        leavesHouse,
        infoOf: () => ({ kind: EngineKind.ONNX, device: 'CPU', version: '1', refused: [] }),
        infer: () => Promise.reject(new Error('the queue asks the engine')),
      }),
    },
    batching: {
      rowsAtOnce: () => 2,
      unattributed: (reason, ms) => told.push([reason, ms]),
      submit: async (request) => {
        asked.push(request);
        return { outputs: request.numbers, queueMs: 1, computeMs: 4, deviceMs: 3, batchRows: request.rows };
      },
    },
  });
  return { load, asked, told, released: () => released };
}

const rows = [1, 2, 3, 4, 5].map((x) => ({ x }));

test('a query gives way in the queue, in parts for which nobody waits long, and its device time is told apart', async () => {
  const { load, asked, told, released } = house(false);
  const held = load.hold('mdv_a');
  const metered = await held.ask(rows, 1000, never);
  expect(asked.map(({ rows: count, givesWay }) => [count, givesWay])).toEqual([
    [2, true],
    [2, true],
    [1, true],
  ]);
  expect(metered).toMatchObject({ queueMs: 3, computeMs: 12, deviceMs: 9 });
  expect(told).toEqual([['PERFORMANCE_TEST', 9]]);
  expect(held.engineName).toBe('ONNX CPU');
  held.release();
  expect(released()).toBe(1);
});

test('the time of a server outside is on its owner’s bill, and each version there is an engine of its own', async () => {
  const { load, told } = house(true);
  const held = load.hold('mdv_a');
  await held.ask(rows, 1000, never);
  expect([told, held.engineName]).toEqual([[], 'mdv_a']);
});

test('what is not warm here, and rows that do not fit, are told before anything is asked', () => {
  const { load, asked } = house(false);
  expect(() => load.hold('mdv_b')).toThrow(AppError);
  expect(() => load.hold('mdv_a').check([{ x: 1 }, { x: 'one' }])).toThrow(/x/);
  expect(asked).toEqual([]);
});
