import jwt from 'jsonwebtoken';
import { Keyring } from './keyring';

const keyring = new Keyring(Buffer.alloc(32, 7));

test('what was sealed opens in its own context only', () => {
  const sealed = keyring.seal('payload', 'secret words', 'inferences:inf_1:inputs');
  expect(keyring.open('payload', sealed, 'inferences:inf_1:inputs').toString()).toBe('secret words');
  expect(() => keyring.open('payload', sealed, 'inferences:inf_2:inputs')).toThrow();
  expect(() => keyring.open('other', sealed, 'inferences:inf_1:inputs')).toThrow();
});

test('a changed letter of a sealed text is noticed', () => {
  const sealed = keyring.seal('payload', 'secret words', 'here');
  const changed = sealed.slice(0, -2) + (sealed.at(-2) === 'A' ? 'B' : 'A') + sealed.slice(-1);
  expect(() => keyring.open('payload', changed, 'here')).toThrow();
});

test('the same text is never sealed to the same bytes twice', () => {
  expect(keyring.seal('payload', 'x', 'here')).not.toBe(keyring.seal('payload', 'x', 'here'));
});

test('a signature holds for its text and no other', () => {
  const signature = keyring.sign('tree head');
  expect(keyring.verifySignature('tree head', signature)).toBe(true);
  expect(keyring.verifySignature('tree head!', signature)).toBe(false);
});

test('keys are the same after a restart, and others under another master key', () => {
  expect(new Keyring(Buffer.alloc(32, 7)).publicKey).toBe(keyring.publicKey);
  expect(new Keyring(Buffer.alloc(32, 8)).publicKey).not.toBe(keyring.publicKey);
});

test('tokens signed with the JWT key verify with its public half', () => {
  const token = jwt.sign({ a: 1 }, keyring.jwt.privateKey, { algorithm: 'ES256' });
  expect(jwt.verify(token, keyring.jwt.publicKey, { algorithms: ['ES256'] })).toMatchObject({ a: 1 });
});

test('a keyed hash is verified in full', () => {
  const mac = keyring.mac('feedback', 'text');
  expect(keyring.verifyMac('feedback', 'text', mac)).toBe(true);
  expect(keyring.verifyMac('feedback', 'text', mac.slice(0, -1))).toBe(false);
  expect(keyring.verifyMac('invitation', 'text', mac)).toBe(false);
});
