import { CompetitorNames, isFindable } from './competitor-names';

const names = new CompetitorNames([
  { id: 'cmp_acme', names: ['Acme', 'ACME Corp.'] },
  { id: 'cmp_cloud', names: ['Acme Cloud'] },
  { id: 'cmp_open', names: ['Open-AI', 'C++ Builders'] },
  { id: 'cmp_street', names: ['Straße', 'Ångström'] },
  { id: 'cmp_hundred', names: ['百度'] },
  { id: 'cmp_dot', names: ['x.ai'] },
]);

describe('a competitor in what people say', () => {
  it.each([
    ['Acme does that better.', ['cmp_acme']],
    ['I use acme’s thing', ['cmp_acme']],
    ['(ACME)', ['cmp_acme']],
    ['ＡＣＭＥ is wide', ['cmp_acme']],
    ['ac\u00adme and a\u200bcme hide', ['cmp_acme']],
    ['open ai, OPEN–AI and Open\n AI', ['cmp_open']],
    ['c++ builders', ['cmp_open']],
    ['die STRASSE war besser', ['cmp_street']],
    ['A\u030angstro\u0308m measures', ['cmp_street']],
    ['我用百度更好', ['cmp_hundred']],
    ['we moved to X.AI!', ['cmp_dot']],
  ])('is found as a word of its own, however it is written: %j', (text, found) => {
    expect(names.in(text)).toEqual(found);
  });

  it.each(['acmes', 'pacme', 'Acme2', 'opennai', 'xxai', 'x, ai', 'x!ai', '', ' ', 'acm\u0301e'])(
    'is not found within another word: %j',
    (text) => {
      expect(names.in(text)).toEqual([]);
    },
  );

  it('is the one with the longer name where two fit, and both where both are named', () => {
    expect(names.in('Acme Cloud is slow')).toEqual(['cmp_cloud']);
    expect(names.in('Acme Cloud, unlike Acme')).toEqual(['cmp_acme', 'cmp_cloud']);
    expect(names.in('Acme Clouds')).toEqual(['cmp_acme']);
  });

  it('is found in a long text of nothing but beginnings of names in no time that grows faster than the text', () => {
    const open = new CompetitorNames([{ id: 'cmp_a', names: ['a a a a a a a a b', 'a'.repeat(60)] }]);
    expect(open.in('a '.repeat(5000))).toEqual([]);
  });

  it('has a name that begins with a letter or digit, and two signs', () => {
    expect(['Acme', '3M', 'X2', '百度', '.net', 'x', '42', '\u200b', '  a '].filter(isFindable)).toEqual([
      'Acme',
      '3M',
      'X2',
      '百度',
    ]);
  });
});
