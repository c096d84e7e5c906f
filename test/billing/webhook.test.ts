/** Stripe's webhooks: stored before they are answered, refused when they are not Stripe's, counted either way. */
import { startWorld, type World } from '../support/world';
import { sendEvent } from './support';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

async function inbox(eventId: string): Promise<number> {
  const { rows } = await world.app.platform.database.servicePool.query<{ count: number }>(
    'select count(*)::int as count from stripe_inbox where event_id = $1',
    [eventId],
  );
  return rows[0]!.count;
}

async function counted(outcome: string): Promise<number> {
  const text = await (await fetch(`${world.url}/metrics`)).text();
  return Number(
    new RegExp(`flywheel_stripe_webhooks_total\\{outcome="${outcome}"\\} (\\d+)`).exec(text)?.[1] ?? 0,
  );
}

describe('a webhook', () => {
  it('is stored once, however often it comes', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => sendEvent(world, { id: 'evt_same' })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await inbox('evt_same')).toBe(1);
    expect(await counted('known')).toBe(2);
  });

  it('is taken up to five minutes late', async () => {
    expect((await sendEvent(world, { skewSeconds: -295 })).status).toBe(200);
  });

  it.each([
    ['forged', { secret: 'whsec_somebody_else' }],
    ['older than five minutes', { skewSeconds: -310 }],
    ['from the future', { skewSeconds: 310 }],
  ])('is refused and counted when it is %s', async (_case, event) => {
    const before = await counted('refused');
    const response = await sendEvent(world, { id: 'evt_refused', ...event });
    expect(response.status).toBe(400);
    expect(await inbox('evt_refused')).toBe(0);
    expect(await counted('refused')).toBe(before + 1);
  });

  it('without a signature, or with another body, is refused', async () => {
    const send = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${world.url}/webhooks/stripe`, { method: 'POST', headers, body: '{"id":"evt_bare"}' });
    expect((await send({})).status).toBe(400);
    expect((await send({ 'stripe-signature': 't=1,v1=00' })).status).toBe(400);
    expect(await inbox('evt_bare')).toBe(0);
  });
});
