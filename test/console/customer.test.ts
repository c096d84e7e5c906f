/** The door of the console, what a customer does behind it, and what is served there at all. */
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { limitTo } from '../billing/support';
import { linkTo } from '../support/mails';
import { accountsAreKept } from './account';
import type { ConsolePage } from './console-page';
import { Consoles, expectNoRefusal, menu, PASSWORD } from './consoles';

const PAGES = path.resolve(__dirname, '../../src/app/console/page');

let consoles: Consoles;
beforeAll(async () => {
  consoles = await Consoles.start();
});
afterEach(() => consoles.closeTabs());
afterAll(() => consoles.close());

test('whoever has the one-time password gets past the door only by changing it', async () => {
  const { email, password } = await consoles.newcomer('ADMIN');
  const page = await consoles.tab();
  expectNoRefusal(page, 'door');
  await page.signIn(email, 'not the password');
  expect(page.text('.refusal')).not.toBe('');
  expect(page.has('nav')).toBe(false);
  await page.signIn(email, password);
  expect(page.text('h1')).toBe('Choose a password');
  expect(page.has('nav')).toBe(false);
  await page.send('Change it', { current: password, next: 'short' });
  expect([page.text('h1'), page.text('form')]).toEqual([
    'Choose a password',
    expect.stringContaining('at least 12 letters'),
  ]);
  await page.send('Change it', { current: password, next: PASSWORD });
  expect(page.text('h1')).toBe('Overview');
});

test('a stranger makes an account, asks a model, says what they think, gets a key, and is led to pay', async () => {
  const page = await consoles.tab();
  await page.press('Make an account');
  await page.send('Make the account', {
    organisation: 'Console Ltd',
    email: 'owner@console.test',
    password: PASSWORD,
  });
  expect(page.text('h1')).toBe('Console Ltd');
  for (const title of menu(page)) {
    await page.press(title);
    expectNoRefusal(page, title);
  }
  await page.go('try');
  await page.choose('deployment', 'wages');
  await page.press('Write rows as JSON');
  await page.send('Ask', { rows: '{' });
  expect(page.text('form > .refusal')).toMatch(/no JSON/);
  await page.send('Ask', { rows: '[{ "age": 20, "income": 1 }, { "age": 30, "income": 2 }]' });
  expect(page.text('main')).toMatch(/An artificial intelligence gave this answer/);
  expect(page.texts('main button')).not.toContain('Why?');
  await page.press('Fill in one row');
  await page.send('Ask', { 'row.age': '33' });
  await page.press('Why?');
  expectNoRefusal(page, 'explained');
  expect(page.text('main')).toMatch(/What each added to/);
  expect(page.texts('main svg text').slice(0, 2).join()).toContain('age: 33');
  await page.send('Ask', { when: 'STANDARD' });
  expectNoRefusal(page, 'later');
  expect(page.text('main')).toMatch(/An artificial intelligence gave this answer/);
  for (const [thumb, score] of Object.entries({ 'It is wrong': 0, 'It is right': 1 })) {
    await page.press(thumb);
    expectNoRefusal(page, thumb);
    expect(page.text('main')).toContain('Thank you.');
    const { accessToken } = page.kept('session') as { accessToken: string };
    const said = await consoles.world
      .client(accessToken)
      .ask('{ feedback(first: 1) { nodes { kind score } } }');
    expect(said).toEqual({ feedback: { nodes: [{ kind: 'THUMBS', score }] } });
  }
  await page.go('keys');
  await page.send('Make it', { name: 'server' });
  expect(page.text('main pre')).toMatch(/^flw_live_/);
  await page.send('Set it', { limit: '600' });
  expect(page.text('table')).toContain('600');
  await page.send('Rotate it', { hours: '1' });
  expect(page.text('main pre')).toMatch(/^flw_live_/);
  expect(page.text('table')).toContain('replaced by');
  await page.press('Revoke');
  expect(page.text('table')).toContain('revoked');
  await page.go('');
  await page.go('keys');
  expect(page.has('main pre')).toBe(false);
  await page.go('webhooks');
  await page.send('Make it', { url: 'https://hooks.example.com/all', description: 'All of it' });
  const secret = page.text('main pre');
  expect(secret).toMatch(/^whsec_/);
  await page.press('Another secret');
  expect(page.text('main pre')).toMatch(/^whsec_/);
  expect(page.text('main pre')).not.toBe(secret);
  await page.press('Show them');
  expect(page.text('main')).toContain('Nothing yet.');
  await hearsOfATest(page);
  await page.press('Tell it nothing for now');
  expect(page.text('main')).toContain('not told');
  await page.send('Save it', { description: 'Less of it' });
  expect(page.text('main')).toContain('Less of it');
  await page.press('Remove');
  expect(page.text('main')).toContain('removed');
  expectNoRefusal(page, 'webhooks');
  await page.go('plans');
  await page.press('Subscribe to Pro');
  expect(page.address).toMatch(/\/c\/pay\//);
});

/** An endpoint is tried by hand, and what it was sent is sent once more. */
async function hearsOfATest(page: ConsolePage): Promise<void> {
  const heard: unknown[] = [];
  const receiver = http.createServer((request, response) => {
    heard.push(request.headers['webhook-id']);
    response.end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  await page.send('Save it', { url: `http://127.0.0.1:${port}/hook` });
  const delivered = (attempts: number) => async () => {
    await page.press('Look again');
    return page.text('main').includes(`delivered${attempts}`);
  };
  await page.press('Send a test message');
  await consoles.world.until(delivered(1), 'the test message');
  expect(page.text('table')).toContain('webhook-endpoint.tested');
  await page.press('Send it again');
  await consoles.world.until(delivered(2), 'the same once more');
  expect(heard).toEqual([heard[0], heard[0]]);
  expectNoRefusal(page, 'webhooks');
  receiver.close();
}

test('a text is written in the page, piece by piece, with what it took and a thumb; what is refused is said in words', async () => {
  const { world } = consoles;
  const owner = await world.customer('Writers');
  const page = await consoles.tab();
  await page.signIn(owner.email, owner.password);
  await page.go('try');
  await page.choose('deployment', 'tiny-language-model');
  await page.send('Ask', { prompt: 'In the beginning God ', maxTokens: '60', temperature: '0' });
  await page.answered();
  expectNoRefusal(page, 'text');
  expect(page.text('main pre')).toMatch(/^In the beginning God of the LORD thy God/);
  expect(page.text('main')).toMatch(/21 tokens read, 60 written/);
  expect(page.text('main')).toMatch(/An artificial intelligence gave this answer/);
  expect(page.texts('main button')).not.toContain('Stop');
  await page.press('It is good');
  const said = await owner.client.ask('{ feedback(first: 1) { nodes { kind score } } }');
  expect(said).toEqual({ feedback: { nodes: [{ kind: 'THUMBS', score: 1 }] } });
  await limitTo(world, owner.customerId, 1);
  await page.send('Ask');
  await page.answered();
  expect(page.text('form .refusal')).toMatch(/requests/);
});

test('whoever forgot the password gets a new one by the link in the mail, and their address is proven by it', async () => {
  const { world } = consoles;
  const owner = await world.customer('Forgetful');
  const page = await consoles.tab();
  await page.press('Forgot your password?');
  expectNoRefusal(page, 'forgotten');
  await page.send('Send the link', { email: owner.email });
  expect(page.text('h1')).toBe('Look for the mail');
  await page.go(`reset/${await linkTo(world, owner.email, 'reset')}`);
  // Programs that keep passwords ask whose it is.
  expect(page.has('form input[autocomplete=username][hidden]')).toBe(true);
  await page.send('Choose it', { password: 'short' });
  expect(page.text('form')).toMatch(/at least 12 letters/);
  expect(page.address).toContain('reset');
  await page.send('Choose it', { password: PASSWORD });
  expect(page.text('h1')).toBe('Forgetful');
  expect(page.address).not.toContain('reset');
  expect(page.text('nav')).not.toContain('not verified');
  await page.press('Your login');
  await page.send('Change it', { current: PASSWORD, next: `${PASSWORD} now` });
  expectNoRefusal(page, 'password');
  await page.send('Change the name', { name: 'Ada' });
  expect(page.text('main')).toContain('Others see you as Ada.');
  const next = `new-${owner.email}`;
  await page.send('Change the address', { email: next, password: `${PASSWORD} now` });
  expectNoRefusal(page, 'address');
  await page.go(`verify/${await linkTo(world, next, 'verify')}`);
  expect(page.text('h1')).toBe('Thank you');
  await page.press('Go on');
  expect(page.text('nav')).toContain(next);
});

test('a member is asked to prove the address, and a link that is nothing is refused in words', async () => {
  const { world } = consoles;
  const owner = await world.customer('Unproven');
  const page = await consoles.tab();
  await page.signIn(owner.email, owner.password);
  expect(page.text('nav')).toContain('not verified');
  await page.press('Send the link again');
  expect(page.text('nav')).toContain('on its way');
  await page.go('verify/mem_nobody.1.x');
  expect(page.text()).toContain('not valid any more');
  const email = `invited-${owner.email}`;
  await owner.client.mutate('memberInvite', 'MemberInviteInput!', { email, role: 'VIEWER' }, 'member { id }');
  await page.go(`invitation/${await linkTo(world, email, 'invitation')}`);
  await page.send('Accept', { password: PASSWORD });
  expect(page.text('nav')).toContain(email);
});

accountsAreKept(() => consoles);

test('whoever signs out leaves no session behind, neither here nor in the tab', async () => {
  const page = await consoles.staff('REVIEWER');
  const { accessToken } = page.kept('session') as { accessToken: string };
  await page.press('Sign out');
  expect(page.text('h1')).toBe('Sign in');
  expect(page.kept('session')).toBeNull();
  const { errors } = await consoles.world.client(accessToken).send('{ feedback { totalCount } }');
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
});

test('what is kept in the tab opens the console for minutes: the token that renews it is in memory alone', async () => {
  const page = await consoles.staff('REVIEWER');
  expect(Object.keys(page.kept('session') as object).sort()).toEqual(['accessToken', 'accessTokenExpiresAt']);
});

test('a token near its end is renewed once for all who ask at once, so that nobody is signed out at work', async () => {
  const { clock } = consoles.populated.world;
  const nearlyAll = 15 * 60_000 - 10_000;
  clock.advance(-nearlyAll);
  try {
    const page = await consoles.staff('ADMIN');
    const first = page.kept('session');
    await page.press('Market');
    await page.press('Overview');
    expect(page.text('h1')).toBe('Overview');
    expectNoRefusal(page, 'renewed');
    expect(page.kept('session')).not.toEqual(first);
  } finally {
    clock.advance(nearlyAll);
  }
});

test('only the files of the console are served, and they may run nothing from elsewhere', async () => {
  const at = (place: string) => fetch(`${consoles.world.url}${place}`, { redirect: 'manual' });
  const page = await at('/console');
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'/);
  expect((await at('/console/main.mjs')).headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect((await at('/')).headers.get('location')).toBe('/console');
  for (const place of [
    '/console/../console.ts',
    '/console/%2e%2e/console.ts',
    '/console/console.ts',
    '/console/nothing.mjs',
  ])
    expect([place, (await at(place)).status]).toEqual([place, 404]);
});

test('every document that the console asks for is shipped, so it works where only those run', async () => {
  const files = fs
    .readdirSync(PAGES, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.mjs'));
  const source = files.map((name) => fs.readFileSync(path.join(PAGES, name), 'utf8')).join('\n');
  const asked = [
    ...source.matchAll(/(?:api\.ask|api\.act|#send|enter|choosing)\((?:context, )?\s*'(\w+)'/g),
  ].map(([, name]) => name);
  const shipped = (await (await fetch(`${consoles.world.url}/console/documents.json`)).json()) as object;
  expect(asked.length).toBeGreaterThan(25);
  expect(asked.filter((name) => !(name! in shipped))).toEqual([]);
});
