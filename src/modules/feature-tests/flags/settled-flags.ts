/**
 * Which values a flag can give at all, and what of its prerequisites is settled before anybody is known. Pure. Rules leave the
 * house only in this form: a prerequisite that can never be met for somebody would tell them a value that is meant for others.
 */
import { type EvaluatedFlag, isMet } from './flag-evaluation';

/** The values that somebody may get, each named once for every place it comes from; none that nobody can get. */
export function possibleValues({
  defaultValue,
  prerequisites = [],
  rules,
  experiment,
}: EvaluatedFlag): unknown[] {
  // A share of a hundred per cent leaves out whoever has no name.
  const forAll = rules.findIndex(({ condition, percentage }) => !condition && typeof percentage !== 'number');
  const reached = (forAll < 0 ? rules : rules.slice(0, forAll + 1)).filter(
    ({ percentage }) => percentage !== 0,
  );
  const given = reached.map(({ value }) => value);
  if (forAll < 0 && experiment) given.push(...experiment.variants.map(({ key }) => key));
  return forAll < 0 || prerequisites.length > 0 ? [...given, defaultValue] : given;
}

/**
 * The same flags, each giving everybody what it gave: prerequisites that always hold are left out, and a flag of which one never
 * holds has its default and nothing else. A flag that is not among them gives nothing, as its evaluator has it.
 */
export function settled(flags: readonly EvaluatedFlag[]): EvaluatedFlag[] {
  const byKey = new Map(flags.map((flag) => [flag.key, flag]));
  const done = new Map<string, EvaluatedFlag>();
  const settle = (flag: EvaluatedFlag): EvaluatedFlag => {
    const known = done.get(flag.key);
    if (known) return known;
    // Whatever comes round to itself is nobody's to evaluate; the rules refuse it, and this must end all the same.
    done.set(flag.key, defaultOf(flag));
    const outcome = settledOne(flag, (key) => {
      const required = byKey.get(key);
      return required ? possibleValues(settle(required)) : [null];
    });
    done.set(flag.key, outcome);
    return outcome;
  };
  return flags.map(settle);
}

/** The same for everybody who has a name: to them a share of a hundred per cent is no share. */
export function forNamed({ rules, ...flag }: EvaluatedFlag): EvaluatedFlag {
  const named = rules.map(({ percentage, ...rule }) =>
    (percentage ?? 100) >= 100 ? rule : { ...rule, percentage },
  );
  return { ...flag, rules: named };
}

function settledOne(flag: EvaluatedFlag, valuesOf: (key: string) => readonly unknown[]): EvaluatedFlag {
  const { prerequisites = [], ...rest } = flag;
  const open = [];
  for (const prerequisite of prerequisites) {
    const met = valuesOf(prerequisite.key).map((value) => isMet(value, prerequisite.value));
    if (!met.includes(true)) return defaultOf(flag);
    if (met.includes(false)) open.push(prerequisite);
  }
  return open.length > 0 ? { ...rest, prerequisites: open } : rest;
}

function defaultOf({ key, defaultValue }: EvaluatedFlag): EvaluatedFlag {
  return { key, defaultValue, rules: [] };
}
