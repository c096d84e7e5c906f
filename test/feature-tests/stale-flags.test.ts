/** Flags that should be removed are found by themselves, listed, and of use again as soon as they are changed. */
import { STALE_DAYS } from '../../src/modules/feature-tests/flags/flag-staleness';
import { SERVICE } from '../../src/platform/database';
import { type Person, startWorld, type World } from '../support/world';
import { flagActed, flagChanged, flagMade, flagUpdated } from './doors';

let world: World;
let staff: Person;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff('ADMIN');
});
afterAll(() => world?.close());

interface Listed {
  readonly key: string;
  readonly stale: { readonly reason: string; readonly since: string; readonly detail: string } | null;
}

async function list(filter: object): Promise<Listed[]> {
  const query = `query ($filter: FeatureFlagFilter) { featureFlags(first: 100, filter: $filter) { nodes { key stale { reason since detail } } } }`;
  const { featureFlags } = await staff.client.ask<{ featureFlags: { nodes: Listed[] } }>(query, { filter });
  return featureFlags.nodes;
}

/** What the job does at night, a month after the flags were last touched. */
async function aMonthLater(): Promise<void> {
  const { database, jobs } = world.app.platform;
  await database.servicePool.query(
    `update feature_flags set updated_at = updated_at - interval '${STALE_DAYS} days'`,
  );
  await database.unitOfWork.run(SERVICE, () => jobs.enqueue('feature-tests.find-stale-flags', {}));
  await world.settle();
}

test('every night those are found that everybody gets alike, and listed by the filter', async () => {
  const base = await flagMade(staff, 'base', 'BOOLEAN', false);
  const some = [{ condition: { country: 'DE' }, value: true }];
  const hangs = await flagMade(staff, 'hangs', 'BOOLEAN', false);
  await flagChanged(staff, hangs, { rules: some, prerequisites: [{ flagId: base, value: true }] });
  const used = await flagMade(staff, 'used', 'BOOLEAN', false);
  await flagChanged(staff, used, { rules: some });
  const marked = await flagMade(staff, 'marked', 'BOOLEAN', false);
  await flagChanged(staff, marked, { rules: some, stale: 'Nobody wants it.' });
  const gone = await flagMade(staff, 'gone', 'BOOLEAN', false);
  await flagActed(staff, 'featureFlagArchive', { id: gone });
  const reasons = (flags: Listed[]): [string, string | undefined][] =>
    flags.map(({ key, stale }): [string, string | undefined] => [key, stale?.reason]).sort();
  expect(reasons(await list({ stale: true }))).toEqual([['marked', 'MARKED']]);
  await aMonthLater();
  expect(reasons(await list({ stale: true }))).toEqual([
    ['base', 'SAME_FOR_ALL'],
    ['hangs', 'NEVER_MET'],
    ['marked', 'MARKED'],
  ]);
  expect(reasons(await list({ stale: false }))).toEqual([['used', undefined]]);
  expect(await list({})).toHaveLength(4);
  // Found once more, nothing is written, so nothing else is put off by it.
  const before = await world.app.platform.database.servicePool.query(
    'select xmin::text, id from feature_flags order by id',
  );
  const { database, jobs } = world.app.platform;
  await database.unitOfWork.run(SERVICE, () => jobs.enqueue('feature-tests.find-stale-flags', {}));
  await world.settle();
  const after = await world.app.platform.database.servicePool.query(
    'select xmin::text, id from feature_flags order by id',
  );
  expect(after.rows).toEqual(before.rows);
  // A change is work in progress again, at once.
  await flagChanged(staff, base, { rules: some });
  expect((await list({ stale: true })).map(({ key }) => key)).not.toContain('base');
  await flagChanged(staff, marked, { stale: null });
  expect((await list({ stale: true })).map(({ key }) => key)).not.toContain('marked');
});

test('a kill switch is never called stale while it says that it is meant to stay, and cannot be marked to be removed', async () => {
  const created = { key: 'kill-switch', type: 'BOOLEAN', defaultValue: false, permanent: true };
  const { featureFlag } = await staff.client.mutate<{ featureFlag: { id: string; permanent: boolean } }>(
    'featureFlagCreate',
    'FeatureFlagCreateInput!',
    created,
    'featureFlag { id permanent }',
  );
  const { id, permanent } = featureFlag;
  expect(permanent).toBe(true);
  await aMonthLater();
  const keys = async (): Promise<string[]> => (await list({ stale: true })).map(({ key }) => key);
  expect(await keys()).not.toContain('kill-switch');
  const marked = await flagUpdated(staff, id, { stale: 'Nobody wants it.' });
  expect(marked.errors).toMatchObject([{ __typename: 'InvalidInput', path: ['input', 'permanent'] }]);
  await flagChanged(staff, id, { permanent: false, stale: 'Nobody wants it.' });
  expect(await keys()).toContain('kill-switch');
  const { featureFlag: said } = await staff.client.ask<{ featureFlag: { revisions: object } }>(
    '{ featureFlag(key: "kill-switch") { revisions(first: 1) { nodes { changes { part before after } } } } }',
  );
  expect(said.revisions).toMatchObject({
    nodes: [{ changes: [{ part: 'PERMANENT', before: true, after: false }, { part: 'STALE_NOTE' }] }],
  });
});
