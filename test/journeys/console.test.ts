/** The console, as staff and customers meet it in a browser: their own screens, filled by the same documents as any front end's. */
import fs from 'node:fs';
import path from 'node:path';
import { assessed } from '../ethics/impact';
import { ConsolePage } from '../support/console-page';
import { handMadeVersion } from '../support/hand-made-version';
import { type Populated, populatedWorld } from '../support/populated';

const PASSWORD = 'a password nobody guesses';
const PAGES = path.resolve(__dirname, '../../src/app/console/page');
const FOREIGN = '<img src=x onerror="document.title=1"> & <b>bold</b>';

let populated: Populated;
beforeAll(async () => {
  populated = await populatedWorld(2);
});
afterAll(() => populated.world.close());

let pages: ConsolePage[] = [];
afterEach(async () => {
  await Promise.all(pages.map((page) => page.close()));
  pages = [];
});

async function open(): Promise<ConsolePage> {
  const page = await ConsolePage.open(populated.world.url);
  pages.push(page);
  return page;
}

let people = 0;
async function staffPage(role: 'ADMIN' | 'ANALYST' | 'REVIEWER' | 'COMPLIANCE'): Promise<ConsolePage> {
  const email = `console${++people}@staff.test`;
  const { password } = await populated.world.app.modules.identity.identity.createStaff(email, role);
  const page = await open();
  await page.signIn(email, password);
  await page.send('Change it', { current: password, next: PASSWORD });
  return page;
}

/** The screens of the menu, by their addresses. */
const menu = (page: ConsolePage): string[] => page.texts('nav a').slice(1);

/** No screen is worth anything that ends in a refusal. */
function expectNoRefusal(page: ConsolePage, where: string): void {
  const refusals = page.texts('.refusal').filter((text) => text !== '');
  expect([where, refusals]).toEqual([where, []]);
  expect([where, page.text('main')]).not.toEqual([where, expect.stringContaining('could not be shown')]);
  expect([where, page.text('main')]).not.toEqual([where, expect.stringContaining('Try again')]);
}

test('whoever has the one-time password gets past the door only by changing it', async () => {
  const email = 'first@staff.test';
  const { password } = await populated.world.app.modules.identity.identity.createStaff(email, 'ADMIN');
  const page = await open();
  await page.signIn(email, 'not the password');
  expect(page.text('.refusal')).not.toBe('');
  expect(page.has('nav')).toBe(false);
  await page.signIn(email, password);
  expect(page.text('h1')).toBe('Choose a password');
  expect(page.has('nav')).toBe(false);
  await page.send('Change it', { current: password, next: 'short' });
  expect(page.text('.refusal')).toMatch(/12/);
  await page.send('Change it', { current: password, next: PASSWORD });
  expect(page.text('h1')).toBe('Overview');
});

test('each role of staff sees the screens that it may read, and none of them ends in a refusal', async () => {
  const every = [
    'Overview',
    'Feedback',
    'Deployments',
    'Flags',
    'Feature tests',
    'Customers',
    'Market',
    'What if',
    'Compliance',
  ];
  const seen = {
    ADMIN: every,
    ANALYST: every.filter((title) => title !== 'Compliance'),
    REVIEWER: every.filter((title) => !['Market', 'What if', 'Compliance'].includes(title)),
    COMPLIANCE: every.filter((title) => !['Feedback', 'Market', 'What if'].includes(title)),
  };
  for (const [role, titles] of Object.entries(seen)) {
    const page = await staffPage(role as keyof typeof seen);
    expect([role, menu(page)]).toEqual([role, titles]);
    for (const title of titles) {
      await page.press(title);
      expect([role, page.text('h1')]).toEqual([role, title]);
      expectNoRefusal(page, `${role}, ${title}`);
    }
  }
});

test('one answer, one customer, one test and one piece of feedback are shown whole', async () => {
  const page = await staffPage('ADMIN');
  const { client } = populated.staff;
  const { inferences, customers, featureTests, feedback, deployments } = await client.ask<
    Record<string, { nodes: { id: string }[] }>
  >(
    '{ inferences(first: 1) { nodes { id } } customers(first: 1) { nodes { id } } featureTests(first: 1) { nodes { id } } feedback(first: 1) { nodes { id } } deployments(first: 1) { nodes { id } } }',
  );
  await populated.world.app.drainEvents();
  const places = {
    [`answers/${inferences!.nodes[0]!.id}`]: 'In the audit log',
    [`customers/${customers!.nodes[0]!.id}`]: 'Plan and money',
    [`tests/${featureTests!.nodes[0]!.id}`]: 'Plan, as it was before anything was seen',
    [`feedback/${feedback!.nodes[0]!.id}`]: 'The answer it is about',
    [`deployments/${deployments!.nodes[0]!.id}`]: 'Fairness of',
  };
  for (const [place, says] of Object.entries(places)) {
    await page.go(place);
    expectNoRefusal(page, place);
    expect([place, page.text('main')]).toEqual([place, expect.stringContaining(says)]);
  }
  await page.go('feedback/fbk_nobody');
  expect(page.text('main')).toContain('There is no such feedback.');
  await page.go('nowhere');
  expect(page.text('main')).toContain('There is no such page.');
});

test('a change of a reviewed flag waits for somebody else, and who asked for it cannot approve it', async () => {
  const [ada, bob] = [await staffPage('ANALYST'), await staffPage('ANALYST')];
  const { featureFlag } = await populated.staff.client.mutate<{ featureFlag: { id: string } }>(
    'featureFlagCreate',
    'FeatureFlagCreateInput!',
    { key: 'new-page', type: 'BOOLEAN', defaultValue: false, requiresReview: true },
    'featureFlag { id }',
  );
  const { accessToken } = ada.kept('session') as { accessToken: string };
  const update =
    'mutation ($id: ID!, $input: FeatureFlagUpdateInput!) { featureFlagUpdate(id: $id, input: $input) { errors { message } } }';
  const environments = [{ environment: 'PRODUCTION', enabled: true }];
  const input = { environments, rules: [{ value: true }], reason: 'Everybody may see it.' };
  const asked = await populated.world.client(accessToken).send(update, { id: featureFlag.id, input });
  expect(asked).toMatchObject({ data: { featureFlagUpdate: { errors: [] } } });
  await ada.go('flags');
  expect(ada.text('main')).toContain('Everybody may see it.');
  await ada.go('flags/new-page');
  expect(ada.text('main')).toContain('Everybody may see it.');
  expect(ada.texts('main button')).not.toContain('Approve');
  await bob.go('flags/new-page');
  await bob.press('Approve');
  expectNoRefusal(bob, 'approved');
  expect(bob.text('main')).toContain('Everybody may see it.');
  await bob.send('Switch off', { reason: 'It burns: users are lost.' });
  expectNoRefusal(bob, 'switched off');
  expect(bob.text('main')).toContain('emergency');
});

test('another price is tried on real usage, and nothing is changed by it', async () => {
  const page = await staffPage('ANALYST');
  await page.go('pricing');
  await page.send('Work it out', { plan: 'PRO', price: '59.00' });
  expectNoRefusal(page, 'pricing');
  expect(page.text('main')).toContain('revenue as it would have been');
});

test('of two reviewers who decide at once the second is told, and the first decision stays', async () => {
  const [ada, bob] = [await staffPage('REVIEWER'), await staffPage('REVIEWER')];
  const { feedback } = await populated.staff.client.ask<{ feedback: { nodes: { id: string }[] } }>(
    '{ feedback(first: 1, filter: { status: NEW }) { nodes { id } } }',
  );
  const { id } = feedback.nodes[0]!;
  await ada.go(`feedback/${id}`);
  await bob.go(`feedback/${id}`);
  await ada.send('Save', { status: 'PLANNED', severity: '2', note: 'Seen by Ada.' });
  expect(ada.text('main')).toContain('Seen by Ada.');
  await bob.send('Save', { status: 'DECLINED' });
  expect(bob.text('form .refusal')).not.toBe('');
  const { node } = await populated.staff.client.ask(
    `{ node(id: "${id}") { ... on Feedback { status severity } } }`,
  );
  expect(node).toEqual({ status: 'PLANNED', severity: 2 });
});

test('words of people are shown as they were written and never become part of the page', async () => {
  await populated.owner.client.mutate(
    'feedbackSubmit',
    'FeedbackSubmitInput!',
    { kind: 'TEXT', text: FOREIGN },
    'feedback { id }',
  );
  const page = await staffPage('REVIEWER');
  await page.go('feedback');
  expect(page.text('main')).toContain(FOREIGN);
  await page.press('<img');
  expect(page.text('h1')).toBe(FOREIGN);
  expect(page.has('main img, main b')).toBe(false);
});

test('compliance staff makes a report, opens it, and verifies the whole log', async () => {
  const page = await staffPage('COMPLIANCE');
  await page.press('Compliance');
  const before = page.texts('main section:first-of-type tbody tr').length;
  await page.send('Make a report', { kind: 'PRIVACY', from: '2020-01-01', to: '2020-02-01' });
  expectNoRefusal(page, 'report');
  expect(page.texts('main section:first-of-type tbody tr')).toHaveLength(before + 1);
  expect(page.text('main section:first-of-type')).toContain('1 Jan 2020 – 1 Feb 2020');
  await page.press('Verify all of it');
  expect(page.text('main')).toMatch(/intact: all \d+ records/);
});

test('what staff decides is done: an incident closed, a request answered, traffic sent on and back', async () => {
  const { client } = populated.staff;
  await populated.world.endUser(populated.owner, 'grace');
  const { dataRequest } = await populated.owner.client.mutate<{ dataRequest: { id: string } }>(
    'dataRequestCreate',
    'DataRequestCreateInput!',
    { kind: 'RECTIFICATION', endUserExternalId: 'grace', details: 'My age is wrong.' },
    'dataRequest { id }',
  );
  const page = await staffPage('ADMIN');
  await page.go('compliance');
  await page.send('Open an incident', { title: 'Answers came twice', severity: 'HIGH' });
  expect(page.text('main')).toContain('Answers came twice');
  await page.send('Close it', { correctiveAction: 'A guard was added.' });
  expectNoRefusal(page, 'incident');
  await page.send('Fulfil it', { answer: 'It was corrected.' });
  expectNoRefusal(page, 'request');
  const { node } = await client.ask(
    `{ node(id: "${dataRequest.id}") { ... on DataRequest { status answer } } }`,
  );
  expect(node).toEqual({ status: 'DONE', answer: 'It was corrected.' });
  const { incidents } = await client.ask<{ incidents: { nodes: object[] } }>(
    '{ incidents(first: 1) { nodes { title status correctiveAction owner { email } } } }',
  );
  expect(incidents.nodes[0]).toMatchObject({ title: 'Answers came twice', status: 'CLOSED', owner: {} });

  const { modelId } = await handMadeVersion(populated.world, 0.25);
  await assessed(populated.staff, {
    modelId,
    use: 'prohibited-use',
    reviewBy: new Date(populated.world.clock.millis() + 90 * 86_400_000).toISOString(),
    answers: { isSafetyComponent: false, practices: ['SOCIAL_SCORING'], profilesPeople: true },
  });
  await page.go('deployments');
  await page.send('Send everything');
  expect(page.text('main form .refusal')).toMatch(/gate/);
  expect(page.text('main')).toContain('refused');
  await page.send('Send everything', { overrideReason: 'Tried by hand, for a test.' });
  expectNoRefusal(page, 'promotion');
  await page.send('Roll back', { reason: 'It was only a test.' });
  expectNoRefusal(page, 'roll-back');
});

test('a stranger makes an account, asks a model, says what they think, gets a key, and is led to pay', async () => {
  const page = await open();
  await page.press('Make an account');
  await page.send('Make the account', {
    organisation: 'Console Ltd',
    email: 'owner@console.test',
    password: PASSWORD,
  });
  expect(page.text('h1')).toBe('Console Ltd');
  for (const title of menu(page)) {
    await page.press(title);
    expectNoRefusal(page, title);
  }
  await page.go('try');
  await page.send('Ask', { deployment: 'wages', rows: '{' });
  expect(page.text('form .refusal')).toMatch(/no JSON/);
  await page.send('Ask', { deployment: 'wages' });
  expect(page.text('main')).toMatch(/An artificial intelligence gave this answer/);
  await page.press('It is right');
  expect(page.text('main')).toContain('Thank you.');
  await page.go('keys');
  await page.send('Make it', { name: 'server' });
  expect(page.text('main pre')).toMatch(/^flw_live_/);
  await page.press('Revoke');
  expect(page.text('table')).toContain('revoked');
  await page.go('');
  await page.go('keys');
  expect(page.has('main pre')).toBe(false);
  await page.go('plans');
  await page.press('Subscribe to Pro');
  expect(page.address).toMatch(/\/c\/pay\//);
});

test('whoever signs out leaves no session behind, neither here nor in the tab', async () => {
  const page = await staffPage('REVIEWER');
  const { accessToken } = page.kept('session') as { accessToken: string };
  await page.press('Sign out');
  expect(page.text('h1')).toBe('Sign in');
  expect(page.kept('session')).toBeNull();
  const { errors } = await populated.world.client(accessToken).send('{ feedback { totalCount } }');
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
});

test('what is kept in the tab opens the console for minutes: the token that renews it is in memory alone', async () => {
  const page = await staffPage('REVIEWER');
  expect(Object.keys(page.kept('session') as object).sort()).toEqual(['accessToken', 'accessTokenExpiresAt']);
});

test('a token near its end is renewed once for all who ask at once, so that nobody is signed out at work', async () => {
  const { clock } = populated.world;
  const nearlyAll = 15 * 60_000 - 10_000;
  clock.advance(-nearlyAll);
  try {
    const page = await staffPage('ADMIN');
    const first = page.kept('session');
    await page.press('Market');
    await page.press('Overview');
    expect(page.text('h1')).toBe('Overview');
    expectNoRefusal(page, 'renewed');
    expect(page.kept('session')).not.toEqual(first);
  } finally {
    clock.advance(nearlyAll);
  }
});

test('only the files of the console are served, and they may run nothing from elsewhere', async () => {
  const at = (place: string) => fetch(`${populated.world.url}${place}`, { redirect: 'manual' });
  const page = await at('/console');
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'/);
  expect((await at('/console/main.mjs')).headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect((await at('/')).headers.get('location')).toBe('/console');
  for (const place of [
    '/console/../console.ts',
    '/console/%2e%2e/console.ts',
    '/console/console.ts',
    '/console/nothing.mjs',
  ])
    expect([place, (await at(place)).status]).toEqual([place, 404]);
});

test('every document that the console asks for is shipped, so it works where only those run', async () => {
  const files = fs
    .readdirSync(PAGES, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.mjs'));
  const source = files.map((name) => fs.readFileSync(path.join(PAGES, name), 'utf8')).join('\n');
  const asked = [...source.matchAll(/(?:api\.ask|api\.act|#send|enter)\(\s*'(\w+)'/g)].map(
    ([, name]) => name,
  );
  const shipped = (await (await fetch(`${populated.world.url}/console/documents.json`)).json()) as object;
  expect(asked.length).toBeGreaterThan(25);
  expect(asked.filter((name) => !(name! in shipped))).toEqual([]);
});
