/** What is found in a text, and what only looks like it. */
import { personalDataIn } from './personal-data';

/** Each finding as it stands in the text, with its kind. */
const found = (text: string): string[] =>
  personalDataIn(text).map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);

test.each([
  ['Write to jane.doe+news@mail.example.co.uk.', 'EMAIL jane.doe+news@mail.example.co.uk'],
  ['Schreib an jürgen@müller.de!', 'EMAIL jürgen@müller.de'],
  ['it is john.doe [at] example [dot] com', 'EMAIL john.doe [at] example [dot] com'],
  ['jane at gmail dot com, please', 'EMAIL jane at gmail dot com'],
  ['Call +49 (0)171 1234567 now', 'PHONE +49 (0)171 1234567'],
  ['from 0044 20 7946 0958', 'PHONE 0044 20 7946 0958'],
  ['(212) 555-0143 or later', 'PHONE (212) 555-0143'],
  ['erreichbar unter 030 901820', 'PHONE 030 901820'],
  ['mein Handy: 1711234567', 'PHONE 1711234567'],
  ['212-555-0143 24/7', 'PHONE 212-555-0143'],
  ['Mon 9-5 (212) 555-0143 2 pm', 'PHONE (212) 555-0143'],
  ['+1 212 555 0143 - 24/7', 'PHONE +1 212 555 0143'],
  ['+49 171 1234567 2026-11-30', 'PHONE +49 171 1234567'],
  ['paid with 4111 1111 1111 1111.', 'CARD 4111 1111 1111 1111'],
  ['amex 378282246310005', 'CARD 378282246310005'],
  ['4111 1111 1111 1111 12/27 123', 'CARD 4111 1111 1111 1111'],
  ['4111111111111111 12/27', 'CARD 4111111111111111'],
  ['3782 822463 10005 1234', 'CARD 3782 822463 10005'],
  ['order 55 4111-1111-1111-1111 737', 'CARD 4111-1111-1111-1111'],
  ['to DE89 3704 0044 0532 0130 00 and soon', 'IBAN DE89 3704 0044 0532 0130 00'],
  ['GB82WEST12345698765432', 'IBAN GB82WEST12345698765432'],
  ['room AB12 iban DE89 3704 0044 0532 0130 00', 'IBAN DE89 3704 0044 0532 0130 00'],
  ['from 203.0.113.7.', 'IP_ADDRESS 203.0.113.7'],
  ['at 2001:db8::ff00:42:8329', 'IP_ADDRESS 2001:db8::ff00:42:8329'],
  ['SSN 078-05-1120', 'NATIONAL_ID 078-05-1120'],
  ['AB 12 34 56 C is mine', 'NATIONAL_ID AB 12 34 56 C'],
  ['CPF 390.533.447-05', 'NATIONAL_ID 390.533.447-05'],
  ['DNI 12345678Z', 'NATIONAL_ID 12345678Z'],
  ['sono RSSMRA85T10A562S', 'NATIONAL_ID RSSMRA85T10A562S'],
  ['811228-9874 in Sweden', 'NATIONAL_ID 811228-9874'],
  ['né avec 1 85 05 78 006 084 91', 'NATIONAL_ID 1 85 05 78 006 084 91'],
  ['my passport number is X1234567 and', 'NATIONAL_ID X1234567'],
  ['Hello, my name is María López-García, and', 'NAME María López-García'],
  ['my name is peter and I like it', 'NAME peter'],
  ['ask Dr. van der Berg about it', 'NAME van der Berg'],
  ['Dear Anna,\nthank you', 'NAME Anna'],
  ['Kind regards,\nJohn R. Smith', 'NAME John R. Smith'],
])('finds it in “%s”', (text, expected) => {
  expect(found(text)).toEqual([expected]);
});

test('finds a name that was announced wherever the text has it again, and no word of it that is none by itself', () => {
  const text =
    'Beatrice will call. My name is Beatrice von der Lombardi; Lombardi’s order, or that of Beatrice Lombardi, is late. Der Rest, Von mir, al.';
  expect(found(text)).toEqual([
    'NAME Beatrice',
    'NAME Beatrice von der Lombardi',
    'NAME Lombardi',
    'NAME Beatrice Lombardi',
  ]);
  expect(found('Beatrice will call Lombardi.')).toEqual([]);
  expect(found('my name is peter, ask Peter and not a peter or Peterson')).toEqual([
    'NAME peter',
    'NAME Peter',
  ]);
});

test.each([
  'The film was wonderful, I watched it on 2024-01-15 at 10:30 and on 15.01.2024.',
  'Order 2024001234 costs 1.234.567,89 or 129.99, see page 1234567.',
  'Version 1.2.3.4 of the firmware, release 10.0.0.1, chapter 3.1.4.1.',
  'commit 8a7b11ff, id 550e8400-e29b-41d4-a716-446655440000, inf_01m86v94zyspt1h9xnphvba3vt',
  'std::vector, Face::Bad, 12:30:45, 16:9',
  '4111 1111 1111 1112 has a wrong digit, and so has DE89 3704 0044 0532 0130 01.',
  'Hello World! Dear Sir, Dear Customer, hi there, good morning Berlin.',
  'Meet me at noon at the office, dot your i, look at example.com.',
  'thanks\nsee you tomorrow',
  'my name is not important',
  'In 1999 there were 250 000 people, 3.5 times as many as in 1950-1960.',
  '@home, 5 @ 3 and a@b',
])('finds nothing in “%s”', (text) => {
  expect(found(text)).toEqual([]);
});

test('gives one value to what is the same, however it is written', () => {
  const values = (text: string): string[] => personalDataIn(text).map(({ value }) => value);
  expect(new Set(values('a@b.com A@B.COM a [at] b [dot] com')).size).toBe(1);
  expect(new Set(values('+49 171 1234567, 0049-171-1234567')).size).toBe(1);
  expect(new Set(values('4111111111111111 and 4111-1111-1111-1111')).size).toBe(1);
  expect(new Set(values('DE89370400440532013000 or DE89 3704 0044 0532 0130 00')).size).toBe(1);
});

test('lets none lie over another, in the order of the text', () => {
  const all =
    'my name is Ann Lee, ann@lee.org, +1 212 555 0143, 4111 1111 1111 1111, 078-05-1120, 203.0.113.7';
  const findings = personalDataIn(`${all}\n`.repeat(20));
  expect(findings).toHaveLength(120);
  findings.reduce((last, { start, end }) => {
    expect(start).toBeGreaterThanOrEqual(last);
    return end;
  }, 0);
});

/** What a rule that goes back over all that it has read would take hours for. */
test.each([
  'a',
  '1 ',
  'a@',
  '+1 ',
  ':',
  'DE12 ',
  '1.',
  '1:',
  'my name is ',
  'ssn 1',
  'a at b dot ',
  'Mr A',
  'Mr Ann ',
  '(0',
])('reads a text of 500,000 letters to its end: “%s”, again and again', (piece) => {
  const text = piece.repeat(500_000 / piece.length);
  expect(personalDataIn(`${text}\nann@lee.org`).at(-1)).toMatchObject({
    kind: 'EMAIL',
    value: 'ann@lee.org',
  });
});
