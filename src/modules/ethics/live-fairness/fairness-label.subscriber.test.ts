/** Corrections of one delivery are counted together. */
import type { Database } from '../../../platform/database';
import type { DomainEvent } from '../../../platform/events';
import type { Sighting } from './answer-tally.service';
import { FairnessLabelSubscriber } from './fairness-label.subscriber';

const MONITOR = {
  id: 'fmn_1',
  attributes: [{ name: 'gender', groups: ['female', 'male'], cuts: [] }],
  positiveLabel: 'yes',
  scoreFrom: null,
};
const correction = (endUserId: string) =>
  ({
    customerId: 'cus_1',
    subject: `fbk_${endUserId}`,
    at: new Date('2026-07-01T12:00:00Z'),
    data: { deploymentId: 'dep_1', modelVersionId: 'mdv_1', endUserId, kind: 'CORRECTION' },
  }) as unknown as DomainEvent;

test('corrections of one delivery are added at once, so that nothing is held while more is waited for', async () => {
  const turns: (readonly Sighting[])[] = [];
  const answer = { inputs: { gender: 'female' }, outputs: [{ label: 'no' }], rightAnswer: 'yes' };
  const subscriber = new FairnessLabelSubscriber(
    { read: { one: () => Promise.resolve(MONITOR) } } as unknown as Database,
    { given: () => Promise.resolve(true) } as never,
    { of: () => Promise.resolve(answer) } as never,
    { count: (some) => Promise.resolve(void turns.push(some)) },
  );
  await subscriber.handle(['usr_b', 'usr_a'].map(correction));
  expect(turns.map((some) => some.map(({ endUserId }) => endUserId))).toEqual([['usr_b', 'usr_a']]);
  expect(turns[0]).toMatchObject([{ kind: 'LABEL', sums: { falseNegatives: 1 } }, { kind: 'LABEL' }]);
});
