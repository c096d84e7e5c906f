import { promisify } from 'node:util';
import type { LookupAddress } from 'node:dns';
import { guardedLookup } from './guarded-lookup';

const looked = promisify<string, object, string | LookupAddress[]>(
  guardedLookup((address) => address === '127.0.0.1' || address === '::1') as never,
);

test('a name that leads to a refused address is not called, by whatever name it goes', async () => {
  await expect(looked('localhost', {})).rejects.toThrow('localhost leads to an address that is not called');
});

test('a name that leads elsewhere is looked up as node does it, one address or all', async () => {
  const open = promisify<string, object, string | LookupAddress[]>(guardedLookup(() => false) as never);
  expect(await open('127.0.0.1', {})).toBe('127.0.0.1');
  expect(await open('127.0.0.1', { all: true })).toEqual([{ address: '127.0.0.1', family: 4 }]);
});
