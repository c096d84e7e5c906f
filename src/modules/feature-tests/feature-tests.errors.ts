/** Expected failures of flags and tests, in the words of the person who meets them. */
import { AppError, conflict, invalidInput } from '../../kernel/errors';
import { HealthStatus, type HealthFinding } from './experiments/test-health';

export function keyTaken(): AppError {
  return invalidInput(
    ['input', 'key'],
    'A flag or a test with this key exists. Choose another one.',
    'unique',
  );
}

export function weightsMustSum(sum: number): AppError {
  return invalidInput(['input', 'variants'], `The weights must sum to 100; these sum to ${sum}.`, 'sum');
}

export function duplicateKey(index: number): AppError {
  return invalidInput(['input', 'variants', String(index), 'key'], 'Another variant has this key.', 'unique');
}

export function duplicateMetric(index: number): AppError {
  return invalidInput(
    ['input', 'guardrails', String(index), 'name'],
    'This metric is in the plan already.',
    'unique',
  );
}

export function quantileMissing(path: readonly string[]): AppError {
  return invalidInput(
    [...path, 'quantile'],
    'Say which quantile, as a share: 0.9 for the value that nine of ten do not exceed.',
    'required',
  );
}

export function quantileWithoutUse(path: readonly string[]): AppError {
  return invalidInput(
    [...path, 'quantile'],
    'Only a metric of kind QUANTILE has a quantile. Leave it out, or name that kind.',
    'absent',
  );
}

export function denominatorMissing(path: readonly string[]): AppError {
  const message = 'Say by which metric it is divided: revenue by checkout is what a checkout brings.';
  return invalidInput([...path, 'denominator'], message, 'required');
}

export function denominatorWithoutUse(path: readonly string[]): AppError {
  const message = 'Only a metric of kind RATIO has a denominator. Leave it out, or name that kind.';
  return invalidInput([...path, 'denominator'], message, 'absent');
}

export function dividedByItself(path: readonly string[]): AppError {
  const message = 'Divided by itself it is 1 for everybody. Name another metric.';
  return invalidInput([...path, 'denominator'], message, 'different');
}

export function notServed(index: number): AppError {
  return invalidInput(
    ['input', 'variants', String(index), 'versionId'],
    'The deployment does not serve this version. Add it to its routes first, with weight 0 if it is to get no other traffic.',
    'served',
  );
}

export function wrongState(id: string, wanted: readonly string[], is: string): AppError {
  return conflict(`The test must be in state ${wanted.join(' or ')}; it is ${is}.`, ['input', 'id'], id);
}

export function changedMeanwhile(id: string, path: readonly string[]): AppError {
  return conflict('It changed since you read it. Read it again and decide anew.', path, id);
}

export function otherTestRuns(id: string): AppError {
  return conflict(
    'Another test runs on this deployment. Stop or decide that one first.',
    ['input', 'id'],
    id,
  );
}

export function ownTest(): AppError {
  const message =
    'Its flag requires review in production, and you planned this test: somebody else of the staff must start it.';
  return invalidInput(['input', 'id'], message, 'four-eyes');
}

export function unknownVariant(): AppError {
  return invalidInput(['input', 'variant'], 'The test has no variant with this key.', 'variant');
}

export function wrongValue(path: readonly string[], type: string): AppError {
  return invalidInput(path, `The value must be of the type of the flag, ${type}.`, 'type');
}

export function unknownToPredictions(path: readonly string[], names: readonly string[]): AppError {
  const message = `A test is behind this flag, and a prediction knows nothing of ${names.join(', ')}: ask about id and customerId only.`;
  return invalidInput(path, message, 'attribute');
}

export function notHealthy(health: readonly HealthFinding[]): AppError {
  return new AppError(
    'GATE_FAILED',
    'The test is not healthy, so its figures cannot be believed yet. Wait, repair it, or decide with a written overrideReason.',
    ['input', 'id'],
    {
      checks: health.map(({ name, status, detail }) => ({
        name,
        passed: status === HealthStatus.PASSED,
        detail,
      })),
    },
  );
}

export function nameTaken(): AppError {
  return invalidInput(['input', 'name'], 'A suite with this name exists. Choose another one.', 'unique');
}

export function unknownCase(index: number): AppError {
  return invalidInput(
    ['input', 'remove', String(index)],
    'The suite has no case with this key: read its cases again.',
    'known',
  );
}

export function noCaseLeft(): AppError {
  return invalidInput(
    ['input', 'remove'],
    'A suite has at least one case. Leave one, or put another.',
    'length',
  );
}

export function tooManyCases(count: number, most: number): AppError {
  const message = `A suite has at most ${most} cases; with these it would have ${count}. Make another suite.`;
  return invalidInput(['input', 'put'], message, 'length');
}

export function rateOutOfReach(needed: number, most: number, largest: number): AppError {
  const message = `No run can show that: it takes ${needed} cases of which all pass, and a suite has at most ${most}. Require 1, which is every case, or at most ${largest}.`;
  return invalidInput(['input', 'requiredPassRate'], message, 'range');
}

export function otherModel(field: string): AppError {
  return invalidInput(
    ['input', field],
    'The suite is about another model. Name a version of that one.',
    'model',
  );
}
