import { eventOf } from './streamed-event';

const NOTHING = { text: '', finishReason: null, usage: undefined, isFailure: false };

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
  ['a failure', { error: { message: 'out of memory' } }, { ...NOTHING, isFailure: true }],
  ['no failure, said', { choices: [{ text: 'c' }], error: null }, { ...NOTHING, text: 'c' }],
  ['what others send to keep the line open', {}, NOTHING],
])('%s is read', (_name, event, read) => {
  expect(eventOf(JSON.stringify(event))).toEqual(read);
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
  expect(() => eventOf(data)).toThrow('The remote engine answered an event');
});
