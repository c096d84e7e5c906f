import { describeConfig, readConfig } from './config';

const S3 = {
  S3_BUCKET: 'models',
  S3_REGION: 'eu-central-1',
  S3_ACCESS_KEY_ID: 'AKIAKEY',
  S3_SECRET_ACCESS_KEY: 'very-secret',
};
const read = (env: Record<string, string>) => readConfig({ FLYWHEEL_DATA_DIR: '/data', ...env }).blobs;

test('a folder needs nothing', () => {
  expect(read({})).toEqual({ kind: 'FOLDER', folder: '/data/blobs' });
  expect(read({ S3_BUCKET: '', S3_REGION: '' })).toMatchObject({ kind: 'FOLDER' });
});

test('a bucket needs its region and its keys, and the rest has defaults', () => {
  expect(read(S3)).toEqual({
    kind: 'S3',
    bucket: {
      name: 'models',
      region: 'eu-central-1',
      url: 'https://models.s3.eu-central-1.amazonaws.com',
    },
    keys: { accessKeyId: 'AKIAKEY', secretAccessKey: 'very-secret' },
    prefix: '',
    encryption: undefined,
    cacheFolder: '/data/blob-cache',
    cacheBytes: 10 * 2 ** 30,
  });
  for (const name of ['S3_REGION', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'])
    expect(() => read({ ...S3, [name]: '' })).toThrow('S3_BUCKET is set, so S3_REGION,');
});

test.each([
  [{ S3_ENDPOINT: 'http://127.0.0.1:9000/' }, 'http://127.0.0.1:9000/models'],
  [{ S3_BUCKET: 'my.models' }, 'https://s3.eu-central-1.amazonaws.com/my.models'],
])('where it is: %j', (more, url) => {
  expect(read({ ...S3, ...more })).toMatchObject({ bucket: { url } });
});

test.each([
  [{ S3_REGION: 'eu-central-1' }, 'S3_REGION is set, so S3_BUCKET must be set too'],
  [{ ...S3, S3_ENDPOINT: 'minio:9000' }, 'S3_ENDPOINT: must be a URL'],
  [{ ...S3, S3_PREFIX: '../other' }, 'S3_PREFIX: must be names'],
  [{ ...S3, S3_BUCKET: 'A Bucket' }, 'S3_BUCKET: must be the name'],
  [{ ...S3, S3_KMS_KEY_ID: 'key' }, 'S3_ENCRYPTION must be aws:kms'],
])('what is wrong is named: %j', (env, words) => {
  expect(() => read(env)).toThrow(words);
});

test('a prefix ends with a slash, and encryption names its key', () => {
  const more = { S3_PREFIX: 'a/b', S3_ENCRYPTION: 'aws:kms', S3_KMS_KEY_ID: 'key' };
  expect(read({ ...S3, ...more })).toMatchObject({
    prefix: 'a/b/',
    encryption: { algorithm: 'aws:kms', keyId: 'key' },
  });
});

test('the keys are not told to whoever reads the configuration', () => {
  const lines = describeConfig(S3).join('\n');
  expect(lines).toContain('S3_BUCKET = models');
  expect(lines).not.toMatch(/AKIAKEY|very-secret/);
});
