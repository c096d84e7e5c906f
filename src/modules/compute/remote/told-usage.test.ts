import { checkUsage, type ToldUsage } from './told-usage';

const seen = { promptBytes: 40, turns: 1, bytes: 120, pieces: 30, maxTokens: 64 };
const own = { promptTokens: 10, completionTokens: 30 };

test.each([
  ['what can be true is believed', { promptTokens: 12, completionTokens: 31 }, 'TOLD'],
  ['nothing is no usage', undefined, 'OMITTED'],
  ['half is no usage', { completionTokens: 31 }, 'OMITTED'],
  ['nothing at all for a text', { promptTokens: 12, completionTokens: 0 }, 'IMPLAUSIBLE'],
  ['more than was allowed', { promptTokens: 12, completionTokens: 65 }, 'IMPLAUSIBLE'],
  ['a prompt longer than its bytes', { promptTokens: 1_000_000, completionTokens: 31 }, 'IMPLAUSIBLE'],
  ['a prompt of nothing', { promptTokens: 0, completionTokens: 31 }, 'IMPLAUSIBLE'],
  ['a part of a token', { promptTokens: 12.5, completionTokens: 31 }, 'IMPLAUSIBLE'],
  ['reasoning that is not shown', { promptTokens: 12, completionTokens: 60, reasoningTokens: 30 }, 'TOLD'],
  [
    'more reasoning than tokens',
    { promptTokens: 12, completionTokens: 31, reasoningTokens: 32 },
    'IMPLAUSIBLE',
  ],
  [
    'reasoning of less than nothing',
    { promptTokens: 12, completionTokens: 31, reasoningTokens: -1 },
    'IMPLAUSIBLE',
  ],
  [
    'more than was allowed, most of it reasoning',
    { promptTokens: 12, completionTokens: 90, reasoningTokens: 60 },
    'IMPLAUSIBLE',
  ],
  ['less than nothing', { promptTokens: 12, completionTokens: -5 }, 'IMPLAUSIBLE'],
])('%s', (_what, told, verdict) => {
  const { reasoningTokens: _of, ...counted } = (told ?? {}) as Partial<ToldUsage>;
  expect(checkUsage(told, seen)).toEqual({ ...(verdict === 'TOLD' ? counted : own), verdict });
});

test('a few words after a long reasoning that nobody saw are as many tokens as the server says', () => {
  const told = { promptTokens: 12, completionTokens: 900, reasoningTokens: 890 };
  const short = { ...seen, bytes: 20, pieces: 5, maxTokens: 1000 };
  expect(checkUsage(told, short)).toMatchObject({ completionTokens: 900, verdict: 'TOLD' });
  // Without a word about reasoning so few bytes are not so many tokens.
  expect(checkUsage({ ...told, reasoningTokens: undefined }, short)).toMatchObject({
    completionTokens: 5,
    verdict: 'IMPLAUSIBLE',
  });
});

test('what was seen never counts more than was allowed', () => {
  expect(checkUsage(undefined, { ...seen, pieces: 500 }).completionTokens).toBe(64);
});
