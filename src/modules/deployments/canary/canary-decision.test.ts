/** What becomes of a canary in each situation, and its promise on canaries that are no worse. */
import { simulateCanary } from '../../../../test/support/canary-simulation';
import { random } from '../../../../test/support/simulated-device';
import { canaryDecision, type CanarySituation } from './canary-decision';
import type { Deployment } from '../deployment.entity';
import { CanaryEvidence, type Observed } from './canary-evidence';
import { reasonOf, verdictOf } from './canary-move';
import { DEFAULT_POLICY } from './canary-policy';

interface Traffic {
  readonly requests: number;
  readonly people?: number;
  readonly failed?: number;
  /** Not answered within a short deadline of the caller's, and that deadline. */
  readonly late?: number;
  readonly withinMs?: number;
  readonly totalMs?: number;
  readonly cost?: number;
  readonly score?: number;
  readonly rating?: number;
}

const YARDSTICKS = { slowMs: 10, scoreEdges: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] };

/** `failed` and the like are shares; everyone asks equally often. */
function evidence(seed: number, { requests, people = 400, ...traffic }: Traffic): CanaryEvidence {
  const next = random(seed);
  const seen = new CanaryEvidence();
  for (let at = 0; at < requests; at++) {
    const unit = `${seed}-${at % people}`;
    const drawn = next();
    const { failed = 0.01, late = 0, withinMs = 0 } = traffic;
    const outcome: Observed['outcome'] =
      drawn < failed ? 'FAILED' : drawn < failed + late ? 'LATE' : 'ANSWERED';
    const totalMs = outcome === 'LATE' ? withinMs : (traffic.totalMs ?? 4) * (0.5 + next());
    const cost = (traffic.cost ?? 1) * (0.5 + next());
    const score = (traffic.score ?? 0.5) + 0.2 * (next() - 0.5);
    seen.observe({ unit, outcome, totalMs, cost, score }, YARDSTICKS);
    if (traffic.rating !== undefined) seen.rate(unit, next() < traffic.rating ? 1 : 0);
  }
  return seen;
}

function decide(
  candidate: Traffic,
  situation: Partial<CanarySituation> = {},
  baseline: Traffic = { requests: 4000 },
) {
  const steps = [{ baseline: evidence(1, baseline), candidate: evidence(2, candidate) }];
  const usual = { steps, stepSeconds: 120, isLast: false, state: 'READY' as const, paused: false };
  return canaryDecision({ ...usual, ...situation }, DEFAULT_POLICY);
}
const outcome = (...of: Parameters<typeof decide>) => {
  const { action, reason } = decide(...of);
  return `${action} ${reason}`;
};
const worst = (...of: Parameters<typeof decide>) =>
  decide(...of).checks.flatMap(({ metric, verdict }) => (verdict === 'WORSE' ? [metric] : []));

test('a version that misses the short deadlines of its callers is slow, where they left it longer than slow is', () => {
  const often = { requests: 4000, failed: 0, late: 0.3 };
  expect(outcome({ ...often, withinMs: 50 })).toBe('ROLL_BACK WORSE');
  expect(worst({ ...often, withinMs: 50 })).toEqual(['P99_LATENCY']);
  // Whoever sends a millisecond with every third call brings down nobody, and lifts nobody up.
  expect(outcome({ ...often, withinMs: 1 })).toBe('PROMOTE NO_WORSE');
});

test('enough requests, enough time and no doubt lead on; anything missing waits', () => {
  const alike = { requests: 1000 };
  expect(outcome(alike)).toBe('PROMOTE NO_WORSE');
  expect(outcome(alike, { isLast: true })).toBe('PROMOTE NO_WORSE');
  expect(outcome({ requests: 199 })).toBe('WAIT GATHERING');
  expect(outcome(alike, { stepSeconds: 59 })).toBe('WAIT GATHERING');
  expect(outcome(alike, { state: 'PREPARING' })).toBe('WAIT PREPARING');
});

test('each measure rolls back by itself, and names itself', () => {
  const requests = 4000;
  expect(worst({ requests, failed: 0.05 })).toEqual(['ERROR_RATE']);
  expect(worst({ requests, totalMs: 8 })).toEqual(['P99_LATENCY']);
  expect(worst({ requests, cost: 1.2 })).toEqual(['COST']);
  expect(worst({ requests, score: 0.8 })).toEqual(['DRIFT']);
  expect(worst({ requests, rating: 0.6 }, {}, { requests: 4000, rating: 0.8 })).toEqual(['FEEDBACK_SCORE']);
  expect(outcome({ requests, failed: 0.05 })).toBe('ROLL_BACK WORSE');
});

test('what is the same for everybody of a version is judged too: a price of twice as much, an error at every other request', () => {
  const alike = (cost: number, failing = false): CanaryEvidence => {
    const seen = new CanaryEvidence();
    for (let at = 0; at < 400; at++) {
      const outcome = failing && at >= 200 ? ('FAILED' as const) : ('ANSWERED' as const);
      seen.observe({ unit: `${at % 200}`, outcome, totalMs: 4, cost, score: 0.5 }, YARDSTICKS);
    }
    return seen;
  };
  const beside = (candidate: CanaryEvidence) =>
    outcome({ requests: 0 }, { steps: [{ baseline: alike(1), candidate }] });
  expect(beside(alike(1))).toBe('PROMOTE NO_WORSE');
  expect(beside(alike(1.005))).toBe('PROMOTE NO_WORSE');
  expect(beside(alike(2))).toBe('ROLL_BACK WORSE');
  expect(beside(alike(1, true))).toBe('ROLL_BACK WORSE');
});

test('what is better, or no worse than the tolerance, is no reason to go back', () => {
  const requests = 4000;
  expect(outcome({ requests, failed: 0, totalMs: 2, cost: 0.5 })).toBe('PROMOTE NO_WORSE');
  expect(worst({ requests, cost: 1.005 })).toEqual([]);
});

test('worse so far, but not beyond chance: the step waits', () => {
  expect(outcome({ requests: 250, failed: 0.03 })).toBe('WAIT DOUBTFUL');
});

test('doubt that many requests did not settle goes on to more people, but never to all of them', () => {
  const doubtful = { requests: 1000, people: 60, failed: 0.025 };
  expect(worst(doubtful)).toEqual([]);
  expect(outcome(doubtful)).toBe('PROMOTE DOUBTFUL');
  expect(outcome(doubtful, { isLast: true })).toBe('WAIT DOUBTFUL');
});

test('nobody gets everything while a large fall of the score is not ruled out, and none is seen', () => {
  const rated = (requests: number) => ({ requests, people: 2000, rating: 0.8 });
  const last = (requests: number) => outcome(rated(requests), { isLast: true }, rated(requests));
  expect(last(400)).toBe('WAIT DOUBTFUL');
  expect(last(30_000)).toBe('PROMOTE NO_WORSE');
  // Before the last step the next one brings more people, who will tell.
  expect(outcome(rated(400), {}, rated(400))).toBe('PROMOTE NO_WORSE');
  // Nobody rates: then the score is no reason to wait.
  expect(outcome({ requests: 1000 }, { isLast: true })).toBe('PROMOTE NO_WORSE');
});

test('the chances of all measures to lie add up to the policy’s', () => {
  const { checks } = decide({ requests: 1000, rating: 0.8 }, {}, { requests: 4000, rating: 0.8 });
  const sum = checks.reduce((all, { alpha }) => all + alpha, 0);
  expect(sum).toBeCloseTo(DEFAULT_POLICY.falseRollbacks, 12);
});

test('a few people say nothing, however much they ask: the last step waits for more, and at last for a person', () => {
  const few = { requests: 5000, people: 3 };
  expect(decide(few).checks.every(({ verdict }) => verdict === 'TOO_FEW')).toBe(true);
  expect(outcome(few, { isLast: true })).toBe('WAIT GATHERING');
  expect(outcome(few, { isLast: true, stepSeconds: DEFAULT_POLICY.stepSeconds })).toBe('PAUSE OUT_OF_TIME');
});

test('a candidate that never answers goes back: at once when all fail, by its deadline when all hang', () => {
  expect(outcome({ requests: 20, failed: 1, people: 1 })).toBe('ROLL_BACK NEVER_ANSWERED');
  expect(outcome({ requests: 19, failed: 1, people: 1 })).toBe('WAIT GATHERING');
  const hanging = new CanaryEvidence();
  hanging.observe({ unit: 'ada', outcome: 'LEFT', totalMs: 1000, cost: 0 }, YARDSTICKS);
  const steps = [{ baseline: evidence(1, { requests: 100 }), candidate: hanging }];
  const at = (stepSeconds: number) => outcome({ requests: 0 }, { steps, stepSeconds });
  expect(at(DEFAULT_POLICY.answerSeconds - 1)).toBe('WAIT GATHERING');
  expect(at(DEFAULT_POLICY.answerSeconds)).toBe('ROLL_BACK NEVER_ANSWERED');
});

test('when the baseline answers nobody either, the candidate is not to blame', () => {
  const down = { requests: 40, failed: 1 };
  expect(outcome(down, {}, down)).toBe('WAIT GATHERING');
});

test('a candidate that cannot be made ready goes back', () => {
  expect(outcome({ requests: 0 }, { state: 'FAILED' })).toBe('ROLL_BACK NOT_READY');
  const stepSeconds = DEFAULT_POLICY.answerSeconds;
  expect(outcome({ requests: 0 }, { state: 'PREPARING', stepSeconds })).toBe('ROLL_BACK NOT_READY');
});

test('a paused canary keeps its step, and is still rolled back when it is worse', () => {
  expect(outcome({ requests: 4000 }, { paused: true })).toBe('WAIT PAUSED');
  expect(outcome({ requests: 4000, failed: 0.1 }, { paused: true })).toBe('ROLL_BACK WORSE');
});

test('without any request nothing is decided before a person must', () => {
  expect(outcome({ requests: 0 }, {}, { requests: 0 })).toBe('WAIT GATHERING');
  const stepSeconds = DEFAULT_POLICY.stepSeconds;
  expect(outcome({ requests: 0 }, { stepSeconds }, { requests: 0 })).toBe('PAUSE OUT_OF_TIME');
});

test('evidence of two processes adds up to that of one', () => {
  const whole = new CanaryEvidence();
  const parts = [new CanaryEvidence(), new CanaryEvidence()];
  for (let at = 0; at < 100; at++) {
    const observed: Observed = {
      unit: `p${at}`,
      outcome: 'ANSWERED',
      totalMs: at,
      cost: at,
      score: at / 100,
    };
    whole.observe(observed, YARDSTICKS);
    parts[at % 2]!.observe(observed, YARDSTICKS);
  }
  const sum = CanaryEvidence.from([...parts[0]!.sums]);
  sum.merge(parts[1]!);
  expect([...sum.sums]).toEqual([...whole.sums]);
  expect(whole.total('slow')).toBe(89);
  expect(Math.abs(whole.latency(0.99)! / 99 - 1)).toBeLessThan(0.1);
});

/** A hundred new people and more. */
const small = {
  people: 1000,
  most: 4000,
  policy: { steps: [20, 100], minimumRequests: 300, minimumStepSeconds: 0 },
};

test('canaries that are no worse: at most a few in a hundred go back', () => {
  const runs = Array.from({ length: 12 }, (_, seed) => simulateCanary({ seed: seed + 1, ...small }));
  const back = runs.filter(({ decision }) => decision.action === 'ROLL_BACK').length;
  // 5 per cent and three standard errors of the count.
  expect(back).toBeLessThanOrEqual(12 * 0.05 + 3 * Math.sqrt(12 * 0.05 * 0.95));
  expect(runs.some(({ decision }) => decision.action === 'PROMOTE')).toBe(true);
});

test('canaries that are worse go back', () => {
  const regression = { errorRate: 0.04, latency: 2 };
  for (let seed = 1; seed <= 3; seed++) {
    const { decision, candidateRequests } = simulateCanary({ seed, regression, ...small });
    expect(decision).toMatchObject({ action: 'ROLL_BACK', reason: 'WORSE' });
    expect(candidateRequests).toBeLessThan(2000);
  }
});

test('why a canary went back is told with its numbers, and of moved scores that they do not say which version is right', () => {
  const told = (candidate: Traffic): string => reasonOf(decide(candidate), { failure: null } as Deployment);
  expect(told({ requests: 4000, failed: 0.05 })).toMatch(
    /^The canary went back: ERROR_RATE, 0\.0\d+ instead of 0\.0\d+ \(worse by at least 0\.0\d+, and 0\.002 is taken for the same; 4000 requests\)\.$/,
  );
  expect(told({ requests: 4000, score: 0.8 })).toMatch(
    /DRIFT, its scores lie otherwise .*at least 0\.\d+, and 0\.1 is taken for the same; \d+ requests\).*a larger tolerances\.drift\.$/,
  );
  const [known, unknown] = decide({ requests: 60 }).checks.flatMap((check) => verdictOf(check).detail);
  expect(`${known} ${unknown}`).not.toContain('at least unknown');
});
