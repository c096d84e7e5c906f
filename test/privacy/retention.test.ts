/** What is kept for a time only: it goes when its time is over, by rules that anybody who answers for it can read. */
import { RetentionService } from '../../src/modules/privacy/retention/retention.service';
import { served } from '../inference/support';
import { testConfig } from '../support/config';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { contentsOf, knownPerson, rowsOf, run } from './data-requests';

const DAY_MS = 24 * 3_600_000;

let world: World;
let owner: CustomerPerson;
let server: Person;
let person: Person;

beforeAll(async () => {
  world = await startWorld({ retentionDays: new Map([['metric_events', 90]]) });
  await served(world, 'wages');
  owner = await world.customer();
  server = await world.apiKey(owner);
  person = await knownPerson(world, server, 'ann', 'what Ann said');
});
afterAll(() => world?.close());

interface Rule {
  readonly table: string;
  readonly days: number;
  readonly due: number;
}

async function rules(): Promise<Map<string, Rule>> {
  const compliance = await world.staff('COMPLIANCE');
  const { retentionRules } = await compliance.client.ask<{ retentionRules: Rule[] }>(
    '{ retentionRules { table days due } }',
  );
  return new Map(retentionRules.map((rule) => [rule.table, rule]));
}

test('before its time nothing goes, and nothing is due', async () => {
  await run(world, 'privacy.retain');
  expect((await rules()).get('metric_events')).toEqual({ table: 'metric_events', days: 90, due: 0 });
  expect(await contentsOf(world, person)).toMatchObject({ words: 1, tracked: 1 });
});

test('what is over is due, goes in the night, and is accounted for; the rest stays', async () => {
  // More than one step of the job takes, and one that is not over yet.
  await world.app.platform.database.servicePool.query(
    `insert into metric_events (customer_id, event_id, end_user_id, name, value, at)
     select $1, 'old ' || n, $2, 'visit', n, $3::timestamptz from generate_series(1, 5001) n`,
    [owner.customerId, person.id, new Date(world.clock.millis())],
  );
  world.clock.advance(91 * DAY_MS);
  await world.app.platform.database.servicePool.query(
    `insert into metric_events (customer_id, event_id, end_user_id, name, value, at) values ($1, 'new', $2, 'visit', 1, $3)`,
    [owner.customerId, person.id, world.clock.now()],
  );
  expect((await rules()).get('metric_events')!.due).toBe(5002);
  await run(world, 'privacy.retain');
  expect(await rowsOf(world, 'from metric_events where end_user_id = $1', [person.id])).toBe(1);
  expect(await contentsOf(world, person)).toMatchObject({ words: 1 });
  const compliance = await world.staff('COMPLIANCE');
  const { retentionRuns, complianceFigures } = await compliance.client.ask<{
    retentionRuns: { nodes: { results: object[] }[] };
    complianceFigures: { retention: object[] };
  }>(
    `query ($period: PeriodInput!) { retentionRuns { nodes { results { table days rows } } }
      complianceFigures(period: $period) { retention { table runs rows } } }`,
    { period: { from: '2020-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' } },
  );
  expect(retentionRuns.nodes[0]!.results).toContainEqual({ table: 'metric_events', days: 90, rows: 5002 });
  expect(complianceFigures.retention).toContainEqual({ table: 'metric_events', runs: 2, rows: 5002 });
});

test('words go after three years, and what counts of them stays, also on a night on which another table cannot be emptied', async () => {
  const pool = world.app.platform.database.servicePool;
  world.clock.advance(3 * 365 * DAY_MS);
  await pool.query(
    `create function stuck() returns trigger language plpgsql as $$ begin raise exception 'stuck'; end $$;
     create trigger stuck before delete on metric_events for each row execute function stuck()`,
  );
  await run(world, 'privacy.retain');
  await pool.query('drop function stuck cascade');
  const compliance = await world.staff('COMPLIANCE');
  const { retentionRuns } = await compliance.client.ask<{
    retentionRuns: { nodes: { results: object[] }[] };
  }>('{ retentionRuns { nodes { results { table rows failed } } } }');
  const [last] = retentionRuns.nodes;
  expect(last!.results).toContainEqual({ table: 'metric_events', rows: 0, failed: true });
  expect(last!.results).toContainEqual({ table: 'feedback', rows: 1, failed: null });
  expect((await contentsOf(world, person)).words).toBe(0);
  expect(await rowsOf(world, 'from feedback where end_user_id = $1', [person.id])).toBe(1);
});

test('every rule can be carried out, and names its table once', async () => {
  const stated = world.app.modules.manifests.flatMap(({ retention = [] }) => retention);
  expect(new Set(stated.map(({ table }) => table)).size).toBe(stated.length);
  const found = await rules();
  for (const { table, days } of stated)
    expect(found.get(table)).toMatchObject({ days: table === 'metric_events' ? 90 : days });
});

test('who has no business with it does not see it', async () => {
  for (const who of [server, person, owner]) {
    const { errors } = await who.client.send('{ retentionRules { table } }');
    expect(errors).toMatchObject([
      { extensions: { code: expect.stringMatching(/FORBIDDEN|UNAUTHENTICATED/) } },
    ]);
  }
});

test('a table without a rule is refused before anything starts, and the message names those that have one', () => {
  const { database, events, clock, log } = world.app.platform;
  const { retentionDays } = testConfig(world.dataDir, { retentionDays: new Map([['invoices', 1]]) });
  const service = new RetentionService(database, events, clock, retentionDays, log);
  const stated = world.app.modules.manifests.flatMap(({ retention = [] }) => retention);
  expect(() => service.useRules(stated)).toThrow(
    /no rule for invoices. Name some of .*curated_rows, .*data_requests, .*metric_events/,
  );
});
