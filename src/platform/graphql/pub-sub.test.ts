import type { SignalListener } from '../events/event';
import { SignalPubSub, type Tick } from './pub-sub';

type Platform = ConstructorParameters<typeof SignalPubSub>[0];

test('who reads slowly is told to look anew instead of every change, and nothing fails meanwhile', async () => {
  let hear: SignalListener = () => undefined;
  const signals = {
    subscribe: (_channel: string, listener: SignalListener) => {
      hear = listener;
      return () => undefined;
    },
    established: () => Promise.resolve(),
  } as unknown as Platform;
  const ticks = new SignalPubSub(signals).subscribe('changes')[Symbol.asyncIterator]();
  const next = async (): Promise<Tick> => (await ticks.next()).value as Tick;
  expect(await next()).toEqual({});
  for (let i = 0; i < 3000; i++) hear({ id: `thing ${i}` });
  expect(await next()).toEqual({ id: 'thing 0' });
  let read = 1;
  for (let tick = await next(); tick.id !== undefined; tick = await next()) read++;
  expect(read).toBeLessThan(3000);
  hear({ id: 'the last' });
  expect(await next()).toEqual({ id: 'the last' });
  await ticks.return?.();
});
