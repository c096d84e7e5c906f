import { newId } from '../../../kernel/id';
import { AccountLinks } from './account-mails';

const links = new AccountLinks(() => 'https://api.example', 'https://app.example/account');
const [member, staff] = [newId('mem', new Date(0)), newId('stf', new Date(0))];

test('members are led to the front end that the operator names, and staff to the console', () => {
  expect(links.to(member, 'verify', 'token')).toBe('https://app.example/account#/verify/token');
  expect(links.to(member, '')).toBe('https://app.example/account#/');
  expect(links.to(staff, 'reset', 'token')).toBe('https://api.example/console#/reset/token');
});
