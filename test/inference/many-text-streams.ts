/** Texts that are open: they are counted as streams, through whichever face they came, and end with what their reader showed. */
import { MOST_STREAMS } from '../../src/platform/http/open-streams';
import type { Standing } from './text-stand-ins';
import { readText } from './text-stream';

/** Registers the tests. */
export function openTextStreams({ world, remote, key, usage }: Standing): void {
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

  test('a stream of any face ends with the key that asked for it, in the words of the face, and what was delivered is billed', async () => {
    const owner = await world().customer();
    const asked = { prompt: 'Hello', model: 'far', max_tokens: 9, stream: true };
    const openAi = { error: { type: 'authentication_error', code: 'invalid_api_key', param: null } };
    const openInference = { error: expect.stringContaining('ended meanwhile') as string };
    const faces: [string, object, string, object][] = [
      ['/v1/completions', asked, '', openAi],
      ['/v1/completions', asked, 'kept', openAi],
      ['/v2/models/far/generate_stream', { text_input: 'Hello', max_tokens: 9 }, '', openInference],
    ];
    for (const [path, body, idempotencyKey, error] of faces) {
      remote().misbehaviour = 'STALLS';
      const [before, server] = [await usage(), await world().apiKey(owner)];
      const authorization = `Bearer ${server.credential}`;
      const response = await fetch(`${world().url}${path}`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
        body: JSON.stringify(body),
      });
      expect(response.status).toBe(200);
      await owner.client.mutate('apiKeyRevoke', 'ApiKeyRevokeInput!', { id: server.id }, '__typename');
      const events = (await response.text()).trim().split('\n\n');
      expect(JSON.parse(events.at(-1)!.replace('data: ', ''))).toMatchObject(error);
      // Under a key the text goes on without its reader, and is billed when it is whole: this one never is.
      if (idempotencyKey === '')
        await world().until(async () => (await usage()) === before + 1, 'what was delivered to be billed');
    }
  });

  test('who leaves before the first piece is nobody’s fault, and no error in the log', async () => {
    const log = jest.spyOn(world().app.platform.log, 'error');
    remote().misbehaviour = 'HANGS';
    for (const path of ['/v1/completions', '/v2/models/far/generate_stream']) {
      const [left, asked] = [remote().left, remote().seen.length];
      const leaving = new AbortController();
      const answer = fetch(`${world().url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key().credential}`, 'content-type': 'application/json' },
        body: JSON.stringify(
          path.startsWith('/v1') ? { model: 'far', prompt: 'Hello', stream: true } : { text_input: 'Hello' },
        ),
        signal: leaving.signal,
      });
      await world().until(() => Promise.resolve(remote().seen.length > asked), 'it to be asked');
      leaving.abort();
      await expect(answer).rejects.toThrow('aborted');
      await world().until(() => Promise.resolve(remote().left > left), 'it to have left');
    }
    expect(log.mock.calls).toEqual([]);
    log.mockRestore();
  });
}
