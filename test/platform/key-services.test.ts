/** A key service holds the wrapping key: one contract for all, what goes wrong on the way to them, and who is told what. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { KeyServiceConfig } from '../../src/platform/config';
import type { KeyServiceError } from '../../src/platform/crypto';
import type { KeyWrapper } from '../../src/platform/crypto/key-wrapper';
import { serviceKeyWrapper } from '../../src/platform/crypto/key-service/open-key-service';
import { FakeKms, type FakeKeyService, FakeVault } from '../support/fake-key-service';

const KEY = Buffer.alloc(32, 9);
const TIMING = { pauseMs: 2 };
const [vault, kms] = [new FakeVault(), new FakeKms()];

beforeAll(() => Promise.all([vault.listen(), kms.listen()]));
afterAll(() => Promise.all([vault.close(), kms.close()]));
afterEach(() => {
  for (const fake of [vault, kms]) fake.calm();
  vault.token = vault.secret;
});

let told: KeyServiceError[];
beforeEach(() => (told = []));
const open = (config: KeyServiceConfig, timing: object = TIMING): Promise<KeyWrapper> =>
  serviceKeyWrapper(config, (error) => told.push(error), timing);

describe.each<[string, FakeKeyService]>([
  ['Vault', vault],
  ['AWS KMS', kms],
])('%s', (_name, fake) => {
  test('opens what it wrapped, and shows nothing of it', async () => {
    const wrapped = await (await open(fake.config())).wrap(KEY);
    expect(wrapped).not.toContain(KEY.toString('base64'));
    expect(await (await open(fake.config())).unwrap(wrapped)).toEqual(KEY);
  });

  test.each<[string, Parameters<FakeKeyService['trouble']>[0]]>([
    ['fails inside', { status: 500 }],
    ['is not ready', { status: 503, body: '<html>' }],
    ['asks for patience', { status: 429 }],
    ['breaks off', 'RESET'],
    ['is silent', 'SILENCE'],
  ])('one that %s is asked again, and that is told once', async (_what, trouble) => {
    const wrapper = await open(fake.config(), trouble === 'SILENCE' ? { ...TIMING, answerMs: 400 } : TIMING);
    fake.trouble(trouble, 2);
    expect(await wrapper.unwrap(await wrapper.wrap(KEY))).toEqual(KEY);
    if (trouble !== 'SILENCE') expect(told).toHaveLength(1);
  });

  test('but not for ever', async () => {
    const wrapper = await open(fake.config(), { ...TIMING, deadlineMs: 0 });
    fake.trouble('RESET', 9);
    await expect(wrapper.wrap(KEY)).rejects.toMatchObject({
      isPassing: true,
      message: expect.stringMatching(/ at http:\S+ \(key \S+\) cannot be reached: ECONNRESET\. Check /),
    });
    expect(fake.calls).toBe(1);
  });

  test('another key does not open it, and whoever runs the product is told what to do', async () => {
    const wrapper = await open(fake.config());
    const wrapped = await wrapper.wrap(KEY);
    fake.key = Buffer.alloc(32, 1);
    await expect(wrapper.unwrap(wrapped)).rejects.toThrow(
      /holds another key .* to those of the other processes/,
    );
  });

  test.each<[string, () => Parameters<FakeKeyService['trouble']>[0], RegExp]>([
    [
      'another key',
      () => fake.decrypted(Buffer.alloc(32, 8)),
      /answered with another key .* Nothing was changed/,
    ],
    ['half a key', () => fake.decrypted(KEY.subarray(0, 16)), /answered with another key/],
    ['what is not base64', () => fake.decrypted('{"a": 1}'), /does not answer: check/],
    ['nothing', () => fake.decrypted(''), /does not answer: check/],
    ['no JSON', () => ({ status: 200, body: '<html>' }), /does not answer: check/],
    ['an array', () => ({ status: 200, body: ['a'] }), /does not answer: check/],
    ['a number', () => ({ status: 200, body: { data: 7, Plaintext: 7 } }), /does not answer: check/],
    ['a redirection', () => ({ status: 307, headers: { location: 'http://127.0.0.1:1/' } }), /30?7/],
  ])('an answer of %s is believed by nobody', async (_what, answer, words) => {
    const wrapper = await open(fake.config());
    const wrapped = await wrapper.wrap(KEY);
    fake.calm();
    fake.trouble(answer());
    await expect(wrapper.unwrap(wrapped)).rejects.toThrow(words);
    expect(fake.calls).toBe(1);
  });

  test('an answer without an end is cut off', async () => {
    const wrapper = await open(fake.config(), { ...TIMING, deadlineMs: 0 });
    fake.trouble('ENDLESS');
    await expect(wrapper.wrap(KEY)).rejects.toThrow('the answer is longer than any');
  });

  test('what only encrypts wraps nothing: it would be lost', async () => {
    fake.mayDecrypt = false;
    await expect((await open(fake.config())).wrap(KEY)).rejects.toThrow(/does not let .* [dD]ecrypt/);
  });

  test('no words hold a key or a secret, whatever the service says', async () => {
    const wrapper = await open(fake.config(), { ...TIMING, deadlineMs: 0 });
    const said = `no\n${fake.secret} ${KEY.toString('base64')} ${'x'.repeat(9999)}`;
    fake.trouble({ status: 400, body: { errors: [said], __type: 'Odd', message: said } });
    const words = await wrapper.wrap(KEY).catch(({ message }: Error) => message);
    expect(words).toMatch(/\(It said: .*no … …/);
    expect(words).not.toContain('\n');
    expect(String(words).length).toBeLessThan(700);
  });
});

describe('whoever sets Vault up is told what to mend', () => {
  test.each<[string, object, RegExp]>([
    [
      'a wrong token',
      { token: { text: 'guessed' } },
      /does not let the token encrypt: check VAULT_TOKEN, .*policy/,
    ],
    ['another mount', { mount: 'other' }, /has no such engine: check VAULT_TRANSIT_MOUNT/],
    ['another namespace', { namespace: undefined }, /check VAULT_TRANSIT_MOUNT and VAULT_NAMESPACE/],
  ])('%s', async (_what, overrides, words) => {
    const said = await (await open({ ...vault.config(), ...overrides })).wrap(KEY).catch(String);
    expect(said).toMatch(words);
    expect(said).not.toContain('guessed');
    expect(vault.calls).toBe(1);
  });

  test('a token is read from its file again each time: one that an agent has not written yet, or just replaced', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-vault-'));
    const file = path.join(folder, 'token');
    try {
      const wrapper = await open({ ...vault.config(), token: { file } });
      const wrapping = wrapper.wrap(KEY);
      fs.writeFileSync(file, `${vault.secret}\n`);
      const wrapped = await wrapping;
      vault.token = 'hvs.the-next';
      await expect(wrapper.unwrap(wrapped)).rejects.toThrow(/check VAULT_TOKEN_FILE, /);
      fs.writeFileSync(file, vault.token);
      expect(await wrapper.unwrap(wrapped)).toEqual(KEY);
      fs.writeFileSync(file, 'two\nlines');
      await expect(wrapper.unwrap(wrapped)).rejects.toThrow(/needs a token, and \S+ holds none/);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});

describe('whoever sets AWS KMS up is told what to mend', () => {
  test.each<[string, object, RegExp]>([
    [
      'an unknown key',
      { keys: { accessKeyId: 'AKIAOTHER', secretAccessKey: 'guessed' } },
      /check KMS_ACCESS_KEY_ID/,
    ],
    [
      'a wrong secret',
      { keys: { accessKeyId: 'AKIAFLYWHEEL', secretAccessKey: 'guessed' } },
      /check KMS_ACCESS_KEY_ID/,
    ],
    ['a wrong region', { region: 'us-east-1' }, /check .*KMS_REGION is where the key is \(us-east-1\)/],
    ['another alias', { keyId: 'alias/other' }, /has no such key in eu-central-1: check KMS_KEY_ID/],
  ])('%s', async (_what, overrides, words) => {
    const said = await (await open({ ...kms.config(), ...overrides })).wrap(KEY).catch(String);
    expect(said).toMatch(words);
    expect(said).not.toContain('guessed');
    expect(kms.calls).toBe(1);
  });

  test.each([
    ['DisabledException', /switched the key off/],
    ['com.amazonaws.kms#KMSInvalidStateException', /enable it, or cancel its deletion/],
    ['AccessDeniedException', /allow kms:Encrypt and kms:Decrypt/],
    ['InvalidKeyUsageException', /must be a symmetric key/],
  ])('%s', async (type, words) => {
    kms.trouble({ status: 400, body: { __type: type } });
    await expect((await open(kms.config())).wrap(KEY)).rejects.toThrow(words);
  });

  test('one that is throttled is asked again', async () => {
    kms.trouble({ status: 400, body: { __type: 'ThrottlingException', message: 'Rate exceeded' } });
    expect(await (await open(kms.config())).wrap(KEY)).toMatch(/^[0-9a-f]{16}\./);
  });
});
