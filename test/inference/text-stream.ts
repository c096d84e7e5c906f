/** A reader of texts over server-sent events, who can leave in the middle. */
import type { Person, World } from '../support/world';

export interface Chunk {
  readonly streamId: string;
  readonly number: number;
  readonly text: string;
  readonly finishReason: string | null;
  readonly usage: { readonly promptTokens: number; readonly completionTokens: number } | null;
  readonly inference: { readonly id: string; readonly status: string; readonly priceExact: string } | null;
  readonly feedbackToken: string | null;
}

interface Event {
  readonly data?: { readonly generation: Chunk | null } | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions: { readonly code: string; readonly resetsAt?: string };
  }[];
}

const QUERY = `subscription($input: GenerateInput!) { generation(input: $input) { streamId number text finishReason
  usage { promptTokens completionTokens } feedbackToken inference { id status priceExact createdAt totalMs outputs promptTokens completionTokens
    usage { unit quantity } modelVersion { number } } } }`;

export interface Read {
  readonly chunks: readonly Chunk[];
  readonly text: string;
  /** Codes of the errors that came. */
  readonly codes: readonly string[];
  readonly messages: readonly string[];
  /** When a quota starts anew that they tell of. */
  readonly resetsAt: readonly (string | undefined)[];
  /** Whether the server said that the stream is complete. */
  readonly isComplete: boolean;
}

/** Reads to the end, or until `leaveAfter` says of a chunk that it is the last one wanted. */
export async function readText(
  world: Pick<World, 'url'>,
  { credential }: Pick<Person, 'credential'>,
  input: object,
  leaveAfter: (chunk: Chunk) => boolean = () => false,
): Promise<Read> {
  const leaving = new AbortController();
  const response = await fetch(`${world.url}/graphql/stream`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${credential}`,
    },
    body: JSON.stringify({
      query: QUERY,
      variables: { input: { deployment: 'tiny-language-model', ...input } },
    }),
    signal: leaving.signal,
  });
  const chunks: Chunk[] = [];
  const errors: NonNullable<Event['errors']>[number][] = [];
  let isComplete = false;
  let rest = '';
  try {
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
      rest += piece;
      for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
        const block = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (block.startsWith('event: complete')) isComplete = true;
        const data = /^event: next\ndata: (.*)$/m.exec(block)?.[1];
        if (data === undefined) continue;
        const event = JSON.parse(data) as Event;
        errors.push(...(event.errors ?? []));
        const chunk = event.data?.generation;
        if (!chunk) continue;
        chunks.push(chunk);
        if (leaveAfter(chunk)) leaving.abort();
      }
    }
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
  }
  const codes = errors.map(({ extensions }) => extensions.code);
  const messages = errors.map(({ message }) => message);
  const resetsAt = errors.map(({ extensions }) => extensions.resetsAt);
  return { chunks, codes, messages, resetsAt, isComplete, text: chunks.map(({ text }) => text).join('') };
}
