import { describeConfig, readConfig } from './config';

const VAULT = {
  VAULT_ADDR: 'https://vault.example:8200/',
  VAULT_TRANSIT_KEY: 'flywheel',
  VAULT_TOKEN: 'hvs.secret',
};
const KMS = {
  KMS_KEY_ID: 'alias/flywheel',
  KMS_REGION: 'eu-central-1',
  KMS_ACCESS_KEY_ID: 'AKIAKEY',
  KMS_SECRET_ACCESS_KEY: 'very-secret',
};
const read = (env: Record<string, string>) => readConfig({ FLYWHEEL_DATA_DIR: '/data', ...env }).keyServices;

test('the master key needs nothing, whatever else the machine knows of Vault', () => {
  const none = { present: undefined, others: [] };
  expect(read({})).toEqual(none);
  expect(read({ VAULT_ADDR: VAULT.VAULT_ADDR, VAULT_TOKEN: 'of-others', KMS_KEY_ID: '' })).toEqual(none);
});

test('a service is described by its key, and chosen by its name', () => {
  const vault = {
    kind: 'VAULT',
    url: 'https://vault.example:8200',
    mount: 'transit',
    key: 'flywheel',
    namespace: undefined,
    token: { text: 'hvs.secret' },
  };
  const kms = {
    kind: 'AWS_KMS',
    url: 'https://kms.eu-central-1.amazonaws.com',
    region: 'eu-central-1',
    keyId: 'alias/flywheel',
    keys: { accessKeyId: 'AKIAKEY', secretAccessKey: 'very-secret' },
  };
  expect(read({ ...VAULT, FLYWHEEL_KEY_SERVICE: 'vault' })).toEqual({ present: vault, others: [] });
  expect(read({ ...KMS, FLYWHEEL_KEY_SERVICE: 'aws-kms' })).toEqual({ present: kms, others: [] });
  expect(read({ ...VAULT, ...KMS })).toEqual({ present: undefined, others: [vault, kms] });
  expect(read({ ...VAULT, ...KMS, FLYWHEEL_KEY_SERVICE: 'aws-kms' })).toEqual({
    present: kms,
    others: [vault],
  });
});

test('on this machine a service may be spoken to in the clear', () => {
  const local = {
    ...VAULT,
    VAULT_ADDR: 'http://127.0.0.1:8200',
    VAULT_TOKEN: '',
    VAULT_TOKEN_FILE: '/token',
  };
  expect(read({ ...local, VAULT_TRANSIT_MOUNT: 'teams/transit' }).others).toMatchObject([
    { url: 'http://127.0.0.1:8200', mount: 'teams/transit', token: { file: '/token' } },
  ]);
  expect(read({ ...VAULT, VAULT_ADDR: 'http://[::1]:8200' }).others).toHaveLength(1);
});

test.each([
  [{ FLYWHEEL_KEY_SERVICE: 'vault' }, 'FLYWHEEL_KEY_SERVICE is vault, so VAULT_TRANSIT_KEY must be set too'],
  [{ ...VAULT, FLYWHEEL_KEY_SERVICE: 'aws-kms' }, 'so KMS_KEY_ID must be set too'],
  [{ ...VAULT, VAULT_ADDR: '' }, 'so VAULT_ADDR must be set too'],
  [{ ...VAULT, VAULT_TOKEN: '' }, 'so VAULT_TOKEN or VAULT_TOKEN_FILE must be set too'],
  [{ ...VAULT, VAULT_TOKEN_FILE: '/token' }, 'and not both'],
  [{ ...VAULT, VAULT_ADDR: 'vault:8200' }, 'VAULT_ADDR: must be a URL'],
  [{ ...VAULT, VAULT_ADDR: 'http://vault.example:8200' }, 'VAULT_ADDR would send the root key in the clear'],
  [{ ...VAULT, VAULT_TRANSIT_KEY: '..' }, 'VAULT_TRANSIT_KEY: must be the name'],
  [{ ...VAULT, VAULT_TRANSIT_MOUNT: 'a/../sys' }, 'VAULT_TRANSIT_MOUNT: must not hold'],
  [{ ...VAULT, VAULT_TOKEN: 'hvs.\r\nx-evil: 1' }, 'VAULT_TOKEN: must be a token'],
  [{ KMS_REGION: 'eu-central-1' }, 'KMS_REGION is set, so KMS_KEY_ID must be set too'],
  [{ ...KMS, KMS_SECRET_ACCESS_KEY: '' }, 'KMS_KEY_ID is set, so KMS_REGION,'],
  [{ ...KMS, KMS_ENDPOINT: 'http://10.0.0.1' }, 'KMS_ENDPOINT would send the root key in the clear'],
])('what is wrong is named: %j', (env, words) => {
  expect(() => read(env)).toThrow(words);
});

test('tokens and keys are not told to whoever reads the configuration', () => {
  const lines = describeConfig({ ...VAULT, ...KMS }).join('\n');
  expect(lines).toContain('VAULT_ADDR = https://vault.example:8200/');
  expect(lines).not.toMatch(/hvs\.secret|very-secret|AKIAKEY/);
});
