import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Cancellation, unlessLeft } from './cancellation';

test('everyone who listens hears of it once, in the order of their coming, and whoever comes later does not', () => {
  const leaving = new Cancellation();
  const heard: string[] = [];
  const second = (): number => heard.push('second');
  leaving.addEventListener('abort', () => heard.push('first'));
  leaving.addEventListener('abort', second);
  leaving.addEventListener('abort', () => leaving.removeEventListener('abort', third));
  const third = (): number => heard.push('third');
  leaving.addEventListener('abort', third);
  leaving.abort('gone');
  leaving.abort('again');
  leaving.addEventListener('abort', () => heard.push('late'));
  expect(heard).toEqual(['first', 'second']);
  expect(leaving).toMatchObject({ aborted: true, reason: 'gone' });
  expect(() => leaving.throwIfAborted()).toThrow('gone');
});

test('without a reason it says what an AbortSignal says', () => {
  const [ours, theirs] = [new Cancellation(), new AbortController()];
  expect(() => ours.throwIfAborted()).not.toThrow();
  ours.abort();
  theirs.abort();
  const told = ({ name, message, code }: DOMException): object => ({ name, message, code });
  expect(told(ours.reason as DOMException)).toEqual(told(theirs.signal.reason as DOMException));
});

test.each([
  ['an AbortSignal', () => new AbortController()],
  ['another', () => new Cancellation()],
])('it follows %s, also one that has left already, until it is told not to', (_name, make) => {
  const [followed, left, gone] = [make(), make(), make()];
  const signalOf = (one: AbortController | Cancellation) => ('signal' in one ? one.signal : one);
  const [leaving, late, staying] = [new Cancellation(), new Cancellation(), new Cancellation()];
  leaving.follow(signalOf(followed));
  left.abort('before');
  late.follow(signalOf(left));
  staying.follow(signalOf(gone))();
  followed.abort('gone');
  gone.abort('too late');
  expect([leaving.reason, late.reason, staying.reason]).toEqual(['gone', 'before', undefined]);
});

describe('what is coming, unless somebody leaves', () => {
  test('is given, or its failure; from then on nobody listens to the signal', async () => {
    const signal = new Cancellation();
    const [adding, removing] = [
      jest.spyOn(signal, 'addEventListener'),
      jest.spyOn(signal, 'removeEventListener'),
    ];
    expect(await unlessLeft(Promise.resolve('value'), signal)).toBe('value');
    await expect(unlessLeft(Promise.reject(new Error('broken')), signal)).rejects.toThrow('broken');
    const listeners = (calls: unknown[][]): unknown[] => calls.map(([, listener]) => listener);
    expect(listeners(removing.mock.calls)).toEqual(listeners(adding.mock.calls));
    expect(adding).toHaveBeenCalledTimes(2);
  });

  test('is not waited for once somebody left, before or meanwhile', async () => {
    const signal = new Cancellation();
    const never = new Promise<string>(() => undefined);
    const waiting = unlessLeft(never, signal);
    signal.abort();
    expect(await waiting).toBeUndefined();
    expect(await unlessLeft(never, signal)).toBeUndefined();
  });

  test('is not kept by a signal that lives on', async () => {
    const signal = new Cancellation();
    const told = async (): Promise<WeakRef<object>> => {
      const value = { large: true };
      expect(await unlessLeft(Promise.resolve(value), signal)).toBe(value);
      return new WeakRef(value);
    };
    const kept = await told();
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    expect(kept.deref()).toBeUndefined();
    signal.abort();
  });
});
