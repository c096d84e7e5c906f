/** What staff does in the console beside reading: prices, rules of flags, plans of tests, monitors, and the books. */
import { breachIsTold } from './breach';
import type { ConsolePage } from './console-page';
import { Consoles, expectNoRefusal } from './consoles';
import { inboxIsReviewed } from './inbox';

let consoles: Consoles;
let page: ConsolePage;
beforeAll(async () => {
  consoles = await Consoles.start();
});
beforeEach(async () => {
  page = await consoles.staff('ADMIN');
});
afterEach(() => consoles.closeTabs());
afterAll(() => consoles.close());

const ask = <T>(query: string): Promise<T> => consoles.populated.staff.client.ask<T>(query);

test('a plan is published by what differs from the present one, which is shown before', async () => {
  await page.go('plans');
  await page.send('Look at what changes');
  expect(page.text('form > .refusal')).toBe('Nothing would change.');
  await page.send('Look at what changes', { price: '1.005' });
  expect(page.text('form > .refusal')).toContain('An amount looks like');
  await page.send('Look at what changes', { price: '1.50', requests: '77', unitAmount: '0.5' });
  expect(page.texts('main [aria-live] tbody tr')).toEqual([
    'price0.001.50',
    'requests100077',
    'price of a request, every other model00.5',
  ]);
  await page.press('Publish it');
  expect(page.text('main [aria-live] .refusal')).toBe('FREE is given and not sold: its price is 0.');
  await page.send('Look at what changes', { price: '0.00', unitAmount: '0' });
  expect(page.texts('main [aria-live] tbody tr')).toEqual(['requests100077']);
  await page.press('Publish it');
  expectNoRefusal(page, 'published');
  const { plans } = await ask<{ plans: { code: string; version: number; price: object }[] }>(
    '{ plans { code version price { amountMinor } } }',
  );
  expect(plans.find(({ code }) => code === 'FREE')).toEqual({
    code: 'FREE',
    version: 2,
    price: { amountMinor: '0' },
  });
});

test('rules of a flag are written, put in order and looked at; what is wrong stands at its rule', async () => {
  await page.go('flags');
  await page.send('Make it', { key: 'console-flag', type: 'JSON', default: '{"n": 1}' });
  expect(page.text('h1')).toBe('console-flag ');
  await page.press('Change it');
  await page.press('Another rule');
  await page.press('Another condition');
  await page.choose('operator', '$in');
  await page.send('Look at the change', {
    attribute: 'country',
    against: 'DE, "18", 18',
    value: '{"n": 2}',
    reason: 'A try.',
  });
  expect(page.texts('main [aria-live] tbody tr')[0]).toContain(
    '[{"condition":{"country":{"$in":["DE","18",18]}}',
  );
  await page.press('As JSON');
  await page.send('Look at the change', { condition: '{"$or": []}' });
  await page.press('As rows');
  expect(page.text('.condition .refusal')).toBe('Rows cannot say this.');
  await page.send('Look at the change', { condition: '{', value: '{"n": 2}', reason: 'A try.' });
  expect(page.text('form > .refusal')).toMatch(/The condition is no JSON/);
  const schema = '{"type": "object", "properties": {"n": {"type": "number"}}}';
  await page.send('Look at the change', {
    condition: '{"country": "DE"}',
    value: '{"n": "x"}',
    schema,
    percentage: '50',
  });
  await page.press('Do it');
  expect(page.text('.entry > .refusal')).toMatch(/value\.n: .* must be number/);
  await page.send('Look at the change', { value: '{"n": 2}' });
  await page.press('Another rule');
  // What was looked at is not what would be sent now.
  expect(page.texts('main button')).not.toContain('Do it');
  await page.press('↓');
  await page.press('×');
  await page.send('Look at the change');
  await page.press('Do it');
  expectNoRefusal(page, 'changed');
  const { featureFlag } = await ask<{ featureFlag: object }>(
    '{ featureFlag(key: "console-flag") { revision rules { condition value percentage } valueSchema } }',
  );
  expect(featureFlag).toEqual({
    revision: 2,
    rules: [{ condition: { country: 'DE' }, value: { n: 2 }, percentage: 50 }],
    valueSchema: JSON.parse(schema) as object,
  });
  await page.send('Archive', { reason: 'It was a try.' });
  expect(page.text('h1')).toContain('archived');
  await page.send('Restore', { reason: 'It is wanted.' });
  expect(page.text('h1')).not.toContain('archived');
});

test('what must be reviewed is asked for with its difference, and can be taken back', async () => {
  await page.go('flags/flag-0');
  await page.press('Change it');
  await page.press('Another rule');
  await page.send('Look at the change', { value: 'true', reason: 'Launch for all.' });
  await page.press('Ask for it');
  expectNoRefusal(page, 'asked for');
  expect(page.text('main')).toContain('Launch for all.');
  expect(page.texts('main td').filter((text) => text.startsWith('[{"value":true'))).toHaveLength(1);
  await page.press('Take it back');
  expect(page.text('main')).not.toContain('Launch for all.');
});

test('a test is sized, planned and started', async () => {
  await page.go('tests');
  await page.press('Plan a new test');
  await page.press('Work it out');
  expect(page.text('fieldset .act .refusal')).toBe('Say what the metric is today.');
  await page.send('Plan it', {
    key: 'by-console',
    hypothesis: 'The one is as good as the other.',
    plannedSize: '600',
  });
  expectNoRefusal(page, 'planned');
  expect(page.text('h1')).toBe('by-console draft');
  expect(page.text('main')).toContain('Planned size600');
  await page.press('Start it');
  expectNoRefusal(page, 'started');
  expect(page.text('h1')).toBe('by-console running');
  await page.send('Stop', { reason: 'It was only a try.' });
  expect(page.text('h1')).toBe('by-console stopped');
});

test('a deployment is looked at for drift, and watched for other groups or for none', async () => {
  const { deployment } = await ask<{ deployment: { id: string } }>(
    '{ deployment(by: { name: "wages" }) { id } }',
  );
  await page.go(`deployments/${deployment.id}`);
  await page.press('Look now');
  expectNoRefusal(page, 'looked');
  await page.send('Watch it so', { threshold: '0.7', scoreFrom: '0.5', label: 'yes' });
  expect(page.text('form > .refusal')).toMatch(/either the class or the score/);
  await page.send('Watch it so', { threshold: '0.7', scoreFrom: '', label: 'yes' });
  expectNoRefusal(page, 'watched');
  expect(page.text('main')).toContain('Bound0.7');
  await page.press('End it');
  expect(page.text('main')).toContain('Nobody watches it.');
});

test('a card is approved in somebody’s own words, an alias moves, and a model of another server comes in', async () => {
  const { deployment } = await ask<{ deployment: { routes: { version: { id: string } }[] } }>(
    '{ deployment(by: { name: "wages" }) { routes { version { id } } } }',
  );
  await page.go(`models/${deployment.routes[0]!.version.id}`);
  expect(page.text('main')).toContain('Model card draft');
  const words = { intendedUse: 'For talks about wages.', limits: 'Never for a decision about a person.' };
  await page.send('Approve it', words);
  expectNoRefusal(page, 'approved');
  expect(page.text('main')).toContain('Model card approved, 1');
  expect(page.text('main pre')).toContain('Never for a decision about a person.');
  await page.send('Point it here', { reason: 'It answers best.' });
  expectNoRefusal(page, 'pointed');
  expect(page.text('main')).toContain('Alias champion points here');
  expect(page.text('main')).toContain('It answers best.');
  await page.go('models');
  const remote = { modelName: 'far', model: 'there', completionToken: '0.01' };
  await page.send('Add it', { ...remote, url: 'http://169.254.169.254/v1' });
  expect(page.texts('form > .refusal').join('')).not.toBe('');
  await page.send('Add it', { url: 'https://models.example.com/v1' });
  expectNoRefusal(page, 'added');
  expect(page.text('h1')).toBe('far, version 1 ');
});

test('what leaves the house about people costs some of a budget, and a topic is called by what it is about', async () => {
  await page.go('compliance');
  await page.send('Look at what it takes', { loss: '0.01' });
  expect(page.text('main form + [aria-live]')).toMatch(/It spends[ερ] 0\.01/);
  await page.press('Release it, for good');
  expectNoRefusal(page, 'released');
  expect(page.texts('main td.number')).toContainEqual(expect.stringMatching(/^[ερ] 0\.01$/));
  await page.go('feedback');
  await page.send('Name it so', { topicName: 'How it looks' });
  expectNoRefusal(page, 'named');
  expect(page.text('main')).toContain('How it looks');
  const { feedbackTopics } = await ask<{ feedbackTopics: { nodes: { name: string | null }[] } }>(
    '{ feedbackTopics { nodes { name } } }',
  );
  expect(feedbackTopics.nodes).toContainEqual({ name: 'How it looks' });
});

test('what one person agreed to is found by the id that their customer knows', async () => {
  const { owner } = consoles.populated;
  const person = await consoles.world.endUser(owner, 'ida/1');
  for (const granted of [true, false]) {
    const said = { purpose: 'ANALYTICS', granted };
    await person.client.mutate('consentRecord', 'ConsentRecordInput!', said, 'record { id }');
  }
  await page.go(`compliance/people/${owner.customerId}/${encodeURIComponent('ida/1')}`);
  expectNoRefusal(page, 'person');
  const told = page.text('main section:nth-of-type(3) tbody');
  expect(told).toMatch(/analyticsno.*the person.*analyticsyes.*the person/);
});

inboxIsReviewed(() => ({ consoles, page }));

breachIsTold(() => ({ consoles, page }));

test('what happened in an incident is told line by line', async () => {
  const { incidents } = await ask<{ incidents: { nodes: { id: string }[] } }>(
    '{ incidents(first: 1) { nodes { id } } }',
  );
  await page.go(`incidents/${incidents.nodes[0]!.id}`);
  await page.send('Save it');
  expect(page.text('form > .refusal')).toBe('Nothing would change.');
  await page.send('Save it', { note: 'The cable was out.', severity: 'HIGH' });
  expectNoRefusal(page, 'noted');
  expect(page.text('main')).toContain('The cable was out.');
  expect(page.text('h1')).toContain('high');
});

test('the books say what Stripe told, what was compared, and whether every sum is right', async () => {
  const { servicePool } = consoles.world.app.platform.database;
  await servicePool.query(
    `update stripe_inbox set handled_at = null, parked_at = now(), failure = 'Nobody knows it.' where event_id = 'evt_0'`,
  );
  await page.go('books');
  expect(page.text('main section:first-of-type')).toContain('Waits for a second person');
  expect(page.text('main')).toContain('Nobody knows it.');
  await page.press('Deal with it again');
  expectNoRefusal(page, 'replayed');
  expect(page.text('main')).not.toContain('Nobody knows it.');
  const before = page.texts('main section:nth-of-type(2) tbody tr').length;
  await page.send('Compare now');
  expect(page.texts('main section:nth-of-type(2) tbody tr')).toHaveLength(before + 1);
  await page.press('Add it all up');
  expect(page.text('main')).toContain('every sum is right');
});
