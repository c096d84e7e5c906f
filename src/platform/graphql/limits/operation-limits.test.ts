import { buildSchema } from 'graphql';
import { ManualClock } from '../../../kernel/clock';
import type { Principal } from '../../../kernel/principal';
import { OperationLimits } from './operation-limits';

const clock = new ManualClock();
const key = (apiKeyId: string, customerId: string): { principal: Principal; remoteAddress: string } => ({
  principal: { kind: 'API_KEY', apiKeyId, customerId, mode: 'LIVE', scopes: ['*'] },
  remoteAddress: '127.0.0.1',
});

function limits(): OperationLimits {
  return new OperationLimits({
    schema: buildSchema('type Query { ping: String }'),
    clock,
    rateLimits: true,
    mayIntrospect: () => true,
    boughtBy: (principal) =>
      principal.kind === 'API_KEY' && principal.customerId === 'cus_a'
        ? { key: principal.customerId, allowance: { maximum: 10, restorePerSecond: 5 } }
        : undefined,
  });
}

test('the keys of a customer share the rate that its plan buys', () => {
  const all = limits();
  expect(all.spend(6, key('key_1', 'cus_a')).throttleStatus).toEqual({
    maximumAvailable: 10,
    currentlyAvailable: 4,
    restoreRate: 5,
  });
  expect(() => all.spend(5, key('key_2', 'cus_a'))).toThrow(
    expect.objectContaining({ code: 'RATE_LIMITED', data: { retryAfterMs: 200 } }),
  );
  expect(all.spend(4, key('key_2', 'cus_a')).throttleStatus).toMatchObject({ currentlyAvailable: 0 });
});

test('whose plan says nothing has what everyone has, for each key', () => {
  const all = limits();
  for (const id of ['key_3', 'key_4'])
    expect(all.spend(100_000, key(id, 'cus_b')).throttleStatus).toMatchObject({ maximumAvailable: 100_000 });
});

test('a key that calls more often than its customer lets it draws nothing from what all keys share', () => {
  const all = limits();
  const { principal, remoteAddress } = key('key_5', 'cus_a');
  const limited = { principal: { ...principal, requestsPerMinute: 2 } as Principal, remoteAddress };
  for (const left of [9, 8])
    expect(all.spend(1, limited).throttleStatus).toMatchObject({ currentlyAvailable: left });
  expect(() => all.spend(1, limited)).toThrow(
    expect.objectContaining({ code: 'RATE_LIMITED', data: { retryAfterMs: 30_000 } }),
  );
  expect(all.spend(8, key('key_6', 'cus_a')).throttleStatus).toMatchObject({ currentlyAvailable: 0 });
});

test('what was read in vain is drawn from what all keys share, whoever sent it, and a debt of it is waited for', () => {
  const all = limits();
  all.enter(key('key_7', 'cus_a'));
  all.readInVain('x'.repeat(25 * 12), key('key_7', 'cus_a'));
  expect(() => all.enter(key('key_8', 'cus_a'))).toThrow(
    expect.objectContaining({ code: 'RATE_LIMITED', data: { retryAfterMs: 400 } }),
  );
  all.enter(key('key_9', 'cus_b'));
  // However long it was: it was read no further than the limit of tokens.
  all.readInVain('x'.repeat(1e6), key('key_9', 'cus_b'));
  expect(all.spend(1, key('key_9', 'cus_b')).throttleStatus).toMatchObject({ currentlyAvailable: 99_599 });
});
