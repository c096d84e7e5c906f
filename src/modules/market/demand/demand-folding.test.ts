import type { TopicOfCustomer } from '../../feedback';
import { type CustomerFacts, type DemandSums, foldDemand } from './demand-folding';

const LIMITS = { topics: 20, segments: 12 };

function said(topicId: string, customerId: string, more: Partial<TopicOfCustomer> = {}): TopicOfCustomer {
  const { count = 1 } = more;
  const nothing = { before: 0, judged: count, judgedPeople: count, sentimentSum: 0 };
  return { topicId, label: `about ${topicId}`, customerId, count, ...nothing, ...more };
}

const customer = (customerId: string, segment: string | null, monthlyMinor = 0n): CustomerFacts => ({
  customerId,
  segment,
  monthlyMinor,
});

/** Whole numbers below `most`, the same for the same seed: the generator of Park and Miller. */
function chance(seed: number): (most: number) => number {
  let state = seed;
  return (most) => (state = (state * 48_271) % 2_147_483_647) % most;
}

describe('the map of demand', () => {
  it('is empty when nothing was said', () => {
    const { topics, segments, total } = foldDemand([], [], LIMITS);
    expect([topics, segments]).toEqual([[], []]);
    expect(total).toMatchObject({
      feedback: 0,
      customers: 0,
      monthlyMinor: 0n,
      sentiment: null,
      growth: null,
    });
  });

  it('counts who speaks of two topics in both, and in the total once', () => {
    const parts = [
      said('dark', 'a', { count: 2 }),
      said('price', 'a'),
      said('price', 'b'),
      said('price', 'c'),
    ];
    const facts = [customer('a', 'retail', 4900n), customer('b', 'retail', 100n), customer('c', null, 7n)];
    const { topics, segments, total } = foldDemand(parts, facts, LIMITS);
    expect(
      topics.map(({ label, total: { feedback, monthlyMinor } }) => [label, feedback, monthlyMinor]),
    ).toEqual([
      ['about price', 3, 5007n],
      ['about dark', 2, 4900n],
    ]);
    expect(
      segments.map(({ segment, cells }) => [segment, ...cells.map(({ customers }) => customers)]),
    ).toEqual([
      ['retail', 2, 1],
      [null, 1, 0],
    ]);
    expect(segments[0]!.total).toMatchObject({ feedback: 4, customers: 2, monthlyMinor: 5000n });
    expect(total).toMatchObject({ feedback: 5, customers: 3, monthlyMinor: 5007n });
  });

  it('sets the period before beside it, with those who spoke then', () => {
    const parts = [said('dark', 'a', { count: 3, before: 2 }), said('dark', 'b', { count: 0, before: 2 })];
    const { total } = foldDemand(parts, [customer('a', null, 5n), customer('b', null, 7n)], LIMITS);
    expect(total).toMatchObject({ feedback: 3, customers: 1, monthlyMinor: 5n });
    expect(total).toMatchObject({
      feedbackBefore: 4,
      customersBefore: 2,
      monthlyMinorBefore: 12n,
      growth: -0.25,
    });
  });

  it('tells no mean unless it is of five people for certain', () => {
    const three = { count: 3, sentimentSum: 1.5 };
    // Three people of one customer who speak of two topics may be three people.
    const twice = foldDemand([said('dark', 'a', three), said('price', 'a', three)], [], LIMITS);
    expect(twice.total.sentiment).toBeNull();
    const five = foldDemand(
      [said('dark', 'a', three), said('dark', 'b', { count: 2, sentimentSum: -1 })],
      [],
      LIMITS,
    );
    expect(five.total.sentiment).toBeCloseTo(0.1, 12);
    const wordless = [said('dark', 'a', { count: 9, judged: 4, judgedPeople: 4, sentimentSum: -4 })];
    expect(foldDemand(wordless, [], LIMITS).total.sentiment).toBeNull();
  });

  it('adds up what is beyond the most spoken of, and keeps those apart who gave no segment', () => {
    const parts = [1, 2, 3, 4].map((count) => said(`t${count}`, `c${count}`, { count }));
    const facts = [
      customer('c4', null),
      customer('c3', 'health'),
      customer('c2', 'retail'),
      customer('c1', 'law'),
    ];
    const { topics, segments } = foldDemand(parts, facts, { topics: 2, segments: 2 });
    expect(topics.map(({ topicId, rest, total }) => [topicId, rest, total.feedback])).toEqual([
      ['t4', false, 4],
      ['t3', false, 3],
      [null, true, 3],
    ]);
    expect(segments.map(({ segment, rest, total }) => [segment, rest, total.customers])).toEqual([
      [null, false, 1],
      ['health', false, 1],
      [null, true, 2],
    ]);
    expect(segments[2]!.cells.map(({ customers }) => customers)).toEqual([0, 0, 2]);
  });

  it.each([1, 2, 3, 4, 5])('adds up, and does not depend on the order of what was said (seed %d)', (seed) => {
    const below = chance(seed);
    const facts = Array.from({ length: 30 }, (_, at) =>
      customer(`c${at}`, [null, 'law', 'health', 'retail', 'games'][below(5)]!, BigInt(below(5000))),
    );
    const parts = facts.flatMap(({ customerId }) =>
      Array.from({ length: 8 }, (_, at) => {
        const count = below(4);
        return said(`t${at}`, customerId, {
          count,
          before: below(3),
          sentimentSum: (below(200) / 100 - 1) * count,
        });
      }).filter(({ count, before }) => count + before > 0),
    );
    const limits = { topics: 5, segments: 3 };
    const demand = foldDemand(parts, facts, limits);
    const { topics, segments, total } = demand;
    expect([topics.length, segments.length]).toEqual([6, 4]);
    const sum = (of: readonly DemandSums[], what: 'feedback' | 'feedbackBefore' | 'customers'): number =>
      of.reduce((added, sums) => added + sums[what], 0);
    for (const { cells, total: row } of segments) {
      for (const what of ['feedback', 'feedbackBefore'] as const) expect(sum(cells, what)).toBe(row[what]);
      expect(sum(cells, 'customers')).toBeGreaterThanOrEqual(row.customers);
      for (const cell of cells) expect(cell.customers).toBeLessThanOrEqual(row.customers);
    }
    topics.forEach(({ total: column }, at) => {
      const cells = segments.map((row) => row.cells[at]!);
      for (const what of ['feedback', 'feedbackBefore', 'customers'] as const)
        expect(sum(cells, what)).toBe(column[what]);
      expect(cells.reduce((added, { monthlyMinor }) => added + monthlyMinor, 0n)).toBe(column.monthlyMinor);
    });
    expect(
      sum(
        segments.map((row) => row.total),
        'feedback',
      ),
    ).toBe(total.feedback);
    expect(total.feedback).toBe(parts.reduce((added, { count }) => added + count, 0));
    expect(
      sum(
        segments.map((row) => row.total),
        'customers',
      ),
    ).toBe(total.customers);

    const mixed = [...parts];
    for (let at = mixed.length - 1; at > 0; at--) {
      const other = below(at + 1);
      [mixed[at], mixed[other]] = [mixed[other]!, mixed[at]!];
    }
    expect(foldDemand(mixed, [...facts].reverse(), limits)).toEqual(demand);
  });
});
