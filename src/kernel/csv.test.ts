import { csvLine } from './csv';

test('cells with commas, quotes or line ends are quoted, as RFC 4180 has it', () => {
  expect(csvLine(['a', 1.5, null, 'b,c', 'say "hi"', 'two\nlines'])).toBe(
    'a,1.5,,"b,c","say ""hi""","two\nlines"\r\n',
  );
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])(
  'a text that would be a formula is none: %j',
  (text) => {
    expect(csvLine([text])).toMatch(/^"?'/);
  },
);

test('a negative number stays a number', () => {
  expect(csvLine([-1, -9007199254740993n])).toBe('-1,-9007199254740993\r\n');
});
