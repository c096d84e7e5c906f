import { readConfig, unknownVariables } from './config';

const read = (env: Record<string, string>) => readConfig({ FLYWHEEL_DATA_DIR: '/data', ...env });

test('paths are put behind the public URL, whether or not it ends with a slash', () => {
  for (const end of ['', '/', '//'])
    expect(read({ FLYWHEEL_PUBLIC_URL: `https://ai.example/api${end}` }).publicUrl).toBe(
      'https://ai.example/api',
    );
});

test('a stop waits for nobody unless it is told how long, and a worker listens nowhere', () => {
  expect(read({})).toMatchObject({ drainMs: 0, workerPort: undefined });
  expect(read({ FLYWHEEL_DRAIN_SECONDS: '10', FLYWHEEL_WORKER_PORT: '4001' })).toMatchObject({
    drainMs: 10_000,
    workerPort: 4001,
  });
});

test.each([
  // A URL as well, whose protocol is `localhost:`.
  [
    { FLYWHEEL_PUBLIC_URL: 'localhost:4000' },
    'FLYWHEEL_PUBLIC_URL: must be a URL like https://app.example.com',
  ],
  [{ FLYWHEEL_ACCOUNT_URL: 'app.example.com' }, 'FLYWHEEL_ACCOUNT_URL: must be a URL like'],
  [
    { FLYWHEEL_PRIVACY_CONTACT: 'privacy@example.com' },
    'FLYWHEEL_PRIVACY_CONTACT: must be like mailto:privacy@example.com',
  ],
  // What Kubernetes sets of itself where a service has our name.
  [{ FLYWHEEL_PORT: 'tcp://10.0.0.1:80' }, 'FLYWHEEL_PORT: must be a whole number from 0 to 65535'],
  [{ FLYWHEEL_DRAIN_SECONDS: '-1' }, 'FLYWHEEL_DRAIN_SECONDS: must be a whole number from 0 to 300'],
  [{ FLYWHEEL_WORKERS: 'two' }, 'FLYWHEEL_WORKERS: must be a whole number from 0 to 64'],
  [{ FLYWHEEL_DEVICE_PRICE: '6 ct' }, 'FLYWHEEL_DEVICE_PRICE: must be a decimal number like 0.06'],
])('what is wrong is named: %j', (env, words) => {
  expect(() => read(env)).toThrow(words);
});

test('a name that is misspelt is found, and those of others are left alone', () => {
  const env = { FLYWHEEL_WORKER: '0', FLYWHEEL_WORKERS: '0', WORKER: '1', VAULT_AGENT: 'x' };
  expect(unknownVariables(env)).toEqual(['FLYWHEEL_WORKER']);
});
