/** Texts that many readers of one person have open: they are counted as streams, through whichever face they came. */
import { MOST_STREAMS } from '../../src/platform/http/open-streams';
import type { Standing } from './text-stand-ins';
import { readText } from './text-stream';

/** Registers the tests. */
export function textStreamsAreCounted({ world, remote, key }: Standing): void {
  test('a person has as many texts open as streams of any kind, and another one when one of them is closed', async () => {
    const person = await world().endUser(key(), 'reads a lot');
    const consent = { purpose: 'REMOTE_PROCESSING', granted: true };
    await person.client.mutate('consentRecord', 'ConsentRecordInput!', consent, '__typename');
    remote().misbehaviour = 'STALLS';
    const leaving = new AbortController();
    const open = (path: string, body: object): Promise<Response> =>
      fetch(`${world().url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${person.credential}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: leaving.signal,
      });
    const asOpenAi = () =>
      open('/v1/completions', { model: 'far', prompt: 'Hello', max_tokens: 9, stream: true });
    const asOpenInference = () =>
      open('/v2/models/far/generate_stream', { text_input: 'Hello', max_tokens: 9 });
    const opened = await Promise.all(
      Array.from({ length: MOST_STREAMS.person }, (_, i) => (i % 2 === 0 ? asOpenAi() : asOpenInference())),
    );
    expect(new Set(opened.map(({ status }) => status))).toEqual(new Set([200]));
    for (const refused of await Promise.all([asOpenAi(), asOpenInference()]))
      expect(refused.status).toBe(429);
    const asked = { deployment: 'far', prompt: 'Hello', maxTokens: 9 };
    expect((await readText(world(), person, asked)).codes).toEqual(['RATE_LIMITED']);
    leaving.abort();
    remote().misbehaviour = 'NONE';
    await world().until(async () => (await readText(world(), person, asked)).isComplete, 'room for another');
  });
}
