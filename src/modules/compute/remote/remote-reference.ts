/**
 * A model that somebody else runs, as a version keeps it: which server, by which protocol, under which name, with which
 * sealed credential, and what its use costs. It is the artefact of the version, so its hash is the version's, too.
 */
import { z } from 'zod';

const DECIMAL = /^\d{1,12}(\.\d{1,12})?$/;
const price = z.string().regex(DECIMAL);

const tensor = z.strictObject({
  name: z.string().min(1),
  datatype: z.string(),
  /** Numbers a row. */
  width: z.int().min(1),
  /** Of a row, where it is no plain list of them. */
  shape: z.array(z.int().min(1)).optional(),
});

const common = {
  url: z.url(),
  model: z.string().min(1),
  /** Sealed by the house's keys; null for a server that asks for none. */
  secret: z.string().nullable(),
  /** Decimals of minor units. */
  prices: z.strictObject({
    request: price,
    row: price,
    promptTokens: price,
    completionTokens: price,
  }),
};

export const remoteReferenceSchema = z.discriminatedUnion('protocol', [
  z.strictObject({
    protocol: z.literal('OPENAI'),
    ...common,
    /** Of a model that makes vectors of texts: the numbers in each; absent for one that writes. */
    dimensions: z.int().min(1).optional(),
  }),
  z.strictObject({
    protocol: z.literal('OPEN_INFERENCE'),
    ...common,
    inputs: z.array(tensor).min(1),
    outputs: z.array(tensor).min(1),
  }),
]);

export type RemoteReference = z.infer<typeof remoteReferenceSchema>;
export type RemoteTensor = z.infer<typeof tensor>;

/** What a secret is sealed for: it opens with this reference alone. */
export const SECRET_PURPOSE = 'remote-engine';

export function secretContext({ url, model }: Pick<RemoteReference, 'url' | 'model'>): string {
  return `${url} ${model}`;
}
