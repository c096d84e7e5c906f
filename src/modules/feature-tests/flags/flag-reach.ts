/** Whether a flag has reached everyone: in production nobody gets another value than the one that was meant to be switched on. */
import { isDeepStrictEqual } from 'node:util';
import { Environment } from '../../deployments';
import type { FeatureFlag, FlagRule } from './feature-flag.entity';

type Switch = Pick<FeatureFlag, 'type' | 'defaultValue' | 'rules' | 'environments'>;

/**
 * On for everyone: a BOOLEAN is true for all; of another type a rule without a condition gives all one value. Rules before it that
 * give some the same value change nothing, such that give another one do.
 */
export function reachesEveryone({ type, defaultValue, rules, environments }: Switch): boolean {
  const isOn = environments.some(
    ({ environment, enabled }) => environment === Environment.PRODUCTION && enabled,
  );
  const applied = isOn ? rules : [];
  const forAll = applied.findIndex(isForAll);
  const value = forAll < 0 ? defaultValue : applied[forAll]!.value;
  const others = forAll < 0 ? applied : applied.slice(0, forAll);
  if (!others.every((rule) => isDeepStrictEqual(rule.value, value))) return false;
  return type === 'BOOLEAN' ? value === true : forAll >= 0;
}

function isForAll({ condition, percentage }: FlagRule): boolean {
  return (condition ?? null) === null && (percentage ?? 100) >= 100;
}
