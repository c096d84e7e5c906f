import { characteristicWords } from './characteristic-words';

const said = (text: string, people: number, from = 0) =>
  Array.from({ length: people }, (_, i) => ({ person: `p${from + i}`, text }));

test('what a topic says and the others do not comes first, and what everybody says last', () => {
  const words = characteristicWords(
    [said('The export of the report is slow', 5), said('The dark theme of the report is nice', 5)],
    3,
  );
  expect(words).toEqual([
    ['export', 'slow', 'report'],
    ['dark', 'nice', 'theme'],
  ]);
});

test('what fewer than three people say is no word of a topic: a name is not shown', () => {
  const texts = [...said('The export is slow', 5), ...said('Ask Rosalind Rosalind Rosalind', 2)];
  expect(characteristicWords([texts], 10)).toEqual([['export', 'slow']]);
  const loud = [...said('export', 5), { person: 'p0', text: 'Rosalind '.repeat(50) }];
  expect(characteristicWords([loud], 10)).toEqual([['export']]);
});

test('what masking left of personal data, numbers and short words name nothing', () => {
  expect(characteristicWords([said('Mail [EMAIL:abcdefghijkl] at 12345 or is it to go', 4)], 10)).toEqual([
    ['mail'],
  ]);
});

test('no topics and topics without words have none', () => {
  expect(characteristicWords([], 3)).toEqual([]);
  expect(characteristicWords([said('😀 !!!', 5)], 3)).toEqual([[]]);
});
