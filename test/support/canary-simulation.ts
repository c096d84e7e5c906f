/**
 * A canary as numbers: people who differ in how often they ask, how slow and how faulty their requests are, an hour that gets
 * busier, and the product's own evidence and decision. Seeds are fixed; nothing sleeps.
 */
import { canaryDecision, type CanaryDecision } from '../../src/modules/deployments/canary/canary-decision';
import { CanaryEvidence } from '../../src/modules/deployments/canary/canary-evidence';
import type { StepEvidence } from '../../src/modules/deployments/canary/canary-metrics';
import { type CanaryPolicy, DEFAULT_POLICY } from '../../src/modules/deployments/canary/canary-policy';
import { routeFor } from '../../src/modules/deployments/routes/split';
import { gaussian } from './seeded-normal';
import { random } from './simulated-device';

export interface Regression {
  /** Added to the share of requests that fail. */
  readonly errorRate?: number;
  /** Multiplies the latency. */
  readonly latency?: number;
  /** Multiplies the part of satisfied people. */
  readonly score?: number;
  readonly cost?: number;
  /** Moves the score of each answer. */
  readonly drift?: number;
}

export interface SimulatedCanary {
  readonly decision: CanaryDecision;
  /** Of both versions, until it was decided. */
  readonly requests: number;
  readonly candidateRequests: number;
  readonly steps: number;
}

export interface SimulationOptions {
  readonly seed: number;
  readonly regression?: Regression;
  readonly people?: number;
  readonly policy?: Partial<CanaryPolicy>;
  /** Gives up after so many. */
  readonly most?: number;
}

const BASE = { errorRate: 0.01, medianMs: 8, score: 0.8, rated: 0.1, cost: 0.02 };
const SCORE_EDGES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const LOOK_EVERY = 100;
/** From so many answers of the baseline on its p99 is known. */
const TIMED_FROM = 500;

export function simulateCanary({
  seed,
  regression = {},
  people = 2000,
  policy: changes,
  most = 500_000,
}: SimulationOptions): SimulatedCanary {
  const policy = { ...DEFAULT_POLICY, ...changes };
  const next = random(seed);
  const normal = (): number => gaussian(next);
  const crowd = Array.from({ length: people }, (_, at) => ({
    unit: `person-${seed}-${at}`,
    rate: Math.exp(0.8 * normal()),
    slowness: Math.exp(0.3 * normal()),
    faults: Math.exp(0.5 * normal() - 0.125),
    taste: normal() * 0.1,
  }));
  const turns = new Float64Array(people);
  crowd.reduce((sum, { rate }, at) => (turns[at] = sum + rate), 0);
  const anyone = () => {
    const wanted = next() * turns[people - 1]!;
    let [low, high] = [0, people - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (turns[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return crowd[low]!;
  };

  const steps: StepEvidence[] = [];
  /** Who was given to the candidate stays there: weights only grow. */
  const candidates = new Set<string>();
  let slowMs: number | null = null;
  let stepBegan = 0;
  let requests = 0;
  let candidateRequests = 0;
  let decision: CanaryDecision;
  const advance = (): void => {
    const weight = policy.steps[steps.length]!;
    steps.push({ baseline: new CanaryEvidence(), candidate: new CanaryEvidence() });
    stepBegan = requests;
    const routes = [
      { versionId: 'baseline', weight: 100 - weight },
      { versionId: 'candidate', weight },
    ];
    for (const { unit } of crowd)
      if (routeFor(routes, `dep-${seed}`, unit).versionId === 'candidate') candidates.add(unit);
  };
  advance();
  do {
    // Looked at as good as always: whenever there is one per cent more to see.
    for (let left = Math.max(LOOK_EVERY, requests * 0.01); left > 0; left--) {
      const person = anyone();
      const isNew = candidates.has(person.unit);
      const worse = isNew ? regression : {};
      requests++;
      if (isNew) candidateRequests++;
      // The house gets busier and slower by half within 20,000 requests.
      const busy = 1 + 0.5 * Math.min(1, requests / 20_000);
      const evidence = steps.at(-1)![isNew ? 'candidate' : 'baseline'];
      const failed = next() < BASE.errorRate * person.faults * busy + (worse.errorRate ?? 0);
      const totalMs =
        BASE.medianMs * person.slowness * busy * Math.exp(0.4 * normal()) * (worse.latency ?? 1);
      const score = Math.min(1, Math.max(0, 0.5 + 0.2 * normal() + person.taste + (worse.drift ?? 0)));
      const cost = BASE.cost * Math.exp(0.5 * normal()) * (worse.cost ?? 1);
      const outcome = failed ? 'FAILED' : 'ANSWERED';
      const yardsticks = { slowMs, scoreEdges: SCORE_EDGES };
      evidence.observe({ unit: person.unit, outcome, totalMs, cost, score }, yardsticks);
      if (!failed && next() < BASE.rated) {
        const satisfied = Math.min(1, (BASE.score + person.taste) * (worse.score ?? 1));
        evidence.rate(person.unit, next() < satisfied ? 1 : 0);
      }
    }
    const { baseline } = steps.at(-1)!;
    if (slowMs === null && baseline.total('answered') >= TIMED_FROM) slowMs = baseline.latency(0.99);
    decision = canaryDecision(
      {
        steps,
        // A hundred requests a second.
        stepSeconds: (requests - stepBegan) / 100,
        isLast: steps.length >= policy.steps.length - 1,
        state: 'READY',
        paused: false,
      },
      policy,
    );
    if (decision.action === 'PROMOTE' && steps.length < policy.steps.length - 1) {
      advance();
      decision = { ...decision, action: 'WAIT' };
    }
  } while (decision.action === 'WAIT' && requests < most);
  return { decision, requests, candidateRequests, steps: steps.length };
}
