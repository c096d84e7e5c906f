import { decode, encode } from './datatype';
import { inferRequestOf } from './infer-request';

const NONE = Buffer.alloc(0);

test('every type of number is read from its little-endian bytes', () => {
  const read = (datatype: Parameters<typeof decode>[0], hex: string): unknown =>
    decode(datatype, Buffer.from(hex, 'hex'), 1)?.[0];
  expect(read('BOOL', '01')).toBe(true);
  expect(read('UINT8', 'ff')).toBe(255);
  expect(read('INT8', 'ff')).toBe(-1);
  expect(read('UINT16', 'feff')).toBe(65_534);
  expect(read('INT16', 'feff')).toBe(-2);
  expect(read('UINT32', 'ffffffff')).toBe(4_294_967_295);
  expect(read('INT32', 'ffffffff')).toBe(-1);
  expect(read('UINT64', 'ffffffff00000000')).toBe(4_294_967_295);
  expect(read('INT64', 'feffffffffffffff')).toBe(-2);
  expect(read('FP32', '0000c03f')).toBe(1.5);
  expect(read('FP64', '000000000000f83f')).toBe(1.5);
});

test.each([
  ['003c', 1],
  ['00c0', -2],
  ['ff7b', 65_504],
  ['0100', 2 ** -24],
  ['007c', Infinity],
  ['007e', NaN],
])('the half-precision bits %s are %d', (hex, value) => {
  expect(decode('FP16', Buffer.from(hex, 'hex'), 1)).toEqual([value]);
});

test('texts go out and come back whole, and bytes that do not fit are no texts', () => {
  const texts = ['', 'yes', 'größer'];
  const bytes = encode(texts, 'BYTES');
  expect(decode('BYTES', bytes, 3)).toEqual(texts);
  expect(decode('BYTES', bytes, 2)).toBeUndefined();
  expect(decode('BYTES', bytes.subarray(0, -1), 3)).toBeUndefined();
  expect(decode('BYTES', Buffer.from('ffffffff', 'hex'), 1)).toBeUndefined();
  expect(decode('FP32', Buffer.alloc(5), 1)).toBeUndefined();
});

test('tensors in JSON and in binary become the same rows, wide ones as lists', () => {
  const header = {
    inputs: [
      { name: 'a', datatype: 'FP32', shape: [2, 1], data: [[1], [2]] },
      { name: 'b', datatype: 'FP32', shape: [2, 2], parameters: { binary_data_size: 16 } },
    ],
    outputs: [{ name: 'c', parameters: { binary_data: true } }],
  };
  expect(inferRequestOf(header, encode([3, 4, 5, 6], 'FP32'))).toEqual({
    id: undefined,
    rows: [
      { a: 1, b: [3, 4] },
      { a: 2, b: [5, 6] },
    ],
    outputs: [{ name: 'c', binary: true }],
    binary: false,
  });
});

test('a name that means something to JavaScript is a name', () => {
  const inputs = [{ name: '__proto__', datatype: 'FP32', shape: [1], data: [1] }];
  const [row] = inferRequestOf({ inputs }, NONE).rows;
  expect(Object.keys(row!)).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
});

const NOTHING = Buffer.alloc(0);

test.each(['classification', 'shared_memory_region'])(
  'an output that is wanted in another way than the answer has is refused, never given in its place: %s',
  (name) => {
    const inputs = [{ name: 'a', datatype: 'FP32', shape: [1], data: [1] }];
    const outputs = [{ name: 'b' }, { name: 'c', parameters: { binary_data: true, [name]: 3 } }];
    expect(() => inferRequestOf({ inputs, outputs }, NONE)).toThrow(name);
  },
);

test('a tensor that is sent twice is refused by its name', () => {
  const input = { name: 'a', datatype: 'FP32', shape: [1], data: [1] };
  expect(() => inferRequestOf({ inputs: [input, { ...input, data: [2] }] }, NOTHING)).toThrow(
    'The tensor a is there twice.',
  );
});

test.each([
  ['bytes that belong to no tensor', { name: 'a', datatype: 'FP32', shape: [1], data: [1] }, Buffer.alloc(4)],
  [
    'a shape that claims more than was sent',
    { name: 'a', datatype: 'UINT8', shape: [2, 1e12], parameters: { binary_data_size: 4 } },
    Buffer.alloc(4),
  ],
  [
    'data twice',
    { name: 'a', datatype: 'UINT8', shape: [4], data: [1, 2, 3, 4], parameters: { binary_data_size: 4 } },
    Buffer.alloc(4),
  ],
  [
    'a size that is no size',
    { name: 'a', datatype: 'UINT8', shape: [4], parameters: { binary_data_size: -4 } },
    Buffer.alloc(4),
  ],
  ['a part of a whole number', { name: 'a', datatype: 'INT32', shape: [1], data: [31.5] }, NOTHING],
  ['a number that its type cannot hold', { name: 'a', datatype: 'UINT8', shape: [1], data: [-3] }, NOTHING],
  [
    'a text that is not UTF-8',
    { name: 'a', datatype: 'BYTES', shape: [1], parameters: { binary_data_size: 5 } },
    Buffer.from([1, 0, 0, 0, 0xff]),
  ],
])('%s: refused', (_what, input, binary) => {
  expect(() => inferRequestOf({ inputs: [input] }, binary)).toThrow();
});

test.each([
  ['sequence_id', 7],
  ['sequence_id', 'a conversation'],
  ['sequence_start', true],
  ['sequence_end', true],
])('a request of a sequence is refused, not answered as if it stood alone: %s %p', (name, value) => {
  const inputs = [{ name: 'a', datatype: 'FP32', shape: [1], data: [1] }];
  const path = ['parameters', name];
  expect(() => inferRequestOf({ inputs, parameters: { [name]: value } }, NONE)).toThrow(
    expect.objectContaining({ code: 'INVALID_INPUT', path }),
  );
});

test('what says that it belongs to no sequence is answered', () => {
  const inputs = [{ name: 'a', datatype: 'FP32', shape: [1], data: [1] }];
  const parameters = { sequence_id: 0, sequence_start: false, sequence_end: false };
  expect(inferRequestOf({ inputs, parameters }, NONE).rows).toEqual([{ a: 1 }]);
});

test('who names no outputs gets all of them', () => {
  const inputs = [{ name: 'a', datatype: 'FP32', shape: [1], data: [1] }];
  expect(inferRequestOf({ inputs, outputs: [] }, NONE).outputs).toBeUndefined();
});
