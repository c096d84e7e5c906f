/** Two stock ways of reading a stream, told apart by nothing but the protocol. */
import {
  type Client,
  type ClientOptions,
  createClient,
  type ExecutionResult,
  type SubscribePayload,
} from 'graphql-ws';
import WebSocket from 'ws';

/** What was told: the data of an event, or the code of a failure; what it ended with. */
export interface Heard {
  readonly events: unknown[];
  readonly end: 'COMPLETE' | 'ERROR' | 'CLOSED';
}

export type Reader = (
  url: string,
  who: string | undefined,
  asked: SubscribePayload,
  onEvent?: (events: readonly unknown[]) => void,
) => Promise<Heard>;

interface Failed {
  readonly extensions: { readonly code: string };
}

const told = ({ data, errors }: ExecutionResult): unknown =>
  errors ? (errors[0] as unknown as Failed).extensions.code : data;

export function openEvents(url: string, who: string | undefined, asked: object): Promise<Response> {
  return fetch(`${url}/graphql/stream`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(who && { authorization: `Bearer ${who}` }),
    },
    body: JSON.stringify(asked),
  });
}

export const overEvents: Reader = async (url, who, asked, onEvent) => {
  const response = await openEvents(url, who, asked);
  expect(response.headers.get('content-type')).toMatch(/event-stream/);
  const events: unknown[] = [];
  let text = '';
  let isComplete = false;
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const [, kind, data] = /^event: (\w+)\ndata: ?(.*)$/m.exec(text.slice(0, end)) ?? [];
      text = text.slice(end + 2);
      isComplete ||= kind === 'complete';
      if (kind !== 'next') continue;
      events.push(told(JSON.parse(data!) as ExecutionResult));
      onEvent?.(events);
    }
  }
  // The protocol has no message for a failure: the last event is one.
  return { events, end: typeof events.at(-1) === 'string' ? 'ERROR' : isComplete ? 'COMPLETE' : 'CLOSED' };
};

export function clientOf(url: string, who: string | undefined, options: Partial<ClientOptions> = {}): Client {
  return createClient({
    url: `${url.replace('http', 'ws')}/graphql/stream`,
    webSocketImpl: WebSocket,
    connectionParams: who === undefined ? undefined : { Authorization: `Bearer ${who}` },
    retryAttempts: 0,
    ...options,
  });
}

/** One operation on a connection that others may use too. */
export function read(
  client: Client,
  asked: SubscribePayload,
  onEvent?: (events: readonly unknown[]) => void,
): Promise<Heard> {
  const events: unknown[] = [];
  return new Promise((resolve) =>
    client.subscribe(asked, {
      next: (event) => {
        events.push(told(event as ExecutionResult));
        onEvent?.(events);
      },
      error: (error) => {
        const isFailure = Array.isArray(error);
        events.push(
          isFailure ? (error as Failed[])[0]!.extensions.code : (error as { reason: string }).reason,
        );
        resolve({ events, end: isFailure ? 'ERROR' : 'CLOSED' });
      },
      complete: () => resolve({ events, end: 'COMPLETE' }),
    }),
  );
}

export const overSocket: Reader = async (url, who, asked, onEvent) => {
  const client = clientOf(url, who);
  const heard = await read(client, asked, onEvent);
  await client.dispose();
  return heard;
};
