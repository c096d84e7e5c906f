/** What a customer pays, in the console: another plan, an end, a cap and credits. */
import { subscribed } from '../billing/support';
import { type CustomerPerson, startWorld, type World } from '../support/world';
import { ConsolePage } from './console-page';
import { expectNoRefusal } from './consoles';

let world: World;
const tabs: ConsolePage[] = [];
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  for (const tab of tabs) await tab.close();
  await world.close();
});

async function signedIn({ email, password }: CustomerPerson): Promise<ConsolePage> {
  const page = await ConsolePage.open(world.url);
  tabs.push(page);
  await page.signIn(email, password);
  return page;
}

test('whoever pays sees what another plan costs before the card is charged, and takes an end back', async () => {
  const owner = await subscribed(world);
  const page = await signedIn(owner);
  await page.go('plans');
  expect(page.text('main')).toContain('49.00 USD a month and seat');
  await page.send('What would it cost?', { seats: '3' });
  expect(page.text('main')).toMatch(/Charged to your card now98\.00 USD/);
  await page.press('Change the seats');
  expect(page.text('main')).toMatch(/Seats3/);
  await page.send('What would it cost?', { seats: '2' });
  expect(page.text('main')).toMatch(/Charged to your card now0\.00 USD/);
  await page.press('Change the seats');
  expect(page.text('main')).toMatch(/on it is Pro, with 2 seats/);
  await page.press('Keep it as it is');
  expect(page.text('main')).not.toMatch(/on it is Pro/);
  await page.send('End it', { reason: 'PRICE' });
  expect(page.texts('main button')).not.toContain('End it');
  await page.press('Keep it as it is');
  expect(page.texts('main button')).toContain('End it');
  expectNoRefusal(page, 'plans');
  const { customer } = await owner.client.ask<{ customer: { subscription: object } }>(
    '{ customer { subscription { quantity cancelAt plannedChange { at } plan { code } } } }',
  );
  expect(customer.subscription).toEqual({
    quantity: 3,
    cancelAt: null,
    plannedChange: null,
    plan: { code: 'PRO' },
  });
});

test('what usage may cost is capped and set free, and credits are bought, in the page', async () => {
  const owner = await world.customer('Savers');
  const page = await signedIn(owner);
  await page.go('usage');
  await page.send('Set it', { amount: '20,5', kind: 'SOFT' });
  expect(page.text('form .refusal')).toMatch(/looks like 59\.00/);
  await page.send('Set it', { amount: '20.50', kind: 'SOFT' });
  expect(page.text('main')).toMatch(/At most, in a period20\.50 USDBeyond itgo on, and tell us/);
  await page.press('Lift it');
  expect(page.text('main')).toMatch(/without limit/);
  expectNoRefusal(page, 'usage');
  await page.send('Go and pay', { credits: '25' });
  expect(page.address).toMatch(/\/c\/pay\//);
});
