/** The Open Inference Protocol at its edges: who stands in, what cannot be read, and who is meant by a header. */
import { billed, count, predict, served, type Served } from '../inference/support';
import type { CustomerPerson, Person, World } from '../support/world';
import type { OpenInferenceClient } from './open-inference-client';

export interface Edges {
  readonly world: () => World;
  readonly house: () => Served;
  readonly customer: () => CustomerPerson;
  readonly key: () => Person;
  readonly client: () => OpenInferenceClient;
  /** Two that `wages` takes. */
  readonly rows: object;
}

/** Registers the tests. */
export function openInferenceEdges({ world, house, customer, key, client, rows }: Edges): void {
  test('while a deployment is not ready the one that stands in for it answers, and no version of it can be asked for', async () => {
    const first = await served(world(), 'first', 0.25, house().staff);
    const input = { id: first.deploymentId, fallbackIds: [house().deploymentId] };
    await house().staff.client.mutate(
      'deploymentConfigure',
      'DeploymentConfigureInput!',
      input,
      '__typename',
    );
    const { routes } = world().app.modules.deployments;
    const isKnown = async () => routes.find(customer().customerId, 'first', []).revision === 2;
    await world().until(isKnown, 'its stand-in to be known');
    const own = await client().infer('first', rows);
    expect(own.outputs[1]!.data).toEqual(['no', 'no']);
    const kept = routes.find(customer().customerId, 'first', []);
    routes.stopServing(first.deploymentId);
    const { model_name: name, outputs } = await client().infer('first', rows);
    expect([name, outputs[1]!.data]).toEqual(['first', ['yes', 'yes']]);
    const later = { deployment: 'first', rows: { age: 40, income: 1.5 } };
    const { prediction } = await key().client.mutate<{ prediction: { id: string } }>(
      'predictionCreate',
      'PredictionCreateInput!',
      later,
      'prediction { id }',
    );
    const answered = `select count(*)::int as count from predictions where id = $1 and status = 'SUCCEEDED'`;
    await world().until(
      async () => (await count(world(), answered, [prediction.id])) === 1,
      'what was asked for later',
    );
    const unknown = await client().post('/models/first/infer', { ...rows, outputs: [{ name: 'nothing' }] });
    expect(unknown.status).toBe(503);
    expect(await client().get('/models/first/ready')).toEqual({
      status: 200,
      body: { name: 'first', ready: true },
    });
    expect(await client().get('/models/first')).toMatchObject({ body: { name: 'first', versions: [] } });
    const named = `/models/first/versions/${own.model_version}`;
    for (const path of ['', '/ready']) expect((await client().get(`${named}${path}`)).status).toBe(503);
    expect((await client().post(`${named}/infer`, rows)).status).toBe(503);
    routes.serve(kept);
    expect((await client().get('/models/first')).body).toMatchObject({ versions: [own.model_version] });
  });

  test.each<[string, string, object]>([
    ['half a character', 'generate', { text_input: 'a\ud800' }],
    ['half a character in an id', 'infer', { ...rows, id: 'a\ud800' }],
    [
      'half a character among rows',
      'infer',
      { inputs: [{ name: 'x', datatype: 'BYTES', shape: [1], data: ['\udc00'] }] },
    ],
    ['a prompt beyond the limit', 'generate', { text_input: 'x'.repeat(100_001) }],
  ])('%s is refused, as octets or as JSON', async (_what, verb, body) => {
    const before = await billed(world());
    const model = verb === 'infer' ? 'wages' : 'tiny-language-model';
    for (const type of ['application/json', 'application/octet-stream']) {
      const response = await client().post(`/models/${model}/${verb}`, body, { 'content-type': type });
      const { error } = (await response.json()) as { error: string };
      expect([response.status, error]).toEqual([400, expect.stringMatching(/surrogate|100000/)]);
    }
    expect(await billed(world())).toBe(before);
  });

  test('a person is the same one in a header, where UTF-8 is bytes, as in GraphQL', async () => {
    const name = 'Jürgen 猫';
    const inBytes = Buffer.from(name).toString('latin1');
    const { parameters } = await client().infer('wages', rows, { 'flywheel-end-user': inBytes });
    const answered = await predict(key(), { endUserExternalId: name });
    const sql = 'select count(*)::int as count from inferences where id = $1 and end_user_id = $2';
    const personId = answered.inference!.endUser!.id;
    expect(await count(world(), sql, [parameters!['inference_id'], personId])).toBe(1);
    await client().infer('wages', rows, { 'flywheel-end-user': 'J\u00fcrgen' });
    const people = `select count(*)::int as count from end_users where external_id = 'Jürgen' and customer_id = $1`;
    expect(await count(world(), people, [customer().customerId])).toBe(1);
  });
}
