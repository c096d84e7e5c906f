/**
 * Callers who want their answer: each asks one process or another with a key of its own, and again with the same key until it
 * is answered, as a client does that must not lose anything nor pay twice.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../src/modules/compute/generation/sampling';
import type { BenchmarkCustomer } from '../measure/customer';

const AT_ONCE = 8;
const ONCE_MS = 30_000;
const AGAIN_MS = 200;
/** After the last call has begun, so much later whoever has no answer gives up. */
const PATIENCE_MS = 120_000;
const DURABLE_SHARE = 0.25;
const TEXT_SHARE = 0.1;

const PREDICT = `mutation ($input: PredictInput!) { made: predict(input: $input) { made: inference { id } errors { code } } }`;
const CREATE = `mutation ($input: PredictionCreateInput!) { made: predictionCreate(input: $input) { made: prediction { id } errors { code } } }`;

interface Answer {
  readonly data?: { readonly made: { readonly made: { readonly id: string } | null } | null } | null;
}

export interface Calls {
  /** Ids that callers were told, by their keys. */
  readonly predictions: Map<string, string>;
  readonly durable: Map<string, string>;
  /** Texts that came to their end. */
  texts: number;
  /** Attempts that were cut off or refused, and made again. */
  repeated: number;
  /** Who was still without an answer when patience ended. */
  abandoned: number;
}

export async function callFor(
  seconds: number,
  urls: readonly string[],
  customers: readonly BenchmarkCustomer[],
): Promise<Calls> {
  const calls: Calls = { predictions: new Map(), durable: new Map(), texts: 0, repeated: 0, abandoned: 0 };
  const end = performance.now() + seconds * 1000;
  let number = 0;
  const caller = async (seed: number): Promise<void> => {
    const random = seededRandom(seed);
    const any = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!;
    while (performance.now() < end) {
      const { headers } = any(customers);
      const key = `call ${number++}`;
      const kind = random();
      if (kind < TEXT_SHARE) {
        if (await text(any(urls), headers)) calls.texts++;
        continue;
      }
      const isDurable = kind < TEXT_SHARE + DURABLE_SHARE;
      const input = {
        deployment: 'sentiment-classifier',
        rows: { text: `${key}: it was ${any(['good', 'bad', 'long'])}` },
        idempotencyKey: key,
      };
      for (;;) {
        const id = await attempt(any(urls), headers, isDurable ? CREATE : PREDICT, input);
        if (id) (isDurable ? calls.durable : calls.predictions).set(key, id);
        else if (performance.now() > end + PATIENCE_MS) calls.abandoned++;
        else {
          calls.repeated++;
          await delay(AGAIN_MS);
          continue;
        }
        break;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => caller(at + 1)));
  return calls;
}

/** The id, or undefined for whatever went wrong. */
async function attempt(
  url: string,
  headers: Readonly<Record<string, string>>,
  query: string,
  input: object,
): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { input } }),
      signal: AbortSignal.timeout(ONCE_MS),
    });
    return ((await response.json()) as Answer).data?.made?.made?.id;
  } catch {
    return undefined;
  }
}

/** A text cannot be asked for twice without a stream that is resumed: what is cut off is billed as far as it came. */
async function text(url: string, headers: Readonly<Record<string, string>>): Promise<boolean> {
  try {
    const response = await fetch(`${url}/v1/completions`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'tiny-language-model', prompt: 'Once', max_tokens: 20, stream: true }),
      signal: AbortSignal.timeout(ONCE_MS),
    });
    return (await response.text()).includes('[DONE]');
  } catch {
    return false;
  }
}
