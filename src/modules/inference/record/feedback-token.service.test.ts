import { ManualClock } from '../../../kernel/clock';
import { newId } from '../../../kernel/id';
import { Keyring } from '../../../platform/crypto';
import { FeedbackTokenService } from './feedback-token.service';

const clock = new ManualClock();
const tokens = new FeedbackTokenService(new Keyring(Buffer.alloc(32, 1)), clock);
const bornAt = clock.now();
const claim = {
  inferenceId: newId('inf', bornAt),
  customerId: newId('cus', bornAt),
  endUserId: newId('eus', bornAt),
};

test('a token says which answer it belongs to, and to whom', () => {
  expect(tokens.verify(tokens.issue(claim, bornAt))).toEqual(claim);
  const nobody = { ...claim, endUserId: null };
  expect(tokens.verify(tokens.issue(nobody, bornAt))).toEqual(nobody);
});

test('the same answer always has the same token', () => {
  expect(tokens.issue(claim, bornAt)).toBe(tokens.issue(claim, bornAt));
});

test('a token that was changed in any part is not believed', () => {
  const token = tokens.issue(claim, bornAt);
  const other = newId('inf', bornAt);
  expect(tokens.verify(token.replace(claim.inferenceId, other))).toBeUndefined();
  expect(tokens.verify(token.slice(0, -1))).toBeUndefined();
  for (const text of ['', '.', 'fb1', 'a.b.c.d.e.f']) expect(tokens.verify(text)).toBeUndefined();
});

test('a token of another installation is not believed', () => {
  const others = new FeedbackTokenService(new Keyring(Buffer.alloc(32, 2)), clock);
  expect(tokens.verify(others.issue(claim, bornAt))).toBeUndefined();
});

test('a token ends ninety days after the answer', () => {
  const token = tokens.issue(claim, bornAt);
  clock.advance(90 * 24 * 3_600_000 - 1);
  expect(tokens.verify(token)).toEqual(claim);
  clock.advance(1);
  expect(tokens.verify(token)).toBeUndefined();
});
