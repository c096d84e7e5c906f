/** What is promised to predictions that may wait, tried in the world of the durable ones: while a text keeps the house busy. */
import { ROW } from '../support/hand-made-version';
import type { CustomerPerson, Person, World } from '../support/world';
import { limitTo } from '../billing/support';
import { listen } from '../journeys/isolation/listen';
import { billed } from './support';
import { type Read, readText } from './text-stream';
import { WebhookReceiver } from './webhook-receiver';

export interface DurableHouse {
  readonly world: () => World;
  readonly owner: () => CustomerPerson;
  readonly key: () => Person;
  ended(person: Person, id: string): Promise<{ readonly status: string }>;
  /** A text to be written. */
  readonly text: object;
}

/** Registers the tests. They move the clock. */
export function whatMayWait({ world, owner, key, ended, text }: DurableHouse): void {
  const LATER = { serviceClass: 'ECONOMY' };
  const PAID = `prediction { id status serviceClass completeBy
    inference { id createdAt totalMs serviceClass priceExact usage { unit quantity amount } } }`;
  interface Paid {
    readonly id: string;
    readonly status: string;
    readonly inference: { readonly createdAt: string; readonly totalMs: number } | null;
  }
  const paid = async (id: string): Promise<Paid> =>
    (
      await key().client.ask<{ prediction: Paid }>(
        `query($id: ID!) { prediction(id: $id) { ${PAID.slice('prediction { '.length)} }`,
        { id },
      )
    ).prediction;
  const attemptLater = (input: object) =>
    key().client.attempt<{ prediction: Paid }>(
      'predictionCreate',
      'PredictionCreateInput!',
      { deployment: 'wages', rows: ROW, ...LATER, ...input },
      PAID,
    );
  /** Somebody is being written a text; answers what is done meanwhile, and the text. */
  const whileWriting = async <T>(
    act: () => Promise<T>,
  ): Promise<{ done: T; text: Read; wasWriting: boolean }> => {
    let acting: Promise<T> | undefined;
    let isWriting = true;
    let wasWriting = false;
    const read = await readText(world(), key(), { ...text, maxTokens: 1500 }, () => {
      acting ??= act().then((result) => ((wasWriting = isWriting), result));
      return false;
    });
    isWriting = false;
    return { done: await acting!, text: read, wasWriting };
  };

  test('is answered when the house is quiet, at the price of the book', async () => {
    await world().app.modules.billing.sync.placeOn(owner().customerId, 'ENTERPRISE');
    await world().settle();
    const { done, text } = await whileWriting(() => attemptLater({}));
    const { id } = done.payload.prediction;
    expect(done.payload.prediction).toMatchObject({ status: 'QUEUED', completeBy: expect.any(String) });
    await ended(key(), id);
    const answered = await paid(id);
    expect(answered).toMatchObject({
      status: 'SUCCEEDED',
      serviceClass: 'ECONOMY',
      inference: { serviceClass: 'ECONOMY', priceExact: '0.1' },
    });
    expect(answered.inference).toMatchObject({
      usage: expect.arrayContaining([{ unit: 'ECONOMY_REQUEST', quantity: '1', amount: '0.1' }]),
    });
    const written = text.chunks.at(-1)!.inference as unknown as { createdAt: string; totalMs: number };
    const quietFrom = new Date(written.createdAt).getTime() + written.totalMs;
    expect(new Date(answered.inference!.createdAt).getTime()).toBeGreaterThanOrEqual(Math.floor(quietFrom));
    const { customer } = await owner().client.ask<{ customer: { usage: { byUnit: object[] } } }>(
      '{ customer { usage { byUnit { unit quantity } } } }',
    );
    expect(customer.usage.byUnit).toContainEqual({ unit: 'ECONOMY_REQUEST', quantity: '1' });
  });

  test('is answered although others want the device when its deadline nears', async () => {
    const { done, wasWriting } = await whileWriting(async () => {
      const { payload } = await attemptLater({ completeWithinMs: 60_000 });
      world().clock.advance(45_000);
      return ended(key(), payload.prediction.id);
    });
    expect(done.status).toBe('SUCCEEDED');
    expect(wasWriting).toBe(true);
  });

  test('is refused when so much waits that it could not be promised, and a deadline is for it alone', async () => {
    const { done } = await whileWriting(async () => {
      const { payload } = await attemptLater({});
      await world().app.platform.database.servicePool.query(
        'update predictions set expected_ms = 3000000 where id = $1',
        [payload.prediction.id],
      );
      return [
        await attemptLater({ completeWithinMs: 7_200_000 }),
        await attemptLater({ completeWithinMs: 1000 }),
        await attemptLater({ serviceClass: 'STANDARD', completeWithinMs: 60_000 }),
      ];
    });
    const path = ['input', 'completeWithinMs'];
    expect(done.map(({ errors }) => errors)).toMatchObject([
      [{ code: 'DEADLINE_UNREACHABLE', path }],
      [{ code: 'INVALID_INPUT', path }],
      [{ code: 'INVALID_INPUT', path }],
    ]);
    await world().settle();
  });

  test('what was accepted while quota was left, and finds none when it is done, fails and says so to all who wait, unbilled', async () => {
    const receiver = new WebhookReceiver();
    await receiver.start();
    const customer = await world().customer();
    const server = await world().apiKey(customer);
    const endpoint = await receiver.endpointOf(customer);
    await limitTo(world(), customer.customerId, 1);
    const before = await billed(world());
    const { done } = await whileWriting(async () => {
      const ids: string[] = [];
      for (let time = 0; time < 2; time++) {
        const input = { deployment: 'wages', rows: ROW, ...LATER, webhookEndpointId: endpoint.id };
        const { prediction } = await server.client.mutate<{ prediction: { id: string } }>(
          'predictionCreate',
          'PredictionCreateInput!',
          input,
          'prediction { id }',
        );
        ids.push(prediction.id);
      }
      const query =
        'subscription ($id: ID!) { predictionUpdated(id: $id) { status error { code message } } }';
      return ids.map((id) => ({ id, watched: listen(world(), server, query, { id }) }));
    });
    const ends = await Promise.all(
      done.map(async ({ id, watched: { heard, ended: end } }) => {
        await end;
        return { id, last: (heard.at(-1) as { data: { predictionUpdated: { status: string } } }).data };
      }),
    );
    const failed = ends.find(({ last }) => last.predictionUpdated.status === 'FAILED')!;
    expect(failed.last.predictionUpdated).toMatchObject({
      error: { code: 'QUOTA_EXCEEDED', message: expect.stringContaining('start anew at') as string },
    });
    expect(ends.map(({ last }) => last.predictionUpdated.status).sort()).toEqual(['FAILED', 'SUCCEEDED']);
    const tellsOfIt = (): boolean =>
      receiver.heard.some(({ body }) => body.includes('prediction.failed') && body.includes(failed.id));
    await world().until(() => Promise.resolve(tellsOfIt()), 'its endpoint to be told');
    // The text that kept the house busy, and the one that was answered.
    expect(await billed(world())).toBe(before + 2);
    await receiver.stop();
  });
}
