import { DType } from '../models';
import { askedRows, numbersOf } from './inputs';

test('small rows that come to more numbers than are held at once are refused before they are made', () => {
  const [side, width] = [1024, 1024 ** 2];
  const image = { name: 'image', dtype: DType.IMAGE, shape: [side, side], optional: false };
  const preparation = { format: 1, kind: 'PIXELS', input: 'image', side, width };
  const version = { signature: { inputs: [image], outputs: [] }, preparation };
  const rows = Array.from({ length: 65 }, () => ({ image: '' }));
  expect(() => numbersOf(version, askedRows(rows))).toThrow('Send at most 64 rows');
});
