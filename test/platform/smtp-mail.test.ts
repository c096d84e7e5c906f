/** Mail by SMTP, with a real server on the loopback: what leaves, what is tried again, and what nobody gets to read on the way. */
import { systemClock } from '../../src/kernel/clock';
import type { SmtpConfig } from '../../src/platform/config';
import type { Log } from '../../src/platform/log';
import { mailIdOf } from '../../src/platform/mail/mail';
import { SmtpMail } from '../../src/platform/mail/smtp-mail';
import { CERTIFICATE } from '../support/loopback-certificate';
import { SmtpHouse, type SmtpSettings } from '../support/smtp';
import { startWorld } from '../support/world';

const LOGIN = { user: 'flywheel', password: 'of-the-relay' };
const MESSAGE = { about: 'notice 1', to: 'ann@example.com', subject: 'Grüße', text: 'A word.\n.\nÉt voilà.' };

let house: SmtpHouse;
let logged: unknown[];
afterEach(() => house?.close());

async function open(settings?: SmtpSettings): Promise<void> {
  house = await SmtpHouse.open(settings);
  logged = [];
}

const configOf = (more: Partial<SmtpConfig> = {}): SmtpConfig => ({
  kind: 'SMTP',
  host: '127.0.0.1',
  port: house.port,
  tls: 'NONE',
  login: undefined,
  from: { name: 'Flywheel', address: 'no-reply@shop.example' },
  ...more,
});

function sender(more: Partial<SmtpConfig> = {}, ca?: string): SmtpMail {
  const log = { error: (...line: unknown[]) => logged.push(line) } as unknown as Log;
  return new SmtpMail(configOf(more), systemClock, log, ca);
}

/** The error of a message that is to be tried again. */
const failure = (mail: SmtpMail): Promise<Error> =>
  mail.send(MESSAGE).then(
    () => new Error('it was sent'),
    (error: unknown) => error as Error,
  );

test('a message arrives whole, from whom it says, under the id by which it is known when it comes twice', async () => {
  await open();
  await sender().send(MESSAGE);
  const [{ from, to, source }] = house.received as [(typeof house.received)[0]];
  expect([from, to]).toEqual(['no-reply@shop.example', ['ann@example.com']]);
  expect(source).toContain(`Message-ID: <${mailIdOf(MESSAGE)}@shop.example>\r\n`);
  expect(source).toContain('From: Flywheel <no-reply@shop.example>\r\n');
  expect(source).toContain('Auto-Submitted: auto-generated\r\n');
  expect(source).toMatch(/^Subject: =\?UTF-8\?/m);
  const body = source.slice(source.indexOf('\r\n\r\n') + 4);
  const plain = /quoted-printable/i.test(source)
    ? decodeURIComponent(body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, '%$1'))
    : Buffer.from(body, 'base64').toString();
  expect(plain.replaceAll('\r\n', '\n').trim()).toBe(MESSAGE.text);
});

test('nobody adds a header, a recipient or a command by what they wrote', async () => {
  await open();
  await sender().send({ ...MESSAGE, subject: 'Hello\r\nBcc: eve@example.com\r\n\r\nRead this' });
  expect(house.received[0]!.to).toEqual(['ann@example.com']);
  expect(house.received[0]!.source).not.toMatch(/^(Bcc|Read this)/im);
  const addresses = [
    'ann@example.com, eve@example.com',
    'ann@example.com\r\nBcc: eve@example.com',
    'ann@example.com> SIZE=1\r\nRCPT TO:<eve@example.com',
    'Ann <ann@example.com>',
  ];
  for (const to of addresses) await sender().send({ ...MESSAGE, to });
  expect(house.received).toHaveLength(1);
  expect(logged).toHaveLength(addresses.length);
});

test.each(['CONNECT', 'MAIL', 'RCPT', 'DATA'] as const)(
  'what is put off at %s is tried again, and says whose server it was and nothing of whom it is about',
  async (at) => {
    await open();
    house.refusals.push({ at, code: 451, words: '4.7.1 <ann@example.com> is greylisted, come back later' });
    const { message } = await failure(sender());
    expect(message).toMatch(new RegExp(`^The mail server at 127.0.0.1:${house.port} answered 451`));
    expect(message).not.toContain('ann');
    await sender().send(MESSAGE);
    expect(house.received).toHaveLength(1);
  },
);

test.each(['RCPT', 'DATA'] as const)('what is refused for good at %s is not tried again', async (at) => {
  await open();
  house.refusals.push({ at, code: 550, words: '5.1.1 <ann@example.com> is nobody here' });
  await sender().send(MESSAGE);
  expect(house.received).toEqual([]);
  expect(JSON.stringify(logged)).toContain(mailIdOf(MESSAGE));
  expect(JSON.stringify(logged)).toContain('550 5.1.1');
  expect(JSON.stringify(logged)).not.toContain('ann');
});

test.each(['CONNECT', 'MAIL'] as const)(
  'a no that concerns all mail, at %s, loses none: it is tried again once somebody has mended it',
  async (at) => {
    await open();
    house.refusals.push({ at, code: 554, words: 'not from you' });
    expect((await failure(sender())).message).toContain('answered 554');
  },
);

test('a server that is away is tried again', async () => {
  await open();
  const away = sender();
  await house.close();
  expect((await failure(away)).message).toMatch(/does not answer .*check SMTP_HOST/);
});

describe('a password', () => {
  test('is sent only where the way is encrypted and the server is who it says', async () => {
    await open({ offersTls: true, login: LOGIN });
    const config = { tls: 'STARTTLS', login: LOGIN } as const;
    expect((await failure(sender(config))).message).toMatch(/certificate/);
    await sender(config, CERTIFICATE).send(MESSAGE);
    expect(house.received).toMatchObject([{ isEncrypted: true }]);
  });

  test('nor mail, goes to a server that offers no encryption', async () => {
    await open({ login: LOGIN });
    const mail = sender({ tls: 'STARTTLS', login: LOGIN }, CERTIFICATE);
    expect((await failure(mail)).message).toMatch(/does not offer STARTTLS/);
    expect(house.received).toEqual([]);
  });

  test('that is wrong is told to the operator in words, and never in them', async () => {
    await open({ login: LOGIN });
    const wrong = sender({ login: { user: 'flywheel', password: 'mistyped' } });
    await expect(wrong.check()).rejects.toThrow(/does not accept SMTP_USER and SMTP_PASSWORD \(535/);
    await expect(wrong.check()).rejects.not.toThrow(/mistyped/);
    await sender({ login: LOGIN }).check();
    expect(house.received).toEqual([]);
  });
});

test('an invitation is answered at once though the server is busy, lies sealed meanwhile, and leaves when it can', async () => {
  await open();
  const world = await startWorld({ mail: configOf(), logLevel: 'silent' });
  try {
    const owner = await world.customer();
    await world.settle();
    for (let i = 0; i < 2; i++) house.refusals.push({ at: 'CONNECT', code: 421, words: 'too many of you' });
    const email = 'invited@customer.test';
    const input = { email, role: 'DEVELOPER' };
    await owner.client.mutate('memberInvite', 'MemberInviteInput!', input, 'member { id }');
    const queue =
      'select payload::text as payload from graphile_worker._private_jobs where last_error is not null';
    const { servicePool } = world.app.platform.database;
    const failed = async () => (await servicePool.query<{ payload: string }>(queue)).rows;
    await world.until(async () => (await failed()).length === 1, 'the first try');
    expect((await failed())[0]!.payload).not.toMatch(/invited@|invitation\//);
    const now = 'update graphile_worker._private_jobs set run_at = now() where last_error is not null';
    await world.until(async () => {
      await servicePool.query(now);
      return house.received.length === 2;
    }, 'the invitation');
    expect(house.received.map(({ to }) => to)).toEqual([[owner.email], [email]]);
  } finally {
    await world.close();
  }
});
