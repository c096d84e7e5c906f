import { AppError, type ErrorCode } from '../../../kernel/errors';
import { CircuitBreaker } from './circuit-breaker';
import { alongChain, type ChainOptions } from './fallback-chain';

const failure = (code: ErrorCode): AppError => new AppError(code, code);

/** Whose time stands still: what is open stays open. */
const frozen = (): CircuitBreaker => new CircuitBreaker(() => 0);

interface Course {
  readonly asked: string[];
  readonly result: unknown;
}

/** Asks along the chain; what each deployment does is its error, or nothing for an answer. */
async function course(
  steps: Readonly<Record<string, AppError | undefined>>,
  options: Partial<ChainOptions<string>> = {},
): Promise<Course> {
  const asked: string[] = [];
  const ask = (id: string): Promise<string> => {
    asked.push(id);
    return steps[id] ? Promise.reject(steps[id]) : Promise.resolve(id);
  };
  const all = {
    breaker: frozen(),
    wanted: () => true,
    onFallback: () => undefined,
    ...options,
  };
  const result = await alongChain(Object.keys(steps), ask, all).catch((error: unknown) => error);
  return { asked, result };
}

test.each<ErrorCode>(['ENGINE_UNAVAILABLE', 'OVERLOADED', 'DEADLINE_UNREACHABLE', 'CONSENT_REQUIRED'])(
  '%s leads to the next step',
  async (code) => {
    expect(await course({ a: failure(code), b: undefined })).toEqual({ asked: ['a', 'b'], result: 'b' });
  },
);

test.each<ErrorCode>(['INVALID_INPUT', 'QUOTA_EXCEEDED', 'PAYMENT_REQUIRED', 'NOT_FOUND', 'RATE_LIMITED'])(
  '%s is the caller’s and leads nowhere',
  async (code) => {
    const { asked, result } = await course({ a: failure(code), b: undefined });
    expect([asked, (result as AppError).code]).toEqual([['a'], code]);
  },
);

test('a fallback that may not be used is passed over, and when none answers the first reason is told', async () => {
  const down = failure('ENGINE_UNAVAILABLE');
  expect((await course({ a: down, b: failure('PAYMENT_REQUIRED'), c: undefined })).result).toBe('c');
  expect((await course({ a: down, b: failure('PAYMENT_REQUIRED') })).result).toBe(down);
});

test('a deployment that is down is not asked again for a while, unless nobody stands in for it', async () => {
  const breaker = frozen();
  const down = failure('ENGINE_UNAVAILABLE');
  for (let i = 0; i < 5; i++) await course({ a: down, b: undefined }, { breaker });
  expect((await course({ a: down, b: undefined }, { breaker })).asked).toEqual(['b']);
  expect((await course({ a: down }, { breaker })).asked).toEqual(['a']);
});

test('bad input of one customer never opens the circuit for others', async () => {
  const breaker = frozen();
  for (let i = 0; i < 9; i++) await course({ a: failure('ENGINE_FAULT'), b: undefined }, { breaker });
  expect((await course({ a: undefined, b: undefined }, { breaker })).asked).toEqual(['a']);
});

test('when the client has left nobody else is asked', async () => {
  const { asked } = await course({ a: failure('ENGINE_UNAVAILABLE'), b: undefined }, { wanted: () => false });
  expect(asked).toEqual(['a']);
});

test('what somebody else has ended meanwhile is told, and nobody else is asked', async () => {
  const ended = failure('CONFLICT');
  const { asked, result } = await course({ a: failure('ENGINE_UNAVAILABLE'), b: ended, c: undefined });
  expect([asked, result]).toEqual([['a', 'b'], ended]);
});

test('an answer that broke off when part of it was given counts against its deployment, and is the answer', async () => {
  const breaker = frozen();
  const broken = { breaker, failureOf: () => failure('ENGINE_UNAVAILABLE') };
  for (let i = 0; i < 5; i++) expect((await course({ a: undefined, b: undefined }, broken)).result).toBe('a');
  expect((await course({ a: undefined, b: undefined }, { breaker })).asked).toEqual(['b']);
});
