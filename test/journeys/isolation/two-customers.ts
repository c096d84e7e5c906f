/**
 * A customer with one of everything: people, keys, money, an answer with what was said about it, and, as the operator may
 * give it, data, a model and a deployment of its own. Two of them are the ground on which isolation is tried.
 */
import { newId } from '../../../src/kernel/id';
import { loaded } from '../../feature-tests/loads';
import { judgedBySuite } from '../../feature-tests/suites';
import { standing, subscribed } from '../../billing/support';
import { moneyWaits } from '../../billing/waiting-money';
import { assessed } from '../../ethics/impact';
import { toldOfBreach } from '../../ethics/breach-notices';
import { breachOf, watched } from '../../ethics/watched';
import { planned, planOf, stage } from '../../feature-tests/support';
import { answer, submit, triage } from '../../feedback/support';
import { served } from '../../inference/support';
import { aggregateRelease, aNight, aTopic, waitingChange } from '../../support/populated';
import { linkTo } from '../../support/mails';
import type { CustomerPerson, Person, World } from '../../support/world';
import { importWages } from '../../training/wages';
import { copies, draftOf } from './copies';
import { noted, prospect } from './market-things';

/** Prefix → id: one object of each kind that `node` knows. */
export type Things = ReadonlyMap<string, string>;

export interface House {
  readonly owner: CustomerPerson;
  readonly viewer: Person;
  /** A key that may do all a key may, and one that may read answers and nothing else. */
  readonly server: Person;
  readonly narrow: Person;
  readonly ann: Person;
  readonly ben: Person;
  /** What is the customer's or Ann's. */
  readonly things: Things;
  /** What is Ben's, and what is made for each person beside it. */
  readonly bens: Things;
}

export interface Operator {
  readonly staff: Person;
  readonly things: Things;
}

export const ANN = 'ann.of.the.customer';
export const BEN = 'ben.of.the.customer';

/** The operator's own things, of which customers get copies of their own. */
export async function operator(world: World): Promise<Operator> {
  const { staff, modelId, versionId, deploymentId } = await served(world, 'wages');
  await staff.client.mutate(
    'modelAliasMove',
    'ModelAliasMoveInput!',
    { modelId, alias: 'champion', versionId, reason: 'the first one' },
    '__typename',
  );
  const datasetVersionId = await importWages(world, staff);
  const test = await planned(staff, planOf(await stage(world, staff, 'tested'), 'isolation'));
  const { incident } = await staff.client.mutate<{
    incident: { id: string; timeline: { nodes: { id: string }[] } };
  }>(
    'incidentOpen',
    'IncidentOpenInput!',
    { title: 'Something went wrong', severity: 'LOW', isPersonalDataBreach: true },
    'incident { id timeline { nodes { id } } }',
  );
  const load = await loaded(world, staff, versionId);
  const { viewer } = await staff.client.ask<{ viewer: { sessions: { nodes: { id: string }[] } } }>(
    '{ viewer { sessions(first: 1) { nodes { id } } } }',
  );
  const tomorrow = new Date(world.clock.now().getTime() + 86_400_000).toISOString();
  const actions = [{ title: 'Ask those concerned.', dueAt: tomorrow }];
  const assessment = await assessed(staff, { modelId, reviewBy: tomorrow, actions });
  const monitor = await watched(staff, deploymentId);
  const { suiteId, runId } = await judgedBySuite(world, staff, { modelId, versionId });
  const { reconciliation } = await staff.client.mutate<{ reconciliation: { id: string } }>(
    'billingReconcile',
    'BillingReconcileInput!',
    {},
    'reconciliation { id }',
  );
  return {
    staff,
    things: new Map([
      ['stf', staff.id],
      ['ses', viewer.sessions.nodes[0]!.id],
      ['mdl', modelId],
      ['mdv', versionId],
      ['mcd', draftOf(versionId)],
      ['rcl', reconciliation.id],
      ['alm', await oneId(world, 'model_alias_moves')],
      ['dep', deploymentId],
      ['dpe', await oneId(world, 'deployment_events', 'deployment_id', deploymentId)],
      ['dst', await oneId(world, 'datasets')],
      ['dsv', datasetVersionId],
      ['tst', test.id],
      ['flg', test.flag.id],
      ['fcr', await waitingChange(staff, 0)],
      ['rtn', await aNight(world)],
      ['tsu', suiteId],
      ['trn', runId],
      ['pft', load.id],
      ['ftp', await aTopic(world)],
      ['inc', incident.id],
      ['ine', incident.timeline.nodes[0]!.id],
      ['ima', assessment.id],
      ['iac', assessment.actions.nodes[0]!.id],
      ['fmn', monitor.id],
      ['fbr', await breachOf(world, monitor.id)],
      ...(await prospect(staff)),
      ['rel', await aggregateRelease(staff)],
      ['cst', await oneId(world, 'consent_texts')],
    ]),
  };
}

export async function house(world: World, { staff, things: operators }: Operator): Promise<House> {
  const owner = await subscribed(world);
  const { customerId } = owner;
  const viewer = await member(world, owner, 'VIEWER');
  const server = await world.apiKey(owner);
  const narrow = await world.apiKey(owner, { name: 'narrow', scopes: ['inference:read'] });
  const [ann, ben] = [await world.endUser(server, ANN), await world.endUser(server, BEN)];
  const { subscription, invoices } = await standing(owner);
  const credits = {
    customerId,
    amountMinor: '100',
    currency: 'USD',
    reason: 'welcome',
    idempotencyKey: customerId,
  };
  const { grant } = await staff.client.mutate<{ grant: { id: string } }>(
    'creditGrant',
    'CreditGrantInput!',
    credits,
    'grant { id }',
  );
  const contact = await noted(staff, customerId);
  await toldOfBreach(staff, operators.get('inc')!, customerId);
  await world.settle();
  const things = new Map([
    ...operators,
    ...(await copies(world, customerId, operators)),
    ...(await saidBy(ann, staff)),
    ['cus', customerId],
    ['mem', viewer.id],
    ['key', server.id],
    ['sub', subscription.id],
    ['inv', invoices.nodes[0]!.id],
    ['grt', grant.id],
    ['mrq', await moneyWaits(world, customerId)],
    ['cct', contact],
    ['bnt', await oneId(world, 'breach_notices', 'customer_id', customerId)],
    ['ltr', await oneId(world, 'ledger_transfers', 'customer_id', customerId)],
    ['sev', await oneId(world, 'stripe_inbox')],
    ['pln', await oneId(world, 'plans')],
    ['job', await oneId(world, 'jobs', 'customer_id', customerId)],
  ]);
  const bens = await saidBy(ben, staff);
  for (const [prefix, id] of await durable(world, customerId, ann.id)) things.set(prefix, id);
  for (const [prefix, id] of await durable(world, customerId, ben.id)) bens.set(prefix, id);
  await world.settle();
  things.set('fbe', await oneId(world, 'feedback_events', 'feedback_id', things.get('fbk')!));
  things.set('aud', await oneId(world, 'audit_records', 'customer_id', customerId));
  return { owner, viewer, server, narrow, ann, ben, things, bens };
}

/** A durable prediction about the person, an endpoint that is told of it, and the message; and a key of the account. */
async function durable(world: World, customerId: string, endUserId: string): Promise<Map<string, string>> {
  const now = world.clock.now();
  const [prd, whe, whd] = [newId('prd', now), newId('whe', now), newId('whd', now)];
  const { servicePool } = world.app.platform.database;
  await servicePool.query(
    `insert into webhook_endpoints (customer_id, id, url, secrets, created_at) values ($1, $2, 'https://example.com/', '', $3)`,
    [customerId, whe, now],
  );
  await servicePool.query(
    `insert into predictions (customer_id, id, created_at, status, principal, end_user_id, deployment_id, job_id)
     values ($1, $2, $3, 'CANCELLED', $4, $4, 'none', 'none')`,
    [customerId, prd, now, endUserId],
  );
  const fck = newId('fck', now);
  await servicePool.query(
    `insert into flag_client_keys (customer_id, id, name, environment, prefix, secret_hash, created_at)
     values ($1, $2, 'servers', 'PRODUCTION', 'flw_flags_', $2, $3)`,
    [customerId, fck, now],
  );
  await servicePool.query(
    `insert into webhook_deliveries (customer_id, id, endpoint_id, prediction_id, type, status, created_at)
     values ($1, $2, $3, $4, 'prediction.failed', 'FAILED', $5)`,
    [customerId, whd, whe, prd, now],
  );
  return new Map([
    ['prd', prd],
    ['whe', whe],
    ['whd', whd],
    ['fck', fck],
  ]);
}

/** What a person leaves behind: themselves, an answer, a word about it that was judged, a consent and a request. */
async function saidBy(person: Person, staff: Person): Promise<Map<string, string>> {
  const consent = { purpose: 'TRAINING', granted: true };
  const { record } = await person.client.mutate<{ record: { id: string } }>(
    'consentRecord',
    'ConsentRecordInput!',
    consent,
    'record { id }',
  );
  const { dataRequest } = await person.client.mutate<{ dataRequest: { id: string } }>(
    'dataRequestCreate',
    'DataRequestCreateInput!',
    { kind: 'ACCESS' },
    'dataRequest { id }',
  );
  const { inferenceId, feedbackToken } = await answer(person);
  const { id } = await submit(person, { feedbackToken, kind: 'TEXT', text: 'I do not earn that.' });
  await triage(staff, id, { assigneeId: staff.id, lock: true, note: 'mine' });
  return new Map([
    ['eus', person.id],
    ['cns', record.id],
    ['drq', dataRequest.id],
    ['inf', inferenceId],
    ['fbk', id],
  ]);
}

export async function member(world: World, owner: CustomerPerson, role: string): Promise<Person> {
  const email = `${role}-${owner.customerId}@customer.test`.toLowerCase();
  const invited = await owner.client.mutate<{ member: { id: string } }>(
    'memberInvite',
    'MemberInviteInput!',
    { email, role },
    'member { id }',
  );
  const { session } = await world
    .client()
    .mutate<{ session: { accessToken: string } }>(
      'memberInvitationAccept',
      'MemberInvitationAcceptInput!',
      { token: await linkTo(world, email, 'invitation'), password: owner.password },
      'session { accessToken }',
    );
  const { accessToken } = session;
  return { id: invited.member.id, credential: accessToken, client: world.client(accessToken) };
}

async function oneId(world: World, table: string, column = 'id', value?: string): Promise<string> {
  const { rows } = await world.app.platform.database.servicePool.query<{ id: string }>(
    `select id from ${table} where $1::text is null or ${column} = $1 order by id limit 1`,
    [value ?? null],
  );
  return rows[0]!.id;
}
