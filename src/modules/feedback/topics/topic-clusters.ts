/**
 * Which texts speak of the same, by their vectors. What belonged together stays together: each known topic begins where its members
 * lie, takes the texts that are near and moves to their mean, as spherical k-means does (I. Dhillon and D. Modha, Concept
 * decompositions for large sparse text data, Machine Learning 42, 2001), except that what is near to none is left out. Among the rest
 * new topics are found by counting neighbours: the text with the most, with all of them, is one; then the next (X. Daura et al.,
 * Peptide folding: when simulation meets experiment, Angew. Chem. Int. Ed. 38, 1999). No chance is in it: the same points give the
 * same topics. A generator, because it takes seconds: between two steps others are served.
 *
 * Work for n points, k topics and r points without one: 5 n k + r² / 2 products of vectors, of which most are spared. A centre that
 * moved by d is nearer to no point by more than d, by the triangle inequality (C. Elkan, Using the triangle inequality to accelerate
 * k-means, ICML 2003): a product is taken only where that could make the centre the nearest. What is found is the same.
 */
import { cosine, ofLengthOne } from '../analysis/embedding';

export interface TopicPoint {
  /** Who said it: a topic is of so many people, however often each speaks. */
  readonly person: string;
  /** Of length 1. */
  readonly vector: Float32Array;
  /** The topic that it has; null = none. */
  readonly topicId: string | null;
}

export interface TopicCluster {
  /** The topic that it continues; null = a new one. */
  readonly topicId: string | null;
  /** Places in the list of points, ascending. */
  readonly members: readonly number[];
}

export interface ClusterSettings {
  /** Cosine from which a text belongs to the mean of a topic. */
  readonly join: number;
  /** Cosine from which two texts are neighbours. */
  readonly near: number;
  /** Cosine from which two means are one topic. */
  readonly same: number;
  readonly leastPeople: number;
  readonly mostTopics: number;
  /** Points without a topic among which new ones are looked for: the last ones of the list. */
  readonly mostLoose: number;
}

interface Centre {
  readonly topicId: string | null;
  direction: Float32Array;
  members: number[];
  /** How far it has come, in all. */
  way: number;
  /** Of each point its cosine when it was last taken, less the way at that time. */
  readonly known: Float64Array;
}

const ROUNDS = 4;
/** Points between two steps: some ten milliseconds. */
const SLICE = 100;
/** Of pairs: each row is of up to `mostLoose`. */
const ROWS = 4;
/** Far more than rounding can make of a cosine or of a way. */
const ROUNDING = 1e-6;

/** In the order of the known topics' ids, then the new ones, the largest first. @param points oldest first. */
export function* topicClusters(
  points: readonly TopicPoint[],
  settings: ClusterSettings,
): Generator<void, TopicCluster[]> {
  let centres = knownCentres(points);
  yield* settle(points, centres, settings, 1);
  centres = [...centres, ...(yield* newCentres(points, centres, settings))];
  yield* settle(points, centres, settings, ROUNDS);
  centres = mergedCentres(points, centres, settings.same);
  return centres
    .filter(({ members }) => peopleAmong(points, members) >= settings.leastPeople)
    .map(({ topicId, members }) => ({ topicId, members }));
}

function knownCentres(points: readonly TopicPoint[]): Centre[] {
  const members = new Map<string, number[]>();
  points.forEach(({ topicId }, at) => {
    if (topicId === null) return;
    const own = members.get(topicId);
    if (own) own.push(at);
    else members.set(topicId, [at]);
  });
  return [...members]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([topicId, own]) => centreOf(points, topicId, own) ?? []);
}

function centreOf(points: readonly TopicPoint[], topicId: string | null, members: number[]): Centre | null {
  const direction = meanOf(points, members);
  if (!direction) return null;
  return { topicId, direction, members, way: 0, known: new Float64Array(points.length).fill(Infinity) };
}

/** Of length 1; null when it has no direction. */
function meanOf(points: readonly TopicPoint[], members: readonly number[]): Float32Array | null {
  const sum = new Float32Array(points[members[0]!]!.vector.length);
  for (const member of members) {
    const { vector } = points[member]!;
    for (let at = 0; at < sum.length; at++) sum[at]! += vector[at]!;
  }
  return ofLengthOne(sum);
}

/** Gives every point to the nearest centre and moves the centres, until nobody changes sides. */
function* settle(
  points: readonly TopicPoint[],
  centres: Centre[],
  { join }: ClusterSettings,
  rounds: number,
): Generator<void, void> {
  let sides: Int32Array | undefined;
  for (let round = 0; round < rounds; round++) {
    const now = new Int32Array(points.length).fill(-1);
    for (let at = 0; at < points.length; at++) {
      if (at % SLICE === 0) yield;
      now[at] = nearestOf(at, points[at]!.vector, centres, join);
    }
    if (sides?.every((side, at) => side === now[at])) return;
    sides = now;
    for (const centre of centres) centre.members = [];
    now.forEach((side, at) => side >= 0 && centres[side]!.members.push(at));
    for (const centre of centres) {
      const moved = centre.members.length > 0 ? meanOf(points, centre.members) : null;
      if (!moved) continue;
      centre.way += distance(centre.direction, moved);
      centre.direction = moved;
    }
  }
}

function nearestOf(at: number, vector: Float32Array, centres: readonly Centre[], join: number): number {
  let best = -1;
  let nearest = join;
  for (let side = 0; side < centres.length; side++) {
    const { known, way, direction } = centres[side]!;
    if (known[at]! + way + ROUNDING < nearest) continue;
    const likeness = cosine(vector, direction);
    known[at] = likeness - way;
    if (likeness > nearest || (best < 0 && likeness === nearest)) [best, nearest] = [side, likeness];
  }
  return best;
}

function* newCentres(
  points: readonly TopicPoint[],
  known: readonly Centre[],
  { near, leastPeople, mostTopics, mostLoose }: ClusterSettings,
): Generator<void, Centre[]> {
  const taken = new Set(known.flatMap(({ members }) => members));
  const loose = points.map((_, at) => at).filter((at) => !taken.has(at));
  const left = loose.slice(-mostLoose);
  const open = new OpenPlaces(yield* neighbours(points, left, near));
  const found: Centre[] = [];
  while (found.length + known.length < mostTopics) {
    yield;
    const around = open.mostNeighbours();
    if (around.length < leastPeople) break;
    const members = around.map((place) => left[place]!);
    const isTopic = peopleAmong(points, members) >= leastPeople;
    // A few who say much must not hide the many who say little: their place alone is passed over.
    open.close(isTopic ? around : around.slice(0, 1));
    const centre = isTopic && centreOf(points, null, members);
    if (centre) found.push(centre);
  }
  return found;
}

/** Whether each pair is near, one byte a pair; each is near to itself. */
function* neighbours(
  points: readonly TopicPoint[],
  places: readonly number[],
  near: number,
): Generator<void, Uint8Array[]> {
  const isNear = places.map(() => new Uint8Array(places.length));
  for (let one = 0; one < places.length; one++) {
    if (one % ROWS === 0) yield;
    isNear[one]![one] = 1;
    const { vector } = points[places[one]!]!;
    for (let other = 0; other < one; other++) {
      if (cosine(vector, points[places[other]!]!.vector) < near) continue;
      isNear[one]![other] = 1;
      isNear[other]![one] = 1;
    }
  }
  return isNear;
}

/** Places that belong to no topic yet, each with the number of its open neighbours. */
class OpenPlaces {
  private readonly open: Uint8Array;
  private readonly counts: Int32Array;

  constructor(private readonly isNear: readonly Uint8Array[]) {
    this.open = new Uint8Array(isNear.length).fill(1);
    this.counts = Int32Array.from(isNear, (row) => row.reduce((sum, near) => sum + near, 0));
  }

  /** The open place with the most open neighbours, first in the list, and these after it; empty when nothing is open. */
  mostNeighbours(): number[] {
    let best = -1;
    this.counts.forEach((count, place) => {
      if (this.open[place] && (best < 0 || count > this.counts[best]!)) best = place;
    });
    if (best < 0) return [];
    const others = [...this.open.keys()].filter(
      (place) => place !== best && this.open[place] && this.isNear[best]![place],
    );
    return [best, ...others];
  }

  close(places: readonly number[]): void {
    for (const place of places) {
      this.open[place] = 0;
      this.isNear[place]!.forEach((near, other) => (this.counts[other]! -= near));
    }
  }
}

/** Two topics that have come to mean the same are one: the one that stands first, which is the older. */
function mergedCentres(points: readonly TopicPoint[], centres: readonly Centre[], same: number): Centre[] {
  const left: Centre[] = [];
  for (const centre of centres) {
    if (centre.members.length === 0) continue;
    const at = left.findIndex(({ direction }) => cosine(direction, centre.direction) >= same);
    if (at < 0) left.push(centre);
    else {
      const members = [...left[at]!.members, ...centre.members].sort((a, b) => a - b);
      left[at] = centreOf(points, left[at]!.topicId, members) ?? left[at]!;
    }
  }
  return left;
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, at) => sum + (value - b[at]!) ** 2, 0));
}

export function peopleAmong(
  points: readonly Pick<TopicPoint, 'person'>[],
  members: readonly number[],
): number {
  return new Set(members.map((at) => points[at]!.person)).size;
}
