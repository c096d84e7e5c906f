/** The engine is killed while durable predictions are under way, and workers are elsewhere: none is lost, none is billed twice. */
import { ROW, handMadeVersion } from '../support/hand-made-version';
import { startApp } from '../../src/app/app';
import { testConfig } from '../support/config';
import { startWorld } from '../support/world';
import { deployed } from '../deployments/support';
import { count } from './support';

interface Created {
  readonly prediction: { readonly id: string };
}

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
