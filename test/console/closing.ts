/** Closing an account in the console: by its name, seen on every page and by staff, and taken back. */
import { type Consoles, expectNoRefusal, menu, PASSWORD } from './consoles';

export function closesAccounts(consoles: () => Consoles): void {
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
