import { checkUsage } from './told-usage';

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
  ['less than nothing', { promptTokens: 12, completionTokens: -5 }, 'IMPLAUSIBLE'],
])('%s', (_what, told, verdict) => {
  expect(checkUsage(told, seen)).toEqual({ ...(verdict === 'TOLD' ? told : own), verdict });
});

test('what was seen never counts more than was allowed', () => {
  expect(checkUsage(undefined, { ...seen, pieces: 500 }).completionTokens).toBe(64);
});
