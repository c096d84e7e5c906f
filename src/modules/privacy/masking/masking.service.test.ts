/** Tokens in the place of personal data. */
import { createHmac } from 'node:crypto';
import { MaskingService } from './masking.service';

const mac = (purpose: string, text: string): string =>
  createHmac('sha256', 'a key').update(`${purpose}\n${text}`).digest('base64url');
const masking = new MaskingService({ mac });

test('masks the texts of a value and leaves names of fields, numbers and the rest alone', () => {
  const value = {
    'a@b.com': [{ text: 'mail ann@lee.org or call +1 212 555 0143', age: 40, ok: true }, null],
    sector: 'other',
  };
  expect(masking.mask('cus_a', value)).toEqual({
    'a@b.com': [
      {
        text: expect.stringMatching(/^mail \[EMAIL:[a-z]{12}\] or call \[PHONE:[a-z]{12}\]$/),
        age: 40,
        ok: true,
      },
      null,
    ],
    sector: 'other',
  });
  expect(value['a@b.com'][0]).toMatchObject({ text: 'mail ann@lee.org or call +1 212 555 0143' });
});

test('gives the same token to the same person’s address within a customer, and another one to other customers', () => {
  const one = masking.mask('cus_a', 'ann@lee.org');
  expect(masking.mask('cus_a', 'Ann@Lee.org')).toBe(one);
  expect(masking.mask('cus_b', 'ann@lee.org')).not.toBe(one);
  expect(masking.mask('cus_a', 'ann@lea.org')).not.toBe(one);
});

test('changes nothing in what is masked already', () => {
  const masked = masking.mask(
    'cus_a',
    'my name is Ann Lee, ann@lee.org, call +1 212 555 0143, SSN 078-05-1120, card 4111111111111111',
  );
  expect(masked).not.toMatch(/Ann|lee|\d/);
  expect(masking.mask('cus_a', masked)).toBe(masked);
});

test('keeps what is not personal as it is, to the object', () => {
  const rows = [{ education: 16, gender: 'female', text: 'The film was good.' }];
  expect(masking.mask('cus_a', rows)).toBe(rows);
});

test('reads no more than everybody can wait for: a longer value is not masked at all, and an image is not read', () => {
  const text = (letters: number): string => 'it was good '.repeat(letters / 12);
  expect(masking.mask('cus_a', [text(120_000), text(120_000)])).toHaveLength(2);
  expect(masking.mask('cus_a', [text(120_000), text(120_000), text(12_000)])).toBeUndefined();
  expect(masking.mask('cus_a', { image: 'iVBOR1'.repeat(100_000) })).toBeDefined();
});

test('numbers that must be looked up count as more letters than they have: some hundreds are masked, thousands are not read', () => {
  const numbers = (count: number): string[] =>
    Array.from({ length: count }, (_, at) => `Write to 030 ${1_000_000 + at} after six.`);
  expect(masking.mask('cus_a', numbers(1000))).toContainEqual(
    expect.stringMatching(/^Write to \[PHONE:[a-z]+\] after six\.$/),
  );
  expect(masking.mask('cus_a', numbers(3000))).toBeUndefined();
});
