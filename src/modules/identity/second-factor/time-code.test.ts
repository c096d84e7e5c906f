/** Codes by time, against the values that RFC 6238 gives for SHA-1 (appendix B, its last six digits). */
import { newTimeSecret, stepOfTimeCode, timeSecretUri } from './time-code';

/** `12345678901234567890` in Base32. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('at second %d the code is %s', (second, code) => {
  expect(stepOfTimeCode(SECRET, code, new Date(second * 1000))).toBe(Math.floor(second / 30));
});

test('a code is taken one step early and one late, under its own step, and no longer', () => {
  const at = (second: number) => stepOfTimeCode(SECRET, '081804', new Date(second * 1000));
  const step = Math.floor(1_111_111_109 / 30);
  expect([1_111_111_050, 1_111_111_109, 1_111_111_139].map(at)).toEqual([step, step, step]);
  expect([1_111_111_049, 1_111_111_140].map(at)).toEqual([undefined, undefined]);
});

test.each(['', '28708', '2870822', '287 082', 'abcdef'])('“%s” is no code', (code) => {
  expect(stepOfTimeCode(SECRET, code, new Date(59_000))).toBeUndefined();
});

test('secrets have 160 bits and are never the same; the link carries all that an app needs', () => {
  const secrets = Array.from({ length: 20 }, newTimeSecret);
  expect(new Set(secrets).size).toBe(20);
  for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  const link = new URL(timeSecretUri(SECRET, 'a+b@c.test'));
  expect(link.protocol).toBe('otpauth:');
  expect(decodeURIComponent(link.pathname)).toContain('Flywheel:a+b@c.test');
  expect(Object.fromEntries(link.searchParams)).toMatchObject({
    secret: SECRET,
    issuer: 'Flywheel',
    digits: '6',
    period: '30',
  });
});
