/** The account in the console: who is in it, and how it is closed and opened again. */
import { linkTo } from '../support/mails';
import { type Consoles, expectNoRefusal, menu, PASSWORD } from './consoles';

/** Registers the tests. */
export function accountsAreKept(consoles: () => Consoles): void {
  test('an owner invites a colleague, who sees the team and no way to change it, and removes them', async () => {
    const page = await consoles().tab();
    await page.press('Make an account');
    const owner = { organisation: 'Team Ltd', email: 'boss@team.test', password: PASSWORD };
    await page.send('Make the account', owner);
    await page.press('Team');
    await page.send('Invite', { email: 'col@team.test', role: 'VIEWER' });
    expect(page.text('main')).toContain('col@team.test');
    const colleague = await consoles().tab();
    await colleague.go(`invitation/${await linkTo(consoles().world, 'col@team.test', 'invitation')}`);
    await colleague.send('Accept', { password: PASSWORD });
    await colleague.press('Team');
    expect(colleague.texts('main button')).toEqual(['Leave for good']);
    await page.send('Save', { name: 'Team and Sons', segment: '' });
    expectNoRefusal(page, 'named anew');
    expect(page.text('nav')).toContain('Team and Sons');
    await page.press('Remove for good');
    expect(page.text('main')).not.toContain('col@team.test');
    await colleague.go('');
    expect(colleague.text('h1')).toBe('Sign in');
    await page.press('Leave for good');
    expect(page.texts('main .refusal').join('')).toContain('only owner');
    const second = await consoles().tab();
    await second.signIn(owner.email, PASSWORD);
    await second.press('Your login');
    expect(second.text('main')).toContain('this one');
    await second.press('End all others');
    await page.go('keys');
    expect(page.text('h1')).toBe('Sign in');
  });

  test('an owner closes the account by its name, everybody sees it on every page, and it is opened again', async () => {
    const page = await consoles().tab();
    await page.press('Make an account');
    const owner = { organisation: 'Leaving Ltd', email: 'boss@leaving.test', password: PASSWORD };
    await page.send('Make the account', owner);
    await page.press('Team');
    await page.send('Close it', { name: 'Leaving', reason: 'PRICE' });
    expect(page.texts('main .refusal').join('')).toContain('Write it just so');
    await page.send('Close it', { name: 'Leaving Ltd', reason: 'PRICE', detail: 'Too much for us.' });
    for (const title of menu(page)) {
      await page.press(title);
      expectNoRefusal(page, title);
      expect([title, page.text('main .closed b')]).toEqual([title, 'This account is closed']);
    }
    expect(menu(page)).not.toContain('Try it');
    const staff = await consoles().staff('ADMIN');
    await staff.press('Customers');
    await staff.press('Leaving Ltd');
    expectNoRefusal(staff, 'closed customer');
    expect(staff.text('main')).toContain('Too much for us.');
    await page.press('Reopen');
    expect([page.has('main .closed'), menu(page).includes('Try it')]).toEqual([false, true]);
  });
}
