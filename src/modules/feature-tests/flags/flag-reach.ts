/** Whether a flag has reached everyone: in production nobody gets another value than the one that was meant to be switched on. */
import { isDeepStrictEqual } from 'node:util';
import { Environment } from '../../deployments';
import { evaluatedIn, type StoredFlag } from './rule-store.service';
import { forNamed, possibleValues, settled } from './settled-flags';

/**
 * On for everyone: a BOOLEAN is true for all; of another type a rule without a condition gives all one value. Rules before it that
 * give some the same value change nothing, such that give another one do. `all` are the flags that there are, this one among them.
 */
export function reachesEveryone(id: string, all: readonly StoredFlag[]): boolean {
  const flag = all.find((one) => one.id === id);
  if (!flag) return false;
  const evaluated = settled(all.map((one) => forNamed(evaluatedIn(one, Environment.PRODUCTION))));
  const inProduction = evaluated.find(({ key }) => key === flag.key)!;
  const [value, ...others] = possibleValues(inProduction);
  if (!others.every((other) => isDeepStrictEqual(other, value))) return false;
  if (flag.type === 'BOOLEAN') return value === true;
  return inProduction.rules.some(({ condition, percentage }) => !condition && percentage === undefined);
}
