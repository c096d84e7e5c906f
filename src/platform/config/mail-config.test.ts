import { describeConfig, readConfig } from './config';

const SMTP = { SMTP_HOST: 'smtp.example.com', MAIL_FROM: 'Flywheel <no-reply@example.com>' };
const LOGIN = { SMTP_USER: 'flywheel', SMTP_PASSWORD: 'very-hidden' };
const read = (env: Record<string, string>) => readConfig({ FLYWHEEL_DATA_DIR: '/data', ...env }).mail;

test('a folder needs nothing', () => {
  expect(read({})).toEqual({ kind: 'FOLDER', folder: '/data/mail' });
  expect(read({ SMTP_HOST: '', MAIL_FROM: '' })).toMatchObject({ kind: 'FOLDER' });
});

test('a server needs its host and a sender; nothing goes to it in the clear unless that is asked for', () => {
  expect(read({ ...SMTP, ...LOGIN })).toEqual({
    kind: 'SMTP',
    host: 'smtp.example.com',
    port: 587,
    tls: 'STARTTLS',
    login: { user: 'flywheel', password: 'very-hidden' },
    from: { name: 'Flywheel', address: 'no-reply@example.com' },
  });
});

test.each([
  [{ SMTP_PORT: '465' }, { port: 465, tls: 'IMPLICIT' }],
  [{ SMTP_TLS: 'implicit' }, { port: 465, tls: 'IMPLICIT' }],
  [
    { SMTP_HOST: '127.0.0.1', SMTP_PORT: '1025', ...LOGIN },
    { port: 1025, tls: 'NONE' },
  ],
  [{ SMTP_HOST: '127.example.com' }, { tls: 'STARTTLS' }],
  [{ SMTP_TLS: 'none' }, { tls: 'NONE', login: undefined }],
  [{ MAIL_FROM: 'no-reply@example.com' }, { from: { name: '', address: 'no-reply@example.com' } }],
])('how it is reached: %j', (more, expected) => {
  expect(read({ ...SMTP, ...more })).toMatchObject(expected);
});

test.each([
  [{ MAIL_FROM: 'a@b.example' }, 'MAIL_FROM is set, so SMTP_HOST must be set too'],
  [{ SMTP_HOST: 'smtp.example.com' }, 'SMTP_HOST is set, so MAIL_FROM must be set too'],
  [{ ...SMTP, SMTP_USER: 'flywheel' }, 'must be set together'],
  [{ ...SMTP, SMTP_PASSWORD: 'very-hidden' }, 'must be set together'],
  [{ ...SMTP, ...LOGIN, SMTP_TLS: 'none' }, 'in the clear'],
  [{ ...SMTP, MAIL_FROM: 'Flywheel' }, 'MAIL_FROM: must be like'],
  [{ ...SMTP, MAIL_FROM: 'A <a@b.example>\r\nBcc: c@d.example' }, 'MAIL_FROM: must be like'],
  [{ ...SMTP, MAIL_FROM: 'A\r\nBcc: c@d.example\r\n <a@b.example>' }, 'MAIL_FROM: must be like'],
  [{ ...SMTP, SMTP_HOST: 'smtp://example.com' }, 'SMTP_HOST: must be the name'],
])('what is wrong is named: %j', (env, words) => {
  expect(() => read(env)).toThrow(words);
});

test('the password is not told to whoever reads the configuration', () => {
  const lines = describeConfig({ ...SMTP, ...LOGIN }).join('\n');
  expect(lines).toContain('SMTP_HOST = smtp.example.com');
  expect(lines).not.toContain('very-hidden');
});
