/** The stretch from data to a deployment in the console: a file, a training, a version, what tests say of it, and a name for it. */
import { newId } from '../../src/kernel/id';
import { handMadeVersion } from '../support/hand-made-version';
import { importCsv } from '../training/wages';
import type { ConsolePage } from './console-page';
import { Consoles, expectNoRefusal } from './consoles';

let consoles: Consoles;
/** Where the version of data is that the trainings learn from. */
let data: string;
beforeAll(async () => {
  consoles = await Consoles.start();
  const { world, populated } = consoles;
  const { result } = await importCsv(world, populated.staff, BOUGHT, { name: 'bought', label: 'bought' });
  data = `data/versions/${result!.id}`;
});
afterEach(() => consoles.closeTabs());
afterAll(() => consoles.close());

const ask = <T>(query: string): Promise<T> => consoles.populated.staff.client.ask<T>(query);
const placeOf = (page: ConsolePage): string => page.address.split('#/')[1]!;

/** Yes where the first number is the larger one; so many rows that some of either class are held out in each group. */
const BOUGHT = ['a,b,region,bought']
  .concat(
    Array.from({ length: 240 }, (_, i) => {
      const [a, b] = [(i * 5) % 17, (i * 7) % 19];
      return `${a},${b},${i % 2 ? 'north' : 'south'},${a > b ? 'yes' : 'no'}`;
    }),
  )
  .join('\n');

async function uploaded(page: ConsolePage, name: string, text = BOUGHT): Promise<void> {
  await page.go('data');
  const form = { name, label: 'bought', protectedAttributes: 'region', consentScope: 'TRAINING' };
  await page.send('Upload it', { file: { file: 'bought.csv', text }, ...form });
}

async function trained(page: ConsolePage, recipe: Record<string, string>): Promise<void> {
  await page.press('Train a model on it');
  await page.send('Train it', { modelName: 'buyers', ...recipe });
  expectNoRefusal(page, 'training');
}

test('a canary is held, let go on, taken further and ended by hand, each for a written reason', async () => {
  const page = await consoles.staff('ADMIN');
  const { deployment } = await ask<{ deployment: { id: string } }>(
    '{ deployment(by: { name: "third" }) { id } }',
  );
  const { versionId } = await handMadeVersion(consoles.world, 0.33);
  const input = { id: deployment.id, versionId, steps: [10, 50, 100], overrideReason: 'Tried by hand.' };
  await consoles.populated.staff.client.mutate(
    'deploymentCanaryStart',
    'DeploymentCanaryStartInput!',
    input,
    'deployment { id }',
  );
  await page.go('deployments');
  const step = async (action: string, reason: string, says: string): Promise<void> => {
    await page.send(action, { reason });
    expectNoRefusal(page, action);
    expect([action, page.text('main section')]).toEqual([action, expect.stringContaining(says)]);
  };
  await step('Pause it', 'A look at it first.', 'step 1 of 3, 10 %; A look at it first.');
  expect(page.text('main section')).toContain('Canary paused');
  await step('Let it go on', 'It looks well.', 'Canary running');
  await step('To the next step', 'A larger part.', 'step 2 of 3, 50 %');
  await step('End it', 'It was a try.', 'Canary rolled back');
  await page.send('Set it', { versionId, reason: 'To see whether they differ.' });
  expectNoRefusal(page, 'shadow');
  expect(page.text('main section')).toContain('is asked too and answers nobody');
  await page.send('Set it so', { cacheSeconds: '30', kept: '7' });
  expectNoRefusal(page, 'configured');
  const set = '{ deployment(by: { name: "third" }) { cacheSeconds payloadSampleRate fallbacks { id } } }';
  expect(await ask(set)).toEqual({
    deployment: { cacheSeconds: 30, payloadSampleRate: 0.07, fallbacks: [] },
  });
  // Shares of several versions are looked at first, and the gate is asked as for one.
  await page.press('Another version');
  await page.send('Look at the shares');
  expect(page.texts('form > .refusal').join('')).toBe('Name each version once.');
  await page.choose('routed', versionId);
  await page.send('Look at the shares', { weight: '60' });
  expect(page.texts('form > .refusal').join('')).toBe('The shares make 60 %. They must make 100 %.');
  await page.send('Look at the shares', { weight: '100' });
  expect(page.texts('main details [aria-live] tbody tr')).toEqual([
    expect.stringMatching(/100 %0 %$/),
    expect.stringMatching(/–100 %$/),
  ]);
  await page.press('Share it so');
  expectNoRefusal(page, 'shared');
  expect(page.texts('main section:first-of-type tbody tr').slice(0, 2)).toEqual([
    expect.stringContaining('100 %'),
    expect.stringContaining('0 %'),
  ]);
});

test('a file that cannot be read is told by line and reason, and one whose bad rows may be left out becomes a version', async () => {
  const page = await consoles.staff('ANALYST');
  const broken = `${BOUGHT}\n1,2\n3,4,north,yes,more\n`;
  await uploaded(page, 'broken', broken);
  expect(page.text('form .refusal')).toMatch(/2 rows cannot be read/);
  expect(page.texts('form tbody td')).toEqual([
    '242',
    expect.stringContaining('2 fields'),
    '243',
    expect.stringContaining('5 fields'),
  ]);
  await page.send('Upload it', { maxBadRows: '2' });
  expectNoRefusal(page, 'upload');
  expect(page.text('h1')).toBe('broken, version 1');
  expect(page.text('main')).toContain('Rows that were left out');
  expect(page.text('main')).toMatch(/People agreed totraining/);
  expect(page.texts('figure svg, svg.spark').length).toBe(5);
  await uploaded(page, 'broken', BOUGHT.split('\n').slice(0, -1).join('\n'));
  expect(page.text('h1')).toBe('broken, version 2');
  await page.send('Compare');
  expect(page.text('main')).toContain('0 came, 1 went, 239 stayed');
});

test('data becomes a model and the model a deployment, and what is known of it stands on its page', async () => {
  const page = await consoles.staff('ADMIN');
  await uploaded(page, 'buyers');
  await trained(page, { hiddenUnits: '16, 16', epochs: '4', learningRate: '0.1', patience: '3' });
  expect(page.text('main')).toContain('Loss by epoch');
  expect(page.text('pre')).toMatch(/"learningRate": 0.1/);
  await page.press('version 1');
  for (const says of [
    'What was called what',
    'with the largest F1',
    'averagePrecision',
    'Whether it keeps its promises',
    'ROC',
    'region north',
  ])
    expect(page.text('main')).toContain(says);
  const first = placeOf(page);
  await page.send('Compress it', { method: 'FLOAT16' });
  expect(page.text('main')).toContain('Kept in fewer bits, of version 1');
  await page.send('Compare');
  expectNoRefusal(page, 'beside the first');
  await page.go(first);
  await page.send('Choose the threshold', { goal: '', threshold: '0.2' });
  expect(page.text('main')).toContain('With another threshold, of version 1');
  expect(page.text('main')).toContain('0.5 → 0.2');
  expect(page.text('main')).toContain('Given by a person.');
  await page.send('Retire it', { reason: 'Only a trial.' });
  expect(page.text('h1')).toContain('retired');
  expect(page.text('main')).not.toContain('What becomes of it');
  await page.go(first);
  await page.send('Deploy it', { name: 'buyers' });
  expect(page.text('h1')).toBe('Deployments');
  expect(page.text('main')).toContain('buyers 1');
});

test('a recipe is refused where it does not fit, and whoever knows better writes all of it as JSON', async () => {
  const page = await consoles.staff('ANALYST');
  await page.go(data);
  await page.press('Train a model on it');
  const form = placeOf(page);
  await page.send('Train it', { kind: 'LINEAR', loss: 'SOFTMAX_CROSS_ENTROPY' });
  expect(page.text('form p.refusal')).toMatch(/Softmax needs/);
  await page.send('Train it', { recipeJson: '{' });
  expect(page.text('form p.refusal')).toMatch(/no JSON/);
  await page.go(form);
  const trees = {
    modelName: 'trees',
    recipeJson: '{ "kind": "DECISION_TREE", "tree": { "maxDepth": 2 } }',
    groupColumn: 'a',
  };
  await page.send('Train it', { ...trees, timeColumn: 'b' });
  expect(page.text('form p.refusal')).toMatch(/by groups or by time, not by both/);
  await page.send('Train it', { ...trees, timeColumn: '' });
  expect(page.text('main')).toMatch(/"maxDepth": 2/);
  expect(page.text('main')).toMatch(/"groupColumn": "a"/);
});

test('a training that has spent its time waits, goes on when it gets more, and can be ended for good', async () => {
  const page = await consoles.staff('ANALYST');
  await page.go(data);
  await trained(page, { kind: 'LINEAR', epochs: '3', budgetDeviceSeconds: '0.001' });
  expect(page.text('main')).toContain('paused');
  await page.send('Go on', { budgetDeviceSeconds: '600' });
  expectNoRefusal(page, 'resumed');
  expect(page.text('main')).toContain('succeeded');
  await page.go(data);
  await trained(page, { kind: 'LINEAR', epochs: '4', budgetDeviceSeconds: '0.001' });
  await page.press('Cancel for good');
  expect(page.text('main')).toContain('cancelled');
});

test('a search tries what it was told, and its board begins with the best', async () => {
  const page = await consoles.staff('ANALYST');
  await page.go(data);
  await page.press('Train a model on it');
  await page.send('Search', {
    modelName: 'searched',
    kind: 'LINEAR',
    'tried-learningRate': '0.0001, 0.1',
    'tried-epochs': '3',
    best: 'VALIDATION_LOSS',
  });
  expectNoRefusal(page, 'search');
  expect(page.texts('tbody tr td:first-child')).toEqual(['2 best', '1']);
  expect(page.text('main')).toContain('learningRate 0.1');
  await page.press('version 1');
  expect(page.text('h1')).toContain('searched, version 1');
});

test('a version is held against a suite beside another one, and the cases that got worse are named', async () => {
  const good = await handMadeVersion(consoles.world, 0.9, 'judged');
  const bad = await handMadeVersion(consoles.world, 0.1, 'judged');
  const checks = [{ kind: 'BETWEEN', field: 'probability', minimum: 0.5 }];
  const cases = [20, 30, 40].map((age) => ({ key: `aged-${age}`, input: { age, income: 1 }, checks }));
  const page = await consoles.staff('ADMIN');
  await page.go('suites');
  await page.choose('way', 'JSON');
  await page.send('Make it', { name: 'plain cases', modelId: good.modelId, cases: JSON.stringify(cases) });
  expect(page.text('h1')).toBe('plain cases');
  await page.go(`models/${bad.versionId}`);
  await page.send('Run it', { baselineId: good.versionId });
  expectNoRefusal(page, 'run');
  await page.press('plain cases 1');
  expect(page.text('h1')).toMatch(/^plain cases 1/);
  expect(page.texts('tbody .pill')).toEqual(['got worse', 'got worse', 'got worse']);
});

test('a suite is judged otherwise, and gets, changes and loses a case', async () => {
  const page = await consoles.staff('ADMIN');
  const { testRuns } = await ask<{ testRuns: { nodes: { suite: { id: string } }[] } }>(
    '{ testRuns(first: 1) { nodes { suite { id } } } }',
  );
  await page.go(`suites/${testRuns.nodes[0]!.suite.id}`);
  await page.send('Save it', { requiredPassRate: '0.9', margin: '0.02' });
  expectNoRefusal(page, 'judged otherwise');
  expect(page.text('main')).toContain('Must pass90%');
  const before = page.texts('main section:last-of-type tbody tr').length;
  const checks = [{ kind: 'BETWEEN', field: 'probability', minimum: 0.5 }];
  await page.send('Put them in', { put: '[{' });
  expect(page.texts('section:last-of-type form > .refusal').join('')).toMatch(/The cases are no JSON/);
  const made = { key: 'a-new-case', input: { age: 25, income: 9 }, checks };
  await page.send('Put them in', { put: JSON.stringify([made]) });
  expectNoRefusal(page, 'put in');
  const rows = page.texts('main section:last-of-type tbody tr');
  expect(rows).toHaveLength(before + 1);
  expect(rows.at(-1)).toContain('a-new-caseage 25, income 9probability is 0.5 or more');
  await page.choose('field', 'probability');
  await page.choose('kind', 'MOVES_UP');
  await page.send('Put it in', { key: 'by-form', 'row.age': '30', other: '40', tags: 'plain' });
  expectNoRefusal(page, 'put in by the form');
  expect(page.texts('main section:last-of-type tbody tr').join()).toMatch(
    /by-formage 30, income [\d.]+probability rises when age 40plain/,
  );
  await page.press('Change');
  await page.send('Put it in', { minimum: '0', maximum: '0.9' });
  expectNoRefusal(page, 'changed');
  expect(page.texts('main section:last-of-type tbody tr')[0]).toContain('probability is from 0 to 0.9');
  await page.press('Take away');
  await page.press('Take away');
  expectNoRefusal(page, 'taken away');
  expect(page.texts('main section:last-of-type tbody tr')).toHaveLength(before);
});

test('staff who may only look see data, trainings, models and suites, and no form to begin anything', async () => {
  const page = await consoles.staff('REVIEWER');
  for (const place of ['data', 'trainings', 'models', 'suites']) {
    await page.go(place);
    expectNoRefusal(page, place);
    expect([place, page.has('main form')]).toEqual([place, false]);
  }
});

test('a list of more than one page is shown whole, page by page, each row once', async () => {
  const { servicePool } = consoles.world.app.platform.database;
  const now = consoles.world.clock.now();
  const made = Array.from({ length: 60 }, (_, i) => `paged-${i}`);
  for (const name of made)
    await servicePool.query('insert into datasets (id, name, created_at) values ($1, $2, $3)', [
      newId('dst', now),
      name,
      now,
    ]);
  const page = await consoles.staff('REVIEWER');
  await page.go('data');
  const shown = () => page.texts('tbody td:first-child').filter((name) => name.startsWith('paged-'));
  const counts = [shown().length];
  while (page.texts('main button').includes('Show more')) {
    await page.press('Show more');
    counts.push(shown().length);
  }
  expect(counts.length).toBeGreaterThanOrEqual(3);
  expect(counts[0]).toBeLessThanOrEqual(25);
  expect(shown().sort()).toEqual([...made].sort());
});
