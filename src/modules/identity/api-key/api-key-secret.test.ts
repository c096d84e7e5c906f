import { isWellFormed, newSecret } from './api-key-secret';

describe('the text of an API key', () => {
  test('carries a checksum, so that every single wrong letter is refused', () => {
    const secret = newSecret('LIVE');
    expect(isWellFormed(secret)).toBe(true);
    for (let i = 'flw_live_'.length; i < secret.length; i++) {
      const typo = secret.slice(0, i) + (secret[i] === 'a' ? 'b' : 'a') + secret.slice(i + 1);
      expect(isWellFormed(typo)).toBe(false);
    }
  });
});
