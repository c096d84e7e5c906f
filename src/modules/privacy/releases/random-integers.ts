/**
 * Where the noise of a release takes its chance from. A port of one method, so that a test can repeat what it drew; in the
 * product it is the operating system's cryptographic generator, because whoever can foresee the noise can take it off.
 */
import { randomBytes } from 'node:crypto';

export interface RandomIntegers {
  /** A whole number from 0 to `bound` − 1, each exactly as likely as any other. @param bound at least 1. */
  below(bound: bigint): bigint;
}

/** Whole numbers out of uniform bytes: as many bits as the bound has, and drawn again when they are beyond it. */
export function integersFrom(bytes: (count: number) => Uint8Array): RandomIntegers {
  return {
    below: (bound) => {
      const bits = (bound - 1n).toString(2).length;
      const count = Math.ceil(bits / 8);
      const surplus = BigInt(count * 8 - bits);
      for (;;) {
        const drawn = BigInt(`0x${Buffer.from(bytes(count)).toString('hex')}`) >> surplus;
        if (drawn < bound) return drawn;
      }
    },
  };
}

export const systemIntegers: RandomIntegers = integersFrom(randomBytes);
