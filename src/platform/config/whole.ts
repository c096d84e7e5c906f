/** A variable that is a whole number, and what it is told to whoever set another. */
import { z } from 'zod';

export function whole(min: number, max: number) {
  const must = `must be a whole number from ${min} to ${max}`;
  return z.coerce.number(must).int(must).min(min, must).max(max, must);
}
