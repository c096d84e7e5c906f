/**
 * A world in which every list of the root has rows that differ: many customers, each with a person who agreed, an answer
 * and a word about it. What takes long to make (data, trainings, reports) is made once and multiplied in the tables.
 */
import { type IdPrefix, newId } from '../../src/kernel/id';
import type { Config } from '../../src/platform/config';
import { SERVICE } from '../../src/platform/database';
import { moneyWaits } from '../billing/waiting-money';
import { deployed } from '../deployments/support';
import { clientKey, flagChanged, flagUpdated } from '../feature-tests/doors';
import { loaded } from '../feature-tests/loads';
import { judgedBySuite } from '../feature-tests/suites';
import { assessed } from '../ethics/impact';
import { toldOfBreach } from '../ethics/breach-notices';
import { breachOf, watched } from '../ethics/watched';
import { answer, submit } from '../feedback/support';
import { importWages, train } from '../training/wages';
import { handMadeVersion } from './hand-made-version';
import { type CustomerPerson, type Person, startWorld, type World } from './world';

export interface Populated {
  readonly world: World;
  readonly staff: Person;
  readonly owner: CustomerPerson;
  /** One more of everything that grows by use. */
  grow(): Promise<void>;
}

/** With at least so many rows in every list of the root, but for deployments, which are three. */
export async function populatedWorld(many: number, overrides: Partial<Config> = {}): Promise<Populated> {
  const world = await startWorld(overrides);
  const staff = await world.staff();
  const { modelId, versionId } = await handMadeVersion(world, 0.75);
  const { id: deploymentId } = await deployed(world, staff, 'wages', [{ versionId }]);
  await breachOf(world, (await watched(staff, deploymentId)).id);
  const owners: CustomerPerson[] = [];
  for (let i = 0; i < many; i++) owners.push(await useOf(world, await world.customer(`Populated ${i}`)));
  const owner = owners.at(-1)!;
  for (let i = 0; i < many; i++) {
    const { modelId: used } = await handMadeVersion(world, 0.5, `model-${i}`);
    await assess(world, staff, used);
    await toldOfBreach(staff, await openIncident(staff, true), owner.customerId);
    await planTest(staff, deploymentId, versionId, i);
    await waitingChange(staff, i);
    await hook(owner, i);
    await clientKey(owner);
    await prospect(staff, i);
    const invited = { email: `populated${i}@flywheel.test`, role: 'REVIEWER' };
    await staff.client.mutate('staffInvite', 'StaffInviteInput!', invited, 'staff { id }');
    await staff.client.mutate('billingReconcile', 'BillingReconcileInput!', {}, 'reconciliation { id }');
    await newsOfStripe(world, i);
    await moneyWaits(world, owners[i]!.customerId);
  }
  for (const name of ['second', 'third']) {
    const { id } = await deployed(world, staff, name, [{ versionId }]);
    await breachOf(world, (await watched(staff, id)).id);
  }
  await train(world, staff, {
    datasetVersionId: await importWages(world, staff),
    recipe: { kind: 'LINEAR', epochs: 2 },
  });
  await report(staff);
  await judgedBySuite(world, staff, { modelId, versionId });
  await loaded(world, staff, versionId);
  await aggregateRelease(staff);
  await world.settle();
  await multiply(world, many, 'datasets', 'dst', ['name']);
  await multiply(world, many, 'training_jobs', 'trj');
  await multiply(world, many, 'compliance_reports', 'crp');
  await aNight(world);
  await multiply(world, many, 'retention_runs', 'rtn');
  await multiply(world, many, 'test_suites', 'tsu', ['name']);
  await multiply(world, many, 'test_runs', 'trn', ['job_id']);
  await multiply(world, many, 'performance_tests', 'pft', ['job_id']);
  await multiply(world, many, 'aggregate_releases', 'rel', ['measure']);
  await aTopic(world);
  await multiply(world, many, 'feedback_topics', 'ftp');
  await spread(world);
  await searches(world);
  await reckonHealth(world);
  let grown = 0;
  return {
    world,
    staff,
    owner,
    grow: async () => {
      await useOf(world, owner, `grown-${grown++}`);
      await openIncident(staff);
      await world.app.drainEvents();
    },
  };
}

/** A person of the customer agrees, is answered, says something about it, and asks for something about their data. */
async function useOf(world: World, owner: CustomerPerson, externalId = 'ada'): Promise<CustomerPerson> {
  const person = await world.endUser(owner, externalId);
  const input = { purpose: 'TRAINING', granted: true };
  await person.client.mutate('consentRecord', 'ConsentRecordInput!', input, 'record { id }');
  const { feedbackToken } = await answer(person);
  await submit(person, { feedbackToken, kind: 'THUMBS', score: 1, text: 'It is fine.' });
  const asked = { kind: 'RECTIFICATION', details: 'My name is spelt with one n.' };
  await person.client.mutate('dataRequestCreate', 'DataRequestCreateInput!', asked, 'dataRequest { id }');
  return owner;
}

/** A topic of all that was said in words. */
export async function aTopic(world: World): Promise<string> {
  const { servicePool } = world.app.platform.database;
  const id = newId('ftp', world.clock.now());
  await servicePool.query(
    `insert into feedback_topics (id, words, size, version, created_at, updated_at) values ($1, '{fine}', 1, 1, $2, $2)`,
    [id, world.clock.now()],
  );
  await servicePool.query('update feedback_analyses set topic_id = $1', [id]);
  return id;
}

/** Something that was said for every topic. */
async function spread(world: World): Promise<void> {
  await world.app.platform.database.servicePool.query(
    `with topics as (select id, row_number() over (order by id) as place, count(*) over () as many from feedback_topics),
       said as (select feedback_id, row_number() over (order by feedback_id) as place from feedback_analyses)
     update feedback_analyses as made set topic_id = topics.id from topics, said
     where made.feedback_id = said.feedback_id and topics.place = 1 + (said.place - 1) % topics.many`,
  );
}

async function openIncident(staff: Person, isBreach = false): Promise<string> {
  const input = {
    title: 'Something went wrong',
    severity: 'LOW',
    ...(isBreach && { isPersonalDataBreach: true }),
  };
  const { incident } = await staff.client.mutate<{ incident: { id: string } }>(
    'incidentOpen',
    'IncidentOpenInput!',
    input,
    'incident { id }',
  );
  return incident.id;
}

async function assess(world: World, staff: Person, modelId: string): Promise<void> {
  const tomorrow = new Date(world.clock.now().getTime() + 86_400_000).toISOString();
  const actions = [{ title: 'Ask those concerned.', dueAt: tomorrow }];
  await assessed(staff, { modelId, reviewBy: tomorrow, actions });
}

/** A channel, somebody who came by it, and whom they compare us with. */
async function prospect(staff: Person, i: number): Promise<void> {
  const channel = { code: `channel-${i}`, name: `Channel ${i}` };
  const made = await staff.client.mutate<{ channel: { id: string } }>(
    'channelCreate',
    'ChannelCreateInput!',
    channel,
    'channel { id }',
  );
  const lead = { organisation: `Prospect ${i}`, email: `buyer${i}@example.com`, channelId: made.channel.id };
  await staff.client.mutate('leadCreate', 'LeadCreateInput!', lead, 'lead { id }');
  const competitor = { name: `Competitor ${i}`, idempotencyKey: `competitor-${i}` };
  await staff.client.mutate('competitorCreate', 'CompetitorCreateInput!', competitor, 'competitor { id }');
}

async function reckonHealth(world: World): Promise<void> {
  const { database, jobs } = world.app.platform;
  await database.unitOfWork.run(SERVICE, () => jobs.enqueue('market.reckon-health', {}));
  await world.settle();
}

/** A flag that requires the first of its kind, and a change of it that waits for review. */
export async function waitingChange(staff: Person, i: number): Promise<string> {
  const { featureFlag } = await staff.client.mutate<{ featureFlag: { id: string } }>(
    'featureFlagCreate',
    'FeatureFlagCreateInput!',
    { key: `flag-${i}`, type: 'BOOLEAN', defaultValue: false },
    'featureFlag { id }',
  );
  const base = await flagIdOf(staff, 'flag-0');
  const prerequisites = i === 0 ? [] : [{ flagId: base, value: true }];
  await flagChanged(staff, featureFlag.id, { prerequisites, requiresReview: true });
  const { changeRequest } = await flagUpdated(staff, featureFlag.id, { defaultValue: true });
  return changeRequest!.id;
}

async function flagIdOf(staff: Person, key: string): Promise<string> {
  const query = 'query ($key: String!) { featureFlag(key: $key) { id } }';
  return (await staff.client.ask<{ featureFlag: { id: string } }>(query, { key })).featureFlag.id;
}

async function planTest(staff: Person, deploymentId: string, versionId: string, i: number): Promise<void> {
  const input = {
    key: `test-${i}`,
    hypothesis: 'The one is as good as the other.',
    deploymentId,
    variants: ['a', 'b'].map((key) => ({ key, versionId, weight: 50 })),
    primaryMetric: { name: 'checkout', kind: 'CONVERSION' },
  };
  await staff.client.mutate('featureTestCreate', 'FeatureTestCreateInput!', input, 'featureTest { id }');
}

async function hook(owner: Person, i: number): Promise<void> {
  const input = { url: `https://hooks.example.com/${i}` };
  await owner.client.mutate(
    'webhookEndpointCreate',
    'WebhookEndpointCreateInput!',
    input,
    'webhookEndpoint { id }',
  );
}

/** A webhook as it stands in the inbox once it was worked off. */
async function newsOfStripe(world: World, i: number): Promise<void> {
  const now = world.clock.now();
  await world.app.platform.database.servicePool.query(
    `insert into stripe_inbox (event_id, id, type, occurred_at, received_at, handled_at)
     values ($1, $2, 'customer.updated', $3, $3, $3)`,
    [`evt_${i}`, newId('sev', now), now],
  );
}

async function report(staff: Person): Promise<void> {
  const period = { from: '2020-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' };
  const input = { kind: 'MODELS', period };
  await staff.client.mutate('complianceReportCreate', 'ComplianceReportCreateInput!', input, 'job { id }');
}

/** What was let go in one night: nothing. */
export async function aNight(world: World): Promise<string> {
  const [now, { servicePool }] = [world.clock.now(), world.app.platform.database];
  const id = newId('rtn', now);
  const results = JSON.stringify([{ table: 'sessions', days: 90, rows: 0 }]);
  const insert = 'insert into retention_runs (id, results, created_at) values ($1, $2, $3)';
  await servicePool.query(insert, [id, results, now]);
  return id;
}

/** Of a month in which nobody said anything. */
export async function aggregateRelease(staff: Person): Promise<string> {
  const period = { from: '2020-01-01T00:00:00Z', to: '2020-02-01T00:00:00Z' };
  const question = { dataset: 'satisfaction', measure: 'rating', statistic: 'COUNT', period };
  const { release } = await staff.client.mutate<{ release: { id: string } }>(
    'aggregateReleaseCreate',
    'AggregateReleaseCreateInput!',
    { ...question, loss: { epsilon: '1' } },
    'release { id }',
  );
  return release.id;
}

/** Every training as the one trial of a search of its own. */
async function searches(world: World): Promise<void> {
  const { servicePool } = world.app.platform.database;
  const { rows } = await servicePool.query<{ id: string }>('select id from training_jobs');
  for (const { id } of rows) {
    const [search, trial] = [newId('trs', world.clock.now()), newId('trt', world.clock.now())];
    await servicePool.query(
      `insert into training_searches (id, job_id, dataset_version_id, model_name, recipe, space, strategy, rungs,
         planned_epochs, objective, best_trial_id, result_version_id, created_at)
       select $1, job_id, dataset_version_id, model_name, recipe, '[]', '{"kind":"GRID"}', '[{"trials":1,"epochs":null}]',
         1, 'VALIDATION_LOSS', $2, result_version_id, created_at from training_jobs where id = $3`,
      [search, trial, id],
    );
    await servicePool.query(
      `insert into training_trials (id, search_id, number, choices, recipe, status, scores, training_job_id)
       select $1, $2, 1, '[]', recipe, 'COMPLETED', '{0.5}', id from training_jobs where id = $3`,
      [trial, search, id],
    );
  }
}

/** Rows like the first one of the table, under ids of their own. */
async function multiply(
  world: World,
  many: number,
  table: string,
  prefix: IdPrefix,
  unique: readonly string[] = [],
): Promise<void> {
  const { servicePool } = world.app.platform.database;
  const others = unique.map((column) => `, '${column}', t.${column} || $2`).join('');
  for (let i = 1; i < many; i++) {
    await servicePool.query(
      `insert into ${table} select (jsonb_populate_record(t, jsonb_build_object('id', $1::text${others}))).*
       from ${table} t where $2 <> '' order by t.id limit 1`,
      [newId(prefix, world.clock.now()), `-${i}`],
    );
  }
}
