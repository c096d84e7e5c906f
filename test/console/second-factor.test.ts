/** A second factor in the console: set up by a picture, asked for at the door, asked of everybody, and taken from who lost the phone. */
import { Secret, TOTP } from 'otpauth';
import { linkTo } from '../support/mails';
import type { ConsolePage } from './console-page';
import { Consoles, expectNoRefusal, PASSWORD } from './consoles';

let consoles: Consoles;
beforeAll(async () => {
  consoles = await Consoles.empty({ staffSecondFactor: 'required' });
});
afterEach(() => consoles.closeTabs());
afterAll(() => consoles.close());

/** What the phone shows next: what it showed before is used up. */
function nextCodeOf(secret: string): string {
  const { clock } = consoles.world;
  clock.advance(30_000);
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: clock.millis() });
}

/** Answers the secret and the recovery codes. */
async function setUp(page: ConsolePage, password = PASSWORD): Promise<{ secret: string; codes: string[] }> {
  await page.send('Set it up', { password });
  expect(page.has('img.code-picture')).toBe(true);
  const secret = page.text('details pre');
  await page.send('Confirm', { code: nextCodeOf(secret) });
  const codes = page.texts('pre').at(-1)!.split('\n');
  await page.press('I have kept them');
  return { secret, codes };
}

async function ownerOf(organisation: string): Promise<{ page: ConsolePage; email: string }> {
  const page = await consoles.tab();
  const email = `owner@${organisation.toLowerCase()}.test`;
  await page.press('Make an account');
  await page.send('Make the account', { organisation, email, password: PASSWORD });
  await page.press('Your login');
  return { page, email };
}

test('staff of whom it is asked sets it up before anything else, and signs in by it; another admin helps who lost the phone', async () => {
  const { email, password } = await consoles.newcomer('ADMIN');
  const page = await consoles.tab();
  await page.signIn(email, password);
  await page.send('Change it', { current: password, next: PASSWORD });
  expect(page.text('h1')).toBe('Set up a second factor');
  await page.go('customers');
  expect(page.text('h1')).toBe('Set up a second factor');
  const { secret } = await setUp(page);
  expect(page.text('h1')).toBe('Customers');
  const again = await consoles.tab();
  await again.signIn(email, PASSWORD);
  expect(again.text('h1')).toBe('One thing more');
  await again.send('Sign in', { code: '000000' });
  expect(again.text('.refusal')).toContain('This code is wrong');
  await again.send('Sign in', { code: nextCodeOf(secret) });
  expect(again.text('h1')).toBe('Overview');
  await again.press('Your login');
  expect(again.text('main')).toContain('it cannot be taken away');

  const other = await consoles.newcomer('ANALYST');
  const lost = await consoles.tab();
  await lost.signIn(other.email, other.password);
  await lost.send('Change it', { current: other.password, next: PASSWORD });
  await setUp(lost);
  await again.go('staff');
  await again.send('Take the second factor away', { reason: 'Lost the phone, came in person.' });
  expectNoRefusal(again, 'reset');
  const back = await consoles.tab();
  await back.signIn(other.email, PASSWORD);
  expect(back.text('h1')).toBe('Set up a second factor');
});

test('an owner asks it of everybody, who has none meets the door, and codes that are left are counted', async () => {
  const { page, email } = await ownerOf('Acme');
  const { codes } = await setUp(page);
  expect(page.text('main')).toContain('10 recovery codes are left');
  await page.press('Team');
  await page.send('Invite', { email: 'dev@acme.test', role: 'DEVELOPER' });
  const colleague = await consoles.tab();
  await colleague.go(`invitation/${await linkTo(consoles.world, 'dev@acme.test', 'invitation')}`);
  await colleague.send('Accept', { password: PASSWORD });
  await page.press('Ask it of everybody');
  expect(page.text('main')).toContain('Every member needs a second factor');
  await colleague.go('keys');
  expect(colleague.text('h1')).toBe('Sign in');
  await colleague.signIn('dev@acme.test', PASSWORD);
  expect(colleague.text('h1')).toBe('Set up a second factor');
  await setUp(colleague);
  expect(colleague.text('h1')).toBe('API keys');
  const byCode = await consoles.tab();
  await byCode.signIn(email, PASSWORD);
  await byCode.send('Sign in', { code: codes[0]! });
  await byCode.press('Your login');
  expect(byCode.text('main')).toContain('9 recovery codes are left');
});

test('a link to a new password asks for the code where there is one, and for none where there is none', async () => {
  const { page, email } = await ownerOf('Mails');
  const { secret } = await setUp(page);
  await consoles.world
    .client()
    .mutate('passwordResetRequest', 'PasswordResetRequestInput!', { email }, 'accepted');
  const tab = await consoles.tab();
  await tab.go(`reset/${await linkTo(consoles.world, email, 'reset')}`);
  expect(tab.has('[name="code"]')).toBe(false);
  await tab.send('Choose it', { password: `${PASSWORD} now` });
  expect(tab.has('[name="code"]')).toBe(true);
  await tab.send('Choose it', { password: `${PASSWORD} now`, code: nextCodeOf(secret) });
  expect(tab.text('nav')).toContain(email);
});

test('it goes again by password and code', async () => {
  const { page, email } = await ownerOf('Again');
  const { secret } = await setUp(page);
  await page.send('Take it away', { password: PASSWORD, code: nextCodeOf(secret) });
  expect(page.text('main')).toContain('Whoever knows your password is in');
  const alone = await consoles.tab();
  await alone.signIn(email, PASSWORD);
  expect(alone.text('nav')).toContain(email);
});
