/** The engine is killed while durable predictions are under way, workers are elsewhere, two are asked the same: none is lost, none is billed twice. */
import { ROW, handMadeVersion } from '../support/hand-made-version';
import { type App, startApp } from '../../src/app/app';
import { GraphqlClient } from '../support/client';
import { testConfig } from '../support/config';
import { type Person, startWorld, type World } from '../support/world';
import { deployed } from '../deployments/support';
import { billed, count } from './support';
import { readText } from './text-stream';

const ANSWERED = `select count(*)::int as count
  from predictions p join inferences i on i.id = p.inference_id join usage_records u on i.id = any(u.inference_ids)
  where p.id = any($1) and p.status = 'SUCCEEDED' and p.answer is not null`;
const RUNNING_TEXTS = `select count(*)::int as count from predictions where id = any($1) and status = 'RUNNING'`;

async function createText(person: Person): Promise<string> {
  const input = { deployment: 'tiny-language-model', prompt: 'In the beginning ', maxTokens: 300 };
  const type = 'GenerationCreateInput!';
  return (await person.client.mutate<Created>('generationCreate', type, input, 'prediction { id }'))
    .prediction.id;
}

interface Created {
  readonly prediction: { readonly id: string };
}

/** The table takes no answer any more: as if the process died between an answer and its being kept. */
const REFUSE_ANSWERS = `
  create function refuse_answers() returns trigger language plpgsql as $$ begin raise exception 'no answer is taken'; end $$;
  create trigger refuse_answers before update on predictions for each row when (new.status = 'SUCCEEDED') execute function refuse_answers()`;
const TAKE_ANSWERS = `
  drop trigger refuse_answers on predictions;
  update graphile_worker._private_jobs set run_at = now() where last_error is not null`;

test('the engine is killed again and again: every prediction is answered and billed once, and what cannot be kept is not billed', async () => {
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
    const texts = await Promise.all(Array.from({ length: 6 }, () => createText(key)));
    await world.until(async () => {
      const pid = await world.app.modules.compute.texts.pid().catch(() => undefined);
      const isWriting = await count(world, RUNNING_TEXTS, [texts]);
      if (pid !== undefined && isWriting > 0 && !killed.has(pid)) process.kill(pid, 'SIGKILL');
      if (pid !== undefined && isWriting > 0) killed.add(pid);
      return killed.size === 4;
    }, 'the process that writes texts to be killed');
    await world.settle();
    const written = `${ANSWERED} and i.completion_tokens = 300`;
    expect(await count(world, written, [texts])).toBe(6);
    expect(await count(world, ANSWERED, [ids])).toBe(60);
    expect(await billed(world)).toBe(66);
    await world.app.platform.database.servicePool.query(REFUSE_ANSWERS);
    const { prediction } = await key.client.mutate<Created>(
      'predictionCreate',
      'PredictionCreateInput!',
      { deployment: 'wages', rows: ROW },
      'prediction { id }',
    );
    const failed = 'select count(*)::int as count from graphile_worker.jobs where last_error is not null';
    await world.until(
      async () => (await count(world, failed)) === 1,
      'the answer to be computed and refused',
    );
    expect(await billed(world)).toBe(66);
    expect(await count(world, 'select count(*)::int as count from inferences')).toBe(66);
    await world.app.platform.database.servicePool.query(TAKE_ANSWERS);
    await world.settle();
    expect(await count(world, ANSWERED, [[prediction.id]])).toBe(1);
    expect(await billed(world)).toBe(67);
  } finally {
    await world.close();
  }
});

describe('two processes on one database', () => {
  let world: World;
  let worker: App;
  let key: Person;

  beforeAll(async () => {
    world = await startWorld({ workers: 0 });
    const { versionId } = await handMadeVersion(world, 0.75);
    await deployed(world, await world.staff(), 'wages', [{ versionId }]);
    key = await world.apiKey(await world.customer());
  });
  afterAll(async () => {
    await worker?.close();
    await world.close();
  });

  test('a process without workers accepts, and another one answers', async () => {
    const input = { deployment: 'wages', rows: ROW };
    const type = 'PredictionCreateInput!';
    const { prediction } = await key.client.mutate<Created>(
      'predictionCreate',
      type,
      input,
      'prediction { id }',
    );
    worker = await startApp({
      config: testConfig(world.dataDir),
      databaseUrl: world.databaseUrl,
      clock: world.clock,
    });
    const query = 'query($id: ID!) { prediction(id: $id) { status outputs } }';
    const state = async () =>
      (
        await key.client.ask<{ prediction: { status: string; outputs: object } }>(query, {
          id: prediction.id,
        })
      ).prediction;
    await world.until(async () => (await state()).status === 'SUCCEEDED', 'the worker');
    expect((await state()).outputs).toMatchObject({ label: 'yes' });
    const keyed = { prompt: 'In the beginning ', maxTokens: 40, idempotencyKey: 'once' };
    const here = await readText(world, key, keyed);
    const there = await readText(worker, key, keyed);
    expect(there).toEqual(here);
    expect(there.chunks.at(-1)!.finishReason).toBe('LENGTH');
    const { streamId } = here.chunks[0]!;
    expect((await readText(worker, key, { prompt: '-', streamId, resumeFrom: 2 })).chunks).toEqual(
      here.chunks.slice(1),
    );
    const texts = `select count(*)::int as count from usage_records where completion_tokens > 0`;
    expect(await count(world, texts)).toBe(1);
  });

  test('a text that is streamed by both under one key at the same moment is written by one of them, and the other is told', async () => {
    const texts = `select count(*)::int as count from usage_records where completion_tokens > 0`;
    const before = await count(world, texts);
    const keyed = { prompt: 'In the beginning ', maxTokens: 200, idempotencyKey: 'both at once' };
    const port = jest.spyOn(world.app.modules.compute.texts, 'generate');
    const other = jest.spyOn(worker.modules.compute.texts, 'generate');
    const read = await Promise.all(
      Array.from({ length: 6 }, (_, i) => readText(i % 2 ? world : worker, key, keyed)),
    );
    expect(port.mock.calls.length + other.mock.calls.length).toBe(1);
    const [whole, refused] = [true, false].map((is) => read.filter(({ text }) => (text !== '') === is));
    expect(new Set(whole!.map(({ text }) => text)).size).toBe(1);
    expect(whole!.length).toBeGreaterThanOrEqual(3);
    expect(new Set(refused!.flatMap(({ codes }) => codes))).toEqual(new Set(['CONFLICT']));
    expect(await count(world, texts)).toBe(before + 1);
    // Whoever asks again, wherever, gets that one.
    for (const door of [world, worker])
      expect(await readText(door, key, keyed)).toMatchObject({ text: whole![0]!.text, codes: [] });
  });

  test.each([
    ['predictionCreate', 'PredictionCreateInput!', { deployment: 'wages', rows: ROW }],
    [
      'predictionCreate',
      'PredictionCreateInput!',
      { deployment: 'wages', rows: ROW, serviceClass: 'ECONOMY' },
    ],
    [
      'generationCreate',
      'GenerationCreateInput!',
      { deployment: 'tiny-language-model', prompt: 'In the beginning ', maxTokens: 20 },
    ],
  ])(
    '%s asked of both at the same moment under one key is accepted once and billed once (%#)',
    async (mutation, type, input) => {
      const doors = [key.client, new GraphqlClient(worker.url, key.credential)];
      const idempotencyKey = `${mutation} ${Object.keys(input).length}`;
      const ask = (more: object) =>
        Promise.all(
          Array.from({ length: 30 }, (_, i) =>
            doors[i % 2]!.attempt<Created>(
              mutation,
              type,
              { ...input, ...more, idempotencyKey },
              'prediction { id }',
            ),
          ),
        );
      const kept = `select count(*)::int as count from predictions`;
      const before = [await count(world, kept), await billed(world)];
      // What is refused leaves the key to the next.
      const refused = await ask({ deployment: 'no-such' });
      expect(new Set(refused.map(({ errors }) => errors[0]?.code))).toEqual(new Set(['NOT_FOUND']));
      const accepted = await ask({});
      expect(accepted.flatMap(({ errors }) => errors)).toEqual([]);
      const ids = new Set(accepted.map(({ payload }) => payload.prediction.id));
      expect(ids.size).toBe(1);
      await world.settle();
      const all = [await count(world, kept), await billed(world)];
      expect(all).toEqual(before.map((n) => n + 1));
      const [id] = ids;
      const told = `select count(*)::int as count from outbox_events where subject = $1 and type in ('prediction.created', 'prediction.completed')`;
      expect(await count(world, told, [id])).toBe(2);
    },
  );

  test('one key for two different questions at the same moment is taken by one of them, and the other is told', async () => {
    const doors = [key.client, new GraphqlClient(worker.url, key.credential)];
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        doors[i % 2]!.attempt<Created>(
          'predictionCreate',
          'PredictionCreateInput!',
          { deployment: 'wages', rows: i % 2 ? ROW : [ROW, ROW], idempotencyKey: 'two questions' },
          'prediction { id }',
        ),
      ),
    );
    const ids = answers.flatMap(({ payload }) => payload.prediction?.id ?? []);
    expect([ids.length, new Set(ids).size]).toEqual([5, 1]);
    const codes = answers.flatMap(({ errors }) => errors.map(({ code }) => code));
    expect(codes).toEqual(Array(5).fill('IDEMPOTENCY_KEY_REUSED'));
  });
});
