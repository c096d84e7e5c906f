import { setImmediate as turn } from 'node:timers/promises';
import { AsyncScope } from './async-scope';

const scope = new AsyncScope<string>();

async function seenLater(): Promise<string | undefined> {
  await turn();
  return scope.current();
}

test('a value follows its own work, whatever runs beside it', async () => {
  const seen = await Promise.all([scope.run('a', seenLater), scope.run('b', seenLater), seenLater()]);
  expect(seen).toEqual(['a', 'b', undefined]);
});

test('the end of one work takes nothing from another that is still running', async () => {
  let finish = (): void => undefined;
  const long = scope.run('long', async () => {
    await new Promise<void>((resolve) => (finish = resolve));
    return seenLater();
  });
  await scope.run('short', seenLater);
  finish();
  expect(await long).toBe('long');
});

test('work that began when nothing was carried finds nothing, also after a value came and went', async () => {
  const before = turn().then(seenLater);
  await scope.run('a', seenLater);
  await scope.run('b', seenLater);
  expect(await before).toBeUndefined();
});

test('a value comes back after work within it that carries another, or none', async () => {
  const seen = await scope.run('outer', async () => [
    await scope.run('inner', seenLater),
    await scope.without(seenLater),
    await seenLater(),
  ]);
  expect(seen).toEqual(['inner', undefined, 'outer']);
});

test('work that fails leaves the scope as it was', async () => {
  const failed = scope.run('a', async () => {
    await turn();
    throw new Error('as it happens');
  });
  await expect(failed).rejects.toThrow('as it happens');
  expect(scope.current()).toBeUndefined();
});
