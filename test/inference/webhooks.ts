/** Endpoints that are told of durable predictions: once, signed, tried again, changed, switched off, removed. */
import { ROW } from '../support/hand-made-version';
import type { CustomerPerson, Person, World } from '../support/world';
import { count } from './support';
import { isSignedBy, WebhookReceiver } from './webhook-receiver';
import { webhooksReplay } from './webhook-replays';

export interface Told {
  readonly world: () => World;
  readonly owner: () => CustomerPerson;
  readonly key: () => Person;
  /** Of rows, with the fields that are read here. */
  readonly create: (person: Person, input: object) => Promise<{ readonly id: string }>;
}

/** Registers the tests. */
export function webhooksTell({ world, owner, key, create }: Told): void {
  const receiver = new WebhookReceiver();
  const { heard } = receiver;
  beforeAll(() => receiver.start());
  afterAll(() => receiver.stop());

  const endpoint = (person: Person) => receiver.endpointOf(person);

  test('an endpoint is told once, with a signature of each of its live secrets', async () => {
    heard.length = 0;
    const { id, secret } = await endpoint(owner());
    const { secret: next } = await owner().client.mutate<{ secret: string }>(
      'webhookEndpointRotate',
      'WebhookEndpointInput!',
      { id },
      'secret',
    );
    const prediction = await create(key(), { webhookEndpointId: id });
    await world().until(() => Promise.resolve(heard.length > 0), 'the webhook');
    await world().settle();
    expect(heard).toHaveLength(1);
    expect(JSON.parse(heard[0]!.body)).toMatchObject({
      type: 'prediction.completed',
      data: { predictionId: prediction.id },
    });
    for (const one of [secret, next]) expect(isSignedBy(one, heard[0]!)).toBe(true);
    const { webhookEndpoints } = await owner().client.ask<{ webhookEndpoints: object }>(
      '{ webhookEndpoints { nodes { id url deliveries { nodes { status attempts prediction { id } } } } } }',
    );
    expect(webhookEndpoints).toEqual({
      nodes: [
        {
          id,
          url: receiver.url,
          deliveries: { nodes: [{ status: 'DELIVERED', attempts: 1, prediction: { id: prediction.id } }] },
        },
      ],
    });
  });

  test('one that fails is tried again, and says why', async () => {
    heard.length = 0;
    receiver.status = 500;
    const { id } = await endpoint(owner());
    await create(key(), { webhookEndpointId: id });
    await world().until(() => Promise.resolve(heard.length > 0), 'the first try');
    receiver.status = 200;
    const state = `select count(*)::int as count from webhook_deliveries where endpoint_id = $1 and status = 'DELIVERED' and attempts = 2`;
    await world().until(async () => (await count(world(), state, [id])) === 1, 'the second try');
    expect(new Set(heard.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  const CHANGED =
    'mutation ($id: ID!, $input: WebhookEndpointUpdateInput!) { webhookEndpointUpdate(id: $id, input: $input) { webhookEndpoint { url events description enabled version } errors { code path } } }';
  interface Changed {
    readonly webhookEndpointUpdate: {
      readonly webhookEndpoint: object | null;
      readonly errors: readonly object[];
    } | null;
  }
  const change = async (person: Person, id: string, input: object) => {
    const { data, errors } = await person.client.send<Changed>(CHANGED, { id, input });
    return { ...data?.webhookEndpointUpdate, refused: errors?.[0]?.extensions.code };
  };

  test('an endpoint is changed in part, only as it was seen, and never to where it may not be', async () => {
    const { id } = await endpoint(owner());
    const first = { url: receiver.url, events: [], description: null, enabled: true, version: 1 };
    const input = { events: ['INVOICE_PAID', 'INVOICE_PAID'], description: 'Books', expectedVersion: 1 };
    const second = { ...first, events: ['INVOICE_PAID'], description: 'Books', version: 2 };
    expect(await change(owner(), id, input)).toMatchObject({ webhookEndpoint: second, errors: [] });
    expect(await change(owner(), id, { enabled: false, expectedVersion: 1 })).toMatchObject({
      errors: [{ code: 'CONFLICT', path: ['input', 'expectedVersion'] }],
    });
    for (const wrong of [
      'hooks.example.com',
      'ftp://hooks.example.com',
      'http://me:secret@hooks.example.com',
    ])
      expect(await change(owner(), id, { url: wrong, events: [] })).toMatchObject({
        errors: [{ code: 'INVALID_INPUT', path: ['input', 'url'] }],
      });
    const blind = await world().apiKey(owner(), { scopes: ['webhook:manage', 'webhook:read'] });
    expect(await change(blind, id, { url: 'https://elsewhere.example.com' })).toMatchObject({
      refused: 'FORBIDDEN',
    });
    expect(await change(await world().customer(), id, {})).toMatchObject({
      errors: [{ code: 'NOT_FOUND', path: ['id'] }],
    });
    const third = { ...second, description: null, version: 3 };
    expect(await change(owner(), id, { description: null })).toMatchObject({ webhookEndpoint: third });
    const changes = `select count(*)::int as count from outbox_events where subject = $1 and type = 'webhook-endpoint.updated'`;
    expect(await count(world(), changes, [id])).toBe(2);
  });

  test('one that is switched off is named by nothing new, and what was on its way waits for it', async () => {
    heard.length = 0;
    receiver.status = 500;
    const { id } = await endpoint(owner());
    const { id: predictionId } = await create(key(), { webhookEndpointId: id });
    await world().until(() => Promise.resolve(heard.length > 0), 'the first try');
    receiver.status = 200;
    await change(owner(), id, { enabled: false });
    const { errors } = await key().client.attempt(
      'predictionCreate',
      'PredictionCreateInput!',
      { deployment: 'wages', rows: ROW, webhookEndpointId: id },
      'prediction { id }',
    );
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'webhookEndpointId'] }]);
    // What is to be tried again later is tried now.
    const hurry = () =>
      world().app.platform.database.servicePool.query(
        'update graphile_worker._private_jobs set run_at = now() where run_at > now()',
      );
    const tried = `select count(*)::int as count from webhook_deliveries where prediction_id = $1 and status = $2 and attempts >= $3`;
    const reaches = (state: string, attempts: number) => async () =>
      (await count(world(), tried, [predictionId, state, attempts])) === 1;
    await world().until(reaches('PENDING', 1), 'the failure');
    await hurry();
    await world().until(reaches('PENDING', 2), 'a look');
    expect(heard).toHaveLength(1);
    await change(owner(), id, { enabled: true, url: `${receiver.url}/moved` });
    await hurry();
    await world().until(reaches('DELIVERED', 3), 'its news');
    expect(heard).toHaveLength(2);
  });

  test('a customer has twenty endpoints and no more, however many are asked for at once; one that is removed makes room', async () => {
    const many = await world().customer();
    const attempt = () =>
      many.client.attempt<{ webhookEndpoint: { id: string } | null }>(
        'webhookEndpointCreate',
        'WebhookEndpointCreateInput!',
        { url: receiver.url },
        'webhookEndpoint { id }',
      );
    for (let i = 0; i < 18; i++) expect((await attempt()).errors).toEqual([]);
    const last = await Promise.all([attempt(), attempt(), attempt(), attempt()]);
    const made = last.flatMap(({ payload }) => payload.webhookEndpoint ?? []);
    expect(made).toHaveLength(2);
    const refused = last.flatMap(({ errors }) => errors);
    expect(refused).toMatchObject(
      Array.from({ length: 2 }, () => ({
        code: 'CONFLICT',
        message: 'A customer has at most 20 endpoints. Remove one that is not needed any more, or change it.',
      })),
    );
    await many.client.mutate(
      'webhookEndpointRemove',
      'WebhookEndpointInput!',
      { id: made[0]!.id },
      '__typename',
    );
    expect((await attempt()).errors).toEqual([]);
  });

  test('a removed endpoint is told nothing more', async () => {
    const { id } = await endpoint(owner());
    await owner().client.mutate(
      'webhookEndpointRemove',
      'WebhookEndpointInput!',
      { id },
      'webhookEndpoint { removedAt }',
    );
    const { errors } = await key().client.attempt(
      'predictionCreate',
      'PredictionCreateInput!',
      { deployment: 'wages', rows: ROW, webhookEndpointId: id },
      'prediction { id }',
    );
    expect(errors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'webhookEndpointId'] }]);
  });

  webhooksReplay({ world, owner, key, create }, receiver);
}
