import { environmentWith } from './child-process';

test('a child process is told what it needs, and nothing that opens anything', () => {
  const own = {
    PATH: '/bin',
    NODE_OPTIONS: '--import=x',
    FLYWHEEL_ENGINE: 'onnx',
    FLYWHEEL_MASTER_KEY: '07',
    FLYWHEEL_MASTER_KEY_BEFORE: '08',
    DATABASE_URL: 'postgres://me:secret@host/db',
    PGPASSWORD: 'secret',
    S3_SECRET_ACCESS_KEY: 'secret',
    VAULT_TOKEN: 'secret',
    SMTP_PASSWORD: 'secret',
    STRIPE_SECRET_KEY: 'sk_1',
    STRIPE_WEBHOOK_SECRET: 'whsec_1',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=secret',
  };
  expect(environmentWith({ CUDA_VISIBLE_DEVICES: '0' }, own)).toEqual({
    PATH: '/bin',
    NODE_OPTIONS: '--import=x',
    FLYWHEEL_ENGINE: 'onnx',
    CUDA_VISIBLE_DEVICES: '0',
  });
});
