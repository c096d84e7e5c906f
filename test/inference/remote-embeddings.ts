/** Embeddings of a server that somebody else runs, tried in the world of the remote models, where `far-vectors` is one. */
import type OpenAI from 'openai';
import type { FakeRemote, Misbehaviour } from '../support/fake-remote';
import type { Person, World } from '../support/world';
import { attempt, predict } from './support';

export interface RemoteHouse {
  readonly world: () => World;
  readonly client: () => OpenAI;
  readonly remote: () => FakeRemote;
  readonly key: () => Person;
  readonly staff: () => Person;
  /** The credential that the server asks for. */
  readonly secret: string;
  /** Usage records so far. */
  readonly usage: () => Promise<number>;
}

/** Registers the tests. */
export function textsBecomeVectors({ world, client, remote, key, staff, secret, usage }: RemoteHouse): void {
  const input = ['a bird on a tree', 'oil'];
  const vectors = [
    [16, 97, 101],
    [3, 111, 108],
  ];

  test.each<Misbehaviour>(['NONE', 'ONLY_NUMBERS'])(
    'through every face, whether as bytes or as numbers (%s)',
    async (misbehaviour) => {
      remote().misbehaviour = misbehaviour;
      const { data, response } = await client()
        .embeddings.create({ model: 'far-vectors', input })
        .withResponse();
      expect(data.data.map(({ embedding }) => embedding)).toEqual(vectors);
      expect(data.usage).toEqual({ prompt_tokens: 6, total_tokens: 6 });
      expect(remote().seen).toMatchObject([
        {
          path: '/v1/embeddings',
          authorization: `Bearer ${secret}`,
          body: { model: 'far-embeddings', input, encoding_format: 'base64' },
        },
      ]);
      const query = `query ($id: ID!) { inference(id: $id) { rows promptTokens engine { kind } cost { exact deviceMs }
        usage { unit quantity } } }`;
      const { inference } = await staff().client.ask<{ inference: object }>(query, {
        id: response.headers.get('flywheel-inference-id'),
      });
      // 0.5 a request, 2 rows at 0.25 and 6 tokens at 0.01
      expect(inference).toMatchObject({
        rows: 2,
        promptTokens: 6,
        engine: { kind: 'REMOTE' },
        cost: { exact: '1.06', deviceMs: 0 },
        usage: expect.arrayContaining([{ unit: 'PROMPT_TOKEN', quantity: '6' }]),
      });
      const rows = input.map((text) => ({ text }));
      const answer = await predict(key(), { deployment: 'far-vectors', rows });
      expect(answer.inference!.outputs).toEqual(vectors.map((embedding) => ({ embedding })));
    },
  );

  test('a server that counts no tokens is billed by what is usual', async () => {
    remote().misbehaviour = 'NO_USAGE';
    const { usage: told } = await client().embeddings.create({ model: 'far-vectors', input });
    expect(told.prompt_tokens).toBe(5);
  });

  test.each<Misbehaviour>(['TOO_FEW', 'TWICE_THE_SAME', 'OTHER_WIDTH', 'NO_NUMBER', 'LYING_USAGE', 500])(
    'a server that answers nonsense (%s) is one clear error, and nothing is billed',
    async (misbehaviour) => {
      remote().misbehaviour = misbehaviour;
      const before = await usage();
      const rows = input.map((text) => ({ text }));
      const { errors } = await attempt(key(), { deployment: 'far-vectors', rows });
      expect(errors).toMatchObject([{ code: 'UPSTREAM_FAILED' }]);
      expect(await usage()).toBe(before);
      remote().misbehaviour = 'NONE';
      await predict(key(), { deployment: 'far-vectors', rows });
    },
  );

  test('a repeated key is answered from the record: nothing leaves the house again, whatever was agreed to since', async () => {
    const user = await world().endUser(key(), 'of two minds');
    const consent = async (granted: boolean): Promise<void> => {
      const given = { endUserId: user.id, purpose: 'REMOTE_PROCESSING', granted, method: 'FORM' };
      await key().client.mutate('consentRecord', 'ConsentRecordInput!', given, 'record { id }');
    };
    await consent(true);
    const asked = {
      deployment: 'far-vectors',
      rows: { text: 'oil' },
      endUserExternalId: 'of two minds',
      idempotencyKey: 'far',
    };
    const first = await predict(key(), asked);
    expect(first.inference!.outputs).toEqual({ embedding: vectors[1] });
    await consent(false);
    const before = await usage();
    const again = await predict(key(), asked);
    expect(again.inference).toMatchObject({ id: first.inference!.id, outputs: null });
    expect(again.feedbackToken).toBe(first.feedbackToken);
    const headers = { 'idempotency-key': 'far through another face' };
    const embed = () => client().embeddings.create({ model: 'far-vectors', input }, { headers });
    await embed();
    await expect(embed()).rejects.toMatchObject({ status: 409, code: 'conflict' });
    expect(remote().seen).toHaveLength(2);
    expect(await usage()).toBe(before + 1);
  });

  test('wrong texts are told by row, a task that there is none of by name, and nothing is sent', async () => {
    const rows = [{ text: 'a' }, { text: ' ' }, { text: 3 }];
    const { errors } = await attempt(key(), { deployment: 'far-vectors', rows });
    expect(errors.map(({ path }) => path)).toEqual([
      ['input', 'rows', '1', 'text'],
      ['input', 'rows', '2', 'text'],
    ]);
    const wrong = { protocol: 'OPENAI', task: 'IMAGE_CLASSIFICATION', url: remote().url, model: 'x' };
    const refused = await staff().client.attempt(
      'modelImport',
      'ModelImportInput!',
      { modelName: 'x', remote: wrong },
      'modelVersion { id }',
    );
    expect(refused.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'remote', 'task'] }]);
    expect(remote().seen).toHaveLength(0);
  });
}
