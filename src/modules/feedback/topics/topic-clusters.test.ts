import { cosine, ofLengthOne } from '../analysis/embedding';
import { topicClusters, type ClusterSettings, type TopicPoint } from './topic-clusters';

const SETTINGS: ClusterSettings = {
  join: 0.6,
  near: 0.45,
  same: 0.9,
  leastPeople: 5,
  mostTopics: 50,
  mostLoose: 1000,
};

/** Lehmer's generator: the same numbers at every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const random = seeded(11);
const direction = (): Float32Array => ofLengthOne(Float32Array.from({ length: 64 }, () => random() - 0.5))!;

function around(
  centre: Float32Array,
  count: number,
  topicId: string | null = null,
  people = count,
): TopicPoint[] {
  return Array.from({ length: count }, (_, i) => {
    const noise = direction();
    const vector = ofLengthOne(centre.map((value, at) => value + 0.6 * noise[at]!))!;
    return { person: `${centre[0]!}-${i % people}`, vector, topicId };
  });
}

function run(points: readonly TopicPoint[], settings: Partial<ClusterSettings> = {}) {
  const steps = topicClusters(points, { ...SETTINGS, ...settings });
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

const [dark, slow, bill] = [direction(), direction(), direction()];

test('texts that lie together are a topic, the largest first, and those that lie alone are none', () => {
  const points = [
    ...around(dark, 12),
    ...around(slow, 20),
    ...Array.from({ length: 30 }, () => around(direction(), 1)).flat(),
  ];
  const found = run(points);
  expect(found.map(({ topicId, members }) => [topicId, members.length])).toEqual([
    [null, 20],
    [null, 12],
  ]);
  expect(found[1]!.members).toEqual(points.slice(0, 12).map((_, at) => at));
});

test('the same points give the same topics', () => {
  const points = [...around(dark, 9), ...around(slow, 9), ...around(bill, 9)];
  expect(run(points)).toEqual(run(points));
});

test('a topic that goes on keeps its id, takes what is new in it, and lets go what moved away', () => {
  const old = around(dark, 10, 'ftp_a');
  const away = around(slow, 8, 'ftp_a').slice(0, 1);
  const fresh = around(dark, 6);
  const [topic, ...others] = run([...old, ...away, ...fresh]);
  expect(others).toEqual([]);
  expect(topic!.topicId).toBe('ftp_a');
  expect(topic!.members).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16]);
});

test('a new topic is found beside a known one', () => {
  const found = run([...around(dark, 10, 'ftp_a'), ...around(bill, 7)]);
  expect(found.map(({ topicId, members }) => [topicId, members.length])).toEqual([
    ['ftp_a', 10],
    [null, 7],
  ]);
});

test('fewer than five people are no topic, however much they say, and hide nobody else’s', () => {
  expect(run(around(dark, 40, null, 4))).toEqual([]);
  expect(run(around(dark, 40, 'ftp_a', 4))).toEqual([]);
  const found = run([...around(dark, 40, null, 4), ...around(slow, 6)]);
  expect(found.map(({ members }) => members.length)).toEqual([6]);
});

test('two topics that have come to mean the same are one, under the older id', () => {
  const found = run([...around(dark, 8, 'ftp_b'), ...around(dark, 8, 'ftp_a')], { same: 0.8 });
  expect(found.map(({ topicId, members }) => [topicId, members.length])).toEqual([['ftp_a', 16]]);
});

test('no more topics than wanted, and none of nothing', () => {
  const points = [...around(dark, 8), ...around(slow, 9), ...around(bill, 10)];
  expect(run(points, { mostTopics: 2 }).map(({ members }) => members.length)).toEqual([10, 9]);
  expect(run([])).toEqual([]);
  expect(cosine(dark, slow)).toBeLessThan(0.45);
});

/** The same with every product taken. */
function settledPlainly(points: readonly TopicPoint[], ids: readonly string[]): number[][] {
  const meanOf = (members: readonly number[]): Float32Array => {
    const sum = new Float32Array(64);
    for (const member of members) points[member]!.vector.forEach((value, at) => (sum[at]! += value));
    return ofLengthOne(sum)!;
  };
  let sides = points.map(({ topicId }) => ids.indexOf(topicId!));
  const membersOf = (side: number): number[] => [...sides.keys()].filter((at) => sides[at] === side);
  let centres = ids.map((_, side) => meanOf(membersOf(side)));
  for (let round = 0; round < 5; round++) {
    sides = points.map(({ vector }) => {
      const likeness = centres.map((centre) => cosine(vector, centre));
      const most = Math.max(...likeness);
      return most >= SETTINGS.join ? likeness.indexOf(most) : -1;
    });
    centres = centres.map((centre, side) => (membersOf(side).length > 0 ? meanOf(membersOf(side)) : centre));
  }
  return ids.map((_, side) => membersOf(side));
}

test.each([1, 2, 3, 4, 5, 6])('what is spared would have changed nothing (seed %d)', (seed) => {
  const chance = seeded(seed * 1009);
  const ids = Array.from({ length: 8 }, (_, at) => `ftp_${at}`);
  // Topics that overlap, each with members of all others: the centres move, and move again.
  const middles = ids.map(() => {
    const own = direction();
    return ofLengthOne(own.map((value, at) => value + dark[at]!))!;
  });
  const points = Array.from({ length: 400 }, (_, at) => {
    const [point] = around(middles[Math.floor(chance() * ids.length)]!, 1);
    return { ...point!, person: `${at}`, topicId: ids[Math.floor(chance() ** 2 * ids.length)]! };
  });
  const found = run(points, { same: 2, leastPeople: 1, mostTopics: ids.length });
  const plain = settledPlainly(points, ids).filter(({ length }) => length > 0);
  expect(found.map(({ members }) => members)).toEqual(plain);
  expect(found.length).toBeGreaterThan(2);
});
