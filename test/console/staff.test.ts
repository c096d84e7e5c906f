/** The console of staff: each role its own screens, filled by the same documents as any front end's, and what is decided there. */
import { assessed } from '../ethics/impact';
import { handMadeVersion } from '../support/hand-made-version';
import { Consoles, expectNoRefusal, menu, type StaffRole } from './consoles';

const FOREIGN = '<img src=x onerror="document.title=1"> & <b>bold</b>';

let consoles: Consoles;
beforeAll(async () => {
  consoles = await Consoles.start();
});
afterEach(() => consoles.closeTabs());
afterAll(() => consoles.close());

test('each role of staff sees the screens that it may read, and none of them ends in a refusal', async () => {
  const every = [
    'Overview',
    'Feedback',
    'Market',
    'Data',
    'Trainings',
    'Models',
    'Test suites',
    'Deployments',
    'Flags',
    'Feature tests',
    'Customers',
    'Leads',
    'Channels',
    'Plans',
    'What if',
    'Margins',
    'Books',
    'Incidents',
    'Compliance',
    'Staff',
  ];
  const ofMoney = ['Market', 'Leads', 'Channels', 'What if', 'Margins'];
  const seen = {
    ADMIN: every,
    ANALYST: every.filter((title) => !['Books', 'Compliance'].includes(title)),
    REVIEWER: every.filter((title) => ![...ofMoney, 'Books', 'Compliance'].includes(title)),
    COMPLIANCE: every.filter((title) => !['Feedback', ...ofMoney, 'Books'].includes(title)),
  };
  for (const [role, titles] of Object.entries(seen)) {
    const page = await consoles.staff(role as StaffRole);
    expect([role, menu(page)]).toEqual([role, titles]);
    for (const title of titles) {
      await page.press(title);
      expect([role, page.text('h1')]).toEqual([role, title]);
      expectNoRefusal(page, `${role}, ${title}`);
    }
  }
});

test('one answer, one customer, one test and one piece of feedback are shown whole', async () => {
  const page = await consoles.staff('ADMIN');
  const { client } = consoles.populated.staff;
  const lists = [
    'inferences',
    'customers',
    'featureTests',
    'feedback',
    'deployments',
    'trainingJobs',
    'incidents',
  ];
  const found = await client.ask<Record<string, { nodes: { id: string; result?: { id: string } }[] }>>(
    `{ ${lists.map((list) => `${list}(first: 1) { nodes { id ${list === 'trainingJobs' ? 'result { id }' : ''} } }`).join(' ')} }`,
  );
  const first = (list: string): string => found[list]!.nodes[0]!.id;
  await consoles.world.app.drainEvents();
  const places = {
    [`answers/${first('inferences')}`]: 'In the audit log',
    [`customers/${first('customers')}`]: 'Plan and money',
    [`tests/${first('featureTests')}`]: 'Plan, as it was before anything was seen',
    [`models/${found.trainingJobs!.nodes[0]!.result!.id}`]: 'Loss by epoch',
    [`feedback/${first('feedback')}`]: 'The answer it is about',
    [`deployments/${first('deployments')}`]: 'What comes in, beside what was learned from',
    [`incidents/${first('incidents')}`]: 'What happened',
    'tests/new': 'How many people does it take?',
  };
  for (const [place, says] of Object.entries(places)) {
    await page.go(place);
    expectNoRefusal(page, place);
    expect([place, page.text('main')]).toEqual([place, expect.stringContaining(says)]);
  }
  type Registered = { models: { nodes: { versions: { nodes: { id: string }[] } }[] } };
  const { models } = await client.ask<Registered>(
    '{ models(first: 100) { nodes { versions(first: 1) { nodes { id } } } } }',
  );
  // Whatever it takes: rows, texts, passages, pictures.
  for (const { id } of models.nodes.flatMap(({ versions }) => versions.nodes)) {
    await page.go(`models/${id}`);
    expect(page.text('main')).toContain('How good it is');
  }
  await page.go('feedback/fbk_nobody');
  expect(page.text('main')).toContain('There is no such feedback.');
  await page.go('feedback/fbk_%E0%A4%A');
  expect(page.text('main')).toContain('There is no such feedback.');
  await page.go('nowhere');
  expect(page.text('main')).toContain('There is no such page.');
});

test('a change of a reviewed flag waits for somebody else, and who asked for it cannot approve it', async () => {
  const [ada, bob] = [await consoles.staff('ANALYST'), await consoles.staff('ANALYST')];
  const { featureFlag } = await consoles.populated.staff.client.mutate<{ featureFlag: { id: string } }>(
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
  const asked = await consoles.world.client(accessToken).send(update, { id: featureFlag.id, input });
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
  const page = await consoles.staff('ANALYST');
  await page.go('pricing');
  await page.send('Work it out', { plan: 'PRO', price: '59.00' });
  expectNoRefusal(page, 'pricing');
  expect(page.text('main')).toContain('revenue as it would have been');
  await page.go('margins');
  expect(page.text('main tbody tr:last-of-type')).toMatch(/^all together\d/);
});

test('words of people are shown as they were written and never become part of the page', async () => {
  await consoles.populated.owner.client.mutate(
    'feedbackSubmit',
    'FeedbackSubmitInput!',
    { kind: 'TEXT', text: FOREIGN },
    'feedback { id }',
  );
  const page = await consoles.staff('REVIEWER');
  await page.go('feedback');
  expect(page.text('main')).toContain(FOREIGN);
  await page.press('<img');
  expect(page.text('h1')).toBe(FOREIGN);
  expect(page.has('main img, main b')).toBe(false);
});

test('compliance staff makes a report, opens it, and verifies the whole log', async () => {
  const page = await consoles.staff('COMPLIANCE');
  await page.press('Compliance');
  const before = page.texts('main section:first-of-type tbody tr').length;
  await page.send('Make a report', { kind: 'PRIVACY', from: '2020-01-01', to: '2020-02-01' });
  expectNoRefusal(page, 'report');
  expect(page.texts('main section:first-of-type tbody tr')).toHaveLength(before + 1);
  expect(page.text('main section:first-of-type')).toContain('1 Jan 2020 – 1 Feb 2020');
  await page.press('Verify all of it');
  expect(page.text('main')).toMatch(/intact: all \d+ records/);
  await page.press('Look something up, with its proof');
  await page.write('action', 'compliance-report.created');
  expect(new Set(page.texts('main tbody td:nth-child(3)'))).toEqual(new Set(['compliance-report.created']));
  await page.press('Its proof');
  expect(page.text('main')).toContain('Save it, for verify-audit.mjs');
  await page.write('action', 'nothing.done');
  expect(page.text('main')).toContain('Nothing of the kind was recorded.');
  await page.go('incidents');
  await page.send('Open an incident', { title: 'A mail went to somebody else', severity: 'HIGH' });
  expectNoRefusal(page, 'incident');
  expect(page.text('main')).toContain('A mail went to somebody else');
  await page.go('compliance');

  const words = { title: 'Alles andere', body: 'Wir dürfen dir erzählen, was wir sonst noch anbieten.' };
  await page.send('Publish it', { purpose: 'MARKETING', language: 'de', ...words });
  expectNoRefusal(page, 'consent text');
  expect(page.text('main')).toContain('Alles andere');
  expect(page.text('main')).toContain('Publish version 2');
});

test('a use is assessed by questions, what is to be done is closed, and it is assessed anew with what stood there', async () => {
  const page = await consoles.staff('COMPLIANCE');
  await page.go('compliance/uses/new');
  await page.press('Another action');
  const said = {
    use: 'loan-letters',
    purpose: 'Writes letters to those who ask for a loan.',
    affected: 'people who ask for a loan',
    area: 'ESSENTIAL_SERVICES',
    duties: 'GENERATES_CONTENT',
    govern: 'The head of lending.',
    map: 'Letters about loans.',
    measure: 'Complaints a month.',
    manage: 'A clerk writes instead.',
    reviewBy: '2027-06-30',
    harm: 'A letter says what is not so.',
    affects: 'applicants',
    mitigation: 'A clerk reads it.',
    title: 'Read every letter',
    dueAt: '2027-01-31',
  };
  await page.send('Record it', said);
  expect(page.text('form > .refusal')).toMatch(/how people oversee it/);
  await page.send('Record it', { humanOversight: 'A clerk reads each of them.' });
  expectNoRefusal(page, 'assessed');
  expect(page.text('h1')).toBe('loan-letters');
  expect(page.text('main')).toMatch(/^[^]*high in force/);
  await page.send('Close it', { outcome: 'Every letter is read.' });
  expect(page.text('main')).toContain('done Every letter is read.');
  await page.send('Record it', { area: '', reviewBy: '2027-07-31' });
  expectNoRefusal(page, 'assessed anew');
  expect(page.text('main')).toMatch(/Assessment2/);
});

test('what staff decides is done: an incident closed, a request answered, traffic sent on and back', async () => {
  const { client } = consoles.populated.staff;
  await consoles.world.endUser(consoles.populated.owner, 'grace');
  const asked = (input: object) =>
    consoles.populated.owner.client.mutate<{ dataRequest: { id: string } }>(
      'dataRequestCreate',
      'DataRequestCreateInput!',
      { endUserExternalId: 'grace', ...input },
      'dataRequest { id }',
    );
  await asked({ kind: 'RESTRICTION' });
  const { dataRequest } = await asked({ kind: 'RECTIFICATION', details: 'My age is wrong.' });
  const page = await consoles.staff('ADMIN');
  await page.go('incidents');
  await page.choose('subjectKind', 'model');
  await page.choose('subjectKind', 'deployment');
  const breach = { title: 'Answers came twice', severity: 'HIGH', isPersonalDataBreach: 'true' };
  await page.send('Open an incident', breach);
  expect(page.text('main')).toMatch(/Answers came twice.*authority: .* left/);
  await page.send('Close it', { correctiveAction: 'A guard was added.' });
  expect(page.texts('form > .refusal').join('')).toContain('It is a personal data breach');
  await page.press('Answers came twice');
  await page.send('Record why not', { authorityNotNeededReason: 'Both were to the same person.' });
  expectNoRefusal(page, 'breach');
  expect(page.text('main')).toMatch(/authority not neededBoth were to the same person/);
  await page.send('Record why none is', { customersNotConcernedReason: 'Both are ours.' });
  await page.send('Judge it of the people', { peopleNotification: 'REQUIRED' });
  await page.send('Record when', { peopleNotifiedAt: '2026-01-31T10:00' });
  await page.go('incidents?state=open');
  await page.send('Close it', { correctiveAction: 'A guard was added.' });
  expectNoRefusal(page, 'incident');
  await page.go('compliance');
  await page.choose('asks', 'RECTIFICATION');
  // What is due first stands first, and what came last among all.
  expect(page.text('main')).toMatch(/signed in when they asked.* left.*the customer asked, and vouches/);
  await page.choose('request', 'ANY');
  await page.send('Record it', { method: 'KNOWLEDGE' });
  expect(page.text('main')).toContain('they said what only the person knows');
  await page.send('Extend it', { months: '2', reason: 'There are very many rows.' });
  expect(page.text('main')).toMatch(/extended, at first.*Extended: There are very many rows\./);
  await page.send('Fulfil it', { answer: 'It was corrected.' });
  expect(page.text('main')).toContain('It was corrected.');
  await page.press('Let it be used again');
  expect(page.texts('main button')).not.toContain('Let it be used again');
  expectNoRefusal(page, 'request');
  const { node } = await client.ask(
    `{ node(id: "${dataRequest.id}") { ... on DataRequest { status answer } } }`,
  );
  expect(node).toEqual({ status: 'DONE', answer: 'It was corrected.' });
  const { incidents } = await client.ask<{ incidents: { nodes: object[] } }>(
    '{ incidents(first: 1) { nodes { title status correctiveAction subjectId owner { email } } } }',
  );
  expect(incidents.nodes[0]).toMatchObject({
    title: 'Answers came twice',
    status: 'CLOSED',
    subjectId: expect.stringMatching(/^dep_/),
    owner: {},
  });

  let modelId: string;
  for (const probability of [0.2, 0.21, 0.22, 0.23, 0.24, 0.25])
    ({ modelId } = await handMadeVersion(consoles.populated.world, probability));
  await assessed(consoles.populated.staff, {
    modelId: modelId!,
    use: 'prohibited-use',
    reviewBy: new Date(consoles.world.clock.millis() + 90 * 86_400_000).toISOString(),
    answers: { isSafetyComponent: false, practices: ['SOCIAL_SCORING'], profilesPeople: true },
  });
  await page.go('deployments');
  expect(page.texts('select[name="versionId"] option')).toContain('hand-made 1');
  await page.send('Send everything');
  expect(page.text('main form .refusal')).toMatch(/gate/);
  expect(page.text('main')).toContain('refused');
  await page.send('Send everything', { overrideReason: 'Tried by hand, for a test.' });
  expectNoRefusal(page, 'promotion');
  await page.send('Roll back', { reason: 'It was only a test.' });
  expectNoRefusal(page, 'roll-back');
});
