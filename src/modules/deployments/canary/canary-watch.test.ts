import { ManualClock } from '../../../kernel/clock';
import { createLog } from '../../../platform/log';
import { CanaryWatch } from './canary-watch.service';

type Parts = ConstructorParameters<typeof CanaryWatch>;

test('a canary that cannot be looked at keeps no other from being rolled back', async () => {
  const looked: string[] = [];
  const rows = ['cny_broken', 'cny_bad'].map((id) => ({ id, deploymentId: `dep of ${id}` }));
  const database = { read: { list: () => Promise.resolve(rows) } } as unknown as Parts[0];
  const canaries = {
    look: (id: string) => {
      looked.push(id);
      return id === 'cny_broken' ? Promise.reject(new Error('its version is gone')) : Promise.resolve();
    },
  } as unknown as Parts[4];
  const signals = {} as Parts[1];
  const watch = new CanaryWatch(
    database,
    signals,
    new ManualClock(),
    createLog({ logLevel: 'silent' }),
    canaries,
  );
  await watch.look();
  expect(looked).toEqual(['cny_broken', 'cny_bad']);
});
