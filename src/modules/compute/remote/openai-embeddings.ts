/**
 * Texts made into vectors by a server of the OpenAI protocol. Bytes in base64 are asked for and numbers taken as well, because
 * not every server knows both. A vector a text, each as wide as the others, of finite numbers, for tokens that can be: anything
 * else is an error, because nobody could tell afterwards which vector was wrong.
 */
import { z } from 'zod';
import type { CancelSignal } from '../../../kernel/cancellation';
import type { OpenAiTarget } from './openai-remote';
import { remoteNonsense } from './remote-failure';
import type { RemoteHttp } from './remote-http';
import { answerOf } from './remote-json';
import { checkUsage, type CheckedUsage } from './told-usage';

const BYTES_A_NUMBER = 4;

const answerSchema = z.object({
  data: z.array(z.object({ index: z.int().min(0), embedding: z.union([z.string(), z.array(z.number())]) })),
  usage: z.object({ prompt_tokens: z.number() }).nullish(),
});

export interface Embedded {
  /** One after the other, in the order of the texts. */
  readonly vectors: Float32Array;
  readonly width: number;
  /** Of each text, as they were read: together what the server claims, shared by bytes; or what is usual, where it claims nothing. */
  readonly tokens: readonly number[];
  readonly verdict: CheckedUsage['verdict'];
}

/** @param width how many numbers a vector has; undefined while nobody knows. @throws RemoteFault */
export async function embedByOpenAi(
  wire: RemoteHttp,
  { url, model, headers }: OpenAiTarget,
  { texts, width, signal }: { texts: readonly string[]; width?: number; signal?: CancelSignal },
): Promise<Embedded> {
  const response = await wire.send({
    method: 'POST',
    url: `${url}/embeddings`,
    headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ model, input: texts, encoding_format: 'base64' }),
    signal,
  });
  const { data, usage } = answerOf(
    answerSchema,
    await wire.read(response, signal),
    'something else than vectors',
  );
  if (data.length !== texts.length || new Set(data.map(({ index }) => index)).size !== texts.length)
    throw remoteNonsense(`${data.length} vectors to ${texts.length} texts`);
  const rows: Float32Array[] = [];
  for (const { index, embedding } of data) rows[index] = numbersOf(embedding);
  const wanted = width ?? rows[0]?.length ?? 0;
  const vectors = new Float32Array(texts.length * wanted);
  for (let row = 0; row < texts.length; row++) {
    const numbers = rows[row];
    if (!numbers || numbers.length !== wanted || wanted === 0 || !numbers.every(Number.isFinite))
      throw remoteNonsense(`no ${wanted === 0 ? '' : `${wanted} `}finite numbers to a text`);
    vectors.set(numbers, row * wanted);
  }
  return { vectors, width: wanted, ...tokensOf(texts, usage?.prompt_tokens) };
}

/** 32-bit numbers, the lowest byte first, in base64; or the numbers themselves. */
function numbersOf(embedding: string | readonly number[]): Float32Array {
  if (typeof embedding !== 'string') return Float32Array.from(embedding);
  const bytes = Buffer.from(embedding, 'base64');
  if (bytes.length % BYTES_A_NUMBER !== 0) throw remoteNonsense('bytes that are no numbers');
  return Float32Array.from({ length: bytes.length / BYTES_A_NUMBER }, (_, at) =>
    bytes.readFloatLE(at * BYTES_A_NUMBER),
  );
}

function tokensOf(texts: readonly string[], told: number | undefined): Pick<Embedded, 'tokens' | 'verdict'> {
  const bytes = texts.map((text) => Buffer.byteLength(text));
  const claim = told === undefined ? undefined : { promptTokens: told, completionTokens: 0 };
  const { promptTokens, verdict } = checkUsage(claim, {
    promptBytes: bytes.reduce((sum, own) => sum + own, 0),
    turns: texts.length,
    bytes: 0,
    pieces: 0,
    maxTokens: 0,
  });
  if (verdict === 'IMPLAUSIBLE') throw remoteNonsense('with usage that cannot be');
  return { tokens: sharesOf(promptTokens, bytes), verdict };
}

/** Whole shares that add up to the total, as near to the weights as whole numbers are. */
export function sharesOf(total: number, weights: readonly number[]): number[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  let weight = 0;
  let given = 0;
  return weights.map((own) => {
    weight += own;
    const upTo = all === 0 ? 0 : Math.floor((total * weight) / all);
    const share = upTo - given;
    given = upTo;
    return share;
  });
}
