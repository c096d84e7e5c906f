/**
 * Reads protocol buffers field by field, without a schema: what is needed to look into an ONNX file before an engine
 * does. Nothing is copied; every length is checked against what is there.
 */
import type { Bytes } from './protobuf';

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;
const LONGEST_VARINT = 10;
const UTF8 = new TextDecoder();

export interface Field {
  readonly number: number;
  /** Of a varint; 0 of any other kind. Negative numbers as in 64-bit two's complement. */
  readonly integer: bigint;
  /** Of a message, a text or packed numbers; empty of any other kind. */
  readonly bytes: Bytes;
}

const NO_BYTES: Bytes = new Uint8Array(0);

/** The fields of a message in their order. @throws Error when the bytes are none. */
export function* fieldsOf(bytes: Bytes): Generator<Field> {
  const at = { place: 0 };
  while (at.place < bytes.length) {
    const key = varint(bytes, at);
    const number = Number(key >> 3n);
    switch (Number(key & 7n)) {
      case VARINT:
        yield { number, integer: BigInt.asIntN(64, varint(bytes, at)), bytes: NO_BYTES };
        break;
      case LENGTH_DELIMITED: {
        const length = Number(varint(bytes, at));
        yield { number, integer: 0n, bytes: taken(bytes, at, length) };
        break;
      }
      case FIXED_64:
        yield { number, integer: 0n, bytes: taken(bytes, at, 8) };
        break;
      case FIXED_32:
        yield { number, integer: 0n, bytes: taken(bytes, at, 4) };
        break;
      default:
        throw new Error('a field is of no known kind');
    }
  }
}

export function textOf(bytes: Bytes): string {
  return UTF8.decode(bytes);
}

function taken(bytes: Bytes, at: { place: number }, length: number): Bytes {
  const end = at.place + length;
  if (end > bytes.length) throw new Error('it ends too early');
  const part = bytes.subarray(at.place, end);
  at.place = end;
  return part;
}

function varint(bytes: Bytes, at: { place: number }): bigint {
  let value = 0n;
  for (let index = 0; index < LONGEST_VARINT; index++) {
    const byte = bytes[at.place++];
    if (byte === undefined) throw new Error('it ends too early');
    value |= BigInt(byte & 127) << BigInt(7 * index);
    if (byte < 128) return value;
  }
  throw new Error('a number is longer than 64 bits');
}
