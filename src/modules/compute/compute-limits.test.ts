/** What engine processes may hold where memory is scarce. */
import os from 'node:os';
import { limitsOf } from './compute-limits';

const MEBIBYTE = 2 ** 20;

afterEach(() => jest.restoreAllMocks());

test.each([
  [512, 128, 384],
  [2048, 512, 1536],
  [16_384, 4096, 9216],
])(
  'in a container of %i MiB models get %i, and a process that holds more than %i is replaced',
  (all, models, most) => {
    jest.spyOn(process, 'constrainedMemory').mockReturnValue(all * MEBIBYTE);
    jest.spyOn(os, 'totalmem').mockReturnValue(256 * 1024 * MEBIBYTE);
    expect(limitsOf()).toMatchObject({ modelBytes: models * MEBIBYTE, recycleBytes: most * MEBIBYTE });
    const two = limitsOf({ devices: ['0', '1'], perDevice: 1 });
    expect(two.recycleBytes * 2).toBeLessThanOrEqual((all * MEBIBYTE * 3) / 4);
  },
);

test('who says how much models may hold is not bounded by the machine', () => {
  jest.spyOn(process, 'constrainedMemory').mockReturnValue(512 * MEBIBYTE);
  const { recycleBytes } = limitsOf({ modelBytes: 400 * MEBIBYTE });
  expect(recycleBytes).toBe((800 + 1024) * MEBIBYTE);
});
