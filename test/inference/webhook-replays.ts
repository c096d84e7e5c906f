/** Messages that are sent once more by hand, endpoints that are tried, and jobs that a killed process leaves to be run again. */
import type { Person } from '../support/world';
import { count } from './support';
import { isSignedBy, type WebhookReceiver } from './webhook-receiver';
import type { Told } from './webhooks';

/** Registers the tests. */
export function webhooksReplay({ world, owner, key, create }: Told, receiver: WebhookReceiver): void {
  const { heard } = receiver;
  interface Sent {
    readonly webhookDelivery: { id: string; status: string; attempts: number; failure: string | null } | null;
  }
  const SENT = 'webhookDelivery { id status attempts failure }';
  const replay = (person: Person, id: string, input: object = {}) =>
    person.client.attempt<Sent>(
      'webhookDeliveryReplay',
      'WebhookDeliveryReplayInput!',
      { id, ...input },
      SENT,
    );
  const tried = (person: Person, id: string) =>
    person.client.attempt<Sent>('webhookEndpointTest', 'WebhookEndpointTestInput!', { id }, SENT);
  const becomes = (id: string, status: string, attempts: number) =>
    world().until(
      async () =>
        (await count(
          world(),
          'select count(*)::int as count from webhook_deliveries where id = $1 and status = $2 and attempts = $3',
          [id, status, attempts],
        )) === 1,
      `${id} to be ${status}`,
    );
  const change = async (text: string, values: readonly unknown[]): Promise<void> =>
    void (await world().app.platform.database.servicePool.query(text, [...values]));
  const deliveryOf = async (endpointId: string): Promise<string> => {
    const { node } = await owner().client.ask<{ node: { deliveries: { nodes: { id: string }[] } } }>(
      'query ($id: ID!) { node(id: $id) { ... on WebhookEndpoint { deliveries { nodes { id } } } } }',
      { id: endpointId },
    );
    return node.deliveries.nodes[0]!.id;
  };

  test('what arrived or was given up is sent once more under its id, once however often it is asked for, and tried like a new one', async () => {
    heard.length = 0;
    const { id: endpointId } = await receiver.endpointOf(owner());
    await create(key(), { webhookEndpointId: endpointId });
    await world().until(() => Promise.resolve(heard.length === 1), 'the message');
    const id = await deliveryOf(endpointId);
    await becomes(id, 'DELIVERED', 1);
    // Given up after all its tries, as far as it goes.
    await change(`update webhook_deliveries set status = 'FAILED', attempts = 11 where id = $1`, [id]);
    receiver.status = 500;
    const asked = await Promise.all(
      Array.from({ length: 3 }, () => replay(owner(), id, { idempotencyKey: 'again' })),
    );
    for (const { payload, errors } of asked)
      expect([payload.webhookDelivery, errors]).toMatchObject([{ id, status: 'PENDING' }, []]);
    expect((await replay(owner(), id)).errors).toMatchObject([
      { code: 'CONFLICT', path: ['input', 'id'], message: expect.stringContaining('under way') as string },
    ]);
    await becomes(id, 'PENDING', 12);
    receiver.status = 200;
    // What is to be tried again later is tried now.
    await change('update graphile_worker._private_jobs set run_at = now() where run_at > now()', []);
    await becomes(id, 'DELIVERED', 13);
    expect(heard.map(({ headers }) => headers['webhook-id'])).toEqual([id, id, id]);
    expect(new Set(heard.map(({ body }) => body)).size).toBe(1);
    const told = `select count(*)::int as count from outbox_events where subject = $1 and type = 'webhook-delivery.replayed'`;
    expect(await count(world(), told, [id])).toBe(1);
  });

  test('nothing is sent once more that is forgotten, or not to be told any more, or where nobody is told', async () => {
    heard.length = 0;
    const { id: endpointId } = await receiver.endpointOf(owner());
    const { id: predictionId } = await create(key(), { webhookEndpointId: endpointId });
    await world().until(() => Promise.resolve(heard.length === 1), 'the message');
    const id = await deliveryOf(endpointId);
    await becomes(id, 'DELIVERED', 1);
    const stranger = await world().customer();
    const unknown = await replay(stranger, 'whd_00000000000000000000000000');
    expect(unknown.errors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'id'] }]);
    expect((await replay(stranger, id)).errors).toEqual(unknown.errors);
    const conflict = [{ code: 'CONFLICT', path: ['input', 'id'] }];
    await change('update webhook_endpoints set enabled = false where id = $1', [endpointId]);
    expect((await replay(owner(), id)).errors).toMatchObject(conflict);
    expect((await tried(owner(), endpointId)).errors).toMatchObject(conflict);
    await change('update webhook_endpoints set enabled = true where id = $1', [endpointId]);
    await change('update predictions set answer = null where id = $1', [predictionId]);
    expect((await replay(owner(), id)).errors).toMatchObject(conflict);
    const { id: endUserId } = await world().endUser(owner(), 'told');
    const toldOf = `update webhook_deliveries set type = 'feedback.giver-told', prediction_id = null,
      data = jsonb_build_object('subjectId', 'fbk_1', 'endUserId', $2::text) where id = $1`;
    await change(toldOf, [id, endUserId]);
    expect((await replay(owner(), id)).errors).toMatchObject(conflict);
    const blind = await world().apiKey(owner(), { scopes: ['webhook:manage', 'webhook:read'] });
    await expect(replay(blind, id)).rejects.toThrow();
    const consent = { endUserId, purpose: 'FEEDBACK_CONTACT', granted: true };
    await key().client.mutate('consentRecord', 'ConsentRecordInput!', consent, 'record { id }');
    expect((await replay(owner(), id)).errors).toEqual([]);
    await becomes(id, 'DELIVERED', 2);
    await owner().client.mutate(
      'webhookEndpointRemove',
      'WebhookEndpointInput!',
      { id: endpointId },
      '__typename',
    );
    expect((await replay(owner(), id)).errors).toMatchObject(conflict);
    expect((await tried(owner(), endpointId)).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(heard).toHaveLength(2);
  });

  test('an endpoint is tried with a message that tells of nothing, is signed, and is not tried again', async () => {
    heard.length = 0;
    const { id, secret } = await receiver.endpointOf(owner());
    receiver.status = 500;
    const failed = await tried(owner(), id);
    await becomes(failed.payload.webhookDelivery!.id, 'FAILED', 1);
    receiver.status = 200;
    const { payload } = await tried(owner(), id);
    await becomes(payload.webhookDelivery!.id, 'DELIVERED', 1);
    expect(heard.map(({ body }) => JSON.parse(body) as object)).toMatchObject([
      { type: 'webhook-endpoint.tested', data: { subjectId: id } },
      { type: 'webhook-endpoint.tested', data: { subjectId: id } },
    ]);
    expect(isSignedBy(secret, heard[1]!)).toBe(true);
  });

  test('a job that is run again, because its process died before the queue heard of its end, begins no second row of tries', async () => {
    heard.length = 0;
    let answer = (): void => undefined;
    receiver.answersAfter = new Promise((resolve) => (answer = resolve));
    receiver.status = 500;
    const { id: endpointId } = await receiver.endpointOf(owner());
    await create(key(), { webhookEndpointId: endpointId });
    await world().until(() => Promise.resolve(heard.length === 1), 'the first try');
    const id = await deliveryOf(endpointId);
    const OF_MESSAGE = `from graphile_worker._private_jobs where payload -> 'payload' ->> 'deliveryId' = $1`;
    const { servicePool } = world().app.platform.database;
    const { rows } = await servicePool.query<{ jobId: string; payload: object }>(
      `select key as "jobId", payload ${OF_MESSAGE}`,
      [id],
    );
    const [{ jobId, payload }] = rows as [(typeof rows)[number]];
    answer();
    const isDone = async (): Promise<boolean> =>
      (await count(
        world(),
        `select count(*)::int as count from jobs where id = $1 and status = 'SUCCEEDED'`,
        [jobId],
      )) === 1;
    await world().until(isDone, 'the first try to end');
    // The next one is put off, so that nothing but the job that is run again could send.
    const putOff = `update graphile_worker._private_jobs set run_at = now() + interval '1 hour'
      where payload -> 'payload' ->> 'deliveryId' = $1 and locked_at is null`;
    await world().until(async () => (await servicePool.query(putOff, [id])).rowCount === 1, 'the next try');
    const before = heard.length;
    await change(`update jobs set status = 'RUNNING', finished_at = null where id = $1`, [jobId]);
    await change(`select flywheel_enqueue('inference.deliver-webhook', $1, null, null, 5, $2)`, [
      JSON.stringify(payload),
      jobId,
    ]);
    await world().until(isDone, 'the job to be run again');
    expect(heard).toHaveLength(before);
    expect(
      await count(world(), `select count(*)::int as count ${OF_MESSAGE} and key <> $2`, [id, jobId]),
    ).toBe(1);
    receiver.status = 200;
    await change(
      `update graphile_worker._private_jobs set run_at = now() where payload -> 'payload' ->> 'deliveryId' = $1`,
      [id],
    );
    await becomes(id, 'DELIVERED', before + 1);
  });
}
