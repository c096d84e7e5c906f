/** When people are counted who could not be for a while: on the day on which they are, and never on one of which was told already. */
import { ManualClock } from '../../../kernel/clock';
import { type Database } from '../../../platform/database';
import type { Log } from '../../../platform/log';
import { AnswerTally } from './answer-tally.service';
import type { Observation } from './fairness-counts.repository';

const MONITOR = {
  id: 'fmn_1',
  deploymentId: 'dep_1',
  attributes: [{ name: 'gender', groups: ['female', 'male'], cuts: [] }],
  positiveLabel: 'yes',
  scoreFrom: null,
};

test('who is counted late is counted by the day on which that happens, so that no day that is over grows', async () => {
  const clock = new ManualClock(new Date('2026-07-01T23:59:58Z'));
  const added: Observation[] = [];
  let isAway = true;
  const database = {
    read: { list: () => Promise.resolve([MONITOR]) },
    unitOfWork: {
      run: (_scope: unknown, work: () => Promise<void>) =>
        isAway ? Promise.reject(new Error('away')) : work(),
    },
  } as unknown as Database;
  const tally = new AnswerTally(
    database,
    { subscribe: () => () => undefined, publish: () => Promise.resolve() } as never,
    clock,
    { warn: () => undefined } as unknown as Log,
    { known: () => Promise.resolve(new Map()) },
    { add: (some) => Promise.resolve(void added.push(...some)) },
  );
  await tally.start();
  tally.answered({
    deploymentId: 'dep_1',
    versionId: 'mdv_1',
    customerId: 'cus_1',
    endUserId: 'usr_1',
    rows: [{ gender: 'female' }],
    outputs: [{ label: 'yes' }],
  });
  await tally.flush();
  expect(added).toEqual([]);
  clock.advance(4000);
  isAway = false;
  await tally.flush();
  expect(added).toMatchObject([{ endUserId: 'usr_1', day: '2026-07-02', sums: { selected: 1 } }]);
  await tally.stop();
});
