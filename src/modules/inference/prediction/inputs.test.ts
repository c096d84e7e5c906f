import { AppErrors } from '../../../kernel/errors';
import { DType } from '../../models';
import { askedRows, numbersOf } from './inputs';

test('small rows that come to more numbers than are held at once are refused before they are made', () => {
  const [side, width] = [1024, 1024 ** 2];
  const image = { name: 'image', dtype: DType.IMAGE, shape: [side, side], optional: false };
  const preparation = { format: 1, kind: 'PIXELS', input: 'image', side, width };
  const version = { signature: { inputs: [image], outputs: [] }, preparation };
  const rows = Array.from({ length: 65 }, () => ({ image: '' }));
  expect(() => numbersOf(version, askedRows(rows))).toThrow('Send at most 64 rows');
});

test.each([
  ['as they are', null],
  ['prepared', { steps: [], width: 1 }],
])('faults of rows that are taken %s are looked for no further than they are told', (_how, preparation) => {
  const inputs = Array.from({ length: 60 }, (_, at) => ({
    name: `x${at}`,
    dtype: DType.FLOAT32,
    optional: false,
  }));
  const unread = {
    get x0(): number {
      throw new Error('It was read.');
    },
  };
  const faultsIn = (rows: readonly unknown[]): number => {
    try {
      numbersOf({ signature: { inputs, outputs: [] }, preparation }, askedRows(rows));
    } catch (error) {
      if (error instanceof AppErrors) return error.errors.length;
      throw error;
    }
    return 0;
  };
  expect(faultsIn([{}])).toBe(60);
  expect(faultsIn([{}, {}, unread])).toBe(100);
  const unknown = Object.fromEntries(Array.from({ length: 200_000 }, (_, at) => [`y${at}`, 0]));
  expect(faultsIn([unknown])).toBe(100);
});
