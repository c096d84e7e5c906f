/**
 * Which value a flag has for somebody, and which variant of a test. The evaluator is GrowthBook's own, so that a
 * client that evaluates locally agrees with us bit for bit. Pure: the same unit always gets the same answer.
 */
import { GrowthBookClient, type FeatureDefinition, type FeatureRule } from '@growthbook/growthbook';

interface EvaluatedRule {
  /** A MongoDB-style condition on the attributes; absent = everyone. */
  readonly condition?: Readonly<Record<string, unknown>>;
  readonly value: unknown;
  /** Percentage of the units; absent = all. */
  readonly percentage?: number | null;
}

interface EvaluatedExperiment {
  readonly key: string;
  readonly variants: readonly { readonly key: string; readonly weight: number }[];
}

export interface EvaluatedFlag {
  readonly key: string;
  readonly defaultValue: unknown;
  readonly rules: readonly EvaluatedRule[];
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
}

export class FlagEvaluator {
  private readonly client = new GrowthBookClient();

  constructor(flags: readonly EvaluatedFlag[]) {
    this.client.initSync({
      payload: { features: featuresOf(flags) },
    });
  }

  evaluate(key: string, attributes: Attributes): Evaluation {
    const result = this.client.evalFeature(key, { attributes: { ...attributes } });
    const value: unknown = result.value;
    if (result.source === 'experiment') return { value, variantKey: String(value) };
    return result.source === 'force' ? { value, rule: Number(result.ruleId) } : { value };
  }
}

/** Flags in the words of GrowthBook, as its clients evaluate them. */
export function featuresOf(flags: readonly EvaluatedFlag[]): Record<string, FeatureDefinition<unknown>> {
  return Object.fromEntries(flags.map((flag) => [flag.key, feature(flag)]));
}

function feature({ defaultValue, rules, experiment }: EvaluatedFlag): FeatureDefinition<unknown> {
  const own = rules.map(({ condition, value, percentage }, index): FeatureRule<unknown> => ({
    id: String(index),
    ...(condition && { condition: condition as FeatureRule['condition'] }),
    force: value,
    ...(typeof percentage === 'number' && {
      coverage: percentage / 100,
      hashAttribute: 'id',
      hashVersion: 2,
    }),
  }));
  return { defaultValue, rules: experiment ? [...own, experimentRule(experiment)] : own };
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
