/** What is sold, in the console: plans, caps and credits by those who buy them, leads and channels by those who sell; and who comes to help. */
import { subscribed } from '../billing/support';
import { linkTo } from '../support/mails';
import type { CustomerPerson } from '../support/world';
import type { ConsolePage } from './console-page';
import { Consoles, expectNoRefusal, menu, PASSWORD } from './consoles';

let consoles: Consoles;
beforeAll(async () => {
  consoles = await Consoles.empty({
    privacyContact: 'mailto:privacy@example.com',
    moneyReviewAbove: new Map([['USD', 100_000n]]),
  });
});
afterEach(() => consoles.closeTabs());
afterAll(() => consoles.close());

async function signedIn({ email, password }: CustomerPerson): Promise<ConsolePage> {
  const page = await consoles.tab();
  await page.signIn(email, password);
  return page;
}

test('whoever pays sees what another plan costs before the card is charged, and takes an end back', async () => {
  const owner = await subscribed(consoles.world);
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
  await page.send('What would it cost?', { seats: '4' });
  expect(page.text('main')).toMatch(/Ends all the same/);
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
  const owner = await consoles.world.customer('Savers');
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

test('a lead is entered, won by who signs up by its link, and another is lost; a channel costs, a rival has names', async () => {
  const page = await consoles.staff('ANALYST');
  await page.go('channels');
  await page.send('Add it', { name: 'Fairs', code: 'fairs' });
  await page.send('Set it', { cost: '250.00', visits: '40' });
  expectNoRefusal(page, 'channels');
  expect(page.text('main')).toContain('#/join/by/fairs');
  await page.go('leads');
  await page.send('Enter them', {
    organisation: 'Linked Ltd',
    email: 'buyer@linked.test',
    notes: 'Met at a fair',
  });
  const link = page.text('main pre');
  const guest = await consoles.tab();
  await guest.go(link.slice(link.indexOf('#/') + 2));
  const account = { organisation: 'Linked Ltd', email: 'owner@linked.test', password: PASSWORD };
  await guest.send('Make the account', account);
  expect(guest.text('h1')).toBe('Linked Ltd');
  await page.press('Done');
  expect(page.text('main')).toMatch(/Linked Ltd wonE-mailbuyer@linked\.test/);
  await page.send('Enter them', { organisation: 'Lost Ltd', email: 'buyer@lost.test' });
  await page.press('Done');
  await page.send('Save it', { stage: 'QUALIFIED', notes: 'They need it' });
  expect(page.text('main')).toMatch(/Lost Ltd qualified[^]*NotesThey need it/);
  await page.send('Lost', { reason: 'COMPETITOR' });
  expect(page.text('main')).toMatch(/Lost Ltd lost/);
  await page.press('Forget who they are');
  expect(page.text('main')).toMatch(/forgotten lost/);
  expect(page.text('main')).not.toContain('buyer@lost.test');
  await page.send('Enter them', { organisation: 'By hand Ltd', email: 'buyer@hand.test' });
  await page.press('Done');
  await page.write('customerName', 'nobody is called so');
  expect(page.text('main')).toContain('No customer is called so.');
  await page.write('customerName', 'savers');
  await page.send('Won');
  expect(page.text('main')).toMatch(/By hand Ltd won[^]*CustomerSavers/);
  expectNoRefusal(page, 'leads');
  await page.go('market');
  await page.send('Look for it', { name: 'Rivalry', aliases: 'rivalry.ai, Rivals' });
  expect(page.text('main')).toContain('Change Rivalry');
  expectNoRefusal(page, 'competitors');
  const { client } = await consoles.world.staff();
  const { customers } = await client.ask<{ customers: { nodes: { id: string }[] } }>(
    '{ customers(filter: { nameContains: "Linked" }) { nodes { id } } }',
  );
  await page.go(`customers/${customers.nodes[0]!.id}`);
  await page.send('Note it', { channel: 'CALL', summary: 'They liked the demo.' });
  expect(page.text('main')).toContain('Noted: They liked the demo.');
  expectNoRefusal(page, 'contact');
});

test('credits are granted and an invoice is given back on the screen of the customer', async () => {
  const page = await consoles.staff('ADMIN');
  const owner = await subscribed(consoles.world);
  await page.go(`customers/${owner.customerId}`);
  await page.send('Grant them', { amount: '12.50', reason: 'For the wait.' });
  expectNoRefusal(page, 'granted');
  expect(page.text('main')).toContain('For the wait.');
  await page.send('Give it back', { amount: '9.00', reason: 'It was slow.' });
  expectNoRefusal(page, 'given back');
  await consoles.world.settle();
  const { customer } = await owner.client.ask<{ customer: object }>(
    '{ customer { credits { balance { formatted } } invoices { nodes { refunded { formatted } } } } }',
  );
  expect(customer).toEqual({
    credits: { balance: { formatted: '12.50 USD' } },
    invoices: { nodes: [{ refunded: { formatted: '9.00 USD' } }] },
  });
  await page.press('Show every transfer');
  await page.send('Undo it by its mirror', { reason: 'It was somebody else’s.' });
  expectNoRefusal(page, 'undone');
  await page.press('Show every transfer');
  expect(page.text('main')).toMatch(/reversal[^]*It was somebody else’s\.[^]*undone/);
  const { customer: after } = await owner.client.ask<{ customer: object }>(
    '{ customer { credits { balance { formatted } } } }',
  );
  expect(after).toEqual({ credits: { balance: { formatted: '0.00 USD' } } });
  await page.press('Compare with Stripe');
  expectNoRefusal(page, 'compared');
  await page.press('Hand over refused usage again');
  expect(page.text('main')).toContain('Stripe refused none of this customer’s usage');
});

test('a payment that the bank has called back stands on the screens of its customer, with what is to be done', async () => {
  const page = await consoles.staff('ADMIN');
  const owner = await subscribed(consoles.world, 'PRO', { card: 'createDispute' });
  await consoles.world.settle();
  await page.go(`customers/${owner.customerId}`);
  expect(page.text('main')).toMatch(/dispute open 49\.00 USD, to answer at Stripe by /);
  expect(page.texts('main button')).not.toContain('Give it back');
});

test('a sum that does not add up leads to the customer whose it is', async () => {
  const owner = await subscribed(consoles.world);
  const page = await consoles.staff('ADMIN');
  await page.go(`customers/${owner.customerId}`);
  await page.send('Grant them', { amount: '1.00', reason: 'Less is left of it than there is.' });
  const { servicePool } = consoles.world.app.platform.database;
  const spend = `update credit_grants set remaining = remaining - 9 where customer_id = $1`;
  await servicePool.query(spend, [owner.customerId]);
  const name = page.text('h1');
  await page.go('books');
  await page.press('Add it all up');
  expect(page.text('main')).toContain('it does not add up');
  expect(page.link(name, 'main [aria-live] tbody')).toBe(`#/customers/${owner.customerId}`);
});

test('an admin invites somebody, who comes in by the mail, is given another role, and is let in no more', async () => {
  const page = await consoles.staff('ADMIN');
  const email = 'newcomer@staff.test';
  await page.go('staff');
  await page.send('Invite', { email, role: 'REVIEWER' });
  expectNoRefusal(page, 'invited');
  expect(page.text('main tbody tr')).toMatch(/newcomer@staff\.test.*invited/);
  const invited = await consoles.tab();
  await invited.go('invitation/none');
  await invited.send('Accept', { password: PASSWORD });
  expect(invited.text('.refusal')).not.toBe('');
  await invited.go(`invitation/${await linkTo(consoles.world, email, 'invitation')}`);
  await invited.send('Accept', { password: PASSWORD });
  expect(menu(invited)).toContain('Feedback');
  await invited.press('Staff');
  expect(invited.has('main form')).toBe(false);
  await page.go('');
  await page.go('staff');
  await page.send('Change', { role: 'ANALYST' });
  expectNoRefusal(page, 'another role');
  await page.press('Deactivate now');
  expect(page.text('main tbody tr')).toMatch(/deactivated/);
  await invited.go('');
  expect(invited.text('h1')).toBe('Sign in');
});

test('whoever has no login finds at the door whom to ask about their data', async () => {
  const page = await consoles.tab();
  expect(page.link('Ask about your data')).toBe('mailto:privacy@example.com');
});

test('a large sum waits in the books for somebody else, who approves it', async () => {
  const { customerId } = await consoles.world.customer('Large Ltd');
  const asker = await consoles.staff('ADMIN');
  await asker.go(`customers/${customerId}`);
  await asker.send('Grant them', { amount: '5000', reason: 'for the trouble' });
  expect(asker.text('h1')).toBe('Books');
  expect(asker.text('main')).toMatch(/Waits for a second person.*Large Ltd.*for the trouble.*5000\.00 USD/);
  expect(asker.text('main')).not.toContain('Approve');
  const other = await consoles.staff('ADMIN');
  await other.go('books');
  await other.press('Approve');
  expect(other.text('main')).not.toContain('Waits for a second person');
  await other.go(`customers/${customerId}`);
  expect(other.text('main')).toContain('for the trouble');
});
