/**
 * Which value a flag has for somebody, and which variant of a test. The evaluator is GrowthBook's own, so that a
 * client that evaluates locally agrees with us bit for bit. Pure: the same unit always gets the same answer.
 */
import {
  evalCondition,
  type FeatureDefinition,
  type FeatureRule,
  GrowthBookClient,
} from '@growthbook/growthbook';

interface EvaluatedRule {
  /** A MongoDB-style condition on the attributes; absent = everyone. */
  readonly condition?: Readonly<Record<string, unknown>>;
  readonly value: unknown;
  /** Percentage of the units; absent = all. */
  readonly percentage?: number | null;
}

interface EvaluatedPrerequisite {
  /** Of the flag that is required. */
  readonly key: string;
  /** What it must give to the same person in the same environment. */
  readonly value: unknown;
}

interface EvaluatedExperiment {
  readonly key: string;
  readonly variants: readonly { readonly key: string; readonly weight: number }[];
}

export interface EvaluatedFlag {
  readonly key: string;
  readonly defaultValue: unknown;
  /** Where one of them is not met, the default stands, as where the flag is off; absent = none. */
  readonly prerequisites?: readonly EvaluatedPrerequisite[];
  readonly rules: readonly EvaluatedRule[];
  /** By what the shares of its rules are drawn; absent = its key. */
  readonly shareSeed?: string;
  /** Stands after the rules: whoever no rule decides for takes part. */
  readonly experiment?: EvaluatedExperiment;
}

export interface Attributes {
  /** The unit: an end user, stable over time. Whoever has none is in no share and in no test. */
  readonly id?: string;
  readonly customerId?: string;
  /** Only who agreed to analytics takes part in tests; absent = no. */
  readonly analyticsConsent?: boolean;
  /** Whatever else conditions ask about. */
  readonly [name: string]: unknown;
}

export interface Evaluation {
  readonly value: unknown;
  /** The variant, only when the experiment itself decided. */
  readonly variantKey?: string;
  /** Index of the rule that decided; absent when none did. */
  readonly rule?: number;
  /** Key of the required flag that gives something else, so that the default stands. */
  readonly unmet?: string;
}

const UNMET = 'requires ';

export class FlagEvaluator {
  private readonly client = new GrowthBookClient();
  private readonly flags: ReadonlyMap<string, EvaluatedFlag>;

  constructor(flags: readonly EvaluatedFlag[]) {
    this.flags = new Map(flags.map((flag) => [flag.key, flag]));
    this.client.initSync({
      payload: { features: featuresOf(flags) },
    });
  }

  /** What is evaluated by this key. */
  flag(key: string): EvaluatedFlag | undefined {
    return this.flags.get(key);
  }

  evaluate(key: string, attributes: Attributes): Evaluation {
    const result = this.client.evalFeature(key, { attributes: { ...attributes } });
    const value: unknown = result.value;
    if (result.source === 'experiment') return { value, variantKey: String(value) };
    if (result.source !== 'force') return { value };
    const { ruleId } = result;
    if (ruleId.startsWith(UNMET)) return { value, unmet: ruleId.slice(UNMET.length) };
    return { value, rule: Number(ruleId) };
  }
}

/** Whether what a flag gives is what is required of it, by the evaluator's own measure. */
export function isMet(value: unknown, required: unknown): boolean {
  return evalCondition({ value }, beingSo(required) as never);
}

/** Flags in the words of GrowthBook, as its clients evaluate them. */
export function featuresOf(flags: readonly EvaluatedFlag[]): Record<string, FeatureDefinition<unknown>> {
  return Object.fromEntries(flags.map((flag) => [flag.key, feature(flag)]));
}

function feature(flag: EvaluatedFlag): FeatureDefinition<unknown> {
  const { defaultValue, prerequisites = [], rules, shareSeed, experiment } = flag;
  // In front of all others, and forcing the default: so each is evaluated once, and a client too old to know of
  // prerequisites stays with the default. A "gate" would give null instead of a value of the flag's type.
  const unmet = prerequisites.map(({ key, value }): FeatureRule<unknown> => ({
    id: UNMET + key,
    parentConditions: [{ id: key, condition: { $not: beingSo(value) } as FeatureRule['condition'] & object }],
    force: defaultValue,
  }));
  const own = rules.map(({ condition, value, percentage }, index): FeatureRule<unknown> => ({
    id: String(index),
    ...(condition && { condition: condition as FeatureRule['condition'] }),
    force: value,
    ...(typeof percentage === 'number' && {
      coverage: percentage / 100,
      hashAttribute: 'id',
      hashVersion: 2,
      ...(shareSeed !== undefined && { seed: shareSeed }),
    }),
  }));
  return { defaultValue, rules: [...unmet, ...own, ...(experiment ? [experimentRule(experiment)] : [])] };
}

/** Strict: left to itself the evaluator takes `"1"` for `1`, and whatever is not empty for true. */
function beingSo(required: unknown): object {
  const isSimple = required !== null && typeof required !== 'object';
  return { value: isSimple ? { $eq: required } : required };
}

/** The key seeds the hash: the same people do not meet the same variant position in every test. */
function experimentRule({ key, variants }: EvaluatedExperiment): FeatureRule<unknown> {
  return {
    key,
    seed: key,
    condition: { analyticsConsent: true },
    hashAttribute: 'id',
    hashVersion: 2,
    variations: variants.map((variant) => variant.key),
    weights: variants.map((variant) => variant.weight / 100),
    coverage: 1,
  };
}
