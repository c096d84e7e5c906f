/** What goes wrong with deployments, in words that say what to do next. */
import { AppError, conflict, invalidInput } from '../../kernel/errors';
import type { PromotionVerdict } from './gate/promotion-check';

export function nameTaken(name: string): AppError {
  return conflict(`A deployment named ${name} exists. Promote it, or choose another name.`, [
    'input',
    'name',
  ]);
}

export function changedMeanwhile(id: string, version: number): AppError {
  const message = `The deployment is at version ${version} now. Look at it again and decide anew.`;
  return conflict(message, ['input', 'expectedVersion'], id);
}

export function nothingBefore(id: string): AppError {
  return conflict(
    'There are no earlier routes to go back to. Promote another version instead.',
    ['input', 'id'],
    id,
  );
}

export function gateRefused(checks: readonly PromotionVerdict[]): AppError {
  const failed = checks.filter(({ passed }) => !passed).map(({ name }) => name);
  return new AppError(
    'GATE_FAILED',
    `The gate refused (${failed.join(', ')}). Mend it, or override it with a written reason.`,
    ['input'],
    { checks: [...checks] },
  );
}

export function mixedOwners(path: readonly string[]): AppError {
  return invalidInput(
    path,
    'The versions belong to different owners. Deploy private models of one customer together.',
    'owner',
  );
}

export function shadowServes(): AppError {
  return conflict('This version answers here already. A shadow is a version that does not.', [
    'input',
    'versionId',
  ]);
}

export function oneOf(path: readonly string[], fields: string): AppError {
  return invalidInput(path, `Give exactly one of ${fields}.`, 'oneOf');
}
