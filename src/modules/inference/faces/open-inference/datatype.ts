/** The element types of the Open Inference Protocol, and their little-endian bytes. */
import { isUtf8 } from 'node:buffer';

export type Element = number | string | boolean;

interface Codec {
  /** Bytes an element; undefined where each element says its own length. */
  readonly size?: number;
  readonly accepts: (value: unknown) => value is Element;
  readonly read: (view: DataView, at: number) => Element;
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
/** JSON knows no whole numbers beyond 2^53; those of 64 bits are read as near as a number comes. */
const isWhole =
  (least: number, most: number) =>
  (value: unknown): value is number =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
const isText = (value: unknown): value is string => typeof value === 'string';
const isTruth = (value: unknown): value is boolean => typeof value === 'boolean';

const CODECS = {
  BOOL: { size: 1, accepts: isTruth, read: (view, at) => view.getUint8(at) !== 0 },
  UINT8: { size: 1, accepts: isWhole(0, 2 ** 8 - 1), read: (view, at) => view.getUint8(at) },
  UINT16: { size: 2, accepts: isWhole(0, 2 ** 16 - 1), read: (view, at) => view.getUint16(at, true) },
  UINT32: { size: 4, accepts: isWhole(0, 2 ** 32 - 1), read: (view, at) => view.getUint32(at, true) },
  UINT64: {
    size: 8,
    accepts: isWhole(0, 2 ** 64 - 1),
    read: (view, at) => Number(view.getBigUint64(at, true)),
  },
  INT8: { size: 1, accepts: isWhole(-(2 ** 7), 2 ** 7 - 1), read: (view, at) => view.getInt8(at) },
  INT16: { size: 2, accepts: isWhole(-(2 ** 15), 2 ** 15 - 1), read: (view, at) => view.getInt16(at, true) },
  INT32: { size: 4, accepts: isWhole(-(2 ** 31), 2 ** 31 - 1), read: (view, at) => view.getInt32(at, true) },
  INT64: {
    size: 8,
    accepts: isWhole(-(2 ** 63), 2 ** 63 - 1),
    read: (view, at) => Number(view.getBigInt64(at, true)),
  },
  FP16: { size: 2, accepts: isNumber, read: (view, at) => halfAt(view.getUint16(at, true)) },
  FP32: { size: 4, accepts: isNumber, read: (view, at) => view.getFloat32(at, true) },
  FP64: { size: 8, accepts: isNumber, read: (view, at) => view.getFloat64(at, true) },
  BYTES: { accepts: isText, read: () => '' },
} as const satisfies Record<string, Codec>;

export type Datatype = keyof typeof CODECS;

export const DATATYPES = Object.keys(CODECS) as Datatype[];

/** Whether a JSON value may stand in a tensor of this type. */
export function accepts(datatype: Datatype, value: unknown): value is Element {
  return CODECS[datatype].accepts(value);
}

/** The elements in these bytes; undefined unless they are exactly `count`, and texts in UTF-8. */
export function decode(datatype: Datatype, bytes: Buffer, count: number): Element[] | undefined {
  if (datatype === 'BYTES') return decodeTexts(bytes, count);
  const { size, read } = CODECS[datatype];
  if (bytes.length !== count * size) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: count }, (_, index) => read(view, index * size));
}

function decodeTexts(bytes: Buffer, count: number): string[] | undefined {
  const texts: string[] = [];
  let at = 0;
  while (at + 4 <= bytes.length && texts.length < count) {
    const end = at + 4 + bytes.readUInt32LE(at);
    if (end > bytes.length) return undefined;
    const text = bytes.subarray(at + 4, end);
    if (!isUtf8(text)) return undefined;
    texts.push(text.toString('utf8'));
    at = end;
  }
  return at === bytes.length && texts.length === count ? texts : undefined;
}

/** What a model answers here is numbers of 32 bits, or texts. */
export function encode(data: readonly Element[], datatype: 'FP32' | 'BYTES'): Buffer {
  if (datatype === 'FP32') {
    const bytes = Buffer.allocUnsafe(data.length * 4);
    data.forEach((value, index) => bytes.writeFloatLE(Number(value), index * 4));
    return bytes;
  }
  return Buffer.concat(
    data.flatMap((value) => {
      const text = Buffer.from(String(value), 'utf8');
      const length = Buffer.allocUnsafe(4);
      length.writeUInt32LE(text.length);
      return [length, text];
    }),
  );
}

/** IEEE 754 binary16. */
function halfAt(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
