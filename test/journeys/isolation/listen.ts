/** A subscription over server-sent events, as a page holds it open: what it heard, and its end. */
import type { Person, World } from '../../support/world';

export interface Listening {
  readonly heard: readonly unknown[];
  /** Settles when the server ends the stream; fails when it breaks or is left. */
  readonly ended: Promise<void>;
  stop(): void;
}

export function listen(world: World, person: Person, query: string, variables: object): Listening {
  const heard: unknown[] = [];
  const leave = new AbortController();
  const read = async (): Promise<void> => {
    const response = await fetch(`${world.url}/graphql/stream`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${person.credential}`,
      },
      body: JSON.stringify({ query, variables }),
      signal: leave.signal,
    });
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const data = /^event: next\ndata: (.*)$/m.exec(text.slice(0, end));
        text = text.slice(end + 2);
        if (data) heard.push(JSON.parse(data[1]!));
      }
    }
  };
  const ended = read();
  ended.catch(() => undefined);
  return { heard, ended, stop: () => leave.abort() };
}
