import { StreamedEvents } from './streamed-event';

const NOTHING = { text: '', thought: '', finishReason: null, usage: undefined, isFailure: false };

test.each([
  ['a piece of a chat', { choices: [{ delta: { content: 'a' } }] }, { ...NOTHING, text: 'a' }],
  ['a piece of a text', { choices: [{ text: 'b', finish_reason: null }] }, { ...NOTHING, text: 'b' }],
  [
    'the head of a chat',
    { choices: [{ delta: { role: 'assistant', content: null } }], usage: null },
    NOTHING,
  ],
  ['its end', { choices: [{ delta: {}, finish_reason: 'length' }] }, { ...NOTHING, finishReason: 'length' }],
  [
    'usage',
    { choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } },
    { ...NOTHING, usage: { promptTokens: 3, completionTokens: 4 } },
  ],
  [
    'usage with reasoning in it',
    { usage: { prompt_tokens: 3, completion_tokens: 9, completion_tokens_details: { reasoning_tokens: 5 } } },
    { ...NOTHING, usage: { promptTokens: 3, completionTokens: 9, reasoningTokens: 5 } },
  ],
  [
    'reasoning, as vLLM shows it',
    { choices: [{ delta: { reasoning_content: 'hm' } }] },
    { ...NOTHING, thought: 'hm' },
  ],
  ['reasoning, as others do', { choices: [{ delta: { reasoning: 'hm' } }] }, { ...NOTHING, thought: 'hm' }],
  ['a failure', { error: { message: 'out of memory' } }, { ...NOTHING, isFailure: true }],
  ['no failure, said', { choices: [{ text: 'c' }], error: null }, { ...NOTHING, text: 'c' }],
  ['what others send to keep the line open', {}, NOTHING],
])('%s is read', (_name, event, read) => {
  expect(new StreamedEvents().read(JSON.stringify(event))).toEqual(read);
});

test.each([
  ['half an event', '{"choices":[{"de'],
  ['nothing', 'null'],
  ['a list', '[]'],
  ['a number', '7'],
  ['choices that are none', '{"choices":{}}'],
  ['no choices', '{"choices":null}'],
  ['a choice that is none', '{"choices":["a"]}'],
  ['a text that is none', '{"choices":[{"text":7}]}'],
  ['a piece that is none', '{"choices":[{"delta":{"content":{}}}]}'],
  ['an end that is none', '{"choices":[{"finish_reason":true}]}'],
  ['usage in words', '{"choices":[],"usage":{"prompt_tokens":"3","completion_tokens":4}}'],
  ['half of the usage', '{"choices":[],"usage":{"prompt_tokens":3}}'],
])('%s is no event', (_name, data) => {
  expect(() => new StreamedEvents().read(data)).toThrow('The remote engine answered an event');
});

describe('an event that repeats the one before but for its text', () => {
  const chat = (content: string, more: object = {}): string =>
    JSON.stringify({ id: 'a', model: 'm', choices: [{ delta: { content }, finish_reason: null }], ...more });
  const text = (piece: string): string => JSON.stringify({ id: 'a', choices: [{ index: 0, text: piece }] });

  test.each([
    [
      'a chat',
      [' the', ' bird', '', ' "said"', '\n', 'ü😀', '\u2028', 'a', '\\'].map((piece) => chat(piece)),
    ],
    ['a text that says its own id', ['a', 'a', 'b', 'id', 'text', 'a?'].map(text)],
    [
      'pieces named like their members',
      ['content', 'delta', 'content', 'choices', ':'].map((piece) => chat(piece)),
    ],
    [
      'usage that grows',
      [1, 2, 3].map((n) => chat('x', { usage: { prompt_tokens: 1, completion_tokens: n } })),
    ],
    ['padding', ['p', 'pp', 'ppp', 'p'].map((padding) => chat('p', { padding }))],
    ['an end', [chat('a'), chat('b'), JSON.stringify({ choices: [{ text: 'c', finish_reason: 'stop' }] })]],
    ['a failure', [chat('a'), chat('b', { error: {} }), chat('c')]],
    ['a text that comes twice', [1, 2, 3].map((n) => `{"text":"a","choices":[{"text":"a","text":"${n}"}]}`)],
    ['spaces', ['a', 'b', 'c'].map((piece) => `{ "choices": [ { "text": "${piece}" } ] }`)],
  ])('is read as if it came alone: %s', (_name, events) => {
    const stream = new StreamedEvents();
    for (const data of events) expect(stream.read(data)).toEqual(new StreamedEvents().read(data));
  });

  test.each([
    ['a quote too many', '{"choices":[{"text":"c"d"}]}'],
    ['a line in the middle', '{"choices":[{"text":"c\n"}]}'],
    ['half of it', '{"choices":[{"text":"'],
    ['a number', '{"choices":[{"text":7}]}'],
  ])('is refused as if it came alone: %s', (_name, data) => {
    const stream = new StreamedEvents();
    for (const piece of ['a', 'b']) stream.read(`{"choices":[{"text":"${piece}"}]}`);
    expect(() => stream.read(data)).toThrow('The remote engine answered an event');
  });
});
