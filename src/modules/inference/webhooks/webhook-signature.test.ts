import { retryPause, secretOf, signedHeaders } from './webhook-signature';

test('signs as the example of the Standard Webhooks specification does', () => {
  const headers = signedHeaders(
    { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', sentAt: new Date(1_614_265_330_000), body: '{"test": 2432232314}' },
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  );
  expect(headers).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('every live secret signs, so that a receiver can change over', () => {
  const secrets = [1, 2].map((byte) => secretOf(new Uint8Array(32).fill(byte)));
  const { 'webhook-signature': signatures } = signedHeaders(
    { id: 'a', sentAt: new Date(0), body: '' },
    secrets,
  );
  expect(signatures!.split(' ')).toHaveLength(2);
});

test('is tried for about three days, later each time, and then given up', () => {
  const pauses: number[] = [];
  for (let failures = 1; ; failures++) {
    const pause = retryPause(failures, () => 0);
    if (pause === undefined) break;
    pauses.push(pause);
  }
  expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
  const days = pauses.reduce((sum, pause) => sum + pause, 0) / 86_400_000;
  expect(days).toBeGreaterThan(2.5);
  expect(days).toBeLessThan(4);
  expect(retryPause(1, () => 0.999)).toBeGreaterThan(retryPause(1, () => 0)!);
});
