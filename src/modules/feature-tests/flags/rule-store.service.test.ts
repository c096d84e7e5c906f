import { createLog } from '../../../platform/log';
import { Environment } from '../../deployments';
import { AssignmentService } from '../experiments/assignment.service';
import { FlagType } from './feature-flag.entity';
import { evaluatedIn, RuleStore, type StoredFlag } from './rule-store.service';

type Parts = ConstructorParameters<typeof RuleStore>;

const running = (enabled: boolean): StoredFlag => ({
  id: 'flg_1',
  key: 'answers',
  type: FlagType.STRING,
  defaultValue: 'a',
  prerequisites: [],
  rules: [],
  environments: [{ environment: Environment.PRODUCTION, enabled }],
  ownerId: null,
  testKey: 'answers',
  isPlanned: false,
  test: {
    id: 'tst_1',
    key: 'answers',
    deploymentId: 'dep_1',
    environment: Environment.PRODUCTION,
    variants: [
      { key: 'a', versionId: 'mdv_a', weight: 50 },
      { key: 'b', versionId: 'mdv_b', weight: 50 },
    ],
  },
});

function storeOf(sql: () => Promise<unknown>): RuleStore {
  const database = { read: { sql } };
  return new RuleStore(database as unknown as Parts[0], {} as Parts[1], createLog({ logLevel: 'silent' }));
}

test('a flag that was turned off stays off, although an older look at it is answered later', async () => {
  const answers: ((rows: unknown[]) => void)[] = [];
  const rules = storeOf(() => new Promise((resolve) => answers.push(resolve)));
  const assignments = new AssignmentService(rules, { given: () => Promise.resolve(true) });
  const older = rules.refresh();
  const newer = rules.refresh();
  answers[1]!([running(false)]);
  await newer;
  answers[0]!([running(true)]);
  await older;
  expect(await assignments.assign('cus_1', 'eus_1', 'dep_1')).toEqual([]);
  const last = rules.refresh();
  answers[2]!([running(true)]);
  await last;
  expect(await assignments.assign('cus_1', 'eus_1', 'dep_1')).toMatchObject([{ testId: 'tst_1' }]);
});

test('who listens hears of changes, and not of looks that found none', async () => {
  let now = running(true);
  const rules = storeOf(() => Promise.resolve([now]));
  let heard = 0;
  const leave = rules.onChange(() => heard++);
  await rules.refresh();
  await rules.refresh();
  expect(heard).toBe(1);
  const before = rules.version;
  now = running(false);
  await rules.refresh();
  expect(heard).toBe(2);
  expect(rules.version).not.toBe(before);
  leave();
  now = running(true);
  await rules.refresh();
  expect(heard).toBe(2);
  expect(rules.version).toBe(before);
});

test('a test runs in the environment of its deployment only', async () => {
  const rules = storeOf(() => Promise.resolve([running(true)]));
  await rules.refresh();
  const person = { id: 'eus_1', analyticsConsent: true };
  expect(rules.evaluator(Environment.PRODUCTION).evaluate('answers', person).variantKey).toBeDefined();
  expect(rules.evaluator(Environment.STAGING).evaluate('answers', person)).toEqual({ value: 'a' });
});

test('a test and the shares in front of it draw independently, also after it is over', () => {
  const rules = [{ value: 'a', percentage: 50 }];
  const { experiment, shareSeed } = evaluatedIn({ ...running(true), rules }, Environment.PRODUCTION);
  expect(shareSeed).not.toBe(experiment!.key);
  expect(shareSeed).toBeDefined();
  expect(evaluatedIn({ ...running(true), test: null }, Environment.PRODUCTION).shareSeed).toBe(shareSeed);
});
