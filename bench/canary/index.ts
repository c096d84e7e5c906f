/** How often a canary that is no worse is rolled back, and how soon one that is worse: simulated, seeds fixed. */
import { simulateCanary, type Regression, type SimulatedCanary } from '../../test/support/canary-simulation';
import type { Benchmark } from '../main';
import { median } from '../measure/rounds';
import { type Goal, printGoals, printTable } from '../measure/table';

const ALIKE = 500;
const WORSE = 40;
const ALLOWED = 0.05;

const REGRESSIONS: readonly { readonly name: string; readonly regression: Regression }[] = [
  { name: 'errors + 2 points', regression: { errorRate: 0.02 } },
  { name: 'p99 × 1.5', regression: { latency: 1.5 } },
  { name: 'score − 5 %', regression: { score: 0.95 } },
  { name: 'cost + 20 %', regression: { cost: 1.2 } },
  { name: 'answers moved by 0.2', regression: { drift: 0.2 } },
  {
    name: 'errors + 2 points, p99 × 1.5, score − 5 %',
    regression: { errorRate: 0.02, latency: 1.5, score: 0.95 },
  },
];

const isRolledBack = ({ decision }: SimulatedCanary): boolean => decision.action === 'ROLL_BACK';

export const benchmark: Benchmark = {
  summary: 'canaries that are no worse and are rolled back all the same; how soon worse ones are',
  run({ json, rounds }) {
    // Seven rounds, the usual number, are the whole benchmark; fewer are a part of it.
    const part = Math.min(1, rounds / 7);
    const startedAt = performance.now();
    const alike = Array.from({ length: Math.ceil(ALIKE * part) }, (_, at) =>
      simulateCanary({ seed: 1000 + at }),
    );
    const falseRollbacks = alike.filter(isRolledBack).length;
    const promoted = alike.filter(({ decision }) => decision.action === 'PROMOTE');
    const worse = REGRESSIONS.map(({ name, regression }, at) => {
      const runs = Array.from({ length: Math.ceil(WORSE * part) }, (_, index) =>
        simulateCanary({ seed: 100_000 * (at + 1) + index, regression }),
      );
      const caught = runs.filter(isRolledBack);
      return {
        name,
        runs: runs.length,
        rolledBack: caught.length,
        promoted: runs.filter(({ decision }) => decision.action === 'PROMOTE').length,
        requests: median(caught.map(({ requests }) => requests)),
        candidateRequests: median(caught.map(({ candidateRequests }) => candidateRequests)),
        largestCandidateRequests: Math.max(...caught.map(({ candidateRequests }) => candidateRequests)),
        weightStep: median(caught.map(({ steps }) => steps)),
      };
    });
    const rate = falseRollbacks / alike.length;
    const missed = worse.reduce((sum, { runs, rolledBack }) => sum + runs - rolledBack, 0);
    const goals: Goal[] = [
      {
        what: 'false rollbacks, of all canaries alike',
        goal: `≤ ${ALLOWED}`,
        reached: rate,
        met: rate <= ALLOWED,
      },
      { what: 'worse candidates that were not rolled back', goal: '0', reached: missed, met: missed === 0 },
    ];
    const figures = {
      alike: {
        canaries: alike.length,
        falseRollbacks,
        promoted: promoted.length,
        requests: median(promoted.map(({ requests }) => requests)),
      },
      worse,
      seconds: (performance.now() - startedAt) / 1000,
    };
    if (json) {
      console.log(JSON.stringify({ benchmark: 'canary', ...figures, goals }));
      return Promise.resolve();
    }
    printTable(
      'no worse',
      ['canaries', 'rolled back', 'promoted', 'requests'],
      [['', ...Object.values(figures.alike).map(String)]],
    );
    printTable(
      'worse',
      ['canaries', 'rolled back', 'requests', 'of them new', 'at most', 'in step'],
      worse.map((row) => [
        row.name,
        String(row.runs),
        String(row.rolledBack),
        String(row.requests),
        String(row.candidateRequests),
        String(row.largestCandidateRequests),
        String(row.weightStep),
      ]),
    );
    printGoals(goals);
    return Promise.resolve();
  },
};
