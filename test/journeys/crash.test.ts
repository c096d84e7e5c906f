/** `kill -9` in the middle of things: the next start goes on, and nothing is lost or done twice. */
import { wagesData } from '../../src/app/demo/demo-data';
import { click } from '../billing/support';
import type { GraphqlClient } from '../support/client';
import { RunningProduct, until } from './running-product';

jest.setTimeout(240_000);

let product: RunningProduct;
beforeEach(() => (product = new RunningProduct()));
afterEach(() => product.remove());

test('a training that was killed with everything else runs again after the next start and makes one version', async () => {
  const staff = await product.signInStaff(await product.start());
  const datasetVersionId = await product.uploadWages(staff);
  const recipe = { kind: 'DENSE_NETWORK', epochs: 150 };
  const training = await product.train(staff, datasetVersionId, recipe);
  await until(
    async () => ((await product.job(staff, training.job.id)).progress > 0.02 ? true : undefined),
    'the first epochs',
  );
  await product.end('SIGKILL');

  await product.start();
  expect((await product.train(staff, datasetVersionId, recipe)).id).toBe(training.id);
  const versionId = await product.result(staff, training.job.id);
  const { models } = await product
    .client(staff)
    .ask<{ models: { nodes: { versions: { nodes: { id: string; trainingJob: object | null }[] } }[] } }>(
      '{ models { nodes { versions { nodes { id trainingJob { id } } } } } }',
    );
  // Models that ship were not trained here.
  const trained = models.nodes
    .flatMap(({ versions }) => versions.nodes)
    .filter((version) => version.trainingJob);
  expect(trained.map(({ id }) => id)).toEqual([versionId]);
});

/** At so many answers the process is killed, each time with more calls under way. */
const KILLS = [25, 60, 110];
const CALLS = 150;
const AT_ONCE = 8;

test('of predictions that were killed under way none that was answered is lost, and a repeated key is billed once', async () => {
  const staff = await product.signInStaff(await product.start());
  const training = await product.train(staff, await product.uploadWages(staff), { kind: 'LINEAR' });
  const versionId = await product.result(staff, training.job.id);
  const { row, secret } = await serve(staff, versionId);
  const answered = new Map<string, string>();
  const ask = async (client: GraphqlClient, key: string): Promise<string> => {
    const input = { deployment: 'wages', rows: row, endUserExternalId: 'anna', idempotencyKey: key };
    const { inference } = await client.mutate<{ inference: { id: string } }>(
      'predict',
      'PredictInput!',
      input,
      'inference { id }',
    );
    return inference.id;
  };

  for (const kill of KILLS) {
    const client = product.client(secret);
    const waiting = Array.from({ length: CALLS }, (_, i) => `key ${i}`).filter((key) => !answered.has(key));
    let killed: Promise<void> | undefined;
    const callers = Array.from({ length: AT_ONCE }, async () => {
      for (let key = waiting.shift(); key !== undefined && !killed; key = waiting.shift()) {
        answered.set(key, await ask(client, key));
        if (answered.size >= kill) killed ??= product.end('SIGKILL');
      }
    });
    // Those that were under way fail of the killed connection: that is the point.
    await Promise.allSettled(callers);
    expect(answered.size).toBeGreaterThanOrEqual(kill);
    await killed;
    await product.start();
    await ready(staff);
  }

  const client = product.client(secret);
  for (let i = 0; i < CALLS; i++) {
    const key = `key ${i}`;
    const id = await ask(client, key);
    expect(answered.get(key) ?? id).toBe(id);
    answered.set(key, id);
  }
  const ids = [...answered.values()].sort();
  expect(new Set(ids).size).toBe(CALLS);
  expect(await column('select id from inferences order by id')).toEqual(ids);
  expect(await column('select inference_id as id from usage_records order by inference_id')).toEqual(ids);
  const leaves = `select object as id from audit_records where action = 'inference.completed' order by object`;
  const audited = await until(async () => {
    const found = await column(leaves);
    return found.length >= CALLS ? found : undefined;
  }, 'a leaf of the audit log for every prediction');
  expect(audited).toEqual(ids);
});

test('a checkout that was open when everything was killed is paid after the next start, and paid once', async () => {
  await product.start();
  const owner = await signUp();
  const { checkoutUrl } = await product
    .client(owner)
    .mutate<{ checkoutUrl: string }>(
      'subscriptionCheckoutCreate',
      'SubscriptionCheckoutCreateInput!',
      { plan: 'PRO', idempotencyKey: 'once' },
      'checkoutUrl',
    );
  await product.end('SIGKILL');

  await product.start();
  expect((await click(checkoutUrl, { act: 'pay' })).status).toBeLessThan(400);
  // The page has answered; what Stripe tells us of it may be on its way or not yet sent.
  await product.end('SIGKILL');

  await product.start();
  const query = `{ customer { subscription { status plan { code } } invoices { nodes { status total { formatted } } } } }`;
  interface Paid {
    customer: { subscription: { status: string; plan: { code: string } }; invoices: { nodes: object[] } };
  }
  const { invoices } = await until(async () => {
    const { customer } = await product.client(owner).ask<Paid>(query);
    const { status, plan } = customer.subscription;
    return status === 'ACTIVE' && plan.code === 'PRO' ? customer : undefined;
  }, 'the plan that was paid');
  expect(invoices.nodes).toMatchObject([{ status: 'PAID', total: { formatted: '49.00 USD' } }]);
});

const column = async (text: string): Promise<string[]> =>
  (await product.sql<{ id: string }>(text)).map(({ id }) => id);

/** Deploys the version, and signs a customer up. Answers a row that it takes, and the customer's API key. */
async function serve(staff: string, versionId: string): Promise<{ row: object; secret: string }> {
  const input = { name: 'wages', routes: [{ versionId, weight: 100 }], idempotencyKey: 'deployed once' };
  await product
    .client(staff)
    .mutate('deploymentCreate', 'DeploymentCreateInput!', input, 'deployment { id }');
  await ready(staff);
  const { secret } = await product
    .client(await signUp())
    .mutate<{ secret: string }>('apiKeyCreate', 'ApiKeyCreateInput!', { name: 'server' }, 'secret');
  return { row: (await wagesData()).rows[0]!, secret };
}

/** Answers the access token of a new customer's owner. */
async function signUp(): Promise<string> {
  const owner = { organisation: 'Crash', email: 'owner@crash.test', password: 'correct horse battery' };
  const { session } = await product
    .client()
    .mutate<{ session: { accessToken: string } }>('signUp', 'SignUpInput!', owner, 'session { accessToken }');
  return session.accessToken;
}

/** Waits until the deployment answers; after a restart its version is loaded again. */
const ready = (staff: string): Promise<true> =>
  until(async () => {
    const query = '{ deployment(by: { name: "wages" }) { state } }';
    const { deployment } = await product.client(staff).ask<{ deployment: { state: string } | null }>(query);
    const { status } = await fetch(`${product.url}/readyz`);
    return deployment?.state === 'READY' && status === 200 ? true : undefined;
  }, 'the deployment to be ready');
