/** JSON as servers of somebody else write it: it may be none, and it may be something else than was asked for. */
import type { z } from 'zod';
import { remoteNonsense } from './remote-failure';

/** @param otherwise what it was, if it is no JSON. @throws RemoteFault */
export function jsonOf(text: string, otherwise = 'no JSON'): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw remoteNonsense(otherwise);
  }
}

/** @param otherwise what it was, if it is JSON of another shape. @throws RemoteFault */
export function answerOf<T>(schema: z.ZodType<T>, bytes: Buffer, otherwise: string): T {
  const { success, data } = schema.safeParse(jsonOf(bytes.toString('utf8')));
  if (!success) throw remoteNonsense(otherwise);
  return data;
}
