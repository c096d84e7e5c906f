/** Deployments that stand in for one that writes: while nothing was delivered, and only where the caller may be answered by them. */
import type OpenAI from 'openai';
import { putOnTerms } from '../billing/support';
import { deployed } from '../deployments/support';
import type { FakeRemote } from '../support/fake-remote';
import type { Person, World } from '../support/world';
import { readText } from './text-stream';

export interface Standing {
  readonly world: () => World;
  readonly client: () => OpenAI;
  readonly remote: () => FakeRemote;
  readonly key: () => Person;
  readonly staff: () => Person;
  /** How many are billed. */
  readonly usage: () => Promise<number>;
}

const NAME = 'far-first';
const STAND_IN = 'tiny-language-model';

/** Registers the tests. */
export function othersWriteInstead({ world, client, remote, key, staff, usage }: Standing): void {
  let versionId: string;
  let standInVersion: string;

  beforeAll(async () => {
    const { modelVersion } = await staff().client.mutate<{ modelVersion: { id: string } }>(
      'modelImport',
      'ModelImportInput!',
      { modelName: NAME, remote: { protocol: 'OPENAI', url: `${remote().url}/v1`, model: 'far-model' } },
      'modelVersion { id }',
    );
    versionId = modelVersion.id;
    const { id } = await deployed(world(), staff(), NAME, [{ versionId }]);
    const { deployment } = await staff().client.ask<{
      deployment: { id: string; routes: { version: { id: string } }[] };
    }>(`{ deployment(by: { name: "${STAND_IN}" }) { id routes { version { id } } } }`);
    standInVersion = deployment.routes[0]!.version.id;
    const input = { id, fallbackIds: [deployment.id] };
    await staff().client.mutate('deploymentConfigure', 'DeploymentConfigureInput!', input, '__typename');
    const { routes } = world().app.modules.deployments;
    const isKnown = async () => routes.chain('', id, []).length === 2;
    await world().until(isKnown, 'its stand-in to be known');
  });

  const farId = async (): Promise<string> => {
    const query = `{ deployment(by: { name: "${NAME}" }) { id } }`;
    return (await staff().client.ask<{ deployment: { id: string } }>(query)).deployment.id;
  };
  const asked = { model: NAME, max_tokens: 5, messages: [{ role: 'user' as const, content: 'Hello' }] };
  /** By whom the newest text was written, and who was asked for it. */
  const written = async () => {
    const { inferences } = await staff().client.ask<{ inferences: { nodes: object[] } }>(
      '{ inferences(first: 1) { nodes { fallbackStep status deployment { name } askedDeployment { name } modelVersion { id } } } }',
    );
    return inferences.nodes[0];
  };
  const BY_STAND_IN = (): object => ({
    fallbackStep: 1,
    status: 'SUCCEEDED',
    deployment: { name: STAND_IN },
    askedDeployment: { name: NAME },
    modelVersion: { id: standInVersion },
  });
  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${world().url}/v2/models/${NAME}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key().credential}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  /** Each way to a text; each answers what was written. */
  const ways: Readonly<Record<string, () => Promise<string>>> = {
    'a stream of GraphQL': async () => {
      const { text, codes, isComplete } = await readText(world(), key(), {
        deployment: NAME,
        prompt: 'Hello',
        maxTokens: 5,
      });
      expect({ codes, isComplete }).toEqual({ codes: [], isComplete: true });
      return text;
    },
    'a stream under a key': async () =>
      (
        await readText(world(), key(), {
          deployment: NAME,
          prompt: 'Hello',
          maxTokens: 5,
          idempotencyKey: 'stands in',
        })
      ).text,
    'a conversation, whole': async () =>
      (await client().chat.completions.create(asked)).choices[0]!.message.content!,
    'a conversation, streamed': async () => {
      let text = '';
      for await (const chunk of await client().chat.completions.create({ ...asked, stream: true }))
        text += chunk.choices[0]?.delta.content ?? '';
      return text;
    },
    'the open inference protocol': async () => {
      const answer = await post('/generate', { text_input: 'Hello', max_tokens: 5 });
      const { text_output: text, model_version: version } = (await answer.json()) as Record<string, string>;
      expect([answer.status, version]).toEqual([200, '1']);
      return text!;
    },
    'a text for later': async () => {
      const input = { deployment: NAME, prompt: 'Hello', maxTokens: 5 };
      const { prediction } = await key().client.mutate<{ prediction: { id: string } }>(
        'generationCreate',
        'GenerationCreateInput!',
        input,
        'prediction { id }',
      );
      let text: string | undefined;
      await world().until(async () => {
        const query = 'query ($id: ID!) { prediction(id: $id) { outputs } }';
        const { prediction: seen } = await key().client.ask<{
          prediction: { outputs: { text: string } | null };
        }>(query, { id: prediction.id });
        text = seen.outputs?.text;
        return text !== undefined;
      }, 'the text');
      return text!;
    },
  };

  test.each(Object.keys(ways))(
    'where a server fails before its first token, another deployment writes: %s, on record and billed once',
    async (way) => {
      remote().misbehaviour = 429;
      const before = await usage();
      expect((await ways[way]!()).length).toBeGreaterThan(0);
      expect(remote().seen).toHaveLength(1);
      expect(await written()).toEqual(BY_STAND_IN());
      expect(await usage()).toBe(before + 1);
    },
  );

  test('one that breaks after its first token is not gone on with by another; one that is asked for whole was not delivered', async () => {
    remote().misbehaviour = 'NOT_JSON';
    const before = await usage();
    const { codes, text } = await readText(world(), key(), {
      deployment: NAME,
      prompt: 'Hello',
      maxTokens: 5,
    });
    expect([codes, text]).toEqual([['ENGINE_UNAVAILABLE'], 'Hello from far away']);
    expect(await written()).toMatchObject({
      fallbackStep: 0,
      status: 'PARTIAL',
      modelVersion: { id: versionId },
    });
    const keyed = { deployment: NAME, prompt: 'Hello', maxTokens: 5, idempotencyKey: 'breaks' };
    expect((await readText(world(), key(), keyed)).codes).toHaveLength(1);
    expect(await usage()).toBe(before + 1);
    await client().chat.completions.create(asked);
    expect(await written()).toEqual(BY_STAND_IN());
    expect(await usage()).toBe(before + 2);
  });

  test('where an engine fails without words another deployment writes, and the log is told', async () => {
    const { texts } = world().app.modules.compute;
    const first = await deployed(world(), staff(), 'fails-first', [{ versionId: standInVersion }]);
    const { routes } = world().app.modules.deployments;
    const fallbackIds = [await farId()];
    const input = { id: first.id, fallbackIds };
    await staff().client.mutate('deploymentConfigure', 'DeploymentConfigureInput!', input, '__typename');
    await world().until(async () => routes.chain('', first.id, []).length === 2, 'its stand-in to be known');
    const failing = jest.spyOn(texts, 'generate').mockImplementation(() => {
      throw new TypeError('a fault of ours');
    });
    const before = await usage();
    const asked = { deployment: 'fails-first', prompt: 'Hello', maxTokens: 5 };
    for (let time = 1; time <= 6; time++) {
      expect(await readText(world(), key(), asked)).toMatchObject({ codes: [], text: 'Hello from far away' });
      // The circuit hears of it: in the end it is not even asked.
      expect(failing).toHaveBeenCalledTimes(Math.min(time, 5));
    }
    failing.mockRestore();
    expect(await usage()).toBe(before + 6);
  });

  test('each step asks for consent and plan again', async () => {
    const person = await world().endUser(key(), 'stays inside');
    const input = { deployment: NAME, prompt: 'Hello', maxTokens: 5 };
    expect((await readText(world(), person, input)).codes).toEqual([]);
    expect(remote().seen).toHaveLength(0);
    expect(await written()).toEqual(BY_STAND_IN());
    const customer = await world().customer();
    await putOnTerms(world(), customer.customerId, { models: [NAME] });
    const narrow = await world().apiKey(customer);
    remote().misbehaviour = 429;
    const before = await usage();
    const { codes, chunks } = await readText(world(), narrow, input);
    expect([codes, chunks]).toEqual([['OVERLOADED'], []]);
    expect(await usage()).toBe(before);
    remote().misbehaviour = 'NONE';
    expect((await readText(world(), narrow, input)).text).toBe('Hello from far away');
  });

  test('what the caller has to mend is told, and asked of nobody else', async () => {
    const refused = client().chat.completions.create({ ...asked, messages: [{ role: 'user', content: '' }] });
    await expect(refused).rejects.toMatchObject({ status: 400 });
    expect((await post('/versions/1/generate', { text_input: 'Hello' })).status).toBe(200);
    remote().misbehaviour = 429;
    // Who names a version wants that one.
    expect((await post('/versions/1/generate', { text_input: 'Hello' })).status).toBe(503);
  });
}
