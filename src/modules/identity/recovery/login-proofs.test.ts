import { ManualClock } from '../../../kernel/clock';
import { Keyring } from '../../../platform/crypto';
import { LoginProofs } from './login-proofs';

const clock = new ManualClock();
const proofs = new LoginProofs(new Keyring(Buffer.alloc(32, 1)), clock);
const until = new Date(clock.millis() + 60_000);
const token = proofs.make('password-reset', 'mem_1', 'state', until);

test('a link proves what it was made for, and nothing else', () => {
  expect(proofs.loginOf(token)).toBe('mem_1');
  expect(proofs.proves('password-reset', token, 'state')).toBe(true);
  expect(proofs.proves('email-verification', token, 'state')).toBe(false);
  expect(proofs.proves('password-reset', token, 'another state')).toBe(false);
});

test.each([
  ['of another login', token.replace('mem_1', 'mem_2')],
  ['that lasts longer', token.replace(String(until.getTime()), String(until.getTime() + 1))],
  ['without a proof', token.slice(0, token.lastIndexOf('.'))],
  ['that is nothing', ''],
  ['with an end that is no number', 'mem_1.Infinity.x'],
])('one %s proves nothing', (_, forged) => {
  expect(proofs.proves('password-reset', forged, 'state')).toBe(false);
});

test('what is no id of a login is looked for nowhere', () => {
  for (const id of ['', 'eus_1', 'mem_\0', 'mem_\ud800'])
    expect(proofs.loginOf(`${id}.${until.getTime()}.x`)).toBeUndefined();
});

test('a link ends at its moment', () => {
  clock.advance(60_000);
  expect(proofs.loginOf(token)).toBeUndefined();
  expect(proofs.proves('password-reset', token, 'state')).toBe(false);
});
