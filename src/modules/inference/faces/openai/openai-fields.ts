/**
 * Objects as the OpenAI protocol sends them. Clients of typed languages write out every field that they know, with null for what
 * they leave out: it asks for nothing, so a field that cannot be honoured here is refused only with a value.
 */
import { z } from 'zod';

/** These fields and no others. */
export function fields<S extends z.ZodRawShape>(
  shape: S,
): z.ZodType<z.infer<z.ZodObject<S, z.core.$strict>>> {
  return z.preprocess(withoutNulls, z.strictObject(shape));
}

/** Accepted only as what it means to leave it out. */
export const onlyDefault = <T extends string | number | boolean>(value: T) =>
  z.literal(value, `Only ${JSON.stringify(value)} is possible here. Leave it out.`).optional();

/** Some clients send numbers of a tokenizer that they take for granted. */
export const TOKEN_IDS =
  'Token ids are those of another model’s tokenizer, and are not taken: in LangChain for Python set check_embedding_ctx_length=False.';

function withoutNulls(asked: unknown): unknown {
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) return asked;
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== null));
}
