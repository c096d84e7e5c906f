import { endpointFault, isPrivate, publicLookup } from './webhook-address';

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '172.16.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '255.255.255.255',
  '::1',
  '::',
  'fc00::1',
  'fe80::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '64:ff9b::a00:1',
  '2002:7f00:1::',
])('%s is never called in production', (address) => {
  expect(isPrivate(address)).toBe(true);
  expect(
    endpointFault(`https://${address.includes(':') ? `[${address}]` : address}/hook`, false),
  ).toBeDefined();
});

test.each(['93.184.216.34', '2606:4700::1111'])('%s is', (address) => {
  expect(isPrivate(address)).toBe(false);
});

test('spellings by which a number hides are seen through, because the URL is read as a browser reads it', () => {
  for (const host of ['0x7f.1', '2130706433', '0177.0.0.1', '127.1'])
    expect(endpointFault(`https://${host}/`, false)).toBe('Private addresses are not called.');
});

test('production insists on https and on no credentials; development takes this machine', () => {
  expect(endpointFault('http://example.com/', false)).toContain('https://');
  expect(endpointFault('https://user:word@example.com/', false)).toContain('password');
  expect(endpointFault('ftp://example.com/', true)).toContain('https://');
  expect(endpointFault('no url', false)).toContain('It is no URL.');
  expect(endpointFault('http://127.0.0.1:3000/hook', true)).toBeUndefined();
  expect(endpointFault('https://example.com/hook', false)).toBeUndefined();
});

test('a name that leads inside is refused when it is connected to', async () => {
  const error = await new Promise((resolve) => publicLookup('localhost', {}, (failure) => resolve(failure)));
  expect(error).toMatchObject({ message: expect.stringContaining('an address that is not called') });
});
