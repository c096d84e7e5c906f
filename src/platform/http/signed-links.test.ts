import { ManualClock } from '../../kernel/clock';
import { Keyring } from '../crypto';
import { SignedLinks } from './signed-links';

const clock = new ManualClock();
const links = new SignedLinks(new Keyring(Buffer.alloc(32, 7)), clock, () => 'http://localhost:4000');
const addressOf = (url: string): string => url.slice('http://localhost:4000'.length);

test('a signed link works until it expires', () => {
  const address = addressOf(links.sign('/reports/a.html', 60));
  expect(links.verify(address)).toBe(true);
  clock.advance(60_000);
  expect(links.verify(address)).toBe(false);
});

test('a link is good for its own address and time only', () => {
  const address = addressOf(links.sign('/reports/a.html'));
  expect(links.verify(address.replace('/a.', '/b.'))).toBe(false);
  expect(links.verify(address.replace(/until=\d+/, 'until=9999999999'))).toBe(false);
  expect(links.verify('/reports/a.html')).toBe(false);
});
