/** Being forgotten: what goes, what stays, who decides, and what breaks off in the middle. */
import { newId } from '../../src/kernel/id';
import { answer, submit } from '../feedback/support';
import { predict, served, type Served } from '../inference/support';
import { ROW } from '../support/hand-made-version';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { ask, attempt, carriedOut, contentsOf, knownPerson, requestOf, rowsOf, run } from './data-requests';

let world: World;
let house: Served;
let owner: CustomerPerson;
let server: Person;
let stranger: CustomerPerson;

beforeAll(async () => {
  world = await startWorld();
  house = await served(world, 'wages');
  owner = await world.customer();
  server = await world.apiKey(owner);
  stranger = await world.customer();
});
afterAll(() => world?.close());

let people = 0;
const nextName = (): string => `person-${++people}`;
const known = (name = nextName()): Promise<Person> =>
  knownPerson(world, server, name, `the words of ${name}`);

describe('an erasure', () => {
  test('that the customer asks for takes what was said and asked, and leaves what counts', async () => {
    const name = nextName();
    const person = await known(name);
    const { feedbackToken } = await answer(person);
    await submit(person, { feedbackToken, kind: 'RATING', score: 4 });
    await world.settle();
    const bill = `from usage_records where end_user_id = $1`;
    const before = {
      usage: await rowsOf(world, bill, [person.id]),
      consents: await rowsOf(world, 'from consent_records where end_user_id = $1', [person.id]),
    };
    const { status, outcome } = await carriedOut(world, server, { kind: 'ERASURE', endUserExternalId: name });
    expect(status).toBe('DONE');
    expect(outcome).toEqual(
      expect.arrayContaining([
        { table: 'inferences', action: 'ERASED', rows: 2 },
        { table: 'feedback', action: 'ERASED', rows: 1 },
        { table: 'metric_events', action: 'ERASED', rows: 1 },
        { table: 'consent_states', action: 'ERASED', rows: 2 },
        { table: 'usage_records', action: 'KEPT', rows: before.usage },
        { table: 'consent_records', action: 'KEPT', rows: before.consents },
      ]),
    );
    expect(await contentsOf(world, person)).toEqual({ payloads: 0, words: 0, tracked: 0, consents: 0 });
    expect(await rowsOf(world, 'from feedback where end_user_id = $1 and score = 4', [person.id])).toBe(1);
    expect(await rowsOf(world, bill, [person.id])).toBe(before.usage);
    const seen = await owner.client.ask<{ node: object }>(
      'query ($id: ID!) { node(id: $id) { ... on EndUser { externalId erasedAt } } }',
      { id: person.id },
    );
    expect(seen.node).toEqual({ externalId: `erased:${person.id}`, erasedAt: expect.any(String) });
  });

  test('leaves every proof of the audit log intact', async () => {
    const person = await known();
    await carriedOut(world, server, { kind: 'ERASURE', endUserId: person.id });
    const { auditVerify } = await house.staff.client.ask<{ auditVerify: object }>(
      '{ auditVerify { isIntact } }',
    );
    expect(auditVerify).toEqual({ isIntact: true });
  });

  test('takes the person out of those who agree, and leaves what they once said in the counts of its period', async () => {
    const [person] = [await known(), await known()];
    const figures = async (): Promise<{ agreeing: number; asked: number; given: number }> => {
      const { complianceFigures } = await house.staff.client.ask<{
        complianceFigures: {
          standingConsents: { purpose: string; agreeing: number; asked: number }[];
          consents: { purpose: string; given: number }[];
        };
      }>(
        `query ($period: PeriodInput!, $customerId: ID) { complianceFigures(period: $period, customerId: $customerId) {
          standingConsents { purpose agreeing asked } consents { purpose given } } }`,
        {
          period: { from: '2020-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' },
          customerId: owner.customerId,
        },
      );
      const of = <T extends { purpose: string }>(rows: T[]): T =>
        rows.find(({ purpose }) => purpose === 'TRAINING')!;
      const { agreeing, asked } = of(complianceFigures.standingConsents);
      return { agreeing, asked, given: of(complianceFigures.consents).given };
    };
    const before = await figures();
    await carriedOut(world, server, { kind: 'ERASURE', endUserId: person.id });
    const { agreeing, asked, given } = before;
    expect(await figures()).toEqual({ agreeing: agreeing - 1, asked: asked - 1, given });
  });

  test('ends tokens that are still good, and the same name begins anew as somebody else', async () => {
    const name = nextName();
    const person = await known(name);
    await predict(server, { endUserExternalId: name });
    await carriedOut(world, server, { kind: 'ERASURE', endUserId: person.id });
    const { errors } = await person.client.send('{ viewer { kind } }');
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    const byId = await server.client.attempt('predict', 'PredictInput!', {
      deployment: 'wages',
      rows: ROW,
      endUserId: person.id,
    });
    expect(byId.errors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const former = await server.client.attempt('endUserTokenCreate', 'EndUserTokenCreateInput!', {
      externalId: `erased:${person.id}`,
    });
    expect(former.errors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    const { inference } = await predict(server, { endUserExternalId: name });
    expect(inference!.endUser!.id).not.toBe(person.id);
    expect(inference!.consent).not.toContainEqual({ purpose: 'TRAINING', granted: true });
  });

  test('that the person asks for waits until the customer decides; nothing is lost before', async () => {
    const person = await known();
    const asked = await carriedOut(world, person, { kind: 'ERASURE', details: 'I leave.' });
    expect(asked).toMatchObject({ status: 'RECEIVED', details: 'I leave.', closedAt: null, progress: null });
    expect((await contentsOf(world, person)).words).toBe(1);
    for (const outsider of [stranger, person]) {
      const { errors } = await attempt(outsider, 'Fulfil', { id: asked.id }).catch((error: Error) => ({
        errors: [{ code: /FORBIDDEN|decide/.test(error.message) ? 'FORBIDDEN' : error.message }],
      }));
      expect(errors).toMatchObject([{ code: outsider === person ? 'FORBIDDEN' : 'NOT_FOUND' }]);
    }
    await attempt(owner, 'Fulfil', { id: asked.id });
    await world.settle();
    expect(await requestOf(owner, asked.id)).toMatchObject({ status: 'DONE', details: null });
    expect((await contentsOf(world, person)).words).toBe(0);
    expect((await attempt(owner, 'Fulfil', { id: asked.id })).errors).toMatchObject([{ code: 'CONFLICT' }]);
  });

  test('can be refused, with a reason that the person reads', async () => {
    const person = await known();
    const { id } = await ask(person, { kind: 'ERASURE' });
    expect((await attempt(owner, 'Refuse', { id, reason: 'short' })).errors).toMatchObject([
      { code: 'INVALID_INPUT' },
    ]);
    const reason = 'A claim about your order is still open.';
    await attempt(owner, 'Refuse', { id, reason });
    expect(await requestOf(person, id)).toMatchObject({ status: 'REFUSED', answer: reason });
    expect((await contentsOf(world, person)).words).toBe(1);
  });

  test('takes copies along, those too that were asked for a moment before', async () => {
    const person = await known();
    const copy = await carriedOut(world, person, { kind: 'ACCESS' });
    expect((await fetch(copy.download!)).status).toBe(200);
    const late = await ask(person, { kind: 'PORTABILITY' });
    await carriedOut(world, server, { kind: 'ERASURE', endUserId: person.id });
    for (const { id } of [copy, late]) {
      expect(await requestOf(owner, id)).toMatchObject({ download: null, copyUntil: null });
      expect((await requestOf(owner, id)).closedAt).not.toBeNull();
    }
    expect((await fetch(copy.download!)).status).toBe(404);
  });

  test('that breaks off goes on where it stood, and counts what it did before', async () => {
    const person = await known();
    const pool = world.app.platform.database.servicePool;
    await pool.query(`create function refuse_for_now() returns trigger language plpgsql as
      $$ begin raise exception 'not now'; end $$`);
    await pool.query(
      'create trigger refuse before delete on metric_events for each row execute function refuse_for_now()',
    );
    const { id } = await ask(server, { kind: 'ERASURE', endUserId: person.id });
    await world.until(
      async () => ((await requestOf(owner, id)).outcome ?? []).some(({ table }) => table === 'inferences'),
      'a part of it',
    );
    await pool.query('drop trigger refuse on metric_events');
    await pool.query('drop function refuse_for_now');
    await world.settle();
    const { status, outcome } = await requestOf(owner, id);
    expect(status).toBe('DONE');
    expect(outcome).toEqual(
      expect.arrayContaining([
        { table: 'inferences', action: 'ERASED', rows: 1 },
        { table: 'metric_events', action: 'ERASED', rows: 1 },
      ]),
    );
    expect(outcome).toHaveLength(new Set(outcome!.map(({ table }) => table)).size);
  });

  test('catches up with what was written while it was under way', async () => {
    const person = await known();
    await carriedOut(world, server, { kind: 'ERASURE', endUserId: person.id });
    await world.app.platform.database.servicePool.query(
      `update feedback set text = 'said a moment too late' where end_user_id = $1`,
      [person.id],
    );
    await run(world, 'privacy.sweep-erased');
    expect((await contentsOf(world, person)).words).toBe(0);
  });

  test('takes along what would be answered again under a key, and nobody else’s', async () => {
    const [person, neighbour] = [await known(), await known()];
    const say = ({ id: endUserId }: Person) => ({
      endUserId,
      purpose: 'MARKETING',
      granted: false,
      idempotencyKey: `said by ${endUserId}`,
    });
    const record = (who: Person) =>
      server.client.attempt('consentRecord', 'ConsentRecordInput!', say(who), 'record { id }');
    const [first, other] = [await record(person), await record(neighbour)];
    expect((await record(person)).payload).toEqual(first.payload);
    await carriedOut(world, server, { kind: 'ERASURE', endUserId: person.id });
    expect((await record(person)).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const kept = `from idempotency_keys where key = $1 and length(result) > 0`;
    expect(await rowsOf(world, kept, [`said by ${person.id}`])).toBe(0);
    expect((await record(neighbour)).payload).toEqual(other.payload);
  });

  test('leaves no way to speak for the person by the token of an answer, also where it is remembered no more', async () => {
    const person = await known();
    const { feedbackToken } = await predict(person);
    await carriedOut(world, server, { kind: 'ERASURE', endUserId: person.id });
    // As in a process that was started long after it.
    const remembered = jest.spyOn(world.app.modules.identity.standing, 'require').mockImplementation();
    const said = { feedbackToken, kind: 'TEXT', text: 'It is me again.' };
    const { errors } = await world.client().attempt('feedbackSubmit', 'FeedbackSubmitInput!', said);
    remembered.mockRestore();
    expect(errors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await contentsOf(world, person)).words).toBe(0);
  });

  test('cancels what was accepted for later', async () => {
    const person = await known();
    const id = newId('prd', world.clock.now());
    await world.app.platform.database.servicePool.query(
      `insert into predictions (customer_id, id, created_at, status, principal, end_user_id, deployment_id, asked)
       values ($1, $2, now(), 'QUEUED', $3, $3, $4, 'sealed')`,
      [owner.customerId, id, person.id, house.deploymentId],
    );
    await carriedOut(world, server, { kind: 'ERASURE', endUserId: person.id });
    const gone =
      "from predictions where id = $1 and status = 'CANCELLED' and asked is null and finished_at is not null";
    expect(await rowsOf(world, gone, [id])).toBe(1);
  });
});
