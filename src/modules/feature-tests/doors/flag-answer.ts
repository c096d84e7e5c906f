/**
 * What OFREP is told of one flag for one person: the value, always, and why. Pure. Reasons and error codes are those of the
 * OpenFeature specification (Types, "Resolution Reason" and "Error Code").
 */
import type { Environment } from '../../deployments';
import type { Attributes, EvaluatedFlag, Evaluation, FlagEvaluator } from '../flags/flag-evaluation';
import { evaluatedIn, isOn, type StoredFlag } from '../flags/rule-store.service';

export type Reason = 'STATIC' | 'DEFAULT' | 'TARGETING_MATCH' | 'SPLIT' | 'DISABLED';

export interface FlagValue {
  readonly key: string;
  readonly value: unknown;
  readonly reason: Reason;
  /** The variant of the test; absent where no test decided. */
  readonly variant?: string;
}

export interface FlagFailure {
  readonly key: string;
  readonly errorCode: 'TARGETING_KEY_MISSING';
  readonly errorDetails: string;
}

/** For whom a flag is evaluated. */
export interface Unit {
  readonly customerId: string;
  /** The end user, where they are known and may be served. */
  readonly id?: string;
  /** Whether the caller named anybody. */
  readonly isNamed: boolean;
  readonly analyticsConsent: boolean;
  /** What else the caller says about them. */
  readonly context: Readonly<Record<string, unknown>>;
}

/** @param evaluator of all flags of the environment, or of what the customer may read of them where nobody is named. */
export function flagAnswer(
  evaluator: FlagEvaluator,
  flag: StoredFlag,
  environment: Environment,
  unit: Unit,
): FlagValue | FlagFailure {
  const { key } = flag;
  const { id, customerId, analyticsConsent, context } = unit;
  // What the caller says of itself never stands in for what we know.
  const person = { ...context, id, customerId, analyticsConsent };
  if (!unit.isNamed && asksWho(key, evaluator, person)) {
    const errorDetails = 'This flag is shared out among people: say who it is by targetingKey.';
    return { key, errorCode: 'TARGETING_KEY_MISSING', errorDetails };
  }
  const evaluation = evaluator.evaluate(key, person);
  const { value, variantKey } = evaluation;
  const reason = isOn(flag, environment)
    ? reasonOf(evaluatedIn(flag, environment), evaluator.flag(key)!, evaluation)
    : 'DISABLED';
  return { key, value, reason, ...(variantKey !== undefined && { variant: variantKey }) };
}

/** Whether somebody with a name might have got something else: a share or a test came before what decided, here or in a flag that is required. */
function asksWho(key: string, evaluator: FlagEvaluator, person: Attributes): boolean {
  const flag = evaluator.flag(key);
  if (!flag) return false;
  const { rules, experiment, prerequisites = [] } = flag;
  const { rule, unmet } = evaluator.evaluate(key, person);
  const required = unmet === undefined ? prerequisites.map((one) => one.key) : [unmet];
  const isAskedBefore = required.some((one) => asksWho(one, evaluator, person));
  if (isAskedBefore || unmet !== undefined) return isAskedBefore;
  return isShared(rules.slice(0, rule)) || (rule === undefined && experiment !== undefined);
}

/** @param evaluated what was evaluated: the whole, or what the customer may read of it, by which nothing is told that the whole would not. */
function reasonOf(
  { rules, experiment }: EvaluatedFlag,
  evaluated: EvaluatedFlag,
  { rule, variantKey }: Evaluation,
): Reason {
  if (variantKey !== undefined) return 'SPLIT';
  if (rule !== undefined) {
    return isShared(evaluated.rules.slice(rule, rule + 1)) ? 'SPLIT' : 'TARGETING_MATCH';
  }
  return rules.length === 0 && !experiment ? 'STATIC' : 'DEFAULT';
}

function isShared(rules: EvaluatedFlag['rules']): boolean {
  return rules.some(({ percentage }) => typeof percentage === 'number');
}
