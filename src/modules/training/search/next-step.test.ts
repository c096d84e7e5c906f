import { rungsOf } from './halving';
import { bestScore, nextStep, scoreOf, type Step, type TrialStanding } from './next-step';
import type { Objective } from './objective';

interface Trial extends TrialStanding {
  scores: number[];
  hasFailed: boolean;
  isDropped: boolean;
}

const RUNGS = rungsOf(9, 9, { eta: 3, minEpochs: 1 });

function trials(count: number): Trial[] {
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    scores: [],
    hasFailed: false,
    isDropped: false,
  }));
}

/** Follows the steps until one is the best; a trial scores its number on each rung unless told otherwise. */
function searched(
  field: Trial[],
  {
    budget = Infinity,
    objective = 'VALIDATION_LOSS' as Objective,
    scored = ({ number }: Trial): number | null => number,
  } = {},
): { trained: string[]; last: Step<Trial> } {
  const trained: string[] = [];
  for (;;) {
    // What is written down comes back in any order.
    const step = nextStep(RUNGS, [...field].reverse(), objective, trained.length < budget);
    if (step.kind === 'TRAIN') {
      trained.push(`${step.trial.number}@${step.rung}`);
      const score = scored(step.trial);
      if (score === null) step.trial.hasFailed = true;
      else step.trial.scores.push(score);
    } else if (step.kind === 'DROP') for (const trial of step.trials) trial.isDropped = true;
    else return { trained, last: step };
  }
}

test('each trial learns each of its rungs once, in order, and the best of the last rung is the best', () => {
  const field = trials(9);
  const { trained, last } = searched(field, { scored: ({ number }) => Math.abs(number - 5) });
  expect(trained.join(' ')).toBe('1@0 2@0 3@0 4@0 5@0 6@0 7@0 8@0 9@0 4@1 5@1 6@1 5@2');
  expect(last).toMatchObject({ kind: 'CROWN', trial: { number: 5 } });
  expect(field.filter(({ isDropped }) => isDropped)).toHaveLength(8);
});

test('stopped at any step and begun again from what is written down, it trains the rest and no more', () => {
  const whole = searched(trials(9)).trained;
  for (let stop = 0; stop <= whole.length; stop++) {
    const field = trials(9);
    const before: string[] = [];
    while (before.length < stop) {
      const step = nextStep(RUNGS, field, 'VALIDATION_LOSS', true);
      if (step.kind === 'TRAIN') {
        before.push(`${step.trial.number}@${step.rung}`);
        step.trial.scores.push(step.trial.number);
      } else if (step.kind === 'DROP') for (const trial of step.trials) trial.isDropped = true;
    }
    expect([...before, ...searched(field).trained]).toEqual(whole);
  }
});

test('an accuracy is best when it is large, and among equals the first is', () => {
  const best = (scored: (trial: Trial) => number) =>
    searched(trials(9), { objective: 'VALIDATION_ACCURACY', scored }).last;
  expect(best(({ number }) => number / 10)).toMatchObject({ trial: { number: 9 } });
  expect(best(() => 0.5)).toMatchObject({ trial: { number: 1 } });
});

test('when the budget is spent the best until then is taken', () => {
  const { trained, last } = searched(trials(9), { budget: 4, scored: ({ number }) => -number });
  expect(trained).toHaveLength(4);
  expect(last).toMatchObject({ kind: 'CROWN', trial: { number: 4 } });
  expect(searched(trials(9), { budget: 0 }).last).toEqual({ kind: 'NONE' });
});

test('the best score on any rung is taken, be it of a trial that was left behind', () => {
  const worse = ({ number, scores }: Trial): number => number + 100 * scores.length;
  expect(searched(trials(9), { scored: worse }).last).toMatchObject({ trial: { number: 1 }, rung: 0 });
  const better = ({ number, scores }: Trial): number => number - 100 * scores.length;
  expect(searched(trials(9), { scored: better }).last).toMatchObject({ trial: { number: 1 }, rung: 2 });
  const second = ({ number, scores }: Trial): number => (scores.length === 1 ? 4 - number : 10 + number);
  expect(searched(trials(9), { scored: second }).last).toMatchObject({
    trial: { number: 3, isDropped: false },
    rung: 1,
  });
  const fails = ({ number, scores }: Trial): number | null => (scores.length === 1 ? null : number);
  expect(searched(trials(9), { scored: fails }).last).toMatchObject({ trial: { number: 1 }, rung: 0 });
  expect(bestScore([0.5, 0.4, 0.6], 'VALIDATION_LOSS')).toBe(0.4);
  expect(bestScore([0.5, 0.4, 0.6], 'VALIDATION_ACCURACY')).toBe(0.6);
});

test('a trial that fails leaves its place, and when all do there is no best', () => {
  const { last, trained } = searched(trials(9), {
    scored: ({ number }) => (number <= 7 ? null : number),
  });
  expect(trained.slice(9)).toEqual(['8@1', '9@1', '8@2']);
  expect(last).toMatchObject({ kind: 'CROWN', trial: { number: 8 } });
  expect(searched(trials(9), { scored: () => null }).last).toEqual({ kind: 'NONE' });
});

test('a score is that of the epoch whose weights are kept', () => {
  const curve = [
    { valLoss: 0.7, valAccuracy: 0.5, valAuc: 0.6, valF1: null },
    { valLoss: 0.5, valAccuracy: 0.8, valAuc: 0.8, valF1: null },
    { valLoss: 0.6, valAccuracy: 0.9, valAuc: 0.7, valF1: null },
  ];
  expect(scoreOf(curve, null, 'VALIDATION_LOSS')).toBe(0.6);
  expect(scoreOf(curve, null, 'VALIDATION_ACCURACY')).toBe(0.9);
  expect(scoreOf(curve, null, 'VALIDATION_AUC')).toBe(0.7);
  expect(scoreOf(curve, null, 'VALIDATION_F1')).toBeNull();
  const stopping = { patience: 5, minDelta: 0 };
  expect(scoreOf(curve, stopping, 'VALIDATION_LOSS')).toBe(0.5);
  expect(scoreOf(curve, stopping, 'VALIDATION_ACCURACY')).toBe(0.8);
  // Better by less than it must be is not better.
  expect(scoreOf(curve, { patience: 5, minDelta: 0.3 }, 'VALIDATION_LOSS')).toBe(0.7);
  expect(scoreOf([], null, 'VALIDATION_LOSS')).toBeNull();
});
