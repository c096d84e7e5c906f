import { newRecoveryCodes, recoveryCodeOf } from './recovery-code';

test('there are ten, each another one, and each is read as it was made', () => {
  const codes = newRecoveryCodes();
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) {
    expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}$/);
    expect(recoveryCodeOf(code)).toBe(code);
  }
});

test('capitals, spaces, a missing hyphen and letters that look like digits are forgiven', () => {
  expect(recoveryCodeOf(' 0A1BC 12xyz ')).toBe('0a1bc-12xyz');
  expect(recoveryCodeOf('oaibcl2xyz')).toBe('0a1bc-12xyz');
});

test.each(['', '123456', '0a1bc-12xy', '0a1bc-12xyzz', '0a1bc-12xy!', '0a1bc-12xyu'])(
  '“%s” is none',
  (typed) => {
    expect(recoveryCodeOf(typed)).toBeUndefined();
  },
);
