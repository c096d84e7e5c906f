import type { GenerationChunk } from '../../generation/generation';
import { responseForm } from './response-answer';

const HEAD = { id: 'resp_1', created: 0, model: 'm' };

async function* written(...chunks: Partial<GenerationChunk>[]): AsyncGenerator<GenerationChunk, void> {
  for (const [at, chunk] of chunks.entries())
    yield { number: at + 1, text: '', finishReason: null, versionId: 'v', ...chunk };
}

async function eventsOf(chunks: AsyncIterable<GenerationChunk>): Promise<Record<string, unknown>[]> {
  const events: Record<string, unknown>[] = [];
  for await (const event of responseForm({ model: 'm', input: 'Once' }).streamed(HEAD, chunks, true))
    events.push(JSON.parse(/\ndata: (.*)\n\n$/.exec(event)![1]!) as Record<string, unknown>);
  return events;
}

test('a text that breaks off ends with an error, and nothing says that it is completed', async () => {
  for (const broken of [
    written({ text: 'Once' }, { finishReason: 'ERROR' }),
    written({ text: 'Once' }),
    written(),
  ]) {
    const events = await eventsOf(broken);
    expect(events.at(-1)).toMatchObject({
      type: 'error',
      sequence_number: events.length - 1,
      code: 'engine_unavailable',
      error: { type: expect.any(String) as string },
    });
    expect(events.filter(({ type }) => /done|completed|incomplete/.test(String(type)))).toEqual([]);
  }
});

test('a piece without letters is no event, and a text that ended by itself is completed', async () => {
  const usage = { promptTokens: 1, completionTokens: 2 };
  const events = await eventsOf(written({ text: 'Once' }, { text: '' }, { finishReason: 'STOP', usage }));
  expect(events.filter(({ type }) => type === 'response.output_text.delta')).toHaveLength(1);
  expect(events.at(-1)).toMatchObject({
    type: 'response.completed',
    response: {
      incomplete_details: null,
      usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3 },
      output: [{ id: 'msg_1', status: 'completed', content: [{ text: 'Once' }] }],
    },
  });
});
