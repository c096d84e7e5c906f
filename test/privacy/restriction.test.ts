/** Keeping without using, and objecting: what is refused from the next call on, and what is left to the person. */
import { tenant } from '../../src/platform/database';
import { predict, served } from '../inference/support';
import { ROW } from '../support/hand-made-version';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { ask, carriedOut, contentsOf, knownPerson } from './data-requests';

let world: World;
let owner: CustomerPerson;
let server: Person;
let stranger: CustomerPerson;

beforeAll(async () => {
  world = await startWorld();
  await served(world, 'wages');
  owner = await world.customer();
  server = await world.apiKey(owner);
  stranger = await world.customer();
});
afterAll(() => world?.close());

let people = 0;
const nextName = (): string => `person-${++people}`;
const known = (name = nextName()): Promise<Person> =>
  knownPerson(world, server, name, `the words of ${name}`);

describe('a restriction', () => {
  test('lets nothing that names the person be taken in or used, until it is lifted', async () => {
    const name = nextName();
    const person = await known(name);
    const { inference, feedbackToken } = await predict(person);
    expect(await ask(person, { kind: 'RESTRICTION' })).toMatchObject({ status: 'DONE', progress: null });
    const refusal = [{ code: 'PROCESSING_RESTRICTED' }];
    const about = { deployment: 'wages', rows: ROW };
    for (const who of [person, server]) {
      const input = who === person ? about : { ...about, endUserExternalId: name };
      expect((await who.client.attempt('predict', 'PredictInput!', input)).errors).toMatchObject(refusal);
    }
    const said = { feedbackToken, kind: 'THUMBS', score: 1 };
    expect(
      (await person.client.attempt('feedbackSubmit', 'FeedbackSubmitInput!', said)).errors,
    ).toMatchObject(refusal);
    const events = [{ id: `restricted-${name}`, name: 'visit', value: 1 }];
    const { accepted } = await person.client.mutate<{ accepted: number }>(
      'track',
      'TrackInput!',
      { events },
      'accepted',
    );
    expect(accepted).toBe(0);
    const outputs = async (): Promise<unknown> =>
      (
        await owner.client.ask<{ inference: { outputs: unknown } }>(
          'query ($id: ID!) { inference(id: $id) { outputs } }',
          {
            id: inference!.id,
          },
        )
      ).inference.outputs;
    expect(await outputs()).toBeNull();
    expect(await contentsOf(world, person)).toMatchObject({ payloads: 2, words: 1 });
    const lift = { endUserId: person.id };
    const foreign = await stranger.client.attempt('restrictionLift', 'RestrictionLiftInput!', lift);
    expect(foreign.errors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const { endUser } = await owner.client.mutate<{ endUser: object }>(
      'restrictionLift',
      'RestrictionLiftInput!',
      lift,
      'endUser { id restrictedAt consents { purpose granted restricted } }',
    );
    expect(endUser).toMatchObject({ id: person.id, restrictedAt: null });
    expect(endUser).toMatchObject({
      consents: expect.arrayContaining([{ purpose: 'TRAINING', granted: true, restricted: false }]),
    });
    expect(await outputs()).not.toBeNull();
    expect((await predict(person)).inference).not.toBeNull();
  });

  test('that is lifted at the same moment holds for the person and for each consent, or for none', async () => {
    const person = await known();
    const { identity, privacy } = world.app.modules;
    const { unitOfWork, servicePool } = world.app.platform.database;
    const { customerId } = owner;
    const waiting =
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    const fields = 'endUser { restrictedAt consents { restricted } }';
    let lifted: Promise<{ endUser: { restrictedAt: string | null; consents: object[] } }> | undefined;
    await unitOfWork.run(tenant(customerId), async () => {
      await privacy.consents.hold(customerId, person.id);
      await identity.standing.restrict({ customerId, endUserId: person.id });
      await unitOfWork.outside(async () => {
        const lift = { endUserId: person.id };
        lifted = owner.client.mutate('restrictionLift', 'RestrictionLiftInput!', lift, fields);
        await world.until(async () => (await servicePool.query(waiting)).rowCount! > 0, 'the end to wait');
      });
      await privacy.consents.restrict(customerId, person.id, true);
    });
    const { restrictedAt, consents } = (await lifted!).endUser;
    expect(restrictedAt).toBeNull();
    expect(consents).not.toContainEqual({ restricted: true });
  });

  test('leaves a copy, an erasure and consents to the person, and a new yes allows that one use', async () => {
    const person = await known();
    await ask(person, { kind: 'RESTRICTION' });
    expect((await carriedOut(world, person, { kind: 'ACCESS' })).status).toBe('DONE');
    const input = { purpose: 'ANALYTICS', granted: true };
    await person.client.mutate('consentRecord', 'ConsentRecordInput!', input, '__typename');
    const { viewer } = await person.client.ask<{ viewer: { endUser: { consents: object[] } } }>(
      '{ viewer { endUser { consents { purpose granted restricted } } } }',
    );
    expect(viewer.endUser.consents).toEqual(
      expect.arrayContaining([
        { purpose: 'ANALYTICS', granted: true, restricted: false },
        { purpose: 'TRAINING', granted: true, restricted: true },
      ]),
    );
  });
});

test('what a browser says no to under a restriction is withdrawn when it is lifted', async () => {
  const name = nextName();
  const person = await known(name);
  await ask(person, { kind: 'RESTRICTION' });
  await world.client(person.credential, { 'sec-gpc': '1' }).ask('{ viewer { kind } }');
  const lifted = (input: object) => owner.client.attempt('restrictionLift', 'RestrictionLiftInput!', input);
  for (const unclear of [{}, { endUserId: person.id, endUserExternalId: 'mallory' }])
    expect((await lifted(unclear)).errors).toMatchObject([{ code: 'INVALID_INPUT' }]);
  expect((await lifted({ endUserExternalId: 'nobody' })).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
  const { endUser } = await owner.client.mutate<{ endUser: { consents: object[] } }>(
    'restrictionLift',
    'RestrictionLiftInput!',
    { endUserExternalId: name },
    'endUser { consents { purpose granted } }',
  );
  expect(endUser.consents).toContainEqual({ purpose: 'ANALYTICS', granted: false });
  expect(endUser.consents).toContainEqual({ purpose: 'TRAINING', granted: true });
});

test('an objection withdraws every consent that stands, at once', async () => {
  const person = await known();
  expect((await ask(person, { kind: 'OBJECTION', details: 'No more.' })).status).toBe('DONE');
  const { viewer } = await person.client.ask<{
    viewer: { endUser: { consents: object[]; consentHistory: { nodes: object[] } } };
  }>('{ viewer { endUser { consents { purpose granted } consentHistory { nodes { granted method } } } } }');
  for (const purpose of ['TRAINING', 'ANALYTICS'])
    expect(viewer.endUser.consents).toContainEqual({ purpose, granted: false });
  expect(viewer.endUser.consentHistory.nodes.filter((record) => 'method' in record)).toEqual([
    { granted: false, method: 'DATA_REQUEST' },
    { granted: false, method: 'DATA_REQUEST' },
    { granted: true, method: 'SELF_SERVICE' },
    { granted: true, method: 'SELF_SERVICE' },
  ]);
});

test('a report counts what was said under a restriction, and leaves its score out of the mean until it is lifted', async () => {
  const auditor = await world.staff('COMPLIANCE');
  const [one, other] = [await known(), await known()];
  const rate = (person: Person, score: number): Promise<unknown> =>
    person.client.mutate('feedbackSubmit', 'FeedbackSubmitInput!', { kind: 'CES', score }, '__typename');
  await rate(one, 1);
  await rate(other, 4);
  const query = `query ($period: PeriodInput!) { complianceFigures(period: $period) { feedback { kind submitted meanScore } } }`;
  const period = { from: '2020-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' };
  const figures = async (): Promise<object | undefined> => {
    const { complianceFigures } = await auditor.client.ask<{
      complianceFigures: { feedback: { kind: string }[] };
    }>(query, { period });
    return complianceFigures.feedback.find(({ kind }) => kind === 'CES');
  };
  await ask(one, { kind: 'RESTRICTION' });
  expect(await figures()).toEqual({ kind: 'CES', submitted: 2, meanScore: 4 });
  await owner.client.mutate('restrictionLift', 'RestrictionLiftInput!', { endUserId: one.id }, '__typename');
  expect(await figures()).toEqual({ kind: 'CES', submitted: 2, meanScore: 2.5 });
});
