/** The bounds of a text: until when it is to begin and to be whole, and how long it may be. */
import type { Standing } from './text-stand-ins';
import { readText } from './text-stream';

/** Registers the tests. */
export function textsHaveBounds({ world, client, remote, key, usage }: Standing): void {
  const ask = { model: 'far', max_tokens: 64, messages: [{ role: 'user' as const, content: 'Hello?' }] };

  test('a text that has not begun by its deadline is cut off over there, and costs nothing', async () => {
    remote().misbehaviour = 'HANGS';
    const [before, left] = [await usage(), remote().left];
    const { chunks, codes } = await readText(world(), key(), {
      deployment: 'far',
      prompt: 'a',
      deadlineMs: 100,
    });
    expect([chunks, codes]).toEqual([[], ['DEADLINE_UNREACHABLE']]);
    await world().until(
      () => Promise.resolve(remote().left === left + remote().seen.length),
      'it to be cut off',
    );
    expect(await usage()).toBe(before);
  });

  test('a text that is not whole in time is cut off over there: of a stream what was delivered is billed, of a whole one nothing', async () => {
    remote().misbehaviour = 'STALLS';
    const [before, left] = [await usage(), remote().left];
    const asked = { deployment: 'far', prompt: 'a', completeWithinMs: 500 };
    const { chunks, codes, messages, text } = await readText(world(), key(), asked);
    expect([codes, messages]).toEqual([
      ['DEADLINE_UNREACHABLE'],
      [expect.stringContaining('completeWithinMs')],
    ]);
    expect('Hello from far away').toContain(text);
    expect(await usage()).toBe(before + (text === '' ? 0 : 1));
    if (text !== '')
      expect(chunks.at(-1)).toMatchObject({ finishReason: 'ERROR', inference: { status: 'PARTIAL' } });
    const streamed = await usage();
    const headers = { 'flywheel-complete-within-ms': '300' };
    const whole = client().chat.completions.create(ask, { headers });
    await expect(whole).rejects.toMatchObject({ message: expect.stringContaining('completeWithinMs') });
    await world().until(
      () => Promise.resolve(remote().left === left + remote().seen.length),
      'both to be cut off',
    );
    expect(await usage()).toBe(streamed);
    const wrong = client().chat.completions.create(ask, { headers: { 'flywheel-complete-within-ms': '0' } });
    await expect(wrong).rejects.toMatchObject({ status: 400, param: 'flywheel-complete-within-ms' });
  });

  test('how long it may be is the same through every face', async () => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key().credential}` };
    const post = async (path: string, body: object): Promise<boolean> =>
      (await fetch(`${world().url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).ok;
    const isTaken = async (maxTokens: number, stops: number): Promise<boolean[]> => {
      const stop = Array.from({ length: stops }, (_, at) => `${at}`.repeat(200));
      const asked = { max_tokens: maxTokens, stop };
      const { codes } = await readText(world(), key(), { deployment: 'far', prompt: 'a', maxTokens, stop });
      return [
        codes.length === 0,
        await post('/v1/completions', { ...asked, model: 'far', prompt: 'a' }),
        await post('/v2/models/far/generate', { ...asked, text_input: 'a' }),
      ];
    };
    expect(await isTaken(4096, 8)).toEqual([true, true, true]);
    expect(await isTaken(4097, 8)).toEqual([false, false, false]);
    expect(await isTaken(4096, 9)).toEqual([false, false, false]);
  });
}
