/** Half precision (IEEE 754 binary16), rounded to the nearest, ties to even; beyond 65,504 it is infinite. */
const single = new Float32Array(1);
const bitsOfSingle = new Uint32Array(single.buffer);
/** Exponents of a single below which a half is subnormal, and below which it is zero. */
const LEAST_NORMAL = 113;
const LEAST_SUBNORMAL = 102;
const GREATEST = 142;

export function toFloat16(value: number): number {
  single[0] = value;
  const bits = bitsOfSingle[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (fraction ? 0x200 : 0);
  if (exponent > GREATEST) return sign | 0x7c00;
  if (exponent < LEAST_SUBNORMAL) return sign;
  const isSubnormal = exponent < LEAST_NORMAL;
  const whole = isSubnormal ? fraction | 0x800000 : fraction | ((exponent - LEAST_NORMAL + 1) << 23);
  const dropped = isSubnormal ? 126 - exponent : 13;
  const kept = whole >>> dropped;
  const rest = whole & ((1 << dropped) - 1);
  const half = 1 << (dropped - 1);
  // A carry out of the fraction moves into the exponent, which is the next number.
  return sign | (kept + (rest > half || (rest === half && kept & 1) ? 1 : 0));
}
