/**
 * `kill -9` in the middle of things, three times: each next start goes on, and nothing is lost or done twice. One
 * installation carries a training, an import, a canary, a checkout, predictions and durable predictions at once, so that each
 * kill hits all that is not done yet.
 */
import { wagesData } from '../../src/app/demo/demo-data';
import { click } from '../billing/support';
import type { GraphqlClient } from '../support/client';
import {
  beginCanary,
  drafts,
  expectEachStepOnce,
  importUnderWay,
  ROWS,
  stepOn,
  tried,
} from './interrupted-work';
import { RunningProduct, type Training, until } from './running-product';

/** At so many answers the process is killed, each time with more calls under way. */
const KILLS = [25, 60, 110];
const CALLS = 150;
const AT_ONCE = 8;
const TEXT_EVERY = 15;
/** Every inference that a usage record counts, as often as one does. */
const BILLED = '(select unnest(inference_ids) as id from usage_records) billed';
const LONG_TRAINING = { kind: 'DENSE_NETWORK', epochs: 100 };

const product = new RunningProduct();
/** The ids that callers were told, by their idempotency keys. */
const answered = new Map<string, string>();
const accepted = new Map<string, string>();
let staff: string;
let server: string;
let payer: string;
let datasetVersionId: string;
let training: Training;
let importJobId: string;
let canaryId: string;
let row: object;

beforeAll(async () => {
  staff = await product.signInStaff(await product.start());
  datasetVersionId = await product.uploadWages(staff);
  row = (await wagesData()).rows[0]!;
  const linear = await product.train(staff, datasetVersionId, { kind: 'LINEAR' });
  const linearId = await product.result(staff, linear.job.id);
  await deploy(linearId);
  const tree = await product.train(staff, datasetVersionId, { kind: 'DECISION_TREE' });
  // The better of the two is the candidate: the gate lets no worse one through.
  canaryId = await beginCanary(product, staff, [await product.result(staff, tree.job.id), linearId]);
  server = await apiKey(await signUp('server@crash.test'));
  payer = await signUp('payer@crash.test');
  const checkoutUrl = await openCheckout();
  training = await product.train(staff, datasetVersionId, LONG_TRAINING);
  await until(
    async () => ((await product.job(staff, training.job.id)).progress > 0.02 ? true : undefined),
    'the first epochs',
  );
  for (const [round, kill] of KILLS.entries()) {
    // The page has answered; what Stripe tells us of it may be on its way or not yet sent.
    if (round === 1) expect((await click(checkoutUrl, { act: 'pay' })).status).toBeLessThan(400);
    await callUntilKilled(kill, async () => {
      if (round === 0) importJobId = await importUnderWay(product, staff);
    });
    await product.start();
    await ready();
    expectEachStepOnce(await tried(product, staff, canaryId));
  }
});
afterAll(() => product.remove());

test('a training that was killed with everything else goes on after the next start and makes one version', async () => {
  expect((await product.train(staff, datasetVersionId, LONG_TRAINING)).id).toBe(training.id);
  const versionId = await product.result(staff, training.job.id);
  const { models } = await product.client(staff).ask<{
    models: { nodes: { versions: { nodes: { id: string; trainingJob: { id: string } | null }[] } }[] };
  }>('{ models { nodes { versions { nodes { id trainingJob { id } } } } } }');
  const made = models.nodes
    .flatMap(({ versions }) => versions.nodes)
    .filter((version) => version.trainingJob?.id === training.id);
  expect(made.map(({ id }) => id)).toEqual([versionId]);
});

test('an import that was killed while it wrote is whole after the next start, and what it had written is gone', async () => {
  const id = await product.result(staff, importJobId);
  const query = `query ($id: ID!) { node(id: $id) { ... on DatasetVersion {
    rows number dataset { versions { totalCount } } } } }`;
  expect(await product.client(staff).ask(query, { id })).toEqual({
    node: { rows: ROWS, number: 1, dataset: { versions: { totalCount: 1 } } },
  });
  expect(drafts(product)).toEqual([]);
});

test('a canary that was killed on its way from step to step goes on from where it stands, each step told once', async () => {
  expect((await tried(product, staff, canaryId)).canary.state).toBe('RUNNING');
  await until(async () => {
    await stepOn(product, staff, canaryId);
    return (await tried(product, staff, canaryId)).canary.state === 'PROMOTED' ? true : undefined;
  }, 'its last step');
  expectEachStepOnce(await tried(product, staff, canaryId));
});

test('of predictions that were killed under way none that was answered is lost, and a repeated key is billed once', async () => {
  for (const key of KEYS) {
    const id = await ask(product.client(server), key);
    expect(answered.get(key) ?? id).toBe(id);
    answered.set(key, id);
  }
  const ids = [...answered.values()].sort();
  expect(new Set(ids).size).toBe(CALLS);
  const own = `id not in (select inference_id from predictions where inference_id is not null)`;
  expect(await column(`select id from inferences where ${own} order by id`)).toEqual(ids);
  await usageSettled();
  expect(await column(`select id from ${BILLED} where ${own} order by id`)).toEqual(ids);
  const audited = await until(async () => {
    const leaves = await column(
      `select object as id from audit_records where action = 'inference.completed'`,
    );
    return ids.every((id) => leaves.includes(id)) ? leaves : undefined;
  }, 'a leaf of the audit log for every prediction');
  expect(new Set(audited).size).toBe(audited.length);
});

test('of predictions and texts that were accepted to be answered later none is lost, and none is billed twice', async () => {
  await until(async () => {
    const open = await column(`select id from predictions where status in ('QUEUED', 'RUNNING')`);
    return open.length === 0 ? true : undefined;
  }, 'every prediction to end');
  const ended = await product.sql<{ id: string; inferenceId: string }>(
    `select id, inference_id as "inferenceId" from predictions where status = 'SUCCEEDED' and answer is not null`,
  );
  expect(accepted.size).toBeGreaterThan(20);
  expect(ended.map(({ id }) => id)).toEqual(expect.arrayContaining([...accepted.values()]));
  await usageSettled();
  const billed = await column(
    `select billed.id from ${BILLED} join predictions p on p.inference_id = billed.id order by 1`,
  );
  expect(billed).toEqual(ended.map(({ inferenceId }) => inferenceId).sort());
});

test('a checkout that was open when everything was killed is paid after the next start, and paid once', async () => {
  const query = `{ customer { subscription { status plan { code } } invoices { nodes { status total { formatted } } } } }`;
  interface Paid {
    customer: { subscription: { status: string; plan: { code: string } }; invoices: { nodes: object[] } };
  }
  const { invoices } = await until(async () => {
    const { customer } = await product.client(payer).ask<Paid>(query);
    const { status, plan } = customer.subscription;
    return status === 'ACTIVE' && plan.code === 'PRO' ? customer : undefined;
  }, 'the plan that was paid');
  expect(invoices.nodes).toMatchObject([{ status: 'PAID', total: { formatted: '49.00 USD' } }]);
});

test('when the database server is killed under load it is started again, and nobody is answered or billed twice', async () => {
  const pid = await product.databasePid();
  const client = product.client(server);
  const keys = Array.from({ length: CALLS }, (_, i) => `storm ${i}`);
  const ids: string[] = [];
  const failures: unknown[] = [];
  const caller = async (): Promise<void> => {
    for (let key = keys.shift(); key !== undefined; key = keys.shift()) {
      if (keys.length === CALLS / 2) process.kill(pid, 'SIGKILL');
      ids.push(
        await until(
          async () => ask(client, key!).catch((failure: unknown) => void failures.push(failure)),
          `an answer to ${key}`,
        ),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller));
  expect(await product.databasePid()).not.toBe(pid);
  expect(failures.map(String).filter((words) => !words.includes('UNAVAILABLE'))).toEqual([]);
  await usageSettled();
  const billed = await column(`select id from ${BILLED} where id = any('{${ids.join()}}') order by id`);
  expect(billed).toEqual(ids.sort());
  expect(new Set(ids).size).toBe(CALLS);
});

const usageSettled = (): Promise<true> =>
  until(async () => {
    const waiting = await column('select first_inference_id as id from deferred_usage');
    return waiting.length === 0 ? true : undefined;
  }, 'all use to be settled');

const KEYS = Array.from({ length: CALLS }, (_, i) => `key ${i}`);

/** Both kinds of call, until so many predictions are answered; `before` comes last, then the process is killed. */
async function callUntilKilled(kill: number, before: () => Promise<void>): Promise<void> {
  const client = product.client(server);
  const waiting = KEYS.filter((key) => !answered.has(key));
  let killed: Promise<void> | undefined;
  const killIt = async (): Promise<void> => {
    await before();
    const step = stepOn(product, staff, canaryId).catch(() => undefined);
    await product.end('SIGKILL');
    await step;
  };
  const callers = Array.from({ length: AT_ONCE }, async () => {
    for (let key = waiting.shift(); key !== undefined && !killed; key = waiting.shift()) {
      accepted.set(key, await accept(client, key));
      if (KEYS.indexOf(key) % TEXT_EVERY === 0) accepted.set(`text ${key}`, await acceptText(client, key));
      answered.set(key, await ask(client, key));
      if (answered.size >= kill) killed ??= killIt();
    }
  });
  // Those that were under way fail of the killed connection: that is the point.
  await Promise.allSettled(callers.map((caller) => caller.then(() => killed)));
  expect(answered.size).toBeGreaterThanOrEqual(kill);
  await killed;
}

async function ask(client: GraphqlClient, key: string): Promise<string> {
  const input = { deployment: 'wages', rows: row, endUserExternalId: 'anna', idempotencyKey: key };
  const { inference } = await client.mutate<{ inference: { id: string } }>(
    'predict',
    'PredictInput!',
    input,
    'inference { id }',
  );
  return inference.id;
}

/** A text to be written later; every so many calls one, because it takes as long as a hundred of them. */
async function acceptText(client: GraphqlClient, key: string): Promise<string> {
  const input = { deployment: 'tiny-language-model', prompt: 'In the beginning ', maxTokens: 200 };
  const { prediction } = await client.mutate<{ prediction: { id: string } }>(
    'generationCreate',
    'GenerationCreateInput!',
    { ...input, idempotencyKey: `text ${key}` },
    'prediction { id }',
  );
  return prediction.id;
}

async function accept(client: GraphqlClient, key: string): Promise<string> {
  const serviceClass = KEYS.indexOf(key) % 5 === 2 ? 'ECONOMY' : 'STANDARD';
  const input = { deployment: 'wages', rows: row, serviceClass, idempotencyKey: `later ${key}` };
  const { prediction } = await client.mutate<{ prediction: { id: string } }>(
    'predictionCreate',
    'PredictionCreateInput!',
    input,
    'prediction { id }',
  );
  return prediction.id;
}

const column = async (text: string): Promise<string[]> =>
  (await product.sql<{ id: string }>(text)).map(({ id }) => id);

async function deploy(versionId: string): Promise<void> {
  const input = { name: 'wages', routes: [{ versionId, weight: 100 }], idempotencyKey: 'deployed once' };
  await product
    .client(staff)
    .mutate('deploymentCreate', 'DeploymentCreateInput!', input, 'deployment { id }');
  await ready();
}

async function openCheckout(): Promise<string> {
  const { checkoutUrl } = await product
    .client(payer)
    .mutate<{ checkoutUrl: string }>(
      'subscriptionCheckoutCreate',
      'SubscriptionCheckoutCreateInput!',
      { plan: 'PRO', idempotencyKey: 'once' },
      'checkoutUrl',
    );
  return checkoutUrl;
}

async function apiKey(owner: string): Promise<string> {
  const { secret } = await product
    .client(owner)
    .mutate<{ secret: string }>('apiKeyCreate', 'ApiKeyCreateInput!', { name: 'server' }, 'secret');
  return secret;
}

/** Answers the access token of a new customer's owner. */
async function signUp(email: string): Promise<string> {
  const owner = { organisation: 'Crash', email, password: 'correct horse battery' };
  const { session } = await product
    .client()
    .mutate<{ session: { accessToken: string } }>('signUp', 'SignUpInput!', owner, 'session { accessToken }');
  return session.accessToken;
}

/** Waits until the deployment answers; after a restart its version is loaded again. */
const ready = (): Promise<true> =>
  until(async () => {
    const query = '{ deployment(by: { name: "wages" }) { state } }';
    const { deployment } = await product.client(staff).ask<{ deployment: { state: string } | null }>(query);
    const { status } = await fetch(`${product.url}/readyz`);
    return deployment?.state === 'READY' && status === 200 ? true : undefined;
  }, 'the deployment to be ready');
