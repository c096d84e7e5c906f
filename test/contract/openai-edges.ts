/** The OpenAI face at its edges: what is told of limits, and what clients send that is unusual and legal. */
import { gzipSync } from 'node:zlib';
import OpenAI from 'openai';
import { limitTo } from '../billing/support';
import { billed } from '../inference/support';
import { readText } from '../inference/text-stream';
import type { CustomerPerson, World } from '../support/world';

export interface OpenAiEdges {
  readonly world: () => World;
  readonly customer: () => CustomerPerson;
}

interface Failure {
  readonly message: string;
  readonly param: string | null;
}

/** Registers the tests. */
export function openAiEdges({ world, customer }: OpenAiEdges): void {
  const clientOf = (apiKey: string): OpenAI =>
    new OpenAI({ apiKey, baseURL: `${world().url}/v1`, maxRetries: 0 });
  const ask = { model: 'tiny-language-model', prompt: 'Once', max_tokens: 2 };
  const toldBy = (headers: Headers | undefined): (string | null | undefined)[] =>
    ['limit', 'remaining', 'reset'].map((what) => headers?.get(`x-ratelimit-${what}-requests`));
  const refused = (call: Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> =>
    call.then(
      () => Promise.reject(new Error('it was answered')),
      (error: unknown) => error as InstanceType<typeof OpenAI.APIError>,
    );

  test('a key with a limit of its own is told what is left of it, and when it is refused for how long', async () => {
    const key = await world().apiKey(customer(), { requestsPerMinute: 2 });
    const client = clientOf(key.credential);
    const whole = await client.completions.create(ask).withResponse();
    expect(toldBy(whole.response.headers)).toEqual(['2', '1', '30s']);
    const streamed = await client.completions.create({ ...ask, stream: true }).withResponse();
    expect(toldBy(streamed.response.headers)).toEqual(['2', '0', '1m0s']);
    for await (const _piece of streamed.data);
    const tooMany = await refused(client.completions.create(ask));
    expect(tooMany).toMatchObject({ status: 429, code: 'rate_limit_exceeded' });
    expect(toldBy(tooMany.headers)).toEqual(['2', '0', '1m0s']);
    expect(tooMany.headers!.get('retry-after')).toBe('30');
    const free = await clientOf((await world().apiKey(customer())).credential)
      .completions.create(ask)
      .withResponse();
    expect(toldBy(free.response.headers)).toEqual([null, null, null]);
  });

  test('who has used up the period is told that nothing is left, and when it starts anew', async () => {
    const poor = await world().customer();
    await limitTo(world(), poor.customerId, 0);
    const key = await world().apiKey(poor, { requestsPerMinute: 9 });
    const gone = await refused(clientOf(key.credential).completions.create(ask));
    expect(gone).toMatchObject({ status: 429, code: 'insufficient_quota', type: 'insufficient_quota' });
    const [limit, remaining, reset] = toldBy(gone.headers);
    expect([limit, remaining]).toEqual([null, '0']);
    expect(reset).toMatch(/^\d+h\d+m\d+s$/);
    const seconds = Number(gone.headers!.get('retry-after'));
    const [hours, minutes, rest] = reset!.split(/[hms]/).map(Number);
    expect(seconds).toBe(hours! * 3600 + minutes! * 60 + rest!);
    const resetsAt = /anew at (\S+);/.exec(gone.message)![1]!;
    expect(new Date(world().clock.millis() + seconds * 1000).toISOString().slice(0, 19)).toBe(
      resetsAt.slice(0, 19),
    );
  });

  const send = async (
    path: string,
    body: string | Buffer,
    headers: object = {},
  ): Promise<[number, Failure]> => {
    const { credential } = await world().apiKey(customer());
    const response = await fetch(`${world().url}/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json', ...headers },
      body,
    });
    return [response.status, ((await response.json()) as { error: Failure }).error];
  };

  test('what cannot be read is told as what it is', async () => {
    const body = JSON.stringify(ask);
    const [compressed, coded] = await send('completions', gzipSync(body), { 'content-encoding': 'gzip' });
    expect([compressed, coded.message]).toEqual([415, expect.stringContaining('gzip')]);
    const [form, typed] = await send('completions', body, { 'content-type': 'multipart/form-data' });
    expect([form, typed.message]).toEqual([415, expect.stringContaining('application/json')]);
    const long = JSON.stringify({ model: 'sentence-embeddings', input: ['short', 'long '.repeat(2000)] });
    const [tooLong, told] = await send('embeddings', long);
    expect([tooLong, told.param]).toEqual([400, 'input.1']);
  });

  test('the same question under one key is the same answer through whichever face it comes again, billed once', async () => {
    const key = await world().apiKey(customer());
    const client = clientOf(key.credential);
    const before = await billed(world());
    const once = { headers: { 'idempotency-key': 'a text' } };
    const { text } = (await client.completions.create({ ...ask, max_tokens: 20 }, once)).choices[0]!;
    const input = { prompt: ask.prompt, maxTokens: 20, idempotencyKey: 'a text' };
    expect(await readText(world(), key, input)).toMatchObject({ codes: [], text });
    const generate = await fetch(`${world().url}/v2/models/${ask.model}/generate`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key.credential}`,
        'content-type': 'application/json',
        ...once.headers,
      },
      body: JSON.stringify({ text_input: ask.prompt, max_tokens: 20 }),
    });
    expect(await generate.json()).toMatchObject({ text_output: text });
    expect(await billed(world())).toBe(before + 1);
    const other = await refused(client.completions.create({ ...ask, max_tokens: 21 }, once));
    expect(other).toMatchObject({ status: 409, code: 'idempotency_key_reused' });
    expect(other.message).toContain('this face or another');
  });

  test('the Responses API writes what a completion does, whole and by its events, and is on record', async () => {
    const client = clientOf((await world().apiKey(customer())).credential);
    const before = await billed(world());
    const wish = { model: ask.model, input: 'Once upon a time', max_output_tokens: 12, temperature: 0 };
    const { data: whole, response } = await client.responses.create(wish).withResponse();
    expect(response.headers.get('flywheel-inference-id')).toMatch(/^inf_/);
    expect(whole).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      usage: { output_tokens: 12, input_tokens: expect.any(Number) as number },
      store: false,
      max_output_tokens: 12,
    });
    const chat = await client.chat.completions.create({
      model: ask.model,
      messages: [{ role: 'user', content: wish.input }],
      max_tokens: 12,
      temperature: 0,
    });
    expect(whole.output_text).toBe(chat.choices[0]!.message.content);
    const types: string[] = [];
    let [text, last]: [string, { readonly output_text?: string } | undefined] = ['', undefined];
    for await (const event of await client.responses.create({ ...wish, stream: true })) {
      expect(event.sequence_number).toBe(types.length);
      types.push(event.type);
      if (event.type === 'response.output_text.delta') text += event.delta;
      if (event.type === 'response.incomplete') {
        last = event.response;
        expect(event).toMatchObject({ flywheel: { inference_id: expect.stringMatching(/^inf_/) as string } });
      }
    }
    expect(text).toBe(whole.output_text);
    expect(last).toMatchObject({ output: whole.output.map(({ type }) => ({ type, content: [{ text }] })) });
    expect(types.filter((type) => type !== 'response.output_text.delta')).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.incomplete',
    ]);
    const collected = await client.responses.stream(wish).finalResponse();
    expect(collected.output).toMatchObject([{ type: 'message', content: [{ text }] }]);
    expect(await billed(world())).toBe(before + 4);
  });

  test('a conversation is sent whole: an answer goes back as it came, and instructions come first', async () => {
    const client = clientOf((await world().apiKey(customer())).credential);
    const first = await client.responses.create({
      model: ask.model,
      input: 'Once',
      max_output_tokens: 3,
      temperature: 0,
    });
    const turns = [{ role: 'user' as const, content: 'Once' }, ...first.output];
    const again = { role: 'user' as const, content: [{ type: 'input_text' as const, text: 'And then?' }] };
    const told = await client.responses.create({
      model: ask.model,
      instructions: 'Tell it briefly.',
      input: [...turns, again],
      max_output_tokens: 3,
      temperature: 0,
    });
    const plain = await client.completions.create({
      model: ask.model,
      prompt: `Tell it briefly.\nUser: Once\nAssistant: ${first.output_text}\nUser: And then?\nAssistant:`,
      max_tokens: 3,
      temperature: 0,
    });
    expect(told.output_text).toBe(plain.choices[0]!.text);
  });

  test.each([
    ['tools', { tools: [{ type: 'web_search' }] }, 'No tools are called here'],
    ['previous_response_id', { previous_response_id: 'resp_1' }, 'Send the whole conversation'],
    ['store', { store: true }, 'No answer is kept here'],
    ['text.format.type', { text: { format: { type: 'json_object' } } }, 'Only the type text'],
    ['input', { input: 7 }, 'a list of 1 to 1000 messages'],
    ['input', { input: [{ role: 'user', content: [{ type: 'input_image' }] }] }, 'a content of text'],
  ])(
    'a response that asks for %s which is not possible is refused by its name',
    async (param, asked, words) => {
      const [status, told] = await send(
        'responses',
        JSON.stringify({ model: ask.model, input: 'Once', ...asked }),
      );
      expect([status, told]).toMatchObject([
        400,
        { param, message: expect.stringContaining(words) as string },
      ]);
    },
  );

  test('token ids are refused with the setting that makes a client send texts', async () => {
    const [status, told] = await send(
      'embeddings',
      JSON.stringify({ model: 'sentence-embeddings', input: [[9906, 1917]] }),
    );
    expect([status, told.param]).toEqual([400, 'input']);
    expect(told.message).toContain('check_embedding_ctx_length=False');
  });
}
