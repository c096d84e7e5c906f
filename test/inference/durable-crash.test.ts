/** `kill -9` while durable predictions are under way: of the process and of the engine. None is lost, none is billed twice. */
import { ROW, handMadeVersion } from '../support/hand-made-version';
import { startApp } from '../../src/app/app';
import { wagesData } from '../../src/app/demo/demo-data';
import { testConfig } from '../support/config';
import { startWorld } from '../support/world';
import { RunningProduct, until } from '../journeys/running-product';
import { deployed } from '../deployments/support';
import { count } from './support';

jest.setTimeout(240_000);

interface Created {
  readonly prediction: { readonly id: string };
}

test('of predictions that were accepted none is lost and none is billed twice, however often everything is killed', async () => {
  const product = new RunningProduct();
  try {
    const staff = await product.signInStaff(await product.start());
    const training = await product.train(staff, await product.uploadWages(staff), { kind: 'LINEAR' });
    const versionId = await product.result(staff, training.job.id);
    const deployment = {
      name: 'wages',
      routes: [{ versionId, weight: 100 }],
      idempotencyKey: 'deployed once',
    };
    await product
      .client(staff)
      .mutate('deploymentCreate', 'DeploymentCreateInput!', deployment, 'deployment { id }');
    const ready = (): Promise<true> =>
      until(async () => {
        const query = '{ deployment(by: { name: "wages" }) { state } }';
        const { deployment: now } = await product.client(staff).ask<{ deployment: { state: string } }>(query);
        return now.state === 'READY' && (await fetch(`${product.url}/readyz`)).ok ? true : undefined;
      }, 'the deployment');
    await ready();
    const owner = { organisation: 'Crash', email: 'owner@crash.test', password: 'correct horse battery' };
    const { session } = await product
      .client()
      .mutate<{ session: { accessToken: string } }>(
        'signUp',
        'SignUpInput!',
        owner,
        'session { accessToken }',
      );
    const { secret } = await product
      .client(session.accessToken)
      .mutate<{ secret: string }>('apiKeyCreate', 'ApiKeyCreateInput!', { name: 'server' }, 'secret');
    const rows = (await wagesData()).rows[0]!;
    const accepted = new Set<string>();
    const done = async (): Promise<number> =>
      (await product.sql(`select 1 from predictions where status = 'SUCCEEDED'`)).length;

    for (const kill of [1, 2, 3]) {
      const client = product.client(secret);
      const before = await done();
      let isKilled = false;
      const callers = Array.from({ length: 6 }, async (_, caller) => {
        for (let call = 0; call < 15 && !isKilled; call++) {
          const input = { deployment: 'wages', rows, idempotencyKey: `${kill} ${caller} ${call}` };
          const { prediction } = await client.mutate<Created>(
            'predictionCreate',
            'PredictionCreateInput!',
            input,
            'prediction { id }',
          );
          accepted.add(prediction.id);
        }
      });
      // In the middle: some are done, some are under way, some are being accepted.
      await until(async () => ((await done()) >= before + 5 ? true : undefined), 'some answers');
      isKilled = true;
      const killed = product.end('SIGKILL');
      // Those that were being accepted fail of the killed connection: nobody was told that they are stored.
      await Promise.allSettled(callers);
      await killed;
      await product.start();
      await ready();
    }

    await until(async () => {
      const open = await product.sql(`select 1 from predictions where status in ('QUEUED', 'RUNNING')`);
      return open.length === 0 ? true : undefined;
    }, 'every prediction to end');
    const ended = await product.sql<{ id: string; inferenceId: string }>(
      `select id, inference_id as "inferenceId" from predictions where status = 'SUCCEEDED' and answer is not null`,
    );
    const ids = new Set(ended.map(({ id }) => id));
    expect(accepted.size).toBeGreaterThan(20);
    for (const id of accepted) expect(ids).toContain(id);
    const records = await product.sql<{ id: string }>(
      'select inference_id as id from usage_records order by 1',
    );
    expect(records.map(({ id }) => id)).toEqual(ended.map(({ inferenceId }) => inferenceId).sort());
    expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
  } finally {
    await product.remove();
  }
});

test('the engine is killed again and again: every prediction is answered all the same, and billed once', async () => {
  const world = await startWorld();
  try {
    const { versionId } = await handMadeVersion(world, 0.75);
    await deployed(world, await world.staff(), 'wages', [{ versionId }]);
    const key = await world.apiKey(await world.customer());
    const ids = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const input = { deployment: 'wages', rows: ROW };
        const type = 'PredictionCreateInput!';
        const { prediction } = await key.client.mutate<Created>(
          'predictionCreate',
          type,
          input,
          'prediction { id }',
        );
        return prediction.id;
      }),
    );
    const { compute } = world.app.modules.compute;
    const killed = new Set<number>();
    await world.until(async () => {
      const [engine] = await compute.health().catch(() => []);
      if (engine && !killed.has(engine.pid)) process.kill(engine.pid, 'SIGKILL');
      if (engine) killed.add(engine.pid);
      return killed.size === 3;
    }, 'three engines to be killed');
    await world.settle();
    const answered = `select count(*)::int as count from predictions join usage_records using (inference_id)
      where id = any($1) and status = 'SUCCEEDED'`;
    expect(await count(world, answered, [ids])).toBe(60);
    expect(await count(world, 'select count(*)::int as count from usage_records')).toBe(60);
  } finally {
    await world.close();
  }
});

test('a process without workers accepts, and another one answers', async () => {
  const world = await startWorld({ workers: 0 });
  try {
    const { versionId } = await handMadeVersion(world, 0.75);
    await deployed(world, await world.staff(), 'wages', [{ versionId }]);
    const key = await world.apiKey(await world.customer());
    const input = { deployment: 'wages', rows: ROW };
    const type = 'PredictionCreateInput!';
    const { prediction } = await key.client.mutate<Created>(
      'predictionCreate',
      type,
      input,
      'prediction { id }',
    );
    const worker = await startApp({
      config: testConfig(world.dataDir),
      databaseUrl: world.databaseUrl,
      clock: world.clock,
    });
    try {
      const query = 'query($id: ID!) { prediction(id: $id) { status outputs } }';
      const state = async () =>
        (
          await key.client.ask<{ prediction: { status: string; outputs: object } }>(query, {
            id: prediction.id,
          })
        ).prediction;
      await world.until(async () => (await state()).status === 'SUCCEEDED', 'the worker');
      expect((await state()).outputs).toMatchObject({ label: 'yes' });
    } finally {
      await worker.close();
    }
  } finally {
    await world.close();
  }
});
