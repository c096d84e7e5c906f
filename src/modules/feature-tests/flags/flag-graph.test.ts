import { FlagGraph, type FlagNode } from './flag-graph';

/** `'a>b c'`: a requires b and c. */
function graph(...lines: string[]): FlagGraph<FlagNode> {
  return new FlagGraph(
    lines.map((line) => {
      const [key = '', required = ''] = line.split('>');
      const prerequisites = required
        .split(' ')
        .filter(Boolean)
        .map((flagId) => ({ flagId }));
      return { id: key, key, prerequisites };
    }),
  );
}

test('a circle is told as the way around it', () => {
  const flags = graph('a>b', 'b>d c', 'c>a', 'd');
  expect(flags.circleThrough('a')).toEqual(['a', 'b', 'c', 'a']);
  expect(flags.circleThrough('d')).toBeUndefined();
  expect(graph('a>a').circleThrough('a')).toEqual(['a', 'a']);
  // A circle elsewhere is not this flag's, and searching it ends.
  expect(graph('x>a', 'a>b', 'b>a').circleThrough('x')).toBeUndefined();
});

test('the longest chain counts what requires a flag as well as what it requires', () => {
  const flags = graph('a>c', 'b>c', 'top>b', 'c>d e', 'd', 'e>f', 'f');
  expect(flags.longestChainThrough('c')).toEqual(['top', 'b', 'c', 'e', 'f']);
  expect(flags.longestChainThrough('d')).toEqual(['top', 'b', 'c', 'd']);
  expect(graph('alone').longestChainThrough('alone')).toEqual(['alone']);
});

test('who depends on a flag, and on what it depends, is known however far away, each once', () => {
  const flags = graph('a>b c', 'b>d', 'c>d', 'd>e', 'e');
  const keys = (nodes: readonly FlagNode[]): string[] => nodes.map(({ key }) => key).sort();
  expect(keys(flags.allRequired('a'))).toEqual(['b', 'c', 'd', 'e']);
  expect(keys(flags.allRequiring('d'))).toEqual(['a', 'b', 'c']);
  expect(keys(flags.requiring('d'))).toEqual(['b', 'c']);
  expect(keys(flags.with({ id: 'a', key: 'a', prerequisites: [] }).requiring('b'))).toEqual([]);
});

test('a diamond of twenty storeys is walked once a flag', () => {
  const storeys = Array.from({ length: 20 }, (_, i) => [
    `l${i}>l${i + 1} r${i + 1}`,
    `r${i}>l${i + 1} r${i + 1}`,
  ]);
  const flags = graph(...storeys.flat(), 'l20', 'r20');
  expect(flags.circleThrough('l0')).toBeUndefined();
  expect(flags.longestChainThrough('l10')).toHaveLength(21);
});
