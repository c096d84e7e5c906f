/**
 * As much of protocol buffers as an ONNX file needs: varints, floats, length-delimited fields, strings. Writing them by hand
 * spares a dependency of megabytes for a format of four rules.
 */
export type Bytes = Uint8Array;

const UTF8 = new TextEncoder();
const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

export function concat(...parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Seven bits a byte, lowest first; negative numbers as 64-bit two's complement. */
function varint(value: number | bigint): Bytes {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest ? low | 128 : low);
  } while (rest);
  return Uint8Array.from(bytes);
}

export function integerField(field: number, value: number | bigint): Bytes {
  return concat(varint((field << 3) | VARINT), varint(value));
}

export function floatField(field: number, value: number): Bytes {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return concat(varint((field << 3) | FIXED_32), bytes);
}

export function bytesField(field: number, value: Bytes): Bytes {
  return concat(varint((field << 3) | LENGTH_DELIMITED), varint(value.length), value);
}

export function stringField(field: number, value: string): Bytes {
  return bytesField(field, UTF8.encode(value));
}
