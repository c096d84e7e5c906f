import { eachApart } from './each-apart';

const told: object[] = [];
const tell = (fields: object): void => void told.push(fields);
const log = { error: tell, warn: tell, info: tell, debug: tell };
const rules = { log, failure: 'it could not be done', of: (id: string) => ({ id }) };
const broken = new Error('broken');

beforeEach(() => void told.splice(0));

describe('one of many that fails', () => {
  it('is told with whose it is, holds up none of the others, and fails the job when all had their turn', async () => {
    const done: string[] = [];
    const act = async (id: string): Promise<void> => {
      if (id === 'b') throw broken;
      done.push(id);
    };
    await expect(eachApart(['a', 'b', 'c'], rules, act)).rejects.toThrow('it could not be done, 1 times');
    expect(done).toEqual(['a', 'c']);
    expect(told).toEqual([{ error: broken, id: 'b' }]);
    await eachApart(['a', 'c'], rules, act);
  });

  it('ends all of it where it fails all alike: the database or a store is away, or the worker stops', async () => {
    const seen: string[] = [];
    const throwing = (error: Error) => async (id: string) => {
      seen.push(id);
      throw error;
    };
    const away = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', syscall: 'connect' });
    await expect(eachApart(['a', 'b'], rules, throwing(away))).rejects.toBe(away);
    const isAway = (error: unknown): boolean => error === broken;
    await expect(eachApart(['a', 'b'], { ...rules, isAway }, throwing(broken))).rejects.toBe(broken);
    const stop = new AbortController();
    stop.abort();
    await expect(eachApart(['b'], { ...rules, signal: stop.signal }, throwing(broken))).rejects.toThrow();
    expect([seen, told]).toEqual([['a', 'a'], []]);
  });
});
