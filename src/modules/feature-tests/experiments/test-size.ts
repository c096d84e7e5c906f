/** How many people a test will need, from what is known before it starts: the value of the metric now, and how people differ in it. */
import { type AppError, invalidInput } from '../../../kernel/errors';
import {
  type Estimate,
  type PowerGoal,
  relativeEffect,
  requiredFactor,
  requiredFactorSequential,
} from '../../../kernel/statistics';

export interface SizeQuestion extends PowerGoal {
  /** The metric's value today. */
  readonly baseline: number;
  /** Between people; undefined = a conversion, whose value says it. */
  readonly standardDeviation?: number;
  /** The smallest lift that matters, as a share. */
  readonly minimumEffect: number;
  /** Of the variants, the control first. */
  readonly weights: readonly number[];
  /** How many share the level. */
  readonly comparisons: number;
}

/** What cannot be answered, all at once. */
export function sizeFaults({ baseline, standardDeviation, minimumEffect }: SizeQuestion): AppError[] {
  const faults: AppError[] = [];
  const path = (field: string): string[] => ['input', field];
  if (standardDeviation === undefined) {
    if (!(baseline > 0 && baseline < 1)) {
      faults.push(invalidInput(path('baseline'), 'A conversion lies between 0 and 1.', 'range'));
    } else if (baseline * (1 + minimumEffect) >= 1) {
      const message = 'No conversion can rise that far: more than all people. Ask for a smaller lift.';
      faults.push(invalidInput(path('minimumEffect'), message, 'range'));
    }
    return faults;
  }
  if (!(Math.abs(baseline) > 0)) {
    faults.push(invalidInput(path('baseline'), 'A lift needs a value to start from that is not 0.', 'range'));
  }
  if (!(standardDeviation > 0)) {
    const message = 'The standard deviation must be above 0: people differ.';
    faults.push(invalidInput(path('standardDeviation'), message, 'range'));
  }
  return faults;
}

export interface TestSize {
  readonly people: number;
  readonly peoplePerVariant: number[];
  readonly peopleWatched: number;
}

/** For the treatment with the smallest share. @see sizeFaults for what must not be asked. */
export function testSize(question: SizeQuestion): TestSize {
  const { baseline, minimumEffect, weights, level, power, comparisons } = question;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const [control, ...treatments] = weights.map((weight) => weight / total);
  const lifted = baseline * (1 + minimumEffect);
  const group = (n: number, value: number): Estimate => ({
    n,
    value,
    variance:
      question.standardDeviation === undefined ? value * (1 - value) : question.standardDeviation ** 2,
  });
  // The standard error of one person: a share of one stands for as many people of each group.
  const smallest = Math.min(...treatments);
  const one = {
    ...relativeEffect(group(control!, baseline), group(smallest, lifted)),
    n: control! + smallest,
  };
  const goal: PowerGoal = { level: 1 - (1 - level) / comparisons, power };
  const people = Math.ceil(requiredFactor(one, minimumEffect, goal));
  // Planned with this size, the sequence is tuned at it.
  const watched = requiredFactorSequential(one, minimumEffect, goal, people, level);
  return {
    people,
    peoplePerVariant: weights.map((weight) => Math.ceil((people * weight) / total)),
    peopleWatched: Math.ceil(watched),
  };
}
