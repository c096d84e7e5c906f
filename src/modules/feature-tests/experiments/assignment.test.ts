import { createLog } from '../../../platform/log';
import { AssignmentService } from './assignment.service';

type Parts = ConstructorParameters<typeof AssignmentService>;

const running = (enabled: boolean) => ({
  id: 'tst_1',
  key: 'answers',
  deploymentId: 'dep_1',
  environment: 'PRODUCTION',
  variants: [
    { key: 'a', versionId: 'mdv_a', weight: 50 },
    { key: 'b', versionId: 'mdv_b', weight: 50 },
  ],
  flagKey: 'answers',
  defaultValue: 'a',
  rules: [],
  environments: [{ environment: 'PRODUCTION', enabled }],
});

test('a flag that was turned off stays off, although an older look at it is answered later', async () => {
  const answers: ((rows: unknown[]) => void)[] = [];
  const database = { read: { sql: () => new Promise((resolve) => answers.push(resolve)) } };
  const assignments = new AssignmentService(
    database as unknown as Parts[0],
    {} as Parts[1],
    createLog({ logLevel: 'silent' }),
    { given: () => Promise.resolve(true) } as unknown as Parts[3],
  );
  const older = assignments.refresh();
  const newer = assignments.refresh();
  answers[1]!([running(false)]);
  await newer;
  answers[0]!([running(true)]);
  await older;
  expect(await assignments.assign('cus_1', 'eus_1', 'dep_1')).toEqual([]);
  const last = assignments.refresh();
  answers[2]!([running(true)]);
  await last;
  expect(await assignments.assign('cus_1', 'eus_1', 'dep_1')).toMatchObject([{ testId: 'tst_1' }]);
});
